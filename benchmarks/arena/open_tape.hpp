// The bare arena tape for single numbers, with what an engine has that others can see into and add
// ops to: an op is data (two pointers to functions that the compiler cannot see through), records
// stay where they are and hold name, scope and origin, and a node is a checked handle that outlives
// its record. Nothing else: no shapes, no errors, no attributes, no watchers.
#pragma once

#include "../workloads.hpp"
#include "open_records.hpp"

namespace bench {

struct OpenOp {
  double (*value)(const double* const* in);
  void (*pull)(const double* const* in, double upstream, double* shares);
};
inline constexpr OpenOp open_mul{[](const double* const* in) { return *in[0] * *in[1]; },
                                 [](const double* const* in, double upstream, double* shares) {
                                   shares[0] = upstream * *in[1];
                                   shares[1] = upstream * *in[0];
                                 }};
inline constexpr OpenOp open_add{[](const double* const* in) { return *in[0] + *in[1]; },
                                 [](const double* const*, double upstream, double* shares) {
                                   shares[0] = shares[1] = upstream;
                                 }};

class OpenTape {
  struct Record : open::Head {
    const OpenOp* op;
    const void *attributes, *shape;
    const double* value;
    double *upstream, number, upstream_number;
    std::uint32_t inputs[2];
  };
  using Records = open::Records<Record, OpenTape>;

 public:
  using Node = Records::Node;

  void clear() { records_.clear(); }
  double value(const Node& node) const { return *records_.at(node.index).value; }
  double upstream(const Node& node) const { return records_.at(node.index).upstream_number; }

  Node leaf(const double* value) {
    Record& y = records_.next();
    y.leaf = y.active = true;
    y.value = value;
    return records_.node(this);
  }
  [[gnu::noinline]] Node push(const OpenOp& op, const Node& a, const Node& b) {
    Record& y = records_.next();
    const Record &x0 = records_.checked(this, a), &x1 = records_.checked(this, b);
    const double* const in[] = {x0.value, x1.value};
    y.op = &op;
    y.attributes = y.shape = nullptr;
    y.active = x0.active || x1.active;
    y.inputs[0] = a.index, y.inputs[1] = b.index;
    y.value = &y.number;
    y.number = op.value(in);
    return records_.node(this);
  }
  [[gnu::noinline]] void backward(const Node& root) {
    ++sweep_;
    add(records_.at(root.index), 1);
    for (std::uint32_t i = root.index + 1; i-- > 0;) {
      const Record& y = records_.at(i);
      if (y.sweep != sweep_ || y.leaf) continue;
      Record &a = records_.at(y.inputs[0]), &b = records_.at(y.inputs[1]);
      const double* const in[] = {a.value, b.value};
      double shares[2];
      y.op->pull(in, *y.upstream, shares);
      if (a.active) add(a, shares[0]);
      if (b.active) add(b, shares[1]);
    }
  }

 private:
  void add(Record& record, double share) {
    if (record.sweep == sweep_) {
      *record.upstream += share;
    } else {
      record.upstream = &record.upstream_number;
      record.upstream_number = share;
      record.sweep = sweep_;
    }
  }

  Records records_;
  std::uint32_t sweep_ = 0;
};

class OpenScalars {
 public:
  double run(int n) {
    tape_.clear();
    const auto x = tape_.leaf(&scalar_x), w = tape_.leaf(&scalar_w), b = tape_.leaf(&scalar_b);
    auto y = x;
    for (int i = 0; i < n; i += 2) {
      y = tape_.push(mul_, y, w);
      y = tape_.push(add_, y, b);
    }
    tape_.backward(y);
    return tape_.value(y) + tape_.upstream(x) + tape_.upstream(w) + tape_.upstream(b);
  }

 private:
  OpenTape tape_;
  const OpenOp& mul_ = open_mul;
  const OpenOp& add_ = open_add;
};

}  // namespace bench

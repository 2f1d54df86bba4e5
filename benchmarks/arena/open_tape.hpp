// The bare arena tape for single numbers, with what an engine has that others can see into and add
// ops to: an op is data (two pointers to functions that the compiler cannot see through), records
// stay where they are and hold name, scope and origin, and a node is a checked handle that outlives
// its record. Nothing else: no shapes, no errors, no attributes, no watchers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "../workloads.hpp"

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
  static constexpr std::uint32_t chunk_bits = 10;
  struct Head {  // copied from the tape's own for every record
    std::uint32_t generation = 1, sweep = 0, name = 0, scope = 0, origin = 0, version = 0;
    std::uint16_t arity = 2;
    bool leaf = false, active = false;
  };
  struct Record : Head {
    const OpenOp* op;
    const void *attributes, *shape;
    const double* value;
    double *upstream, number, upstream_number;
    std::uint32_t inputs[2];
  };

 public:
  struct Node {
    OpenTape* tape;
    std::uint32_t index, generation;
    double value() const { return *tape->at(index).value; }
    double upstream() const { return tape->at(index).upstream_number; }
  };

  void clear() { size_ = 0, ++head_.generation; }
  Node leaf(const double* value) {
    Record& y = next();
    y.leaf = y.active = true;
    y.value = value;
    return node();
  }
  [[gnu::noinline]] Node push(const OpenOp& op, const Node& a, const Node& b) {
    Record& y = next();
    const Record &x0 = checked(a), &x1 = checked(b);
    const double* const in[] = {x0.value, x1.value};
    y.op = &op;
    y.attributes = y.shape = nullptr;
    y.active = x0.active || x1.active;
    y.inputs[0] = a.index, y.inputs[1] = b.index;
    y.value = &y.number;
    y.number = op.value(in);
    return node();
  }
  [[gnu::noinline]] void backward(const Node& root) {
    ++sweep_;
    add(at(root.index), 1);
    for (std::uint32_t i = root.index + 1; i-- > 0;) {
      const Record& y = at(i);
      if (y.sweep != sweep_ || y.leaf) continue;
      Record &a = at(y.inputs[0]), &b = at(y.inputs[1]);
      const double* const in[] = {a.value, b.value};
      double shares[2];
      y.op->pull(in, *y.upstream, shares);
      if (a.active) add(a, shares[0]);
      if (b.active) add(b, shares[1]);
    }
  }

 private:
  Record& at(std::uint32_t i) const {
    return chunks_[i >> chunk_bits][i & ((1u << chunk_bits) - 1)];
  }
  Record& next() {
    if (size_ == chunks_.size() << chunk_bits) chunks_.emplace_back(new Record[1u << chunk_bits]);
    Record& record = at(size_);
    static_cast<Head&>(record) = head_;
    return record;
  }
  const Record& checked(const Node& node) const {
    const Record& record = at(node.index);
    if (node.tape != this || record.generation != node.generation) std::abort();
    return record;
  }
  Node node() { return {this, size_++, head_.generation}; }
  void add(Record& record, double share) {
    if (record.sweep == sweep_) {
      *record.upstream += share;
    } else {
      record.upstream = &record.upstream_number;
      record.upstream_number = share;
      record.sweep = sweep_;
    }
  }

  std::vector<std::unique_ptr<Record[]>> chunks_;
  std::uint32_t size_ = 0, sweep_ = 0;
  Head head_;
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
    return y.value() + x.upstream() + w.upstream() + b.upstream();
  }

 private:
  OpenTape tape_;
  const OpenOp& mul_ = open_mul;
  const OpenOp& add_ = open_add;
};

}  // namespace bench

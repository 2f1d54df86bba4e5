// The bare arena tape: records in one vector, numbers in one arena. No names, no errors, no
// display, no broadcasting but the bias row: what is left of an engine when all that one can see
// through is taken away. glassgrad's scalar ops are measured against it. What the nodes compute is
// in arena_ops.hpp.
#pragma once

#include <memory>
#include <new>

#include "arena_ops.hpp"

namespace bench {

template <class T>
class ArenaTape {
 public:
  using Record = arena::Record<T>;
  using Node = arena::Node;
  using Op = arena::Op;

  // Pages come as they are touched, so `capacity` may be generous.
  explicit ArenaTape(std::size_t capacity) : numbers_(new (line) T[capacity]) {}
  const Record& operator[](Node i) const { return records_[i]; }
  void clear() { records_.clear(), used_ = 0; }

  Node leaf(int rows, int columns, const T* value, bool wanted) {
    Record& y = records_.emplace_back(Op::leaf, wanted, -1, -1);
    y.rows = rows, y.columns = columns;
    y.value = const_cast<T*>(value);
    if (wanted) y.upstream = allocate(rows * columns);
    return last();
  }

  Node push(Op op, Node i, Node j = -1, T constant = 0, const int* labels = nullptr) {
    Record& y = records_.emplace_back(op, false, i, j);
    const Record &a = records_[i], &b = records_[j < 0 ? i : j];
    const bool one = op == Op::sum || op == Op::cross_entropy;
    y.wanted = a.wanted || b.wanted;
    y.rows = one ? 1 : a.rows;
    y.columns = one ? 1 : op == Op::matmul ? b.columns : a.columns;
    y.constant = constant;
    y.labels = labels;
    y.value = allocate(y.rows * y.columns);
    if (y.wanted) y.upstream = allocate(y.rows * y.columns);
    if (op == Op::cross_entropy) y.saved = allocate(a.rows * a.columns);
    arena::forward(y, a, b);
    return last();
  }

  void backward(Node root) {
    *records_[root].upstream = 1;
    records_[root].reached = true;
    for (Node i = root; i >= 0; --i) {
      const Record& y = records_[i];
      if (!y.reached || y.op == Op::leaf) continue;
      arena::pull(y, records_[y.a], records_[y.b < 0 ? y.a : y.b]);
    }
  }

 private:
  static constexpr std::align_val_t line{64};
  struct Free {
    void operator()(T* p) const { ::operator delete[](p, line); }
  };

  Node last() const { return static_cast<Node>(records_.size()) - 1; }

  T* allocate(int n) {  // whole batches, but for single numbers
    const int w = n == 1 ? 1 : kernels::width<T>;
    T* p = numbers_.get() + (used_ = (used_ + w - 1) / w * w);
    used_ += n;
    return p;
  }

  std::vector<Record> records_;
  std::unique_ptr<T[], Free> numbers_;
  std::size_t used_ = 0;
};

}  // namespace bench

// The chains on the bare arena tape: tensors of n entries, and n scalar ops.
#pragma once

#include "../arena_tape.hpp"
#include "../workloads.hpp"

namespace bench {

class ArenaChain {
  using Tape = ArenaTape<float>;
  using Op = Tape::Op;

 public:
  ArenaChain(int n, const float* x) : n_(n), x_(x), tape_(24 * (std::size_t(n) + 16)) {}
  const float* gradient() const { return tape_[0].upstream; }

  float run() {
    tape_.clear();
    const Tape::Node x = tape_.leaf(1, n_, x_, true);
    const Tape::Node product = tape_.push(Op::mul, tape_.push(Op::sigmoid, x), x);
    const Tape::Node t = tape_.push(Op::tanh, tape_.push(Op::shift, product, -1, 0.5F));
    const Tape::Node square = tape_.push(Op::square, t);
    const Tape::Node e = tape_.push(Op::exp, tape_.push(Op::neg, square));
    const Tape::Node cost = tape_.push(Op::sum, tape_.push(Op::add, square, e));
    tape_.backward(cost);
    return *tape_[cost].value;
  }

 private:
  int n_;
  const float* x_;
  Tape tape_;
};

class ArenaScalars {
  using Tape = ArenaTape<double>;

 public:
  double run(int n) {
    tape_.clear();
    const Tape::Node x = tape_.leaf(1, 1, &scalar_x, true), w = tape_.leaf(1, 1, &scalar_w, true),
                     b = tape_.leaf(1, 1, &scalar_b, true);
    Tape::Node y = x;
    for (int i = 0; i < n; i += 2) {
      y = tape_.push(Tape::Op::mul, y, w);
      y = tape_.push(Tape::Op::add, y, b);
    }
    tape_.backward(y);
    return *tape_[y].value + *tape_[x].upstream + *tape_[w].upstream + *tape_[b].upstream;
  }

 private:
  Tape tape_{std::size_t{1} << 22};
};

}  // namespace bench

// The training steps on the bare arena tape. Nothing is copied: leaves point at the parameters.
#pragma once

#include "../arena_tape.hpp"
#include "../workloads.hpp"

namespace bench {

class ArenaStep {
  using Tape = ArenaTape<float>;
  using Op = Tape::Op;

 public:
  ArenaStep(const Step& s, const Data& data) : s_(s), data_(data), tape_(std::size_t{1} << 26) {
    for (int l = 0; l < s.layers(); ++l) {
      const auto w = weights(s, l), b = biases(s, l);
      w_.emplace_back(w.begin(), w.end());
      b_.emplace_back(b.begin(), b.end());
    }
  }

  // What the last layer gives, recorded and no more.
  std::span<const float> forward() {
    const auto& y = tape_[outputs(false)];
    return {y.value, std::size_t(y.rows * y.columns)};
  }

  float step() {
    const Tape::Node x = outputs(true);
    const Tape::Node cost = s_.classes
                                ? tape_.push(Op::cross_entropy, x, -1, 0, data_.labels.data())
                                : squared_error(x);
    const float loss = *tape_[cost].value;
    tape_.backward(cost);
    update();
    return loss;
  }

 private:
  Tape::Node outputs(bool wanted) {
    tape_.clear();
    parameters_.clear();
    const auto parameter = [&](int rows, int columns, const kernels::Array<float>& p) {
      return parameters_.emplace_back(tape_.leaf(rows, columns, p.data(), wanted));
    };
    Tape::Node x = tape_.leaf(s_.batch, s_.sizes[0], data_.x.data(), false);
    for (int l = 0; l < s_.layers(); ++l) {
      const Tape::Node w = parameter(s_.sizes[l], s_.sizes[l + 1], w_[l]);
      const Tape::Node b = parameter(1, s_.sizes[l + 1], b_[l]);
      x = tape_.push(Op::add_row, tape_.push(Op::matmul, x, w), b);
      if (l + 1 < s_.layers()) x = tape_.push(s_.classes ? Op::relu : Op::tanh, x);
    }
    return x;
  }

  Tape::Node squared_error(Tape::Node z) {
    const Tape::Node y = tape_.leaf(s_.batch, s_.sizes.back(), data_.y.data(), false);
    const Tape::Node error = tape_.push(Op::sub, tape_.push(Op::sigmoid, z), y);
    const Tape::Node total = tape_.push(Op::sum, tape_.push(Op::square, error));
    return tape_.push(Op::scale, total, -1, 0.5F / static_cast<float>(s_.batch));
  }

  void update() {
    for (Tape::Node i : parameters_) {
      const Tape::Record& p = tape_[i];
      for (int k = 0; k < p.rows * p.columns; ++k) p.value[k] -= s_.rate * p.upstream[k];
    }
  }

  const Step& s_;
  const Data& data_;
  Tape tape_;
  std::vector<Tape::Node> parameters_;
  std::vector<kernels::Array<float>> w_, b_;
};

}  // namespace bench

// logsumexp, softmax, layer_norm and a small product with glassgrad, eager and as programs; and a
// scalar program that is run over a batch of inputs: fed with arrays instead of numbers, all of it
// is elementwise.
#pragma once

#include <array>
#include <glassgrad/glassgrad.hpp>
#include <optional>

#include "../workloads.hpp"
#include "replay.hpp"

namespace bench {

using Double = glassgrad::Node<double>;
inline const auto logsumexp_of = [](const auto& in) { return logsumexp(in[0]); };
inline const auto in_rows = [](const Double& x) {
  return reshape(x, glassgrad::Shape{x.shape().count() / row_length, row_length});
};
inline const auto softmax_of = [](const auto& in) {
  const Double x = in_rows(in[0]);
  return sum(softmax(x) * x);
};
inline const auto layer_norm_of = [](const auto& in) {
  const Double x = in_rows(in[0]);
  return sum(layer_norm(x) * x);
};
inline const auto product_of = [](const auto& in) { return sum(matmul(in[0], in[1])); };

// f of one parameter of shape (n), or of two of shape (n, n).
template <auto f, int inputs, bool replayed, glassgrad::Keep keep>
class GlassValue {
  using Tape = glassgrad::Tape<double>;

 public:
  GlassValue(int n, const double* x)
      : shape_(inputs == 1 ? glassgrad::Shape{n} : glassgrad::Shape{n, n}), tape_(keep) {
    for (int i = 0; i < inputs; ++i)
      in_.emplace_back("x" + std::to_string(i),
                       glassgrad::View<const double>{x + std::size_t(i) * shape_.count(), &shape_});
    if (replayed)
      program_.emplace(glassgrad::compile<double>(
          [this](Tape& tape, const glassgrad::Fed<double>&) { return cost(tape); }, {}));
  }

  double run() {
    if (replayed) {
      for (auto& parameter : in_) parameter.zero_gradient();
      return (*program_)();
    }
    tape_.clear();
    const Double y = cost(tape_);
    tape_.backward(y);
    return y.item();
  }
  const double* gradient() {
    if (!replayed) tape_.add_to_parameters();
    for (auto& parameter : in_)
      gradient_.insert(gradient_.end(), parameter.gradient().begin(), parameter.gradient().end());
    return gradient_.data();
  }

 private:
  Double cost(Tape& tape) {
    std::array<Double, inputs> nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = tape(in_[i]);
    return f(nodes);
  }

  glassgrad::Shape shape_;
  Tape tape_;
  std::vector<glassgrad::Parameter<double>> in_;
  std::vector<double> gradient_;
  std::optional<glassgrad::Program<double>> program_;
};

// The chain of n scalar mul and add of the scalar question, for batch_size values of x at once.
class ReplayBatch {
 public:
  double run(int n) {
    if (!program_) compile(n);
    for (auto* parameter : {&x_, &w_, &b_}) parameter->zero_gradient();
    const double y = (*program_)();
    const auto gradient = x_.gradient();
    double sum = y + w_.gradient()[0] + b_.gradient()[0];
    for (const double g : gradient) sum += g;
    return sum;
  }

 private:
  void compile(int n) {
    program_.emplace(glassgrad::compile<double>(
        [&](glassgrad::Tape<double>& tape, const glassgrad::Fed<double>&) {
          return sum(scalar_chain(tape(x_), tape(w_), tape(b_), n));
        },
        {}));
  }

  glassgrad::Parameter<double> x_{"x", batch_inputs()}, w_{"w", scalar_w}, b_{"b", scalar_b};
  std::optional<glassgrad::Program<double>> program_;
};

// The same, example by example, as a program on single numbers.
class ReplayOneByOne {
 public:
  double run(int n) {
    if (!program_) compile(n);
    double sum = 0;
    for (const double x : inputs_) {
      x_.assign(x);
      for (auto* parameter : {&x_, &w_, &b_}) parameter->zero_gradient();
      sum += (*program_)();
      sum += x_.gradient()[0] + w_.gradient()[0] + b_.gradient()[0];
    }
    return sum;
  }

 private:
  void compile(int n) {
    program_.emplace(glassgrad::compile<double>(
        [&](glassgrad::Tape<double>& tape, const glassgrad::Fed<double>&) {
          return scalar_chain(tape(x_), tape(w_), tape(b_), n);
        },
        {}));
  }

  std::vector<double> inputs_ = batch_inputs();
  glassgrad::Parameter<double> x_{"x", scalar_x}, w_{"w", scalar_w}, b_{"b", scalar_b};
  std::optional<glassgrad::Program<double>> program_;
};

}  // namespace bench

// The chains with glassgrad: tensors of n entries, and n ops on single numbers.
#pragma once

#include <glassgrad/glassgrad.hpp>

#include "../workloads.hpp"

namespace bench {

template <glassgrad::Keep keep>
class GlassChain {
 public:
  GlassChain(int n, const float* x) : shape_{n}, tape_(keep), x_("x", numbers(x)) {}
  const float* gradient() const { return gradient_; }

  float run() {
    tape_.clear();
    const auto x = tape_(x_);
    const auto squared = square(tanh(sigmoid(x) * x + 0.5));
    const auto cost = sum(squared + exp(-squared));
    tape_.backward(cost);
    gradient_ = x.upstream().data;
    return cost.item();
  }

 private:
  glassgrad::View<const float> numbers(const float* x) const { return {x, &shape_}; }

  glassgrad::Shape shape_;
  glassgrad::Tape<float> tape_;
  glassgrad::Parameter<float> x_;
  const float* gradient_ = nullptr;
};

template <glassgrad::Keep keep>
class GlassScalars {
 public:
  double run(int n) {
    tape_.clear();
    const auto x = tape_(x_), w = tape_(w_), b = tape_(b_);
    auto y = x;
    for (int i = 0; i < n; i += 2) {
      y = y * w;
      y = y + b;
    }
    tape_.backward(y);
    return y.item() + x.upstream()[0] + w.upstream()[0] + b.upstream()[0];
  }

 private:
  glassgrad::Tape<double> tape_{keep};
  glassgrad::Parameter<double> x_{"x", scalar_x}, w_{"w", scalar_w}, b_{"b", scalar_b};
};

}  // namespace bench

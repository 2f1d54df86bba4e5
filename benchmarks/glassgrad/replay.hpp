// The same work as compiled programs: recorded once, run again and again.
#pragma once

#include <glassgrad/glassgrad.hpp>
#include <memory>
#include <optional>

#include "../workloads.hpp"

namespace bench {

class ReplayStep {
  using Node = glassgrad::Node<float>;
  using Shape = glassgrad::Shape;

 public:
  ReplayStep(const Step& s, const Data& data)
      : s_(s),
        x_(data.x),
        y_(data.y),
        labels_(data.labels.begin(), data.labels.end()),
        x_shape_{s.batch, s.sizes.front()},
        y_shape_{s.batch, 1},
        descent_(s.rate) {
    for (int l = 0; l < s.layers(); ++l) {
      const auto w = weights(s, l), b = biases(s, l);
      const Shape shape{s.sizes[std::size_t(l)], s.sizes[std::size_t(l) + 1]};
      w_.emplace_back("W" + std::to_string(l), glassgrad::View<const float>{w.data(), &shape});
      b_.emplace_back("b" + std::to_string(l), b);
    }
    compile();
  }

  // Makes the program anew.
  void compile() {
    const auto cost = [this](glassgrad::Tape<float>& tape, const glassgrad::Fed<float>& in) {
      const Node x = outputs(tape, in[0]);
      return s_.classes ? softmax_cross_entropy(x, in.indices(1))
                        : sum(square(sigmoid(x) - in[1])) / (2 * s_.batch);
    };
    if (s_.classes)
      step_.emplace(glassgrad::compile<float>(cost, {x(), labels_}, descent_));
    else
      step_.emplace(glassgrad::compile<float>(cost, {x(), y()}, descent_));
  }

  std::span<const float> forward() {
    if (!forward_)
      forward_.emplace(glassgrad::compile<float>(
          [this](glassgrad::Tape<float>& tape, const glassgrad::Fed<float>& in) {
            return outputs(tape, in[0]);
          },
          {x()}, glassgrad::Gradients::none));
    const glassgrad::Feed<float> inputs[] = {x()};
    const auto y = forward_->run(inputs);
    return {y.begin(), y.size()};
  }

  float step() { return s_.classes ? (*step_)(x(), labels_) : (*step_)(x(), y()); }

  long tensor_bytes() const {
    long bytes = static_cast<long>(step_->bytes());
    for (const auto& w : w_) bytes += static_cast<long>(w.value().size() * sizeof(float));
    return bytes;
  }

 private:
  Node outputs(glassgrad::Tape<float>& tape, Node x) {
    for (std::size_t l = 0; l < w_.size(); ++l) {
      x = matmul(x, tape(w_[l])) + tape(b_[l]);
      if (l + 1 < w_.size()) x = s_.classes ? relu(x) : tanh(x);
    }
    return x;
  }
  glassgrad::View<const float> x() const { return {x_.data(), &x_shape_}; }
  glassgrad::View<const float> y() const { return {y_.data(), &y_shape_}; }

  const Step& s_;
  std::vector<float> x_, y_;
  std::vector<std::int64_t> labels_;
  Shape x_shape_, y_shape_;
  glassgrad::GradientDescent<float> descent_;
  std::vector<glassgrad::Parameter<float>> w_, b_;
  std::optional<glassgrad::Program<float>> step_, forward_;
};

class ReplayChain {
 public:
  ReplayChain(int n, const float* x)
      : shape_{n},
        x_("x", glassgrad::View<const float>{x, &shape_}),
        program_(glassgrad::compile<float>(
            [this](glassgrad::Tape<float>& tape, const glassgrad::Fed<float>&) {
              const auto node = tape(x_);
              const auto squared = square(tanh(sigmoid(node) * node + 0.5));
              return sum(squared + exp(-squared));
            },
            {})) {}
  const float* gradient() const { return x_.gradient().data; }

  float run() {
    x_.zero_gradient();
    return program_();
  }

 private:
  glassgrad::Shape shape_;
  glassgrad::Parameter<float> x_;
  glassgrad::Program<float> program_;
};

// y <- y w, y <- y + b, n ops in all.
inline glassgrad::Node<double> scalar_chain(const glassgrad::Node<double>& x,
                                            const glassgrad::Node<double>& w,
                                            const glassgrad::Node<double>& b, int n) {
  auto y = x;
  for (int i = 0; i < n; i += 2) {
    y = y * w;
    y = y + b;
  }
  return y;
}

class ReplayScalars {
 public:
  double run(int n) {
    if (n != compiled_) compile(n);
    for (auto* parameter : {&x_, &w_, &b_}) parameter->zero_gradient();
    const double y = (*program_)();
    return y + x_.gradient()[0] + w_.gradient()[0] + b_.gradient()[0];
  }

 private:
  void compile(int n) {
    compiled_ = n;
    program_.emplace(glassgrad::compile<double>(
        [&](glassgrad::Tape<double>& tape, const glassgrad::Fed<double>&) {
          return scalar_chain(tape(x_), tape(w_), tape(b_), n);
        },
        {}));
  }

  int compiled_ = -1;
  glassgrad::Parameter<double> x_{"x", scalar_x}, w_{"w", scalar_w}, b_{"b", scalar_b};
  std::optional<glassgrad::Program<double>> program_;
};

}  // namespace bench

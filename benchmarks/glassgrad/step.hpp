// The training steps with glassgrad, written as its README writes them. The data is recorded once,
// each step rewinds to just after it.
#pragma once

#include <glassgrad/glassgrad.hpp>

#include "../workloads.hpp"

namespace bench {

template <glassgrad::Keep keep>
class GlassStep {
  using Node = glassgrad::Node<float>;
  using Shape = glassgrad::Shape;

 public:
  GlassStep(const Step& s, const Data& data)
      : s_(s),
        tape_(keep),
        x_(constant("X", data.x, s.sizes.front())),
        y_(constant("Y", data.y, 1)),
        labels_(tape_.indices(std::vector<std::int64_t>(data.labels.begin(), data.labels.end()))),
        start_(tape_.mark()),
        descent_(s.rate) {
    for (int l = 0; l < s.layers(); ++l) {
      const auto w = weights(s, l), b = biases(s, l);
      const Shape shape{s.sizes[l], s.sizes[l + 1]};
      w_.emplace_back("W" + std::to_string(l), glassgrad::View<const float>{w.data(), &shape});
      b_.emplace_back("b" + std::to_string(l), b);
    }
    for (auto& w : w_) learnt_.push_back(&w);
    for (auto& b : b_) learnt_.push_back(&b);
  }

  // What the last layer gives: with Keep::values, evaluation.
  std::span<const float> forward() {
    const auto y = outputs().value();
    return {y.begin(), y.size()};
  }

  float step() {
    const Node x = outputs();
    const Node cost = s_.classes ? softmax_cross_entropy(x, labels_)
                                 : sum(square(sigmoid(x) - y_)) / (2 * s_.batch);
    const float loss = cost.item();
    tape_.backward(cost);
    tape_.add_to_parameters();
    descent_.step(learnt_);
    return loss;
  }

  long tensor_bytes() const {
    long bytes = static_cast<long>(tape_.bytes());
    for (const auto& w : w_) bytes += static_cast<long>(w.value().size() * sizeof(float));
    return bytes;
  }

 private:
  Node outputs() {
    tape_.rewind(start_);
    Node x = x_;
    for (int l = 0; l < s_.layers(); ++l) {
      x = matmul(x, tape_(w_[l])) + tape_(b_[l]);
      if (l + 1 < s_.layers()) x = s_.classes ? relu(x) : tanh(x);
    }
    return x;
  }

  Node constant(const char* name, const std::vector<float>& numbers, int columns) {
    const Shape shape{static_cast<std::int64_t>(numbers.size()) / columns, columns};
    return tape_.constant(name, glassgrad::View<const float>{numbers.data(), &shape});
  }

  const Step& s_;
  glassgrad::Tape<float> tape_;
  Node x_, y_;
  glassgrad::Indices<float> labels_;
  typename glassgrad::Tape<float>::Mark start_;
  glassgrad::GradientDescent<float> descent_;
  std::vector<glassgrad::Parameter<float>> w_, b_;
  std::vector<glassgrad::Parameter<float>*> learnt_;
};

}  // namespace bench

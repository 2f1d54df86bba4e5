// A training step as an expert would write it without an engine, for sizes known at run time: bias
// and activation in one pass over each product, the update inside the product that makes the
// gradient (so no gradient of a weight is ever stored), every buffer allocated once. And forward
// alone.
#pragma once

#include "../kernels.hpp"
#include "../workloads.hpp"

namespace bench {

class HandStep {
 public:
  HandStep(const Step& s, const Data& data)
      : batch_(s.batch), classes_(s.classes), rate_(s.rate), data_(data) {
    for (int l = 0; l < s.layers(); ++l) {
      const std::size_t entries = static_cast<std::size_t>(s.batch) * s.sizes[l + 1];
      const auto w = weights(s, l), b = biases(s, l);
      layers_.push_back({s.sizes[l],
                         s.sizes[l + 1],
                         {w.begin(), w.end()},
                         {b.begin(), b.end()},
                         kernels::Array<float>(entries),
                         kernels::Array<float>(entries)});
    }
  }

  // What the last layer gives, before any loss.
  std::span<const float> forward() {
    products();
    add_bias(layers_.back());
    return layers_.back().a;
  }

  float step() {
    products();
    const float loss = classes_ ? cross_entropy(layers_.back()) : squared_error(layers_.back());
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& l = layers_[i];
      if (i > 0) pull_back(l, layers_[i - 1]);  // before the update: it reads the weights
      const float* input = i > 0 ? layers_[i - 1].a.data() : data_.x.data();
      kernels::product<true>(l.in, l.out, batch_, -rate_, input, l.d.data(), 1.0F, l.w.data());
      kernels::add_column_sums(batch_, l.out, -rate_, l.d.data(), l.b.data());
    }
    return loss;
  }

 private:
  void products() {
    const float* x = data_.x.data();
    for (Layer& l : layers_) {
      kernels::product(batch_, l.out, l.in, 1.0F, x, l.w.data(), 0.0F, l.a.data());
      if (&l != &layers_.back()) activate(l);
      x = l.a.data();
    }
  }

  struct Layer {
    int in, out;
    kernels::Array<float> w, b;
    kernels::Array<float> a, d;  // the activation, and the derivative of the loss before it
  };

  void add_bias(Layer& l) { kernels::add_row(batch_, l.out, l.a.data(), l.b.data(), l.a.data()); }

  void activate(Layer& l) {
    if (!classes_) {
      add_bias(l);
      kernels::map(
          batch_ * l.out, l.a.data(), [](const auto& x) { return xsimd::tanh(x); }, l.a.data());
      return;
    }
    float* a = l.a.data();
    const float* b = l.b.data();
    for (int i = 0; i < batch_; ++i, a += l.out) {
      for (int j = 0; j < l.out; ++j) a[j] = std::max(a[j] + b[j], 0.0F);
    }
  }

  // d(below) = d W^T, times the slope of the activation below.
  void pull_back(const Layer& l, Layer& below) {
    kernels::product<false, true>(batch_, l.in, l.out, 1.0F, l.d.data(), l.w.data(), 0.0F,
                                  below.d.data());
    const int n = batch_ * l.in;
    float* d = below.d.data();
    const float* a = below.a.data();
    if (classes_) {
      for (int i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : 0;
    } else {
      for (int i = 0; i < n; ++i) d[i] *= 1 - a[i] * a[i];
    }
  }

  float cross_entropy(Layer& l) {
    return kernels::softmax_cross_entropy(batch_, l.out, l.a.data(), l.b.data(),
                                          data_.labels.data(), l.d.data());
  }

  // sum (y^ - y)^2 / (2 batch) with y^ = sigmoid(z)
  float squared_error(Layer& l) {
    add_bias(l);
    const int n = batch_ * l.out;
    float* a = l.a.data();
    kernels::map(
        n, a, [](const auto& x) { return kernels::sigmoid(x); }, a);
    const float scale = 1.0F / static_cast<float>(batch_);
    float loss = 0;
    for (int i = 0; i < n; ++i) {
      const float error = a[i] - data_.y[i];
      loss += error * error;
      l.d[i] = scale * error * a[i] * (1 - a[i]);
    }
    return 0.5F * scale * loss;
  }

  int batch_;
  bool classes_;
  float rate_;
  const Data& data_;
  std::vector<Layer> layers_;
};

}  // namespace bench

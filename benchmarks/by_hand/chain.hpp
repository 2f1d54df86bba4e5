// sum(t^2 + exp(-t^2)), t = tanh(sigmoid(x) x + 0.5), value and gradient, twice: as one fused pass,
// and node by node, one loop per op with every value stored, which is what an eager engine has to
// do.
#pragma once

#include "../kernels.hpp"

namespace bench {

// Reads x once, writes the gradient once, keeps everything else in registers.
class FusedChain {
 public:
  FusedChain(int n, const float* x) : n_(n), x_(x), gradient_(n) {}
  const float* gradient() const { return gradient_.data(); }

  float run() {
    if (n_ == 1) {
      float total = 0;
      gradient_[0] = entry(x_[0], total);
      return total;
    }
    double total = 0;  // of blocks: float sums of a million entries lose four digits
    for (int i = 0; i < n_; i += 4096) total += block(i, std::min(i + 4096, n_));
    return static_cast<float>(total);
  }

 private:
  float block(int i, int end) {
    using kernels::Batch;
    constexpr int w = kernels::width<float>;
    float* g = gradient_.data();
    Batch<float> total(0.0F);
    for (; i + w <= end; i += w) {
      entry(Batch<float>::load_unaligned(x_ + i), total).store_unaligned(g + i);
    }
    float rest = 0;
    if (i < end) {
      Batch<float> values(0.0F);
      kernels::store_part(g + i, end - i, entry(kernels::load_part(x_ + i, end - i), values));
      alignas(64) float part[w];
      values.store_aligned(part);
      for (int j = 0; j < end - i; ++j) rest += part[j];
    }
    return rest + xsimd::hadd(total);
  }

  // Adds the value at x to `total`, returns the derivative.
  template <class X>
  static X entry(const X& x, X& total) {
    const X s = kernels::sigmoid(x);
    const X t = xsimd::tanh(s * x + X(0.5F));
    const X square = t * t;
    const X e = xsimd::exp(-square);
    total += square + e;
    const X upstream = (X(1) - e) * X(2) * t * (X(1) - square);
    return upstream * (s + x * s * (X(1) - s));
  }

  int n_;
  const float* x_;
  kernels::Array<float> gradient_;
};

// With `keep` every upstream has a buffer of its own, as Keep::all needs; without, two take turns,
// as Keep::parameters allows. Where an op hands its upstream on unchanged nothing is copied.
template <bool keep>
class NodeChain {
 public:
  NodeChain(int n, const float* x) : n_(n), x_(x), gradient_(n) {
    for (auto& v : value_) v.resize(n);
    for (int i = 0; i < (keep ? 6 : 2); ++i) upstream_[i].resize(n);
  }
  const float* gradient() const { return gradient_.data(); }

  float run() {
    auto [sigmoid, product, shifted, t, square, negative, e, added] = values();
    loop(
        sigmoid, [](const auto& x) { return kernels::sigmoid(x); }, x_);
    loop(
        product, [](const auto& s, const auto& x) { return s * x; }, sigmoid, x_);
    loop(
        shifted, [](const auto& p) { return p + 0.5F; }, product);
    loop(
        t, [](const auto& v) { return xsimd::tanh(v); }, shifted);
    loop(
        square, [](const auto& v) { return v * v; }, t);
    loop(
        negative, [](const auto& v) { return -v; }, square);
    loop(
        e, [](const auto& v) { return xsimd::exp(v); }, negative);
    loop(
        added, [](const auto& a, const auto& b) { return a + b; }, square, e);
    const float total = kernels::sum(n_, added);
    backward(sigmoid, t, e);
    return total;
  }

 private:
  template <class F, class... In>
  void loop(float* out, F f, const In*... in) {
    kernels::map(n_, out, f, in...);
  }

  float* upstream(int i) { return upstream_[keep ? i : i % 2].data(); }

  void backward(const float* sigmoid, const float* t, const float* e) {
    float *added = upstream(0), *negative = upstream(1), *square = upstream(2);
    float *of_t = upstream(3), *product = upstream(4), *of_sigmoid = upstream(5);
    std::fill_n(added, n_, 1.0F);
    loop(
        negative, [](const auto& u, const auto& y) { return u * y; }, added, e);
    loop(
        square, [](const auto& u, const auto& v) { return u - v; }, added, negative);
    loop(
        of_t, [](const auto& u, const auto& x) { return u * (2.0F * x); }, square, t);
    loop(
        product, [](const auto& u, const auto& y) { return u * (1.0F - y * y); }, of_t, t);
    loop(
        of_sigmoid, [](const auto& u, const auto& x) { return u * x; }, product, x_);
    float* g = gradient_.data();
    loop(
        g, [](const auto& u, const auto& s) { return u * s; }, product, sigmoid);
    loop(
        g, [](const auto& sum, const auto& u, const auto& y) { return sum + u * (y * (1.0F - y)); },
        g, of_sigmoid, sigmoid);
  }

  struct Values {
    float *sigmoid, *product, *shifted, *t, *square, *negative, *e, *added;
  };
  Values values() {
    auto p = [this](int i) { return value_[i].data(); };
    return {p(0), p(1), p(2), p(3), p(4), p(5), p(6), p(7)};
  }

  int n_;
  const float* x_;
  kernels::Array<float> value_[8], upstream_[6], gradient_;
};

}  // namespace bench

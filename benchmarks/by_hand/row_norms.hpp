// What is normalised row by row: y = softmax(x) or layer_norm(x) of rows of row_length numbers, the
// value sum(y x) and its gradient, as an expert would fuse them: a row stays in the cache.
#pragma once

#include <algorithm>
#include <cmath>

#include "../kernels.hpp"
#include "../workloads.hpp"

namespace bench {

template <bool layer>
class HandRowNorm {
  using Batch = kernels::Batch<double>;
  static constexpr int w = kernels::width<double>;

 public:
  HandRowNorm(int n, const double* x) : n_(n), x_(x), gradient_(n) {}

  double run() {
    double value = 0;
    for (int at = 0; at < n_; at += row_length)
      value += layer ? layer_norm(x_ + at, gradient_.data() + at)
                     : softmax(x_ + at, gradient_.data() + at);
    return value;
  }
  const double* gradient() { return gradient_.data(); }

 private:
  // sum over i of f(vector i) along a row
  template <class F>
  static double sum(const F& f) {
    Batch part[2] = {Batch(0.0), Batch(0.0)};
    for (int i = 0; i < row_length; i += 2 * w) part[0] += f(i), part[1] += f(i + w);
    return xsimd::hadd(part[0] + part[1]);
  }
  static Batch load(const double* p) { return Batch::load_unaligned(p); }

  // g = y + r (u - mean(u) - y mean(u y)), u being x
  static double layer_norm(const double* x, double* g) {
    const double mean = sum([&](int i) { return load(x + i); }) / row_length;
    const double squares = sum([&](int i) {
      const Batch v = load(x + i) - mean;
      return v * v;
    });
    const double scale = 1 / std::sqrt(squares / row_length + 1e-5);
    const double value = sum([&](int i) {
      const Batch y = (load(x + i) - mean) * scale;
      y.store_unaligned(g + i);
      return y * load(x + i);
    });
    for (int i = 0; i < row_length; i += w) {
      const Batch y = load(g + i);
      (y + scale * (load(x + i) - mean - y * (value / row_length))).store_unaligned(g + i);
    }
    return value;
  }
  // g = y + y (u - sum of u y)
  static double softmax(const double* x, double* g) {
    Batch peaks = load(x);
    for (int i = w; i < row_length; i += w) peaks = xsimd::max(peaks, load(x + i));
    alignas(64) double part[w];
    peaks.store_aligned(part);
    const double peak = *std::max_element(part, part + w);
    const double total = sum([&](int i) {
      const Batch e = xsimd::exp(load(x + i) - peak);
      e.store_unaligned(g + i);
      return e;
    });
    const double value = sum([&](int i) { return load(g + i) * load(x + i); }) / total;
    for (int i = 0; i < row_length; i += w)
      (load(g + i) * (1 / total) * (load(x + i) - value + 1)).store_unaligned(g + i);
    return value;
  }

  int n_;
  const double* x_;
  kernels::Array<double> gradient_;
};

}  // namespace bench

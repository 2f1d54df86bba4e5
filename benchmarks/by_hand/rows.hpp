// Loops over the rows of a matrix that transformer.hpp is made of: softmax and layer normalisation
// with their gradients, each in as few passes as its formula allows.
#pragma once

#include "../kernels.hpp"

namespace bench::kernels {

// f(batch of a[i]...) summed over n, a multiple of the width.
template <class F, class... In>
float folded(int n, F f, const In*... in) {
  Batch<float> total(0.0F);
  for (int j = 0; j < n; j += width<float>) total += f(Batch<float>::load_unaligned(in + j)...);
  return xsimd::hadd(total);
}

// y = softmax(x) along each row
inline void softmax_rows(int rows, int n, const float* x, float* y) {
  for (int i = 0; i < rows; ++i, x += n, y += n) {
    auto peaks = Batch<float>::load_unaligned(x);
    for (int j = width<float>; j < n; j += width<float>)
      peaks = xsimd::max(peaks, Batch<float>::load_unaligned(x + j));
    alignas(64) float part[width<float>];
    peaks.store_aligned(part);
    const float peak = *std::max_element(part, part + width<float>);
    map(
        n, y, [&](const auto& v) { return xsimd::exp(v - peak); }, x);
    const float scale = 1 / folded(
                                n, [](const auto& v) { return v; }, y);
    map(
        n, y, [&](const auto& v) { return v * scale; }, y);
  }
}
// dx = y (u - sum u y)
inline void pull_softmax(int rows, int n, const float* y, const float* u, float* dx) {
  for (int i = 0; i < rows; ++i, y += n, u += n, dx += n) {
    const float mean = folded(
        n, [](const auto& a, const auto& b) { return a * b; }, y, u);
    map(
        n, dx, [&](const auto& p, const auto& v) { return p * (v - mean); }, y, u);
  }
}

// y = (x - mean) r with r = 1 / sqrt(variance + 1e-5) of each row
inline void normalise_rows(int rows, int n, const float* x, float* y, float* r) {
  for (int i = 0; i < rows; ++i, x += n, y += n) {
    const float mean = folded(
                           n, [](const auto& v) { return v; }, x) /
                       float(n);
    map(
        n, y, [&](const auto& v) { return v - mean; }, x);
    const float variance = folded(
                               n, [](const auto& v) { return v * v; }, y) /
                           float(n);
    r[i] = 1 / std::sqrt(variance + 1e-5F);
    map(
        n, y, [&](const auto& v) { return v * r[i]; }, y);
  }
}
// dx = r (u - mean u - y mean(u y))
inline void pull_normalised(int rows, int n, const float* y, const float* r, const float* u,
                            float* dx) {
  for (int i = 0; i < rows; ++i, y += n, u += n, dx += n) {
    const float mean = folded(
                           n, [](const auto& v) { return v; }, u) /
                       float(n);
    const float slope = folded(
                            n, [](const auto& a, const auto& b) { return a * b; }, y, u) /
                        float(n);
    map(
        n, dx, [&](const auto& v, const auto& w) { return r[i] * (v - mean - w * slope); }, u, y);
  }
}

}  // namespace bench::kernels

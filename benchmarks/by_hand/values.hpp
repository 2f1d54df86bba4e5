// Reductions and products whose gradient costs little more than their value: the plain value alone
// (what the ratios are taken to), and value and gradient as an expert would write them.
#pragma once

#include "../kernels.hpp"
#include "../workloads.hpp"

namespace bench {

// ln sum exp x: one pass for the largest, one for the sum.
template <bool with_gradient>
class HandLogsumexp {
 public:
  HandLogsumexp(int n, const double* x) : n_(n), x_(x), gradient_(n) {}

  double run() {
    using kernels::Batch;
    constexpr int w = kernels::width<double>;
    Batch<double> peaks(x_[0]);
    int i = 0;
    for (; i + w <= n_; i += w) peaks = xsimd::max(peaks, Batch<double>::load_unaligned(x_ + i));
    alignas(64) double part[w];
    peaks.store_aligned(part);
    double peak = *std::max_element(part, part + w);
    for (; i < n_; ++i) peak = std::max(peak, x_[i]);

    Batch<double> total(0.0);
    double rest = 0;
    for (i = 0; i + w <= n_; i += w) {
      const auto e = xsimd::exp(Batch<double>::load_unaligned(x_ + i) - peak);
      total += e;
      if constexpr (with_gradient) e.store_unaligned(gradient_.data() + i);
    }
    for (; i < n_; ++i) rest += gradient_[i] = std::exp(x_[i] - peak);
    const double sum = rest + xsimd::hadd(total);
    if constexpr (with_gradient)
      kernels::map(
          n_, gradient_.data(), [&](const auto& e) { return e * (1 / sum); }, gradient_.data());
    return peak + std::log(sum);
  }

  // Of the plain value it is computed here, where no clock runs.
  const double* gradient() {
    if constexpr (!with_gradient) {
      const double value = run();
      for (int i = 0; i < n_; ++i) gradient_[i] = std::exp(x_[i] - value);
    }
    return gradient_.data();
  }

 private:
  int n_;
  const double* x_;
  kernels::Array<double> gradient_;
};

// sum(A B) of two n x n matrices: dA = 1 B^T, dB = A^T 1, by products as an engine has them.
template <bool with_gradient>
class HandProduct {
 public:
  HandProduct(int n, const double* x)
      : n_(n), a_(x), b_(x + n * n), value_(n * n), ones_(n * n, 1.0), gradient_(2 * n * n) {}

  double run() {
    kernels::product(n_, n_, n_, 1.0, a_, b_, 0.0, value_.data());
    if constexpr (with_gradient) pull();
    return kernels::sum(n_ * n_, value_.data());
  }
  const double* gradient() {
    pull();
    return gradient_.data();
  }

 private:
  void pull() {
    kernels::product<false, true>(n_, n_, n_, 1.0, ones_.data(), b_, 0.0, gradient_.data());
    kernels::product<true>(n_, n_, n_, 1.0, a_, ones_.data(), 0.0, gradient_.data() + n_ * n_);
  }

  int n_;
  const double *a_, *b_;
  kernels::Array<double> value_, ones_, gradient_;
};

}  // namespace bench

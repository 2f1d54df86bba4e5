// The mixture of Gaussians as an expert would write it with arrays: x - mu, Q (x - mu) and its
// weighed upstream are arrays of (10, 1000) for each component, products are BLAS's and of whole
// matrices. One loop per array, which is all that an engine of array ops can do; what is only
// summed is not stored.
#pragma once

#include "gmm.hpp"

namespace bench {

class HandMixtureNodes : public MixtureFactors {
 public:
  explicit HandMixtureNodes(const Mixture& mixture)
      : MixtureFactors(mixture),
        x_(n * d),
        centred_(k * d * n),
        scaled_(k * d * n),
        weighed_(d * n),
        each_(k * n) {
    for (int i = 0; i < n; ++i)  // the points lie side by side
      for (int j = 0; j < d; ++j) x_[j * n + i] = mixture.x[i * d + j];
  }

  double run() {
    double prior = 0, weights = 0;
    for (int c = 0; c < k; ++c) {
      weights += std::exp(mixture_.alpha[c]);
      prior += prepare(c);
      for (int i = 0; i < d; ++i) lower_[c][i][i] = diagonal_[c][i];
      exponents(c);
    }
    Batch total(0.0), each[k];
    for (int batch = 0; batch < n / w; ++batch) {
      for (int c = 0; c < k; ++c) each[c] = Batch::load_aligned(&each_[c * n + batch * w]);
      total += share(batch, each);
    }
    for (int c = 0; c < k; ++c) pull(c, weights);
    return xsimd::hadd(total) - n * std::log(weights) + prior + Mixture::constant();
  }

 private:
  void exponents(int c) {
    double *const centred = &centred_[c * d * n], *const scaled = &scaled_[c * d * n];
    for (int i = 0; i < d; ++i) {
      const double mu = mixture_.mu[c * d + i];
      kernels::map(
          n, centred + i * n, [mu](const auto& x) { return x - mu; }, &x_[i * n]);
    }
    kernels::product(d, n, d, 1.0, &lower_[c][0][0], centred, 0.0, scaled);
    const double start = mixture_.alpha[c] + sum_q_[c];
    for (int i = 0; i < n; i += w) {
      Batch squares(0.0);
      for (int j = 0; j < d; ++j) {
        const Batch s = Batch::load_aligned(scaled + j * n + i);
        squares = xsimd::fma(s, s, squares);
      }
      (start - 0.5 * squares).store_aligned(&each_[c * n + i]);
    }
  }

  void pull(int c, double weights) {
    const double *const r = &shares_[c * n], *const scaled = &scaled_[c * d * n];
    double sums[d], products[d][d];
    for (int i = 0; i < d; ++i) {
      const auto weigh = [](const auto& share, const auto& s) { return share * s; };
      kernels::map(n, &weighed_[i * n], weigh, r, scaled + i * n);
      sums[i] = kernels::sum(n, &weighed_[i * n]);
    }
    kernels::product<false, true>(d, d, n, 1.0, weighed_.data(), &centred_[c * d * n], 0.0,
                                  &products[0][0]);
    write_gradient(c, weights, kernels::sum(n, r), sums, products);
  }

  kernels::Array<double> x_, centred_, scaled_, weighed_, each_;
};

}  // namespace bench

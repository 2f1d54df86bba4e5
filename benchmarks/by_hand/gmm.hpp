// The mixture of Gaussians and its gradient as an expert would write them: points lie side by side
// in batches, Q (x - mu) stays in registers and is computed again for the gradient, of which the
// only sums over points are r, r Q(x - mu) and r Q(x - mu) (x - mu)^T, r the share of a component.
#pragma once

#include "../kernels.hpp"
#include "../models.hpp"

namespace bench {

// What both ways of writing it share: the factors Q, and gradients from sums over points.
class MixtureFactors {
 protected:
  static constexpr int n = Mixture::n, d = Mixture::d, k = Mixture::k, q = Mixture::icf_columns;
  using Batch = kernels::Batch<double>;
  static constexpr int w = kernels::width<double>;
  static_assert(n % w == 0);

  explicit MixtureFactors(const Mixture& mixture)
      : mixture_(mixture), shares_(n * k), gradient_(k + k * d + k * q) {}

  // Q of component c, row by row; what its prior is.
  double prepare(int c) {
    const double* icf = &mixture_.icf[c * q];
    double squares = 0;
    sum_q_[c] = 0;
    for (int i = 0; i < d; ++i) {
      diagonal_[c][i] = std::exp(icf[i]);
      sum_q_[c] += icf[i], squares += diagonal_[c][i] * diagonal_[c][i];
    }
    const double* l = icf + d;
    for (int column = 0; column < d; ++column)
      for (int row = column + 1; row < d; ++row, ++l) {
        lower_[c][row][column] = *l;
        squares += *l * *l;
      }
    return squares / 2;
  }

  // The softmax of a batch of points over the components, from their exponents; ln sum exp.
  Batch share(int batch, Batch* each) {
    Batch peak(-std::numeric_limits<double>::infinity()), sum(0.0);
    for (int c = 0; c < k; ++c) peak = xsimd::max(peak, each[c]);
    for (int c = 0; c < k; ++c) sum += each[c] = xsimd::exp(each[c] - peak);
    for (int c = 0; c < k; ++c) (each[c] / sum).store_aligned(&shares_[(c * n / w + batch) * w]);
    return peak + xsimd::log(sum);
  }

  // From the sums over points of r, r Q(x - mu) and r Q(x - mu) (x - mu)^T.
  void write_gradient(int c, double weights, double r, const double* of_scaled,
                      const double (*products)[d]) {
    gradient_[c] = r - n * std::exp(mixture_.alpha[c]) / weights;
    double *mu = &gradient_[k + c * d], *icf = &gradient_[k + k * d + c * q], *l = icf + d;
    for (int j = 0; j < d; ++j) {
      const double e = diagonal_[c][j];
      mu[j] = e * of_scaled[j];
      for (int i = j + 1; i < d; ++i) mu[j] += lower_[c][i][j] * of_scaled[i];
      icf[j] = r - e * products[j][j] + e * e;
      for (int i = j + 1; i < d; ++i) *l++ = lower_[c][i][j] - products[i][j];
    }
  }

  const Mixture& mixture_;
  kernels::Array<double> shares_, gradient_;
  double sum_q_[k], diagonal_[k][d], lower_[k][d][d] = {};

 public:
  std::vector<double> gradient() const { return {gradient_.begin(), gradient_.end()}; }
};

class HandMixture : public MixtureFactors {
 public:
  explicit HandMixture(const Mixture& mixture) : MixtureFactors(mixture), x_(n * d) {
    for (int i = 0; i < n; ++i)  // a batch of points after the other, coordinate by coordinate
      for (int j = 0; j < d; ++j) x_[i / w * w * d + j * w + i % w] = mixture.x[i * d + j];
  }

  double run() {
    double prior = 0, weights = 0;
    for (int c = 0; c < k; ++c) {
      weights += std::exp(mixture_.alpha[c]);
      prior += prepare(c);
    }
    const double points = logsumexps();
    for (int c = 0; c < k; ++c) pull(c, weights);
    return points - n * std::log(weights) + prior + Mixture::constant();
  }

 private:
  // centred = x - mu, scaled = Q centred, of a batch of points
  void scale(int c, int batch, Batch* centred, Batch* scaled) const {
    for (int i = 0; i < d; ++i)
      centred[i] = Batch::load_aligned(&x_[(batch * d + i) * w]) - mixture_.mu[c * d + i];
    for (int i = 0; i < d; ++i) {
      scaled[i] = centred[i] * diagonal_[c][i];
      for (int j = 0; j < i; ++j)
        scaled[i] = xsimd::fma(centred[j], Batch(lower_[c][i][j]), scaled[i]);
    }
  }

  // The sum over points of ln sum exp; shares_ becomes the softmax.
  double logsumexps() {
    Batch total(0.0), centred[d], scaled[d], each[k];
    for (int batch = 0; batch < n / w; ++batch) {
      for (int c = 0; c < k; ++c) {
        scale(c, batch, centred, scaled);
        Batch squares = scaled[0] * scaled[0];
        for (int i = 1; i < d; ++i) squares = xsimd::fma(scaled[i], scaled[i], squares);
        each[c] = mixture_.alpha[c] + sum_q_[c] - 0.5 * squares;
      }
      total += share(batch, each);
    }
    return xsimd::hadd(total);
  }

  void pull(int c, double weights) {
    Batch share(0.0), of_scaled[d], products[d][d], centred[d], scaled[d];
    for (int i = 0; i < d; ++i) {
      of_scaled[i] = Batch(0.0);
      for (int j = 0; j <= i; ++j) products[i][j] = Batch(0.0);
    }
    for (int batch = 0; batch < n / w; ++batch) {
      const Batch r = Batch::load_aligned(&shares_[(c * n / w + batch) * w]);
      scale(c, batch, centred, scaled);
      share += r;
      for (int i = 0; i < d; ++i) {
        const Batch weighed = r * scaled[i];
        of_scaled[i] += weighed;
        for (int j = 0; j <= i; ++j)
          products[i][j] = xsimd::fma(weighed, centred[j], products[i][j]);
      }
    }
    double sums[d], added[d][d];
    for (int i = 0; i < d; ++i) {
      sums[i] = xsimd::hadd(of_scaled[i]);
      for (int j = 0; j <= i; ++j) added[i][j] = xsimd::hadd(products[i][j]);
    }
    write_gradient(c, weights, xsimd::hadd(share), sums, added);
  }

  kernels::Array<double> x_;
};

}  // namespace bench

// The two objectives of ADBench (Šrajer, Kukelova, Fitzgibbon 2018) that are built from array ops:
// a mixture of Gaussians with a Wishart prior, and an LSTM whose weights are diagonal. Examples 54
// and 55 use them; tests/cases/adbench_test.cpp holds them to the published values and gradients.
#pragma once

#include <cmath>
#include <glassgrad/glassgrad.hpp>
#include <numbers>
#include <span>
#include <vector>

namespace adbench {

using namespace glassgrad;

// The lower triangular matrices with these diagonals (k, d), and below them columns that stand one
// after the other in the rows of l, (k, d (d - 1) / 2), as (k, d, d).
inline Node<> lower_triangles(const Node<>& diagonals, const Node<>& l) {
  const std::int64_t k = diagonals.shape()[0], d = diagonals.shape()[1];
  std::vector<std::int64_t> from(std::size_t(d * d), 0);  // 0: a zero
  std::int64_t next = 1;
  for (std::int64_t i = 0; i < d; ++i) from[std::size_t(i * d + i)] = next++;
  for (std::int64_t column = 0; column < d; ++column)
    for (std::int64_t row = column + 1; row < d; ++row)
      from[std::size_t(row * d + column)] = next++;
  const Node<> with_zero = concat({l.tape()->zeros({k, 1}), diagonals, l}, 1);
  const Node<> entries = rows(transpose(with_zero), l.tape()->indices(from));
  return reshape(transpose(entries), Shape{k, d, d});
}

// ln p of points x (n, d) under a mixture of k Gaussians, with its prior:
//   sum_i ln sum_k exp(alpha_k + sum(q_k) - |Q_k (x_i - mu_k)|^2 / 2) - n ln sum exp alpha - ...
// for weights alpha (k), centres mu (k, d), and the square roots of the inverse covariances
// Q_k = diag(e^q_k) + L_k, of which icf (k, d + d (d - 1) / 2) has q_k and then L_k by columns.
inline Node<> gmm(const Node<>& alpha, const Node<>& mu, const Node<>& icf, const Node<>& x,
                  double gamma, double m) {
  const std::int64_t k = mu.shape()[0], n = x.shape()[0], d = x.shape()[1];
  const Node<> q = slice(icf, 1, 0, d), l = slice(icf, 1, d), sum_q = sum(q, Axes{1});
  const Node<> diagonals = exp(q);
  // (k, d, n): the points lie side by side
  const Node<> centred = reshape(transpose(x), Shape{1, d, n}) - reshape(mu, Shape{k, d, 1});
  const Node<> scaled = matmul(lower_triangles(diagonals, l), centred);
  const Node<> each = reshape(alpha + sum_q, Shape{k, 1}) - sum(square(scaled), Axes{1}) / 2;
  const double N = double(d) + m + 1, pi = std::numbers::pi;
  double log_gamma_d = double(d * (d - 1)) / 4 * std::log(pi);
  for (std::int64_t j = 1; j <= d; ++j) log_gamma_d += std::lgamma(N / 2 + double(1 - j) / 2);
  const double C = N * double(d) * (std::log(gamma) - std::log(2.0) / 2) - log_gamma_d;
  const Node<> prior =
      gamma * gamma / 2 * (sum(square(diagonals)) + sum(square(l))) - m * sum(sum_q);
  return sum(logsumexp(each, Axes{0})) - double(n) * logsumexp(alpha) + prior -
         double(n * d) / 2 * std::log(2 * pi) - double(k) * C;
}

// The mean loss of predicting each s_t+1 from those before it; all vectors have b numbers, products
// are entry by entry. w: 8 per layer, four weights and four biases; extra: the weights into the
// first layer and out of the last, and the last bias; h and cell: the states of the layers.
inline Node<> lstm(std::span<const Node<>> w, std::span<const Node<>> extra, std::vector<Node<>> h,
                   std::vector<Node<>> cell, std::span<const Node<>> s) {
  Node<> total = 0;
  for (std::size_t t = 0; t + 1 < s.size(); ++t) {
    Node<> x = s[t] * extra[0];
    for (std::size_t i = 0; i < h.size(); ++i) {
      const Node<>* const p = &w[8 * i];
      const Node<> forget = sigmoid(x * p[0] + p[4]), in = sigmoid(h[i] * p[1] + p[5]),
                   out = sigmoid(x * p[2] + p[6]), change = tanh(h[i] * p[3] + p[7]);
      cell[i] = cell[i] * forget + in * change;
      x = h[i] = out * tanh(cell[i]);
    }
    const Node<> y = x * extra[1] + extra[2];
    total += sum(s[t + 1] * (y - log(sum(exp(y)) + 2)));  // ADBench adds the 2
  }
  return -total / (double(s.size() - 1) * double(s[0].shape().count()));
}

}  // namespace adbench

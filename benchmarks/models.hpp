// The models that every contender trains or differentiates: an LSTM, a transformer block, a small
// convolutional network, and ADBench's mixture of Gaussians. Sizes and initial numbers, as
// workloads.hpp has them for the smaller questions; harness.hpp turns them into rows.
#pragma once

#include "workloads.hpp"

namespace bench {

inline int count(const std::vector<int>& shape) {
  int product = 1;
  for (const int n : shape) product *= n;
  return product;
}

// Numbers in middle +- scale.
struct Part {
  std::string name;
  std::vector<int> shape;
  float scale, middle = 0;
};

// One step: y of the layers, loss, backward, every part -= rate * its gradient.
// With classes: mean softmax cross-entropy against one label per row of x; else half the squared
// error against numbers of x's shape, over the count of the rows (all axes but the last).
struct Network {
  std::string name;
  std::vector<int> x_shape;
  int classes;
  std::vector<Part> parts;
  float rate;
  int checked_steps;

  std::vector<float> numbers(std::size_t part) const {
    const Part& p = parts[part];
    auto result = uniforms(100 + part, std::size_t(count(p.shape)), p.scale);
    for (float& x : result) x += p.middle;
    return result;
  }
  std::vector<float> x() const { return uniforms(40, std::size_t(count(x_shape)), 1); }
  std::vector<float> y() const { return uniforms(41, std::size_t(count(x_shape)), 1); }
  std::vector<int> labels() const {
    std::vector<int> result;
    for (int i = 0; i < x_shape[0]; ++i) result.push_back(int((uniform(42, i) + 1) * 5));
    return result;
  }
};

inline float glorot(int in, int out) { return std::sqrt(6.0F / static_cast<float>(in + out)); }

// 16 sequences of 64 steps of 128 numbers; i, f, g, o beside each other in W, U and b.
struct LstmSize {
  static constexpr int m = 16, steps = 64, units = 128;
};
inline const Network& lstm() {
  constexpr int n = LstmSize::units;
  static const Network all{
      "lstm",
      {LstmSize::m, LstmSize::steps, n},
      0,
      {{"W", {n, 4 * n}, glorot(n, n)}, {"U", {n, 4 * n}, glorot(n, n)}, {"b", {4 * n}, 0.1F}},
      0.1F,
      5};
  return all;
}

// x <- norm1(x + attention(x)); x <- norm2(x + narrow(relu(wide(x)))) (Vaswani et al. 2017)
struct BlockSize {
  static constexpr int m = 8, steps = 64, size = 128, heads = 4, wide = 4 * size;
};
inline const Network& transformer() {
  constexpr int n = BlockSize::size, w = BlockSize::wide;
  static const Network all = [] {
    Network made{"transformer", {BlockSize::m, BlockSize::steps, n}, 0, {}, 0.02F, 5};
    for (const char* name : {"query", "key", "value", "out"}) {
      made.parts.push_back({std::string(name) + ".W", {n, n}, glorot(n, n)});
      made.parts.push_back({std::string(name) + ".b", {n}, 0.1F});
    }
    for (const char* name : {"norm1", "norm2"}) {
      made.parts.push_back({std::string(name) + ".gamma", {n}, 0.1F, 1});
      made.parts.push_back({std::string(name) + ".beta", {n}, 0.1F});
    }
    made.parts.push_back({"wide.W", {n, w}, glorot(n, w)});
    made.parts.push_back({"wide.b", {w}, 0.1F});
    made.parts.push_back({"narrow.W", {w, n}, glorot(n, w)});
    made.parts.push_back({"narrow.b", {n}, 0.1F});
    return made;
  }();
  return all;
}

// Twice 3 x 3 windows with zeros around, relu and the largest of 2 x 2; then a dense layer.
inline const Network& cnn() {
  static const Network all{"cnn",
                           {64, 1, 28, 28},
                           10,
                           {{"conv1.W", {16, 1, 3, 3}, glorot(9, 144)},
                            {"conv1.b", {16}, 0.1F},
                            {"conv2.W", {32, 16, 3, 3}, glorot(144, 288)},
                            {"conv2.b", {32}, 0.1F},
                            {"out.W", {1568, 10}, glorot(1568, 10)},
                            {"out.b", {10}, 0.1F}},
                           0.02F,
                           5};
  return all;
}

// ln p of n points under a mixture of K Gaussians with a Wishart prior, gamma = 1 and m = 0
// (Šrajer, Kukelova, Fitzgibbon 2018), Q_k = diag(e^q_k) + L_k:
//   sum_i ln sum_k exp(alpha_k + sum q_k - |Q_k (x_i - mu_k)|^2 / 2) - n ln sum exp alpha
//   - n d ln(2 pi) / 2 + sum_k (|e^q_k|^2 + |L_k|^2) / 2 - K C
// A row of icf (K, d + d (d - 1) / 2) is q_k, then L_k's columns one after the other.
struct Mixture {
  static constexpr int n = 1000, d = 10, k = 25, icf_columns = d + d * (d - 1) / 2;
  std::vector<double> alpha = doubles(50, k, 1), mu = doubles(51, k*d, 1),
                      icf = doubles(52, k*icf_columns, 0.5F), x = doubles(53, n*d, 2);

  // What depends on no parameter: - n d ln(2 pi) / 2 - K C with C = -N d ln(2) / 2 - ln
  // Gamma_d(N/2)
  static double constant() {
    const double pi = 3.14159265358979323846, N = d + 1;
    double log_gamma = double(d * (d - 1)) / 4 * std::log(pi);
    for (int j = 1; j <= d; ++j) log_gamma += std::lgamma(N / 2 + double(1 - j) / 2);
    return -double(n * d) / 2 * std::log(2 * pi) + k * (N * d * std::log(2.0) / 2 + log_gamma);
  }

 private:
  static std::vector<double> doubles(std::uint64_t stream, std::size_t n, float scale) {
    const auto x = uniforms(stream, n, scale);
    return {x.begin(), x.end()};
  }
};

}  // namespace bench

// What every contender computes: sizes, initial numbers, learning rates. Nothing here runs or
// measures anything (harness.hpp does); a contender that follows these numbers prints the same
// checksums.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bench {

// One training step: y = act(x W + b) per layer, loss, backward, W -= rate * dW.
// With classes: relu between the layers, mean softmax cross-entropy against integer labels.
// Without: tanh between the layers, sigmoid at the end, half squared error over the batch.
struct Step {
  std::string name;
  int batch;
  std::vector<int> sizes;
  bool classes;
  float rate;
  int checked_steps;  // the checksum is the sum of the losses of so many steps from the start

  int layers() const { return static_cast<int>(sizes.size()) - 1; }
};

inline const std::vector<Step>& steps() {
  static const std::vector<Step> all{
      {"4x[2,4,1]", 4, {2, 4, 1}, false, 0.1F, 50},
      {"32x[64,64,10]", 32, {64, 64, 10}, true, 0.01F, 20},
      {"64x[784,128,10]", 64, {784, 128, 10}, true, 0.01F, 20},
      {"256x[784,512,512,10]", 256, {784, 512, 512, 10}, true, 0.01F, 5},
      {"1024x[1024,1024,1024,10]", 1024, {1024, 1024, 1024, 10}, true, 0.01F, 3},
  };
  return all;
}

// sum(t^2 + exp(-t^2)) with t = tanh(sigmoid(x) x + 0.5), value and gradient, float32.
inline constexpr int chain_sizes[] = {1, 100, 10'000, 1'000'000};

// y <- y w, y <- y + b, alternating, float64: value and gradients of x, w, b.
inline constexpr int scalar_sizes[] = {1'000, 10'000, 100'000, 1'000'000};
inline constexpr double scalar_x = 0.7, scalar_w = 1 - 1e-6, scalar_b = 1e-6;

// A number in [-1, 1) that depends on (stream, index) alone (the splitmix64 finaliser).
inline float uniform(std::uint64_t stream, std::uint64_t index) {
  std::uint64_t z = (stream << 40) + (index + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return static_cast<float>(static_cast<double>(z >> 40) / (1 << 23) - 1.0);
}

inline std::vector<float> uniforms(std::uint64_t stream, std::size_t n, float scale) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = scale * uniform(stream, i);
  return x;
}

// The data of a step: rows of x, then y (regression) or labels (classes).
struct Data {
  std::vector<float> x, y;
  std::vector<int> labels;

  explicit Data(const Step& s)
      : x(uniforms(1, static_cast<std::size_t>(s.batch) * s.sizes.front(), 1)), labels(s.batch) {
    for (float u : uniforms(2, s.batch, 1)) y.push_back(u > 0 ? 1.0F : 0.0F);
    for (int i = 0; i < s.batch; ++i) labels[i] = static_cast<int>((uniform(3, i) + 1) * 5);
  }
};

// Row-major (in, out) weights of one layer, Glorot's uniform; and its biases.
inline std::vector<float> weights(const Step& s, int layer) {
  const int in = s.sizes[layer], out = s.sizes[layer + 1];
  return uniforms(10 + layer, static_cast<std::size_t>(in) * out,
                  std::sqrt(6.0F / static_cast<float>(in + out)));
}
inline std::vector<float> biases(const Step& s, int layer) {
  return uniforms(20 + layer, s.sizes[layer + 1], 0.1F);
}

inline std::vector<float> chain_inputs(int n) { return uniforms(30, n, 3); }

// ln sum exp of n numbers, and sum(A B) of two n x n matrices, float64: value and gradient.
inline constexpr int logsumexp_sizes[] = {1'024, 1'000'000};
inline constexpr int matmul_sizes[] = {22};
inline std::vector<double> doubles(std::uint64_t stream, std::size_t n) {
  const auto x = uniforms(stream, n, 3);
  return {x.begin(), x.end()};
}

// n numbers in rows, each normalised for itself: y = softmax(x) or layer_norm(x), sum(y x).
inline constexpr int row_length = 256, row_norm_sizes[] = {65'536, 1'048'576};

// The scalar chain of so many ops, for so many values of x.
inline constexpr int batch_chain[] = {1'000};
inline std::vector<double> batch_inputs() { return doubles(33, 256); }

}  // namespace bench

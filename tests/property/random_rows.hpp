// Random functions of a batch of examples, one a row: every elementwise op of the table, each fed
// with numbers of its own domain, and ops that go along the rows. An example's result depends on
// that example alone, so what is true of batches can be asked of all of them.
#pragma once

#include <gtest/gtest.h>

#include <random>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/ops/cumulative.hpp"
#include "glassgrad/ops/normalization.hpp"
#include "glassgrad/ops/norms.hpp"
#include "support/op_table.hpp"

namespace glassgrad::property {

// Which ops a graph may have.
struct Kinds {
  bool smooth = false;   // without jumps, which differences and float32 may see on another side
  bool batched = false;  // that map_batch takes
};

inline const std::vector<const OpCase*>& elementwise_cases() {
  static const std::vector<const OpCase*> all = [] {
    std::vector<const OpCase*> cases;
    for (const OpCase& op : op_table())
      if (op.elementwise() && !op.taken_as_given && op.inputs <= 4) cases.push_back(&op);
    return cases;
  }();
  return all;
}
inline bool jumps(const OpCase& op) {
  for (int k = 0; k < op.inputs; ++k)
    if (!op.has_gradient(k)) return true;
  return op.op == "fmod" || op.op == "remainder" || op.op == "copysign" || op.op == "heaviside";
}

// Into the interval, from anywhere.
template <class T>
Node<T> into(const Interval& domain, const Node<T>& x) {
  const double margin = (domain.high - domain.low) / 16;
  return sigmoid(x) * (domain.high - domain.low - 2 * margin) + (domain.low + margin);
}
template <class T>
Node<T> along_rows(const Node<T>& x, std::uint64_t which) {
  switch (which % 10) {
    case 0:
      return softmax(x, 1);
    case 1:
      return log_softmax(x, 1) / 4.0;
    case 2:
      return x - mean(x, 1, true);
    case 3:
      return layer_norm(x, 1, 0.1);
    case 4:
      return x / (norm(x, 2, 1, true) + 0.5);
    case 5:
      return cumsum(x, 1) / 2.0;
    case 6:
      return x * logsumexp(x, 1, true);
    case 7:
      return x + deviation(x, 1, 0, true);
    case 8:
      return x + norm(x, 3, 1, true);
    default:
      return x * var(x, 1, 0, true);
  }
}

// f(x) of x (n, d), d at least 1: the same function for the same seed.
template <class T>
Node<T> random_rows(const Node<T>& x, const Node<T>& w, std::uint64_t seed,
                    const Kinds& kinds = {}) {
  std::mt19937_64 bits(seed);  // Random refuses to draw while a program is recorded
  const auto below = [&](std::size_t n) { return std::size_t(bits() % n); };
  std::vector<Node<T>> made{x, tanh(matmul(x, w))};
  for (int step = 0; step < 5; ++step) {
    const Node<T> a = made[below(made.size())], b = made.back();
    Node<T> y;
    if (below(3) == 0) {
      y = along_rows(b, below(1000));
    } else {
      const OpCase& op = *elementwise_cases()[below(elementwise_cases().size())];
      if (kinds.smooth && jumps(op)) continue;
      std::vector<Node<T>> in;
      for (int k = 0; k < op.inputs; ++k)
        in.push_back(into(op.domain[std::size_t(k)], k % 2 ? a + 0.25 * double(k) : b));
      y = record(*x.tape(), op, in);
    }
    made.push_back(sin(y) + 0.125 * b);  // of moderate size
  }
  return made.back() * made[made.size() / 2] + made[1];
}

template <class T>
std::vector<T> drawn(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<T> all(static_cast<std::size_t>(count));
  for (T& each : all) each = T(random.normal());
  return all;
}
template <class T>
Node<T> input(Tape<T>& tape, const std::vector<T>& numbers, const Shape& shape) {
  return tape.input(View<const T>{numbers.data(), &shape});
}
template <class T>
std::vector<double> list(const View<const T>& view) {
  return {view.begin(), view.end()};
}
inline void expect_close(const std::vector<double>& a, const std::vector<double>& b,
                         double tolerance, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], tolerance * std::max(1.0, std::abs(b[i]))) << what << " at " << i;
}
inline std::string seed_text(std::uint64_t seed, const Shape& shape) {
  return "seed " + std::to_string(seed) + " of " + to_text(shape);
}
// Sizes 0 and 1 are among them.
inline const Shape shapes[] = {{5, 3}, {4, 1}, {1, 4}, {1, 1}, {0, 3}, {3, 19}};

}  // namespace glassgrad::property

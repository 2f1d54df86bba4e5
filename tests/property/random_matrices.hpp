// Random functions of a square matrix: reductions along its columns, products, solutions and
// decompositions, of matrices that are well away from singular and whose values are well apart.
#pragma once

#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/ops/functions/linear_algebra.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "property/graph.hpp"

namespace glassgrad::property {

// Along axis 0: column j of the result depends on column j alone.
template <class T>
Node<T> along_columns(const Node<T>& x, std::uint64_t which) {
  switch (which % 11) {
    case 0:
      return softmax(x, 0);
    case 1:
      return log_softmax(x, 0) / 4.0;
    case 2:
      return x - mean(x, 0, true);
    case 3:
      return x * sum(x, 0, true) / 4.0;
    case 4:
      return x / (norm(x, 2, 0, true) + 0.5);
    case 5:
      return cumsum(x, 0) / 2.0;
    case 6:
      return x * logsumexp(x, 0, true);
    case 7:
      return x + deviation(x, 0, 0, true);
    case 8:
      return x + norm(x, 3, 0, true);
    case 9:
      return x + max(x, 0, true) - min(x, 0, true);
    default:
      return x * var(x, 0, 0, true);
  }
}

// I, 2 I, ... n I: what is added to small matrices sets their values apart.
template <class T>
Node<T> apart(const Node<T>& x) {
  const std::int64_t n = x.shape()[0];
  std::vector<T> numbers(std::size_t(n * n), T(0));
  for (std::int64_t i = 0; i < n; ++i) numbers[std::size_t(i * n + i)] = T(i + 2);
  return x.tape()->constant(View<const T>{numbers.data(), &x.shape()});
}
template <class T>
Node<T> small(const Node<T>& x) {  // of norm at most 1/4
  return tanh(x) / (4.0 * double(x.shape()[0]));
}
template <class T>
Node<T> linear_algebra(const Node<T>& a, const Node<T>& b, std::uint64_t which) {
  const Node<T> part = small(a), regular = part + apart(a);
  const Node<T> positive = part + transpose(part) + apart(a);
  switch (which % 12) {
    case 0:
      return matmul(a, b) / double(a.shape()[0]);
    case 1:
      return solve(regular, b);
    case 2:
      return inverse(regular);
    case 3:
      return cholesky(positive);
    case 4:
      return qr(regular).q;
    case 5:
      return qr(regular).r / 4.0;
    case 6:
      return eigh(positive).vectors * eigh(positive).values / 4.0;
    case 7: {
      const auto parts = svd(regular);
      return parts.u * parts.s / 4.0 + parts.v;
    }
    case 8:
      return b * logdet(regular) / 4.0;
    case 9:
      return b * det(regular) / 720.0;
    case 10:
      return pinv(regular);
    default:
      return matrix_exp(part);
  }
}

// f(x) of x (n, n), n at least 1: the same function for the same seed.
template <class T>
Node<T> random_matrices(const Node<T>& x, const Node<T>& w, std::uint64_t seed) {
  Dice dice(seed);
  std::vector<Node<T>> made{x, tanh(matmul(x, w))};
  for (int step = 0; step < 4; ++step) {
    const Node<T> a = made[dice.below(made.size())], b = made.back();
    const std::uint64_t which = dice.below(1000);
    const Node<T> y = dice.below(2) ? along_columns(a + b, which) : linear_algebra(a, b, which);
    made.push_back(sin(y) + 0.125 * b);  // of moderate size
  }
  return made.back() + made[made.size() / 2];
}

struct MatrixGraphs {
  static constexpr const char* name = "matrices";
  static std::uint64_t count() { return 150; }
  static Shape shape(std::uint64_t seed) {
    const std::int64_t n = std::int64_t(1 + seed % 5);
    return {n, n};
  }
  static Shape weights(const Shape& x) { return x; }
  template <class T>
  static Node<T> at(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds&) {
    return random_matrices(x, w, seed * 23);
  }
};

}  // namespace glassgrad::property

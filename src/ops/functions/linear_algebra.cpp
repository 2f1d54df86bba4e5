// The compositions of linear_algebra.hpp.
#include "glassgrad/ops/functions/linear_algebra.hpp"

#include <limits>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/norm.hpp"

namespace glassgrad {
namespace {

// A's and b's batch axes broadcast against each other.
template <class T>
std::pair<Node<T>, Node<T>> together(std::string_view op, const Node<T>& a, const Node<T>& b) {
  check_matrices(op, a.shape()), check_matrices(op, b.shape());
  const auto batch = [](const Shape& x) {
    return Shape(std::span<const std::int64_t>(x.begin(), std::size_t(x.rank() - 2)));
  };
  const Shape both = broadcast(op, batch(a.shape()), batch(b.shape()));
  const auto stretched = [&](const Node<T>& x) {
    Shape shape = both;
    shape.push_back(x.shape().from_end(2)), shape.push_back(x.shape().from_end(1));
    return shape == x.shape() ? x : broadcast_to(x, shape);
  };
  return {stretched(a), stretched(b)};
}
// f(A, b) with b as matrices; a vector, or one for each of a batch of matrices, is a column.
template <class T, class F>
Node<T> with_columns(std::string_view op, const Node<T>& a, const Node<T>& b, const F& f) {
  const bool vectors =
      b.shape().rank() == 1 ||
      (b.shape().rank() == a.shape().rank() - 1 && b.shape().from_end(1) == a.shape().from_end(2) &&
       b.shape().rank() > 1 && b.shape()[0] == a.shape()[0]);
  const auto [left, right] = together(op, a, vectors ? unsqueeze(b, -1) : b);
  const Node<T> y = f(left, right);
  return vectors ? squeeze(y, -1) : y;
}

}  // namespace

template <class T>
SignAndLog<T> slogdet(const Node<T>& x) try {
  const Node<T> both = apply(Slogdet{}, x);
  return {select(both, -1, 0), select(both, -1, 1)};
} catch (...) {
  detail::rethrow_as("slogdet");
}
template <class T>
Node<T> logdet(const Node<T>& x) try {
  return select(apply(Slogdet{asked(Asked::slope_of_logdet)}, x), -1, 1);
} catch (...) {
  detail::rethrow_as("logdet");
}
template <class T>
Node<T> solve(const Node<T>& a, const Node<T>& b) try {
  return with_columns("solve", a, b, [](const auto& left, const auto& right) {
    return apply(Solve{}, left, right);
  });
} catch (...) {
  detail::rethrow_as("solve");
}
template <class T>
Node<T> solve_triangular(const Node<T>& a, const Node<T>& b, bool upper, bool transpose,
                         bool unit) try {
  return with_columns("solve_triangular", a, b, [&](const auto& left, const auto& right) {
    return apply(SolveTriangular{upper, transpose, unit}, left, right);
  });
} catch (...) {
  detail::rethrow_as("solve_triangular");
}
template <class T>
Node<T> cholesky_solve(const Node<T>& factor, const Node<T>& b) try {
  return with_columns("cholesky_solve", factor, b, [](const auto& left, const auto& right) {
    const Hint by = asked(Asked::cholesky_solve);
    return apply(SolveTriangular{false, true, false, by}, left,
                 apply(SolveTriangular{false, false, false, by}, left, right));
  });
} catch (...) {
  detail::rethrow_as("cholesky_solve");
}
template <class T>
Node<T> lstsq(const Node<T>& a, const Node<T>& b) try {
  return with_columns("lstsq", a, b, [](const Node<T>& left, const Node<T>& right) {
    return matrices::product(apply(Pinv{}, left), right);
  });
} catch (...) {
  detail::rethrow_as("lstsq");
}
template <class T>
Node<T> pinv(const Node<T>& x, double cut) try {
  return apply(Pinv{cut}, x);
} catch (...) {
  detail::rethrow_as("pinv");
}

template <class T>
Node<T> cholesky(const Node<T>& x, bool upper) try {
  const Node<T> lower = apply(Cholesky{}, x);
  return upper ? matrices::transposed(lower) : lower;
} catch (...) {
  detail::rethrow_as("cholesky");
}
template <class T>
QR<T> qr(const Node<T>& x) try {
  check_matrices("qr", x.shape());
  const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1);
  if (m >= n) {
    const Node<T> packed = apply(Qr{}, x);
    return {matrices::rows(packed, 0, m), matrices::rows(packed, m, n)};
  }
  const Node<T> square = matrices::columns(x, 0, m);
  const auto [q, r] = qr(square);
  const Node<T> rest = matrices::product(q, matrices::columns(x, m, n - m), true);
  return {q, concat({r, rest}, -1)};
} catch (...) {
  detail::rethrow_as("qr");
}
template <class T>
Eigen<T> eigh(const Node<T>& x) try {
  const Node<T> packed = apply(Eigh{}, x);
  return {select(packed, -2, 0), matrices::rows(packed, 1, packed.shape().from_end(1))};
} catch (...) {
  detail::rethrow_as("eigh");
}
template <class T>
SVD<T> svd(const Node<T>& x) try {
  const Node<T> packed = apply(Svd{}, x);
  const std::int64_t m = x.shape().from_end(2), n = x.shape().from_end(1);
  return {matrices::rows(packed, 0, m), select(packed, -2, m), matrices::rows(packed, m + 1, n)};
} catch (...) {
  detail::rethrow_as("svd");
}
template <class T>
Node<T> svdvals(const Node<T>& x) try {
  return svd(x).s;
} catch (...) {
  detail::rethrow_as("svdvals");
}

template <class T>
Node<T> matrix_power(const Node<T>& x, Integer power) try {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t n = power.in("matrix_power", "the power", {-most, most});
  check_square("matrix_power", x.shape());
  if (n < 0) return matrix_power(apply(Inverse{asked(Asked::matrix_power)}, x), -n);
  if (n == 0) {
    const std::int64_t size = x.shape().from_end(1);
    const Node<T> row = broadcast_to(x.its_tape().constant(T(1)), Shape{1, size});
    return broadcast_to(matrices::diagonal_of(row), x.shape());
  }
  if (n == 1) return x;
  const Node<T> half = matrix_power(x, n / 2), even = matmul(half, half);
  return n % 2 ? matmul(even, x) : even;
} catch (...) {
  detail::rethrow_as("matrix_power");
}
template <class T>
Node<T> matrix_norm(const Node<T>& x, MatrixNorm norm, bool keepdims) try {
  check_matrices("matrix_norm", x.shape());
  const auto of_singular = [&](const auto& f) {
    const Node<T> y = f(svdvals(x));
    return keepdims ? matrices::raised(y) : y;
  };
  // the extreme sum of absolute values along one axis
  const auto of_sums = [&](int axis, bool largest) {
    const Node<T> sums = sum(abs(x), axis, true);
    const int other = axis == -1 ? -2 : -1;
    const Node<T> y = largest ? max(sums, other, true) : min(sums, other, true);
    return keepdims ? y : squeeze(y, {-2, -1});
  };
  switch (norm) {
    case MatrixNorm::nuclear:
      return of_singular([](const Node<T>& s) { return sum(s, -1); });
    case MatrixNorm::spectral:
      return of_singular([](const Node<T>& s) { return max(s, -1); });
    case MatrixNorm::least:
      return of_singular([](const Node<T>& s) { return min(s, -1); });
    case MatrixNorm::columns:
      return of_sums(-2, true);
    case MatrixNorm::rows:
      return of_sums(-1, true);
    case MatrixNorm::least_column:
      return of_sums(-2, false);
    case MatrixNorm::least_row:
      return of_sums(-1, false);
    default:
      return apply(Norm{2, {{-2, -1}, keepdims}}, x);
  }
} catch (...) {
  detail::rethrow_as("matrix_norm");
}
template <class T>
Node<T> condition_number(const Node<T>& x) try {
  const Node<T> s = svdvals(x);
  return max(s, -1) / min(s, -1);
} catch (...) {
  detail::rethrow_as("condition_number");
}

#define GLASSGRAD_LINEAR_ALGEBRA(T)                                                    \
  template SignAndLog<T> slogdet(const Node<T>&);                                      \
  template Node<T> logdet(const Node<T>&);                                             \
  template Node<T> solve(const Node<T>&, const Node<T>&);                              \
  template Node<T> solve_triangular(const Node<T>&, const Node<T>&, bool, bool, bool); \
  template Node<T> cholesky_solve(const Node<T>&, const Node<T>&);                     \
  template Node<T> lstsq(const Node<T>&, const Node<T>&);                              \
  template Node<T> pinv(const Node<T>&, double);                                       \
  template Node<T> cholesky(const Node<T>&, bool);                                     \
  template QR<T> qr(const Node<T>&);                                                   \
  template Eigen<T> eigh(const Node<T>&);                                              \
  template SVD<T> svd(const Node<T>&);                                                 \
  template Node<T> svdvals(const Node<T>&);                                            \
  template Node<T> matrix_power(const Node<T>&, Axis);                                 \
  template Node<T> matrix_norm(const Node<T>&, MatrixNorm, bool);                      \
  template Node<T> condition_number(const Node<T>&);
GLASSGRAD_LINEAR_ALGEBRA(float)
GLASSGRAD_LINEAR_ALGEBRA(double)
#undef GLASSGRAD_LINEAR_ALGEBRA

}  // namespace glassgrad

// The kernels of matrices.hpp that solve equations. Numbers are double while LAPACK works.
// Next: lapack_spectral.cpp, the other half.
#include <limits>

#include "ops/rules/lapack_scratch.hpp"

namespace glassgrad::lapack {
namespace {

void check_inverse(Asked asked, const Factors& factors, std::int64_t matrix, const Shape& x) {
  constexpr std::string_view slope = ", and the slope is its inverse";
  switch (asked) {
    case Asked::matrix_power:
      return factors.check("matrix_power", matrix, x, "pinv");
    case Asked::slope_of_slogdet:
      return factors.check("slogdet", matrix, x, "det", slope);
    case Asked::slope_of_logdet:
      return factors.check("logdet", matrix, x, "det", slope);
    default:
      return factors.check("inverse", matrix, x, "pinv");
  }
}
[[noreturn]] void refuse_diagonal(Asked asked, int entry, std::int64_t matrix, const Shape& a) {
  if (asked == Asked::slope_of_qr)
    throw Error(
        "qr",
        join("entry ", entry, " of the diagonal of R, leading part ", matrix, " of ", a,
             ", is 0, and the slope divides by it"),
        join("Give a matrix whose first ", a.from_end(1), " columns are linearly independent"));
  refuse(asked == Asked::cholesky_solve ? "cholesky_solve" : "solve_triangular", matrix, a,
         join("is singular: entry ", entry, " of its diagonal is 0"),
         "Give a diagonal without zeros");
}

}  // namespace

template <class T>
void inverse(Hint asked, View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  Factors factors(pool, n);
  Buffer one = buffer(pool, size.count());
  for (std::int64_t b = 0; b < size.batch; ++b) {
    factors.factor(x.data + b * size.count());
    check_inverse(Asked(asked.value), factors, b, x.shape());
    std::fill_n(one.data(), size.count(), 0.0);
    for (int i = 0; i < n; ++i) one.data()[std::int64_t(i) * (n + 1)] = 1;
    factors.solve(false, n, one.data());
    turned(one.data(), n, n, y.data + b * size.count());
  }
}
template <class T>
void solve(bool transpose, View<const T> a, View<const T> b, View<T> y, Pool& pool) {
  const Size size(a.shape()), right(b.shape());
  Factors factors(pool, size.rows);
  Buffer columns = buffer(pool, right.count());
  for (std::int64_t k = 0; k < size.batch; ++k) {
    factors.factor(a.data + k * size.count());
    factors.check("solve", k, a.shape(), "lstsq");
    turned(b.data + k * right.count(), right.rows, right.columns, columns.data());
    factors.solve(transpose, right.columns, columns.data());
    turned(columns.data(), right.columns, right.rows, y.data + k * right.count());
  }
}
template <class T>
void solve_triangular(bool upper, bool transpose, bool unit, Hint asked, View<const T> a,
                      View<const T> b, View<T> y, Pool& pool) {
  const Size size(a.shape()), right(b.shape());
  const int n = size.rows;
  Buffer triangle = buffer(pool, size.count()), columns = buffer(pool, right.count());
  for (std::int64_t k = 0; k < size.batch; ++k) {
    turned(a.data + k * size.count(), n, n, triangle.data());
    turned(b.data + k * right.count(), right.rows, right.columns, columns.data());
    const int info = n > 0 && right.columns > 0 ? trtrs(upper, transpose, unit, n, right.columns,
                                                        triangle.data(), columns.data())
                                                : 0;
    if (info > 0) refuse_diagonal(Asked(asked.value), info - 1, k, a.shape());
    turned(columns.data(), right.columns, right.rows, y.data + k * right.count());
  }
}
template <class T>
void cholesky(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  Buffer a = buffer(pool, size.count());
  for (std::int64_t b = 0; b < size.batch; ++b) {
    const T* const from = x.data + b * size.count();
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        a.data()[i * n + j] = double(from[i * n + j]) / 2 + double(from[j * n + i]) / 2;
    const int info = n > 0 ? potrf(n, a.data()) : 0;  // its upper triangle is our lower one
    if (info > 0)
      refuse("cholesky", b, x.shape(),
             join("is not positive definite: its leading ", info, " x ", info, " part is not"),
             "Give a positive definite matrix, or add to its diagonal");
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        y[b * size.count() + i * n + j] = j <= i ? T(a.data()[i * n + j]) : T(0);
  }
}
template <class T>
void determinant(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  Factors factors(pool, size.rows);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    factors.factor(x.data + b * size.count());
    Scaled result{factors.sign()};
    for (int i = 0; i < factors.n; ++i)
      result.times(std::abs(factors.lu.view()[std::int64_t(i) * (factors.n + 1)]));
    y[b] = T(result.value());
  }
}
template <class T>
void slogdet(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  Factors factors(pool, size.rows);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    factors.factor(x.data + b * size.count());
    double sum = 0;
    for (int i = 0; i < factors.n; ++i)
      sum += std::log(std::abs(factors.lu.view()[std::int64_t(i) * (factors.n + 1)]));
    y[2 * b] = T(factors.sign());
    y[2 * b + 1] = factors.zero > 0 ? -std::numeric_limits<T>::infinity() : T(sum);
  }
}

#define GLASSGRAD_LAPACK(T)                                                                     \
  template void inverse(Hint, View<const T>, View<T>, Pool&);                                   \
  template void solve(bool, View<const T>, View<const T>, View<T>, Pool&);                      \
  template void solve_triangular(bool, bool, bool, Hint, View<const T>, View<const T>, View<T>, \
                                 Pool&);                                                        \
  template void cholesky(View<const T>, View<T>, Pool&);                                        \
  template void determinant(View<const T>, View<T>, Pool&);                                     \
  template void slogdet(View<const T>, View<T>, Pool&);
GLASSGRAD_LAPACK(float)
GLASSGRAD_LAPACK(double)
#undef GLASSGRAD_LAPACK

}  // namespace glassgrad::lapack

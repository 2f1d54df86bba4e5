// The kernels of matrices.hpp. LAPACK reads columns first, so what it sees are transposes; numbers
// are double while it works, and its scratch comes from the tape's pool. One thread, as for all of
// OpenBLAS, so that the bits do not depend on their number.
#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/core/text.hpp"
#include "glassgrad/ops/matrices.hpp"

extern "C" {
void openblas_set_num_threads(int);
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* pivots, int* info);
void dgetrs_(const char* trans, const int* n, const int* nrhs, const double* a, const int* lda,
             const int* pivots, double* b, const int* ldb, int* info);
void dtrtrs_(const char* uplo, const char* trans, const char* diag, const int* n, const int* nrhs,
             const double* a, const int* lda, double* b, const int* ldb, int* info);
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dgeqrf_(const int* m, const int* n, double* a, const int* lda, double* tau, double* work,
             const int* lwork, int* info);
void dorgqr_(const int* m, const int* n, const int* k, double* a, const int* lda, const double* tau,
             double* work, const int* lwork, int* info);
void dsyev_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w,
            double* work, const int* lwork, int* info);
void dgesvd_(const char* jobu, const char* jobvt, const int* m, const int* n, double* a,
             const int* lda, double* s, double* u, const int* ldu, double* vt, const int* ldvt,
             double* work, const int* lwork, int* info);
}

namespace glassgrad::lapack {
namespace {

using Buffer = Array<double>;
Buffer buffer(Pool& pool, std::int64_t count) {
  static const bool one_thread = (openblas_set_num_threads(1), true);
  (void)one_thread;
  return Buffer(&pool, Shape{std::max<std::int64_t>(1, count)});
}
struct Size {
  std::int64_t batch;
  int rows, columns;
  explicit Size(const Shape& x) : batch(1), rows(int(x.from_end(2))), columns(int(x.from_end(1))) {
    for (int i = 0; i < x.rank() - 2; ++i) batch *= x[i];
  }
  std::int64_t count() const { return std::int64_t(rows) * columns; }
};
// to(j, i) = from(i, j): between our rows and LAPACK's columns.
template <class From, class To>
void turned(const From* from, std::int64_t rows, std::int64_t columns, To* to) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = To(from[i * columns + j]);
}
[[noreturn]] void refuse(std::string_view op, std::int64_t matrix, const Shape& x,
                         const std::string& what, std::string_view remedy) {
  throw Error(op, join("matrix ", matrix, " of ", x, " ", what), remedy);
}
void check_info(std::string_view op, int info) {
  if (info > 0) throw Error(op, "the iteration did not converge", "Look for NaN in the matrix");
}

// The LU factors of a matrix and its pivots; LAPACK's "info" is the first pivot that is 0, from 1.
struct Factors {
  Buffer lu;
  std::vector<int> pivots;
  int n, zero = 0;
  Factors(Pool& pool, int size)
      : lu(buffer(pool, std::int64_t(size) * size)), pivots(std::size_t(size)), n(size) {}
  template <class T>
  void factor(const T* a) {
    turned(a, n, n, lu.data());
    const int lda = std::max(1, n);
    zero = 0;
    if (n > 0) dgetrf_(&n, &n, lu.data(), &lda, pivots.data(), &zero);
  }
  void check(std::string_view op, std::int64_t matrix, const Shape& x) const {
    if (zero > 0)
      refuse(op, matrix, x, join("is singular: pivot ", zero - 1, " is 0"),
             "Give an invertible matrix; lstsq takes others");
  }
  void solve(bool transpose, int columns, double* b) const {
    int info = 0;
    const int ld = std::max(1, n);
    if (n > 0 && columns > 0)
      dgetrs_(transpose ? "T" : "N", &n, &columns, lu.view().data, &ld, pivots.data(), b, &ld,
              &info);
  }
  double sign() const {
    double result = 1;
    for (int i = 0; i < n; ++i) {
      if (pivots[std::size_t(i)] != i + 1) result = -result;
      if (lu.view()[i * (n + 1)] < 0) result = -result;
    }
    return zero > 0 ? 0 : result;
  }
};

// Turns columns so that the first entry of at least half the largest is positive: -1 to turn it.
int turn(const double* v, std::int64_t n) {
  double largest = 0;
  for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(v[i]));
  for (std::int64_t i = 0; i < n; ++i)
    if (2 * std::abs(v[i]) >= largest) return v[i] < 0 ? -1 : 1;
  return 1;
}

// U (m x k), S and V (n x k) of a row-major m x n matrix: V by columns, U by rows.
struct Singular {
  int m, n, k;
  Buffer a, s, u_rows, v_columns, work;
  int length;
  Singular(Pool& pool, int rows, int columns)
      : m(rows),
        n(columns),
        k(std::min(rows, columns)),
        a(buffer(pool, std::int64_t(m) * n)),
        s(buffer(pool, k)),
        u_rows(buffer(pool, std::int64_t(m) * k)),
        v_columns(buffer(pool, std::int64_t(n) * k)),
        work(buffer(pool, 5 * std::int64_t(std::max(m, n)) + 3 * k)),
        length(int(work.shape()[0])) {}
  template <class T>
  void compute(const T* x) {
    if (k == 0) return;
    std::copy_n(x, std::int64_t(m) * n, a.data());
    int info = 0;
    dgesvd_("S", "S", &n, &m, a.data(), &n, s.data(), v_columns.data(), &n, u_rows.data(), &k,
            work.data(), &length, &info);
    check_info("svd", info);
    for (int j = 0; j < k; ++j) {
      double* const v = v_columns.data() + std::int64_t(j) * n;
      if (turn(v, n) > 0) continue;
      for (int i = 0; i < n; ++i) v[i] = -v[i];
      for (int i = 0; i < m; ++i) u_rows.data()[std::int64_t(i) * k + j] *= -1;
    }
  }
};

}  // namespace

template <class T>
void inverse(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  Factors factors(pool, n);
  Buffer one = buffer(pool, size.count());
  for (std::int64_t b = 0; b < size.batch; ++b) {
    factors.factor(x.data + b * size.count());
    factors.check("inverse", b, x.shape());
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
    factors.check("solve", k, a.shape());
    turned(b.data + k * right.count(), right.rows, right.columns, columns.data());
    factors.solve(transpose, right.columns, columns.data());
    turned(columns.data(), right.columns, right.rows, y.data + k * right.count());
  }
}
template <class T>
void solve_triangular(bool upper, bool transpose, View<const T> a, View<const T> b, View<T> y,
                      Pool& pool) {
  const Size size(a.shape()), right(b.shape());
  const int n = size.rows, ld = std::max(1, n);
  Buffer triangle = buffer(pool, size.count()), columns = buffer(pool, right.count());
  for (std::int64_t k = 0; k < size.batch; ++k) {
    turned(a.data + k * size.count(), n, n, triangle.data());
    turned(b.data + k * right.count(), right.rows, right.columns, columns.data());
    int info = 0;
    if (n > 0 && right.columns > 0)
      dtrtrs_(upper ? "U" : "L", transpose ? "T" : "N", "N", &n, &right.columns, triangle.data(),
              &ld, columns.data(), &ld, &info);
    if (info > 0)
      refuse("solve_triangular", k, a.shape(),
             join("is singular: entry ", info - 1, " of its diagonal is 0"),
             "Give a diagonal without zeros");
    turned(columns.data(), right.columns, right.rows, y.data + k * right.count());
  }
}
template <class T>
void cholesky(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows, ld = std::max(1, n);
  Buffer a = buffer(pool, size.count());
  for (std::int64_t b = 0; b < size.batch; ++b) {
    const T* const from = x.data + b * size.count();
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        a.data()[i * n + j] = (double(from[i * n + j]) + double(from[j * n + i])) / 2;
    int info = 0;
    if (n > 0) dpotrf_("U", &n, a.data(), &ld, &info);  // its upper triangle is our lower one
    if (info > 0)
      refuse("cholesky", b, x.shape(),
             join("is not positive definite: its leading ", info, " x ", info, " part is not"),
             "Give a positive definite matrix, or add to its diagonal");
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        y[b * size.count() + i * n + j] = j <= i ? T(a.data()[i * n + j]) : T(0);
  }
}
template <class T>
void determinant(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  Factors factors(pool, size.rows);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    factors.factor(x.data + b * size.count());
    double result = factors.sign();
    for (int i = 0; i < factors.n; ++i) result *= std::abs(factors.lu.view()[i * (factors.n + 1)]);
    y[b] = T(result);
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
      sum += std::log(std::abs(factors.lu.view()[i * (factors.n + 1)]));
    y[2 * b] = T(factors.sign());
    y[2 * b + 1] = factors.zero > 0 ? -std::numeric_limits<T>::infinity() : T(sum);
  }
}
// x = U S V^T with det U det V = +-1: adj x = det(U) det(V) V diag(product of the others) U^T.
template <class T>
void adjugate(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  Singular f(pool, n, n);
  Factors factors(pool, n);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    f.compute(x.data + b * size.count());
    factors.factor(f.u_rows.data());
    double turned_twice = factors.sign();
    factors.factor(f.v_columns.data());
    turned_twice *= factors.sign();
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        double sum = 0;
        for (int k = 0; k < n; ++k) {
          double others = turned_twice;
          for (int l = 0; l < n; ++l)
            if (l != k) others *= f.s.data()[l];
          sum += f.v_columns.data()[k * n + i] * others * f.u_rows.data()[j * n + k];
        }
        y[b * size.count() + i * n + j] = T(sum);
      }
  }
}
template <class T>
void qr(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape()), packed(y.shape());
  const int m = size.rows, n = size.columns, length = std::max(1, 32 * n);
  Buffer a = buffer(pool, size.count()), tau = buffer(pool, n), work = buffer(pool, length);
  Buffer r = buffer(pool, std::int64_t(n) * n);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    turned(x.data + b * size.count(), m, n, a.data());
    int info = 0;
    if (n > 0) dgeqrf_(&m, &n, a.data(), &m, tau.data(), work.data(), &length, &info);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        r.data()[i * n + j] = j < i ? 0 : a.data()[std::int64_t(j) * m + i];
    if (n > 0) dorgqr_(&m, &n, &n, a.data(), &m, tau.data(), work.data(), &length, &info);
    T* const to = y.data + b * packed.count();
    for (int j = 0; j < n; ++j) {
      const double sign = r.data()[j * n + j] < 0 ? -1 : 1;
      for (int i = 0; i < m; ++i)
        to[std::int64_t(i) * n + j] = T(sign * a.data()[std::int64_t(j) * m + i]);
      for (int i = 0; i < n; ++i)
        to[std::int64_t(m + j) * n + i] = T(i < j ? 0 : sign * r.data()[j * n + i]);
    }
  }
}
template <class T>
void eigh(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows, length = std::max(1, 34 * n);
  Buffer a = buffer(pool, size.count()), w = buffer(pool, n), work = buffer(pool, length);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    const T* const from = x.data + b * size.count();
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        a.data()[i * n + j] = (double(from[i * n + j]) + double(from[j * n + i])) / 2;
    int info = 0;
    if (n > 0) dsyev_("V", "U", &n, a.data(), &n, w.data(), work.data(), &length, &info);
    check_info("eigh", info);
    T* const to = y.data + b * (size.count() + n);
    for (int j = 0; j < n; ++j) {
      const int sign = turn(a.data() + std::int64_t(j) * n, n);
      to[j] = T(w.data()[j]);
      for (int i = 0; i < n; ++i) to[(i + 1) * n + j] = T(sign * a.data()[std::int64_t(j) * n + i]);
    }
  }
}
template <class T>
void svd(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape()), packed(y.shape());
  Singular f(pool, size.rows, size.columns);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    f.compute(x.data + b * size.count());
    T* to = y.data + b * packed.count();
    for (std::int64_t i = 0; i < std::int64_t(f.m) * f.k; ++i) *to++ = T(f.u_rows.data()[i]);
    for (int j = 0; j < f.k; ++j) *to++ = T(f.s.data()[j]);
    for (int i = 0; i < f.n; ++i)
      for (int j = 0; j < f.k; ++j) *to++ = T(f.v_columns.data()[std::int64_t(j) * f.n + i]);
  }
}

// The diagonal Pade approximant of degree 13 of x / 2^s, squared s times (Higham 2005).
template <class T>
void exponential(View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  const std::int64_t count = size.count();
  Buffer a = buffer(pool, count), power = buffer(pool, count), next = buffer(pool, count);
  Buffer even = buffer(pool, count), odd = buffer(pool, count);
  Factors factors(pool, n);
  const auto times = [&](Buffer& left, Buffer& right, Buffer& result) {
    kernels::matmul(false, false, n, n, n, static_cast<const double*>(left.data()),
                    static_cast<const double*>(right.data()), result.data());
  };
  for (std::int64_t b = 0; b < size.batch; ++b) {
    double norm = 0;
    for (int j = 0; j < n; ++j) {
      double column = 0;
      for (int i = 0; i < n; ++i) column += std::abs(double(x[b * count + i * n + j]));
      norm = std::max(norm, column);
    }
    const int squarings =
        norm > 5.37 && std::isfinite(norm) ? int(std::ceil(std::log2(norm / 5.37))) : 0;
    for (std::int64_t i = 0; i < count; ++i)
      a.data()[i] = std::ldexp(double(x[b * count + i]), -squarings);
    std::fill_n(even.data(), count, 0.0), std::fill_n(odd.data(), count, 0.0);
    std::fill_n(power.data(), count, 0.0);
    for (int i = 0; i < n; ++i) power.data()[i * (n + 1)] = 1;
    double weight = 1;  // (26 - k)! 13! / (26! k! (13 - k)!)
    for (int k = 0; k <= 13; ++k) {
      Buffer& sum = k % 2 ? odd : even;
      for (std::int64_t i = 0; i < count; ++i) sum.data()[i] += weight * power.data()[i];
      weight *= double(13 - k) / (double(26 - k) * double(k + 1));
      if (k < 13 && n > 0) times(power, a, next), std::swap(power, next);
    }
    for (std::int64_t i = 0; i < count; ++i) next.data()[i] = even.data()[i] - odd.data()[i];
    factors.factor(next.data());
    for (std::int64_t i = 0; i < count; ++i) next.data()[i] = even.data()[i] + odd.data()[i];
    turned(next.data(), n, n, power.data());
    factors.solve(false, n, power.data());
    turned(power.data(), n, n, a.data());
    for (int k = 0; k < squarings && n > 0; ++k) times(a, a, next), std::swap(a, next);
    for (std::int64_t i = 0; i < count; ++i) y[b * count + i] = T(a.data()[i]);
  }
}

#define GLASSGRAD_LAPACK(T)                                                                 \
  template void inverse(View<const T>, View<T>, Pool&);                                     \
  template void solve(bool, View<const T>, View<const T>, View<T>, Pool&);                  \
  template void solve_triangular(bool, bool, View<const T>, View<const T>, View<T>, Pool&); \
  template void cholesky(View<const T>, View<T>, Pool&);                                    \
  template void determinant(View<const T>, View<T>, Pool&);                                 \
  template void slogdet(View<const T>, View<T>, Pool&);                                     \
  template void adjugate(View<const T>, View<T>, Pool&);                                    \
  template void qr(View<const T>, View<T>, Pool&);                                          \
  template void eigh(View<const T>, View<T>, Pool&);                                        \
  template void svd(View<const T>, View<T>, Pool&);                                         \
  template void exponential(View<const T>, View<T>, Pool&);
GLASSGRAD_LAPACK(float)
GLASSGRAD_LAPACK(double)
#undef GLASSGRAD_LAPACK

}  // namespace glassgrad::lapack

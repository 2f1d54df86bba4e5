// The kernels of matrices.hpp that take any matrix: qr, eigenvalues, singular values, exponential.
#include "ops/rules/lapack_scratch.hpp"

namespace glassgrad::lapack {
namespace {

// Signs that make each column's first entry of at least half its largest positive: -1 to flip it.
int turn(const double* v, std::int64_t n) {
  double largest = 0;
  for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(v[i]));
  for (std::int64_t i = 0; i < n; ++i)
    if (2 * std::abs(v[i]) >= largest) return v[i] < 0 ? -1 : 1;
  return 1;
}

// LAPACK's iterations may never end, or end with numbers, where one of theirs is none: the results
// of such a matrix are NaN, all of them.
bool all_finite(const double* a, std::int64_t count) {
  return std::all_of(a, a + count, [](double number) { return std::isfinite(number); });
}
void make_nan(Buffer& a) { std::fill_n(a.data(), a.shape().count(), std::nan("")); }

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
    if (!all_finite(a.data(), std::int64_t(m) * n))
      return make_nan(s), make_nan(u_rows), make_nan(v_columns);
    // our rows are its columns: a^T = V S U^T
    check_info("svd", gesvd(n, m, a.data(), s.data(), v_columns.data(), u_rows.data(), work.data(),
                            length));
    for (int j = 0; j < k; ++j) {
      double* const v = v_columns.data() + std::int64_t(j) * n;
      if (turn(v, n) > 0) continue;
      for (int i = 0; i < n; ++i) v[i] = -v[i];
      for (int i = 0; i < m; ++i) u_rows.data()[std::int64_t(i) * k + j] *= -1;
    }
  }
};

}  // namespace

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
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::int64_t k = 0; k < n; ++k) {
          Scaled others{turned_twice};
          for (int l = 0; l < n; ++l)
            if (l != k) others.times(f.s.data()[l]);
          sum += f.v_columns.data()[k * n + i] * others.value() * f.u_rows.data()[j * n + k];
        }
        y[b * size.count() + i * n + j] = T(sum);
      }
  }
}
// With m = U^T t V: det(U) det(V) V d U^T, where d has at (i, j) -m(i, j) times the product of the
// singular values but i and j, and at (i, i) the sum of m(k, k) times those but i and k.
template <class T>
void adjugate_along(View<const T> x, View<const T> t, View<T> y, Pool& pool) {
  const Size size(x.shape());
  const int n = size.rows;
  Singular f(pool, n, n);
  Factors factors(pool, n);
  Buffer m = buffer(pool, size.count()), d = buffer(pool, size.count());
  const auto u = [&](int row, int k) { return f.u_rows.data()[std::int64_t(row) * n + k]; };
  const auto v = [&](int row, int k) { return f.v_columns.data()[std::int64_t(k) * n + row]; };
  const auto at = [n](int i, int j) { return std::int64_t(i) * n + j; };
  // to(i, j) = sum of left(i, k) middle(k, l) right(l, j); `half` is scratch
  Buffer half = buffer(pool, size.count());
  const auto between = [&](const auto& left, const auto& middle, const auto& right, auto* to) {
    for (int i = 0; i < n; ++i)
      for (int l = 0; l < n; ++l) {
        double sum = 0;
        for (int k = 0; k < n; ++k) sum += left(i, k) * middle(k, l);
        half.data()[at(i, l)] = sum;
      }
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        double sum = 0;
        for (int l = 0; l < n; ++l) sum += half.data()[at(i, l)] * right(l, j);
        to[at(i, j)] = std::remove_cvref_t<decltype(*to)>(sum);
      }
  };
  for (std::int64_t b = 0; b < size.batch; ++b) {
    const std::int64_t first = b * size.count();
    f.compute(x.data + first);
    factors.factor(f.u_rows.data());
    double turned_twice = factors.sign();
    factors.factor(f.v_columns.data());
    turned_twice *= factors.sign();
    between([&](int i, int k) { return u(k, i); },
            [&](int k, int l) { return double(t.data[first + at(k, l)]); }, v, m.data());
    std::fill_n(d.data(), size.count(), 0.0);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        if (i == j) continue;
        Scaled others{turned_twice};
        for (int l = 0; l < n; ++l)
          if (l != i && l != j) others.times(f.s.data()[l]);
        d.data()[at(i, j)] = -others.value() * m.data()[at(i, j)];
        d.data()[at(i, i)] += others.value() * m.data()[at(j, j)];
      }
    between(
        v, [&](int i, int j) { return d.data()[at(i, j)]; }, [&](int j, int i) { return u(i, j); },
        y.data + first);
  }
}
// V diag(1 / s) U^T over the singular values not negligible beside the largest.
template <class T>
void pseudoinverse(double cut, View<const T> x, View<T> y, Pool& pool) {
  const Size size(x.shape());
  Singular f(pool, size.rows, size.columns);
  for (std::int64_t b = 0; b < size.batch; ++b) {
    f.compute(x.data + b * size.count());
    const double* const s = f.s.data();
    for (int i = 0; i < f.n; ++i)
      for (int j = 0; j < f.m; ++j) {
        double sum = 0;
        for (int k = 0; k < f.k && s[k] != 0 && !(s[k] <= cut * s[0]); ++k)
          sum += f.v_columns.data()[std::int64_t(k) * f.n + i] / s[k] *
                 f.u_rows.data()[std::int64_t(j) * f.k + k];
        y[b * size.count() + std::int64_t(i) * f.m + j] = T(sum);
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
    if (n > 0) geqrf(m, n, a.data(), tau.data(), work.data(), length);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) r.data()[i * n + j] = j < i ? 0 : a.data()[j * m + i];
    if (n > 0) orgqr(m, n, a.data(), tau.data(), work.data(), length);
    T* const to = y.data + b * packed.count();
    for (std::int64_t j = 0; j < n; ++j) {
      const double sign = r.data()[j * n + j] < 0 ? -1 : 1;
      for (std::int64_t i = 0; i < m; ++i) to[i * n + j] = T(sign * a.data()[j * m + i]);
      for (std::int64_t i = 0; i < n; ++i)
        to[(m + j) * n + i] = T(i < j ? 0 : sign * r.data()[j * n + i]);
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
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        a.data()[i * n + j] = double(from[i * n + j]) / 2 + double(from[j * n + i]) / 2;
    if (!all_finite(a.data(), size.count()))
      make_nan(a), make_nan(w);
    else if (n > 0)
      check_info("eigh", syev(n, a.data(), w.data(), work.data(), length));
    T* const to = y.data + b * (size.count() + n);
    for (std::int64_t j = 0; j < n; ++j) {
      const int sign = turn(a.data() + j * n, n);
      to[j] = T(w.data()[j]);
      for (std::int64_t i = 0; i < n; ++i) to[(i + 1) * n + j] = T(sign * a.data()[j * n + i]);
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
    for (std::int64_t j = 0; j < n; ++j) {
      double column = 0;
      for (std::int64_t i = 0; i < n; ++i) column += std::abs(double(x[b * count + i * n + j]));
      norm = std::max(norm, column);
    }
    const int squarings =
        norm > 5.37 && std::isfinite(norm) ? int(std::ceil(std::log2(norm / 5.37))) : 0;
    for (std::int64_t i = 0; i < count; ++i)
      a.data()[i] = std::ldexp(double(x[b * count + i]), -squarings);
    std::fill_n(even.data(), count, 0.0), std::fill_n(odd.data(), count, 0.0);
    std::fill_n(power.data(), count, 0.0);
    for (std::int64_t i = 0; i < n; ++i) power.data()[i * (n + 1)] = 1;
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

#define GLASSGRAD_LAPACK(T)                                                   \
  template void adjugate(View<const T>, View<T>, Pool&);                      \
  template void adjugate_along(View<const T>, View<const T>, View<T>, Pool&); \
  template void pseudoinverse(double, View<const T>, View<T>, Pool&);         \
  template void qr(View<const T>, View<T>, Pool&);                            \
  template void eigh(View<const T>, View<T>, Pool&);                          \
  template void svd(View<const T>, View<T>, Pool&);                           \
  template void exponential(View<const T>, View<T>, Pool&);
GLASSGRAD_LAPACK(float)
GLASSGRAD_LAPACK(double)
#undef GLASSGRAD_LAPACK

}  // namespace glassgrad::lapack

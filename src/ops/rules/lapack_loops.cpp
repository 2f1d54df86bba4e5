// The routines of LAPACK by plain loops, for a build without it (GLASSGRAD_LAPACK=OFF): every op on
// any machine, a browser included, with the same errors; slow for large matrices. With LAPACK:
// lapack_calls.cpp.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "ops/rules/lapack_calls.hpp"
#include "ops/rules/slow_matrices.hpp"

namespace glassgrad::lapack {
namespace {

// Row i of column j of a matrix that is stored by columns.
template <class Number>
struct Columns {
  Number* numbers;
  std::int64_t rows;
  Number& operator()(std::int64_t i, std::int64_t j) const { return numbers[j * rows + i]; }
};

// x = a^-1 x or a^-T x of one triangle.
void substitute(bool upper, bool transpose, bool unit, int n, const double* numbers, double* x) {
  const Columns<const double> a{numbers, n};
  const bool backward = upper != transpose;
  for (int step = 0; step < n; ++step) {
    const int i = backward ? n - 1 - step : step;
    const int first = backward ? i + 1 : 0, end = backward ? n : i;
    for (int j = first; j < end; ++j) x[i] -= (transpose ? a(j, i) : a(i, j)) * x[j];
    if (!unit) x[i] /= a(i, i);
  }
}

// sqrt(x_0^2 + ...), without overflow.
double length_of(const double* x, std::int64_t count) {
  double largest = 0, sum = 0;
  for (std::int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(x[i]));
  if (largest == 0) return 0;
  for (std::int64_t i = 0; i < count; ++i) sum += (x[i] / largest) * (x[i] / largest);
  return largest * std::sqrt(sum);
}

bool all_finite(const double* x, std::int64_t count) {
  return std::all_of(x, x + count, [](double number) { return std::isfinite(number); });
}

// (x_p, x_q) = (x_p, x_q) (c, s; -s, c)
void turn(slow::Matrix<double>& x, std::int64_t p, std::int64_t q, double c, double s) {
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const double left = x(i, p), right = x(i, q);
    x(i, p) = c * left - s * right, x(i, q) = s * left + c * right;
  }
}
double column_length(const slow::Matrix<double>& x, std::int64_t j) {
  std::vector<double> column;
  for (std::int64_t i = 0; i < x.rows; ++i) column.push_back(x(i, j));
  return length_of(column.data(), x.rows);
}
// Rotates pairs of columns of a, and of v, until all are orthogonal (Hestenes 1958). False if that
// does not converge. Columns that are rounding errors of others stay unchanged.
bool make_orthogonal(slow::Matrix<double>& a, slow::Matrix<double>& v) {
  const double epsilon = std::numeric_limits<double>::epsilon() * std::sqrt(double(a.rows));
  const double nothing = epsilon * length_of(a.numbers.data(), std::ssize(a.numbers));
  for (int sweep = 0; sweep < 60; ++sweep) {
    bool turned = false;
    for (std::int64_t p = 0; p < a.columns; ++p)
      for (std::int64_t q = p + 1; q < a.columns; ++q) {
        const double left = column_length(a, p), right = column_length(a, q);
        if (std::min(left, right) <= nothing) continue;
        double cosine = 0;  // squares might leave the range
        for (std::int64_t i = 0; i < a.rows; ++i) cosine += a(i, p) / left * (a(i, q) / right);
        if (std::abs(cosine) <= epsilon) continue;
        const double theta = (right / left - left / right) / (2 * cosine);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(1.0, theta));
        const double c = 1 / std::hypot(1.0, t);
        turn(a, p, q, c, t * c), turn(v, p, q, c, t * c);
        turned = true;
      }
    if (!turned) return true;
  }
  return false;
}

// a = left diag(lengths) right^T for a matrix with no more columns than rows.
struct Singular {
  slow::Matrix<double> left, right;
  std::vector<double> lengths;
};

// `a` has orthogonal columns and `v` is their rotation. The Q of their QR is their directions, for
// columns of length 0 too.
Singular sorted(const slow::Matrix<double>& a, const slow::Matrix<double>& v) {
  const std::int64_t m = a.rows, n = a.columns;
  slow::Matrix<double> q = slow::transposed(a);  // its rows are stored like a's columns
  std::vector<double> lengths, tau(q.numbers.size());
  for (std::int64_t j = 0; j < n; ++j) lengths.push_back(column_length(a, j));
  std::vector<std::int64_t> order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return lengths[std::size_t(i)] > lengths[std::size_t(j)];
  });
  Singular result{slow::Matrix<double>(m, n), slow::Matrix<double>(n, n), {}};
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t from = order[std::size_t(j)];
    result.lengths.push_back(lengths[std::size_t(from)]);
    for (std::int64_t i = 0; i < m; ++i) q(j, i) = a(i, from);
    for (std::int64_t i = 0; i < n; ++i) result.right(i, j) = v(i, from);
  }
  geqrf(int(m), int(n), q.numbers.data(), tau.data(), nullptr, 0);  // fits: gesvd() was given ints
  std::vector<double> sign;
  for (std::int64_t j = 0; j < n; ++j) sign.push_back(q(j, j) < 0 ? -1 : 1);
  orgqr(int(m), int(n), q.numbers.data(), tau.data(), nullptr, 0);  // fits: gesvd() was given ints
  for (std::int64_t j = 0; j < n; ++j)
    for (std::int64_t i = 0; i < m; ++i) result.left(i, j) = sign[std::size_t(j)] * q(j, i);
  return result;
}

}  // namespace

int getrf(int n, double* numbers, int* pivots) {
  const Columns<double> a{numbers, n};
  int zero = 0;
  for (int k = 0; k < n; ++k) {
    int pivot = k;
    for (int i = k + 1; i < n; ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    pivots[k] = pivot + 1;
    if (a(pivot, k) == 0) {
      if (zero == 0) zero = k + 1;
      continue;
    }
    for (int j = 0; j < n && pivot != k; ++j) std::swap(a(k, j), a(pivot, j));
    for (int i = k + 1; i < n; ++i) a(i, k) /= a(k, k);
    for (int j = k + 1; j < n; ++j)
      for (int i = k + 1; i < n; ++i) a(i, j) -= a(i, k) * a(k, j);
  }
  return zero;
}

void getrs(bool transpose, int n, int columns, const double* lu, const int* pivots, double* b) {
  for (int j = 0; j < columns; ++j, b += n) {
    for (int k = 0; k < n && !transpose; ++k) std::swap(b[k], b[pivots[k] - 1]);
    substitute(transpose, transpose, !transpose, n, lu, b);
    substitute(!transpose, transpose, transpose, n, lu, b);
    for (int k = n - 1; k >= 0 && transpose; --k) std::swap(b[k], b[pivots[k] - 1]);
  }
}

int trtrs(bool upper, bool transpose, bool unit, int n, int columns, const double* a, double* b) {
  for (int i = 0; i < n && !unit; ++i)
    if (a[std::int64_t(i) * (n + 1)] == 0) return i + 1;
  for (int j = 0; j < columns; ++j)
    substitute(upper, transpose, unit, n, a, b + std::int64_t(j) * n);
  return 0;
}

int potrf(int n, double* numbers) {
  const Columns<double> a{numbers, n};
  for (int j = 0; j < n; ++j)
    for (int i = 0; i <= j; ++i) {
      for (int k = 0; k < i; ++k) a(i, j) -= a(k, i) * a(k, j);
      if (i < j)
        a(i, j) /= a(i, i);
      else if (a(j, j) <= 0)
        return j + 1;
      else
        a(j, j) = std::sqrt(a(j, j));
    }
  return 0;
}

// Householder's reflectors 1 - tau v v^T with v_k = 1.
void geqrf(int m, int n, double* numbers, double* tau, double*, int) {
  const Columns<double> a{numbers, m};
  for (int k = 0; k < n; ++k) {
    tau[k] = 0;
    if (length_of(&a(k, k) + 1, m - k - 1) == 0) continue;
    const double length = length_of(&a(k, k), m - k);
    const double corner = a(k, k) > 0 ? -length : length;
    tau[k] = (corner - a(k, k)) / corner;
    const double first = a(k, k) - corner;
    for (int i = k + 1; i < m; ++i) a(i, k) /= first;
    a(k, k) = corner;
    for (int j = k + 1; j < n; ++j) {
      double along = a(k, j);
      for (int i = k + 1; i < m; ++i) along += a(i, k) * a(i, j);
      a(k, j) -= tau[k] * along;
      for (int i = k + 1; i < m; ++i) a(i, j) -= tau[k] * along * a(i, k);
    }
  }
}

void orgqr(int m, int n, double* numbers, const double* tau, double*, int) {
  const Columns<double> a{numbers, m};
  for (int k = n - 1; k >= 0; --k) {
    for (int j = k + 1; j < n; ++j) {
      double along = 0;  // row k of these columns is still 0
      for (int i = k + 1; i < m; ++i) along += a(i, k) * a(i, j);
      a(k, j) = -tau[k] * along;
      for (int i = k + 1; i < m; ++i) a(i, j) -= tau[k] * along * a(i, k);
    }
    for (int i = 0; i < k; ++i) a(i, k) = 0;
    a(k, k) = 1 - tau[k];
    for (int i = k + 1; i < m; ++i) a(i, k) *= -tau[k];
  }
}

int syev(int n, double* a, double* w, double*, int) {
  if (!all_finite(a, std::int64_t(n) * n)) return 1;
  slow::Matrix<double> x(n, n);
  std::copy_n(a, x.numbers.size(), x.numbers.begin());
  const auto values = slow::eigh(x);
  for (int j = 0; j < n; ++j) {
    w[j] = values(0, j);
    for (int i = 0; i < n; ++i) a[std::int64_t(j) * n + i] = values(i + 1, j);
  }
  return 0;
}

int gesvd(int m, int n, double* numbers, double* s, double* u, double* vt, double*, int) {
  const std::int64_t count = std::int64_t(m) * n;
  const std::int64_t k = std::min(m, n);
  if (!all_finite(numbers, count)) return 1;
  slow::Matrix<double> a(n, m);
  std::copy_n(numbers, count, a.numbers.begin());
  const bool wide = m < n;
  if (!wide) a = slow::transposed(a);
  slow::Matrix<double> turns = slow::identity<double>(a.columns);
  if (!make_orthogonal(a, turns)) return 1;
  const Singular found = sorted(a, turns);
  const auto &left = wide ? found.right : found.left, &right = wide ? found.left : found.right;
  for (std::int64_t j = 0; j < k; ++j) {
    s[j] = found.lengths[std::size_t(j)];
    for (std::int64_t i = 0; i < m; ++i) u[j * m + i] = left(i, j);
    for (std::int64_t i = 0; i < n; ++i) vt[i * k + j] = right(i, j);
  }
  return 0;
}

}  // namespace glassgrad::lapack

// The loops that both references (by_hand/ and the arena tape) are made of: xsimd for entries, BLAS
// for products. They know nothing of tapes; what is fused with what is decided by who calls them.
#pragma once

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>
#include <xsimd/xsimd.hpp>

namespace bench::kernels {

template <class T>
using Batch = xsimd::batch<T>;
template <class T>
inline constexpr int width = static_cast<int>(Batch<T>::size);

// An array that begins on a cache line.
template <class T>
using Array = std::vector<T, xsimd::aligned_allocator<T, 64>>;

// The first n numbers of p, padded to a batch.
template <class T>
Batch<T> load_part(const T* p, int n, T padding = T(1)) {
  alignas(64) T part[width<T>];
  for (int i = 0; i < width<T>; ++i) part[i] = i < n ? p[i] : padding;
  return Batch<T>::load_aligned(part);
}

template <class T>
void store_part(T* p, int n, const Batch<T>& batch) {
  alignas(64) T part[width<T>];
  batch.store_aligned(part);
  for (int i = 0; i < n; ++i) p[i] = part[i];
}

// out[i] = f(in[i]...); f is called with batches, or with plain numbers when there is one only.
template <class T, class F, class... In>
void map(int n, T* out, F f, const In*... in) {
  if (n == 1) {
    *out = f(*in...);
    return;
  }
  int i = 0;
  for (; i + width<T> <= n; i += width<T>) {
    f(Batch<T>::load_unaligned(in + i)...).store_unaligned(out + i);
  }
  if (i < n) store_part(out + i, n - i, f(load_part(in + i, n - i)...));
}

template <class T>
T sum(int n, const T* x) {
  Batch<T> total[4] = {T(0), T(0), T(0), T(0)};  // four sums hide the latency of an addition
  int i = 0;
  for (; i + 4 * width<T> <= n; i += 4 * width<T>) {
    for (int k = 0; k < 4; ++k) total[k] += Batch<T>::load_unaligned(x + i + k * width<T>);
  }
  T rest = 0;
  for (; i < n; ++i) rest += x[i];
  return rest + xsimd::hadd((total[0] + total[1]) + (total[2] + total[3]));
}

// g where x > 0, else 0.
template <class X>
X positive(const X& x, const X& g) {
  if constexpr (std::is_arithmetic_v<X>) {
    return x > 0 ? g : X(0);
  } else {
    return xsimd::select(x > X(0), g, X(0));
  }
}

template <class X>
X sigmoid(const X& x) {
  return X(1) / (X(1) + xsimd::exp(-x));
}

// y[i][j] = a[i][j] + b[j]
template <class T>
void add_row(int rows, int columns, const T* a, const T* b, T* y) {
  for (int i = 0; i < rows; ++i, a += columns, y += columns) {
    for (int j = 0; j < columns; ++j) y[j] = a[j] + b[j];
  }
}

// b[j] += scale * sum_i a[i][j]
template <class T>
void add_column_sums(int rows, int columns, T scale, const T* a, T* b) {
  for (int i = 0; i < rows; ++i, a += columns) {
    for (int j = 0; j < columns; ++j) b[j] += scale * a[j];
  }
}

// C = alpha op(A) op(B) + beta C, row-major and dense; C is (m, n), op(A) is (m, k). OpenBLAS has
// kernels for small products that no loop of ours beat (100 GF/s at 32x64x64), but its call alone
// is more than a product of a few dozen numbers.
template <bool transpose_a = false, bool transpose_b = false, class T>
void product(int m, int n, int k, T alpha, const T* a, const T* b, T beta, T* c) {
  if (m * n * k > 128) {
    constexpr auto of_a = transpose_a ? CblasTrans : CblasNoTrans;
    constexpr auto of_b = transpose_b ? CblasTrans : CblasNoTrans;
    const int lda = transpose_a ? m : k, ldb = transpose_b ? k : n;
    if constexpr (std::is_same_v<T, float>) {
      cblas_sgemm(CblasRowMajor, of_a, of_b, m, n, k, alpha, a, lda, b, ldb, beta, c, n);
    } else {
      cblas_dgemm(CblasRowMajor, of_a, of_b, m, n, k, alpha, a, lda, b, ldb, beta, c, n);
    }
    return;
  }
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      T total = 0;
      for (int p = 0; p < k; ++p) {
        total += a[transpose_a ? p * m + i : i * k + p] * b[transpose_b ? j * k + p : p * n + j];
      }
      c[i * n + j] = alpha * total + (beta == 0 ? 0 : beta * c[i * n + j]);
    }
  }
}

// Mean over the rows of -log softmax(z + bias)[label]; d becomes its derivative with respect to z.
// bias may be null.
template <class T>
T softmax_cross_entropy(int rows, int columns, const T* z, const T* bias, const int* labels, T* d) {
  constexpr int w = width<T>, together = 4 * w;  // so many rows share their logarithms
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  const T weight = T(1) / static_cast<T>(rows);
  alignas(64) T masses[together];
  T loss = 0;
  for (int i = 0; i < rows; ++i, z += columns, d += columns) {
    Batch<T> peaks(lowest), total(T(0));
    for (int j = 0; j < columns; j += w) {
      const int n = std::min(w, columns - j);
      auto x = load_part(z + j, n, lowest);
      if (bias) x += load_part(bias + j, n, T(0));
      store_part(d + j, n, x);
      peaks = xsimd::max(peaks, x);
    }
    alignas(64) T part[w];
    peaks.store_aligned(part);
    const T peak = *std::max_element(part, part + w);
    loss += peak - d[labels[i]];
    for (int j = 0; j < columns; j += w) {
      const int n = std::min(w, columns - j);
      const auto e = xsimd::exp(load_part(d + j, n, lowest) - peak);
      store_part(d + j, n, e);
      total += e;
    }
    const T mass = xsimd::hadd(total), scale = weight / mass;
    for (int j = 0; j < columns; ++j) d[j] *= scale;
    d[labels[i]] -= weight;
    masses[i % together] = mass;
    if (const int n = i % together + 1; n == together || i + 1 == rows) {
      map(
          n, masses, [](const auto& x) { return xsimd::log(x); }, masses);
      for (int k = 0; k < n; ++k) loss += masses[k];
    }
  }
  return weight * loss;
}

}  // namespace bench::kernels

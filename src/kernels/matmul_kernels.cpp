// Products of matrices: tiny ones by a plain loop, with a vector by dot products, others by tiles
// (kernels/gemm/gemm.hpp), whose rows are split among threads if large. The choice depends on the
// shape alone, and a tile sums every entry in one order, so the number of threads changes no bit.
// Not by BLAS: it is slow for small and narrow ones, and Debian 12's OpenBLAS takes newer
// processors for ones without AVX.
#include <algorithm>

#include "glassgrad/array/runs.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/simd.hpp"
#include "glassgrad/kernels/workers.hpp"
#include "kernels/gemm/gemm.hpp"
#include "kernels/gemm/gemm_dots.hpp"

namespace glassgrad::kernels {
namespace {

// Products below this many multiplications stay with the plain loop.
constexpr std::int64_t small = 256;

// From this many multiplications on threads pay off (some 120 us): they start late, with operands
// in another core's cache.
constexpr std::int64_t large = std::int64_t(1) << 23;

// Rows are split among threads, as in elementwise ops, and so is the packing of b.
template <class T>
void blocked(const gemm::Matrix<T>& a, const gemm::Matrix<T>& b, std::int64_t m, std::int64_t n,
             std::int64_t k, T* c, bool add) {
  gemm::Product<T> product{a, b, m, n, k, c, add};
  if (m * n * k >= large && threads() > 1)
    return product.run([](std::int64_t tasks, const auto& task) { workers::run(tasks, task); },
                       threads());
  product.run(
      [](std::int64_t tasks, const auto& task) {
        for (std::int64_t i = 0; i < tasks; ++i) task(i);
      },
      1);
}

// c[i, j] = sum over p of a[i, p] b[p, j], in the order of p; a vector of columns at a time, its
// sums in a register: avoids store-forwarding stalls.
template <class T>
void by_columns(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t a_row,
                std::int64_t a_column, const T* b, T* c, bool add) {
  using V = xsimd::batch<T, NativeIsa>;
  constexpr std::int64_t lanes = V::size;
  for (std::int64_t j = 0; j < n; j += lanes) {
    const std::int64_t count = std::min(lanes, n - j);
    for (std::int64_t i = 0; i < m; ++i) {
      V sum(T(0));
      for (std::int64_t p = 0; p < k; ++p)
        sum += V(a[i * a_row + p * a_column]) * simd::load_part<V>(b + p * n + j, count);
      if (add) sum += simd::load_part<V>(c + i * n + j, count);
      simd::store_part(sum, c + i * n + j, count);
    }
  }
}

}  // namespace

template <class T>
void matmul(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
            const T* a, const T* b, T* c, bool add) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    if (!add) std::fill_n(c, m * n, T(0));
    return;
  }
  if (m * n * k <= small) {
    T turned[small];
    if (transpose_b) {
      for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t p = 0; p < k; ++p) turned[p * n + j] = b[j * k + p];
      b = turned;
    }
    by_columns(m, n, k, a, transpose_a ? 1 : k, transpose_a ? m : 1, b, c, add);
    return;
  }
  if (m == 1) transpose_a = false;  // a vector is stored like its transpose
  if (n == 1) transpose_b = true;
  // Both are summed along contiguous rows, and one has too few to fill vectors or be worth
  // transposing.
  constexpr std::int64_t lanes = gemm::lanes<T>, few = 2 * lanes;
  const bool small_and_deep = m <= few && n <= few && n % lanes != 0 && k >= 32 * lanes;
  if (!transpose_a && transpose_b && k >= lanes && (m == 1 || n == 1 || small_and_deep))
    return gemm::dots(a, b, m, n, k, c, add);
  if (n == 1)  // c is a row of its transpose
    return blocked<T>({b, k, false}, {a, transpose_a ? m : k, !transpose_a}, 1, m, k, c, add);
  blocked<T>({a, transpose_a ? m : k, transpose_a}, {b, transpose_b ? k : n, transpose_b}, m, n, k,
             c, add);
}

namespace {
Shape batch_of(const Shape& shape) {
  Shape batch;
  for (int i = 0; i + 2 < shape.rank(); ++i) batch.push_back(shape[i]);
  return batch;
}
}  // namespace

template <class T>
void batched_matmul(bool transpose_a, bool transpose_b, View<const T> a, View<const T> b, View<T> c,
                    bool add) {
  const std::int64_t m = c.shape().from_end(2), n = c.shape().from_end(1);
  const std::int64_t k = a.shape().from_end(transpose_a ? 2 : 1);
  if (c.rank() == 2) return matmul(transpose_a, transpose_b, m, n, k, a.data, b.data, c.data, add);
  const Shape batch_a = batch_of(a.shape()), batch_b = batch_of(b.shape());
  const Shape batch_c = batch_of(c.shape());
  // One b for all: the batch is one tall matrix.
  if (!transpose_a && batch_b.count() == 1 && batch_a.count() == batch_c.count())
    return matmul(false, transpose_b, batch_c.count() * m, n, k, a.data, b.data, c.data, add);
  const Shape* shapes[] = {&batch_a, &batch_b, &batch_c};
  const Runs<3> runs(batch_c, shapes);
  runs.each([&](const std::int64_t* at) {
    for (std::int64_t i = 0; i < runs.length(); ++i)
      matmul(transpose_a, transpose_b, m, n, k, a.data + (at[0] + i * runs.step(0)) * m * k,
             b.data + (at[1] + i * runs.step(1)) * k * n,
             c.data + (at[2] + i * runs.step(2)) * m * n, add);
  });
}

template <class T>
void summed_matmul(bool transpose_a, bool transpose_b, View<const T> a, View<const T> b, View<T> c,
                   bool add, Pool& pool) {
  if (a.rank() == 2 && b.rank() == 2) return batched_matmul(transpose_a, transpose_b, a, b, c, add);
  const std::int64_t m = c.shape().from_end(2), n = c.shape().from_end(1);
  const Shape batch_a = batch_of(a.shape()), batch_b = batch_of(b.shape());
  Shape full = broadcast("matmul", batch_a, batch_b);
  const std::int64_t batch = full.count();
  full.push_back(m), full.push_back(n);
  if (full.count() == c.count())
    return batched_matmul(transpose_a, transpose_b, a, b, View<T>{c.data, &full}, add);
  // One c = A^T B for all: the batch is one pair of tall matrices.
  if (transpose_a && !transpose_b && c.count() == m * n && batch_a.count() == batch &&
      batch_b.count() == batch)
    return matmul(true, false, m, n, batch * a.shape().from_end(2), a.data, b.data, c.data, add);
  if (c.count() == m * n && full.rank() == 3) {  // accumulated into c in order
    const bool one_a = batch_a.count() == 1, one_b = batch_b.count() == 1;
    const std::int64_t k = a.shape().from_end(transpose_a ? 2 : 1);
    if (batch == 0 && !add) std::fill_n(c.data, m * n, T(0));
    for (std::int64_t i = 0; i < batch; ++i)
      matmul(transpose_a, transpose_b, m, n, k, a.data + (one_a ? 0 : i * m * k),
             b.data + (one_b ? 0 : i * k * n), c.data, add || i > 0);
    return;
  }
  const auto take = [&pool](const Shape& shape) {
    return static_cast<T*>(pool.take(bytes_of<T>(shape.count())));
  };
  T* const products = take(full);
  batched_matmul(transpose_a, transpose_b, a, b, View<T>{products, &full});
  Shape kept;
  for (int i = 0; i < full.rank() - c.rank(); ++i) kept.push_back(1);
  for (const std::int64_t size : c.shape()) kept.push_back(size);
  T* const sums = add ? take(kept) : c.data;
  reduce(Reduction::sum, View<const T>{products, &full}, kept, sums);
  if (add) {
    for (std::int64_t i = 0; i < c.count(); ++i) c.data[i] += sums[i];
    pool.release(sums);
  }
  pool.release(products);
}

#define GLASSGRAD_KERNELS(T)                                                                     \
  template void matmul(bool, bool, std::int64_t, std::int64_t, std::int64_t, const T*, const T*, \
                       T*, bool);                                                                \
  template void batched_matmul(bool, bool, View<const T>, View<const T>, View<T>, bool);         \
  template void summed_matmul(bool, bool, View<const T>, View<const T>, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels

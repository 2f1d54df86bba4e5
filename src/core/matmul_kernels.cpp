// Products of matrices: small ones by loops of our own (a BLAS call costs more than a 4 x 4
// product), others by BLAS on one thread, large ones cut into tiles for the pool. Which of them
// depends on the shape alone, so the number of threads changes no bit.
#include <cblas.h>

#include <algorithm>

#include "glassgrad/core/kernels.hpp"
#include "glassgrad/core/runs.hpp"
#include "glassgrad/core/simd.hpp"
#include "glassgrad/core/workers.hpp"

namespace glassgrad::kernels {
namespace {

// Products below this many multiplications stay with the loops.
constexpr std::int64_t small = 256;

// OpenBLAS is asked for one thread, once: its own threads change the bits and spin against others.
extern "C" void openblas_set_num_threads(int);
void use_one_thread() {
  static const bool done = (openblas_set_num_threads(1), true);
  (void)done;
}

void blas(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, const float* a, int lda,
          const float* b, int ldb, float beta, float* c, int ldc) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1.0f, a, lda, b, ldb, beta, c, ldc);
}
void blas(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, const double* a, int lda,
          const double* b, int ldb, double beta, double* c, int ldc) {
  cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1.0, a, lda, b, ldb, beta, c, ldc);
}

// From this many multiplications on a product is worth sharing (about 80 us); a tile is about this
// many rows or columns of the result, along its longer side.
constexpr std::int64_t large = std::int64_t(1) << 22, tile = 256;

template <class T>
void tiled(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
           const T* a, const T* b, T* c, bool add) {
  const bool by_rows = m >= n;
  const std::int64_t size = by_rows ? m : n;
  const std::int64_t tiles =
      m * n * k < large || size < 64 ? 1 : std::max<std::int64_t>(2, (size + tile / 2) / tile);
  const std::int64_t width = ((size + tiles - 1) / tiles + 15) / 16 * 16;
  workers::run((size + width - 1) / width, [&](std::int64_t i) {
    const std::int64_t first = i * width, count = std::min(width, size - first);
    const T* const a_tile = by_rows ? a + first * (transpose_a ? 1 : k) : a;
    const T* const b_tile = by_rows ? b : b + first * (transpose_b ? k : 1);
    blas(transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
         int(by_rows ? count : m), int(by_rows ? n : count), int(k), a_tile,
         int(transpose_a ? m : k), b_tile, int(transpose_b ? k : n), T(add),
         c + first * (by_rows ? n : 1), int(n));
  });
}

// c[i, j] = sum over p of a[i, p] b[p, j], in the order of p; a vector of columns at a time, its
// sums in a register: in memory every addition would wait for the one before it to be stored.
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
  use_one_thread();
  tiled(transpose_a, transpose_b, m, n, k, a, b, c, add);
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
  // One b for all: the rows of every matrix are those of one.
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
  const std::int64_t m = c.shape().from_end(2), n = c.shape().from_end(1);
  const Shape batch_a = batch_of(a.shape()), batch_b = batch_of(b.shape());
  Shape full = broadcast("matmul", batch_a, batch_b);
  const std::int64_t batch = full.count();
  full.push_back(m), full.push_back(n);
  if (full.count() == c.count())
    return batched_matmul(transpose_a, transpose_b, a, b, View<T>{c.data, &full}, add);
  // One c of A^T B for all: the rows of every pair are those of one.
  if (transpose_a && !transpose_b && c.count() == m * n && batch_a.count() == batch &&
      batch_b.count() == batch)
    return matmul(true, false, m, n, batch * a.shape().from_end(2), a.data, b.data, c.data, add);
  if (c.count() == m * n && full.rank() == 3) {  // one after the other on to c
    const bool one_a = batch_a.count() == 1, one_b = batch_b.count() == 1;
    const std::int64_t k = a.shape().from_end(transpose_a ? 2 : 1);
    if (batch == 0 && !add) std::fill_n(c.data, m * n, T(0));
    for (std::int64_t i = 0; i < batch; ++i)
      matmul(transpose_a, transpose_b, m, n, k, a.data + (one_a ? 0 : i * m * k),
             b.data + (one_b ? 0 : i * k * n), c.data, add || i > 0);
    return;
  }
  const auto take = [&pool](const Shape& shape) {
    return static_cast<T*>(pool.take(std::size_t(shape.count()) * sizeof(T)));
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

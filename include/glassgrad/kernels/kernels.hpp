// Kernels used by several ops, compiled once in the library. Pure functions of pointers and shapes.
// A shape with 1 where another has a size ("kept") says along which axes it is reduced.
#pragma once

#include <span>

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/memory.hpp"

namespace glassgrad::kernels {

enum class Reduction { sum, max, min };

// y[kept position] = the reduction of x over the axes where `kept` has 1, a sum divided by `count`.
// y is contiguous. max and min pass NaN on. Sums use a fixed order of partial sums, the same bits
// every time, whose error does not grow with the count.
template <class T>
void reduce(Reduction how, View<const T> x, const Shape& kept, T* y, double count = 1);
// sum += x for n numbers, its rounding errors added to `lost`; and at the end sum += lost: is every
// sum finite?
template <class T>
void add_keeping(const T* x, std::int64_t n, T* sum, T* lost);
template <class T>
bool settle(std::int64_t n, T* sum, const T* lost);
// y = x minus the mean over those axes: exactly 0 where all are equal.
template <class T>
void centre(View<const T> x, const Shape& kept, View<T> y, Pool& pool);
// y[kept position] = (sum |x|^p)^(1/p) for a finite p that is not 0, right wherever the result is
// within the range, squares or not; 0 where the sum is.
template <class T>
void norm(View<const T> x, const Shape& kept, double p, T* y, Pool& pool);
// to = upstream (sign x) |x / y|^power, without the sign if not `odd`, where y is the norm of order
// p; 0 where y is 0, and where x is unless power is 0. No upstream is one of 1.
struct NormPower {
  double p, power;
  bool odd;
};
template <class T>
void norm_ratio(View<const T> x, const Shape& kept, const NormPower& of, const T* y,
                const T* upstream, View<T> to, Pool& pool);
// y[kept position] = sum x^2 / divisor, right wherever that is within the range, squares or not.
template <class T>
void mean_square(View<const T> x, const Shape& kept, double divisor, T* y, Pool& pool);
// to = 2 x upstream / divisor
template <class T>
void mean_square_adjoint(View<const T> x, const Shape& kept, double divisor, const T* upstream,
                         View<T> to, Pool& pool);

// to = upstream / (number of entries tied at the extreme y) where x is y, else 0: the contribution
// of max or min.
template <class T>
void extreme_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream, View<T> to,
                     Pool& pool);

// y = x stretched to y's shape; with `add` accumulated.
template <class T>
void broadcast(View<const T> x, View<T> y, bool add = false);

// y[kept] = log(sum(exp(x))), shifted by the maximum so that nothing overflows.
template <class T>
void logsumexp(View<const T> x, const Shape& kept, T* y, Pool& pool);
// y = exp(x - logsumexp(x)), or x - logsumexp(x) itself when `logarithm`. Infinite entries split
// the probability evenly. A row of -inf has no softmax: NaN, or when `even` an even split too.
template <class T>
void softmax(View<const T> x, const Shape& kept, View<T> y, bool logarithm, Pool& pool,
             bool even = false);
// Their contributions to x: upstream softmax(x), where y is logsumexp(x); y (u - sum of u y), and
// for the logarithm u - e^y (sum of u).
template <class T>
void logsumexp_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream,
                       View<T> to, Pool& pool);
template <class T>
void softmax_adjoint(View<const T> y, const Shape& kept, View<const T> upstream, View<T> to,
                     bool logarithm, Pool& pool);

// Every row of n numbers to mean 0 and variance 1: y = (x - mean) / sqrt(variance + eps); and the
// contribution to x, written or with `add` accumulated.
template <class T>
void normalize(View<const T> x, std::int64_t n, T eps, View<T> y);
template <class T>
void normalize_adjoint(View<const T> x, std::int64_t n, T eps, View<const T> upstream, T* to,
                       bool add);

// y[i] = x[0] + ... + x[i] along an axis; reversed, from the other end. Its error does not grow
// with i.
template <class T>
void cumsum(View<const T> x, int axis, bool reversed, T* y, Pool& pool);
// y[i] = x[0] ... x[i] along an axis; and of {x, upstream} the contribution to x. Right wherever
// the result is within the range, products on the way or not. After these inputs there may be
// directions: then it is the derivative in all of them.
template <class T>
void cumprod(View<const T> x, int axis, T* y, Pool& pool);
template <class T>
void cumprod_push(std::span<const View<const T>> x_and_directions, int axis, T* y, Pool& pool);
template <class T>
void cumprod_adjoint(std::span<const View<const T>> in, int axis, T* to, Pool& pool);

// A strided walk: `steps` in elements, one per axis.
struct Walk {
  std::int64_t offset = 0;
  std::int64_t steps[max_rank] = {};
};
// to[walk] = from[walk] for every position of `sizes`.
template <class T>
void copy(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk);
// The same with +=. Several positions may lead to one place of `to`: the order of additions there
// depends on sizes and walks alone.
template <class T>
void add(const Shape& sizes, const T* from, const Walk& from_walk, T* to, const Walk& to_walk);
Walk row_major(const Shape& shape);
// Two axes whose positions lead to one place together: the entries of a window, and the windows.
struct Overlap {
  int inside, windows;
};
// The same as add() for contiguous numbers; where many windows overlap, with an error that does not
// grow with their number.
template <class T>
void add_windows(const Shape& sizes, const T* from, T* to, const Walk& to_walk,
                 std::span<const Overlap> overlaps);
// y = the sums of windows
template <class T>
void sum_windows(View<const T> x, View<T> y, const Walk& to_walk, std::span<const Overlap> overlaps,
                 Pool& pool);

// C = A B, or with A^T, B^T read in place; A is m x k, B is k x n after transposing. C is written,
// or with `add` accumulated.
template <class T>
void matmul(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
            const T* a, const T* b, T* c, bool add = false);
// The same for every pair of matrices of a batch, whose leading axes broadcast.
template <class T>
void batched_matmul(bool transpose_a, bool transpose_b, View<const T> a, View<const T> b, View<T> c,
                    bool add = false);
// The same summed over those leading axes of the product that `c` does not have.
template <class T>
void summed_matmul(bool transpose_a, bool transpose_b, View<const T> a, View<const T> b, View<T> c,
                   bool add, Pool& pool);

// Throws ShapeError, naming `op` and the position, for one outside [0, rows).
void check_positions(std::string_view op, std::span<const std::int64_t> positions,
                     std::int64_t rows);
// y[i] = x[positions[i]] for rows of `length` numbers; and its adjoint, y[positions[i]] += x[i],
// whose error does not grow with the number of repeats of a row. Throws ShapeError, naming `op`,
// when a position lies outside [0, rows).
template <class T>
void take_rows(std::string_view op, const T* x, std::int64_t rows, std::int64_t length,
               std::span<const std::int64_t> positions, T* y);
template <class T>
void add_rows(std::string_view op, const T* x, std::int64_t rows, std::int64_t length,
              std::span<const std::int64_t> positions, T* y, Pool& pool);

// f(i, offset): entry i of an array of positions, and the offset in x of the entry it names along
// the axis, other coordinates equal. Throws ShapeError for a position out of range.
template <class F>
void each_along(std::string_view op, const Shape& x, int axis, const Positions& positions, F&& f) {
  const Walk walk = row_major(x);
  const Shape& at = positions.shape();
  const int last = at.rank() - 1;
  const std::int64_t count = at.count(), run = at.rank() ? at[last] : 1;
  const std::int64_t step = walk.steps[axis], beside = axis == last ? 0 : 1;
  std::int64_t position[max_rank] = {};
  for (std::int64_t i = 0; i < count;) {
    std::int64_t first = 0;
    for (int k = 0; k < last; ++k)
      if (k != axis) first += position[k] * walk.steps[k];
    for (std::int64_t j = 0; j < run; ++j, ++i) {
      if (std::uint64_t(positions[i]) >= std::uint64_t(x[axis]))
        check_positions(op, {positions.data, std::size_t(count)}, x[axis]);
      f(i, first + positions[i] * step + j * beside);
    }
    for (int k = last - 1; k >= 0 && ++position[k] == at[k]; --k) position[k] = 0;
  }
}
// y, of shape `target`, = the sums of x there.
template <class T>
void add_along(std::string_view op, const T* x, const Shape& target, int axis,
               const Positions& positions, T* y, Pool& pool);

}  // namespace glassgrad::kernels

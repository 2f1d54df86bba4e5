// Statistics over any axes: product, variance, deviation, means that leave NaN out, median. All but
// the k-th smallest are compositions, each in a scope of its name, differentiable to any order.
// `axes` empty means all; keepdims leaves a 1 where an axis went. They throw ShapeError for an axis
// out of range or given twice. Next: ops/functions/norms.hpp.
#pragma once

#include <algorithm>
#include <limits>
#include <utility>

#include "glassgrad/ops/rules/norm.hpp"

namespace glassgrad {

// For ops that select one number along the last axis: 1 / (number of ties) where x attains it, 0
// elsewhere.
struct Choosing {
  static Reducing over() { return {Axes(-1), false}; }
  static auto tie_weight(const auto& x, const auto& y) {
    const auto attains = x == over().along(y, x.shape());
    return attains / apply(Sum{{Axes(-1), true}}, attains);
  }
  static auto adjoint(const auto& x, const auto& y, const auto& upstream) {
    return over().along(upstream, x.shape()) * tie_weight(x, y);
  }
  static auto push(const auto& x, const auto& y, const auto& tangent) {
    return apply(Sum{over()}, tangent * tie_weight(x, y));
  }
};

// y = the k-th smallest along the last axis, k from 0; ties split the gradient, NaN passes.
struct KthSmallest {
  using Kind = Custom<>;
  static constexpr std::string_view name = "kth_smallest";
  std::int64_t k = 0;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    const std::int64_t n = x.shape().from_end(1);
    T* const row = static_cast<T*>(pool.take(bytes_of<T>(n)));
    for (std::int64_t i = 0; i < y.count(); ++i) {
      std::copy(x.data + i * n, x.data + (i + 1) * n, row);
      T* const bad = std::find_if(row, row + n, [](T number) { return number != number; });
      if (bad == row + n) std::nth_element(row, row + k, row + n);
      y[i] = bad == row + n ? row[k] : *bad;
    }
    pool.release(row);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return Choosing::adjoint(x, y, upstream);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    return Choosing::push(x, y, tangent);
  }
  Formula text(const Formula& x) const { return Formula::call(name, {x, k}); }
};

// y = the median (the lower one of an even count) along the last axis, ignoring NaN; NaN if all
// are.
struct NanMedian {
  using Kind = Custom<>;
  static constexpr std::string_view name = "nanmedian";
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    const std::int64_t n = x.shape().from_end(1);
    T* const row = static_cast<T*>(pool.take(bytes_of<T>(n)));
    for (std::int64_t i = 0; i < y.count(); ++i) {
      T* const end = std::copy_if(x.data + i * n, x.data + (i + 1) * n, row,
                                  [](T number) { return number == number; });
      if (end != row) std::nth_element(row, row + (end - row - 1) / 2, end);
      y[i] = end == row ? std::numeric_limits<T>::quiet_NaN() : row[(end - row - 1) / 2];
    }
    pool.release(row);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return Choosing::adjoint(x, y, upstream);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    return Choosing::push(x, y, tangent);
  }
};

using StatisticsOps = List<KthSmallest, NanMedian>;
GLASSGRAD_FAMILY(StatisticsOps)

// The product of x, 1 over nothing: the last running product, so that its slopes are products of
// the other numbers, right with zeros too, and wherever they are within range.
template <class T>
Node<T> prod(const Node<T>& x, Axes axes = {}, bool keepdims = false);

// sum (x - mean x)^2 / (n - correction) over n numbers, exactly 0 when all are equal; NaN when
// there are no more than `correction`
template <class T>
Node<T> var(const Node<T>& x, Axes axes = {}, double correction = 1, bool keepdims = false);
// The root of var, even where var overflows; slope 0 where it is 0.
// `std` is the name of a namespace.
template <class T>
Node<T> deviation(const Node<T>& x, Axes axes = {}, double correction = 1, bool keepdims = false);
template <class T>
std::pair<Node<T>, Node<T>> var_mean(const Node<T>& x, Axes axes = {}, double correction = 1,
                                     bool keepdims = false);
template <class T>
std::pair<Node<T>, Node<T>> deviation_mean(const Node<T>& x, Axes axes = {}, double correction = 1,
                                           bool keepdims = false);

// The sum of the numbers that are not NaN; 0 when there is none.
template <class T>
Node<T> nansum(const Node<T>& x, Axes axes = {}, bool keepdims = false);
// Their mean; NaN if there are none.
template <class T>
Node<T> nanmean(const Node<T>& x, Axes axes = {}, bool keepdims = false);
// How many numbers are not 0; no gradient.
template <class T>
Node<T> count_nonzero(const Node<T>& x, Axes axes = {}, bool keepdims = false);

// The names of max and min over axes in NumPy and PyTorch, and both at once.
template <class T>
Node<T> amax(const Node<T>& x, Axes axes = {}, bool keepdims = false) {
  return max(x, axes, keepdims);
}
template <class T>
Node<T> amin(const Node<T>& x, Axes axes = {}, bool keepdims = false) {
  return min(x, axes, keepdims);
}
template <class T>
std::pair<Node<T>, Node<T>> aminmax(const Node<T>& x, Axes axes = {}, bool keepdims = false) {
  return {min(x, axes, keepdims), max(x, axes, keepdims)};
}

// The k-th smallest over the axes merged, k from 0. Throws ShapeError for k out of range.
template <class T>
Node<T> kth_smallest(const Node<T>& x, Integer k, Axes axes = {}, bool keepdims = false);
// The median, the lower one of an even count. Throws ShapeError over nothing.
template <class T>
Node<T> median(const Node<T>& x, Axes axes = {}, bool keepdims = false);
// The same of the numbers that are not NaN; NaN where there is none.
template <class T>
Node<T> nanmedian(const Node<T>& x, Axes axes = {}, bool keepdims = false);
// The q-quantile: linear between the two at floor and ceil of q (n - 1), the default of NumPy and
// PyTorch. Throws ShapeError over nothing and unless 0 <= q <= 1.
template <class T>
Node<T> quantile(const Node<T>& x, double q, Axes axes = {}, bool keepdims = false);

}  // namespace glassgrad

// The compositions of ops/rules/statistics.hpp, the errors of kth_smallest, and its compiled rules.
#include "glassgrad/ops/rules/statistics.hpp"

#include <cmath>

#include "engine/rules.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/ops.hpp"
#include "ops/rules/in_scope.hpp"

namespace glassgrad {

Shape KthSmallest::shape(const Shape& x) const {
  const int axis = checked_axis(name, -1, x.rank());
  if (k < 0 || k >= x[axis])
    throw ShapeError(name, join("there is no number ", k, " of ", x[axis]),
                     "Count from 0 to below the size");
  return reduced(x, 1u << axis, false);
}

namespace {

// x as [kept, reduced]: the reduced axes come last, merged.
template <class T>
Node<T> with_reduced_last(const Node<T>& x, unsigned bits) {
  const int rank = x.shape().rank();
  int order[max_rank] = {}, at = 0;
  std::int64_t stays = 1, goes = 1;
  bool moved = false;
  for (unsigned last : {0u, 1u})
    for (int axis = 0; axis < rank; ++axis)
      if ((bits >> axis & 1) == last) {
        (last ? goes : stays) *= x.shape()[axis];
        moved |= axis != at;
        order[at++] = axis;
      }
  const Shape flat{stays, goes};
  if (!moved) return reshape(x, flat);
  return reshape(transpose(x, Axes(std::span<const int>(order, std::size_t(rank)))), flat);
}

}  // namespace

template <class T>
Node<T> prod(const Node<T>& x, Axes axes, bool keepdims) {
  const unsigned bits = axis_bits("prod", axes, x.shape().rank());
  return in_scope("prod", x, [&] {
    Node<T> y = with_reduced_last(x, bits);
    const std::int64_t n = y.shape()[1];
    if (n == 0) y = sum(y, 1) + 1;
    if (n > 1) y = slice(apply(Cumprod{1}, y), 1, n - 1);  // the last running product
    return reshape(y, reduced(x.shape(), bits, keepdims));
  });
}

namespace {
// The divisor of sums of squares; NaN for too few numbers.
double freedom(const Shape& x, const Reducing& over, double correction) {
  double count = 1;
  const unsigned bits = axis_bits("var", over.axes, x.rank());
  for (int axis = 0; axis < x.rank(); ++axis)
    if (bits >> axis & 1) count *= double(x[axis]);
  return count > correction ? count - correction : std::numeric_limits<double>::quiet_NaN();
}
}  // namespace
template <class T>
Node<T> var(const Node<T>& x, Axes axes, double correction, bool keepdims) {
  axis_bits("var", axes, x.shape().rank());
  return in_scope("var", x, [&] {
    const Reducing over{axes, keepdims};
    return apply(MeanSquare{freedom(x.shape(), over, correction), over},
                 apply(Centre{{axes, true}}, x));
  });
}
template <class T>
Node<T> deviation(const Node<T>& x, Axes axes, double correction, bool keepdims) {
  axis_bits("deviation", axes, x.shape().rank());
  return in_scope("deviation", x, [&] {
    const Node<T> size = apply(Norm{2, {axes, keepdims}}, apply(Centre{{axes, true}}, x));
    return size / std::sqrt(freedom(x.shape(), {axes, keepdims}, correction));
  });
}
template <class T>
std::pair<Node<T>, Node<T>> var_mean(const Node<T>& x, Axes axes, double correction,
                                     bool keepdims) try {
  return {var(x, axes, correction, keepdims), mean(x, axes, keepdims)};
} catch (...) {
  detail::rethrow_as("var_mean");
}
template <class T>
std::pair<Node<T>, Node<T>> deviation_mean(const Node<T>& x, Axes axes, double correction,
                                           bool keepdims) try {
  return {deviation(x, axes, correction, keepdims), mean(x, axes, keepdims)};
} catch (...) {
  detail::rethrow_as("deviation_mean");
}

template <class T>
Node<T> nansum(const Node<T>& x, Axes axes, bool keepdims) {
  axis_bits("nansum", axes, x.shape().rank());
  return in_scope("nansum", x, [&] { return sum(where(x == x, x, 0), axes, keepdims); });
}
template <class T>
Node<T> nanmean(const Node<T>& x, Axes axes, bool keepdims) {
  axis_bits("nanmean", axes, x.shape().rank());
  return in_scope("nanmean", x,
                  [&] { return nansum(x, axes, keepdims) / sum(x == x, axes, keepdims); });
}
template <class T>
Node<T> count_nonzero(const Node<T>& x, Axes axes, bool keepdims) {
  axis_bits("count_nonzero", axes, x.shape().rank());
  return in_scope("count_nonzero", x, [&] { return sum(x != 0, axes, keepdims); });
}

template <class T>
Node<T> kth_smallest(const Node<T>& x, Integer k, Axes axes, bool keepdims) try {
  const unsigned bits = axis_bits("kth_smallest", axes, x.shape().rank());
  const Node<T> rows = with_reduced_last(x, bits);
  const std::int64_t at = k.in("kth_smallest", "k", {0, rows.shape()[1] - 1});
  return reshape(apply(KthSmallest{at}, rows), reduced(x.shape(), bits, keepdims));
} catch (...) {
  detail::rethrow_as("kth_smallest");
}
namespace {
// How many numbers each result reduces. Throws ShapeError for none.
std::int64_t chosen_from(std::string_view op, const Shape& x, const Axes& axes) {
  const unsigned bits = axis_bits(op, axes, x.rank());
  std::int64_t n = 1;
  for (int axis = 0; axis < x.rank(); ++axis)
    if (bits >> axis & 1) n *= x[axis];
  if (n == 0)
    throw ShapeError(
        op, join("nothing is left of ", x, " over ", axes.all() ? "all axes" : "these axes"),
        "Give at least one number");
  return n;
}
}  // namespace
template <class T>
Node<T> median(const Node<T>& x, Axes axes, bool keepdims) {
  const std::int64_t n = chosen_from("median", x.shape(), axes);
  return in_scope("median", x, [&] { return kth_smallest(x, (n - 1) / 2, axes, keepdims); });
}
Shape NanMedian::shape(const Shape& x) const {
  chosen_from(name, x, -1);
  return reduced(x, axis_bits(name, -1, x.rank()), false);
}
template <class T>
Node<T> nanmedian(const Node<T>& x, Axes axes, bool keepdims) try {
  chosen_from("nanmedian", x.shape(), axes);
  const unsigned bits = axis_bits("nanmedian", axes, x.shape().rank());
  return reshape(apply(NanMedian{}, with_reduced_last(x, bits)),
                 reduced(x.shape(), bits, keepdims));
} catch (...) {
  detail::rethrow_as("nanmedian");
}
namespace {
// Interpolates from low to high. If one is infinite, or the difference overflows, by weights: next
// to an infinity everything between is infinite.
template <class T>
Node<T> between(const Node<T>& low, const Node<T>& high, double t) {
  const Node<T> gap = high - low;
  const Node<T> usual = abs(gap) <= double(std::numeric_limits<T>::max());
  return where(usual, low + where(usual, gap, 0) * t, low * (1 - t) + high * t);
}
}  // namespace
template <class T>
Node<T> quantile(const Node<T>& x, double q, Axes axes, bool keepdims) {
  if (!(q >= 0 && q <= 1))
    throw ShapeError("quantile", join("q is ", q), "Give a number from 0 to 1");
  const std::int64_t n = chosen_from("quantile", x.shape(), axes);
  const double place = q * double(n - 1);
  const auto below = std::int64_t(place);
  return in_scope("quantile", x, [&] {
    const Node<T> low = kth_smallest(x, below, axes, keepdims);
    if (place == double(below)) return low;
    const Node<T> high = kth_smallest(x, below + 1, axes, keepdims);
    return between(low, high, place - double(below));
  });
}

#define GLASSGRAD_STATISTICS(T)                                                            \
  template Node<T> prod(const Node<T>&, Axes, bool);                                       \
  template Node<T> var(const Node<T>&, Axes, double, bool);                                \
  template Node<T> deviation(const Node<T>&, Axes, double, bool);                          \
  template std::pair<Node<T>, Node<T>> var_mean(const Node<T>&, Axes, double, bool);       \
  template std::pair<Node<T>, Node<T>> deviation_mean(const Node<T>&, Axes, double, bool); \
  template Node<T> nansum(const Node<T>&, Axes, bool);                                     \
  template Node<T> nanmean(const Node<T>&, Axes, bool);                                    \
  template Node<T> count_nonzero(const Node<T>&, Axes, bool);                              \
  template Node<T> kth_smallest(const Node<T>&, Integer, Axes, bool);                      \
  template Node<T> median(const Node<T>&, Axes, bool);                                     \
  template Node<T> nanmedian(const Node<T>&, Axes, bool);                                  \
  template Node<T> quantile(const Node<T>&, double, Axes, bool);
GLASSGRAD_STATISTICS(float)
GLASSGRAD_STATISTICS(double)
#undef GLASSGRAD_STATISTICS

GLASSGRAD_RULES(StatisticsOps)

}  // namespace glassgrad

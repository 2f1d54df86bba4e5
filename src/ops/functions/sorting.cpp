// The compositions of positions.hpp that compare, and cumulative.hpp.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/logarithms.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {
namespace {

// f(row, step, n): every row of numbers along the axis; entry i is row[i * step].
template <class T, class F>
void each_row(const Node<T>& x, int axis, F&& f) {
  const View<const T> numbers = x.value();
  const std::int64_t n = x.shape()[axis];
  std::int64_t inner = 1;
  for (int i = axis + 1; i < x.shape().rank(); ++i) inner *= x.shape()[i];
  for (std::int64_t at = 0; n > 0 && at < x.shape().count() / n; ++at) {
    const std::int64_t first = at / inner * n * inner + at % inner;
    f(numbers.data + first, first, inner, n);
  }
}
// For x without axes, and axis 0 or -1: f of x as a vector of one number, without its axis.
bool is_number(const Shape& x, Axis axis) { return x.rank() == 0 && (axis == 0 || axis == -1); }
template <class T>
Node<T> as_vector(const Node<T>& x) {
  return reshape(x, Shape{1});
}
// Is a before b, NaN after all numbers?
template <class T>
bool before(T a, T b) {
  return std::isnan(b) ? !std::isnan(a) : a < b;
}

}  // namespace

template <class T>
Indices<T> argsort(const Node<T>& x, Axis axis, bool descending) try {
  if (is_number(x.shape(), axis)) return x.its_tape().indices({}, std::vector<std::int64_t>{0}, {});
  const int at = checked_axis("argsort", axis, x.shape().rank());
  std::vector<std::int64_t> places(std::size_t(x.shape().count())), order;
  each_row(x, at, [&](const T* row, std::int64_t first, std::int64_t step, std::int64_t n) {
    order.resize(std::size_t(n));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
      return descending ? before(row[j * step], row[i * step])
                        : before(row[i * step], row[j * step]);
    });
    for (std::int64_t i = 0; i < n; ++i)
      places[std::size_t(first + i * step)] = order[std::size_t(i)];
  });
  return x.its_tape().indices({}, places, x.shape());
} catch (...) {
  detail::rethrow_as("argsort");
}
namespace {
// Positions first, ..., first + count - 1 of the sorted ones.
template <class T>
Chosen<T> part(std::string_view op, const Node<T>& x, Axis axis, bool descending,
               std::int64_t first, std::int64_t count) {
  const int at = checked_axis(op, axis, x.shape().rank());
  const std::int64_t n = x.shape()[at];
  const Indices<T> all = argsort(x, at, descending);
  if (count == n) return {gather(x, at, all), all};
  const Shape shape = x.shape().with(at, count);
  std::vector<std::int64_t> places;
  std::int64_t inner = 1;
  for (int i = at + 1; i < shape.rank(); ++i) inner *= shape[i];
  for (std::int64_t i = 0; i < x.shape().count(); ++i) {
    const std::int64_t own = i / inner % n;
    if (own >= first && own < first + count) places.push_back(all.values()[std::size_t(i)]);
  }
  const Indices<T> chosen = x.its_tape().indices({}, places, shape);
  return {gather(x, at, chosen), chosen};
}
template <class T>
Indices<T> without_axis(const Indices<T>& positions, int axis) {
  return positions.record().its_tape().indices({}, positions.values(),
                                               reduced(positions.shape(), 1u << axis, false));
}
template <class T>
Chosen<T> without_axis(const Chosen<T>& chosen, int axis) {
  return {squeeze(chosen.values, axis), without_axis(chosen.positions, axis)};
}
}  // namespace
namespace {
// Where a row has its largest or smallest, the first of equal ones; a NaN is both, as for max and
// min.
template <class T>
Indices<T> first_extreme(std::string_view op, const Node<T>& x, Axis axis, bool largest) {
  if (is_number(x.shape(), axis)) return x.its_tape().indices({}, std::vector<std::int64_t>{0}, {});
  const int at = checked_axis(op, axis, x.shape().rank());
  if (x.shape()[at] == 0)
    throw ShapeError(op, join("axis ", at, " of ", x.shape(), " has size 0"),
                     join("Nothing has no ", op, "; give at least one number"));
  const Shape shape = reduced(x.shape(), 1u << at, false);
  std::vector<std::int64_t> places;
  places.reserve(std::size_t(shape.count()));
  each_row(x, at, [&](const T* row, std::int64_t, std::int64_t step, std::int64_t n) {
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < n && !std::isnan(row[best * step]); ++i) {
      const T now = row[i * step], so_far = row[best * step];
      if (std::isnan(now) || (largest ? now > so_far : now < so_far)) best = i;
    }
    places.push_back(best);
  });
  return x.its_tape().indices({}, places, shape);
}
}  // namespace
template <class T>
Indices<T> argmax(const Node<T>& x, Axis axis) {
  return first_extreme("argmax", x, axis, true);
}
template <class T>
Indices<T> argmin(const Node<T>& x, Axis axis) {
  return first_extreme("argmin", x, axis, false);
}
template <class T>
Chosen<T> sort(const Node<T>& x, Axis axis, bool descending) try {
  if (is_number(x.shape(), axis)) return without_axis(sort(as_vector(x), 0, descending), 0);
  const int at = checked_axis("sort", axis, x.shape().rank());
  return part("sort", x, at, descending, 0, x.shape()[at]);
} catch (...) {
  detail::rethrow_as("sort");
}
template <class T>
Node<T> msort(const Node<T>& x) try {
  return sort(x, 0).values;
} catch (...) {
  detail::rethrow_as("msort");
}
template <class T>
Chosen<T> topk(const Node<T>& x, Integer k, Axis axis, bool largest) try {
  if (is_number(x.shape(), axis)) return without_axis(topk(as_vector(x), k, 0, largest), 0);
  const std::int64_t n = x.shape()[checked_axis("topk", axis, x.shape().rank())];
  return part("topk", x, axis, largest, 0, k.in("topk", "k", {0, n}));
} catch (...) {
  detail::rethrow_as("topk");
}
template <class T>
Chosen<T> kthvalue(const Node<T>& x, Integer k, Axis axis) try {
  if (is_number(x.shape(), axis)) return kthvalue(as_vector(x), k, 0);
  const int at = checked_axis("kthvalue", axis, x.shape().rank());
  const std::int64_t place = k.in("kthvalue", "k", {1, x.shape()[at]}) - 1;
  return without_axis(part("kthvalue", x, at, false, place, 1), at);
} catch (...) {
  detail::rethrow_as("kthvalue");
}

namespace {
template <class T>
Chosen<T> running(std::string_view op, const Node<T>& x, Axis axis, bool largest) {
  const int at = checked_axis(op, axis, x.shape().rank());
  std::vector<std::int64_t> places(std::size_t(x.shape().count()));
  each_row(x, at, [&](const T* row, std::int64_t first, std::int64_t step, std::int64_t n) {
    for (std::int64_t i = 0, best = 0; i < n; ++i) {
      const T now = row[i * step], so_far = row[best * step];
      if (std::isnan(now) || (!std::isnan(so_far) && (largest ? now >= so_far : now <= so_far)))
        best = i;
      places[std::size_t(first + i * step)] = best;
    }
  });
  const Indices<T> chosen = x.its_tape().indices({}, places, x.shape());
  return {gather(x, at, chosen), chosen};
}
}  // namespace
template <class T>
Node<T> cumprod(const Node<T>& x, Axis axis) try {
  if (is_number(x.shape(), axis)) return x;
  return apply(Cumprod{checked_axis("cumprod", axis, x.shape().rank())}, x);
} catch (...) {
  detail::rethrow_as("cumprod");
}
// y = m + l by doubling: m is the largest number so far, l = ln(sum of e^(x - m)) keeps the digits
// that a large m takes from the slopes. No gradient passes through m: y is the same for any.
template <class T>
Node<T> logcumsumexp(const Node<T>& x, Axis axis) try {
  if (is_number(x.shape(), axis)) return x;
  const int along = checked_axis("logcumsumexp", axis, x.shape().rank());
  constexpr double most = double(std::numeric_limits<T>::max());
  Node<T> m = clamp(stop_gradient(x), -most, most), l = x - m;  // an infinite x stays in l
  for (std::int64_t step = 1; step < x.shape()[along]; step *= 2) {
    const auto late = [&](const Node<T>& all) { return slice(all, along, step); };
    const auto early = [&](const Node<T>& all) { return slice(all, along, 0, -step); };
    const Node<T> largest = maximum(late(m), early(m));
    const Node<T> sum = logaddexp(late(l) + (late(m) - largest), early(l) + (early(m) - largest));
    l = concat({slice(l, along, 0, step), sum}, along);
    m = concat({slice(m, along, 0, step), largest}, along);
  }
  return m + l;
} catch (...) {
  detail::rethrow_as("logcumsumexp");
}
template <class T>
Chosen<T> cummax(const Node<T>& x, Axis axis) try {
  if (is_number(x.shape(), axis)) return without_axis(cummax(as_vector(x), 0), 0);
  return running("cummax", x, axis, true);
} catch (...) {
  detail::rethrow_as("cummax");
}
template <class T>
Chosen<T> cummin(const Node<T>& x, Axis axis) try {
  if (is_number(x.shape(), axis)) return without_axis(cummin(as_vector(x), 0), 0);
  return running("cummin", x, axis, false);
} catch (...) {
  detail::rethrow_as("cummin");
}

template <class T>
Node<T> diff(const Node<T>& x, Integer times_in_a_row, Axis axis) try {
  const std::int64_t n = times_in_a_row.in("diff", "n", at_least(0));
  const int at = checked_axis("diff", axis, x.shape().rank());
  Node<T> y = x;
  const std::int64_t times = std::min(n, x.shape()[at]);  // then nothing is left
  for (std::int64_t i = 0; i < times; ++i) y = slice(y, at, 1) - slice(y, at, 0, -1);
  return y;
} catch (...) {
  detail::rethrow_as("diff");
}
namespace {
// x may have more axes than y, in front.
int from_the_back(std::string_view op, Axis axis, const Shape& y) {
  return checked_axis(op, axis, y.rank()) - y.rank();
}
template <class T>
Node<T> areas(std::string_view op, const Node<T>& y, Axis axis) {
  const int at = checked_axis(op, axis, y.shape().rank());
  return (slice(y, at, 1) + slice(y, at, 0, -1)) / 2;
}
template <class T>
Node<T> areas(std::string_view op, const Node<T>& y, const Node<T>& x, Axis axis) {
  const int at = checked_axis(op, axis, y.shape().rank()), back = at - y.shape().rank();
  Node<T> points = x;
  if (x.shape().rank() == 1 && y.shape().rank() > 1) {
    Shape shape{x.shape()[0]};
    for (int i = at + 1; i < y.shape().rank(); ++i) shape.push_back(1);
    points = reshape(x, shape);
  }
  const int rank = points.shape().rank();
  if (rank < -back || points.shape()[rank + back] != y.shape()[at])
    throw ShapeError(op, join("y is ", y.shape(), ", x is ", x.shape()),
                     join("Give one x for each entry of axis ", at));
  return areas(op, y, at) * diff(points, 1, back);
}
}  // namespace
template <class T>
Node<T> trapezoid(const Node<T>& y, double dx, Axis axis) try {
  const Node<T> parts = areas("trapezoid", y, axis);  // before `axis` becomes Axes
  return sum(parts, axis) * dx;
} catch (...) {
  detail::rethrow_as("trapezoid");
}
template <class T>
Node<T> trapezoid(const Node<T>& y, const Node<T>& x, Axis axis) try {
  const Node<T> parts = areas("trapezoid", y, x, axis);
  return sum(parts, from_the_back("trapezoid", axis, y.shape()));
} catch (...) {
  detail::rethrow_as("trapezoid");
}
template <class T>
Node<T> cumulative_trapezoid(const Node<T>& y, double dx, Axis axis) try {
  return cumsum(areas("cumulative_trapezoid", y, axis), axis) * dx;
} catch (...) {
  detail::rethrow_as("cumulative_trapezoid");
}
template <class T>
Node<T> cumulative_trapezoid(const Node<T>& y, const Node<T>& x, Axis axis) try {
  const Node<T> parts = areas("cumulative_trapezoid", y, x, axis);
  return cumsum(parts, from_the_back("cumulative_trapezoid", axis, y.shape()));
} catch (...) {
  detail::rethrow_as("cumulative_trapezoid");
}

#define GLASSGRAD_SORTING(T)                                           \
  template Indices<T> argsort(const Node<T>&, Axis, bool);             \
  template Indices<T> argmax(const Node<T>&, Axis);                    \
  template Indices<T> argmin(const Node<T>&, Axis);                    \
  template Chosen<T> sort(const Node<T>&, Axis, bool);                 \
  template Node<T> msort(const Node<T>&);                              \
  template Chosen<T> topk(const Node<T>&, Integer, Axis, bool);        \
  template Chosen<T> kthvalue(const Node<T>&, Integer, Axis);          \
  template Node<T> cumprod(const Node<T>&, Axis);                      \
  template Node<T> logcumsumexp(const Node<T>&, Axis);                 \
  template Chosen<T> cummax(const Node<T>&, Axis);                     \
  template Chosen<T> cummin(const Node<T>&, Axis);                     \
  template Node<T> diff(const Node<T>&, Axis, Axis);                   \
  template Node<T> trapezoid(const Node<T>&, double, Axis);            \
  template Node<T> trapezoid(const Node<T>&, const Node<T>&, Axis);    \
  template Node<T> cumulative_trapezoid(const Node<T>&, double, Axis); \
  template Node<T> cumulative_trapezoid(const Node<T>&, const Node<T>&, Axis);
GLASSGRAD_SORTING(float)
GLASSGRAD_SORTING(double)
#undef GLASSGRAD_SORTING

}  // namespace glassgrad

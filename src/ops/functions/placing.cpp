// The compositions of positions.hpp that place: scatter, index_add, index_put and the like.
#include "glassgrad/ops/functions/positions.hpp"

#include <algorithm>
#include <limits>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/compare.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "ops/functions/ones.hpp"

namespace glassgrad {
namespace {

// A repeated place has no unique value.
void check_once(std::string_view op, std::vector<std::int64_t> places) {
  std::sort(places.begin(), places.end());
  const auto twice = std::adjacent_find(places.begin(), places.end());
  if (twice != places.end())
    throw ShapeError(op, join("two entries are put at place ", *twice, " of the array"),
                     "Name each place once, or add instead");
}
// Flat indices of the positions in an array of shape x.
std::vector<std::int64_t> places_along(std::string_view op, const Shape& x, int axis,
                                       const Shape& at, std::span<const std::int64_t> positions) {
  std::vector<std::int64_t> places(positions.size());
  kernels::each_along(op, x, axis, {positions.data(), &at},
                      [&](std::int64_t i, std::int64_t to) { places[std::size_t(i)] = to; });
  return places;
}
// The part of the source that has positions.
template <class T>
Node<T> fitted(std::string_view op, const Node<T>& source, const Shape& positions) {
  if (source.shape() == positions) return source;
  if (source.shape().rank() == 0) return broadcast_to(source, positions);
  bool fits = source.shape().rank() == positions.rank();
  for (int i = 0; fits && i < positions.rank(); ++i) fits = positions[i] <= source.shape()[i];
  if (!fits)
    throw ShapeError(op, join("the source is ", source.shape(), ", the positions are ", positions),
                     "Give one number for each position");
  Node<T> y = source;
  for (int i = 0; i < positions.rank(); ++i) y = slice(y, i, 0, positions[i]);
  return y;
}
// Applies f with the axis moved to the front, and back.
template <class T>
Node<T> in_front(const Node<T>& x, int axis) {
  return axis == 0 ? x : movedim(x, axis, 0);
}
template <class T>
Node<T> put_back(const Node<T>& x, int axis) {
  return axis == 0 ? x : movedim(x, 0, axis);
}
void check_source(std::string_view op, const Shape& x, int axis, const Shape& positions,
                  const Shape& source) {
  const bool vector = positions.rank() == 1;
  if (!vector || source != x.with(axis, positions[0]))
    throw ShapeError(
        op, join("x is ", x, ", the positions are ", positions, ", the source is ", source),
        join("Give a vector of positions and, along axis ", axis,
             ", one slice of the source for each"));
}

}  // namespace

template <class T>
Node<T> scatter(const Node<T>& x, Axis axis, const Indices<T>& positions,
                const Node<T>& source) try {
  const int at = checked_axis("scatter", axis, x.shape().rank());
  const AddAlong add{at, x.shape()};
  const Node<T> put = fitted("scatter", source, positions.shape());
  const Node<T> there = apply(add, ones(x.its_tape(), positions.shape()), positions.record());
  check_once("scatter",
             places_along("scatter", x.shape(), at, positions.shape(), positions.values()));
  return where(there, apply(add, put, positions.record()), x);
} catch (...) {
  detail::rethrow_as("scatter");
}
template <class T>
Node<T> scatter_add(const Node<T>& x, Axis axis, const Indices<T>& positions,
                    const Node<T>& source) try {
  const int at = checked_axis("scatter_add", axis, x.shape().rank());
  return x + apply(AddAlong{at, x.shape()}, fitted("scatter_add", source, positions.shape()),
                   positions.record());
} catch (...) {
  detail::rethrow_as("scatter_add");
}
template <class T>
Node<T> scatter_reduce(const Node<T>& x, Axis axis, const Indices<T>& positions,
                       const Node<T>& source, Reduced how, bool include_x) try {
  const int at = checked_axis("scatter_reduce", axis, x.shape().rank());
  const AddAlong add{at, x.shape()};
  const Node<T> put = fitted("scatter_reduce", source, positions.shape());
  const Node<T> count = apply(add, ones(x.its_tape(), positions.shape()), positions.record());
  if (how == Reduced::sum || how == Reduced::mean) {
    const Node<T> added = apply(add, put, positions.record());
    const Node<T> total = include_x ? x + added : where(count, added, x);
    if (how == Reduced::sum) return total;
    return total / (include_x ? count + 1 : maximum(count, 1));
  }
  // One layer per entry at the same place: the n-th is in layer n.
  const auto places =
      places_along("scatter_reduce", x.shape(), at, positions.shape(), positions.values());
  std::vector<std::int64_t> met(std::size_t(x.shape().count()), 0), from;
  std::vector<std::vector<std::int64_t>> layers;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto layer = std::size_t(met[std::size_t(places[i])]++);
    if (layer == layers.size())
      layers.emplace_back(std::size_t(x.shape().count()), std::int64_t(places.size()));
    layers[layer][std::size_t(places[i])] = std::int64_t(i);
  }
  const double nothing = how == Reduced::prod   ? 1
                         : how == Reduced::amax ? -std::numeric_limits<double>::infinity()
                                                : std::numeric_limits<double>::infinity();
  const Node<T> row = concat({reshape(put, Shape{put.shape().count()}),
                              broadcast_to(x.its_tape().constant(T(nothing)), Shape{1})});
  std::vector<Node<T>> all;
  all.push_back(include_x ? x : where(count, T(nothing), x));
  for (const auto& layer : layers)
    all.push_back(rows(row, x.its_tape().indices({}, layer, x.shape())));
  if (how == Reduced::prod) {
    Node<T> y = all[0];
    for (std::size_t k = 1; k < all.size(); ++k) y = y * all[k];
    return y;
  }
  const Node<T> stacked = stack(std::span<const Node<T>>(all));
  return how == Reduced::amax ? max(stacked, 0) : min(stacked, 0);
} catch (...) {
  detail::rethrow_as("scatter_reduce");
}
template <class T>
Node<T> index_add(const Node<T>& x, Axis axis, const Indices<T>& positions, const Node<T>& source,
                  double alpha) try {
  const int at = checked_axis("index_add", axis, x.shape().rank());
  check_source("index_add", x.shape(), at, positions.shape(), source.shape());
  const Node<T> front = in_front(x, at);
  const Node<T> added = apply(AddRows{front.shape()}, in_front(source, at), positions.record());
  return x + put_back(alpha == 1 ? added : added * alpha, at);
} catch (...) {
  detail::rethrow_as("index_add");
}
template <class T>
Node<T> index_copy(const Node<T>& x, Axis axis, const Indices<T>& positions,
                   const Node<T>& source) try {
  const int at = checked_axis("index_copy", axis, x.shape().rank());
  check_source("index_copy", x.shape(), at, positions.shape(), source.shape());
  const Node<T> front = in_front(x, at), put = in_front(source, at);
  const AddRows add{front.shape()};
  const Node<T> there = apply(add, ones(x.its_tape(), put.shape()), positions.record());
  check_once("index_copy", {positions.values().begin(), positions.values().end()});
  return put_back(where(there, apply(add, put, positions.record()), front), at);
} catch (...) {
  detail::rethrow_as("index_copy");
}
template <class T>
Node<T> index_fill(const Node<T>& x, Axis axis, const Indices<T>& positions, double value) try {
  const int at = checked_axis("index_fill", axis, x.shape().rank());
  const Node<T> front = in_front(x, at);
  Shape filled = front.shape();
  if (positions.shape().rank() != 1)
    throw ShapeError("index_fill", join("the positions are ", positions.shape()),
                     "Give a vector of positions");
  filled = filled.with(0, positions.shape()[0]);
  const Node<T> there =
      apply(AddRows{front.shape()}, ones(x.its_tape(), filled), positions.record());
  return put_back(where(there, T(value), front), at);
} catch (...) {
  detail::rethrow_as("index_fill");
}

namespace {
// Flat indices of x[p_0, p_1, ...] among the first axes.
template <class T>
Indices<T> joint(std::string_view op, const Node<T>& x, std::span<const Indices<T>> positions) {
  if (positions.empty() || positions.size() > std::size_t(x.shape().rank()))
    throw ShapeError(op, join(positions.size(), " arrays of positions for ", x.shape()),
                     "Give one for each of the first axes");
  std::vector<std::int64_t> places(positions[0].values().size(), 0);
  for (std::size_t k = 0; k < positions.size(); ++k) {
    const std::int64_t n = x.shape()[int(k)];
    if (positions[k].shape() != positions[0].shape())
      throw ShapeError(op,
                       join("positions 0 are ", positions[0].shape(), ", positions ", k, " are ",
                            positions[k].shape()),
                       "Give them one shape");
    kernels::check_positions(op, positions[k].values(), n);
    for (std::size_t i = 0; i < places.size(); ++i)
      places[i] = places[i] * n + positions[k].values()[i];
  }
  return x.its_tape().indices({}, places, positions[0].shape());
}
template <class T>
Node<T> joined(const Node<T>& x, std::size_t axes) {
  return flatten(x, 0, int(axes) - 1);
}
}  // namespace
template <class T>
Node<T> index_get(const Node<T>& x, std::span<const Indices<T>> positions) try {
  const Indices<T> at = joint("index_get", x, positions);
  return rows(joined(x, positions.size()), at);
} catch (...) {
  detail::rethrow_as("index_get");
}
template <class T>
Node<T> index_put(const Node<T>& x, std::span<const Indices<T>> positions, const Node<T>& values,
                  bool accumulate) try {
  const Indices<T> at = joint("index_put", x, positions);
  const Node<T> flat = joined(x, positions.size());
  Shape wanted = at.shape();
  for (int i = 1; i < flat.shape().rank(); ++i) wanted.push_back(flat.shape()[i]);
  if (!values.shape().stretches_to(wanted))
    throw ShapeError("index_put", join("the values are ", values.shape(), ", the places ", wanted),
                     "Give values that broadcast to the places");
  const AddRows add{flat.shape()};
  const Node<T> put = apply(add, broadcast_to(values, wanted), at.record());
  if (accumulate) return reshape(flat + put, x.shape());
  check_once("index_put", {at.values().begin(), at.values().end()});
  const Node<T> there = apply(add, ones(x.its_tape(), wanted), at.record());
  return reshape(where(there, put, flat), x.shape());
} catch (...) {
  detail::rethrow_as("index_put");
}

#define GLASSGRAD_PLACING(T)                                                                   \
  template Node<T> scatter(const Node<T>&, Axis, const Indices<T>&, const Node<T>&);           \
  template Node<T> scatter_add(const Node<T>&, Axis, const Indices<T>&, const Node<T>&);       \
  template Node<T> scatter_reduce(const Node<T>&, Axis, const Indices<T>&, const Node<T>&,     \
                                  Reduced, bool);                                              \
  template Node<T> index_add(const Node<T>&, Axis, const Indices<T>&, const Node<T>&, double); \
  template Node<T> index_copy(const Node<T>&, Axis, const Indices<T>&, const Node<T>&);        \
  template Node<T> index_fill(const Node<T>&, Axis, const Indices<T>&, double);                \
  template Node<T> index_get(const Node<T>&, std::span<const Indices<T>>);                     \
  template Node<T> index_put(const Node<T>&, std::span<const Indices<T>>, const Node<T>&, bool);
GLASSGRAD_PLACING(float)
GLASSGRAD_PLACING(double)
#undef GLASSGRAD_PLACING

}  // namespace glassgrad

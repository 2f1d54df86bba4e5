// The compositions of positions.hpp: taking, masks. Next: placing.cpp and sorting.cpp.
#include "glassgrad/ops/functions/positions.hpp"

#include <algorithm>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/compare.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "ops/functions/ones.hpp"

namespace glassgrad {
template <class T>
Node<T> gather(const Node<T>& x, Axis axis, const Indices<T>& positions) try {
  return apply(TakeAlong{checked_axis("gather", axis, x.shape().rank())}, x, positions.record());
} catch (...) {
  detail::rethrow_as("gather");
}
template <class T>
Node<T> take_along_axis(const Node<T>& x, const Indices<T>& positions, Axis axis) try {
  const int at = checked_axis("take_along_axis", axis, x.shape().rank());
  const Shape &own = x.shape(), &wanted = positions.shape();
  if (own.rank() != wanted.rank())
    throw ShapeError("take_along_axis", join("x is ", own, ", the positions are ", wanted),
                     "Give as many axes of positions as x has");
  const Shape full = broadcast("take_along_axis", own.with(at, 1), wanted.with(at, 1));
  if (full == wanted.with(at, 1))
    return gather(broadcast_to(x, full.with(at, own[at])), at, positions);
  std::vector<std::int64_t> stretched(std::size_t(full.with(at, wanted[at]).count()));
  const Shape target = full.with(at, wanted[at]);
  kernels::Walk walk = kernels::row_major(wanted);
  for (int i = 0; i < wanted.rank(); ++i)
    if (wanted[i] == 1) walk.steps[i] = 0;
  for (std::size_t i = 0; i < stretched.size(); ++i) {
    std::int64_t rest = std::int64_t(i), from = 0;
    for (int k = target.rank() - 1; k >= 0; --k)
      from += rest % target[k] * walk.steps[k], rest /= target[k];
    stretched[i] = positions.values()[std::size_t(from)];
  }
  return gather(broadcast_to(x, full.with(at, own[at])), at,
                x.its_tape().indices({}, stretched, target));
} catch (...) {
  detail::rethrow_as("take_along_axis");
}
template <class T>
Node<T> take(const Node<T>& x, const Indices<T>& positions) try {
  return rows(reshape(x, Shape{x.shape().count()}), positions);
} catch (...) {
  detail::rethrow_as("take");
}
template <class T>
Node<T> index_select(const Node<T>& x, Axis axis, const Indices<T>& positions) try {
  const int at = checked_axis("index_select", axis, x.shape().rank());
  Node<T> y = rows(at == 0 ? x : movedim(x, at, 0), positions);
  const int added = positions.shape().rank();
  if (at == 0 || added == 0) return y;
  std::vector<int> from, to;
  for (int i = 0; i < added; ++i) from.push_back(i), to.push_back(at + i);
  return movedim(y, Axes(std::span<const int>(from)), Axes(std::span<const int>(to)));
} catch (...) {
  detail::rethrow_as("index_select");
}

template <class T>
Node<T> masked_fill(const Node<T>& x, const Node<T>& mask, const Node<T>& value) try {
  if (value.shape().rank() != 0)
    throw ShapeError("masked_fill", join("the value is ", value.shape()), "Give a single number");
  return where(mask, value, x);
} catch (...) {
  detail::rethrow_as("masked_fill");
}
namespace {
template <class T>
std::vector<std::int64_t> chosen(const Node<T>& mask) {
  std::vector<std::int64_t> places;
  const View<const T> numbers = mask.value();
  for (std::int64_t i = 0; i < numbers.count(); ++i)
    if (numbers[i] != T(0)) places.push_back(i);
  return places;
}
}  // namespace
template <class T>
Node<T> masked_select(const Node<T>& x, const Node<T>& mask) try {
  const Shape shape = broadcast("masked_select", x.shape(), mask.shape());
  const auto places = chosen(broadcast_to(mask, shape));
  return take(broadcast_to(x, shape), x.its_tape().indices(places));
} catch (...) {
  detail::rethrow_as("masked_select");
}
template <class T>
Node<T> masked_scatter(const Node<T>& x, const Node<T>& mask, const Node<T>& source) try {
  const Shape shape = broadcast("masked_scatter", x.shape(), mask.shape());
  const auto places = chosen(broadcast_to(mask, shape));
  const auto n = std::int64_t(places.size());
  if (n > source.shape().count())
    throw ShapeError("masked_scatter",
                     join(n, " places are chosen, the source is ", source.shape()),
                     "Give at least as many numbers");
  const Node<T> first = slice(reshape(source, Shape{source.shape().count()}), 0, 0, n);
  const Node<T> put =
      apply(AddRows{Shape{shape.count()}}, first, x.its_tape().indices(places).record());
  return where(mask, reshape(put, shape), x);
} catch (...) {
  detail::rethrow_as("masked_scatter");
}

template <class T>
Node<T> one_hot(const Indices<T>& positions, Integer of) try {
  const auto needed = [&] {
    const auto largest = std::max_element(positions.values().begin(), positions.values().end());
    return largest == positions.values().end() ? 0 : *largest + 1;
  };
  if (!of.within(at_least(0))) of.in("one_hot", "the number of classes", at_least(needed()));
  const std::int64_t classes = of.in("one_hot", "the number of classes");
  Tape<T>& tape = positions.record().its_tape();
  const std::int64_t n = positions.shape().count();
  Shape shape = positions.shape();
  shape.push_back(classes);
  kernels::check_positions("one_hot", positions.values(), classes);
  const Indices<T> row = tape.indices({}, positions.values(), Shape{n});
  return reshape(apply(Place{classes}, ones(tape, Shape{n}), row.record()), shape);
} catch (...) {
  detail::rethrow_as("one_hot");
}
template <class T>
Node<T> embedding(const Node<T>& table, const Indices<T>& positions, Integer kept) try {
  if (table.shape().rank() != 2)
    throw ShapeError("embedding", join("the table is ", table.shape()), "Give a matrix of rows");
  const std::int64_t padding = kept.in("embedding", "the padding row", {-1, table.shape()[0] - 1});
  if (padding < 0) return rows(table, positions);
  std::vector<T> mask(std::size_t(table.shape()[0]), T(0));
  mask[std::size_t(padding)] = T(1);
  const Node<T> fixed = table.its_tape().constant(table.value());  // returned, never learnt
  return rows(where(unsqueeze(table.its_tape().constant(mask), 1), fixed, table), positions);
} catch (...) {
  detail::rethrow_as("embedding");
}

#define GLASSGRAD_POSITIONS(T)                                                     \
  template Node<T> gather(const Node<T>&, Axis, const Indices<T>&);                \
  template Node<T> take_along_axis(const Node<T>&, const Indices<T>&, Axis);       \
  template Node<T> take(const Node<T>&, const Indices<T>&);                        \
  template Node<T> index_select(const Node<T>&, Axis, const Indices<T>&);          \
  template Node<T> masked_fill(const Node<T>&, const Node<T>&, const Node<T>&);    \
  template Node<T> masked_select(const Node<T>&, const Node<T>&);                  \
  template Node<T> masked_scatter(const Node<T>&, const Node<T>&, const Node<T>&); \
  template Node<T> one_hot(const Indices<T>&, Integer);                            \
  template Node<T> embedding(const Node<T>&, const Indices<T>&, Integer);
GLASSGRAD_POSITIONS(float)
GLASSGRAD_POSITIONS(double)
#undef GLASSGRAD_POSITIONS

}  // namespace glassgrad

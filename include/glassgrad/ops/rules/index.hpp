// Ops that take integer positions. The positions are an input of their own type and have no
// gradient.
#pragma once

#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// y[i...] = x[positions[i...]]: rows of x, an embedding. A row taken twice receives both
// contributions.
struct Rows {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "rows";
  static constexpr int index_inputs = 1;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool&) const {
    kernels::take_rows(name, x.data, x.shape()[0], row_length(x.shape()), {at.data, at.size()},
                       y.data);
  }
  auto adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const;

  static std::int64_t row_length(const Shape& x);
};

// The adjoint of rows: y has `count` rows, y[positions[i]] += x[i].
struct AddRows {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "add_rows";
  static constexpr int index_inputs = 1;
  Shape target;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool& pool) const {
    kernels::add_rows(name, x.data, target[0], Rows::row_length(target), {at.data, at.size()},
                      y.data, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& at, const auto&, const auto& upstream) const {
    return apply(Rows{}, upstream, at);
  }
  Formula text(const Formula& x, const Formula& at) const;
};

auto Rows::adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const {
  return apply(AddRows{x.shape()}, upstream, at);
}

// y[i] = x[i, positions[i]]: one entry of each row, such as the score of the right class.
struct Pick {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "pick";
  static constexpr int index_inputs = 1;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool&) const {
    const std::int64_t columns = x.shape()[1];
    kernels::check_positions(name, {at.data, at.size()}, columns);
    for (std::int64_t i = 0; i < y.count(); ++i) y[i] = x[i * columns + at[i]];
  }
  auto adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const;
};

// The adjoint of pick: zeros but for y[i, positions[i]] = x[i].
struct Place {
  using Kind = Linear<2>;
  static constexpr std::string_view name = "place";
  static constexpr int index_inputs = 1;
  std::int64_t columns = 0;
  Shape shape(const Shape& x, const Shape& positions) const;
  template <class T>
  void value(View<const T> x, Positions at, View<T> y, Pool&) const {
    kernels::check_positions(name, {at.data, at.size()}, columns);
    std::fill(y.begin(), y.end(), T(0));
    for (std::int64_t i = 0; i < x.count(); ++i) y[i * columns + at[i]] = x[i];
  }
  auto adjoint(To<0>, const auto&, const auto& at, const auto&, const auto& upstream) const {
    return apply(Pick{}, upstream, at);
  }
  Formula text(const Formula& x, const Formula& at) const;
};

auto Pick::adjoint(To<0>, const auto& x, const auto& at, const auto&, const auto& upstream) const {
  return apply(Place{x.shape()[1]}, upstream, at);
}

using IndexOps = List<Rows, AddRows, Pick, Place>;
GLASSGRAD_FAMILY(IndexOps)

// Throw ShapeError for a position out of range; negative ones are out of range too.
template <class T>
Node<T> rows(const Node<T>& x, const Indices<T>& positions) {
  return apply(Rows{}, x, positions.record());
}
template <class T>
Node<T> pick(const Node<T>& x, const Indices<T>& positions) {
  return apply(Pick{}, x, positions.record());
}

}  // namespace glassgrad

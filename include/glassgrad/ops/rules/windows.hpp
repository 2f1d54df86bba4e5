// Windows along one axis or two, as convolution and pooling read them, and triangles of matrices.
// Next: ops/functions/rearrange.hpp, the compositions that move numbers.
#pragma once

#include "glassgrad/array/named.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// Windows of `size` entries along an axis, one every `step`, their entries `dilation` apart, on a
// new last axis, as PyTorch's unfold:
//   y[..., i, ..., k] = x[..., i step + k dilation, ...].
// With `next` also along the axis after it, in one pass. Then the entries stay in front and the
// windows are the new axes, so that a reduction over a window's entries combines whole rows:
//   y[..., k, l, ..., i, j] = x[..., i step + k dilation, j next.step + l next.dilation, ...].
struct Windows {
  using Kind = Linear<>;
  static constexpr std::string_view name = "windows";
  struct Along {
    std::int64_t size = 1, step = 1, dilation = 1;
    std::int64_t span() const { return window_span(size, dilation); }
    std::int64_t reach(std::int64_t count) const;  // how many entries so many windows span
  };
  int axis = 0;
  Along along, next{0};
  int axes() const { return next.size == 0 ? 1 : 2; }
  const Along& operator[](int k) const { return k == 0 ? along : next; }
  // The axes of y that axis + k of x, which has that rank, is read along.
  kernels::Overlap places(int k, int rank) const {
    if (axes() == 1) return {rank, axis};
    return {axis + k, rank + k};
  }
  Shape shape(const Shape& x) const;
  // How x, of this shape, is read along the axes of y.
  kernels::Walk walk(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::copy(y.shape(), x.data, walk(x.shape()), y.data, kernels::row_major(y.shape()));
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  Formula text(const Formula& x) const;
  Windows batched(std::int64_t, const Shape&) const { return {axis + 1, along, next}; }
  bool by_rows(const Shape&) const { return axis > 0; }
};

// The adjoint of windows: every window added back to where it was taken from, along an axis of
// `length` entries, and the next one of `next`.
struct AddWindows {
  using Kind = Linear<>;
  static constexpr std::string_view name = "add_windows";
  Windows windows;
  std::int64_t length = 0, next = 0;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    const kernels::Overlap all[] = {windows.places(0, y.rank()), windows.places(1, y.rank())};
    kernels::sum_windows(x, y, windows.walk(y.shape()), {all, std::size_t(windows.axes())}, pool);
  }
  // There may be room for more windows than there are, or for none if there are none.
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    const Shape &own = x.shape(), y = shape(own);
    if (own.count() == 0) return apply(Reshape{own}, apply(Slice{windows.axis, 0, 0, 1}, upstream));
    auto taken = apply(windows, upstream);
    const Shape all = windows.shape(y);
    for (int k = 0; k < windows.axes(); ++k) {
      const int at = windows.places(k, y.rank()).windows;
      if (all[at] != own[at]) taken = apply(Slice{at, 0, own[at], 1}, taken);
    }
    return taken;
  }
  Formula text(const Formula& x) const;
  AddWindows batched(std::int64_t n, const Shape& x) const {
    return {windows.batched(n, x), length, next};
  }
  bool by_rows(const Shape& x) const { return windows.by_rows(x); }
};

auto Windows::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  const std::int64_t beside = axes() == 2 ? x.shape()[axis + 1] : 0;
  return apply(AddWindows{*this, x.shape()[axis], beside}, upstream);
}

// The upper or lower triangle of the matrices in the last two axes, with the diagonal j - i =
// offset; 0 elsewhere.
struct Triangle {
  using Kind = Linear<>;
  static constexpr std::string_view name = "triangle";
  bool upper = true;
  std::int64_t offset = 0;
  Shape shape(const Shape& x) const;
  bool keeps(std::int64_t i, std::int64_t j) const {
    return upper ? j - i >= offset : j - i <= offset;
  }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    const std::int64_t rows = x.shape().from_end(2), columns = x.shape().from_end(1);
    for (std::int64_t at = 0; at < x.count(); ++at)
      y[at] = keeps(at / columns % rows, at % columns) ? x[at] : T(0);
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const {
    return apply(*this, upstream);
  }
  Formula text(const Formula& x) const;
  Triangle batched(std::int64_t, const Shape&) const { return *this; }
};

using WindowOps = List<Windows, AddWindows, Triangle>;
GLASSGRAD_FAMILY(WindowOps)

// What unfold and fold apply. Throw ShapeError, in their names.
Windows unfolding(const Shape& x, Axis axis, Integer size, Integer step, Integer dilation);
AddWindows folding(const Shape& x, Axis axis, Integer length, Integer step, Integer dilation);

// PyTorch's unfold, on an axis from the front or (negative) the back, and its adjoint. Throw
// ShapeError when no window fits, or for a size, step or dilation below 1.
template <Traced X>
X unfold(const X& x, Axis axis, Integer size, Integer step = 1, Integer dilation = 1) {
  return in_the_name_of("unfold",
                        [&] { return apply(unfolding(x.shape(), axis, size, step, dilation), x); });
}
// x's last axis holds the windows. Throws ShapeError when they do not fit into `length`.
template <Traced X>
X fold(const X& x, Axis axis, Integer length, Integer step = 1, Integer dilation = 1) {
  return in_the_name_of("fold",
                        [&] { return apply(folding(x.shape(), axis, length, step, dilation), x); });
}
template <Traced X>
X triu(const X& x, Integer offset = 0) {
  return in_the_name_of("triu", [&] {
    return apply(Triangle{true, offset.in("triu", "offset")}, x);
  });
}
template <Traced X>
X tril(const X& x, Integer offset = 0) {
  return in_the_name_of("tril", [&] {
    return apply(Triangle{false, offset.in("tril", "offset")}, x);
  });
}

}  // namespace glassgrad

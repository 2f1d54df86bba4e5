// Movement ops: reshape, transpose, slice, concat. All are linear; the adjoint moves the upstream
// back. broadcast_to is in the engine, stack and others are compositions.
#pragma once

#include <limits>
#include <vector>

#include "glassgrad/array/named.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/ops/rules/arithmetic.hpp"

namespace glassgrad {

// The same numbers under another shape; nothing is copied.
struct Reshape {
  using Kind = Linear<>;
  static constexpr std::string_view name = "reshape";
  static constexpr bool alias = true;
  Shape target;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    for (std::int64_t i = 0; i < x.count(); ++i) y[i] = x[i];
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(Reshape{x.shape()}, upstream);
  }
  Formula text(const Formula& x) const;
  Reshape batched(std::int64_t n, const Shape&) const { return {target.behind(n)}; }
};

// The axes in another order: y.shape[i] = x.shape[order[i]]; without an order they are reversed.
struct Transpose {
  using Kind = Linear<>;
  static constexpr std::string_view name = "transpose";
  Axes order;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::copy(y.shape(), x.data, walk(x.shape()), y.data, kernels::row_major(y.shape()));
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(inverse(x.shape().rank()), upstream);
  }
  Formula text(const Formula& x) const;
  Transpose batched(std::int64_t n, const Shape& x) const;
  bool by_rows(const Shape& x) const { return x.rank() > 2 && axis(0, x.rank()) == 0; }
  bool swaps_last_two(int rank) const {
    bool swaps = rank >= 2;
    for (int i = 0; i < rank; ++i)
      swaps = swaps && axis(i, rank) == (i < rank - 2 ? i : 2 * rank - 3 - i);
    return swaps;
  }

  int axis(int i, int rank) const;  // the axis of x that y's axis i comes from
  Transpose inverse(int rank) const;
  kernels::Walk walk(const Shape& x) const;
};

// Along one axis, every step-th entry of [start, stop); a negative step walks backwards.
struct Slice {
  using Kind = Linear<>;
  static constexpr std::string_view name = "slice";
  int axis = 0;
  std::int64_t start = 0, count = 0, step = 1;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::copy(y.shape(), x.data, walk(x.shape()), y.data, kernels::row_major(y.shape()));
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  // Into its part of x alone if the rest was written before.
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream,
                    const Sink<T>& to, Pool&) const {
    const kernels::Walk from = kernels::row_major(upstream.shape());
    if (to.add)
      return kernels::add(upstream.shape(), upstream.data, from, to.data, walk(x.shape()));
    std::fill_n(to.data, x.count(), T(0));
    kernels::copy(upstream.shape(), upstream.data, from, to.data, walk(x.shape()));
  }
  Formula text(const Formula& x) const;
  Slice batched(std::int64_t, const Shape&) const { return {axis + 1, start, count, step}; }
  bool by_rows(const Shape&) const { return axis > 0; }
  kernels::Walk walk(const Shape& x) const;
  std::string brackets() const;  // as in Python: "[:, 1:3]"
};

// The adjoint of slice: x put into zeros of size `size` along the axis.
struct Embed {
  using Kind = Linear<>;
  static constexpr std::string_view name = "embed";
  Slice slice;
  std::int64_t size = 0;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    for (T& number : y) number = T(0);
    kernels::copy(x.shape(), x.data, kernels::row_major(x.shape()), y.data, slice.walk(y.shape()));
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const {
    return apply(slice, upstream);
  }
  Formula text(const Formula& x) const;
  Embed batched(std::int64_t n, const Shape& x) const { return {slice.batched(n, x), size}; }
  bool by_rows(const Shape& x) const { return slice.by_rows(x); }
};

auto Slice::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return apply(Embed{*this, x.shape()[axis]}, upstream);
}

// Arrays one after another along an axis; the other sizes agree.
struct Concat {
  using Kind = Linear<any_arity>;
  static constexpr std::string_view name = "concat";
  int axis = 0;
  Hint each = {};  // each array's size along the axis; 0: they differ, or are many
  // Offsets are summed from the first: more than this many of differing sizes are joined in chunks,
  // so that the cost stays linear.
  static constexpr std::size_t most_unequal = 4096, piece = 256;
  Shape shape(std::span<const Shape* const> in) const;
  template <class T>
  void value(std::span<const View<const T>> in, View<T> y, Pool&) const {
    kernels::Walk to = kernels::row_major(y.shape());
    for (const View<const T>& x : in) {
      kernels::copy(x.shape(), x.data, kernels::row_major(x.shape()), y.data, to);
      to.offset += x.shape()[axis] * to.steps[axis];
    }
  }
  template <class X>
  X adjoint(int k, std::span<const X> in, const X&, const X& upstream) const {
    std::int64_t start =
        std::int64_t(k) * each.value;  // avoids a quadratic count for 70,000 arrays
    for (int i = 0; i < k && !each.value; ++i) start += in[std::size_t(i)].shape()[axis];
    return apply(Slice{axis, start, in[std::size_t(k)].shape()[axis], 1}, upstream);
  }
  Formula text(std::span<const Formula> in) const;
  Concat batched(std::int64_t, std::span<const Shape* const>) const { return {axis + 1, each}; }
};

using LayoutOps = List<Reshape, Transpose, Slice, Embed, Concat>;
GLASSGRAD_FAMILY(LayoutOps)

// One size may be -1: it is inferred. Throws ShapeError when the counts differ.
Shape resolved_shape(const Shape& x, std::span<const Integer> sizes);
Shape resolved_shape(const Shape& x, std::span<const std::int64_t> sizes);
template <Traced X>
X reshape(const X& x, std::initializer_list<Integer> sizes) {
  return apply(Reshape{resolved_shape(x.shape(), sizes)}, x);
}
template <Traced X>
X reshape(const X& x, const Shape& shape) {
  return apply(Reshape{shape}, x);
}
template <Traced X>
X transpose(const X& x, Axes order = {}) {
  return apply(Transpose{order}, x);
}
template <Traced X>
X permute(const X& x, std::initializer_list<Axis> order) {
  return in_the_name_of("permute", [&] { return apply(Transpose{Axes(order)}, x); });
}
template <Traced X>
X broadcast_to(const X& x, const Shape& shape) {
  return apply(BroadcastTo{shape}, x);
}

// Python's x[start:stop:step] along one axis: negative positions count from the end, bounds are
// clipped, stop defaults to the end. Throws ShapeError for step 0 or a wrong axis.
inline constexpr std::int64_t whole_axis = std::numeric_limits<std::int64_t>::max();
Slice resolved_slice(const Shape& x, Axis axis, Integer start, Integer stop, Integer step);
template <Traced X>
X slice(const X& x, Axis axis, Integer start, Integer stop = whole_axis, Integer step = 1) {
  return apply(resolved_slice(x.shape(), axis, start, stop, step), x);
}

int resolved_concat_axis(std::string_view op, Axis axis, int rank, std::size_t arrays);
template <Traced X>
X concat(std::span<const X> arrays, Axis axis = 0) {
  const int rank = arrays.empty() ? 0 : arrays[0].shape().rank();
  const int at = resolved_concat_axis("concat", axis, rank, arrays.size());
  std::int64_t each = arrays[0].shape()[at];
  for (const X& x : arrays)
    if (x.shape().rank() != rank || x.shape()[at] != each) each = 0;
  const int hint = std::in_range<int>(each) ? int(each) : 0;  // fits: looked at
  if (hint || arrays.size() <= Concat::most_unequal) return apply_all(Concat{at, {hint}}, arrays);
  std::vector<const Shape*> shapes;
  for (const X& x : arrays) shapes.push_back(&x.shape());
  Concat{at}.shape(shapes);  // reports mismatches before anything is recorded
  std::vector<X> pieces;
  for (std::size_t k = 0; k < arrays.size(); k += Concat::piece)
    pieces.push_back(concat(arrays.subspan(k, std::min(Concat::piece, arrays.size() - k)), at));
  return concat(std::span<const X>(pieces), at);
}
template <Traced X>
X concat(std::initializer_list<X> arrays, Axis axis = 0) {
  return concat(std::span<const X>(arrays.begin(), arrays.size()), axis);
}
// Arrays of one shape along a new axis.
Shape stacked_shape(const Shape& x, int axis);
void check_stacked(std::size_t k, const Shape& first, const Shape& other);
template <Traced X>
X stack(std::span<const X> arrays, Axis axis = 0) {
  const int rank = arrays.empty() ? 0 : arrays[0].shape().rank() + 1;
  const int at = resolved_concat_axis("stack", axis, rank, arrays.size());
  for (std::size_t k = 1; k < arrays.size(); ++k)
    check_stacked(k, arrays[0].shape(), arrays[k].shape());
  return in_the_name_of("stack", [&] {
    std::vector<X> widened;
    for (const X& x : arrays) widened.push_back(apply(Reshape{stacked_shape(x.shape(), at)}, x));
    return apply_all(Concat{at, {1}}, std::span<const X>(widened));
  });
}
template <Traced X>
X stack(std::initializer_list<X> arrays, Axis axis = 0) {
  return stack(std::span<const X>(arrays.begin(), arrays.size()), axis);
}

}  // namespace glassgrad

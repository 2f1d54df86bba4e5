// The compositions of rearrange.hpp: order, repetition, padding and diagonals.
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

template <class T>
Node<T> flip(const Node<T>& x, Axes axes) try {
  const unsigned bits = axis_bits("flip", axes, x.shape().rank());
  Node<T> y = x;
  for (int i = 0; i < x.shape().rank(); ++i)
    if (bits >> i & 1) y = slice(y, i, -1, whole_axis, -1);
  return y;
} catch (...) {
  detail::rethrow_as("flip");
}
template <class T>
Node<T> rot90(const Node<T>& x, Integer times, Axis first, Axis second) try {
  const int rank = x.shape().rank();
  checked_axis("rot90", first, rank), checked_axis("rot90", second, rank);
  axis_bits("rot90", {first, second}, rank);
  switch ((times.in("rot90", "times") % 4 + 4) % 4) {
    case 1:
      return swapaxes(flip(x, second), first, second);
    case 2:
      return flip(x, {first, second});
    case 3:
      return flip(swapaxes(x, first, second), second);
    default:
      return x;
  }
} catch (...) {
  detail::rethrow_as("rot90");
}
template <class T>
Node<T> roll(const Node<T>& x, Integer by_entries, Axis axis) try {
  const std::int64_t n = x.shape()[checked_axis("roll", axis, x.shape().rank())];
  const std::int64_t shift = by_entries.in("roll", "shift");
  const std::int64_t rest = n == 0 ? 0 : shift % n, by = rest < 0 ? rest + n : rest;
  return by == 0 ? x : concat({slice(x, axis, n - by), slice(x, axis, 0, n - by)}, axis);
} catch (...) {
  detail::rethrow_as("roll");
}
template <class T>
Node<T> roll(const Node<T>& x, Integer shift) try {
  return reshape(roll(reshape(x, Shape{x.shape().count()}), shift, 0), x.shape());
} catch (...) {
  detail::rethrow_as("roll");
}

template <class T>
Node<T> tile(const Node<T>& x, const Shape& times) try {
  const int rank = std::max(times.rank(), x.shape().rank());
  if (rank == 0) return x;
  Node<T> y = atleast_nd(x, rank);
  for (int i = 0; i < times.rank(); ++i) {  // one axis at a time: two per axis could be too many
    const int axis = i + rank - times.rank();
    if (times[i] == 1) continue;
    const std::int64_t size = size_product("tile", y.shape()[axis], times[i]);
    Shape apart = stacked_shape(y.shape(), axis);
    y = reshape(broadcast_to(reshape(y, apart), apart.with(axis, times[i])),
                y.shape().with(axis, size));
  }
  return y;
} catch (...) {
  detail::rethrow_as("tile");
}
template <class T>
Node<T> repeat(const Node<T>& x, Integer in_a_row, Axis axis) try {
  const int at = checked_axis("repeat", axis, x.shape().rank());
  const std::int64_t times = in_a_row.in("repeat", "times", at_least(0));
  const std::int64_t size = size_product("repeat", x.shape()[at], times);
  const Shape apart = stacked_shape(x.shape(), at + 1);
  return reshape(broadcast_to(reshape(x, apart), apart.with(at + 1, times)),
                 x.shape().with(at, size));
} catch (...) {
  detail::rethrow_as("repeat");
}

template <class T>
Node<T> pad(const Node<T>& x, const Margin& margin, Padding padding, double value) try {
  const int axis = checked_axis("pad", margin.axis, x.shape().rank());
  const std::int64_t before = std::max<std::int64_t>(margin.before, 0);
  const std::int64_t after = std::max<std::int64_t>(margin.after, 0);
  const std::int64_t cut_before = bounded_product(std::min<std::int64_t>(margin.before, 0), -1);
  const std::int64_t cut_after = bounded_product(std::min<std::int64_t>(margin.after, 0), -1);
  if (bounded_sum(cut_before, cut_after) > x.shape()[axis])
    throw ShapeError("pad",
                     join("cutting off ", cut_before, " and ", cut_after,
                          " entries leaves nothing of ", x.shape()[axis]),
                     "Cut off at most what is there");
  const Node<T> y =
      cut_before + cut_after == 0 ? x : slice(x, axis, cut_before, x.shape()[axis] - cut_after);
  if (before == 0 && after == 0) return y;
  const std::int64_t n = y.shape()[axis], most = std::max(before, after);
  const std::int64_t enough = padding == Padding::reflect    ? n - 1
                              : padding == Padding::circular ? n
                              : padding == Padding::constant ? most
                                                             : (n > 0 ? most : 0);
  if (most > enough)
    throw ShapeError("pad", join("a margin of ", most, " is too wide for ", n, " entries"),
                     padding == Padding::reflect    ? "Reflect at most all entries but the edge"
                     : padding == Padding::circular ? "Go round at most once"
                                                    : "There is no edge to repeat");
  if (padding == Padding::constant && value == 0)
    return apply(Embed{{axis, before, n, 1}, size_sum("pad", size_sum("pad", before, n), after)},
                 y);
  std::vector<Node<T>> parts;
  const auto add = [&](std::int64_t width, const auto& make) {
    if (width > 0) parts.push_back(make(width));
  };
  const auto filled = [&](const Node<T>& edge) {
    return
        [&, edge](std::int64_t width) { return broadcast_to(edge, y.shape().with(axis, width)); };
  };
  switch (padding) {
    case Padding::constant: {
      const Node<T> edge = y.tape() ? y.its_tape().constant(T(value)) : Node<T>(T(value));
      add(before, filled(edge)), parts.push_back(y), add(after, filled(edge));
      break;
    }
    case Padding::replicate:
      if (before > 0) add(before, filled(slice(y, axis, 0, 1)));
      parts.push_back(y);
      if (after > 0) add(after, filled(slice(y, axis, n - 1, n)));
      break;
    case Padding::reflect:
      add(before, [&](auto width) { return flip(slice(y, axis, 1, width + 1), axis); });
      parts.push_back(y);
      add(after, [&](auto width) { return flip(slice(y, axis, n - 1 - width, n - 1), axis); });
      break;
    case Padding::circular:
      add(before, [&](auto width) { return slice(y, axis, n - width, n); });
      parts.push_back(y);
      add(after, [&](auto width) { return slice(y, axis, 0, width); });
      break;
  }
  return concat(std::span<const Node<T>>(parts), axis);
} catch (...) {
  detail::rethrow_as("pad");
}
template <class T>
Node<T> pad(const Node<T>& x, std::span<const Margin> margins, Padding padding, double value) try {
  Node<T> y = x;
  for (const Margin& margin : margins) y = pad(y, margin, padding, value);
  return y;
} catch (...) {
  detail::rethrow_as("pad");
}

namespace {
// Where the diagonal of a rows x columns matrix starts, and how many entries it has.
struct Line {
  std::int64_t start, count;
};
Line line(std::int64_t rows, std::int64_t columns, std::int64_t offset) {
  const std::int64_t down = std::max<std::int64_t>(bounded_product(offset, -1), 0);
  const std::int64_t right = std::max<std::int64_t>(offset, 0);
  const std::int64_t count = std::max<std::int64_t>(0, std::min(rows - down, columns - right));
  return {count ? down * columns + right : 0, count};
}
}  // namespace
// In a flattened matrix the diagonal is every (columns + 1)-th number.
template <class T>
Node<T> diagonal(const Node<T>& x, Integer offset, Axis first, Axis second) try {
  checked_axis("diagonal", first, x.shape().rank());
  checked_axis("diagonal", second, x.shape().rank());
  axis_bits("diagonal", {first, second}, x.shape().rank());
  const Node<T> last = movedim(x, {first, second}, {-2, -1});
  const std::int64_t rows = last.shape().from_end(2), columns = last.shape().from_end(1);
  const Line at = line(rows, columns, offset.in("diagonal", "offset"));
  const Node<T> row = flatten(last, -2, -1);
  return apply(Slice{row.shape().rank() - 1, at.start, at.count, bounded_sum(columns, 1)}, row);
} catch (...) {
  detail::rethrow_as("diagonal");
}
template <class T>
Node<T> diag_embed(const Node<T>& x, Integer above, Axis first, Axis second) try {
  const int rank = x.shape().rank();
  if (rank == 0)
    throw ShapeError("diag_embed", "a single number is no diagonal", "Give at least one axis");
  checked_axis("diag_embed", first, rank + 1), checked_axis("diag_embed", second, rank + 1);
  axis_bits("diag_embed", {first, second}, rank + 1);
  const std::int64_t widest = 3037000499 - x.shape().from_end(1);  // its square is an int64
  const std::int64_t offset = above.in("diag_embed", "offset", {-widest, widest});
  const std::int64_t apart = std::max(offset, bounded_product(offset, -1));
  const std::int64_t n = size_sum("diag_embed", x.shape().from_end(1), apart);
  const std::int64_t all = size_product("diag_embed", n, n);
  const Line at = line(n, n, offset);
  const Node<T> row = apply(Embed{{rank - 1, at.start, at.count, n + 1}, all}, x);
  Shape shape = x.shape().with(rank - 1, n);
  shape.push_back(n);
  return movedim(reshape(row, shape), {-2, -1}, {first, second});
} catch (...) {
  detail::rethrow_as("diag_embed");
}
template <class T>
Node<T> diag(const Node<T>& x, Integer offset) try {
  if (x.shape().rank() == 1) return diag_embed(x, offset);
  if (x.shape().rank() != 2)
    throw ShapeError("diag", join(x.shape(), " is neither a vector nor a matrix"),
                     "Use diagonal or diag_embed for batches");
  return diagonal(x, offset);
} catch (...) {
  detail::rethrow_as("diag");
}
template <class T>
Node<T> matrix_trace(const Node<T>& x) try {
  return sum(diagonal(x), -1);
} catch (...) {
  detail::rethrow_as("matrix_trace");
}

#define GLASSGRAD_ORDER(T)                                                        \
  template Node<T> flip(const Node<T>&, Axes);                                    \
  template Node<T> rot90(const Node<T>&, Axis, Axis, Axis);                       \
  template Node<T> roll(const Node<T>&, Integer, Axis);                           \
  template Node<T> roll(const Node<T>&, Integer);                                 \
  template Node<T> tile(const Node<T>&, const Shape&);                            \
  template Node<T> repeat(const Node<T>&, Integer, Axis);                         \
  template Node<T> pad(const Node<T>&, const Margin&, Padding, double);           \
  template Node<T> pad(const Node<T>&, std::span<const Margin>, Padding, double); \
  template Node<T> diagonal(const Node<T>&, Integer, Axis, Axis);                 \
  template Node<T> diag_embed(const Node<T>&, Integer, Axis, Axis);               \
  template Node<T> diag(const Node<T>&, Integer);                                 \
  template Node<T> matrix_trace(const Node<T>&);
GLASSGRAD_ORDER(float)
GLASSGRAD_ORDER(double)
#undef GLASSGRAD_ORDER

}  // namespace glassgrad

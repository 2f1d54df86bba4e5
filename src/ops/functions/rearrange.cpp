// The compositions of rearrange.hpp: axes, parts and joins.
// Next: order.cpp, the other half.
#include "glassgrad/ops/functions/rearrange.hpp"

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

template <class T>
Node<T> squeeze(const Node<T>& x, Axes axes) try {
  unsigned ones = axis_bits("squeeze", axes, x.shape().rank());
  for (int i = 0; i < x.shape().rank(); ++i)
    if (x.shape()[i] != 1) ones &= ~(1u << i);
  return reshape(x, reduced(x.shape(), ones, false));
} catch (...) {
  detail::rethrow_as("squeeze");
}
template <class T>
Node<T> unsqueeze(const Node<T>& x, Axis axis) try {
  const int at = checked_axis("unsqueeze", axis, x.shape().rank() + 1);
  return reshape(x, stacked_shape(x.shape(), at));
} catch (...) {
  detail::rethrow_as("unsqueeze");
}
template <class T>
Node<T> flatten(const Node<T>& x, Axis first, Axis last) try {
  const int rank = x.shape().rank();
  if (rank == 0) return reshape(x, Shape{1});
  const int from = checked_axis("flatten", first, rank), to = checked_axis("flatten", last, rank);
  if (from > to)
    throw ShapeError("flatten", join("axis ", first, " comes after axis ", last),
                     "Give the first axis first");
  Shape shape;
  std::int64_t count = 1;
  for (int i = 0; i < rank; ++i) {
    if (i < from || i > to) {
      shape.push_back(x.shape()[i]);
    } else {
      count *= x.shape()[i];
      if (i == to) shape.push_back(count);
    }
  }
  return reshape(x, shape);
} catch (...) {
  detail::rethrow_as("flatten");
}
template <class T>
Node<T> swapaxes(const Node<T>& x, Axis a, Axis b) try {
  const int rank = x.shape().rank();
  if (checked_axis("swapaxes", a, rank) == checked_axis("swapaxes", b, rank)) return x;
  return movedim(x, {a, b}, {b, a});
} catch (...) {
  detail::rethrow_as("swapaxes");
}
template <class T>
Node<T> movedim(const Node<T>& x, Axes from, Axes to) try {
  const int rank = x.shape().rank();
  axis_bits("movedim", from, rank), axis_bits("movedim", to, rank);
  if (from.size() != to.size())
    throw ShapeError("movedim", join(from.size(), " axes go to ", to.size(), " places"),
                     "Give one place for each axis");
  int order[max_rank];
  std::fill_n(order, max_rank, -1);
  unsigned moved = 0;
  for (int i = 0; i < from.size(); ++i) {
    const int own = checked_axis("movedim", from[i], rank);
    order[checked_axis("movedim", to[i], rank)] = own;
    moved |= 1u << own;
  }
  for (int i = 0, next = 0; i < rank; ++i) {
    if (order[i] >= 0) continue;
    while (moved >> next & 1) ++next;
    order[i] = next++;
  }
  if (rank == 0) return x;
  return transpose(x, Axes(std::span<const int>(order, std::size_t(rank))));
} catch (...) {
  detail::rethrow_as("movedim");
}
template <class T>
Node<T> expand(const Node<T>& x, std::initializer_list<Integer> sizes) try {
  Shape target;
  const int ahead = int(sizes.size()) - x.shape().rank();
  for (const Integer given : sizes) {
    const std::int64_t size = given.in("expand", "a size", at_least(-1));
    const int own = target.rank() - ahead;
    if (size == -1 && own < 0)
      throw ShapeError("expand", join("axis ", target.rank(), " is new and its size is -1"),
                       "Give the size of a new axis");
    target.push_back(size == -1 ? x.shape()[own] : size);
  }
  return broadcast_to(x, target);
} catch (...) {
  detail::rethrow_as("expand");
}
template <class T>
Node<T> atleast_nd(const Node<T>& x, Integer least) try {
  const std::int64_t axes = least.in("atleast_nd", "axes", {0, max_rank});
  Shape shape;
  for (int i = x.shape().rank(); i < axes; ++i) shape.push_back(1);
  for (std::int64_t size : x.shape()) shape.push_back(size);
  return reshape(x, shape);
} catch (...) {
  detail::rethrow_as("atleast_nd");
}

template <class T>
Node<T> narrow(const Node<T>& x, Axis axis, Integer from, Integer count) try {
  const std::int64_t n = x.shape()[checked_axis("narrow", axis, x.shape().rank())];
  const std::int64_t start = from.in("narrow", "start", {-n, n});
  const std::int64_t first = start < 0 ? start + n : start;
  const std::int64_t length = count.in("narrow", "length", {0, n - first});
  return slice(x, axis, first, first + length);
} catch (...) {
  detail::rethrow_as("narrow");
}
template <class T>
Node<T> select(const Node<T>& x, Axis axis, Integer which) try {
  const int at = checked_axis("select", axis, x.shape().rank());
  const std::int64_t n = x.shape()[at], position = which.in("select", "position", {-n, n - 1});
  const std::int64_t own = position < 0 ? position + n : position;
  return reshape(slice(x, at, own, own + 1), reduced(x.shape(), 1u << at, false));
} catch (...) {
  detail::rethrow_as("select");
}
template <class T>
std::vector<Node<T>> split(const Node<T>& x, std::span<const std::int64_t> sizes, Axis axis) try {
  const std::int64_t n = x.shape()[checked_axis("split", axis, x.shape().rank())];
  std::int64_t total = 0;
  bool negative = false;
  for (std::int64_t size : sizes) total = bounded_sum(total, size), negative |= size < 0;
  if (total != n || negative)
    throw ShapeError("split", join("the sizes sum to ", total, ", the axis has ", n),
                     "Give sizes from 0 on that sum to the axis");
  std::vector<Node<T>> all;
  std::int64_t start = 0;
  for (std::int64_t size : sizes) all.push_back(slice(x, axis, start, start + size)), start += size;
  return all;
} catch (...) {
  detail::rethrow_as("split");
}
template <class T>
std::vector<Node<T>> split(const Node<T>& x, Integer each_size, Axis axis) try {
  const std::int64_t size = each_size.in("split", "the size", at_least(1));
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = x.shape()[checked_axis("split", axis, x.shape().rank())]; n > 0; n -= size)
    sizes.push_back(std::min(n, size));
  return split(x, sizes.empty() ? std::vector<std::int64_t>{0} : sizes, axis);
} catch (...) {
  detail::rethrow_as("split");
}
template <class T>
std::vector<Node<T>> chunk(const Node<T>& x, Integer count, Axis axis) try {
  const std::int64_t chunks = count.in("chunk", "the number of chunks", at_least(1));
  const std::int64_t n = x.shape()[checked_axis("chunk", axis, x.shape().rank())];
  return split(x, n == 0 ? 1 : (n - 1) / chunks + 1, axis);
} catch (...) {
  detail::rethrow_as("chunk");
}
template <class T>
std::vector<Node<T>> unbind(const Node<T>& x, Axis axis) try {
  std::vector<Node<T>> all;
  const std::int64_t n = x.shape()[checked_axis("unbind", axis, x.shape().rank())];
  for (std::int64_t i = 0; i < n; ++i) all.push_back(select(x, axis, i));
  return all;
} catch (...) {
  detail::rethrow_as("unbind");
}

namespace {
template <class T, class F>
std::vector<Node<T>> each(std::span<const Node<T>> arrays, const F& f) {
  std::vector<Node<T>> all;
  for (const Node<T>& x : arrays) all.push_back(f(x));
  return all;
}
}  // namespace
template <class T>
Node<T> hstack(std::span<const Node<T>> arrays) try {
  const auto all = each<T>(arrays, [](const Node<T>& x) { return atleast_nd(x, 1); });
  return concat(std::span<const Node<T>>(all), !all.empty() && all[0].shape().rank() > 1 ? 1 : 0);
} catch (...) {
  detail::rethrow_as("hstack");
}
template <class T>
Node<T> vstack(std::span<const Node<T>> arrays) try {
  const auto all = each<T>(arrays, [](const Node<T>& x) { return atleast_nd(x, 2); });
  return concat(std::span<const Node<T>>(all), 0);
} catch (...) {
  detail::rethrow_as("vstack");
}
template <class T>
Node<T> dstack(std::span<const Node<T>> arrays) try {
  const auto all = each<T>(arrays, [](const Node<T>& x) {
    const Node<T> y = atleast_nd(x, 2);
    return y.shape().rank() == 2 ? unsqueeze(y, 2) : y;
  });
  return concat(std::span<const Node<T>>(all), 2);
} catch (...) {
  detail::rethrow_as("dstack");
}
template <class T>
Node<T> block_diag(std::span<const Node<T>> matrices) try {
  std::int64_t columns = 0, before = 0;
  const auto blocks = each<T>(matrices, [](const Node<T>& x) { return atleast_nd(x, 2); });
  for (const Node<T>& x : blocks) {
    if (x.shape().rank() != 2)
      throw ShapeError("block_diag", join(x.shape(), " is no matrix"), "Give matrices");
    columns = size_sum("block_diag", columns, x.shape()[1]);
  }
  const auto rows = each<T>(std::span<const Node<T>>(blocks), [&](const Node<T>& x) {
    const std::int64_t start = before;
    before += x.shape()[1];
    return pad(x, Margin{1, start, columns - before});
  });
  return concat(std::span<const Node<T>>(rows), 0);
} catch (...) {
  detail::rethrow_as("block_diag");
}
template <class T>
std::vector<Node<T>> meshgrid(std::span<const Node<T>> vectors) try {
  Shape shape;
  for (const Node<T>& x : vectors) {
    if (x.shape().rank() > 1)
      throw ShapeError("meshgrid", join(x.shape(), " is no vector"), "Give vectors or numbers");
    shape.push_back(x.shape().count());
  }
  std::vector<Node<T>> all;
  for (int k = 0; k < shape.rank(); ++k)
    all.push_back(
        broadcast_to(reshape(vectors[std::size_t(k)],
                             reduced(shape, ~(1u << k) & ((1u << shape.rank()) - 1), true)),
                     shape));
  return all;
} catch (...) {
  detail::rethrow_as("meshgrid");
}

#define GLASSGRAD_REARRANGE(T)                                                              \
  template Node<T> squeeze(const Node<T>&, Axes);                                           \
  template Node<T> unsqueeze(const Node<T>&, Axis);                                         \
  template Node<T> flatten(const Node<T>&, Axis, Axis);                                     \
  template Node<T> swapaxes(const Node<T>&, Axis, Axis);                                    \
  template Node<T> movedim(const Node<T>&, Axes, Axes);                                     \
  template Node<T> expand(const Node<T>&, std::initializer_list<Integer>);                  \
  template Node<T> atleast_nd(const Node<T>&, Axis);                                        \
  template Node<T> narrow(const Node<T>&, Axis, Integer, Integer);                          \
  template Node<T> select(const Node<T>&, Axis, Integer);                                   \
  template std::vector<Node<T>> split(const Node<T>&, std::span<const std::int64_t>, Axis); \
  template std::vector<Node<T>> split(const Node<T>&, Integer, Axis);                       \
  template std::vector<Node<T>> chunk(const Node<T>&, Integer, Axis);                       \
  template std::vector<Node<T>> unbind(const Node<T>&, Axis);                               \
  template Node<T> hstack(std::span<const Node<T>>);                                        \
  template Node<T> vstack(std::span<const Node<T>>);                                        \
  template Node<T> dstack(std::span<const Node<T>>);                                        \
  template Node<T> block_diag(std::span<const Node<T>>);                                    \
  template std::vector<Node<T>> meshgrid(std::span<const Node<T>>);
GLASSGRAD_REARRANGE(float)
GLASSGRAD_REARRANGE(double)
#undef GLASSGRAD_REARRANGE

}  // namespace glassgrad

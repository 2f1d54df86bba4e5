// The table's lines for ops that move numbers, and the table itself.
#pragma once

#include "cases/torch_elementwise.hpp"
#include "cases/torch_losses.hpp"
#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline int positive_axis(const N& x, int axis) { return axis < 0 ? axis + x.shape().rank() : axis; }
// x without axis `axis`, at `position`.
inline N at_position(const N& x, int axis, std::int64_t position) {
  const int at = positive_axis(x, axis);
  const std::int64_t p = position < 0 ? position + x.shape()[at] : position;
  return reshape(slice(x, at, p, p + 1), reduced(x.shape(), 1u << at, false));
}
inline N moved(const N& x, int a, int b) {  // axes a and b exchanged
  if (x.shape().rank() == 0) return x;
  std::vector<int> order(std::size_t(x.shape().rank()));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[std::size_t(positive_axis(x, a))], order[std::size_t(positive_axis(x, b))]);
  return transpose(x, Axes(std::span<const int>(order)));
}
// x[..., positions, ...] along one axis.
inline N along(Call& c, const N& x, int axis, const Json& positions) {
  return moved(rows(moved(x, 0, axis), c.positions(positions)), 0, axis);
}
inline std::vector<N> pieces(const N& x, int axis, const std::vector<std::int64_t>& sizes) {
  std::vector<N> all;
  std::int64_t start = 0;
  for (std::int64_t size : sizes) all.push_back(slice(x, axis, start, start + size)), start += size;
  return all;
}
inline std::vector<std::int64_t> even_sizes(std::int64_t n, std::int64_t size) {
  std::vector<std::int64_t> sizes;
  for (; n > 0; n -= size) sizes.push_back(std::min(n, size));
  return sizes;
}
inline N expanded(const N& x, const std::vector<std::int64_t>& sizes) {
  Shape target;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    target.push_back(sizes[i] < 0 ? x.shape().from_end(int(sizes.size() - i)) : sizes[i]);
  return broadcast_to(x, target);
}
// NumPy's tile: every axis laid out `times` times.
inline N tiled(N x, std::vector<std::int64_t> times) {
  while (std::int64_t(times.size()) < x.shape().rank()) times.insert(times.begin(), 1);
  Shape wide, stretched, result;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const int own = int(i) - (int(times.size()) - x.shape().rank());
    const std::int64_t size = own < 0 ? 1 : x.shape()[own];
    wide.push_back(1), wide.push_back(size);
    stretched.push_back(times[i]), stretched.push_back(size);
    result.push_back(times[i] * size);
  }
  return reshape(broadcast_to(reshape(x, wide), stretched), result);
}

inline void add_layout(TorchTable& t) {
  t["transpose"] =
      one([](Call& c) { return moved(c.x(), c.integer(0, "dim0", 0), c.integer(1, "dim1", 1)); });
  t["t"] = one([](Call& c) { return c.x().shape().rank() < 2 ? c.x() : transpose(c.x()); });
  t["permute"] = one([](Call& c) {
    const auto order = c.at(0, "dims").get<std::vector<int>>();
    return order.empty() ? c.x() : transpose(c.x(), Axes(std::span<const int>(order)));
  });
  t["movedim"] = one([](Call& c) {
    const auto from = c.integers(0, "source"), to = c.integers(1, "destination");
    if (int(from.size()) != c.x().shape().rank()) throw Skip{"some axes only"};
    std::vector<int> order(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) order[std::size_t(to[i])] = int(from[i]);
    return transpose(c.x(), Axes(std::span<const int>(order)));
  });
  t["reshape"] = t["view"] = one([](Call& c) {
    return reshape(c.x(), resolved_shape(c.x().shape(), c.integers(0, "shape")));
  });
  t["ravel"] = one([](Call& c) { return reshape(c.x(), {-1}); });
  t["flatten"] = one([](Call& c) {
    if (c.has(0, "start_dim")) throw Skip{"some axes only"};
    return reshape(c.x(), Shape{c.x().shape().count()});
  });
  t["squeeze"] = one([](Call& c) {
    if (c.x().shape().rank() == 0) return c.x();
    unsigned ones = 0;
    for (int i = 0; i < c.x().shape().rank(); ++i) ones |= unsigned(c.x().shape()[i] == 1) << i;
    if (c.has(0, "dim")) ones &= 1u << positive_axis(c.x(), c.integer(0, "dim", 0));
    return reshape(c.x(), reduced(c.x().shape(), ones, false));
  });
  t["unsqueeze"] = one([](Call& c) {
    const int axis = c.integer(0, "dim", 0), rank = c.x().shape().rank() + 1;
    return reshape(c.x(), stacked_shape(c.x().shape(), axis < 0 ? axis + rank : axis));
  });
  t["expand"] = t["broadcast_to"] =
      one([](Call& c) { return expanded(c.x(), c.integers(0, "size")); });
  t["expand_as"] = one([](Call& c) { return broadcast_to(c.x(), c.arg(0).shape()); });
  t["repeat"] = t["tile"] = one([](Call& c) { return tiled(c.x(), c.integers(0, "dims")); });
  t["cat"] =
      one([](Call& c) { return concat(std::span<const N>(c.xs()), c.integer(0, "dim", 0)); });
  t["hstack"] =
      one([](Call& c) { return concat(std::span<const N>(c.xs()), c.xs()[0].shape().rank() > 1); });
  t["vstack"] = one([](Call& c) {
    return c.xs()[0].shape().rank() > 1 ? concat(std::span<const N>(c.xs()), 0)
                                        : stack(std::span<const N>(c.xs()), 0);
  });
  t["stack"] =
      one([](Call& c) { return stack(std::span<const N>(c.xs()), c.integer(0, "dim", 0)); });
  t["chunk"] = [](Call& c) {
    const int axis = positive_axis(c.x(), c.integer(1, "dim", 0)),
              chunks = c.integer(0, "chunks", 1);
    const std::int64_t n = c.x().shape()[axis];
    return pieces(c.x(), axis, even_sizes(n, (n + chunks - 1) / chunks));
  };
  t["split"] = t["split__list_args"] = [](Call& c) {
    const int axis = positive_axis(c.x(), c.integer(1, "dim", 0));
    const Json& sizes = c.at(0, "split_size");
    return pieces(c.x(), axis,
                  sizes.is_number() ? even_sizes(c.x().shape()[axis], sizes.get<int>())
                                    : c.integers(0, "split_size"));
  };
  t["unbind"] = [](Call& c) {
    std::vector<N> all;
    const int axis = positive_axis(c.x(), c.integer(0, "dim", 0));
    for (std::int64_t i = 0; i < c.x().shape()[axis]; ++i)
      all.push_back(at_position(c.x(), axis, i));
    return all;
  };
  t["narrow"] = one([](Call& c) {
    const int start = c.integer(1, "start", 0);
    return slice(c.x(), c.integer(0, "dim", 0), start, start + c.integer(2, "length", 0));
  });
  t["select"] = one(
      [](Call& c) { return at_position(c.x(), c.integer(0, "dim", 0), c.integer(1, "index", 0)); });
  t["flip"] = one([](Call& c) {
    N y = c.x();
    for (std::int64_t axis : c.integers(0, "dims")) y = slice(y, int(axis), -1, whole_axis, -1);
    return y;
  });
  t["index_select"] = one([](Call& c) {
    if (c.x().shape().rank() == 0) throw Skip{"an axis of a single number"};
    return along(c, c.x(), c.integer(0, "dim", 0), c.at(1, "index"));
  });
  t["F_embedding"] = one([](Call& c) { return rows(c.x(), c.positions(c.at(0, "weight"))); });
  t["diff"] = one([](Call& c) {
    if (c.has(2, "prepend") || c.has(3, "append")) throw Skip{"prepend and append"};
    N y = c.x();
    const int axis = c.integer(1, "dim", -1);
    for (int i = 0; i < c.integer(0, "n", 1); ++i) y = slice(y, axis, 1) - slice(y, axis, 0, -1);
    return y;
  });
}

inline const TorchTable& torch_table() {
  static const TorchTable table = [] {
    TorchTable t;
    add_elementwise(t);
    add_activations(t);
    add_reductions(t);
    add_products(t);
    add_layout(t);
    add_special(t);
    add_rounding(t);
    add_other_activations(t);
    add_statistics(t);
    add_losses(t);
    return t;
  }();
  return table;
}

}  // namespace glassgrad::cases

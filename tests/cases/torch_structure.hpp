// The table's lines for ops that move, and the lines of the whole structure
// family: each is the library's own function.
#pragma once

#include "cases/torch_positions.hpp"

namespace glassgrad::cases {

inline void add_axes(TorchTable& t) {
  t["transpose"] = one("dim0, dim1", [](Call& c) {
    const int first = c.integer("dim0"), second = c.integer("dim1");
    return c.x().shape().rank() == 0 ? c.x() : swapaxes(c.x(), first, second);
  });
  t["t"] = one("", [](Call& c) { return c.x().shape().rank() < 2 ? c.x() : transpose(c.x()); });
  t["permute"] = one("*dims", [](Call& c) {
    const auto order = c.integers("dims");
    return order.empty() ? c.x() : transpose(c.x(), axes_of(order));
  });
  t["movedim"] = one("source, destination", [](Call& c) {
    return movedim(c.x(), axes_of(c.integers("source")), axes_of(c.integers("destination")));
  });
  t["reshape"] = t["view"] = one("*shape|size", [](Call& c) {
    return reshape(c.x(), resolved_shape(c.x().shape(), c.integers("shape")));
  });
  t["ravel"] = one("", [](Call& c) { return flatten(c.x()); });
  t["flatten"] = one("start_dim=0, end_dim=-1", [](Call& c) {
    return flatten(c.x(), c.integer("start_dim"), c.integer("end_dim"));
  });
  t["squeeze"] = one("dim=None", [](Call& c) {
    const Axes axes = c.axes(c.x(), "dim");
    return c.x().shape().rank() == 0 ? c.x() : squeeze(c.x(), axes);
  });
  t["unsqueeze"] = one("dim", [](Call& c) { return unsqueeze(c.x(), c.integer("dim")); });
  t["expand"] = t["broadcast_to"] = one("*size|shape, *, ~implicit=False", [](Call& c) {
    const auto sizes = c.integers("size");
    Shape target;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      target.push_back(sizes[i] < 0 ? c.x().shape().from_end(int(sizes.size() - i)) : sizes[i]);
    return broadcast_to(c.x(), target);
  });
  t["expand_as"] =
      one("other", [](Call& c) { return broadcast_to(c.x(), c.arg("other").shape()); });
}

inline N padded(Call& c, Padding how, double value) {
  std::vector<Margin> margins;  // the last axis first, as PyTorch has them
  const auto widths = c.integers("pad");
  for (std::size_t i = 0; i + 1 < widths.size(); i += 2)
    margins.push_back({-1 - int(i / 2), widths[i], widths[i + 1]});
  return pad(c.x(), std::span<const Margin>(margins), how, value);
}
inline void add_parts(TorchTable& t) {
  t["cat"] = one("dim=0", [](Call& c) {
    std::vector<N> all;  // PyTorch leaves out vectors of size 0
    for (const N& x : c.xs())
      if (x.shape() != Shape{0} || c.xs()[0].shape().rank() == 1) all.push_back(x);
    return concat(spanned(all), c.integer("dim"));
  });
  t["hstack"] = one("", [](Call& c) { return hstack(spanned(c.xs())); });
  t["vstack"] = one("", [](Call& c) { return vstack(spanned(c.xs())); });
  t["stack"] = one("dim=0", [](Call& c) { return stack(spanned(c.xs()), c.integer("dim")); });
  t["chunk"] = {"chunks, dim=0",
                [](Call& c) { return chunk(c.x(), c.integer("chunks"), c.integer("dim")); }};
  t["split"] = t["split__list_args"] = {
      "split_size_or_sections|split_size|split_sizes, dim=0", [](Call& c) {
        const auto sizes = c.integers("split_size");
        const int axis = c.integer("dim");
        return c.at("split_size").is_array() ? split(c.x(), sizes, axis)
                                             : split(c.x(), sizes[0], axis);
      }};
  t["unbind"] = {"dim=0", [](Call& c) { return unbind(c.x(), c.integer("dim")); }};
  t["narrow"] = one("dim, start, length", [](Call& c) {
    return narrow(c.x(), c.integer("dim"), c.integer("start"), c.integer("length"));
  });
  t["select"] = one("dim, index",
                    [](Call& c) { return select(c.x(), c.integer("dim"), c.integer("index")); });
  t["slice"] = one("dim=0, start=0, end=None, step=1", [](Call& c) {
    return slice(c.x(), c.integer("dim"), c.has("start") ? c.integer("start") : 0,
                 c.has("end") ? c.integer("end") : whole_axis, c.integer("step"));
  });
  t["flip"] = one("*dims", [](Call& c) {
    const auto axes = c.integers("dims");
    return axes.empty() ? c.x() : flip(c.x(), axes_of(axes));
  });
  t["rot90"] = one("k=1, dims=[0,1]", [](Call& c) {
    const auto axes = c.integers("dims");
    return rot90(c.x(), c.integer("k"), int(axes.at(0)), int(axes.at(1)));
  });
  t["roll"] = one("shifts, dims=None", [](Call& c) {
    const auto shifts = c.integers("shifts");
    if (!c.has("dims")) return roll(c.x(), shifts.at(0));
    const auto axes = c.integers("dims");
    if (axes.empty()) return roll(c.x(), shifts[0]);
    N y = c.x();
    for (std::size_t i = 0; i < axes.size(); ++i) y = roll(y, shifts.at(i), int(axes[i]));
    return y;
  });
  t["repeat"] = t["tile"] = one("*dims|repeats", [](Call& c) {
    return tile(c.x(), Shape(std::span<const std::int64_t>(c.integers("dims"))));
  });
  t["repeat_interleave"] = one("repeats, dim=None, *, ~output_size=None", [](Call& c) {
    if (!c.has("dim")) return repeat(flatten(c.x()), c.integer("repeats"), 0);
    return repeat(c.x(), c.integer("repeats"), c.integer("dim"));
  });
  t["unfold"] = one("dimension, size, step", [](Call& c) {
    const N x = c.x().shape().rank() > 0 ? c.x() : reshape(c.x(), Shape{1});
    const N y = unfold(x, c.integer("dimension"), c.integer("size"), c.integer("step"));
    return c.x().shape().rank() > 0 ? y : squeeze(y, 0);
  });
  for (const char* name :
       {"F_pad__constant", "F_pad__reflect", "F_pad__replicate", "F_pad__circular"})
    t[name] = one("pad, mode='constant', value=None", [](Call& c) {
      const std::string mode = c.text("mode");
      const Padding padding = mode == "reflect"     ? Padding::reflect
                              : mode == "replicate" ? Padding::replicate
                              : mode == "circular"  ? Padding::circular
                                                    : Padding::constant;
      return padded(c, padding, c.real("value", 0));
    });
  t["constant_pad_nd"] =
      one("pad, value=0", [](Call& c) { return padded(c, Padding::constant, c.real("value")); });
  t["diag"] = one("diagonal=0", [](Call& c) { return diag(c.x(), c.integer("diagonal")); });
  t["diagonal"] = one("offset=0, dim1=0, dim2=1", [](Call& c) {
    return diagonal(c.x(), c.integer("offset"), c.integer("dim1"), c.integer("dim2"));
  });
  t["diag_embed"] = one("offset=0, dim1=-2, dim2=-1", [](Call& c) {
    return diag_embed(c.x(), c.integer("offset"), c.integer("dim1"), c.integer("dim2"));
  });
  t["trace"] = one("", [](Call& c) { return matrix_trace(c.x()); });
  t["tril"] = one("diagonal=0", [](Call& c) { return tril(c.x(), c.integer("diagonal")); });
  t["triu"] = one("diagonal=0", [](Call& c) { return triu(c.x(), c.integer("diagonal")); });
}

inline void add_structure(TorchTable& t) {
  add_axes(t);
  add_parts(t);
  add_matrix_products(t);
  add_positions(t);
  add_cumulative(t);
}

}  // namespace glassgrad::cases

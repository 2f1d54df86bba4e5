// The table's lines for ops that move, and the lines of the whole structure
// family: each is the library's own function.
#pragma once

#include "cases/torch_positions.hpp"

namespace glassgrad::cases {

inline void add_axes(TorchTable& t) {
  t["transpose"] = one([](Call& c) {
    if (c.x().shape().rank() == 0) return c.x();
    return swapaxes(c.x(), c.integer(0, "dim0", 0), c.integer(1, "dim1", 1));
  });
  t["t"] = one([](Call& c) { return c.x().shape().rank() < 2 ? c.x() : transpose(c.x()); });
  t["permute"] = one([](Call& c) {
    const auto order = c.integers(0, "dims");
    return order.empty() ? c.x() : transpose(c.x(), axes_of(order));
  });
  t["movedim"] = one([](Call& c) {
    return movedim(c.x(), axes_of(c.integers(0, "source")), axes_of(c.integers(1, "destination")));
  });
  t["reshape"] = t["view"] = one([](Call& c) {
    return reshape(c.x(), resolved_shape(c.x().shape(), c.integers(0, "shape")));
  });
  t["ravel"] = one([](Call& c) { return flatten(c.x()); });
  t["flatten"] = one([](Call& c) {
    return flatten(c.x(), c.integer(0, "start_dim", 0), c.integer(1, "end_dim", -1));
  });
  t["squeeze"] = one([](Call& c) {
    if (c.x().shape().rank() == 0) return c.x();
    return squeeze(c.x(), c.has(0, "dim") ? Axes(c.integer(0, "dim", 0)) : Axes{});
  });
  t["unsqueeze"] = one([](Call& c) { return unsqueeze(c.x(), c.integer(0, "dim", 0)); });
  t["expand"] = t["broadcast_to"] = one([](Call& c) {
    const auto sizes = c.integers(0, "size");
    Shape target;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      target.push_back(sizes[i] < 0 ? c.x().shape().from_end(int(sizes.size() - i)) : sizes[i]);
    return broadcast_to(c.x(), target);
  });
  t["expand_as"] = one([](Call& c) { return broadcast_to(c.x(), c.arg(0).shape()); });
}

inline void add_parts(TorchTable& t) {
  t["cat"] = one([](Call& c) {
    std::vector<N> all;  // PyTorch leaves out vectors of size 0
    for (const N& x : c.xs())
      if (x.shape() != Shape{0} || c.xs()[0].shape().rank() == 1) all.push_back(x);
    return concat(spanned(all), c.integer(0, "dim", 0));
  });
  t["hstack"] = one([](Call& c) { return hstack(spanned(c.xs())); });
  t["vstack"] = one([](Call& c) { return vstack(spanned(c.xs())); });
  t["stack"] = one([](Call& c) { return stack(spanned(c.xs()), c.integer(0, "dim", 0)); });
  t["chunk"] = [](Call& c) {
    return chunk(c.x(), c.integer(0, "chunks", 1), c.integer(1, "dim", 0));
  };
  t["split"] = t["split__list_args"] = [](Call& c) {
    const auto sizes = c.integers(0, "split_size");
    const int axis = c.integer(1, "dim", 0);
    return c.at(0, "split_size").is_number() ? split(c.x(), sizes[0], axis)
                                             : split(c.x(), sizes, axis);
  };
  t["unbind"] = [](Call& c) { return unbind(c.x(), c.integer(0, "dim", 0)); };
  t["narrow"] = one([](Call& c) {
    return narrow(c.x(), c.integer(0, "dim", 0), c.integer(1, "start", 0),
                  c.integer(2, "length", 0));
  });
  t["select"] =
      one([](Call& c) { return select(c.x(), c.integer(0, "dim", 0), c.integer(1, "index", 0)); });
  t["slice"] = one([](Call& c) {
    return slice(c.x(), c.integer(0, "dim", 0), c.integer(1, "start", 0),
                 c.has(2, "end") ? c.integer(2, "end", 0) : whole_axis, c.integer(3, "step", 1));
  });
  t["flip"] = one([](Call& c) {
    const auto axes = c.integers(0, "dims");
    return axes.empty() ? c.x() : flip(c.x(), axes_of(axes));
  });
  t["rot90"] = one([](Call& c) {
    const auto axes = c.has(1, "dims") ? c.integers(1, "dims") : std::vector<std::int64_t>{0, 1};
    return rot90(c.x(), c.integer(0, "k", 1), int(axes[0]), int(axes[1]));
  });
  t["roll"] = one([](Call& c) {
    const auto shifts = c.integers(0, "shifts");
    if (!c.has(1, "dims")) return roll(c.x(), shifts[0]);
    const auto axes = c.integers(1, "dims");
    if (axes.empty()) return roll(c.x(), shifts[0]);
    N y = c.x();
    for (std::size_t i = 0; i < axes.size(); ++i) y = roll(y, shifts[i], int(axes[i]));
    return y;
  });
  t["repeat"] = t["tile"] = one([](Call& c) {
    return tile(c.x(), Shape(std::span<const std::int64_t>(c.integers(0, "dims"))));
  });
  t["repeat_interleave"] = one([](Call& c) {
    const N x = c.has(9, "dim") ? c.x() : flatten(c.x());
    return repeat(x, c.integer(0, "repeats", 1), c.integer(9, "dim", 0));
  });
  t["unfold"] = one([](Call& c) {
    const N x = c.x().shape().rank() > 0 ? c.x() : reshape(c.x(), Shape{1});
    const N y =
        unfold(x, c.integer(0, "dimension", 0), c.integer(1, "size", 1), c.integer(2, "step", 1));
    return c.x().shape().rank() > 0 ? y : squeeze(y, 0);
  });
  for (const char* name : {"F_pad__constant", "F_pad__reflect", "F_pad__replicate",
                           "F_pad__circular", "constant_pad_nd"})
    t[name] = one([](Call& c) {
      const Json* mode = c.find(1, "mode");
      const bool named = mode && mode->is_string();
      const std::string how = named ? mode->get<std::string>() : "constant";
      const Padding padding = how == "reflect"     ? Padding::reflect
                              : how == "replicate" ? Padding::replicate
                              : how == "circular"  ? Padding::circular
                                                   : Padding::constant;
      std::vector<Margin> margins;  // the last axis first, as PyTorch has them
      const auto widths = c.integers(0, "pad");
      for (std::size_t i = 0; i + 1 < widths.size(); i += 2)
        margins.push_back({-1 - int(i / 2), widths[i], widths[i + 1]});
      return pad(c.x(), std::span<const Margin>(margins), padding,
                 c.real(named ? 2 : 1, "value", 0));
    });
  t["diag"] = one([](Call& c) { return diag(c.x(), c.integer(0, "diagonal", 0)); });
  t["diagonal"] = one([](Call& c) {
    return diagonal(c.x(), c.integer(0, "offset", 0), c.integer(1, "dim1", 0),
                    c.integer(2, "dim2", 1));
  });
  t["diag_embed"] = one([](Call& c) {
    return diag_embed(c.x(), c.integer(0, "offset", 0), c.integer(1, "dim1", -2),
                      c.integer(2, "dim2", -1));
  });
  t["trace"] = one([](Call& c) { return matrix_trace(c.x()); });
  t["tril"] = one([](Call& c) { return tril(c.x(), c.integer(0, "diagonal", 0)); });
  t["triu"] = one([](Call& c) { return triu(c.x(), c.integer(0, "diagonal", 0)); });
}

inline void add_structure(TorchTable& t) {
  add_axes(t);
  add_parts(t);
  add_matrix_products(t);
  add_positions(t);
  add_cumulative(t);
}

}  // namespace glassgrad::cases

// The table's lines for products, positions, sorting and running sums.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline std::span<const N> spanned(const std::vector<N>& all) { return all; }
inline Axes axes_of(const std::vector<std::int64_t>& list) {
  std::vector<int> axes(list.begin(), list.end());
  return Axes(std::span<const int>(axes));
}
// PyTorch lets a single number have an axis: here it is made a vector, and back.
inline std::vector<N> lifted(const N& x, const std::function<std::vector<N>(const N&)>& f) {
  if (x.shape().rank() > 0) return f(x);
  std::vector<N> all = f(reshape(x, Shape{1}));
  for (N& y : all) y = reshape(y, Shape{});
  return all;
}
inline TorchOp lifted_one(N (*f)(Call&, const N&)) {
  return
      [f](Call& c) { return lifted(c.x(), [&](const N& x) { return std::vector<N>{f(c, x)}; }); };
}
inline Indices<> raised(Call& c, const Indices<>& positions) {
  return positions.shape().rank() > 0 ? positions
                                      : c.tape().indices({}, positions.values(), Shape{1});
}

inline void add_matrix_products(TorchTable& t) {
  t["mv"] = binary([](const N& a, const N& b) { return mv(a, b); });
  t["bmm"] = binary([](const N& a, const N& b) { return bmm(a, b); });
  t["dot"] = binary([](const N& a, const N& b) { return dot(a, b); });
  t["inner"] = binary([](const N& a, const N& b) { return inner(a, b); });
  t["outer"] = binary([](const N& a, const N& b) { return outer(a, b); });
  t["cross"] =
      one([](Call& c) { return cross(c.x(), c.arg(0, "other"), c.integer(1, "dim", -1)); });
  const auto added = [](N (*f)(const N&, const N&, const N&, Scales)) {
    return TorchOp([f](Call& c) {
      return std::vector<N>{
          f(c.x(), c.arg(0), c.arg(1), {c.real(9, "beta", 1), c.real(9, "alpha", 1)})};
    });
  };
  t["addmm"] = t["addmm__decomposed"] = added(&addmm<double>);
  t["addmv"] = added(&addmv<double>);
  t["baddbmm"] = added(&baddbmm<double>);
  t["addbmm"] = added(&addbmm<double>);
  t["addr"] = added(&addr<double>);
  t["F_linear"] = one([](Call& c) {
    const N y = linear(c.x(), c.arg(0, "weight"));
    return c.has(1, "bias") ? y + c.arg(1, "bias") : y;
  });
  t["F_bilinear"] = one([](Call& c) {
    const N y = bilinear(c.x(), c.arg(0), c.arg(1, "weight"));
    return c.has(2, "bias") ? y + c.arg(2, "bias") : y;
  });
  t["tensordot"] = one([](Call& c) {
    const Json& axes = c.at(1, "dims");
    if (axes.is_number()) return tensordot(c.x(), c.arg(0), axes.get<int>());
    return tensordot(c.x(), c.arg(0), axes_of(axes[0].get<std::vector<std::int64_t>>()),
                     axes_of(axes[1].get<std::vector<std::int64_t>>()));
  });
  t["einsum"] =
      one([](Call& c) { return einsum(c.at(0, nullptr).get<std::string>(), spanned(c.xs())); });
  t["linalg_multi_dot"] = one([](Call& c) { return multi_dot(spanned(c.xs())); });
}

inline void add_positions(TorchTable& t) {
  t["gather"] = one([](Call& c) {
    const auto at = c.positions(c.at(1, "index"));
    if (c.x().shape().rank() > 0) return gather(c.x(), c.integer(0, "dim", 0), at);
    return reshape(gather(reshape(c.x(), Shape{1}), 0, raised(c, at)), at.shape());
  });
  t["take_along_dim"] = one([](Call& c) {
    const auto at = c.positions(c.at(0, "indices"));
    return c.has(1, "dim") ? take_along_axis(c.x(), at, c.integer(1, "dim", 0))
                           : take(c.x(), c.tape().indices(at.values()));
  });
  t["take"] = one([](Call& c) { return take(c.x(), c.positions(c.at(0, "index"))); });
  t["index_select"] = one([](Call& c) {
    const auto at = c.positions(c.at(1, "index"));
    if (c.x().shape().rank() > 0) return index_select(c.x(), c.integer(0, "dim", 0), raised(c, at));
    return reshape(take(c.x(), raised(c, at)), Shape{});
  });
  t["scatter"] = lifted_one([](Call& c, const N& x) {
    if (c.has(9, "reduce")) throw Skip{"a reduction in scatter, without a gradient"};
    return scatter(x, c.integer(0, "dim", 0), raised(c, c.positions(c.at(1, "index"))), c.arg(2));
  });
  t["scatter_add"] = lifted_one([](Call& c, const N& x) {
    return scatter_add(x, c.integer(0, "dim", 0), raised(c, c.positions(c.at(1, "index"))),
                       c.arg(2, "src"));
  });
  t["index_add"] = lifted_one([](Call& c, const N& x) {
    const N source = c.arg(2, "source");
    return index_add(x, c.integer(0, "dim", 0), raised(c, c.positions(c.at(1, "index"))),
                     source.shape().rank() > 0 ? source : reshape(source, Shape{1}),
                     c.real(9, "alpha", 1));
  });
  t["index_put"] = one([](Call& c) {
    std::vector<Indices<>> at;
    for (const Json& each : c.at(0, "indices")) at.push_back(c.positions(each));
    return index_put(c.x(), std::span<const Indices<>>(at), c.arg(1, "values"),
                     c.flag(2, "accumulate", false));
  });
  t["masked_fill"] = one([](Call& c) { return masked_fill(c.x(), c.arg(0), c.arg(1, "value")); });
  t["masked_select"] = one([](Call& c) { return masked_select(c.x(), c.arg(0, "mask")); });
  t["masked_scatter"] =
      one([](Call& c) { return masked_scatter(c.x(), c.arg(0, "mask"), c.arg(1, "source")); });
  t["F_embedding"] = one([](Call& c) {
    const int padding = c.integer(9, "padding_idx", -1);
    return embedding(c.x(), c.positions(c.at(0, "weight")),
                     padding < -1 ? padding + c.x().shape()[0] : padding);
  });
  t["__getitem__"] = one([](Call& c) {
    N y = c.x();
    std::vector<Indices<>> at;
    int axis = 0;
    const Json& all = c.at(0, nullptr);
    const bool one_list =
        std::all_of(all.begin(), all.end(), [](const Json& item) { return item.is_number(); });
    if (one_list) return index_select(y, 0, c.positions(all));  // x[[1, 2]]
    for (const Json& each : all) {
      if (each.is_number()) {
        y = select(y, axis, each.get<std::int64_t>());
      } else if (each.is_object() && each.contains("slice")) {
        const Json& s = each.at("slice");
        y = slice(y, axis++, s[0].is_null() ? 0 : s[0].get<std::int64_t>(),
                  s[1].is_null() ? whole_axis : s[1].get<std::int64_t>(),
                  s[2].is_null() ? 1 : s[2].get<std::int64_t>());
      } else if (each.is_array()) {
        at.push_back(c.positions(each));
        if (at.size() == 1 && &each != &all.front()) {  // its axis is not in front
          y = index_select(y, axis++, at[0]);
          at.clear();
        } else {
          ++axis;
        }
      } else {
        throw Skip{"a form of its own"};
      }
    }
    return at.empty() ? y : index_get(y, std::span<const Indices<>>(at));
  });
}

inline std::vector<N> values_of(const Chosen<double>& chosen) { return {chosen.values}; }
inline void add_cumulative(TorchTable& t) {
  t["sort"] = [](Call& c) {
    return lifted(c.x(), [&](const N& x) {
      return values_of(sort(x, c.integer(0, "dim", -1), c.flag(1, "descending", false)));
    });
  };
  t["topk"] = [](Call& c) {
    return lifted(c.x(), [&](const N& x) {
      return values_of(
          topk(x, c.integer(0, "k", 1), c.integer(1, "dim", -1), c.flag(2, "largest", true)));
    });
  };
  t["cumsum"] = lifted_one([](Call& c, const N& x) { return cumsum(x, c.integer(0, "dim", 0)); });
  t["cumprod"] = lifted_one([](Call& c, const N& x) { return cumprod(x, c.integer(0, "dim", 0)); });
  t["logcumsumexp"] =
      lifted_one([](Call& c, const N& x) { return logcumsumexp(x, c.integer(0, "dim", 0)); });
  t["cummax"] =
      lifted_one([](Call& c, const N& x) { return cummax(x, c.integer(0, "dim", 0)).values; });
  t["cummin"] =
      lifted_one([](Call& c, const N& x) { return cummin(x, c.integer(0, "dim", 0)).values; });
  t["diff"] = one([](Call& c) {
    const int axis = c.integer(1, "dim", -1);
    std::vector<N> parts;
    if (c.has(2, "prepend")) parts.push_back(c.arg(2, "prepend"));
    parts.push_back(c.x());
    if (c.has(3, "append")) parts.push_back(c.arg(3, "append"));
    return diff(parts.size() > 1 ? concat(spanned(parts), axis) : c.x(), c.integer(0, "n", 1),
                axis);
  });
  t["trapezoid"] = one([](Call& c) {
    const int axis = c.integer(9, "dim", -1);
    return c.has(0, "x") ? trapezoid(c.x(), c.arg(0, "x"), axis)
                         : trapezoid(c.x(), c.real(9, "dx", 1), axis);
  });
  t["cumulative_trapezoid"] = one([](Call& c) {
    const int axis = c.integer(9, "dim", -1);
    return c.has(0, "x") ? cumulative_trapezoid(c.x(), c.arg(0, "x"), axis)
                         : cumulative_trapezoid(c.x(), c.real(9, "dx", 1), axis);
  });
}

}  // namespace glassgrad::cases

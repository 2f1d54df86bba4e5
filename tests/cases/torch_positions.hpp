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
inline TorchOp lifted_one(std::string_view signature, N (*f)(Call&, const N&)) {
  return {signature, [f](Call& c) {
            return lifted(c.x(), [&](const N& x) { return std::vector<N>{f(c, x)}; });
          }};
}
inline Indices<> raised(Call& c, const Indices<>& positions) {
  return positions.shape().rank() > 0 ? positions
                                      : c.tape().indices({}, positions.values(), Shape{1});
}
inline Indices<> index_of(Call& c) { return raised(c, c.positions("index")); }

// beta x + alpha f(a, b): the matrices and vectors have names of their own, their places say which.
inline TorchOp added(std::string_view factors, N (*f)(const N&, const N&, const N&, Scales)) {
  return {std::string(factors) + ", *, beta=1, alpha=1", [f](Call& c) {
            const auto& names = c.signature().arguments();
            return std::vector<N>{f(c.x(), c.arg(names[0].names[0].c_str()),
                                    c.arg(names[1].names[0].c_str()),
                                    {c.real("beta"), c.real("alpha")})};
          }};
}
// Without an axis: the first one of three numbers.
inline int axis_of_cross(Call& c) {
  if (c.has("dim")) return c.integer("dim");
  const Shape shape = broadcast("cases", c.x().shape(), c.arg("other").shape());
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] == 3) return axis;
  throw Skip{"no axis of three"};
}
inline void add_matrix_products(TorchTable& t) {
  t["mv"] = binary([](const N& a, const N& b) { return mv(a, b); }, "vec");
  t["bmm"] = binary([](const N& a, const N& b) { return bmm(a, b); }, "mat2");
  t["dot"] = binary([](const N& a, const N& b) { return dot(a, b); }, "tensor|other");
  t["inner"] = binary([](const N& a, const N& b) { return inner(a, b); });
  t["outer"] = binary([](const N& a, const N& b) { return outer(a, b); }, "vec2");
  t["cross"] = one("other, dim=None",
                   [](Call& c) { return cross(c.x(), c.arg("other"), axis_of_cross(c)); });
  t["addmm"] = t["addmm__decomposed"] = added("mat1, mat2", &addmm<double>);
  t["addmv"] = added("mat, vec", &addmv<double>);
  t["baddbmm"] = added("batch1, batch2", &baddbmm<double>);
  t["addbmm"] = added("batch1, batch2", &addbmm<double>);
  t["addr"] = added("vec1, vec2", &addr<double>);
  t["F_linear"] = one("weight, bias=None", [](Call& c) {
    const N y = linear(c.x(), c.arg("weight"));
    return c.has("bias") ? y + c.arg("bias") : y;
  });
  t["F_bilinear"] = one("input2, weight, bias=None", [](Call& c) {
    const N y = bilinear(c.x(), c.arg("input2"), c.arg("weight"));
    return c.has("bias") ? y + c.arg("bias") : y;
  });
  t["tensordot"] = one("b|other, dims=2, out=None", [](Call& c) {
    const Json& axes = c.at("dims");
    if (axes.is_number()) return tensordot(c.x(), c.arg("b"), axes.get<int>());
    return tensordot(c.x(), c.arg("b"), axes_of(axes.at(0).get<std::vector<std::int64_t>>()),
                     axes_of(axes.at(1).get<std::vector<std::int64_t>>()));
  });
  t["einsum"] =
      one("equation", [](Call& c) { return einsum(c.text("equation"), spanned(c.xs())); });
  t["linalg_multi_dot"] = one("", [](Call& c) { return multi_dot(spanned(c.xs())); });
}

inline void add_taking(TorchTable& t) {
  t["gather"] = one("dim, index, *, ~sparse_grad=False", [](Call& c) {
    const auto at = c.positions("index");
    const int axis = c.integer("dim");
    if (c.x().shape().rank() > 0) return gather(c.x(), axis, at);
    return reshape(gather(reshape(c.x(), Shape{1}), axis, raised(c, at)), at.shape());
  });
  t["take_along_dim"] = one("indices, dim=None", [](Call& c) {
    const auto at = c.positions("indices");
    return c.has("dim") ? take_along_axis(c.x(), at, c.integer("dim"))
                        : take(c.x(), c.tape().indices(at.values()));
  });
  t["take"] = one("index", [](Call& c) { return take(c.x(), c.positions("index")); });
  t["index_select"] = one("dim, index", [](Call& c) {
    const int axis = c.integer("dim");
    if (c.x().shape().rank() > 0) return index_select(c.x(), axis, index_of(c));
    return reshape(take(c.x(), index_of(c)), Shape{});
  });
  t["masked_select"] = one("mask", [](Call& c) { return masked_select(c.x(), c.arg("mask")); });
  t["F_embedding"] =
      one("input, padding_idx=None, max_norm=None, ~norm_type=2.0, scale_grad_by_freq=False, "
          "~sparse=False",
          [](Call& c) {
            const Indices<> at = c.positions("input");
            if (!c.has("padding_idx")) return embedding(c.x(), at);
            const int row = c.integer("padding_idx");
            return embedding(c.x(), at, row < 0 ? row + c.x().shape()[0] : row);
          });
}

inline void add_putting(TorchTable& t) {
  t["scatter"] = lifted_one("dim, index, src|value, *, reduce=None", [](Call& c, const N& x) {
    if (c.has("reduce")) throw Skip{"a reduction in scatter, without a gradient"};
    return scatter(x, c.integer("dim"), index_of(c), c.arg("src"));
  });
  t["scatter_add"] = lifted_one("dim, index, src", [](Call& c, const N& x) {
    return scatter_add(x, c.integer("dim"), index_of(c), c.arg("src"));
  });
  t["index_add"] = lifted_one("dim, index, source, *, alpha=1", [](Call& c, const N& x) {
    const N source = c.arg("source");
    return index_add(x, c.integer("dim"), index_of(c),
                     source.shape().rank() > 0 ? source : reshape(source, Shape{1}),
                     c.real("alpha"));
  });
  t["index_put"] = one("indices, values, accumulate=False", [](Call& c) {
    std::vector<Indices<>> at;
    for (const Json& each : c.at("indices")) at.push_back(c.positions(each));
    return index_put(c.x(), std::span<const Indices<>>(at), c.arg("values"), c.flag("accumulate"));
  });
  t["masked_fill"] =
      one("mask, value", [](Call& c) { return masked_fill(c.x(), c.arg("mask"), c.arg("value")); });
  t["masked_scatter"] = one("mask, source", [](Call& c) {
    return masked_scatter(c.x(), c.arg("mask"), c.arg("source"));
  });
}

// x[1], x[0:3, 1], x[[0, 3], [1, 2]], ...
inline void add_indexing(TorchTable& t) {
  t["__getitem__"] = one("key", [](Call& c) {
    N y = c.x();
    std::vector<Indices<>> at;
    int axis = 0;
    const Json& all = c.at("key");
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

inline void add_positions(TorchTable& t) {
  add_taking(t);
  add_putting(t);
  add_indexing(t);
}

inline TorchOp running(N (*f)(const N&, int)) {
  return {"dim, *, dtype=None", [f](Call& c) {
            const int axis = c.integer("dim");
            return lifted(c.x(), [&](const N& x) { return std::vector<N>{f(x, axis)}; });
          }};
}
// (x) or, by keyword, (dx); neither: a distance of 1.
template <N (*along)(const N&, const N&, Axis), N (*apart)(const N&, double, Axis)>
N trapezoids(Call& c) {
  const int axis = c.integer("dim");
  return c.has("x") ? along(c.x(), c.arg("x"), axis) : apart(c.x(), c.real("dx", 1), axis);
}
inline void add_cumulative(TorchTable& t) {
  t["sort"] = {"dim=-1, descending=False, *, ~stable=False", [](Call& c) {
                 return lifted(c.x(), [&](const N& x) {
                   return std::vector<N>{sort(x, c.integer("dim"), c.flag("descending")).values};
                 });
               }};
  t["topk"] = {"k, dim=-1, largest=True, sorted=True", [](Call& c) {
                 return lifted(c.x(), [&](const N& x) {
                   return std::vector<N>{
                       topk(x, c.integer("k"), c.integer("dim"), c.flag("largest")).values};
                 });
               }};
  t["cumsum"] = running([](const N& x, int axis) { return cumsum(x, axis); });
  t["cumprod"] = running([](const N& x, int axis) { return cumprod(x, axis); });
  t["logcumsumexp"] = running([](const N& x, int axis) { return logcumsumexp(x, axis); });
  t["cummax"] = running([](const N& x, int axis) { return cummax(x, axis).values; });
  t["cummin"] = running([](const N& x, int axis) { return cummin(x, axis).values; });
  t["diff"] = one("n=1, dim=-1, prepend=None, append=None", [](Call& c) {
    const int axis = c.integer("dim");
    std::vector<N> parts;
    if (c.has("prepend")) parts.push_back(c.arg("prepend"));
    parts.push_back(c.x());
    if (c.has("append")) parts.push_back(c.arg("append"));
    return diff(parts.size() > 1 ? concat(spanned(parts), axis) : c.x(), c.integer("n"), axis);
  });
  const char* const areas = "x=None, *, dx=None, dim=-1";
  t["trapezoid"] = one(areas, &trapezoids<&trapezoid<double>, &trapezoid<double>>);
  t["cumulative_trapezoid"] =
      one(areas, &trapezoids<&cumulative_trapezoid<double>, &cumulative_trapezoid<double>>);
}

}  // namespace glassgrad::cases

// The table's lines for special functions, rounding, masks, more activations, statistics and norms.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline void add_special(TorchTable& t) {
  t["erf"] = unary([](const N& x) { return erf(x); });
  t["erfc"] = unary([](const N& x) { return erfc(x); });
  t["erfinv"] = unary([](const N& x) { return erfinv(x); });
  t["lgamma"] = unary([](const N& x) { return lgamma(x); });
  t["digamma"] = unary([](const N& x) { return digamma(x); });
  t["sinc"] = unary([](const N& x) { return sinc(x); });
  t["exp2"] = unary([](const N& x) { return exp2(x); });
  t["log2"] = unary([](const N& x) { return log2(x); });
  t["log10"] = unary([](const N& x) { return log10(x); });
  t["logit"] = one("eps=None", [](Call& c) {
    return c.has("eps") ? logit(c.x(), c.real("eps")) : logit(c.x());
  });
  t["xlogy"] = binary([](const N& a, const N& b) { return xlogy(a, b); });
  t["hypot"] = binary([](const N& a, const N& b) { return hypot(a, b); });
  t["logaddexp"] = binary([](const N& a, const N& b) { return logaddexp(a, b); });
  t["logaddexp2"] = binary([](const N& a, const N& b) { return logaddexp2(a, b); });
}

inline void add_rounding(TorchTable& t) {
  t["floor"] = unary([](const N& x) { return floor(x); });
  t["ceil"] = unary([](const N& x) { return ceil(x); });
  t["trunc"] = unary([](const N& x) { return trunc(x); });
  t["frac"] = unary([](const N& x) { return frac(x); });
  t["round"] = unary([](const N& x) { return round(x); });
  t["round__decimals_0"] = t["round__decimals_3"] = t["round__decimals_neg_3"] =
      one("*, decimals=0", [](Call& c) { return round(c.x(), c.integer("decimals")); });
  t["fmod"] = binary([](const N& a, const N& b) { return fmod(a, b); });
  t["remainder"] = binary([](const N& a, const N& b) { return remainder(a, b); });
  t["div__floor_rounding"] = t["div__trunc_rounding"] = t["div__no_rounding_mode"] =
      one("other, *, rounding_mode=None", [](Call& c) {
        const N a = c.x(), b = c.arg("other");
        if (!c.has("rounding_mode")) return a / b;
        return c.text("rounding_mode") == "floor" ? floor_divide(a, b) : trunc(a / b);
      });
  t["copysign"] = binary([](const N& a, const N& b) { return copysign(a, b); });
  t["fmax"] = binary([](const N& a, const N& b) { return fmax(a, b); });
  t["fmin"] = binary([](const N& a, const N& b) { return fmin(a, b); });
  t["nan_to_num"] = one("nan=None, posinf=None, neginf=None", [](Call& c) {
    const double largest = std::numeric_limits<double>::max();
    return nan_to_num(c.x(), c.real("nan", 0), c.real("posinf", largest),
                      c.real("neginf", -largest));
  });
  t["positive"] = unary([](const N& x) { return positive(x); });
  t["lerp"] =
      one("end, weight", [](Call& c) { return lerp(c.x(), c.arg("end"), c.arg("weight")); });
  t["addcmul"] = one("tensor1, tensor2, *, value=1", [](Call& c) {
    return addcmul(c.x(), c.arg("tensor1"), c.arg("tensor2"), c.real("value"));
  });
  t["addcdiv"] = one("tensor1, tensor2, *, value=1", [](Call& c) {
    return addcdiv(c.x(), c.arg("tensor1"), c.arg("tensor2"), c.real("value"));
  });
}

inline void add_other_activations(TorchTable& t) {
  t["F_relu6"] = activation([](const N& x) { return relu6(x); });
  t["F_tanhshrink"] = unary([](const N& x) { return tanhshrink(x); });
  t["F_softsign"] = unary([](const N& x) { return softsign(x); });
  t["F_logsigmoid"] = unary([](const N& x) { return log_sigmoid(x); });
  t["F_mish"] = activation([](const N& x) { return mish(x); });
  t["F_selu"] = activation([](const N& x) { return selu(x); });
  t["F_hardsigmoid"] = activation([](const N& x) { return hardsigmoid(x); });
  t["F_hardswish"] = activation([](const N& x) { return hardswish(x); });
  t["F_gelu"] = one("*, approximate='none'", [](Call& c) {
    return c.text("approximate") == "none" ? gelu(c.x()) : gelu_tanh(c.x());
  });
  t["F_celu"] =
      one("alpha=1.0, ~inplace=False", [](Call& c) { return celu(c.x(), c.real("alpha")); });
  t["F_hardshrink"] = one("lambd=0.5", [](Call& c) { return hardshrink(c.x(), c.real("lambd")); });
  t["F_softshrink"] = one("lambd=0.5", [](Call& c) { return softshrink(c.x(), c.real("lambd")); });
  t["F_hardtanh"] = one("min_val=-1.0, max_val=1.0, ~inplace=False", [](Call& c) {
    const double low = c.real("min_val"), high = c.real("max_val");
    if (low > high) throw Skip{"bounds the wrong way round, which we refuse"};
    return hardtanh(c.x(), low, high);
  });
  t["F_threshold"] = one("threshold, value, ~inplace=False", [](Call& c) {
    return threshold(c.x(), c.real("threshold"), c.real("value"));
  });
  t["F_glu"] = one("dim=-1", [](Call& c) { return glu(c.x(), c.integer("dim")); });
  t["F_softmin"] = one("dim, ~_stacklevel=3, dtype=None",
                       [](Call& c) { return softmin(c.x(), c.axes(c.x(), "dim")); });
}

// What var and std are asked for: (unbiased), (dim, unbiased, keepdim) or correction by name.
struct Spread {
  Axes axes;
  double correction;
  bool keepdim;
};
inline Spread spread(Call& c) {
  const Json* first = c.find("dim");
  const bool flag_first = first && first->is_boolean();
  const bool unbiased = flag_first ? first->get<bool>() : c.flag("unbiased");
  return {flag_first ? Axes{} : c.axes(c.x(), "dim"), c.real("correction", unbiased ? 1 : 0),
          c.flag("keepdim")};
}
inline const char* const spread_signature =
    "dim=None, unbiased=True, keepdim=False, *, correction=None";
inline double order(Call& c, const char* key) {
  const Json* json = c.find(key);
  if (!json || *json == "fro") return 2;
  return number(*json);
}
// Over two axes an order is one of matrices.
inline N matrix_norm(const N& x, const Json& how, Axes axes, bool keepdim) {
  const double p = how.is_string() && (how == "fro" || how == "nuc") ? 0 : number(how);
  const MatrixNorm kind = how == "fro"   ? MatrixNorm::frobenius
                          : how == "nuc" ? MatrixNorm::nuclear
                          : p == 2       ? MatrixNorm::spectral
                          : p == -2      ? MatrixNorm::least
                          : p == 1       ? MatrixNorm::columns
                          : p == -1      ? MatrixNorm::least_column
                          : p > 0        ? MatrixNorm::rows
                                         : MatrixNorm::least_row;
  const N y = glassgrad::matrix_norm(movedim(x, axes, {-2, -1}), kind);
  return keepdim ? reshape(y, reduced(x.shape(), axis_bits("norm", axes, x.shape().rank()), true))
                 : y;
}
inline TorchOp norm_over(std::string_view signature, const char* order_key) {
  return {
      signature, [order_key](Call& c) {
        const Axes axes = c.axes(c.x(), "dim");
        const bool keepdim = c.flag("keepdim");
        if (const Json* how = c.find(order_key); how && *how == "nuc")
          return std::vector<N>{matrix_norm(c.x(), *how, axes.all() ? Axes{0, 1} : axes, keepdim)};
        return std::vector<N>{norm(c.x(), order(c, order_key), axes, keepdim)};
      }};
}
inline void add_statistics(TorchTable& t) {
  t["prod"] = reduction_op("dim=None, keepdim=False, *, dtype=None",
                           [](const N& x, Axes a, bool keep) { return prod(x, a, keep); });
  t["var"] = one(spread_signature, [](Call& c) {
    const Spread s = spread(c);
    return var(c.x(), s.axes, s.correction, s.keepdim);
  });
  t["std"] = one(spread_signature, [](Call& c) {
    const Spread s = spread(c);
    return deviation(c.x(), s.axes, s.correction, s.keepdim);
  });
  t["var_mean"] = {spread_signature, [](Call& c) {
                     const Spread s = spread(c);
                     const auto [variance, middle] =
                         var_mean(c.x(), s.axes, s.correction, s.keepdim);
                     return std::vector<N>{variance, middle};
                   }};
  t["nansum"] = reduction_op("dim=None, keepdim=False, *, dtype=None",
                             [](const N& x, Axes a, bool keep) { return nansum(x, a, keep); });
  t["nanmean"] = reduction_op("dim=None, keepdim=False, *, dtype=None",
                              [](const N& x, Axes a, bool keep) { return nanmean(x, a, keep); });
  t["median"] = reduction_op("dim=None, keepdim=False",
                             [](const N& x, Axes a, bool keep) { return median(x, a, keep); });
}
inline void add_norms(TorchTable& t) {
  t["norm"] = t["norm__fro"] = t["norm__inf"] = t["norm__nuc"] =
      norm_over("p='fro', dim=None, keepdim=False, out=None, dtype=None", "p");
  t["linalg_vector_norm"] = norm_over("ord=2, dim=None, keepdim=False, *, dtype=None", "ord");
  t["linalg_norm"] = t["linalg_norm__subgradients_at_zero"] =
      one("ord=None, dim=None, keepdim=False, *, dtype=None", [](Call& c) {
        const Axes axes = c.axes(c.x(), "dim");
        const bool keepdim = c.flag("keepdim");
        const bool matrix =
            c.has("ord") && (axes.size() == 2 || (axes.all() && c.x().shape().rank() == 2));
        if (!matrix) return norm(c.x(), order(c, "ord"), axes, keepdim);
        return matrix_norm(c.x(), c.at("ord"), axes.all() ? Axes{0, 1} : axes, keepdim);
      });
  t["linalg_matrix_norm"] =
      one("ord='fro', dim=[-2,-1], keepdim=False, *, dtype=None", [](Call& c) {
        return matrix_norm(c.x(), c.at("ord"), c.axes(c.x(), "dim"), c.flag("keepdim"));
      });
  t["dist"] = one("other, p=2", [](Call& c) { return dist(c.x(), c.arg("other"), c.real("p")); });
  t["cdist"] = one("x2, p=2.0, ~compute_mode=None",
                   [](Call& c) { return cdist(c.x(), c.arg("x2"), c.real("p")); });
  t["F_pairwise_distance"] = one("x2, p=2.0, eps=1e-06, keepdim=False", [](Call& c) {
    return pairwise_distance(c.x(), c.arg("x2"), c.real("p"), c.real("eps"), c.flag("keepdim"));
  });
  t["F_cosine_similarity"] = one("x2, dim=1, eps=1e-08", [](Call& c) {
    return cosine_similarity(c.x(), c.arg("x2"), c.integer("dim"), c.real("eps"));
  });
  t["F_normalize"] = one("p=2.0, dim=1, eps=1e-12, out=None", [](Call& c) {
    return normalize(c.x(), c.real("p"), c.integer("dim"), c.real("eps"));
  });
}

}  // namespace glassgrad::cases

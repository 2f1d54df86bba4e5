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
  t["logit"] = one(
      [](Call& c) { return c.has(0, "eps") ? logit(c.x(), c.real(0, "eps", 0)) : logit(c.x()); });
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
      one([](Call& c) { return round(c.x(), c.integer(0, "decimals", 0)); });
  t["fmod"] = binary([](const N& a, const N& b) { return fmod(a, b); });
  t["remainder"] = binary([](const N& a, const N& b) { return remainder(a, b); });
  t["div__floor_rounding"] = binary([](const N& a, const N& b) { return floor_divide(a, b); });
  t["div__trunc_rounding"] = binary([](const N& a, const N& b) { return trunc(a / b); });
  t["copysign"] = binary([](const N& a, const N& b) { return copysign(a, b); });
  t["fmax"] = binary([](const N& a, const N& b) { return fmax(a, b); });
  t["fmin"] = binary([](const N& a, const N& b) { return fmin(a, b); });
  t["nan_to_num"] = one([](Call& c) {
    const double largest = std::numeric_limits<double>::max();
    return nan_to_num(c.x(), c.real(0, "nan", 0), c.real(1, "posinf", largest),
                      c.real(2, "neginf", -largest));
  });
  t["positive"] = unary([](const N& x) { return positive(x); });
  t["lerp"] = one([](Call& c) { return lerp(c.x(), c.arg(0), c.arg(1, "weight")); });
  t["addcmul"] =
      one([](Call& c) { return addcmul(c.x(), c.arg(0), c.arg(1), c.real(9, "value", 1)); });
  t["addcdiv"] =
      one([](Call& c) { return addcdiv(c.x(), c.arg(0), c.arg(1), c.real(9, "value", 1)); });
}

inline void add_other_activations(TorchTable& t) {
  t["F_relu6"] = unary([](const N& x) { return relu6(x); });
  t["F_tanhshrink"] = unary([](const N& x) { return tanhshrink(x); });
  t["F_softsign"] = unary([](const N& x) { return softsign(x); });
  t["F_logsigmoid"] = unary([](const N& x) { return log_sigmoid(x); });
  t["F_mish"] = unary([](const N& x) { return mish(x); });
  t["F_selu"] = unary([](const N& x) { return selu(x); });
  t["F_hardsigmoid"] = unary([](const N& x) { return hardsigmoid(x); });
  t["F_hardswish"] = unary([](const N& x) { return hardswish(x); });
  t["F_gelu"] = one([](Call& c) {
    const bool exact = !c.has(0, "approximate") || c.at(0, "approximate") == "none";
    return exact ? gelu(c.x()) : gelu_tanh(c.x());
  });
  t["F_celu"] = one([](Call& c) { return celu(c.x(), c.real(0, "alpha", 1)); });
  t["F_hardshrink"] = one([](Call& c) { return hardshrink(c.x(), c.real(0, "lambd", 0.5)); });
  t["F_softshrink"] = one([](Call& c) { return softshrink(c.x(), c.real(0, "lambd", 0.5)); });
  t["F_hardtanh"] = one([](Call& c) {
    const double low = c.real(0, "min_val", -1), high = c.real(1, "max_val", 1);
    if (low > high) throw Skip{"bounds the wrong way round, which we refuse"};
    return hardtanh(c.x(), low, high);
  });
  t["F_threshold"] = one(
      [](Call& c) { return threshold(c.x(), c.real(0, "threshold", 0), c.real(1, "value", 0)); });
  t["F_glu"] = one([](Call& c) { return glu(c.x(), c.integer(0, "dim", -1)); });
  t["F_softmin"] = one([](Call& c) { return softmin(c.x(), c.axes(c.x(), 0, "dim")); });
}

// What var and std are asked for: (unbiased), (dim, unbiased, keepdim) or correction by name.
struct Spread {
  Axes axes;
  double correction;
  bool keepdim;
};
inline Spread spread(Call& c) {
  const Json* first = c.find(0, "dim");
  const bool flag_first = first && first->is_boolean();
  const bool unbiased = flag_first ? first->get<bool>() : c.flag(1, "unbiased", true);
  return {flag_first ? Axes{} : c.axes(c.x(), 0, "dim"),
          double(c.integer(9, "correction", unbiased ? 1 : 0)), c.flag(2, "keepdim", false)};
}
inline double order(Call& c, std::size_t position, const char* key) {
  const Json* json = c.find(position, key);
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
inline TorchOp norm_over(const char* order_key) {
  return [order_key](Call& c) {
    if (const Json* how = c.find(0, order_key); how && *how == "nuc")
      return std::vector<N>{matrix_norm(c.x(), *how,
                                        c.has(1, "dim") ? c.axes(c.x(), 1, "dim") : Axes{0, 1},
                                        c.flag(2, "keepdim", false))};
    return std::vector<N>{
        norm(c.x(), order(c, 0, order_key), c.axes(c.x(), 1, "dim"), c.flag(2, "keepdim", false))};
  };
}
inline void add_statistics(TorchTable& t) {
  t["prod"] = one(
      [](Call& c) { return prod(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["var"] = one([](Call& c) {
    const Spread s = spread(c);
    return var(c.x(), s.axes, s.correction, s.keepdim);
  });
  t["std"] = one([](Call& c) {
    const Spread s = spread(c);
    return deviation(c.x(), s.axes, s.correction, s.keepdim);
  });
  t["var_mean"] = [](Call& c) {
    const Spread s = spread(c);
    const auto [variance, middle] = var_mean(c.x(), s.axes, s.correction, s.keepdim);
    return std::vector<N>{variance, middle};
  };
  t["nansum"] = one(
      [](Call& c) { return nansum(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["nanmean"] = one(
      [](Call& c) { return nanmean(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["median"] = one(
      [](Call& c) { return median(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["norm"] = t["norm__fro"] = t["norm__inf"] = t["norm__nuc"] = norm_over("p");
  t["linalg_vector_norm"] = norm_over("ord");
  t["linalg_norm"] = t["linalg_norm__subgradients_at_zero"] = [](Call& c) {
    const bool named = c.has(0, "ord");
    const Axes axes = c.axes(c.x(), 1, "dim");
    const bool keepdim = c.flag(2, "keepdim", false);
    const bool matrix = named && (axes.size() == 2 || (axes.all() && c.x().shape().rank() == 2));
    if (!matrix) return std::vector<N>{norm(c.x(), order(c, 0, "ord"), axes, keepdim)};
    return std::vector<N>{
        matrix_norm(c.x(), c.at(0, "ord"), axes.all() ? Axes{0, 1} : axes, keepdim)};
  };
  t["linalg_matrix_norm"] = one([](Call& c) {
    static const Json fro = "fro";
    const Axes axes = c.has(1, "dim") ? c.axes(c.x(), 1, "dim") : Axes{-2, -1};
    return matrix_norm(c.x(), c.has(0, "ord") ? c.at(0, "ord") : fro, axes,
                       c.flag(2, "keepdim", false));
  });
  t["dist"] = one([](Call& c) { return dist(c.x(), c.arg(0), c.real(1, "p", 2)); });
  t["cdist"] = one([](Call& c) { return cdist(c.x(), c.arg(0), c.real(1, "p", 2)); });
  t["F_pairwise_distance"] = one([](Call& c) {
    return pairwise_distance(c.x(), c.arg(0), c.real(1, "p", 2), c.real(2, "eps", 1e-6),
                             c.flag(3, "keepdim", false));
  });
  t["F_cosine_similarity"] = one([](Call& c) {
    return cosine_similarity(c.x(), c.arg(0), c.integer(1, "dim", 1), c.real(2, "eps", 1e-8));
  });
  t["F_normalize"] = one([](Call& c) {
    return normalize(c.x(), c.real(0, "p", 2), c.integer(1, "dim", 1), c.real(2, "eps", 1e-12));
  });
}

}  // namespace glassgrad::cases

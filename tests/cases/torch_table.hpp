// The one table from PyTorch's op names to functions of ours. A later family adds its lines here
// and the files it covers are run; a form that is not ours yet throws Skip. Compositions are
// welcome.
#pragma once

#include <functional>
#include <map>
#include <numeric>

#include "cases/torch_call.hpp"

namespace glassgrad::cases {

using TorchOp = std::function<std::vector<N>(Call&)>;
using TorchTable = std::map<std::string, TorchOp>;

inline TorchOp unary(N (*f)(const N&)) {
  return [f](Call& c) { return std::vector<N>{f(c.x())}; };
}
inline TorchOp binary(N (*f)(const N&, const N&)) {
  return [f](Call& c) { return std::vector<N>{f(c.x(), c.arg(0, "other"))}; };
}
inline TorchOp one(N (*f)(Call&)) {
  return [f](Call& c) { return std::vector<N>{f(c)}; };
}

inline void add_elementwise(TorchTable& t) {
  t["abs"] = unary([](const N& x) { return abs(x); });
  t["acos"] = unary([](const N& x) { return acos(x); });
  t["asin"] = unary([](const N& x) { return asin(x); });
  t["atan"] = unary([](const N& x) { return atan(x); });
  t["cos"] = unary([](const N& x) { return cos(x); });
  t["cosh"] = unary([](const N& x) { return cosh(x); });
  t["exp"] = unary([](const N& x) { return exp(x); });
  t["exp2"] = unary([](const N& x) { return exp(x * std::log(2.0)); });
  t["expm1"] = unary([](const N& x) { return expm1(x); });
  t["log"] = unary([](const N& x) { return log(x); });
  t["log2"] = unary([](const N& x) { return log(x) / std::log(2.0); });
  t["log10"] = unary([](const N& x) { return log(x) / std::log(10.0); });
  t["log1p"] = unary([](const N& x) { return log1p(x); });
  t["logit"] = unary([](const N& x) { return log(x / (1 - x)); });
  t["neg"] = unary([](const N& x) { return -x; });
  t["positive"] = unary([](const N& x) { return +x; });
  t["reciprocal"] = unary([](const N& x) { return reciprocal(x); });
  t["rsqrt"] = unary([](const N& x) { return rsqrt(x); });
  t["sigmoid"] = unary([](const N& x) { return sigmoid(x); });
  t["sign"] = unary([](const N& x) { return sign(x); });
  t["sin"] = unary([](const N& x) { return sin(x); });
  t["sinh"] = unary([](const N& x) { return sinh(x); });
  t["sqrt"] = unary([](const N& x) { return sqrt(x); });
  t["square"] = unary([](const N& x) { return square(x); });
  t["tan"] = unary([](const N& x) { return tan(x); });
  t["tanh"] = unary([](const N& x) { return tanh(x); });
  t["acosh"] = unary([](const N& x) { return log(x + sqrt(x * x - 1)); });
  t["asinh"] = unary([](const N& x) { return sign(x) * log(abs(x) + sqrt(x * x + 1)); });
  t["atanh"] = unary([](const N& x) { return (log1p(x) - log1p(-x)) / 2; });

  t["add"] = one([](Call& c) { return c.x() + c.real(9, "alpha", 1) * c.arg(0, "other"); });
  t["sub"] = one([](Call& c) { return c.x() - c.real(9, "alpha", 1) * c.arg(0, "other"); });
  t["rsub"] = one([](Call& c) { return c.arg(0, "other") - c.real(9, "alpha", 1) * c.x(); });
  t["mul"] = binary([](const N& a, const N& b) { return a * b; });
  t["div__no_rounding_mode"] = t["true_divide"] =
      binary([](const N& a, const N& b) { return a / b; });
  t["pow"] = t["float_power"] = binary([](const N& a, const N& b) { return pow(a, b); });
  t["atan2"] = binary([](const N& a, const N& b) { return atan2(a, b); });
  t["hypot"] = binary([](const N& a, const N& b) { return sqrt(a * a + b * b); });
  t["maximum"] = t["max__binary"] = binary([](const N& a, const N& b) { return maximum(a, b); });
  t["minimum"] = t["min__binary"] = binary([](const N& a, const N& b) { return minimum(a, b); });
  t["xlogy"] = binary([](const N& a, const N& b) { return where(a == 0, a * 0, a * log(b)); });
  t["logaddexp"] =
      binary([](const N& a, const N& b) { return maximum(a, b) + log1p(exp(-abs(a - b))); });
  t["clamp_min"] = one([](Call& c) { return maximum(c.x(), c.arg(0, "min")); });
  t["clamp_max"] = one([](Call& c) { return minimum(c.x(), c.arg(0, "max")); });
  t["clamp"] = one([](Call& c) {
    N y = c.x();
    if (c.has(0, "min")) y = maximum(y, c.arg(0, "min"));
    if (c.has(1, "max")) y = minimum(y, c.arg(1, "max"));
    return y;
  });
  t["where"] = one([](Call& c) { return where(c.arg(0), c.x(), c.arg(1)); });
  t["lerp"] = one([](Call& c) { return c.x() + c.arg(1, "weight") * (c.arg(0) - c.x()); });
  t["addcmul"] = one([](Call& c) { return c.x() + c.real(9, "value", 1) * (c.arg(0) * c.arg(1)); });
  t["addcdiv"] = one([](Call& c) { return c.x() + c.real(9, "value", 1) * (c.arg(0) / c.arg(1)); });
}

inline void add_activations(TorchTable& t) {
  t["F_relu"] = unary([](const N& x) { return relu(x); });
  t["F_relu6"] = unary([](const N& x) { return minimum(relu(x), 6); });
  t["F_silu"] = unary([](const N& x) { return silu(x); });
  t["F_tanhshrink"] = unary([](const N& x) { return x - tanh(x); });
  t["F_softsign"] = unary([](const N& x) { return x / (1 + abs(x)); });
  t["F_logsigmoid"] = unary([](const N& x) { return -softplus(-x); });
  t["F_mish"] = unary([](const N& x) { return x * tanh(softplus(x)); });
  t["F_gelu"] = one([](Call& c) {
    if (c.has(0, "approximate") && c.at(0, "approximate") != "none") throw Skip{"the tanh form"};
    return gelu(c.x());
  });
  t["F_elu"] = one([](Call& c) { return elu(c.x(), c.real(0, "alpha", 1)); });
  t["F_celu"] = one([](Call& c) {
    const double alpha = c.real(0, "alpha", 1);
    return elu(c.x() / alpha) * alpha;
  });
  t["F_leaky_relu"] =
      one([](Call& c) { return leaky_relu(c.x(), c.real(0, "negative_slope", 0.01)); });
  t["F_hardtanh"] = one([](Call& c) {
    const double low = c.real(0, "min_val", -1), high = c.real(1, "max_val", 1);
    if (low > high) throw Skip{"bounds the wrong way round, which we refuse"};
    return clamp(c.x(), low, high);
  });
  t["F_hardsigmoid"] = unary([](const N& x) { return clamp(x / 6 + 0.5, 0, 1); });
  t["F_hardswish"] = unary([](const N& x) { return x * clamp(x / 6 + 0.5, 0, 1); });
  t["F_threshold"] =
      one([](Call& c) { return where(c.x() > c.arg(0, "threshold"), c.x(), c.arg(1, "value")); });
  t["F_softplus"] = one([](Call& c) {
    const double beta = c.real(0, "beta", 1), threshold = c.real(1, "threshold", 20);
    return where(c.x() * beta > threshold, c.x(), softplus(c.x() * beta) / beta);
  });
  t["F_prelu"] = one([](Call& c) {
    N a = c.arg(0, "weight");
    const int after = c.x().shape().rank() - 2;  // channels are axis 1
    for (int i = 0; i < after && a.shape().rank() > 0; ++i) {
      Shape wider = a.shape();
      wider.push_back(1);
      a = reshape(a, wider);
    }
    return prelu(c.x(), a);
  });
  t["F_glu"] = one([](Call& c) {
    const int axis = c.integer(0, "dim", -1);
    const std::int64_t half =
        c.x().shape()[(axis + c.x().shape().rank()) % c.x().shape().rank()] / 2;
    return slice(c.x(), axis, 0, half) * sigmoid(slice(c.x(), axis, half));
  });
  t["F_mse_loss"] = one([](Call& c) { return c.reduce(square(c.x() - c.arg(0, "target"))); });
  t["F_l1_loss"] = one([](Call& c) { return c.reduce(abs(c.x() - c.arg(0, "target"))); });
}

N torch_variance(Call& c, const char* what);

inline void add_reductions(TorchTable& t) {
  t["sum"] =
      one([](Call& c) { return sum(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["mean"] = one(
      [](Call& c) { return mean(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["amax"] = t["max__reduction_no_dim"] = t["max__reduction_with_dim"] =
      one([](Call& c) { return max(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["amin"] = t["min__reduction_no_dim"] = t["min__reduction_with_dim"] =
      one([](Call& c) { return min(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false)); });
  t["logsumexp"] = one([](Call& c) {
    return logsumexp(c.x(), c.axes(c.x(), 0, "dim"), c.flag(1, "keepdim", false));
  });
  t["softmax"] = one([](Call& c) { return softmax(c.x(), c.axes(c.x(), 0, "dim")); });
  t["F_softmin"] = one([](Call& c) { return softmax(-c.x(), c.axes(c.x(), 0, "dim")); });
  t["log_softmax"] = one([](Call& c) { return log_softmax(c.x(), c.axes(c.x(), 0, "dim")); });
  t["var"] = one([](Call& c) { return torch_variance(c, "var"); });
  t["std"] = one([](Call& c) { return sqrt(torch_variance(c, "std")); });
}

inline N torch_variance(Call& c, const char*) {
  const Json* first = c.find(0, "dim");
  const bool first_is_flag = first && first->is_boolean();
  const N x = c.x();
  const Axes axes = first_is_flag ? Axes{} : c.axes(x, 0, "dim");
  const bool unbiased = first_is_flag ? first->get<bool>() : c.flag(1, "unbiased", true);
  const int correction = c.integer(9, "correction", unbiased ? 1 : 0);
  const N squares = sum(square(x - mean(x, axes, true)), axes, c.flag(2, "keepdim", false));
  return squares / (double(x.shape().count()) / double(squares.shape().count()) - correction);
}

inline void add_products(TorchTable& t) {
  t["matmul"] = t["mm"] = binary([](const N& a, const N& b) { return matmul(a, b); });
}

}  // namespace glassgrad::cases

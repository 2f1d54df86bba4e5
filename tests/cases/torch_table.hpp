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
  t["expm1"] = unary([](const N& x) { return expm1(x); });
  t["log"] = unary([](const N& x) { return log(x); });
  t["log1p"] = unary([](const N& x) { return log1p(x); });
  t["neg"] = unary([](const N& x) { return -x; });
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
  t["maximum"] = t["max__binary"] = binary([](const N& a, const N& b) { return maximum(a, b); });
  t["minimum"] = t["min__binary"] = binary([](const N& a, const N& b) { return minimum(a, b); });
  t["clamp_min"] = one([](Call& c) { return maximum(c.x(), c.arg(0, "min")); });
  t["clamp_max"] = one([](Call& c) { return minimum(c.x(), c.arg(0, "max")); });
  t["clamp"] = one([](Call& c) {
    N y = c.x();
    if (c.has(0, "min")) y = maximum(y, c.arg(0, "min"));
    if (c.has(1, "max")) y = minimum(y, c.arg(1, "max"));
    return y;
  });
  t["where"] = one([](Call& c) { return where(c.arg(0), c.x(), c.arg(1)); });
}

inline void add_activations(TorchTable& t) {
  t["F_relu"] = unary([](const N& x) { return relu(x); });
  t["F_silu"] = unary([](const N& x) { return silu(x); });
  t["F_elu"] = one([](Call& c) { return elu(c.x(), c.real(0, "alpha", 1)); });
  t["F_leaky_relu"] =
      one([](Call& c) { return leaky_relu(c.x(), c.real(0, "negative_slope", 0.01)); });
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
}

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
  t["log_softmax"] = one([](Call& c) { return log_softmax(c.x(), c.axes(c.x(), 0, "dim")); });
}

inline void add_products(TorchTable& t) {
  t["matmul"] = t["mm"] = binary([](const N& a, const N& b) { return matmul(a, b); });
}

}  // namespace glassgrad::cases

// The one table from PyTorch's op names to functions of ours. A later family adds its lines here
// and the files it covers are run; a form that is not ours yet throws Skip. Compositions are
// welcome.
#pragma once

#include <functional>
#include <map>
#include <numeric>

#include "cases/torch_call.hpp"

namespace glassgrad::cases {

// What PyTorch calls the arguments after the input, and what is ours for it.
class TorchOp {
 public:
  using Function = std::function<std::vector<N>(Call&)>;
  TorchOp() = default;
  TorchOp(std::string_view signature, Function f) : signature_(signature), f_(std::move(f)) {}
  const Signature& signature() const { return signature_; }
  std::vector<N> operator()(Call& call) const {
    std::vector<N> outputs = f_(call);
    call.check();
    return outputs;
  }

 private:
  Signature signature_;
  Function f_;
};
using TorchTable = std::map<std::string, TorchOp>;

inline TorchOp unary(N (*f)(const N&), std::string_view signature = "") {
  return {signature, [f](Call& c) { return std::vector<N>{f(c.x())}; }};
}
inline TorchOp activation(N (*f)(const N&)) { return unary(f, "~inplace=False"); }
// The second one has PyTorch's name of it: "other", "exponent", "mat2".
inline TorchOp binary(N (*f)(const N&, const N&), const char* second = "other") {
  return {second, [f](Call& c) {
            const char* const name = c.signature().arguments()[0].names[0].c_str();
            return std::vector<N>{f(c.x(), c.arg(name))};
          }};
}
inline TorchOp one(std::string_view signature, N (*f)(Call&)) {
  return {signature, [f](Call& c) { return std::vector<N>{f(c)}; }};
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

  t["add"] =
      one("other, *, alpha=1", [](Call& c) { return c.x() + c.real("alpha") * c.arg("other"); });
  t["sub"] =
      one("other, *, alpha=1", [](Call& c) { return c.x() - c.real("alpha") * c.arg("other"); });
  t["rsub"] =
      one("other, alpha=1", [](Call& c) { return c.arg("other") - c.real("alpha") * c.x(); });
  t["mul"] = binary([](const N& a, const N& b) { return a * b; });
  t["true_divide"] = binary([](const N& a, const N& b) { return a / b; });
  t["pow"] = t["float_power"] =
      binary([](const N& a, const N& b) { return pow(a, b); }, "exponent");
  t["atan2"] = binary([](const N& a, const N& b) { return atan2(a, b); });
  t["maximum"] = t["max__binary"] = binary([](const N& a, const N& b) { return maximum(a, b); });
  t["minimum"] = t["min__binary"] = binary([](const N& a, const N& b) { return minimum(a, b); });
  t["clamp_min"] = one("min", [](Call& c) { return maximum(c.x(), c.arg("min")); });
  t["clamp_max"] = one("max", [](Call& c) { return minimum(c.x(), c.arg("max")); });
  t["clamp"] = one("min=None, max=None", [](Call& c) {
    N y = c.x();
    if (c.has("min")) y = maximum(y, c.arg("min"));
    if (c.has("max")) y = minimum(y, c.arg("max"));
    return y;
  });
  t["where"] = one("condition, other",
                   [](Call& c) { return where(c.arg("condition"), c.x(), c.arg("other")); });
}

inline void add_activations(TorchTable& t) {
  t["F_relu"] = activation([](const N& x) { return relu(x); });
  t["F_silu"] = activation([](const N& x) { return silu(x); });
  t["F_elu"] =
      one("alpha=1.0, ~inplace=False", [](Call& c) { return elu(c.x(), c.real("alpha")); });
  t["F_leaky_relu"] = one("negative_slope=0.01, ~inplace=False",
                          [](Call& c) { return leaky_relu(c.x(), c.real("negative_slope")); });
  t["F_softplus"] = one("beta=1, threshold=20", [](Call& c) {
    const double beta = c.real("beta"), threshold = c.real("threshold");
    return where(c.x() * beta > threshold, c.x(), softplus(c.x() * beta) / beta);
  });
  t["F_prelu"] = one("weight", [](Call& c) {
    N a = c.arg("weight");
    const int after = c.x().shape().rank() - 2;  // channels are axis 1
    for (int i = 0; i < after && a.shape().rank() > 0; ++i) {
      Shape wider = a.shape();
      wider.push_back(1);
      a = reshape(a, wider);
    }
    return prelu(c.x(), a);
  });
}

// dtype is not read: one that is given is "not run".
inline TorchOp reduction_op(std::string_view signature, N (*f)(const N&, Axes, bool)) {
  return {signature, [f](Call& c) {
            return std::vector<N>{f(c.x(), c.axes(c.x(), "dim"), c.flag("keepdim"))};
          }};
}
inline void add_reductions(TorchTable& t) {
  t["sum"] = reduction_op("dim=None, keepdim=False, *, dtype=None",
                          [](const N& x, Axes a, bool keep) { return sum(x, a, keep); });
  t["mean"] = reduction_op("dim=None, keepdim=False, *, dtype=None",
                           [](const N& x, Axes a, bool keep) { return mean(x, a, keep); });
  t["amax"] = t["max__reduction_no_dim"] = t["max__reduction_with_dim"] = reduction_op(
      "dim=None, keepdim=False", [](const N& x, Axes a, bool keep) { return max(x, a, keep); });
  t["amin"] = t["min__reduction_no_dim"] = t["min__reduction_with_dim"] = reduction_op(
      "dim=None, keepdim=False", [](const N& x, Axes a, bool keep) { return min(x, a, keep); });
  t["logsumexp"] = reduction_op(
      "dim, keepdim=False", [](const N& x, Axes a, bool keep) { return logsumexp(x, a, keep); });
  t["softmax"] =
      one("dim, dtype=None", [](Call& c) { return softmax(c.x(), c.axes(c.x(), "dim")); });
  t["log_softmax"] =
      one("dim, dtype=None", [](Call& c) { return log_softmax(c.x(), c.axes(c.x(), "dim")); });
}

inline void add_products(TorchTable& t) {
  t["matmul"] = t["mm"] =
      binary([](const N& a, const N& b) { return matmul(a, b); }, "other|mat2|tensor2");
}

}  // namespace glassgrad::cases

// The table's activations.
#include "differential/draw.hpp"

namespace glassgrad::differential {

void add_activations(Table& t) {
  t.unary("sigmoid", In::any, [](const auto& x) { return sigmoid(x); });
  t.unary("relu", In::any, [](const auto& x) { return relu(x); });
  t.unary("relu6", In::any, [](const auto& x) { return relu6(x * 3); });
  t.unary("selu", In::any, [](const auto& x) { return selu(x); });
  t.unary("silu", In::any, [](const auto& x) { return silu(x); });
  t.unary("mish", In::any, [](const auto& x) { return mish(x); });
  t.unary(
      "gelu", In::any, [](const N& x) { return gelu(x); }, [](const T& x) { return at::gelu(x); });
  t.unary(
      "gelu_tanh", In::any, [](const N& x) { return gelu_tanh(x); },
      [](const T& x) { return at::gelu(x, "tanh"); });
  t.unary("log_sigmoid", In::any, [](const auto& x) { return log_sigmoid(x); });
  t.unary(
      "tanhshrink", In::any, [](const N& x) { return tanhshrink(x); },
      [](const T& x) { return x - at::tanh(x); });
  t.unary(
      "softsign", In::any, [](const N& x) { return softsign(x); },
      [](const T& x) { return x / (1 + at::abs(x)); });
  t.add("hardsigmoid", [](Draw& d) {
    d.put(
        {d.any()}, [](const N& x) { return hardsigmoid(x); },
        [](const T& x) { return at::hardsigmoid(x); },
        [](const std::vector<T>& x) { return at::clamp(x[0] + 3, 0, 6) / 6; });
  });
  t.unary("hardswish", In::any, [](const auto& x) { return hardswish(x); });

  const auto with = [&](const char* op, double low, double high, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const double k = d.real(low, high);
      d.put(
          {d.any()}, [=](const N& x) { return ours(x, k); },
          [=](const T& x) { return theirs(x, k); });
    });
  };
  const auto both = [&](const char* op, double low, double high, auto f) {
    with(op, low, high, f, f);
  };
  both("leaky_relu", 0.01, 0.6, [](const auto& x, double k) { return leaky_relu(x, k); });
  both("elu", 0.2, 2, [](const auto& x, double k) { return elu(x, k); });
  t.add("celu", [](Draw& d) {
    const double k = d.real(0.2, 2);
    d.put(
        {d.any()}, [=](const N& x) { return celu(x, k); },
        [=](const T& x) { return at::celu(x, k); },
        [=](const std::vector<T>& x) {  // its slope has the digits of a float
          return at::relu(x[0]) + k * at::expm1(at::clamp_max(x[0], 0) / k);
        });
  });
  both("hardshrink", 0.1, 1, [](const auto& x, double k) { return hardshrink(x, k); });
  both("softshrink", 0.1, 1, [](const auto& x, double k) { return softshrink(x, k); });
  both("threshold", -1, 1, [](const auto& x, double k) { return threshold(x, k, 0.25); });
  both("hardtanh", 0.1, 2, [](const auto& x, double k) { return hardtanh(x, -k / 2, k); });
  both("rrelu", 0.3, 0.6, [](const auto& x, double k) { return rrelu(x, 0.1, k); });
  // PyTorch's threshold is where it gives up and takes x itself
  with(
      "softplus", 0.5, 3, [](const N& x, double k) { return softplus(x, k); },
      [](const T& x, double k) { return at::softplus(x, k, 700); });
  t.unary(
      "softplus of beta 1", In::any, [](const N& x) { return softplus(x); },
      [](const T& x) { return at::softplus(x, 1, 700); });

  t.add("prelu", [](Draw& d) {
    const int x = d.ranked(2, 4);
    const std::int64_t channels = d.shape_of(x)[1];
    if (d.shape_of(x).count() == 0) throw NotHere{};
    d.put(
        {x, d.of_shape(Shape{channels})},
        [](const N& a, const N& w) { return prelu(a, per_channel(w, a, a.shape().rank() - 2)); },
        [](const T& a, const T& w) { return at::prelu(a, w); },
        [](const std::vector<T>& in) {
          std::vector<std::int64_t> shape(std::size_t(in[0].dim()), 1);
          shape[1] = -1;
          return at::where(in[0] > 0, in[0], in[0] * in[1].reshape(shape));
        });
  });
  t.add("glu", [](Draw& d) {
    const Shape half = d.shape(1, 3);
    const int axis = int(d.below(half.rank()));
    d.put({d.of_shape(half.with(axis, half[axis] * 2))},
          [=](const auto& x) { return glu(x, axis); });
  });
}

}  // namespace glassgrad::differential

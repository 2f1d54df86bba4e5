// More activations, elementwise: hard (piecewise) ones, mish, and compositions of activations.hpp.
#pragma once

#include "glassgrad/array/named.hpp"
#include "glassgrad/ops/rules/movement.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "glassgrad/ops/rules/rounding.hpp"

namespace glassgrad {

// y = x held within [low, high]; slope 0 on the bounds, as that of relu (clamp has 1 there)
struct Hardtanh {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "hardtanh";
  static constexpr Interval domain[] = {{-3, 3}};
  double low = -1, high = 1;
  auto value(const auto& x) const { return Clamp{low, high}.value(x); }
  auto local(const auto& x, const auto&) const {
    return where(x <= constant(x, low), constant(x, 0),
                 where(x >= constant(x, high), constant(x, 0), constant(x, 1)));
  }
  Formula text(const Formula& x) const { return Formula::call(name, {x, low, high}); }
  static auto instances() { return std::array{Hardtanh{}, Hardtanh{0, 2}}; }
};

// y = x clamp(x + 3, 0, 6) / 6 (Howard et al. 2019); slopes 0 at -3 and 1 at 3
struct Hardswish {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "hardswish";
  static constexpr Interval domain[] = {{-5, 5}};
  auto value(const auto& x) const {
    return where(x <= constant(x, -3), constant(x, 0),
                 where(x >= constant(x, 3), x, x * (x + 3) / 6));
  }
  auto local(const auto& x, const auto&) const {
    return where(x <= constant(x, -3), constant(x, 0),
                 where(x >= constant(x, 3), constant(x, 1), (2 * x + 3) / 6));
  }
};

// y = x tanh(softplus x) (Misra 2019)
struct Mish {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "mish";
  static constexpr Ulp ulp{.near_roots = true};  // its slope's is -1.192
  static constexpr Interval domain[] = {{-3, 3}};
  // far below 0 it is x e^x
  auto value(const auto& x) const {
    const auto s = Softplus{}.value(x);
    return mostly(s > constant(x, 1e-30), x * num::tanh(s), [&] { return Silu::tail(x, x); });
  }
  auto local(const auto& x, const auto&) const {
    const auto t = apply(Tanh{}, apply(Softplus{}, x));
    return t + x * apply(Sigmoid{}, x) * (1 - t * t);
  }
  auto slope(const auto& x, const auto&) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>) {
      const auto inside = Silu::held(x), s = apply(Softplus{}, inside);
      return apply(Tanh{}, s) + inside * (apply(Sigmoid{}, inside) * apply(SechSquared{}, s));
    } else {
      // with w = 1 + e^x tanh(ln w) is (w^2 - 1) / (w^2 + 1); beyond 40 the slope is 1
      const auto inside = apply(Clamp{-800, 40}, x), e = num::exp(inside), sum = e * (e + 2) + 2;
      return mostly(e > constant(x, 1e-30),
                    e * ((e + 2) / sum + 4 * inside * ((1 + e) / sum) / sum),
                    [&] { return Silu::tail(1 + inside, inside); });
    }
  }
};

// y = x - tanh x, accurate near 0: tanh x = x / (1 + c) with the continued fraction
// c = x^2 / (3 + x^2 / (5 + ...)) (Lambert), so that y = x c / (1 + c).
struct Tanhshrink {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "tanhshrink";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    return mostly(num::abs(x) > constant(x, 2), x - num::tanh(x), [&] {
      const auto square = where(num::abs(x) > constant(x, 2), constant(x, 1), x * x);
      auto c = square / constant(x, terms<decltype(square)>);
      for (int n = terms<decltype(square)> - 2; n >= 3; n -= 2) c = square / (constant(x, n) + c);
      return x * c / (1 + c);
    });
  }
  auto local(const auto& x, const auto&) const {
    const auto t = apply(Tanh{}, x);
    return t * t;
  }
  template <class V>  // odd; numbers of 50 digits take more
  static constexpr int terms = requires {
    typename std::remove_cvref_t<V>::value_type;
  }
  ? 25 : 61;
};

// y = x / (1 + |x|)
struct Softsign {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "softsign";
  static constexpr Interval domain[] = {{-3, 3}};
  // for large x without a quotient of large numbers, whose slope would cancel
  auto value(const auto& x) const {
    return mostly(num::abs(x) < constant(x, 1e10), x / (1 + num::abs(x)), [&] {
      return 1 / (where(x < constant(x, 0), constant(x, -1), constant(x, 1)) + 1 / x);
    });
  }
  auto local(const auto& x, const auto&) const {
    const auto r = 1 / (1 + apply(Abs{}, x));
    return r * r;
  }
};

using OtherActivationsOps = List<Hardtanh, Hardswish, Mish, Tanhshrink, Softsign>;
GLASSGRAD_FAMILY(OtherActivationsOps)

// Throws ShapeError when low > high.
template <Traced X>
X hardtanh(const X& x, double low = -1, double high = 1) {
  if (low > high)
    throw ShapeError("hardtanh", join("low, ", low, ", is above high, ", high),
                     "Give the smaller bound first");
  return apply(Hardtanh{low, high}, x);
}
// x held within [0, 6]
template <Traced X>
X relu6(const X& x) {
  return apply(Hardtanh{0, 6}, x);
}
// (x + 3) / 6 held within [0, 1]
template <Traced X>
X hardsigmoid(const X& x) {
  return relu6(x + 3) / 6;
}
template <Traced X>
X hardswish(const X& x) {
  return apply(Hardswish{}, x);
}
template <Traced X>
X mish(const X& x) {
  return apply(Mish{}, x);
}
// x where |x| > limit, 0 elsewhere
template <Traced X>
X hardshrink(const X& x, double limit = 0.5) {
  return where(abs(x) <= limit, 0, x);
}
// x moved by `limit` towards 0, not past it. Throws ShapeError for a negative limit.
template <Traced X>
X softshrink(const X& x, double limit = 0.5) {
  if (!(limit >= 0)) throw ShapeError("softshrink", join("the limit is ", limit), "Give 0 or more");
  return where(x > limit, x - limit, where(x < -limit, x + limit, where(x == x, 0, x)));
}
// x - tanh x
template <Traced X>
X tanhshrink(const X& x) {
  return apply(Tanhshrink{}, x);
}
// x / (1 + |x|)
template <Traced X>
X softsign(const X& x) {
  return apply(Softsign{}, x);
}
// x for x > 0, alpha (e^(x / alpha) - 1) otherwise (Barron 2017). Throws ShapeError for alpha 0.
template <Traced X>
X celu(const X& x, double alpha = 1) {
  if (alpha == 0) throw ShapeError("celu", "alpha is 0", "Give another number");
  return alpha * elu(x / alpha);
}
// 1.0507 elu(x, 1.6733): keeps mean 0 and variance 1 (Klambauer et al. 2017)
template <Traced X>
X selu(const X& x) {
  return 1.0507009873554804934 * elu(x, 1.6732632423543772848);
}
// x where x > limit, `otherwise` elsewhere
template <Traced X>
X threshold(const X& x, double limit, double otherwise) {
  return where(x <= limit, otherwise, x);
}
// In evaluation: leaky_relu with the mean of the two slopes
template <Traced X>
X rrelu(const X& x, double lower = 1.0 / 8, double upper = 1.0 / 3) {
  return leaky_relu(x, (lower + upper) / 2);
}
// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, the approximation of gelu. (1 + tanh u) / 2 is
// sigmoid(2 u), which is accurate far below 0. Beyond 30 it is 0 or 1; x^3 could overflow, and
// infinity times 0 is NaN.
template <Traced X>
X gelu_tanh(const X& x) {
  const X near = clamp(x, -30, 30), cube = near * near * near;
  const X share = sigmoid((near + 0.044715 * cube) * (2 * std::sqrt(2 / std::numbers::pi)));
  return where(x > 30, x, near * share);
}
// ln(1 + e^(beta x)) / beta. Throws ShapeError unless beta > 0.
template <Traced X>
X softplus(const X& x, double beta) {
  if (!(beta > 0)) throw ShapeError("softplus", join("beta is ", beta), "Give a number above 0");
  return softplus(x * beta) / beta;
}
// softmax(-x)
template <Traced X>
X softmin(const X& x, Axes axes = -1) {
  return in_the_name_of("softmin", [&] { return softmax(-x, axes); });
}
// a sigmoid(b), the two halves of x along an axis (Dauphin et al. 2017). Throws ShapeError for an
// odd size.
template <Traced X>
X glu(const X& x, Axis axis = -1) {
  const int at = checked_axis("glu", axis, x.shape().rank());
  const std::int64_t size = x.shape()[at];
  if (size % 2 != 0)
    throw ShapeError("glu", join("axis ", axis, " of ", x.shape(), " has size ", size),
                     "Give an axis of even size");
  return slice(x, at, 0, size / 2) * sigmoid(slice(x, at, size / 2));
}

}  // namespace glassgrad

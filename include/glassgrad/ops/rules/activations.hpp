// The activations of the slides and other common ones, elementwise.
#pragma once

#include "glassgrad/kernels/special.hpp"
#include "glassgrad/ops/rules/functions.hpp"

namespace glassgrad {

// y = 1 / (1 + e^-x)
struct Sigmoid {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sigmoid";
  static constexpr Interval domain[] = {{-3, 3}};
  // above 0 it is 1 minus the value at -x, with one rounding
  auto value(const auto& x) const {
    if constexpr (requires { num::Functions<std::remove_cvref_t<decltype(x)>>::sigmoid(x); }) {
      return num::Functions<std::remove_cvref_t<decltype(x)>>::sigmoid(x);
    } else {
      const auto e = num::exp(-num::abs(x)), below = e / (1 + e);
      return where(x < constant(x, 0), below, 1 - below);
    }
  }
  auto local(const auto&, const auto& y) const { return y * (1 - y); }
  // Equal to local, but exact where y is nearly 1: 1 - y has no digits left, y e^-x has.
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return constant(x, 0.25) * apply(SechSquared{}, constant(x, 0.5) * x);
    else
      return mostly(near(x, y), local(x, y), [&] { return far(num::exp(exponent(x)), y); });
  }
  auto near(const auto&, const auto& y) const { return y < constant(y, 0.93); }
  auto exponent(const auto& x) const { return -x; }
  auto far(const auto& e, const auto& y) const { return y * y * e; }
};

// y = max(x, 0); slope 0 at 0
struct Relu {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "relu";
  static constexpr Interval domain[] = {{-3, 3}};
  // in this order NaN stays NaN
  auto value(const auto& x) const { return where(x <= constant(x, 0), constant(x, 0), x); }
  auto local(const auto& x, const auto&) const {
    return where(x > constant(x, 0), constant(x, 1), constant(x, 0));
  }
};

// y = x for x > 0, slope x otherwise
struct LeakyRelu {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "leaky_relu";
  static constexpr Interval domain[] = {{-3, 3}};
  double slope = 0.01;
  auto value(const auto& x) const { return where(x > constant(x, 0), x, constant(x, slope) * x); }
  auto local(const auto& x, const auto&) const {
    return where(x > constant(x, 0), constant(x, 1), constant(x, slope));
  }
  auto text(const Formula& x) const { return Formula::call(name, {x, slope}); }
  static auto instances() { return std::array{LeakyRelu{}, LeakyRelu{0.3}}; }
};

// y = x for x > 0, a x otherwise; a is itself learnt
struct Prelu {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "prelu";
  static constexpr Interval domain[] = {{-3, 3}, {0.1, 0.5}};
  auto value(const auto& x, const auto& a) const { return where(x > constant(x, 0), x, a * x); }
  auto local(To<0>, const auto& x, const auto& a, const auto&) const {
    return where(x > constant(x, 0), constant(x, 1), a);
  }
  auto local(To<1>, const auto& x, const auto&, const auto&) const {
    return where(x > constant(x, 0), constant(x, 0), x);
  }
};

// y = x for x > 0, alpha (e^x - 1) otherwise
struct Elu {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "elu";
  static constexpr Interval domain[] = {{-3, 3}};
  double alpha = 1;
  auto value(const auto& x) const {
    return where(x > constant(x, 0), x, constant(x, alpha) * num::expm1(x));
  }
  auto local(const auto& x, const auto& y) const {
    return where(x > constant(x, 0), constant(x, 1), y + constant(x, alpha));
  }
  // alpha e^x, where y + alpha loses digits
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>) {
      const auto below = apply(Exp{}, apply(Clamp{.high = 0}, x));
      return where(x > constant(x, 0), constant(x, 1), constant(x, alpha) * below);
    } else {
      return mostly(near(x, y), local(x, y), [&] { return far(num::exp(exponent(x)), y); });
    }
  }
  auto near(const auto& x, const auto&) const { return x > constant(x, -2); }
  auto exponent(const auto& x) const { return x; }
  auto far(const auto& e, const auto&) const { return constant(e, alpha) * e; }
  auto text(const Formula& x) const { return Formula::call(name, {x, alpha}); }
  static auto instances() { return std::array{Elu{}, Elu{0.5}}; }
};

// y = ln(1 + e^x)
struct Softplus {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "softplus";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    return where(x <= constant(x, 0), constant(x, 0), x) + num::log1p(num::exp(-num::abs(x)));
  }
  auto local(const auto& x, const auto&) const { return apply(Sigmoid{}, x); }
};

// y = e^(-x^2), or with 1 for `halves` e^(-x^2 / 2): the slopes of erf and normal_cdf, exact in the
// tails, where the rounding of x^2 would show
struct Bell {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "bell";
  static constexpr Interval domain[] = {{-3, 3}};
  // x times a denormal number; the second derivative's roots are 1 and 1 / sqrt 2
  static constexpr Ulp ulp{.denormals = 64, .near_roots = true};
  int halves = 2;
  auto value(const auto& x) const { return num::bell(x, halves); }
  auto local(const auto& x, const auto& y) const { return constant(x, -halves) * (x * y); }
  // beyond 100 y is 0, and the largest number times halves has no product with it
  auto slope(const auto& x, const auto& y) const {
    return constant(x, -halves) * (apply(Clamp{-100, 100}, x) * y);
  }
  Formula text(const Formula& x) const {
    return Formula::call("exp", {halves == 2 ? -(x * x) : -(x * x) / 2});
  }
  static auto instances() { return std::array{Bell{2}, Bell{1}}; }
};

// y = (1 + erf(x / sqrt 2)) / 2, the normal CDF, exact in its negative tail
struct NormalCdf {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "normal_cdf";
  static constexpr Ulp ulp{.value = 6,
                           .denormals = 64};  // e^(-x^2 / 2) is denormal a little earlier
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::normal_cdf(x); }
  auto local(const auto& x, const auto&) const {
    return apply(Exp{}, constant(x, -0.5) * (x * x)) * apply(Rsqrt{}, constant(x, 2) * pi(x));
  }
  auto slope(const auto& x, const auto&) const { return density(x); }
  // e^(-x^2 / 2) / sqrt(2 pi)
  static auto density(const auto& x) {
    return constant(x, 0.39894228040143267794) * apply(Bell{1}, x);
  }
  static auto pi(const auto& x) { return constant(x, 4) * apply(Atan{}, constant(x, 1)); }
  static Formula pi(const Formula&) { return Formula::symbol("pi"); }
};

// y = x normal_cdf(x) (Hendrycks and Gimpel 2016, the exact form)
struct Gelu {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "gelu";
  static constexpr Ulp ulp{.value = 8, .denormals = 64, .near_roots = true};  // as normal_cdf
  static constexpr Interval domain[] = {{-3, 3}};
  // below -40 the CDF underflows, and -inf times 0 is NaN
  auto value(const auto& x) const {
    return where(x < constant(x, -40), constant(x, 0), x * NormalCdf{}.value(x));
  }
  auto local(const auto& x, const auto&) const {
    return apply(NormalCdf{}, x) + x * NormalCdf{}.local(x, x);
  }
  // beyond 40 the density is 0, and infinity times 0 is NaN
  auto slope(const auto& x, const auto&) const {
    const auto inside = apply(Clamp{-40, 40}, x);
    return apply(NormalCdf{}, x) + inside * NormalCdf::density(inside);
  }
};

// y = x sigmoid(x), also called swish
struct Silu {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "silu";
  static constexpr Ulp ulp{.near_roots = true};  // its slope's is -1.278
  static constexpr Interval domain[] = {{-3, 3}};
  // below -800 e^x underflows, and -inf / inf is NaN
  auto value(const auto& x) const {
    const auto e = num::exp(-x);
    return mostly(e < constant(x, 1e30), x / (1 + e), [&] { return tail(x, x); });
  }
  auto local(const auto& x, const auto&) const {
    const auto s = apply(Sigmoid{}, x);
    return s + x * s * (1 - s);
  }
  // 1 - s is e^-x s, which keeps its digits
  auto slope(const auto& x, const auto&) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>) {
      const auto inside = held(x), s = apply(Sigmoid{}, inside);
      return s + inside * Sigmoid{}.slope(inside, s);
    } else {
      const auto e = num::exp(-x), s = 1 / (1 + e);
      return mostly(num::abs(x) < constant(x, 68), s + x * s * (e * s),
                    [&] { return where(x > constant(x, 0), constant(x, 1), tail(1 + x, x)); });
    }
  }
  // beyond 800 the sigmoid is 0 or 1, and infinity times 0 is NaN
  static auto held(const auto& x) { return apply(Clamp{-800, 800}, x); }
  // factor e^x, where e^x may be denormal and the product is not; 0 at -infinity
  static auto tail(const auto& factor, const auto& x) {
    const auto root = num::exp(constant(x, 0.5) * x);
    return where(x < constant(x, -800), constant(x, 0), factor * root * root);
  }
};

// y = 1 for x >= 0, 0 otherwise; slope 0 everywhere
struct Step {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "step";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    return where(x >= constant(x, 0), constant(x, 1), where(x == x, constant(x, 0), x));
  }
  auto local(const auto& x, const auto&) const { return constant(x, 0); }
};

using ActivationsOps =
    List<Sigmoid, Relu, LeakyRelu, Prelu, Elu, Softplus, NormalCdf, Gelu, Silu, Step, Bell>;
GLASSGRAD_FAMILY(ActivationsOps)

template <Traced X>
X sigmoid(const X& x) {
  return apply(Sigmoid{}, x);
}
template <Traced X>
X relu(const X& x) {
  return apply(Relu{}, x);
}
template <Traced X>
X leaky_relu(const X& x, double slope = 0.01) {
  return apply(LeakyRelu{slope}, x);
}
template <class A, class B>
requires Operands<A, B>
auto prelu(const A& x, const B& a) { return apply(Prelu{}, x, a); }
template <Traced X>
X elu(const X& x, double alpha = 1) {
  return apply(Elu{alpha}, x);
}
template <Traced X>
X softplus(const X& x) {
  return apply(Softplus{}, x);
}
template <Traced X>
X normal_cdf(const X& x) {
  return apply(NormalCdf{}, x);
}
template <Traced X>
X gelu(const X& x) {
  return apply(Gelu{}, x);
}
template <Traced X>
X silu(const X& x) {
  return apply(Silu{}, x);
}
template <Traced X>
X step(const X& x) {
  return apply(Step{}, x);
}

}  // namespace glassgrad

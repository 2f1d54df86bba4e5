// Special functions, elementwise: the error functions and the normal quantile, the gamma function's
// logarithm and its derivatives, modified Bessel functions. Sources: Abramowitz and Stegun 1964,
// chapters 6, 7 and 9. Next: logarithms.hpp.
#pragma once

#include <cstdlib>
#include <numbers>

#include "glassgrad/ops/rules/activations.hpp"

namespace glassgrad {

// Constants that texts show as symbols.
struct Known {
  static auto pi(const auto& x) { return constant(x, std::numbers::pi); }
  static Formula pi(const Formula&) { return Formula::symbol("pi"); }
};

// y = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x
struct Erf {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "erf";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::erf(x); }
  auto local(const auto& x, const auto&) const {
    return 2 * apply(Rsqrt{}, Known::pi(x)) * apply(Exp{}, -(x * x));
  }
  auto slope(const auto& x, const auto&) const {
    return constant(x, std::numbers::inv_sqrtpi * 2) * apply(Bell{}, x);
  }
};

// y = 1 - erf x, exact where erf is nearly 1
struct Erfc {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "erfc";
  // e^(-x^2), two polynomials, their ratio and the product each add about 1
  static constexpr Ulp ulp{.value = 6};
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::erfc(x); }
  auto local(const auto& x, const auto&) const {
    return constant(x, -2) * apply(Rsqrt{}, Known::pi(x)) * apply(Exp{}, -(x * x));
  }
  auto slope(const auto& x, const auto&) const {
    return constant(x, std::numbers::inv_sqrtpi * -2) * apply(Bell{}, x);
  }
};

// erf y = x; infinite at -1 and 1, NaN beyond
struct Erfinv {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "erfinv";
  static constexpr Interval domain[] = {{-0.9, 0.9}};
  auto value(const auto& x) const { return num::erfinv(x); }
  auto local(const auto& x, const auto& y) const {
    return apply(Sqrt{}, Known::pi(x)) * apply(Exp{}, y * y) / 2;
  }
  // the rounding of y is multiplied by 2 y
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return local(x, y);
    else
      return num::erfinv_slope(x, y);
  }
};

// normal_cdf(y) = x; infinite at 0 and 1, NaN beyond. Exact near 0 too.
struct NormalQuantile {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "normal_quantile";
  // the second derivative comes from e^(y^2 / 2) of a rounded y
  static constexpr Ulp ulp{.second = 8192};
  static constexpr Interval domain[] = {{0.05, 0.95}};
  auto value(const auto& x) const { return num::normal_quantile(x); }
  auto local(const auto& x, const auto& y) const {
    return apply(Sqrt{}, 2 * Known::pi(x)) * apply(Exp{}, y * y / 2);
  }
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return local(x, y);
    else
      return num::normal_quantile_slope(x, y);
  }
};

// y = ln normal_cdf(x), accurate where the CDF is nearly 1 and where it underflows: there by its
// asymptotic series (Abramowitz and Stegun 1964, 26.2.12).
struct LogNormalCdf {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "log_normal_cdf";
  // second: -h (x + h) for its slope h, which is nearly -x before the series takes over
  static constexpr Ulp ulp{.value = 8, .second = 2048, .denormals = 64};
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    using V = std::remove_cvref_t<decltype(x)>;
    if constexpr (requires { num::Special<V>::log_normal_cdf(x); }) {
      return num::Special<V>::log_normal_cdf(x);  // to all its digits
    } else {
      const auto edge = constant(x, far_out(x));
      const auto held = where(x < edge, edge, x), far = where(x < edge, x, edge);
      // 0 + ...: a zero without sign, also if log1p returns -0
      const auto above = constant(x, 0) + num::log1p(-NormalCdf{}.value(-held));
      const auto near = where(x > constant(x, 0), above, num::log(NormalCdf{}.value(held)));
      const auto root = constant(x, 0.91893853320467274178);  // ln sqrt(2 pi)
      const auto tail =
          num::log(series(far)) - num::log(-far) - far * (far / constant(x, 2)) - root;
      return where(x < edge, tail, near);
    }
  }
  auto local(const auto& x, const auto& y) const {
    return apply(Exp{}, constant(x, -0.5) * (x * x) - y) * apply(Rsqrt{}, 2 * Known::pi(x));
  }
  // density / CDF; by the series where both underflow
  auto slope(const auto& x, const auto&) const {
    const auto edge = constant(x, far_out(x));
    const auto held = where(x < edge, edge, x), far = where(x < edge, x, edge);
    return where(x < edge, beyond(far), NormalCdf::density(held) / apply(NormalCdf{}, held));
  }
  // -x / series(x) as -x - rest: so its derivative at -infinity is -1, where that of the quotient
  // is infinity less infinity
  static auto beyond(const auto& x) {
    const auto r = constant(x, 1) / x, sum = inner(r * r);
    return -x - r * (sum / (constant(x, 1) - r * r * sum));
  }
  // -x normal_cdf(x) / density(x) = 1 - s + 3 s^2 - 15 s^3 + ... for s = 1 / x^2
  static auto series(const auto& x) {
    const auto s = constant(x, 1) / (x * x);
    return constant(x, 1) - s * inner(s);
  }
  static auto inner(const auto& s) {  // 1 - 3 s + 15 s^2 - ...
    auto sum = constant(s, 1);
    for (int k = 27; k > 1; k -= 2) sum = constant(s, 1) - constant(s, k) * s * sum;
    return sum;
  }
  // where the series is exact, and the CDF still a normal number
  template <class V>
  static constexpr double far_out(const V&) {
    if constexpr (requires { typename V::value_type; })
      return sizeof(typename V::value_type) == sizeof(float) ? -12 : -14;
    else if constexpr (requires { typename V::Number; })
      return sizeof(typename V::Number) == sizeof(float) ? -12 : -14;
    else
      return -14;
  }
};

// The order-th derivative of digamma, order >= 1
struct Polygamma {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "polygamma";
  // Boost.Math's sums near 0, of high orders; below 0 by reflection
  static constexpr Ulp ulp{.value = 16, .local = 16, .near_roots = true};
  static constexpr Interval domain[] = {{0.6, 3}};
  int order = 1;
  void check() const {  // throws ShapeError
    if (order < 1 || order > 1001)
      throw ShapeError(name, "the order is " + std::to_string(order), "Give 1 to 1001");
  }
  auto value(const auto& x) const { return num::polygamma(x, order); }
  auto local(const auto& x, const auto&) const { return apply(Polygamma{order + 1}, x); }
  Formula text(const Formula& x) const { return Formula::call(name, {x, order}); }
  static auto instances() { return std::array{Polygamma{1}, Polygamma{2}}; }
};

// The derivative of lgamma
struct Digamma {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "digamma";
  static constexpr Ulp ulp{.near_roots = true};  // roots below 0
  static constexpr Interval domain[] = {{0.6, 3}};
  auto value(const auto& x) const { return num::digamma(x); }
  auto local(const auto& x, const auto&) const { return apply(Polygamma{1}, x); }
};

// y = ln |gamma(x)|; gamma(n) is (n - 1)!
struct Lgamma {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "lgamma";
  static constexpr Ulp ulp{.near_roots = true};  // between the whole numbers below -2
  static constexpr Interval domain[] = {{0.4, 3}};
  auto value(const auto& x) const { return num::lgamma(x); }
  auto local(const auto& x, const auto&) const { return apply(Digamma{}, x); }
};

// The modified Bessel function of the first kind, of a whole order >= 0.
// I_n' = (I_(n-1) + I_(n+1)) / 2, and I_(-1) = I_1.
struct BesselI {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "bessel_i";
  static constexpr Interval domain[] = {{-3, 3}};
  int order = 0;
  void check() const {  // throws ShapeError
    if (order < 0 || order > 1001)
      throw ShapeError(name, "the order is " + std::to_string(order), "Give 0 to 1001");
  }
  auto value(const auto& x) const { return num::bessel_i(x, order); }
  auto local(const auto& x, const auto&) const {
    return (apply(BesselI{std::abs(order - 1)}, x) + apply(BesselI{order + 1}, x)) / 2;
  }
  // the sum may overflow where its half does not
  auto slope(const auto& x, const auto&) const {
    return constant(x, 0.5) * apply(BesselI{std::abs(order - 1)}, x) +
           constant(x, 0.5) * apply(BesselI{order + 1}, x);
  }
  Formula text(const Formula& x) const { return Formula::call(name, {x, order}); }
  static auto instances() { return std::array{BesselI{0}, BesselI{1}, BesselI{2}}; }
};

using SpecialOps =
    List<Erf, Erfc, Erfinv, NormalQuantile, LogNormalCdf, Polygamma, Digamma, Lgamma, BesselI>;
GLASSGRAD_FAMILY(SpecialOps)

template <Traced X>
X erf(const X& x) {
  return apply(Erf{}, x);
}
template <Traced X>
X erfc(const X& x) {
  return apply(Erfc{}, x);
}
template <Traced X>
X erfinv(const X& x) {
  return apply(Erfinv{}, x);
}
template <Traced X>
X normal_quantile(const X& x) {
  return apply(NormalQuantile{}, x);
}
// PyTorch's log_ndtr
template <Traced X>
X log_normal_cdf(const X& x) {
  return apply(LogNormalCdf{}, x);
}
template <Traced X>
X lgamma(const X& x) {
  return apply(Lgamma{}, x);
}
template <Traced X>
X digamma(const X& x) {
  return apply(Digamma{}, x);
}
// Each derivative raises the order by one, and the time may grow with it.
inline constexpr int most_order = 1000;

// order 0 is digamma itself. Throws ShapeError for a negative order, or one above most_order.
template <Traced X>
X polygamma(const X& x, Integer order) {
  const std::int64_t n = order.in("polygamma", "the order", {0, most_order});
  return n == 0 ? digamma(x) : apply(Polygamma{int(n)}, x);  // fits: looked at
}
// Throws ShapeError for a negative order, or one above most_order.
template <Traced X>
X bessel_i(const X& x, Integer order) {
  const std::int64_t n = order.in("bessel_i", "the order", {0, most_order});
  return apply(BesselI{int(n)}, x);  // fits: looked at
}

}  // namespace glassgrad

// Logarithms to other bases, products and sums with logarithms that stay exact at their limits.
// Elementwise. sin(pi x) / (pi x) is in sinc.hpp.
#pragma once

#include <cmath>

#include "glassgrad/array/named.hpp"
#include "glassgrad/ops/rules/sinc.hpp"

namespace glassgrad {

// y = ln x / ln 2, exact at powers of 2
struct Log2 {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "log2";
  static constexpr Interval domain[] = {{0.2, 3}};
  auto value(const auto& x) const { return num::log2(x); }
  auto local(const auto& x, const auto&) const { return 1 / (x * apply(Log{}, constant(x, 2))); }
  auto slope(const auto& x, const auto&) const { return constant(x, std::numbers::log2e) / x; }
};

// y = ln x / ln 10, exact at powers of 10
struct Log10 {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "log10";
  static constexpr Interval domain[] = {{0.2, 3}};
  auto value(const auto& x) const { return num::log10(x); }
  auto local(const auto& x, const auto&) const { return 1 / (x * apply(Log{}, constant(x, 10))); }
  auto slope(const auto& x, const auto&) const { return constant(x, std::numbers::log10e) / x; }
};

// y = 2^x
struct Exp2 {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "exp2";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::exp2(x); }
  auto local(const auto& x, const auto& y) const { return y * apply(Log{}, constant(x, 2)); }
  // y may be infinite where it is not
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return y * constant(x, std::numbers::ln2);
    else
      return mostly(clear_of_the_ends(y) || y < constant(y, 1), y * constant(x, std::numbers::ln2),
                    [&] { return num::exp2(x - 1) * constant(x, 2 * std::numbers::ln2); });
  }
};

// y = ln(x / (1 - x)), exact near 1/2 and near 0
struct Logit {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "logit";
  static constexpr Ulp ulp{.near_roots = true};  // that of the second derivative, 1/2
  static constexpr Interval domain[] = {{0.1, 0.9}};
  auto value(const auto& x) const {
    return where(num::abs(x - constant(x, 0.5)) < constant(x, 0.25),
                 num::log1p((2 * x - 1) / (1 - x)), num::log(x / (1 - x)));
  }
  auto local(const auto& x, const auto&) const { return 1 / (x * (1 - x)); }
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return 1 / x + 1 / (1 - x);  // whose slope near 0 is -1 / x^2, however large
    else
      return local(x, y);
  }
};

// y = a ln b, and 0 where a is 0
struct Xlogy {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "xlogy";
  static constexpr Interval domain[] = {{-3, 3}, {0.2, 3}};
  auto value(const auto& a, const auto& b) const {
    return where(a == constant(a, 0), where(b == b, constant(a, 0), b), a * num::log(b));
  }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return where(a == constant(a, 0), where(b <= constant(b, 0), constant(a, 0), apply(Log{}, b)),
                 apply(Log{}, b));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return where(b == constant(b, 0), where(a == constant(a, 0), a, a / b), a / b);
  }
  // The same with the `where` inside: in a branch not taken the slope of 1 / b may be infinite.
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const {
    const auto one = constant(b, 1);
    return apply(Log{}, where(b <= constant(b, 0), where(a == constant(a, 0), one, b), b));
  }
  auto slope(To<1>, const auto& a, const auto& b, const auto&) const {
    return a / where(b == constant(b, 0), where(a == constant(a, 0), constant(b, 1), b), b);
  }
};

// y = a ln(1 + b), and 0 where a is 0
struct Xlog1py {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "xlog1py";
  static constexpr Interval domain[] = {{-3, 3}, {-0.8, 3}};
  auto value(const auto& a, const auto& b) const {
    return where(a == constant(a, 0), where(b == b, constant(a, 0), b), a * num::log1p(b));
  }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return where(a == constant(a, 0),
                 where(b <= constant(b, -1), constant(a, 0), apply(Log1p{}, b)), apply(Log1p{}, b));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return where(b == constant(b, -1), where(a == constant(a, 0), a, a / (1 + b)), a / (1 + b));
  }
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const {  // see Xlogy
    const auto zero = constant(b, 0);
    return apply(Log1p{}, where(b <= constant(b, -1), where(a == zero, zero, b), b));
  }
  auto slope(To<1>, const auto& a, const auto& b, const auto&) const {
    return a / (1 + where(b == constant(b, -1), where(a == constant(a, 0), constant(b, 0), b), b));
  }
};

// y = -x ln x, a term of an entropy; 0 at 0, -inf below
struct Entr {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "entr";
  static constexpr Ulp ulp{.near_roots = true};  // its slope's is 1 / e
  static constexpr Interval domain[] = {{0.1, 3}};
  auto value(const auto& x) const {
    return where(x == constant(x, 0), constant(x, 0),
                 where(x < constant(x, 0), constant(x, -std::numeric_limits<double>::infinity()),
                       constant(x, -1) * x * num::log(x)));
  }
  auto local(const auto& x, const auto&) const { return constant(x, -1) - apply(Log{}, x); }
};

// y = ln(e^a + e^b)
struct Logaddexp {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "logaddexp";
  // roots where e^a + e^b = 1; second: the rounding of a - b is compensated in the slope alone
  static constexpr Ulp ulp{.second = 1024, .near_roots = true};
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const {
    return where(a == b, a + num::log(constant(a, 2)),
                 where(a > b, a + num::log1p(num::exp(b - a)), b + num::log1p(num::exp(a - b))));
  }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return apply(Sigmoid{}, gap(a, b));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return apply(Sigmoid{}, gap(b, a));
  }
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const { return weight(a, b); }
  auto slope(To<1>, const auto& a, const auto& b, const auto&) const { return weight(b, a); }
  // The rounding of a - b would be a relative error of the slope: it is compensated.
  static auto weight(const auto& a, const auto& b) {
    const auto d = gap(a, b), s = apply(Sigmoid{}, d);
    if constexpr (Traced<std::remove_cvref_t<decltype(a)>>) {
      return s;
    } else {
      const auto t = d - a, lost = (a - (d - t)) - (b + t);  // NaN next to an infinity
      return where(num::abs(lost) < constant(a, 1000), s + lost * Sigmoid{}.slope(d, s), s);
    }
  }
  // a - b, and 0 for equal infinities: each has half of the slope
  static auto gap(const auto& a, const auto& b) {
    const auto infinity = constant(a, std::numeric_limits<double>::infinity());
    return where(apply(Abs{}, a) == infinity, where(a == b, constant(a, 0), a - b), a - b);
  }
  static Formula gap(const Formula& a, const Formula& b) { return a - b; }
};

using LogarithmsOps = List<Log2, Log10, Exp2, Logit, Xlogy, Xlog1py, Entr, Logaddexp, Hypot, Sinc>;
GLASSGRAD_FAMILY(LogarithmsOps)

template <Traced X>
X log2(const X& x) {
  return apply(Log2{}, x);
}
template <Traced X>
X log10(const X& x) {
  return apply(Log10{}, x);
}
template <Traced X>
X exp2(const X& x) {
  return apply(Exp2{}, x);
}
template <Traced X>
X logit(const X& x) {
  return apply(Logit{}, x);
}
// The same of x held in [eps, 1 - eps]; slope 0 beyond. Throws ShapeError when eps is not in
// [0, 0.5].
template <Traced X>
X logit(const X& x, double eps) {
  if (!(eps >= 0 && eps <= 0.5))
    throw ShapeError("logit", join("eps is ", eps), "Give a number from 0 to 0.5");
  return logit(clamp(x, eps, 1 - eps));
}
template <class A, class B>
requires Operands<A, B>
auto xlogy(const A& a, const B& b) { return apply(Xlogy{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto xlog1py(const A& a, const B& b) { return apply(Xlog1py{}, a, b); }
template <Traced X>
X entr(const X& x) {
  return apply(Entr{}, x);
}
template <class A, class B>
requires Operands<A, B>
auto logaddexp(const A& a, const B& b) { return apply(Logaddexp{}, a, b); }
// log2(2^a + 2^b)
template <class A, class B>
requires Operands<A, B>
auto logaddexp2(const A& a, const B& b) {
  return in_the_name_of("logaddexp2", [&] {
    return logaddexp(a * std::numbers::ln2, b * std::numbers::ln2) / std::numbers::ln2;
  });
}
template <class A, class B>
requires Operands<A, B>
auto hypot(const A& a, const B& b) { return apply(Hypot{}, a, b); }
template <Traced X>
X sinc(const X& x) {
  return apply(Sinc{}, x);
}
// ln sigmoid(x), exact far out
template <Traced X>
X log_sigmoid(const X& x) {
  return -softplus(-x);
}

}  // namespace glassgrad

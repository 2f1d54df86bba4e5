// Powers, roots, exponentials and logarithms, elementwise.
#pragma once

#include "glassgrad/ops/rules/compare.hpp"

namespace glassgrad {

// y = a^b, both nodes. A negative base has no real derivative with respect to its exponent: NaN.
struct Pow {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "pow";
  // second derivatives: the rounding of b - 1 times ln a, and 1 + b ln a near its root; on the way
  // powers may be infinite, or denormal and multiplied by b
  static constexpr Ulp ulp{.second = 16384, .denormals = 4096, .second_overflows = true};
  static constexpr Interval domain[] = {{0.3, 3}, {-2, 2}};
  auto value(const auto& a, const auto& b) const { return num::pow(a, b); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    return where(b == constant(b, 0), constant(b, 0), b * apply(Pow{}, a, b - 1));
  }
  auto local(To<1>, const auto& a, const auto& b, const auto& y) const;
  auto slope(To<0>, const auto& a, const auto& b, const auto& y) const {
    const auto zero = constant(b, 0);
    if constexpr (Traced<std::remove_cvref_t<decltype(a)>>) {
      const auto usual = b * apply(Pow{}, a, b - 1);
      return where(b == zero, where(a == zero, zero, usual), usual);
    } else {
      // a quotient that is infinite may be a number times b
      const auto near = where(num::abs(b) < constant(b, 1), b * (y / a), b * y / a);
      return mostly(clear_of_the_ends(y) && clear_of_the_ends(a) && near - near == zero, near, [&] {
        const auto size = scaled(b, num::abs(a), b);
        const auto odd = y < zero || 1 / y < zero;  // a^(b - 1) has the other sign, NaN has none
        const auto below = where(y == y, where(odd, size, -size), y);
        return where(b == zero, zero, where(a < zero, below, size));
      });
    }
  }
  // factor * a^(b - 1), a >= 0, whose power alone may be infinite or denormal: it is multiplied by
  // its root twice. b - 1 may be rounded, an error that ln a multiplies.
  static auto scaled(const auto& factor, const auto& a, const auto& b) {
    const auto less = b - 1, root = num::pow(a, constant(b, 0.5) * less);
    const auto moved = less - b, lost = (b - (less - moved)) - (1 + moved);  // b - 1 - less
    const auto more = lost * num::log(a);  // none at 0 and infinity
    const auto rest = where(num::abs(more) < constant(b, 1), 1 + more, constant(b, 1));
    // of a huge b the factor may be infinite where the power is 0
    return where(root == constant(b, 0), root, factor * (rest * root) * root);
  }
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const;
  auto text(const Formula& a, const Formula& b) const {
    return Formula::infix("^", strength::power, a, b);
  }
};

// y = x^exponent, a fixed number; x^0 is 1 with slope 0 everywhere
struct Power {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "power";
  static constexpr Interval domain[] = {{0.3, 3}};
  double exponent = 1;
  auto value(const auto& x) const {
    if (exponent == 2) return x * x;
    if (exponent == 3) return x * x * x;
    return num::pow(x, constant(x, exponent));
  }
  auto local(const auto& x, const auto&) const {
    return constant(x, exponent) * apply(Power{exponent == 0 ? 0 : exponent - 1}, x);
  }
  auto text(const Formula& x) const {
    if (exponent == 1) return x;
    if (exponent == -1) return 1 / x;
    if (exponent < 0) return 1 / Formula::infix("^", strength::power, x, -exponent);
    return Formula::infix("^", strength::power, x, exponent);
  }
  static auto instances() {
    return std::array{Power{3}, Power{-1.5}, Power{0.5}, Power{0}, Power{2}};
  }
};

// y = x^2
struct Square {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "square";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return x * x; }
  auto local(const auto& x, const auto&) const { return 2 * x; }
  auto text(const Formula& x) const { return Formula::infix("^", strength::power, x, 2); }
};

// y = x^(1/2)
struct Sqrt {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sqrt";
  static constexpr Interval domain[] = {{0.2, 3}};
  auto value(const auto& x) const { return num::sqrt(x); }
  auto local(const auto& x, const auto& y) const { return constant(x, 0.5) / y; }
};

// y = x^(-1/2)
struct Rsqrt {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "rsqrt";
  static constexpr Interval domain[] = {{0.2, 3}};
  auto value(const auto& x) const { return 1 / num::sqrt(x); }
  auto local(const auto& x, const auto& y) const { return constant(x, -0.5) * y / x; }
};

// y = 1/x
struct Reciprocal {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "reciprocal";
  static constexpr Interval domain[] = {{0.4, 3}};
  auto value(const auto& x) const { return 1 / x; }
  auto local(const auto&, const auto& y) const { return -y * y; }
  auto text(const Formula& x) const { return 1 / x; }
};

// y = e^x
struct Exp {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "exp";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::exp(x); }
  auto local(const auto&, const auto& y) const { return y; }
};

// y = e^x - 1, exact near 0
struct Expm1 {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "expm1";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return num::expm1(x); }
  auto local(const auto&, const auto& y) const { return y + 1; }
  auto slope(const auto& x, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(x)>>)
      return apply(Exp{}, x);
    else
      return mostly(y > constant(y, -0.5), y + 1, [&] { return num::exp(x); });
  }
};

// y = ln x
struct Log {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "log";
  static constexpr Interval domain[] = {{0.2, 3}};
  auto value(const auto& x) const { return num::log(x); }
  auto local(const auto& x, const auto&) const { return 1 / x; }
};

// y = ln(1 + x), exact near 0
struct Log1p {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "log1p";
  static constexpr Interval domain[] = {{-0.8, 3}};
  auto value(const auto& x) const { return num::log1p(x); }
  auto local(const auto& x, const auto&) const { return 1 / (1 + x); }
};

// y = a^b (ln a)^order, the order-th derivative of pow to its exponent; 0 where a = 0 and b >= 0.
// As an op its derivative is right where a^b is 0 or infinite and a^b / a is not.
struct PowLog {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "pow_log";
  // slopes have a root where b ln a = -order; as pow's, its second derivatives may be infinite on
  // the way, or products of denormal numbers
  static constexpr Ulp ulp{
      .second = 4096, .denormals = 4096, .near_roots = true, .second_overflows = true};
  static constexpr Interval domain[] = {{0.3, 3}, {-2, 2}};
  int order = 1;
  void check() const {  // throws ShapeError
    if (order < 1 || order > 1001)
      throw ShapeError(name, "the order is " + std::to_string(order), "Give 1 to 1001");
  }
  auto value(const auto& a, const auto& b) const { return of_power(a, b, num::pow(a, b)); }
  // The same where y = a^b is there already: it may be infinite, or have lost digits.
  auto of_power(const auto& a, const auto& b, const auto& y) const {
    const auto logs = power(num::log(a), order);
    return held(a, b, mostly(clear_of_the_ends(y), y * logs, [&] {
                  const auto root = num::pow(a, constant(b, 0.5) * b);
                  return root * logs * root;
                }));
  }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    const auto lower = [&] {
      return order == 1 ? apply(Pow{}, a, b - 1) : apply(PowLog{order - 1}, a, b - 1);
    };
    return b * apply(PowLog{order}, a, b - 1) + constant(b, order) * lower();
  }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return apply(PowLog{order + 1}, a, b);
  }
  // (b ln a + order) (ln a)^(order - 1) a^(b - 1)
  auto slope(To<0>, const auto& a, const auto& b, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(a)>>) {
      return local(To<0>{}, a, b, y);
    } else {
      const auto log = num::log(a), whole = num::pow(a, b), less = whole / a;
      const auto factor = (b * log + constant(b, order)) * power(log, order - 1);
      const auto usual =
          clear_of_the_ends(whole) && clear_of_the_ends(a) && clear_of_the_ends(less);
      return held(a, b, mostly(usual, factor * less, [&] { return Pow::scaled(factor, a, b); }));
    }
  }
  auto text(const Formula& a, const Formula& b) const {
    const auto log = Formula::call("log", {a});
    const auto logs = order == 1 ? log : Formula::infix("^", strength::power, log, order);
    return Formula::infix("^", strength::power, a, b) * logs;
  }
  static auto instances() { return std::array{PowLog{1}, PowLog{2}}; }

 private:
  static auto power(const auto& x, int times) {
    auto y = constant(x, 1);
    for (; times > 0; --times) y = y * x;
    return y;
  }
  static auto held(const auto& a, const auto& b, const auto& y) {
    const auto zero = constant(b, 0);
    return where(a == zero, where(b >= zero, zero, y), y);
  }
};

auto Pow::local(To<1>, const auto& a, const auto& b, const auto& y) const {
  // 0^b is 0 for every b > 0: the slope there is 0, not 0 * -inf
  return where(a == constant(a, 0), where(b >= constant(b, 0), constant(b, 0), y * apply(Log{}, a)),
               y * apply(Log{}, a));
}
auto Pow::slope(To<1>, const auto& a, const auto& b, const auto& y) const {
  if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
    return apply(PowLog{}, a, b);
  else
    return PowLog{}.of_power(a, b, y);
}

using PowersOps = List<Pow, Power, Square, Sqrt, Rsqrt, Reciprocal, Exp, Expm1, Log, Log1p, PowLog>;
GLASSGRAD_FAMILY(PowersOps)

template <class A, class B>
requires Operands<A, B>
auto pow(const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<B>)
    return apply(Power{double(b)}, a);
  else
    return apply(Pow{}, a, b);
}
template <Traced X>
X square(const X& x) {
  return apply(Square{}, x);
}
template <Traced X>
X sqrt(const X& x) {
  return apply(Sqrt{}, x);
}
template <Traced X>
X rsqrt(const X& x) {
  return apply(Rsqrt{}, x);
}
template <Traced X>
X reciprocal(const X& x) {
  return apply(Reciprocal{}, x);
}
template <Traced X>
X exp(const X& x) {
  return apply(Exp{}, x);
}
template <Traced X>
X expm1(const X& x) {
  return apply(Expm1{}, x);
}
template <Traced X>
X log(const X& x) {
  return apply(Log{}, x);
}
template <Traced X>
X log1p(const X& x) {
  return apply(Log1p{}, x);
}

}  // namespace glassgrad

// + - * / and the sign, on nodes, plain numbers and formulas alike.
#pragma once

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"

namespace glassgrad {

// y = a - b
struct Sub {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "sub";
  static constexpr Neutral neutral{0, Stays::first};
  static constexpr Traits traits{.cheap = true};
  static constexpr SummedFrom summed_from[] = {SummedFrom::upstream, SummedFrom::negative};
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return a - b; }
  Unit local(To<0>, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto&, const auto& b, const auto&) const { return constant(b, -1); }
  auto text(const Formula& a, const Formula& b) const { return a - b; }
};

// y = a / b
struct Div {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "div";
  static constexpr Neutral neutral{1, Stays::first};
  static constexpr Traits traits{.divides = true};
  static constexpr Interval domain[] = {{-3, 3}, {0.4, 3}};
  auto value(const auto& a, const auto& b) const { return a / b; }
  auto local(To<0>, const auto&, const auto& b, const auto&) const { return 1 / b; }
  auto local(To<1>, const auto&, const auto& b, const auto& y) const { return -y / b; }
  // a denormal y has lost digits that y / b would need
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const {
    if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
      return -y / b;
    else
      return mostly(!is_denormal(y), -y / b, [&] {
        return constant(a, -1) * (a * constant(a, 0x1p64) / b / b * constant(a, 0x1p-64));
      });
  }
  auto text(const Formula& a, const Formula& b) const { return a / b; }
};

// y = -x
struct Neg {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "neg";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return constant(x, -1) * x; }  // -x of xsimd makes 0 of -0
  auto local(const auto& x, const auto&) const { return constant(x, -1); }
  auto text(const Formula& x) const { return -x; }
};

using ArithmeticOps = List<Sub, Div, Neg>;
GLASSGRAD_FAMILY(ArithmeticOps)

// Two operands of which at least one is traced; the other may be a plain number.
template <class A, class B>
concept Operands = (Traced<A> && (std::is_same_v<A, B> || std::is_arithmetic_v<B>)) ||
                   (Traced<B> && std::is_arithmetic_v<A>);

// Elementwise, with NumPy's broadcasting. Throw ShapeError when the shapes do not broadcast.
template <class A, class B>
requires Operands<A, B>
auto operator+(const A& a, const B& b) { return apply(Add{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto operator-(const A& a, const B& b) { return apply(Sub{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto operator*(const A& a, const B& b) { return apply(Mul{}, a, b); }
template <class A, class B>
requires Operands<A, B>
auto operator/(const A& a, const B& b) { return apply(Div{}, a, b); }
template <class T, class B>
Node<T>& operator+=(Node<T>& a, const B& b) {
  return a = a + b;
}
template <class T, class B>
Node<T>& operator-=(Node<T>& a, const B& b) {
  return a = a - b;
}
template <class T, class B>
Node<T>& operator*=(Node<T>& a, const B& b) {
  return a = a * b;
}
template <class T, class B>
Node<T>& operator/=(Node<T>& a, const B& b) {
  return a = a / b;
}
template <Traced X>
X operator-(const X& x) {
  return apply(Neg{}, x);
}
template <Traced X>
X operator+(const X& x) {
  return x;
}

}  // namespace glassgrad

// Ops of a user's own whose local gradients are wrong on purpose: a sign, a factor, two arguments
// swapped, an adjoint; and one that is right. One struct each, as extend.hpp promises.
#pragma once

#include "glassgrad/extend.hpp"

namespace glassgrad {

struct RightCube {  // y = x^3
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "right_cube";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return x * x * x; }
  auto local(const auto& x, const auto&) const { return 3 * x * x; }
};
struct WrongSign : RightCube {
  static constexpr std::string_view name = "wrong_sign";
  auto local(const auto& x, const auto&) const { return -3 * x * x; }
};
struct WrongFactor : RightCube {
  static constexpr std::string_view name = "wrong_factor";
  auto local(const auto& x, const auto&) const { return 2 * x * x; }
};
// Wrong by one part in ten thousand: what a glance at the numbers would miss.
struct SlightlyWrong : RightCube {
  static constexpr std::string_view name = "slightly_wrong";
  auto local(const auto& x, const auto&) const { return constant(x, 3.0003) * x * x; }
};
// Right for x <= 2, wrong beyond: single elements of a large array.
struct WrongBeyondTwo : RightCube {
  static constexpr std::string_view name = "wrong_beyond_two";
  auto local(const auto& x, const auto&) const {
    return where(x > constant(x, 2), constant(x, 0), 3 * x * x);
  }
};
struct Swapped {  // y = a^2 b
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "swapped";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return a * a * b; }
  auto local(To<0>, const auto& a, const auto&, const auto&) const { return a * a; }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const { return 2 * a * b; }
};
// Reverse mode is right and forward mode is not.
struct WrongPush {  // y = x^2
  using Kind = Custom<1>;
  static constexpr std::string_view name = "wrong_push";
  Shape shape(const Shape& x) const { return x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    for (std::int64_t i = 0; i < x.count(); ++i) y[i] = x[i] * x[i];
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return upstream * (2 * x);
  }
  auto push(const auto& x, const auto&, const auto& tangent) const { return tangent * (3 * x); }
};

}  // namespace glassgrad

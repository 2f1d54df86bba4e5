// hypot, its slope (a cosine) and atan2: right wherever the result is finite, even where squares
// overflow. Elementwise.
#pragma once

#include "glassgrad/kernels/special.hpp"
#include "glassgrad/ops/rules/powers.hpp"

namespace glassgrad {

// y = sqrt(a^2 + b^2) without overflow; slopes 0 at (0, 0)
struct Hypot {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "hypot";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::hypot(a, b); }
  auto local(To<0>, const auto& a, const auto&, const auto& y) const {
    return where(y == constant(y, 0), constant(y, 0), a / y);
  }
  auto local(To<1>, const auto&, const auto& b, const auto& y) const {
    return where(y == constant(y, 0), constant(y, 0), b / y);
  }
  // y may be infinite or denormal where its slopes are neither
  auto slope(To<0>, const auto& a, const auto& b, const auto& y) const { return cosine(a, b, y); }
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const { return cosine(b, a, y); }
  static auto cosine(const auto& a, const auto& b, const auto& y);
};

// y = a / sqrt(a^2 + b^2), the cosine of the angle at a; 0 at (0, 0). The slope of hypot: as an op
// its derivative does not cancel, as that of a / hypot(a, b) does. With q, the smaller side over
// the larger, it is 1 / sqrt(1 + q^2) or q / sqrt(1 + q^2).
struct Direction {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "direction";
  // its second derivatives are of the size of 1 / r^2, which may be infinite on the way
  static constexpr Ulp ulp{.near_roots = true, .second_overflows = true};
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const {
    const auto wide = num::abs(a) > num::abs(b);
    const auto q = where(wide, b / a, a / num::abs(b));
    const auto sign = where(a < constant(a, 0), constant(a, -1), constant(a, 1));
    const auto y = where(wide, sign, q) / num::sqrt(1 + q * q);
    return where(a == constant(a, 0), where(b == b, a, b), y);
  }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const {
    const auto other = apply(Direction{}, b, a);
    return other / held(apply(Hypot{}, a, b)) * other;
  }
  auto local(To<1>, const auto& a, const auto& b, const auto& y) const {
    return -(y / held(apply(Hypot{}, a, b))) * apply(Direction{}, b, a);
  }
  static auto held(const auto& r) { return where(r == constant(r, 0), constant(r, 1), r); }
  static Formula held(const Formula& r) { return r; }
  // A power of 2 that scales a and b so that their hypot is neither infinite nor denormal.
  static auto scale(const auto& a, const auto& b) {
    const auto size = where(num::abs(a) > num::abs(b), num::abs(a), num::abs(b));
    return where(size > constant(a, 1e30), constant(a, 0x1p-100),
                 where(size < constant(a, 1e-28), constant(a, 0x1p100), constant(a, 1)));
  }
};
auto Hypot::cosine(const auto& a, const auto& b, const auto& y) {
  if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
    return apply(Direction{}, a, b);
  else
    return mostly(y > constant(y, 1e-28) && y < constant(y, 1e30), a / y,
                  [&] { return Direction{}.value(a, b); });
}

// The angle of the point (b, a), in (-pi, pi]
struct Atan2 {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "atan2";
  // second derivatives: (a^2 - b^2) / r^4 near a = b, and 1 / r^2 may be infinite on the way
  static constexpr Ulp ulp{.near_roots = true, .second_overflows = true};
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::atan2(a, b); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const { return b / (a * a + b * b); }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return -a / (a * a + b * b);
  }
  // the squares may be infinite or 0
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const { return over_square(b, a); }
  auto slope(To<1>, const auto& a, const auto& b, const auto&) const { return -over_square(a, b); }
  // a / (a^2 + b^2)
  static auto over_square(const auto& a, const auto& b) {
    if constexpr (Traced<std::remove_cvref_t<decltype(a)>>) {
      return apply(Direction{}, a, b) / apply(Hypot{}, a, b);
    } else {
      const auto square = a * a + b * b;
      return mostly(square > constant(a, 1e-28) && square < constant(a, 1e30), a / square, [&] {
        const auto s = Direction::scale(a, b);
        return Direction{}.value(a, b) / num::hypot(a * s, b * s) * s;
      });
    }
  }
};

}  // namespace glassgrad

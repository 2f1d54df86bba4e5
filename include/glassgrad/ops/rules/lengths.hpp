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
  // r may be infinite or denormal
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const;
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const;
  static auto held(const auto& r) { return where(r == constant(r, 0), constant(r, 1), r); }
  static Formula held(const Formula& r) { return r; }
  // A power of 2 that scales a and b so that their hypot is neither infinite nor denormal.
  static auto scale(const auto& a, const auto& b) {
    const auto size = where(num::abs(a) > num::abs(b), num::abs(a), num::abs(b));
    return where(size > constant(a, 1e30), constant(a, 0x1p-100),
                 where(size < constant(a, 1e-28), constant(a, 0x1p100), constant(a, 1)));
  }

 private:
  // p q / r, p and q parts of r. Either product may be denormal where the other is not.
  static auto over_length(const auto& p, const auto& q, const auto& a, const auto& b) {
    const auto s = scale(a, b), r = num::hypot(a * s, b * s);
    return p / held(r) * (q * s);
  }
  // a, or 1 at (0, 0)
  static auto beside(const auto& a, const auto& b) {
    return where(apply(Hypot{}, a, b) == constant(a, 0), constant(a, 1), a);
  }
};
auto Hypot::cosine(const auto& a, const auto& b, const auto& y) {
  if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
    return apply(Direction{}, a, b);
  else
    return mostly(y > constant(y, 1e-28) && y < constant(y, 1e30), a / y,
                  [&] { return Direction{}.value(a, b); });
}

// y = a / (a^2 + b^2), the first coordinate of (a, b) inverted in the unit circle: the slope of
// atan2. As an op its derivatives are made of itself, v^2 - u^2 and -2 u v with u = y and v that of
// (b, a), and need no hypot, which may be infinite where they are not.
struct Inversion {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "inversion";
  // slopes have roots at a = b and a = -b; the second derivatives' factors may be infinite
  static constexpr Ulp ulp{.near_roots = true, .second_overflows = true};
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  // the squares may be infinite or 0
  auto value(const auto& a, const auto& b) const {
    const auto square = a * a + b * b;
    return mostly(square > constant(a, 1e-28) && square < constant(a, 1e30), a / square, [&] {
      const auto s = Direction::scale(a, b);
      return Direction{}.value(a, b) / num::hypot(a * s, b * s) * s;
    });
  }
  auto local(To<0>, const auto& a, const auto& b, const auto& y) const {
    const auto v = apply(Inversion{}, b, a);
    return (v - y) * (v + y);
  }
  auto local(To<1>, const auto& a, const auto& b, const auto& y) const {
    return constant(a, -2) * (y * apply(Inversion{}, b, a));
  }
  // (v - u) (v + u) = 4 times the inversion of (b - a, b + a), exact where they are nearly equal
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const {
    const auto less = b - a, more = b + a;
    return constant(a, 4) * (apply(Inversion{}, less, more) * apply(Inversion{}, more, less));
  }
  auto slope(To<1>, const auto& a, const auto& b, const auto& y) const {
    return local(To<1>{}, a, b, y);
  }
  auto text(const Formula& a, const Formula& b) const { return a / (a * a + b * b); }
};
// with c = b / r: c^2 / r and -(a / r) c / r
auto Direction::slope(To<0>, const auto& a, const auto& b, const auto&) const {
  const auto c = apply(Direction{}, b, a);
  if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
    return apply(Inversion{}, b, beside(a, b)) * c;
  else
    return over_length(c, c, a, b);
}
auto Direction::slope(To<1>, const auto& a, const auto& b, const auto& y) const {
  const auto c = apply(Direction{}, b, a);
  if constexpr (Traced<std::remove_cvref_t<decltype(a)>>)
    return -apply(Inversion{}, beside(a, b), b) * c;
  else
    return -over_length(y, c, a, b);
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
  auto slope(To<0>, const auto& a, const auto& b, const auto&) const {
    return apply(Inversion{}, b, a);
  }
  auto slope(To<1>, const auto& a, const auto& b, const auto&) const {
    return -apply(Inversion{}, a, b);
  }
};

}  // namespace glassgrad

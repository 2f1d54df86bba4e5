// sin(pi x) / (pi x) and its derivatives. Elementwise.
#pragma once

#include <array>
#include <cmath>
#include <limits>

#include "glassgrad/ops/rules/special.hpp"

namespace glassgrad {

// sin(pi x) and cos(pi x): x is reduced to within 1/2 of 0 first, so that integers are exact.
struct HalfTurns {
  static auto sin(const auto& x) {
    return sign(x) * num::sin(constant(x, std::numbers::pi) * part(x));
  }
  static auto cos(const auto& x) {  // by the sine where it is nearly 0
    const auto pi = constant(x, std::numbers::pi), size = num::abs(part(x));
    return sign(x) * where(size > constant(x, 0.25), num::sin(pi * (constant(x, 0.5) - size)),
                           num::cos(pi * size));
  }
  static auto part(const auto& x) {  // 0 at infinity, as of any number that large
    const auto infinity = constant(x, std::numeric_limits<double>::infinity());
    return where(num::abs(x) == infinity, constant(x, 0), x - num::round(x));
  }
  static auto sign(const auto& x) {  // 1 where the nearest whole number is even, -1 where it is odd
    const auto half = num::round(x) * constant(x, 0.5);
    return where(half == num::floor(half), constant(x, 1), constant(x, -1));
  }
};

// y = sin(pi x) / (pi x), 1 at 0, or its derivative of some order n. With u = pi x, within 1 of 0
//   y = pi^n sum of (-1)^k u^j / ((n + j + 1) j!),  j = 2 k - n >= 0,
// and beyond by x y_n = pi^(n-1) sin(u + n pi / 2) - n y_(n-1): neither loses digits to
// cancellation.
struct Sinc {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "sinc";
  // of its derivatives: their roots are not floating-point numbers
  static constexpr Ulp ulp{.value = 16, .local = 16, .near_roots = true};
  static constexpr Interval domain[] = {{-3, 3}};
  static constexpr int most_order = 500;  // pi^500 is still finite
  int order = 0;
  void check() const {  // throws ShapeError
    if (order < 0 || order > most_order)
      throw ShapeError(name, "the order is " + std::to_string(order), "Give 0 to 500");
  }
  auto value(const auto& x) const {
    using V = std::remove_cvref_t<decltype(x)>;
    if constexpr (requires { num::Special<V>::sinc(x, order); })  // to all its digits
      return num::Special<V>::sinc(x, order);
    else
      return order == 0 ? ratio(x) : derivative(x);
  }
  auto local(const auto& x, const auto&) const { return apply(Sinc{order + 1}, x); }
  Formula text(const Formula& x) const {
    return order == 0 ? Formula::call(name, {x}) : Formula::call(name, {x, order});
  }
  static auto instances() { return std::array{Sinc{0}, Sinc{1}, Sinc{2}}; }

 private:
  static constexpr int terms = 17;
  static constexpr auto one_by_factorial = [] {
    std::array<double, 2 * terms> all{1};
    for (std::size_t j = 1; j < all.size(); ++j) all[j] = all[j - 1] / double(j);
    return all;
  }();
  static auto ratio(const auto& x) {
    const auto zero = x == constant(x, 0);
    const auto held = where(zero, constant(x, 1), x);
    return where(zero, constant(x, 1),
                 HalfTurns::sin(held) / (constant(x, std::numbers::pi) * held));
  }
  auto derivative(const auto& x) const {
    const auto near = num::abs(x) < constant(x, 1);
    return where(near, series(x), recurrence(where(near, constant(x, 1), x)));
  }
  auto series(const auto& x) const {
    const auto u = constant(x, std::numbers::pi) * x;
    auto sum = constant(x, 0);
    for (int i = terms - 1; i >= 0; --i) {
      const int j = order % 2 + 2 * i, k = (order + j) / 2;
      const double size = one_by_factorial[std::size_t(j)] / (order + j + 1);
      sum = constant(x, k % 2 == 0 ? size : -size) + u * u * sum;
    }
    const auto scaled = constant(x, std::pow(std::numbers::pi, order)) * sum;
    return order % 2 == 0 ? scaled : u * scaled;
  }
  auto recurrence(const auto& x) const {
    const auto pi = constant(x, std::numbers::pi), sine = HalfTurns::sin(x) / pi;
    const auto cosine = HalfTurns::cos(x) / pi;
    auto y = sine / x;
    for (int n = 1; n <= order; ++n) {
      const double scale = std::pow(std::numbers::pi, n) * (n % 4 < 2 ? 1 : -1);
      y = (constant(x, scale) * (n % 2 == 0 ? sine : cosine) - constant(x, n) * y) / x;
    }
    return y;
  }
};

}  // namespace glassgrad

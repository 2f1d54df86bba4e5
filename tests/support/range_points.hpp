// Where tests/range looks: numbers whose logarithms are spread evenly over all a type holds, both
// signs; evenly in the middle; by units in the last place around kinks and thresholds of the code.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "glassgrad/array/random.hpp"
#include "glassgrad/engine/rule.hpp"

namespace glassgrad {

// Poles, kinks, ends of domains, and thresholds in the code.
inline constexpr double special_points[] = {
    0.1,   0.25, 0.47,  0.5,   0.66, 0.69, 0.75, 0.88, 1,     1.0986, 1.1,   1.41, 1.5, 1.94,
    2,     2.5,  3,     4,     5,    5.66, 6,    9.01, 10,    12,     14,    16.6, 17,  18.7,
    19.06, 20,   30,    36.7,  37.4, 38.5, 40,   69,   87,    88.7,   103,   104,  127, 149,
    354,   372,  700,   708.4, 709,  710,  720,  745,  800,   1022,   1074,  1e4,  1e5, 4e9,
    1e8,   1e10, 6.7e7, 1e15,  1e18, 1e19, 1e22, 1e30, 1e-10, 1e-19,  1e-28, 1e150};

// Where 100,000 points found faults that 1,000 had passed over, of any op: each is tried with all.
inline constexpr double found_points[] = {511.24207688194707, 65535.2421875, 1.0108379607308023e154,
                                          4.3715558410474207e102, 4.490291524283113e102};
inline constexpr double found_pairs[][2] = {
    {1.7035143644113414e-50, 7.276404814028801},  // a^b is 0, a^b / a is not
    {1e-300, 2},
    {1.4688263e-34, -0.15901898},  // a^(b - 1) is infinite, b times that is not
    {-1e-155, 3},                  // a^(b - 1) is denormal
    {-1.6117471951981306e308, -1.6117471951982508e308},  // their hypot is infinite
    {2.3704494e38, -2.4702817e38},
    {1.339007e-39, 1.343743e-39},  // denormal in float, and 1 / hypot infinite
    {2e-39, 2e-39},
    {1.6e-308, -1.6e-308},
    {1.9163761180463161, -1.5375260486669933},  // 1 + b ln a is nearly 0
    {403.873963928628, -0.16266503040606395},
    {3, -0.0}};  // the sign of a zero

template <class T>
T number_of_bits(double fraction) {  // 0 to 1: from the smallest number to the largest
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  const auto most = double(std::bit_cast<Bits>(std::numeric_limits<T>::max()));
  const double at = std::min(1 + fraction * (most - 1), most);
  return std::bit_cast<T>(Bits(std::min(at, most * (1 - 1e-15))));
}

template <class T>
std::vector<T> unary_points(const Interval& domain, int points) {
  Random random(3);
  std::vector<T> all{T(0), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest()};
  const auto both = [&](T x) { all.push_back(x), all.push_back(-x); };
  for (int i = 0; i < points / 4; ++i) both(number_of_bits<T>((i + random.uniform()) * 4 / points));
  for (const double end : {1.0, 20.0, 800.0})
    for (int i = 0; i < points / 12; ++i) all.push_back(T(random.uniform(-end, end)));
  for (int i = 0; i < points / 8; ++i) all.push_back(T(random.uniform(domain.low, domain.high)));
  for (const double point : found_points)
    if (point <= std::numeric_limits<T>::max()) both(T(point));
  for (const double point : special_points) {
    const T x = T(point);
    both(x);
    for (int bits = 0; bits<std::numeric_limits<T>::digits - 2; bits += points> 5000 ? 1 : 7) {
      both(x * (1 + std::numeric_limits<T>::epsilon() * T(std::int64_t(1) << bits)));
      both(x * (1 - std::numeric_limits<T>::epsilon() / 2 * T(std::int64_t(1) << bits)));
    }
  }
  return all;
}

template <class T>
std::vector<std::vector<T>> range_points(int inputs, const std::vector<Interval>& domain,
                                         int points) {
  if (inputs == 1) return {unary_points<T>(domain[0], points)};
  std::vector<std::vector<T>> columns(static_cast<std::size_t>(inputs));
  Random random(5);
  const auto any = [&] {
    return (random.uniform() < 0.5 ? -1 : 1) * number_of_bits<T>(random.uniform());
  };
  const auto add = [&](T a, T b) {
    columns[0].push_back(a), columns[1].push_back(b);
    for (std::size_t k = 2; k < columns.size(); ++k) columns[k].push_back(any());
  };
  for (const auto& [a, b] : found_pairs) {
    if (std::abs(a) > std::numeric_limits<T>::max() || T(a) == 0) continue;
    add(T(a), T(b)), add(T(b), T(a));
  }
  std::vector<T> grid{T(0)};  // a quarter of the points
  const int side = std::max(2, int(std::sqrt(points) / 4));
  for (int i = 0; i < side; ++i)
    for (const T sign : {T(1), T(-1)}) grid.push_back(sign * number_of_bits<T>((i + 0.5) / side));
  for (const T a : grid)
    for (const T b : grid) add(a, b);
  for (int i = 0; i < points / 4; ++i) {  // equal and nearly
    const T a = i % 2 ? any() : T(random.uniform(-30, 30));
    const T near = T(std::exp2(random.uniform(-std::numeric_limits<T>::digits, 4)));
    add(a, (random.uniform() < 0.5 ? -1 : 1) * a * (i % 3 ? 1 + near : T(1)));
  }
  for (int i = 0; i < points / 4; ++i)
    add(T(random.uniform(domain[0].low, domain[0].high)),
        T(random.uniform(domain[1].low, domain[1].high)));
  for (int i = 0; i < points / 8; ++i) {
    const double a = i % 2 ? random.uniform(-800, 800) : double(any());
    add(T(a), T(random.uniform(-20, 20)));
    add(T(random.uniform(0, 2)), T(random.uniform(-800, 800)));
  }
  return columns;
}

}  // namespace glassgrad

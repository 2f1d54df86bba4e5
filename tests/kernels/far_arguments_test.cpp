// Functions by vectors where their arguments are far out, infinite or NaN: as the C library says,
// whatever lies in the other lanes; and what those hold keeps its bits. A build with UBSan also
// sees whether a number is made an integer there that none can hold.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "glassgrad/array/text.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

template <class T>
struct Function {
  std::string_view name;
  Node<T> (*of)(const Node<T>&);
  T (*wanted)(T);
};
template <class T>
std::vector<Function<T>> functions() {
  return {
      {"exp", [](const auto& x) { return exp(x); }, [](T x) { return std::exp(x); }},
      {"expm1", [](const auto& x) { return expm1(x); }, [](T x) { return std::expm1(x); }},
      {"sinh", [](const auto& x) { return sinh(x); }, [](T x) { return std::sinh(x); }},
      {"cosh", [](const auto& x) { return cosh(x); }, [](T x) { return std::cosh(x); }},
      {"tanh", [](const auto& x) { return tanh(x); }, [](T x) { return std::tanh(x); }},
      {"elu", [](const auto& x) { return elu(x); }, [](T x) { return x > 0 ? x : std::expm1(x); }},
      {"floor", [](const auto& x) { return floor(x); }, [](T x) { return std::floor(x); }},
      {"ceil", [](const auto& x) { return ceil(x); }, [](T x) { return std::ceil(x); }},
      {"trunc", [](const auto& x) { return trunc(x); }, [](T x) { return std::trunc(x); }},
      {"round", [](const auto& x) { return round(x); }, [](T x) { return std::nearbyint(x); }},
  };
}

// Around the limits of the types of integers, and of what the functions can give.
template <class T>
std::vector<T> far_out() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> all{Limits::infinity(), Limits::quiet_NaN(), Limits::max(), Limits::max() / 2};
  for (const double x :
       {87.0,   88.5,   88.7,   89.0,   104.0,  178.0,  200.0,  201.0,  708.0,  709.5, 710.0,
        746.0,  1419.0, 1421.0, 2000.0, 2001.0, 3000.0, 1e6,    2.5e9,  4.4e9,  1e15,  1e17,
        9.2e18, 9.3e18, 1.9e19, 1e25,   0x1p31, 0x1p32, 0x1p52, 0x1p53, 0x1p63, 0x1p64})
    all.push_back(T(x));
  for (std::size_t i = 0, n = all.size(); i < n; ++i) all.push_back(-all[i]);
  return all;
}

template <class T>
bool same(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}
template <class T>
bool near(T got, T wanted) {
  if (!std::isfinite(wanted) || wanted == 0) return same(got, wanted);
  return std::abs(got - wanted) <= 4 * std::numeric_limits<T>::epsilon() * std::abs(wanted) ||
         std::abs(got - wanted) <= 4 * std::numeric_limits<T>::denorm_min();
}

template <class T>
void expect_far_out() {
  const std::vector<T> usual{T(0.5), T(-0.75), T(3), T(-2.5), T(0.125), T(-0.0), T(7), T(-11.5),
                             T(1),   T(-1),    T(2), T(-3),   T(0.01),  T(-4),   T(5), T(-6)};
  for (const Function<T>& f : functions<T>()) {
    Tape<T> tape;
    const Node<T> plain = f.of(tape.input(usual));
    for (const T x : far_out<T>()) {
      const T wanted = f.wanted(x), alone = f.of(tape.input(x)).item();
      EXPECT_TRUE(near(alone, wanted)) << f.name << " of " << x << ": " << alone;
      for (const std::size_t lane : {std::size_t(0), std::size_t(3), usual.size() - 1}) {
        std::vector<T> among = usual;
        among[lane] = x;
        const Node<T> y = f.of(tape.input(among));
        for (std::size_t i = 0; i < usual.size(); ++i)
          EXPECT_TRUE(
              same(y.value()[std::int64_t(i)], i == lane ? alone : plain.value()[std::int64_t(i)]))
              << f.name << " of " << among[i] << " beside " << x;
      }
    }
  }
}
TEST(FarArguments, AreAsTheCLibraryHasThem) {
  expect_far_out<double>();
  expect_far_out<float>();
}

}  // namespace
}  // namespace glassgrad

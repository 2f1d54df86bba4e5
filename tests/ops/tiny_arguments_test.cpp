// Second derivatives beyond the range are infinite, with their sign, and not NaN: no branch that is
// not taken, and no difference of infinities, is behind them.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using F = std::function<Node<double>(const Node<double>&)>;
double second(const F& f, double at) {
  Tape<double> tape;
  const Node<double> x = tape.input(at);
  return grad(grad(f(x), x), x).item();
}

TEST(TinyArguments, HaveTheSecondDerivativesOfTheirFormulas) {
  const F functions[] = {
      [](const auto& x) { return logit(x); }, [](const auto& x) { return xlogy(1.0, x); },
      [](const auto& x) { return xlog1py(1.0, x - 1.0); }, [](const auto& x) { return log(x); },
      [](const auto& x) { return -1.0 / x; }};
  const double inf = std::numeric_limits<double>::infinity();
  for (const double at : {5e-324, 1e-310, 1e-300, 1e-200, 1e-160})
    for (const int f : {0, 1, 3}) EXPECT_EQ(second(functions[f], at), -inf) << f << " " << at;
  for (const double at : {1e-150, 1e-100, 1e-10})
    for (const int f : {0, 1, 3})
      EXPECT_NEAR(second(functions[f], at) * at * at, -1, 1e-9) << f << " " << at;
  EXPECT_NEAR(second(functions[2], 0x1p-50) * 0x1p-100, -1, 1e-9);
  EXPECT_EQ(second(functions[4], 1e-200), -inf);
}
TEST(TinyArguments, OfLogitKeepItsRootAtOneHalf) {
  EXPECT_EQ(second([](const auto& x) { return logit(x); }, 0.5), 0);
  EXPECT_NEAR(second([](const auto& x) { return logit(x); }, 0.25), -1 / 0.0625 + 1 / 0.5625,
              1e-13);
}

// a^b is infinite, or b - 1 has lost the digits of b: the slopes are numbers still.
TEST(LargePowers, HaveSlopesWhereverTheyAreNumbers) {
  Tape<float> tape;
  const Node<float> a = tape.input(1.4662204f), b = tape.input(233.85191f);
  tape.backward(pow(a, b));
  const double power = std::pow(double(1.4662204f), double(233.85191f));
  const double slope = power * std::log(double(1.4662204f));
  EXPECT_NEAR(b.upstream()[0] / slope, 1, 1e-6);
  const Node<float> c = tape.input(1.15899475e+33f), d = tape.input(-0.009486606f);
  tape.backward(pow(c, d));
  EXPECT_NEAR(c.upstream()[0] / (double(-0.009486606f) *
                                 std::pow(double(1.15899475e+33f), double(-0.009486606f) - 1)),
              1, 1e-6);
}

}  // namespace
}  // namespace glassgrad

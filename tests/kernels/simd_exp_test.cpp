// exp and tanh of the kernels against long double, over the whole range of their arguments: how
// many units in the last place they are off at worst. Single numbers use the same vectors.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

// Arguments from low to high that share no pattern: steps of the golden ratio.
template <class T>
std::vector<T> spread(double low, double high, int count) {
  std::vector<T> all;
  double at = 0.5;
  for (int i = 0; i < count; ++i) {
    at = std::fmod(at + 0.6180339887498949, 1.0);
    all.push_back(T(low + (high - low) * at));
  }
  return all;
}

template <class T, class F, class Exact>
double worst_units(const F& f, const Exact& exact, double low, double high) {
  const std::vector<T> x = spread<T>(low, high, 40000);
  Tape<T> tape;
  const View<const T> y = f(tape.input(x)).value();
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double right = exact((long double)(x[i]));
    const T near = T(right);
    const T unit =
        std::nextafter(std::abs(near), std::numeric_limits<T>::infinity()) - std::abs(near);
    worst = std::max(worst, double(std::abs((long double)(y[i]) - right) / unit));
  }
  return worst;
}

template <class T>
void check(double largest) {
  const auto e = [](const auto& x) { return exp(x); };
  const auto t = [](const auto& x) { return tanh(x); };
  const auto exact_e = [](long double x) { return std::exp(x); };
  const auto exact_t = [](long double x) { return std::tanh(x); };
  for (const double range : {0.1, 2.0, 20.0, largest})
    EXPECT_LE(worst_units<T>(e, exact_e, -range, range), 1.6) << range;
  for (const double range : {1e-4, 0.1, 1.0, 10.0, largest})
    EXPECT_LE(worst_units<T>(t, exact_t, -range, range), 2.8) << range;
}
TEST(SimdExp, IsRightToTheLastPlaces) { check<double>(708); }
TEST(SimdExp, InFloat) { check<float>(87); }

// Where the result is denormal, too large, or decided by a sign.
TEST(SimdExp, AtTheEnds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Tape tape;
  const auto of = [&](double x) { return exp(tape.input(x)).item(); };
  for (const double x : {-708.5, -720.0, -740.0, -745.0, 709.5, 709.78})
    EXPECT_NEAR(of(x) / std::exp(x), 1, x < -740 ? 0.5 : 1e-10) << x;
  EXPECT_EQ(of(-746), 0);
  EXPECT_EQ(of(-infinity), 0);
  EXPECT_EQ(of(710), infinity);
  EXPECT_EQ(of(infinity), infinity);
  EXPECT_EQ(of(0), 1);
  EXPECT_TRUE(std::isnan(of(std::nan(""))));
  const auto bent = [&](double x) { return tanh(tape.input(x)).item(); };
  EXPECT_EQ(bent(infinity), 1);
  EXPECT_EQ(bent(-infinity), -1);
  EXPECT_EQ(bent(-400), -1);
  EXPECT_TRUE(std::signbit(bent(-0.0)));
  EXPECT_EQ(bent(5e-324), 5e-324);
  EXPECT_TRUE(std::isnan(bent(std::nan(""))));
}

// The gradient of logsumexp takes its value for the shift; what that was rounded to must not be
// seen where numbers are large, nor where rows overflow or say nothing.
TEST(Logsumexp, GradientIsSoftmaxWhateverItsValue) {
  for (const double shift : {0.0, 3.0, 1e3, -1e6, 1e9, 1e15}) {
    std::vector<double> x = spread<double>(-2, 2, 100);
    for (double& number : x) number += shift;
    Tape tape;
    const auto in = tape.input(x);
    const auto upstream = softmax(in);
    tape.backward(logsumexp(in), 0.75);
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(in.upstream()[std::int64_t(i)] / (0.75 * upstream.value()[std::int64_t(i)]), 1,
                  1e-13)
          << shift;
  }
}

}  // namespace
}  // namespace glassgrad

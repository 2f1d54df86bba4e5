// Special functions where the samples of every_op_test.cpp do not go: tails, poles, the middle of a
// removable gap, slopes at infinity. The numbers are mpmath's, with 30 digits.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class F>
double value(double x, const F& f) {
  Tape tape;
  return f(tape.input(x)).item();
}
template <class F>
double slope(double x, const F& f) {
  Tape tape;
  const N in = tape.input(x);
  tape.backward(f(in));
  return in.upstream()[0];
}
template <class F>
double second(double x, const F& f) {
  return slope(x, [&](const N& in) { return grad(f(in), in); });
}
#define EXPECT_DIGITS(got, wanted) EXPECT_NEAR((got) / (wanted), 1, 1e-13)

TEST(SpecialFunctions, TailsKeepTheirDigits) {
  EXPECT_DIGITS(value(5, [](const N& x) { return erfc(x); }), 1.53745979442803485e-12);
  EXPECT_DIGITS(value(26, [](const N& x) { return erfc(x); }), 5.66319240885614285e-296);
  EXPECT_DIGITS(value(-10, [](const N& x) { return normal_cdf(x); }), 7.61985302416052607e-24);
  // e^(-x^2 / 2) multiplies the rounding of x / sqrt 2 by x^2
  EXPECT_NEAR(value(-30, [](const N& x) { return normal_cdf(x); }) / 4.90671392714818706e-198, 1,
              3e-13);
  EXPECT_DIGITS(value(1 - 0x1p-17, [](const N& x) { return erfinv(x); }), 3.16453507710989621);
  EXPECT_DIGITS(value(1e-10, [](const N& x) { return normal_quantile(x); }), -6.36134090240405620);
  EXPECT_DIGITS(value(-50, [](const N& x) { return log_sigmoid(x); }), -50.0);
  EXPECT_DIGITS(value(1e-20, [](const N& x) { return logit(x); }), -46.0517018598809137);
  EXPECT_DIGITS(value(0.5 + 1e-9, [](const N& x) { return logit(x); }), 4 * ((0.5 + 1e-9) - 0.5));
}
TEST(SpecialFunctions, TheLogarithmOfTheNormalCumulativeGoesOnWhereTheCumulativeIsZero) {
  const auto f = [](const N& x) { return log_normal_cdf(x); };
  const double known[][3] = {{-100, -5005.5242086942050886, 100.00999800099926071},
                             {-30.5, -469.46273732291211439, 30.532716770660158055},
                             {-29.5, -439.42947460915022775, 29.533820844167983038},
                             {-5, -15.064998393988725736, 5.1865039671258421156},
                             {8, -6.2209605742717860585e-16, 5.0522710835368954309e-15}};
  for (const auto& [x, y, dy] : known) {
    EXPECT_DIGITS(value(x, f), y) << x;
    EXPECT_NEAR(slope(x, f) / dy, 1, 2e-13 * std::max(1.0, -y)) << x;  // e^(-x^2 / 2 - y)
  }
  EXPECT_EQ(value(40, f), 0);
  EXPECT_EQ(value(-std::numeric_limits<double>::infinity(), f),
            -std::numeric_limits<double>::infinity());
}
TEST(SpecialFunctions, AreThoseOfTheBooks) {
  EXPECT_DIGITS(value(1, [](const N& x) { return digamma(x); }), -0.577215664901532861);
  EXPECT_DIGITS(value(-0.5, [](const N& x) { return digamma(x); }), 0.0364899739785765206);
  EXPECT_DIGITS(value(0.5, [](const N& x) { return polygamma(x, 1); }), 4.93480220054467931);
  EXPECT_DIGITS(value(2, [](const N& x) { return polygamma(x, 4); }), -0.886266123440878232);
  EXPECT_DIGITS(value(0.5, [](const N& x) { return lgamma(x); }), 0.572364942924700087);
  EXPECT_DIGITS(second(0.5, [](const N& x) { return lgamma(x); }), 4.93480220054467931);
  EXPECT_DIGITS(value(1, [](const N& x) { return bessel_i(x, 0); }), 1.26606587775200834);
  EXPECT_DIGITS(value(10, [](const N& x) { return bessel_i(x, 1); }), 2670.98830370125465);
  EXPECT_EQ(value(1000, [](const N& x) { return log10(x); }), 3);
  EXPECT_EQ(value(8, [](const N& x) { return log2(x); }), 3);
  EXPECT_EQ(value(-3, [](const N& x) { return exp2(x); }), 0.125);
}
TEST(SpecialFunctions, LgammaTwiceFromTheThirdDerivativeOn) {
  Tape tape;  // lgamma''' = polygamma(2)
  const N x = tape.input(2.0);
  const N third = grad(grad(grad(lgamma(x), x), x), x);
  EXPECT_NEAR(third.item(), 2 * (1 - 1.202056903159594285), 1e-14);  // 2 (1 - zeta(3))
}
TEST(SpecialFunctions, SincIsSmoothAtZero) {
  const auto f = [](const N& x) { return sinc(x); };
  EXPECT_EQ(value(0, f), 1);
  EXPECT_EQ(value(3, f), 0);
  EXPECT_EQ(slope(0, f), 0);
  EXPECT_DIGITS(slope(1e-3, f), -0.00328986488672789632);
  EXPECT_DIGITS(slope(1e-9, f), -3.28986813369645307e-9);
  EXPECT_DIGITS(second(0, f), -std::numbers::pi * std::numbers::pi / 3);
  EXPECT_DIGITS(second(0.2, f), -2.90929468176770329);
  Tape tape;
  const N x = tape.input({0.0, 1 - 1e-12, 1.0});  // series and recurrence meet at 1
  N y = f(x);
  for (int order = 1; order <= 4; ++order) {
    y = grad(sum(y), x);
    EXPECT_NEAR(y.value()[1], y.value()[2], 1e-10) << order;
  }
  EXPECT_DIGITS(y.value()[0], std::pow(std::numbers::pi, 4) / 5);
}
TEST(SpecialFunctions, PolesAreInfiniteOrNan) {
  EXPECT_EQ(value(0, [](const N& x) { return digamma(x); }), -infinity);
  EXPECT_TRUE(std::isnan(value(-1, [](const N& x) { return digamma(x); })));
  EXPECT_EQ(value(-1, [](const N& x) { return polygamma(x, 1); }), infinity);
  EXPECT_EQ(value(-2, [](const N& x) { return lgamma(x); }), infinity);
  EXPECT_EQ(value(1, [](const N& x) { return erfinv(x); }), infinity);
  EXPECT_TRUE(std::isnan(value(1.5, [](const N& x) { return erfinv(x); })));
  EXPECT_EQ(value(0, [](const N& x) { return normal_quantile(x); }), -infinity);
  EXPECT_EQ(value(-1, [](const N& x) { return entr(x); }), -infinity);
}
TEST(SpecialFunctions, ActivationsHaveFiniteSlopesAtInfinity) {
  for (double sign : {1.0, -1.0}) {
    const double x = sign * infinity, wanted = sign > 0 ? 1 : 0;
    EXPECT_EQ(slope(x, [](const N& in) { return silu(in); }), wanted);
    EXPECT_EQ(slope(x, [](const N& in) { return gelu(in); }), wanted);
    EXPECT_EQ(slope(x, [](const N& in) { return mish(in); }), wanted);
    EXPECT_EQ(slope(x, [](const N& in) { return hardswish(in); }), wanted);
    EXPECT_EQ(slope(x, [](const N& in) { return log_sigmoid(in); }), 1 - wanted);
    EXPECT_EQ(second(x, [](const N& in) { return silu(in); }), 0);
    EXPECT_EQ(second(x, [](const N& in) { return gelu(in); }), 0);
    EXPECT_EQ(second(x, [](const N& in) { return mish(in); }), 0);
  }
}
// Against the formula, which holds in the middle.
TEST(SpecialFunctions, CompositionsOfActivationsFollowTheirFormulas) {
  for (double x : {-2.7, -0.4, 0.3, 1.9}) {
    const double lower = std::expm1(x / 0.7) * 0.7, t = std::tanh(std::log1p(std::exp(x)));
    EXPECT_NEAR(value(x, [](const N& in) { return celu(in, 0.7); }), x > 0 ? x : lower, 1e-15);
    EXPECT_NEAR(value(x, [](const N& in) { return mish(in); }), x * t, 1e-15);
    EXPECT_NEAR(value(x, [](const N& in) { return softsign(in); }), x / (1 + std::abs(x)), 1e-15);
    EXPECT_NEAR(value(x, [](const N& in) { return rrelu(in, 0.1, 0.3); }), x > 0 ? x : 0.2 * x,
                1e-15);
    EXPECT_NEAR(value(x, [](const N& in) { return softplus(in, 3); }),
                std::log1p(std::exp(3 * x)) / 3, 1e-15);
    EXPECT_NEAR(value(x, [](const N& in) { return gelu_tanh(in); }),
                value(x, [](const N& in) { return gelu(in); }), 5e-4);
    EXPECT_NEAR(value(x, [](const N& in) { return xlog1py(in, 0.5); }), x * std::log(1.5), 1e-15);
  }
}
TEST(Masks, AreOneWhereTheyHold) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Tape tape;
  const N x = tape.constant({nan, infinity, -infinity, 0.0, 2.0}),
          y = tape.constant({1, 1, 0, 0, 1});
  const auto is = [](const N& mask, std::vector<double> wanted) {
    EXPECT_EQ(std::vector<double>(mask.value().begin(), mask.value().end()), wanted);
  };
  is(is_nan(x), {1, 0, 0, 0, 0});
  is(is_inf(x), {0, 1, 1, 0, 0});
  is(is_finite(x), {0, 0, 0, 1, 1});
  is(logical_not(y), {0, 0, 1, 1, 0});
  is(logical_and(x, y), {1, 1, 0, 0, 1});
  is(logical_or(x, y), {1, 1, 1, 0, 1});
  is(logical_xor(x, y), {0, 0, 1, 0, 0});
  is(is_close(x, x), {0, 1, 1, 1, 1});
  is(is_close(x, x + 1e-9), {0, 1, 1, 1, 1});
  is(is_close(x, y), {0, 0, 0, 1, 0});
  is(nan_to_num(x, 7, 8, 9), {7, 8, 9, 0, 2});
}
TEST(Rounding, OfNumbersAndDecimals) {
  EXPECT_EQ(value(2.5, [](const N& x) { return round(x); }), 2);
  EXPECT_EQ(value(-3.5, [](const N& x) { return round(x); }), -4);
  EXPECT_EQ(value(1.2345, [](const N& x) { return round(x, 2); }), 1.23);
  EXPECT_EQ(value(1250, [](const N& x) { return round(x, -2); }), 1200);
  EXPECT_EQ(value(-1.75, [](const N& x) { return frac(x); }), -0.75);
  EXPECT_EQ(slope(-1.75, [](const N& x) { return frac(x); }), 1);
  EXPECT_EQ(value(-7, [](const N& x) { return floor_divide(x, 2); }), -4);
  EXPECT_EQ(value(180, [](const N& x) { return deg2rad(x); }), std::numbers::pi);
  EXPECT_EQ(value(std::numbers::pi, [](const N& x) { return rad2deg(x); }), 180);
}

}  // namespace
}  // namespace glassgrad

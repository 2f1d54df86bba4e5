// The lines of docs/conventions.md about special functions, rounding, hard activations, statistics
// and norms, a test each.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
using List = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class F>
double value(double x, const F& f) {
  Tape tape;
  return f(tape.input(x)).item();
}
template <class F>
List slopes(const List& x, const F& f) {
  Tape tape;
  const N in = tape.input(x);
  tape.backward(sum(f(in)));
  return {in.upstream().begin(), in.upstream().end()};
}
template <class F>
double slope(double x, const F& f) {
  return slopes({x}, f)[0];
}
template <class F>
std::pair<double, double> slopes(double a, double b, const F& f) {
  Tape tape;
  const N first = tape.input(a), other = tape.input(b);
  tape.backward(f(first, other));
  return {first.upstream()[0], other.upstream()[0]};
}
using Pair = std::pair<double, double>;

TEST(ElementwiseConventions, XlogyIsZeroWhereItsFactorIs) {
  Tape tape;
  const N zero = tape.constant(0.0);
  EXPECT_EQ(xlogy(zero, zero).item(), 0);
  EXPECT_EQ(xlogy(zero, -1).item(), 0);
  EXPECT_TRUE(std::isnan(xlogy(zero, nan).item()));
  const auto f = [](const N& a, const N& b) { return xlogy(a, b); };
  EXPECT_EQ(slopes(0, 0, f), Pair(0, 0));
  EXPECT_EQ(slopes(0, 2, f), Pair(std::log(2), 0));
  const auto g = [](const N& a, const N& b) { return xlog1py(a, b); };
  EXPECT_EQ(slopes(0, -1, g), Pair(0, 0));
}
TEST(ElementwiseConventions, EntropyAtZeroHasAnInfiniteSlope) {
  EXPECT_EQ(value(0, [](const N& x) { return entr(x); }), 0);
  EXPECT_EQ(slope(0, [](const N& x) { return entr(x); }), infinity);
  EXPECT_EQ(value(-1, [](const N& x) { return entr(x); }), -infinity);
}
TEST(ElementwiseConventions, LogaddexpOfTheSameInfinityHasSlopesOfOneHalf) {
  const auto f = [](const N& a, const N& b) { return logaddexp(a, b); };
  EXPECT_EQ(slopes(-infinity, -infinity, f), Pair(0.5, 0.5));
  EXPECT_EQ(slopes(-infinity, 0, f), Pair(0, 1));
}
TEST(ElementwiseConventions, HypotAndNormAtZeroHaveSlopeZero) {
  EXPECT_EQ(slopes(0, 0, [](const N& a, const N& b) { return hypot(a, b); }), Pair(0, 0));
  for (double p : {2.0, 1.0, 0.5, 3.0, infinity, -infinity, -1.0})
    EXPECT_EQ(slopes({0, 0}, [p](const N& x) { return norm(x, p); }), List(2, 0)) << p;
}
TEST(ElementwiseConventions, RoundingGoesToEvenWithSlopeZero) {
  EXPECT_EQ(value(0.5, [](const N& x) { return round(x); }), 0);
  EXPECT_EQ(value(1.5, [](const N& x) { return round(x); }), 2);
  EXPECT_EQ(slope(1.2, [](const N& x) { return round(x); }), 0);
}
TEST(ElementwiseConventions, FmodHasTheSignOfItsFirstAndRemainderOfItsSecond) {
  EXPECT_EQ(value(-5, [](const N& x) { return fmod(x, 3); }), -2);
  EXPECT_EQ(value(-5, [](const N& x) { return remainder(x, 3); }), 1);
  EXPECT_EQ(slopes(-5, 3, [](const N& a, const N& b) { return fmod(a, b); }), Pair(1, 1));
  EXPECT_EQ(slopes(-5, 3, [](const N& a, const N& b) { return remainder(a, b); }), Pair(1, 2));
}
TEST(ElementwiseConventions, CopysignTakesTheSignOfAZeroAndHasSlopeZeroAtZero) {
  EXPECT_EQ(value(3, [](const N& x) { return copysign(x, -0.0); }), -3);
  EXPECT_EQ(slopes(0, -1, [](const N& a, const N& b) { return copysign(a, b); }), Pair(0, 0));
}
TEST(ElementwiseConventions, FmaxLeavesNanOutAndSharesTies) {
  const auto f = [](const N& a, const N& b) { return fmax(a, b); };
  Tape tape;
  EXPECT_EQ(fmax(tape.constant(nan), tape.constant(1.0)).item(), 1);
  EXPECT_EQ(slopes(nan, 1, f), Pair(0, 1));
  EXPECT_EQ(slopes(2, 2, f), Pair(0.5, 0.5));
}
TEST(ElementwiseConventions, NanToNumHasSlopeZeroWhereItReplaces) {
  EXPECT_EQ(slopes({nan, infinity, 2}, [](const N& x) { return nan_to_num(x); }), (List{0, 0, 1}));
}
TEST(ElementwiseConventions, HeavisideAtZeroIsTheGivenValueAndTakesItsSlope) {
  EXPECT_EQ(slopes(0, 0.3, [](const N& x, const N& v) { return heaviside(x, v); }), Pair(0, 1));
  EXPECT_EQ(value(0, [](const N& x) { return heaviside(x, 0.5); }), 0.5);
  EXPECT_TRUE(std::isnan(value(nan, [](const N& x) { return heaviside(x, 0.5); })));
}
TEST(ElementwiseConventions, HardActivationsHaveTheirOuterSlopesOnTheBounds) {
  EXPECT_EQ(slopes({-1, 1}, [](const N& x) { return hardtanh(x); }), (List{0, 0}));
  EXPECT_EQ(slopes({0, 6}, [](const N& x) { return relu6(x); }), (List{0, 0}));
  EXPECT_EQ(slopes({-3, 3}, [](const N& x) { return hardsigmoid(x); }), (List{0, 0}));
  EXPECT_EQ(slopes({-3, 3}, [](const N& x) { return hardswish(x); }), (List{0, 1}));
  EXPECT_EQ(slopes({-0.5, 0.5}, [](const N& x) { return hardshrink(x); }), (List{0, 0}));
  EXPECT_EQ(slopes({-0.5, 0.5}, [](const N& x) { return softshrink(x); }), (List{0, 0}));
  EXPECT_EQ(slope(1, [](const N& x) { return threshold(x, 1, 5); }), 0);
}
TEST(ElementwiseConventions, NanPassesThroughHardActivations) {
  for (const auto& f :
       {+[](const N& x) { return hardtanh(x); }, +[](const N& x) { return hardswish(x); },
        +[](const N& x) { return hardshrink(x); }, +[](const N& x) { return softshrink(x); },
        +[](const N& x) { return threshold(x, 0, 0); }, +[](const N& x) { return relu6(x); }})
    EXPECT_TRUE(std::isnan(value(nan, f)));
}
TEST(ElementwiseConventions, TheSlopeOfAProductIsThatOfTheOtherNumbers) {
  const auto f = [](const N& x) { return prod(x); };
  EXPECT_EQ(slopes({2, 0, 3}, f), (List{0, 6, 0}));
  EXPECT_EQ(slopes({2, 0, 0}, f), (List{0, 0, 0}));
  Tape tape;
  const N x = tape.input({2, 0, 0, 5});
  tape.backward(grad(prod(x), x), List{1, 1, 1, 1});  // d2/dx1 dx2 = 2 * 5
  EXPECT_EQ(List(x.upstream().begin(), x.upstream().end()), (List{0, 10, 10, 0}));
  EXPECT_EQ(prod(tape.zeros({0, 2}), 0).value()[1], 1);
}
TEST(ElementwiseConventions, DeviationOfEqualNumbersHasSlopeZero) {
  EXPECT_EQ(slopes({3, 3, 3}, [](const N& x) { return deviation(x); }), List(3, 0));
}
TEST(ElementwiseConventions, VarianceOfOneNumberIsNan) {
  EXPECT_TRUE(std::isnan(value(1, [](const N& x) { return var(x); })));
  EXPECT_EQ(value(1, [](const N& x) { return var(x, {}, 0); }), 0);
}
TEST(ElementwiseConventions, MedianIsTheLowerMiddleSharedAmongTies) {
  EXPECT_EQ(slopes({4, 1, 3, 2}, [](const N& x) { return median(x); }), (List{0, 0, 0, 1}));
  EXPECT_EQ(slopes({1, 2, 2, 3}, [](const N& x) { return median(x); }), (List{0, 0.5, 0.5, 0}));
  Tape tape;
  EXPECT_TRUE(std::isnan(median(tape.constant({1, nan, 2})).item()));
}
TEST(ElementwiseConventions, MedianWithoutNanIsThatOfTheOthersSharedAmongTies) {
  const auto f = [](const N& x) { return nanmedian(x); };
  EXPECT_EQ(slopes({4, nan, 1, 3, nan, 2}, f), (List{0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(slopes({2, nan, 2, 5}, f), (List{0.5, 0, 0.5, 0}));
  Tape tape;
  const N y = nanmedian(tape.constant({{1, nan, 5}, {nan, nan, nan}, {3, 2, 9}}), 1, true);
  EXPECT_EQ(y.shape(), (Shape{3, 1}));
  EXPECT_EQ(y.value()[0], 1);
  EXPECT_TRUE(std::isnan(y.value()[1]));
  EXPECT_EQ(y.value()[2], 3);
}
TEST(ElementwiseConventions, QuantilesLieOnAStraightLineBetweenTwoNumbers) {
  EXPECT_EQ(slopes({4, 1, 3, 2}, [](const N& x) { return quantile(x, 0.25); }),
            (List{0, 0.25, 0, 0.75}));
  EXPECT_EQ(slopes({4, 1, 3, 2}, [](const N& x) { return quantile(x, 1); }), (List{1, 0, 0, 0}));
  EXPECT_EQ(slopes({2, 2, 1}, [](const N& x) { return quantile(x, 0.75); }), (List{0.5, 0.5, 0}));
  Tape tape;
  const N x = tape.constant({{1, 10, 4}, {0, 5, 2}});
  EXPECT_EQ(to_text(quantile(x, 0.5, 1)), "[4 2]");
  EXPECT_EQ(to_text(quantile(x, 0.75, 0, true)), "[[0.75 8.75 3.5]]");
  EXPECT_TRUE(std::isnan(quantile(tape.constant({1, nan}), 0.5).item()));
}
TEST(ElementwiseConventions, MeansWithoutNanOfNothingAreNan) {
  EXPECT_TRUE(std::isnan(value(nan, [](const N& x) { return nanmean(x); })));
  EXPECT_EQ(value(nan, [](const N& x) { return nansum(x); }), 0);
  EXPECT_EQ(slopes({1, nan, 2}, [](const N& x) { return nanmean(x); }), (List{0.5, 0, 0.5}));
}

}  // namespace
}  // namespace glassgrad

// docs/conventions.md, one test for each of its lines: what happens where libraries disagree or a
// derivative does not exist. The page names these tests; scripts/check-conventions holds the two
// together.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// f at one point and its slope there.
struct At {
  double value, slope;
};
template <class F>
At at(double x, const F& f) {
  Tape tape;
  const N in = tape.input(x), y = f(in);
  tape.backward(y);
  return {y.item(), in.upstream()[0]};
}
// The slopes of f at two numbers.
template <class F>
std::pair<double, double> slopes(double a, double b, const F& f) {
  Tape tape;
  const N first = tape.input(a), second = tape.input(b);
  tape.backward(f(first, second));
  return {first.upstream()[0], second.upstream()[0]};
}
using Pair = std::pair<double, double>;

TEST(Conventions, ReluAtZeroHasSlopeZero) {
  for (double zero : {0.0, -0.0}) {
    EXPECT_EQ(at(zero, [](const N& x) { return relu(x); }).value, 0);
    EXPECT_EQ(at(zero, [](const N& x) { return relu(x); }).slope, 0);
  }
}
TEST(Conventions, ReluAtNanIsNanWithSlopeZero) {
  EXPECT_TRUE(std::isnan(at(nan, [](const N& x) { return relu(x); }).value));
  EXPECT_EQ(at(nan, [](const N& x) { return relu(x); }).slope, 0);
}
TEST(Conventions, LeakyReluAndPreluAtZeroHaveTheLeftSlope) {
  EXPECT_EQ(at(0, [](const N& x) { return leaky_relu(x, 0.3); }).slope, 0.3);
  EXPECT_EQ(at(0, [](const N& x) { return prelu(x, 0.25); }).slope, 0.25);
}
TEST(Conventions, EluAtZeroHasSlopeAlphaAndItsSlopeIsTheLeftOne) {
  EXPECT_EQ(at(0, [](const N& x) { return elu(x, 0.5); }).slope, 0.5);
  EXPECT_EQ(at(0, [](const N& x) { return grad(elu(x, 1), x); }).slope, 1);
}
TEST(Conventions, AbsAtZeroHasSlopeZero) {
  EXPECT_EQ(at(0, [](const N& x) { return abs(x); }).slope, 0);
  EXPECT_TRUE(std::isnan(at(nan, [](const N& x) { return abs(x); }).slope));
}
TEST(Conventions, SignOfZeroIsZero) {
  EXPECT_EQ(at(0, [](const N& x) { return sign(x); }).value, 0);
  EXPECT_EQ(at(0, [](const N& x) { return sign(x); }).slope, 0);
}
TEST(Conventions, StepOfZeroIsOneWithSlopeZero) {
  EXPECT_EQ(at(0, [](const N& x) { return step(x); }).value, 1);
  EXPECT_EQ(at(0, [](const N& x) { return step(x); }).slope, 0);
}
TEST(Conventions, SoftplusStaysExactFarOut) {
  EXPECT_NEAR(at(21, [](const N& x) { return softplus(x); }).value - 21, 7.58256042508e-10, 1e-14);
}

TEST(Conventions, MaxAndMinShareTheGradientAmongTies) {
  Tape tape;
  const N x = tape.input({1, 7, 7, 1});
  tape.backward(max(x) + 10 * min(x));
  const double wanted[] = {5, 0.5, 0.5, 5};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(x.upstream()[i], wanted[i]);
}
TEST(Conventions, MaxAlongAnAxisSharesAmongTiesToo) {
  Tape tape;
  const N x = tape.input({{0, 20, 20}, {-10, -30, -10}});
  tape.backward(sum(max(x, 1)));
  const double wanted[] = {0, 0.5, 0.5, 0.5, 0, 0.5};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(x.upstream()[i], wanted[i]);
}
TEST(Conventions, MaximumAndMinimumAtATieGiveHalfEach) {
  EXPECT_EQ(slopes(2, 2, [](const N& a, const N& b) { return maximum(a, b); }), Pair(0.5, 0.5));
  EXPECT_EQ(slopes(2, 2, [](const N& a, const N& b) { return minimum(a, b); }), Pair(0.5, 0.5));
  EXPECT_EQ(at(3, [](const N& x) { return maximum(x, x); }).slope, 1);
}
TEST(Conventions, ClampOnItsBoundHasSlopeOne) {
  for (double bound : {-1.0, 1.5})
    EXPECT_EQ(at(bound, [](const N& x) { return clamp(x, -1, 1.5); }).slope, 1);
}
TEST(Conventions, NanPassesThroughChoices) {
  Tape tape;
  const N x = tape.constant({1, nan, 2}), one = tape.constant(1.0), bad = tape.constant(nan);
  for (const N& y : {max(x), min(x), maximum(one, bad), maximum(bad, one), minimum(one, bad),
                     minimum(bad, one), relu(bad), clamp(bad, -1, 1)})
    EXPECT_TRUE(std::isnan(y.item()));
}
TEST(Conventions, WhereGivesTheBranchNotTakenNothing) {
  Tape tape;
  const N taken = tape.input(1.0), other = tape.input(2.0);
  tape.backward(where(tape.constant(1.0), taken, other), infinity);
  EXPECT_EQ(taken.upstream()[0], infinity);
  EXPECT_EQ(other.upstream()[0], 0);
}
TEST(Conventions, BehindTheBranchNotTakenZeroTimesInfinityIsNan) {
  const auto unsafe = [](const N& x) { return where(x > 0, sqrt(x), 0); };
  const auto safe = [](const N& x) { return where(x > 0, sqrt(where(x > 0, x, 1)), 0); };
  EXPECT_TRUE(std::isnan(at(0, unsafe).slope));
  EXPECT_EQ(at(0, safe).slope, 0);
}

TEST(Conventions, PowerZeroIsOneWithSlopeZeroAtZeroToo) {
  EXPECT_EQ(at(0, [](const N& x) { return pow(x, 0); }).value, 1);
  EXPECT_EQ(at(0, [](const N& x) { return pow(x, 0); }).slope, 0);
}
TEST(Conventions, ExponentsSlopeAtBaseZeroIsZero) {
  for (double b : {0.0, 2.0})
    EXPECT_EQ(slopes(0, b, [](const N& x, const N& y) { return pow(x, y); }).second, 0);
}
TEST(Conventions, ExponentsSlopeAtANegativeBaseIsNan) {
  EXPECT_TRUE(std::isnan(slopes(-2, 3, [](const N& x, const N& y) { return pow(x, y); }).second));
}
TEST(Conventions, SquareRootAndLogarithmAtZeroHaveInfiniteSlopes) {
  EXPECT_EQ(at(0, [](const N& x) { return sqrt(x); }).slope, infinity);
  EXPECT_EQ(at(0, [](const N& x) { return log(x); }).value, -infinity);
  EXPECT_EQ(at(0, [](const N& x) { return log(x); }).slope, infinity);
}

TEST(Conventions, NothingSummedIsZeroAndNothingAveragedIsNan) {
  Tape tape;
  EXPECT_EQ(sum(tape.zeros({0})).item(), 0);
  EXPECT_TRUE(std::isnan(mean(tape.zeros({0})).item()));
}
TEST(Conventions, LogsumexpOfNothingIsMinusInfinity) {
  Tape tape;
  EXPECT_EQ(logsumexp(tape.zeros({0})).item(), -infinity);
}
TEST(Conventions, MaxOfNothingIsAnError) {
  Tape tape;
  EXPECT_THROW(max(tape.zeros({0})), ShapeError);
}

}  // namespace
}  // namespace glassgrad

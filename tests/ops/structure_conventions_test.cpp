// docs/conventions.md, the lines on structure and linear algebra: one test for each.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(StructureConventions, APlaceThatIsPutTwiceIsAnError) {
  Tape tape;
  const N x = tape.input({1, 2, 3});
  EXPECT_THROW(scatter(x, 0, tape.indices({1, 1}), x), ShapeError);
  EXPECT_EQ(to_text(scatter_add(x, 0, tape.indices({1, 1}), x)), "[1 5 3]");
}
TEST(StructureConventions, ANegativePositionIsOutOfRange) {
  Tape tape;
  const N x = tape.input({1, 2, 3});
  EXPECT_THROW(gather(x, 0, tape.indices({-1})), ShapeError);
  EXPECT_EQ(select(x, 0, -1).item(), 3);  // an attribute, not a position
}
TEST(StructureConventions, SortingKeepsTheOrderOfEqualOnesAndPutsNanLast) {
  Tape tape;
  const auto order = argsort(tape.input({2, nan, 1, 2}), 0);
  const std::int64_t wanted[] = {2, 0, 3, 1};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(order.values()[i], wanted[i]);
}
TEST(StructureConventions, ArgmaxIsTheFirstOfEqualOnes) {
  Tape tape;
  EXPECT_EQ(argmax(tape.input({1, 7, 7}), 0).values()[0], 1);
}
TEST(StructureConventions, ARunningMaximumAtATieIsTheLaterOne) {
  Tape tape;
  const N x = tape.input({5, 5, 1});
  const N y = cummax(x, 0).values;
  tape.backward(sum(y));
  EXPECT_EQ(x.upstream()[0], 1);
  EXPECT_EQ(x.upstream()[1], 2);
}
TEST(StructureConventions, APooledTieSharesTheGradient) {
  Tape tape;
  const N x = tape.input({{3, 3}});
  tape.backward(sum(max_pool1d(x, 2)));
  EXPECT_EQ(x.upstream()[0], 0.5);
  EXPECT_EQ(x.upstream()[1], 0.5);
}
TEST(StructureConventions, ARowThatAttendsToNothingIsNan) {
  Tape tape;
  const N q = tape.input({{1, 0}});
  EXPECT_TRUE(std::isnan(attention(q, q, q, tape.zeros({1, 1})).value()[0]));
}
TEST(StructureConventions, CholeskyReadsTheSymmetricPart) {
  Tape tape;
  const N x = tape.input({{4, 3}, {1, 5}});  // as {{4, 2}, {2, 5}}
  const N y = cholesky(x);
  tape.backward(select(select(y, 0, 1), 0, 0));
  EXPECT_EQ(to_text(y), "[[2 0]; [1 2]]");
  EXPECT_EQ(x.upstream()(0, 1), x.upstream()(1, 0));
}
TEST(StructureConventions, SignsOfEigenvectorsAreFixed) {
  Tape tape;
  const N v = eigh(tape.input({{2, 1}, {1, 2}})).vectors;
  EXPECT_GT(v.value()(0, 0), 0);
  EXPECT_GT(v.value()(0, 1), 0);
}
TEST(StructureConventions, TheDiagonalOfRIsNotNegative) {
  Tape tape;
  const N r = qr(tape.input({{-1, 2}, {-3, 4}})).r;
  EXPECT_GT(r.value()(0, 0), 0);
  EXPECT_GT(r.value()(1, 1), 0);
}
TEST(StructureConventions, BetweenEqualEigenvaluesNothingIsPassedOn) {
  Tape tape;
  const N x = tape.input({{2, 0}, {0, 2}});
  tape.backward(select(select(eigh(x).vectors, 0, 0), 0, 0));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(x.upstream()[i], 0);
}
TEST(StructureConventions, ASingularMatrixHasTheSlopesOfItsDeterminant) {
  Tape tape;
  const N x = tape.input({{1, 0}, {0, 0}});
  const N first = grad(det(x), x);
  EXPECT_EQ(to_text(first), "[[0 0]; [0 1]]");
  const N second = grad(select(select(first, 0, 0), 0, 0), x);
  EXPECT_EQ(to_text(second), "[[0 0]; [0 1]]");
  EXPECT_THROW(grad(logdet(x), x), Error);
}
TEST(StructureConventions, TheFrobeniusNormAtZeroHasSlopeZero) {
  Tape tape;
  const N x = tape.input({{0, 0}, {0, 0}});
  tape.backward(matrix_norm(x));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(x.upstream()[i], 0);
}

}  // namespace
}  // namespace glassgrad

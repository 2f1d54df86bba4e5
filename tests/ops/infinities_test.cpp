// Infinities, NaN, ties and nothing in what chooses, measures and adds up, as docs/conventions.md
// has it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/ops/functions/linear_algebra.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/functions/positions.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/statistics.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using List = std::vector<double>;

List list(const View<const double>& view) { return {view.begin(), view.end()}; }

TEST(Infinities, ArgminAndArgmaxAreTheFirstNanWhereThereIsOne) {
  Tape tape;
  const N x = tape.input({3, nan, 1, 5, nan});
  EXPECT_EQ(argmin(x, 0).values()[0], 1);
  EXPECT_EQ(argmax(x, 0).values()[0], 1);
  EXPECT_TRUE(std::isnan(min(x).item()) && std::isnan(max(x).item()));
  EXPECT_EQ(argmin(tape.input({infinity, infinity}), 0).values()[0], 0);
  EXPECT_EQ(argmax(tape.input({-infinity, -infinity}), 0).values()[0], 0);
  const N rows = tape.input({{2.0, nan, 1.0}, {7.0, 3.0, 3.0}});
  EXPECT_EQ(argmin(rows, 1).values()[0], 1);
  EXPECT_EQ(argmin(rows, 1).values()[1], 1);
  EXPECT_EQ(argmax(rows, 0).values()[1], 0);
}
// What sorts puts NaN last, what takes one number of all passes it on.
TEST(Infinities, NanIsSortedLastAndPassesMediansAndQuantiles) {
  Tape tape;
  const N x = tape.input({2, nan, -infinity, infinity});
  const List sorted = list(sort(x, 0).values.value());
  EXPECT_EQ(List(sorted.begin(), sorted.begin() + 3), (List{-infinity, 2, infinity}));
  EXPECT_TRUE(std::isnan(sorted[3]));
  EXPECT_EQ(topk(x, 2, 0, false).values.value()[0], -infinity);
  EXPECT_TRUE(std::isnan(topk(x, 2, 0, true).values.value()[0]));
  EXPECT_EQ(kthvalue(x, 1, 0).values.item(), -infinity);
  EXPECT_TRUE(std::isnan(median(x).item()));
  EXPECT_TRUE(std::isnan(quantile(x, 0.5).item()));
  EXPECT_EQ(nanmedian(x).item(), 2);
}
TEST(Infinities, QuantilesNextToAnInfinityAreInfinite) {
  Tape tape;
  const auto at = [&](List numbers, double q) {
    const Shape shape{std::int64_t(numbers.size())};
    return quantile(tape.input(View<const double>{numbers.data(), &shape}), q).item();
  };
  EXPECT_EQ(at({-infinity, 5}, 0.25), -infinity);
  EXPECT_EQ(at({5, infinity}, 0.25), infinity);
  EXPECT_EQ(at({infinity, infinity}, 0.25), infinity);
  EXPECT_EQ(at({-infinity, -infinity, 3}, 0.25), -infinity);
  EXPECT_TRUE(std::isnan(at({-infinity, infinity}, 0.25)));
  EXPECT_EQ(at({-infinity, 5, 6}, 0.5), 5);
  EXPECT_EQ(at({-1.5e308, 1.5e308}, 0.5), 0);  // the way between them leaves the range
  EXPECT_EQ(at({14.62, 14.62, 14.62}, 0.3), 14.62);
  const N x = tape.input({1, 3, infinity});
  tape.backward(quantile(x, 0.25));
  EXPECT_EQ(list(x.upstream()), (List{0.5, 0.5, 0}));
}

// ---- 0-d arrays: axis 0 and -1 are the number itself ---------------------------------------

TEST(SingleNumbers, TakeAxisZeroAndMinusOneWhereTheyAreReduced) {
  for (const int axis : {0, -1}) {
    Tape tape;
    const N x = tape.input(-3.0);
    const N all[] = {sum(x, axis), mean(x, axis), max(x, axis), min(x, axis), prod(x, axis)};
    for (const N& y : all) {
      EXPECT_EQ(y.item(), -3);
      EXPECT_EQ(y.shape(), Shape());
    }
    EXPECT_EQ(logsumexp(x, axis).item(), -3);
    EXPECT_EQ(softmax(x, axis).item(), 1);
    EXPECT_EQ(log_softmax(x, axis).item(), 0);
    EXPECT_EQ(norm(x, 2, axis).item(), 3);
    EXPECT_EQ(var(x, axis, 0).item(), 0);
    EXPECT_EQ(median(x, axis).item(), -3);
    tape.backward(sum(x, axis) * norm(x, 2, axis));
    EXPECT_EQ(x.upstream().data[0], 6);
  }
  Tape tape;
  EXPECT_THROW(sum(tape.input(1.0), 1), ShapeError);
  EXPECT_THROW(sum(tape.input(1.0), -2), ShapeError);
}
TEST(SingleNumbers, TakeThemWhereTheyAreSortedOrRun) {
  for (const int axis : {0, -1}) {
    Tape tape;
    const N x = tape.input(-3.0);
    const N all[] = {cumsum(x, axis),
                     cumprod(x, axis),
                     logcumsumexp(x, axis),
                     cummax(x, axis).values,
                     cummin(x, axis).values,
                     sort(x, axis).values,
                     topk(x, 1, axis).values,
                     kthvalue(x, 1, axis).values,
                     flip(x, axis)};
    for (const N& y : all) {
      EXPECT_EQ(y.item(), -3);
      EXPECT_EQ(y.shape(), Shape());
      tape.backward(y);
      EXPECT_EQ(x.upstream().data[0], 1);
    }
    EXPECT_EQ(argmax(x, axis).values()[0], 0);
    EXPECT_EQ(argmin(x, axis).shape(), Shape());
    EXPECT_EQ(argsort(x, axis).shape(), Shape());
  }
}

// ---- Nothing, and one ---------------------------------------------------------------------

TEST(Nothing, HasSumsNormsAndNoExtremes) {
  Tape tape;
  const N rows = tape.zeros({0, 3}), columns = tape.zeros({3, 0});
  EXPECT_EQ(list(sum(rows, 0).value()), List(3, 0));
  EXPECT_EQ(list(norm(columns, 2, 1).value()), List(3, 0));
  EXPECT_EQ(list(norm(columns, 3, 1).value()), List(3, 0));
  EXPECT_TRUE(std::isnan(mean(columns, 1).value()[0]));
  EXPECT_TRUE(std::isnan(var(columns, 1).value()[0]));
  EXPECT_TRUE(std::isnan(deviation(columns, 1).value()[0]));
  EXPECT_EQ(logsumexp(columns, 1).value()[0], -infinity);
  EXPECT_EQ(softmax(columns, 1).shape(), (Shape{3, 0}));
  EXPECT_EQ(cumsum(rows, 0).shape(), (Shape{0, 3}));
  EXPECT_EQ(cosine_similarity(columns, columns, 1).value()[0], 0);
  EXPECT_THROW(max(columns, 1), ShapeError);
  EXPECT_THROW(argmin(columns, 1), ShapeError);
  EXPECT_THROW(median(columns, 1), ShapeError);
}
TEST(Nothing, OneNumberIsItsOwnMeanAndHasNoVariance) {
  Tape tape;
  const N x = tape.input({{2.5}});
  EXPECT_TRUE(std::isnan(var(x).item()));
  EXPECT_TRUE(std::isnan(deviation(x).item()));
  EXPECT_EQ(deviation(x, {}, 0).item(), 0);
  EXPECT_EQ(quantile(x, 0.7).item(), 2.5);
  EXPECT_EQ(normalize(x).item(), 1);
}

// Broadcast first, then norms
TEST(CosineSimilarity, MeasuresWhatIsStretched) {
  Tape tape;
  const N a = tape.input({{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}}),
          b = tape.input({{{1.0, 1.0, 1.0}}, {{2.0, 0.0, 1.0}}});
  EXPECT_EQ(a.shape(), (Shape{1, 2, 3}));
  EXPECT_EQ(b.shape(), (Shape{2, 1, 3}));
  const N stretched =
      cosine_similarity(broadcast_to(a, Shape{2, 2, 3}), broadcast_to(b, Shape{2, 2, 3}), -2);
  const N got = cosine_similarity(a, b, -2);
  ASSERT_EQ(got.shape(), (Shape{2, 3}));
  for (std::int64_t i = 0; i < 6; ++i) {
    const double wanted = i == 4 ? 0
                                 : (a.value()[i % 3] + a.value()[3 + i % 3]) /
                                       std::hypot(a.value()[i % 3], a.value()[3 + i % 3]) /
                                       std::sqrt(2.0);
    EXPECT_NEAR(got.value()[i], wanted, 1e-15);
    EXPECT_NEAR(stretched.value()[i], wanted, 1e-15);
  }
  const N vector = tape.input({1, -1});  // along an axis that it has not
  EXPECT_EQ(cosine_similarity(vector, tape.zeros({3, 2}) + 1, 0).shape(), Shape{2});
  EXPECT_NEAR(cosine_similarity(vector, tape.zeros({3, 2}) + 1, 0).value()[1], -1, 1e-15);
}

// Some LAPACKs never come back from diag(1, NaN, 2), and give numbers for ((NaN, 1), (1, 2)).
TEST(Infinities, OfAMatrixGiveNoEigenvaluesAndNoSingularValues) {
  const auto all_nan = [](const N& y) {
    for (const double number : y.value()) EXPECT_TRUE(std::isnan(number)) << to_text(y);
  };
  for (const double odd : {nan, infinity}) {
    Tape tape;
    for (const N& x : {tape.input({{1, 0, 0}, {0, odd, 0}, {0, 0, 2}}),
                       tape.input({{odd, 1, 0}, {1, 2, 0}, {0, 0, 2}})}) {
      const auto [values, vectors] = eigh(x);
      all_nan(values), all_nan(vectors);
      const auto [u, s, v] = svd(x);
      all_nan(u), all_nan(s), all_nan(v);
      all_nan(pinv(x)), all_nan(svdvals(x)), all_nan(matrix_norm(x, MatrixNorm::nuclear));
      all_nan(matrix_norm(x, MatrixNorm::spectral)), all_nan(condition_number(x));
      tape.backward(sum(values) + sum(s));
      for (const double slope : x.upstream()) EXPECT_TRUE(std::isnan(slope));
    }
    // beside a matrix that has some
    const N two = eigh(tape.input({{{odd, 0}, {0, 1}}, {{2, 0}, {0, 1}}})).values;
    EXPECT_TRUE(std::isnan(two.value()[0]) && std::isnan(two.value()[1]));
    EXPECT_EQ(two.value()[2], 1);
    EXPECT_EQ(two.value()[3], 2);
  }
}

}  // namespace
}  // namespace glassgrad

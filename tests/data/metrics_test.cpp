// Metrics against counts done by hand.
#include "glassgrad/data/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "glassgrad/array/error.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

// 0 0 0 1 1 2 are truly there; one 0 is taken for 1, one 1 for 2.
const Labels labels{0, 0, 0, 1, 1, 2};
const Labels predicted{0, 0, 1, 1, 2, 2};

TEST(Metrics, ArgmaxTakesTheFirstOfEqual) {
  EXPECT_EQ(argmax_rows({{1, 3, 2}, {5, 5, 5}, {-1, -2, 0}}), (Labels{1, 0, 2}));
  EXPECT_EQ(argmax_rows({{-INFINITY, INFINITY}}), (Labels{1}));
  EXPECT_TRUE(argmax_rows(Matrix(0, 2)).empty());
  EXPECT_EQ(error_of([] {
              argmax_rows({{1, 2}, {3, NAN}});
            }),
            "[argmax_rows] row 1 of the scores holds nan. "
            "Look where the model turned to nan; a smaller learning rate may help.");
  EXPECT_EQ(error_of([] { argmax_rows(Matrix(1, 0)); }),
            "[argmax_rows] scores have no columns. Give a column per class.");
}

TEST(Metrics, Accuracy) {
  EXPECT_DOUBLE_EQ(accuracy(labels, predicted), 4 / 6.0);
  EXPECT_EQ(accuracy(labels, labels), 1);
  EXPECT_EQ(error_of([] { accuracy(labels, Labels{1}); }),
            "[accuracy] 6 true values, 1 predictions. "
            "Give one prediction for each, and at least one.");
  EXPECT_EQ(error_of([] { accuracy({}, {}); }),
            "[accuracy] 0 true values, 0 predictions. "
            "Give one prediction for each, and at least one.");
}

TEST(Metrics, RSquared) {
  EXPECT_DOUBLE_EQ(r_squared(Numbers{1, 2, 3}, Numbers{1, 2, 4}), 0.5);
  EXPECT_EQ(r_squared(Numbers{1, 2, 3}, Numbers{1, 2, 3}), 1);
  EXPECT_EQ(r_squared(Numbers{1, 2, 3}, Numbers{2, 2, 2}), 0);
  EXPECT_EQ(r_squared(Numbers{1, 2, 3}, Numbers{3, 2, 1}), -3);
  EXPECT_EQ(r_squared(Numbers{0.1, 0.1, 0.1}, Numbers{0.1, 0.1, 0.1}), 1);
  EXPECT_EQ(r_squared(Numbers{0.1, 0.1, 0.1}, Numbers{0.1, 0.1, 0.2}), 0);
  EXPECT_TRUE(std::isnan(r_squared(Numbers{1, 2}, Numbers{NAN, 2})));
  EXPECT_EQ(error_of([] { r_squared(Numbers{1}, Numbers{}); }),
            "[r_squared] 1 true values, 0 predictions. "
            "Give one prediction for each, and at least one.");
}

TEST(ConfusionMatrix, CountsAndScores) {
  const ConfusionMatrix matrix(labels, predicted, 4);
  EXPECT_EQ(matrix.count(0, 0), 2);
  EXPECT_EQ(matrix.count(0, 1), 1);
  EXPECT_EQ(matrix.count(1, 0), 0);
  EXPECT_EQ(matrix.count(1, 2), 1);
  EXPECT_DOUBLE_EQ(matrix.accuracy(), 4 / 6.0);
  const ClassScore zero = matrix.score(0);
  EXPECT_DOUBLE_EQ(zero.precision, 1);
  EXPECT_DOUBLE_EQ(zero.recall, 2 / 3.0);
  EXPECT_DOUBLE_EQ(zero.f1, 0.8);
  EXPECT_EQ(zero.support, 3);
  const ClassScore absent = matrix.score(3);
  EXPECT_EQ(absent.precision + absent.recall + absent.f1, 0);
  // Class 3 occurs nowhere and is left out of the means.
  const ClassScore macro = matrix.macro();
  EXPECT_DOUBLE_EQ(macro.precision, (1 + 0.5 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(macro.recall, (2 / 3.0 + 0.5 + 1) / 3);
  EXPECT_DOUBLE_EQ(macro.f1, (0.8 + 0.5 + 2 / 3.0) / 3);
  EXPECT_EQ(macro.support, 6);
}

TEST(ConfusionMatrix, Text) {
  const ConfusionMatrix matrix(labels, predicted, 3);
  EXPECT_EQ(matrix.text(),
            "true \\ predicted      0      1      2  recall\n"
            "0                     2      1      0   0.667\n"
            "1                     0      1      1   0.500\n"
            "2                     0      0      1   1.000\n"
            "precision         1.000  0.500  0.500\n"
            "accuracy 0.6667, macro precision 0.6667, recall 0.7222, f1 0.6556\n");
  const std::vector<std::string> names{"cat", "d\xC3\xB6g", "elephant"};
  EXPECT_EQ(matrix.text(names),
            "true \\ predicted    cat    d\xC3\xB6g  elephant  recall\n"
            "cat                   2      1         0   0.667\n"
            "d\xC3\xB6g                   0      1         1   0.500\n"
            "elephant              0      0         1   1.000\n"
            "precision         1.000  0.500     0.500\n"
            "accuracy 0.6667, macro precision 0.6667, recall 0.7222, f1 0.6556\n");
}

TEST(ConfusionMatrix, Errors) {
  EXPECT_EQ(error_of([] { ConfusionMatrix(labels, predicted, 2); }),
            "[ConfusionMatrix] prediction 2 at place 4 is out of range. Classes go from 0 to 1.");
  EXPECT_EQ(error_of([] { ConfusionMatrix(Labels{-1}, Labels{0}, 2); }),
            "[ConfusionMatrix] label -1 at place 0 is out of range. Classes go from 0 to 1.");
  EXPECT_EQ(error_of([] { ConfusionMatrix(Labels{0}, Labels{0}, 0); }),
            "[ConfusionMatrix] 0 classes. Give 1 or more.");
  const ConfusionMatrix matrix(labels, predicted, 3);
  EXPECT_EQ(error_of([&] { matrix.count(3, 0); }),
            "[ConfusionMatrix] no entry (3, 0). Classes go from 0 to 2.");
  const std::vector<std::string> names{"a"};
  EXPECT_EQ(error_of([&] { matrix.text(names); }),
            "[ConfusionMatrix] 1 names for 3 classes. Give a name per class, or none.");
}

// Though squares leave the range.
TEST(RSquared, IsTheSameForTargetsOfAnySize) {
  const std::vector<double> targets = {1, 2, 4, 8}, guesses = {1.5, 2, 3, 8};
  for (int k = -1000; k <= 1018; k += 7) {
    std::vector<double> y, yhat;
    for (const double target : targets) y.push_back(std::ldexp(target, k));
    for (const double each : guesses) yhat.push_back(std::ldexp(each, k));
    EXPECT_DOUBLE_EQ(r_squared(y, yhat), r_squared(targets, guesses)) << k;
  }
}

}  // namespace
}  // namespace glassgrad

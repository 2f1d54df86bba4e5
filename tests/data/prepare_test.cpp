// Fitting, splitting and batching: what they compute, and that a seed fixes them everywhere.
#include "glassgrad/data/prepare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include "glassgrad/array/error.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Labels = std::vector<std::int64_t>;

// x(i, 0) = i, so that rows are recognised wherever they go; counts[c] examples of class c.
Dataset numbered(const Labels& counts) {
  Dataset data;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    data.labels.insert(data.labels.end(), static_cast<std::size_t>(counts[c]),
                       static_cast<std::int64_t>(c));
  }
  data.x = Matrix(static_cast<std::int64_t>(data.labels.size()), 1);
  std::iota(data.x.numbers.begin(), data.x.numbers.end(), 0.0);
  return data;
}

Labels per_class(const Dataset& data, std::size_t classes) {
  Labels counts(classes);
  for (const std::int64_t label : data.labels) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

TEST(Standardizer, GivesMeanZeroAndVarianceOne) {
  Matrix x{{1, 5, 1000001}, {2, 5, 1000002}, {6, 5, 1000003}};
  const Standardizer fitted = Standardizer::fit(x);
  EXPECT_DOUBLE_EQ(fitted.mean[0], 3);
  EXPECT_DOUBLE_EQ(fitted.scale[0], std::sqrt(14 / 3.0));
  EXPECT_EQ(fitted.mean[1], 5);
  EXPECT_EQ(fitted.scale[1], 1);
  fitted.apply(x);
  for (const std::int64_t j : {0, 2}) {
    EXPECT_NEAR(x(0, j) + x(1, j) + x(2, j), 0, 1e-12);
    EXPECT_NEAR(x(0, j) * x(0, j) + x(1, j) * x(1, j) + x(2, j) * x(2, j), 3, 1e-12);
  }
  Matrix other{{3, 6, 1000002}};
  fitted.apply(other);
  EXPECT_EQ(other, (Matrix{{0, 1, 0}}));
}

TEST(Standardizer, AConstantColumnBecomesZeroWhateverItsDigits) {
  Matrix x(1000, 2, 0.1);
  for (std::int64_t i = 0; i < x.rows; ++i) x(i, 1) = 1e300;
  Standardizer::fit(x).apply(x);
  EXPECT_EQ(x, Matrix(1000, 2, 0.0));
}

// Though squares, sums and differences leave the range on the way.
TEST(Standardizer, IsTheSameForColumnsOfAnySize) {
  const Matrix usual = {{-1.5}, {-1.25}, {0.75}, {1.75}};
  const Standardizer fitted = Standardizer::fit(usual);
  Matrix standard = usual;
  fitted.apply(standard);
  for (int k = -1060; k <= 1023; k += 3) {
    Matrix x = usual;
    for (std::int64_t i = 0; i < 4; ++i) x(i, 0) = std::ldexp(x(i, 0), k);
    const Standardizer far = Standardizer::fit(x);
    far.apply(x);
    const double digits = k < -1020 ? std::ldexp(1.0, -1071 - k) : 1e-15;  // of denormal numbers
    EXPECT_NEAR(std::ldexp(far.scale[0], -k), fitted.scale[0], digits) << k;
    EXPECT_NEAR(std::ldexp(far.mean[0], -k), fitted.mean[0], digits) << k;
    for (std::int64_t i = 0; i < 4; ++i) EXPECT_NEAR(x(i, 0), standard(i, 0), 4 * digits) << k;
  }
  Matrix ends = {{1.7e308, 0, 7}, {-1.7e308, 5e-324, 7}};
  Standardizer::fit(ends).apply(ends);
  EXPECT_DOUBLE_EQ(ends(0, 0), 1);
  EXPECT_DOUBLE_EQ(ends(1, 0), -1);
  EXPECT_GT(ends(1, 1), ends(0, 1));
  EXPECT_EQ(ends(0, 2), 0);
}
TEST(Imputer, TakesMeansAndMediansOfNumbersOfAnySize) {
  const double nan = std::nan("");
  const Matrix x = {{1.5e308}, {nan}, {-1.7e308}};
  EXPECT_DOUBLE_EQ(Imputer::fit(x, Missing::mean).fill[0], -1e307);
  EXPECT_DOUBLE_EQ(Imputer::fit(x, Missing::median).fill[0], -1e307);
}

TEST(Standardizer, Errors) {
  EXPECT_EQ(error_of([] { Standardizer::fit(Matrix(0, 2)); }),
            "[Standardizer] x has no rows. Give at least one example.");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(error_of([&] {
              Standardizer::fit({{1, 2}, {3, nan}});
            }),
            "[Standardizer] row 2, column 2 of x is nan. "
            "Give finite numbers; fill missing ones with an Imputer.");
  Matrix narrow(1, 1);
  EXPECT_EQ(error_of([&] { Standardizer::fit(Matrix(1, 3)).apply(narrow); }),
            "[Standardizer] x has 1 columns, the fit was on 3. "
            "Give the features it was fitted on.");
}

TEST(Imputer, FillsOtherDataFromTheTrainingPart) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Matrix train{{1, nan}, {2, 4}, {9, 5}, {nan, 9}};
  Matrix test{{nan, nan}, {7, 8}};
  const Imputer mean = Imputer::fit(train, Missing::mean);
  EXPECT_EQ(mean.fill, (std::vector<double>{4, 6}));
  EXPECT_EQ(Imputer::fit(train, Missing::median).fill, (std::vector<double>{2, 5}));
  EXPECT_EQ(Imputer::fit(train, Missing::constant, -1).fill, (std::vector<double>{-1, -1}));
  mean.apply(test);
  EXPECT_EQ(test, (Matrix{{4, 6}, {7, 8}}));
  EXPECT_EQ(error_of([&] { Imputer::fit(train, Missing::refuse); }),
            "[Imputer] Missing::refuse, keep and drop fill nothing. "
            "Choose mean, median or constant.");
  Matrix narrow(1, 1);
  EXPECT_EQ(error_of([&] { mean.apply(narrow); }),
            "[Imputer] x has 1 columns, the fit was on 2. Give the features it was fitted on.");
}

TEST(OneHot, Rows) {
  const Labels labels{1, 0, 2};
  EXPECT_EQ(one_hot(labels, 3), (Matrix{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}));
  EXPECT_EQ(error_of([&] { one_hot(labels, 2); }),
            "[one_hot] label 2 of row 2 is out of range. Labels go from 0 to 1.");
}

TEST(Shuffled, IsAPermutationFixedBySeed) {
  const Dataset data = numbered({6, 4});
  const Dataset once = shuffled(data, 1);
  EXPECT_EQ(once.x, shuffled(data, 1).x);
  EXPECT_NE(once.x, shuffled(data, 2).x);
  EXPECT_NE(once.x, data.x);
  for (std::int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(once.labels[static_cast<std::size_t>(i)], once.x(i, 0) < 6 ? 0 : 1);
  }
  // The same on every platform.
  EXPECT_EQ(once.x.numbers, (std::vector<double>{3, 8, 0, 9, 6, 5, 1, 2, 7, 4}));
}

TEST(Split, HoldsOutTheFraction) {
  const Dataset data = numbered({10});
  const Split parts = split(data, 0.25, 3);
  EXPECT_EQ(parts.test.size(), 3);
  EXPECT_EQ(parts.train.size(), 7);
  std::set<double> rows(parts.train.x.numbers.begin(), parts.train.x.numbers.end());
  rows.insert(parts.test.x.numbers.begin(), parts.test.x.numbers.end());
  EXPECT_EQ(rows.size(), 10U);
  EXPECT_EQ(split(data, 0.25, 3).test.x, parts.test.x);
  EXPECT_NE(split(data, 0.25, 4).test.x, parts.test.x);
}

TEST(Split, StratifiedKeepsTheProportions) {
  const Dataset data = numbered({50, 30, 20});
  const Split parts = split_stratified(data, 0.1, 7);
  EXPECT_EQ(per_class(parts.test, 3), (Labels{5, 3, 2}));
  EXPECT_EQ(per_class(parts.train, 3), (Labels{45, 27, 18}));
  EXPECT_EQ(split_stratified(data, 0.1, 7).train.x, parts.train.x);
  EXPECT_NE(split_stratified(data, 0.1, 8).train.x, parts.train.x);
  EXPECT_FALSE(std::is_sorted(parts.train.labels.begin(), parts.train.labels.end()));
  // 33.3 %: shares 3.33, 2.33, 1.33 are rounded down to 6; the total, 7, gives class 0 one more.
  EXPECT_EQ(per_class(split_stratified(numbered({10, 7, 4}), 1 / 3.0, 1).test, 3),
            (Labels{4, 2, 1}));
}

TEST(Split, StratifiedLeavesEveryClassAnExampleToTrainOn) {
  const Split parts = split_stratified(numbered({10, 1, 1}), 0.5, 1);
  EXPECT_EQ(per_class(parts.train, 3), (Labels{5, 1, 1}));
  EXPECT_EQ(per_class(split_stratified(numbered({2, 2}), 0.7, 1).train, 2), (Labels{1, 1}));
}

TEST(Split, Errors) {
  const Dataset data = numbered({10});
  for (const double held_out : {0.0, 1.0, -0.5, 0.01, 0.99}) {
    EXPECT_THROW(split(data, held_out, 1), DataError) << held_out;
  }
  EXPECT_EQ(error_of([&] { split(data, 1.5, 1); }),
            "[split] holding out 1.5 of 10 examples leaves a part empty. "
            "Give more examples, or a fraction between 0 and 1 that leaves some in both.");
  EXPECT_EQ(error_of([&] { split(data, std::nan(""), 1); }),
            "[split] holding out nan of 10 examples leaves a part empty. "
            "Give more examples, or a fraction between 0 and 1 that leaves some in both.");
  EXPECT_EQ(
      error_of([] {
        split_stratified({{{1}, {2}}}, 0.5, 1);
      }),
      "[split_stratified] the data have no labels. Use split, or give every example a class.");
}

TEST(Batches, CoverEveryExampleOnceAnEpoch) {
  Batches batches(10, 4, 5);
  EXPECT_EQ(batches.iterations(), 3);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    Labels seen;
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto rows = batches.rows(epoch, i);
      EXPECT_EQ(rows.size(), i < 2 ? 4U : 2U);
      seen.insert(seen.end(), rows.begin(), rows.end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, (Labels{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }
}

TEST(Batches, DependOnSeedAndEpochAlone) {
  const auto rows_of = [](Batches& batches, std::int64_t epoch, std::int64_t iteration) {
    const auto rows = batches.rows(epoch, iteration);
    return Labels(rows.begin(), rows.end());
  };
  Batches whole(100, 7, 5);
  Batches resumed(100, 7, 5);
  Batches other(100, 7, 6);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) rows_of(whole, epoch, 0);
  EXPECT_EQ(rows_of(whole, 3, 9), rows_of(resumed, 3, 9));
  EXPECT_EQ(rows_of(whole, 1, 2), rows_of(resumed, 1, 2));
  EXPECT_NE(rows_of(whole, 3, 9), rows_of(other, 3, 9));
  EXPECT_NE(rows_of(whole, 3, 9), rows_of(whole, 4, 9));
  Batches golden(8, 8, 1);
  EXPECT_EQ(rows_of(golden, 2, 0), (Labels{4, 6, 3, 7, 1, 2, 0, 5}));  // on every platform
}

TEST(Batches, SizesAndOrder) {
  Batches all(5, 100, 1, Batches::Order::as_given);
  EXPECT_EQ(all.iterations(), 1);
  const auto rows = all.rows(7, 0);
  EXPECT_EQ(Labels(rows.begin(), rows.end()), (Labels{0, 1, 2, 3, 4}));
  EXPECT_EQ(Batches(10, 5, 1).iterations(), 2);
  EXPECT_EQ(Batches(1, 1, 1).iterations(), 1);
  EXPECT_EQ(Batches(10, std::numeric_limits<std::int64_t>::max(), 1).iterations(), 1);
}

TEST(Batches, Errors) {
  EXPECT_EQ(error_of([] { Batches(0, 4, 1); }),
            "[Batches] 0 examples in batches of 4. Give at least one of each.");
  EXPECT_EQ(error_of([] { Batches(4, 0, 1); }),
            "[Batches] 4 examples in batches of 0. Give at least one of each.");
  Batches batches(10, 4, 1);
  EXPECT_EQ(error_of([&] { batches.rows(0, 3); }),
            "[Batches] no iteration 3 in epoch 0. Count epochs from 0, iterations from 0 to 2.");
  EXPECT_EQ(error_of([&] { batches.rows(-1, 0); }),
            "[Batches] no iteration 0 in epoch -1. Count epochs from 0, iterations from 0 to 2.");
}

}  // namespace
}  // namespace glassgrad

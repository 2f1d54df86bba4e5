// Matrices and data sets filled by hand.
#include "glassgrad/data/table.hpp"

#include <gtest/gtest.h>

#include <string>

#include "glassgrad/array/error.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

TEST(Matrix, EntriesAndRows) {
  Matrix m{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(m.rows, 2);
  EXPECT_EQ(m.columns, 3);
  EXPECT_EQ(m(1, 0), 4);
  m(1, 0) = 7;
  m.row(0)[2] = 8;
  EXPECT_EQ(m, (Matrix{{1, 2, 8}, {7, 5, 6}}));
  EXPECT_EQ(m, Matrix(2, 3, {1, 2, 8, 7, 5, 6}));
  EXPECT_EQ(Matrix(2, 1, 5), (Matrix{{5}, {5}}));
  EXPECT_EQ(Matrix(0, 3).numbers.size(), 0U);
  EXPECT_EQ(Matrix().rows, 0);
}

TEST(Matrix, Errors) {
  EXPECT_EQ(error_of([] {
              Matrix(2, 2, {1, 2, 3});
            }),
            "[Matrix] 2 rows of 2 columns need 4 numbers, 3 are given. "
            "Give rows * columns numbers.");
  EXPECT_EQ(error_of([] { Matrix(-1, 2); }),
            "[Matrix] -1 rows and 2 columns. Give sizes of 0 or more.");
  EXPECT_EQ(error_of([] {
              Matrix({{1, 2}, {3}});
            }),
            "[Matrix] row 0 has 2 numbers, another 1. Give rows of the same length.");
}

TEST(Dataset, TakesRowsInAnyOrderWithRepeats) {
  const Dataset data{{{1, 2}, {3, 4}, {5, 6}}, {0, 1, 0}, {0.5, 1.5, 2.5}, {"a", "b"}, {"n", "y"}};
  const std::int64_t rows[] = {2, 0, 2};
  const Dataset taken = take(data, rows);
  EXPECT_EQ(taken.x, (Matrix{{5, 6}, {1, 2}, {5, 6}}));
  EXPECT_EQ(taken.labels, (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(taken.targets, (std::vector<double>{2.5, 0.5, 2.5}));
  EXPECT_EQ(taken.features, data.features);
  EXPECT_EQ(taken.classes, data.classes);
  EXPECT_EQ(take(data, {}).x.columns, 2);
}

TEST(Dataset, Errors) {
  const Matrix x{{1}, {2}};
  const std::int64_t rows[] = {0, 2};
  EXPECT_EQ(error_of([&] { take(x, rows); }),
            "[take] there is no row 2 of 2. Give rows from 0 to 1.");
  EXPECT_EQ(error_of([&] {
              take(Dataset{x, {0}}, rows);
            }),
            "[Dataset] 2 rows of x but 1 labels. Give one of the labels per row, or none.");
  EXPECT_EQ(error_of([&] {
              check_dataset({x, {}, {1, 2, 3}});
            }),
            "[Dataset] 2 rows of x but 3 targets. Give one of the targets per row, or none.");
  EXPECT_EQ(error_of([&] {
              check_dataset({x, {0, 2}, {}, {}, {"n", "y"}});
            }),
            "[Dataset] row 1 has label 2, but there are 2 classes. Labels go from 0 to 1.");
  EXPECT_EQ(error_of([&] {
              check_dataset({x, {0, -1}});
            }),
            "[Dataset] row 1 has label -1. Number classes from 0.");
  EXPECT_EQ(error_of([&] { check_dataset({x, {0, 7}}); }), "no error");
}

}  // namespace
}  // namespace glassgrad

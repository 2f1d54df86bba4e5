// What the engine's tests share: the text of an error, and arrays beside the numbers expected.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {

// |a - b| <= tolerance max(1, |b|), entry by entry, row-major.
template <class T>
void expect_near(View<const T> got, const std::vector<double>& wanted, double tolerance = 1e-11) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(double(got.data[i]), wanted[i], tolerance * std::max(1.0, std::abs(wanted[i])))
        << "at " << i;
}
template <class T>
void expect_near(const std::vector<T>& got, const std::vector<double>& wanted,
                 double tolerance = 1e-11) {
  const Shape shape{std::int64_t(got.size())};
  expect_near(View<const T>{got.data(), &shape}, wanted, tolerance);
}
template <class T>
void expect_near(const Node<T>& got, const std::vector<double>& wanted, double tolerance = 1e-11) {
  expect_near(got.value(), wanted, tolerance);
}

template <class T>
std::vector<T> numbers(View<const T> view) {
  return {view.begin(), view.end()};
}

}  // namespace glassgrad

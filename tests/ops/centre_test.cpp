// What is left of a row when its mean is taken away, where another row has no mean.
#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/tape.hpp"
#include "glassgrad/ops/rules/norm.hpp"

namespace glassgrad {
namespace {

TEST(Centre, OneRowDoesNotSpoilTheOthers) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Tape<double> t;
  const auto infinite = t.input({{infinity, 1, 1}, {0.1, 0.1, 0.1}});
  const auto apart = t.input({{1e308, -1e308, 1e308}, {0.1, 0.1, 0.1}});
  for (const auto& x : {infinite, apart}) {
    const auto y = apply(Centre{{Axes{1}}}, x);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(y.value()(1, i), 0.0);
  }
}

}  // namespace
}  // namespace glassgrad

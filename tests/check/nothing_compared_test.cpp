// A check that would compare nothing is refused, instead of finding nothing wrong.
#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

TEST(NothingCompared, IsRefused) {
  const auto slopes = [](const CheckOptions& options) {
    return check_gradients([](auto x) { return sum(tanh(x)); }, {{0.1, 0.2, 0.3}}, options);
  };
  EXPECT_EQ(error_of([&] { slopes({.full = 0, .directions = 0}); }),
            "[check] directions is 0, and a Jacobian of 1 times 3 numbers is larger than full, 0: "
            "nothing would be compared. Give at least 1 direction, or a larger full.");
  EXPECT_GT(slopes({.full = 0, .directions = 1}).compared, 0);  // the advice
  EXPECT_GT(slopes({.full = 3, .directions = 0}).compared, 0);
}

}  // namespace
}  // namespace glassgrad

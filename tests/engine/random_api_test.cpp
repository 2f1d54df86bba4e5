// Random programs over the public API against a slow reference (support/random_api.hpp).
#include "support/random_api.hpp"

#include <gtest/gtest.h>

#include "glassgrad/array/random.hpp"

namespace glassgrad {
namespace {

struct OfASeed final : Choices {
  explicit OfASeed(std::uint64_t seed) : random(seed) {}
  std::uint64_t below(std::uint64_t n) override { return random.below(n); }
  bool more() override { return true; }
  Random random;
};

TEST(RandomApi, IsWhatTheSlowReferenceGives) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    OfASeed choices(seed);
    ASSERT_EQ(run_random_api(choices), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace glassgrad

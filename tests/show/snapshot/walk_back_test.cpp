// A walk over steps written down by hand.
#include "../../../src/show/snapshot/walk_back.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

// Step 2 passes three times what arrives on to step 0 and five times to step 1, which passes twice
// on to step 0; nothing arrives at step 3.
TEST(WalkBack, ContributionsAreAddedWhereTheyMeet) {
  const std::vector<std::vector<std::pair<std::size_t, double>>> inputs{
      {}, {{0, 2.0}}, {{0, 3.0}, {1, 5.0}}, {{0, 7.0}}};
  std::vector<Numbers> arrived(4);
  arrived[2] = {1.0, -1.0};
  std::vector<std::size_t> pulled;
  detail::walk_back(
      4, [&](std::size_t i) -> auto& { return arrived[i]; },
      [&](std::size_t i, const Numbers& upstream) {
        pulled.push_back(i);
        std::vector<Numbers> all;
        for (const auto& [to, factor] : inputs[i])
          all.push_back({factor * upstream[0], factor * upstream[1]});
        return all;
      },
      [&](std::size_t i, int k) { return &arrived[inputs[i][std::size_t(k)].first]; });
  EXPECT_EQ(pulled, (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_EQ(arrived[1], (Numbers{5.0, -5.0}));
  EXPECT_EQ(arrived[0], (Numbers{13.0, -13.0}));
  EXPECT_TRUE(arrived[3].empty());
}

// As in a tape's sweep the first contribution is kept to the bit, and what goes nowhere is dropped.
TEST(WalkBack, TheFirstIsKeptAsItIs) {
  std::vector<Numbers> arrived(2);
  arrived[1] = {-0.0};
  detail::walk_back(
      2, [&](std::size_t i) -> auto& { return arrived[i]; },
      [](std::size_t i, const Numbers& upstream) {
        return i == 0 ? std::vector<Numbers>{} : std::vector<Numbers>{upstream, {9.0}, {}};
      },
      [&](std::size_t, int k) { return k == 0 ? &arrived[0] : nullptr; });
  EXPECT_EQ(arrived[0], Numbers{0.0});
  EXPECT_TRUE(std::signbit(arrived[0][0]));
}

}  // namespace
}  // namespace glassgrad

// Sums at a run's end that are made again as they have left the range: where there is no memory for
// that they stay as they are, and what was finite keeps its bits.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;
constexpr std::int64_t n = 60001;
const Shape shape{n, 2};

Numbers list(const View<const double>& view) { return {view.begin(), view.end()}; }
View<const double> view(const Numbers& numbers) { return {numbers.data(), &shape}; }

// Column 0 is `first`, then `second`; column 1 is random, of many sizes, and cancels for the most
// part, so that how it is added up shows.
Numbers columns(double first, double second, int seed = 5) {
  Random random(5 + std::uint64_t(seed));
  Numbers x;
  for (std::int64_t i = 0; i < n; ++i) {
    x.push_back(2 * i < n ? first : second);
    const double size = std::ldexp(random.normal(), int(random.uniform() * 40));
    x.push_back(2 * i < n ? size : -x[std::size_t(2 * (n - 1 - i) + 1)] + std::ldexp(size, -60));
  }
  return x;
}

TEST(SumsAgain, FiniteOnesKeepTheirBits) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Numbers ones(2 * n, 1);
  auto program =
      compile<double>([](Tape<double>&, const Fed<double>& in) { return sum(in[0] * in[1], 0); },
                      {view(ones), view(ones)}, Gradients::none);
  const auto sums = [&](const Numbers& x) {
    const Feed<double> feeds[] = {view(x), view(ones)};
    return list(program.run(feeds));
  };
  for (int seed = 0; seed < 10; ++seed) {
    const Numbers plain = sums(columns(1, -1, seed));
    EXPECT_EQ(plain[0], 1);
    EXPECT_EQ(sums(columns(1e308, -1e308, seed)), (Numbers{1e308, plain[1]}));
    EXPECT_EQ(sums(columns(1e308, 1e308, seed)), (Numbers{infinity, plain[1]}));
  }
}

// Every demand for memory fails in turn: of sums that come back, and of a program that has
// diverged.
TEST(SumsAgain, StayAsTheyAreWithoutMemory) {
  const int before = threads();
  set_threads(1);
  const Numbers ones(2 * n, 1), small = columns(1, 2), back = columns(5e307, -5e307);
  const Numbers away = columns(1e308, 1e308), nothing = columns(1e308, std::nan(""));
  auto program = compile<double>(
      [](Tape<double>&, const Fed<double>& in) {
        return sum(in[0] * in[1], 0) + sum(in[0] / in[1], 0);
      },
      {view(small), view(ones)}, Gradients::none);
  const auto run = [&](const Numbers& x) {
    const Feed<double> feeds[] = {view(x), view(ones)};
    return list(program.run(feeds));
  };
  const Numbers usual = run(small), right = run(back);
  EXPECT_EQ(right[0], 1e308);
  for (const Numbers* x : {&back, &away, &nothing}) {
    const std::size_t held = allocations_held();
    std::size_t demand = 1;
    for (bool failed = true; failed; ++demand) {
      const Feed<double> feeds[] = {view(*x), view(ones)};
      fail_allocation(demand);
      const View<const double> got = program.run(feeds);  // throws nothing
      failed = allocation_failed();
      fail_allocation(0);
      EXPECT_TRUE(got[0] == right[0] || !std::isfinite(got[0])) << got[0];
      EXPECT_TRUE(x != &back || failed || got[0] == right[0]) << got[0];
      EXPECT_EQ(got[1], right[1]) << "demand " << demand;
      EXPECT_EQ(run(small), usual) << "demand " << demand;
    }
    EXPECT_GE(demand, 7u);
    EXPECT_EQ(allocations_held(), held);
  }
  set_threads(before);
}

}  // namespace
}  // namespace glassgrad

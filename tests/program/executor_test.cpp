// A plan run by hand: fed, repeated, changed in place.
#include "../../src/program/executor.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "glassgrad/ops/rules/updates.hpp"
#include "program/planned.hpp"

namespace glassgrad {
namespace {

using program::Executor;
using Numbers = std::vector<double>;

Numbers numbers_of(const View<const double>& view) { return {view.begin(), view.end()}; }

TEST(Executor, ComputesWhatThePlanSays) {
  ToBePlanned on(Shape{2, 2});
  const auto y = matmul(on.x, on.x) + 1.0;
  Executor<double> executor(on.plan({y}));
  const Numbers first{1, 2, 3, 4}, second{1, 0, 0, 1};
  executor.feed(on.x.index(), first.data());
  executor.run();
  EXPECT_EQ(numbers_of(executor.value(y.index())), (Numbers{8, 11, 16, 23}));
  executor.feed(on.x.index(), second.data());
  executor.run();
  EXPECT_EQ(numbers_of(executor.value(y.index())), (Numbers{2, 1, 1, 2}));
  EXPECT_EQ(first, (Numbers{1, 2, 3, 4})) << "inputs are read only";
}

TEST(Executor, AnOutputMayBeAnInput) {
  ToBePlanned on(Shape{2});
  Executor<double> executor(on.plan({on.x}));
  const Numbers x{5, 6};
  executor.feed(on.x.index(), x.data());
  executor.run();
  EXPECT_EQ(executor.value(on.x.index()).data, x.data());
}

// Numbers that calls on single numbers read are copied at every run.
TEST(Executor, SingleNumbersFollowWhatIsFed) {
  ToBePlanned on(Shape{});
  const auto y = on.x * 3.0 + on.x;
  Executor<double> executor(on.plan({y}));
  double x = 2;
  executor.feed(on.x.index(), &x);
  executor.run();
  EXPECT_EQ(executor.value(y.index())[0], 8.0);
  x = 5;
  executor.run();
  EXPECT_EQ(executor.value(y.index())[0], 20.0);
}

// Block by block, in tasks, with a sum at the end: the last block is a short one, and feeding
// reaches the operands of a run.
TEST(Executor, RunsAreFedToo) {
  ToBePlanned on(Shape{30001, 4});
  const auto y = on.x * 2.0 + 1.0, total = sum(y, Axes{0});
  Executor<double> executor(on.fused({y, total}));
  Numbers x(30001 * 4);
  for (const double first : {0.0, 1000.0}) {
    std::iota(x.begin(), x.end(), first);
    Numbers other = x;
    executor.feed(on.x.index(), first == 0 ? x.data() : other.data());
    executor.run();
    const auto found = executor.value(y.index()), sums = executor.value(total.index());
    Numbers wanted(4, 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(found[std::int64_t(i)], 2 * x[i] + 1) << i;
      wanted[i % 4] += 2 * x[i] + 1;
    }
    EXPECT_EQ(numbers_of(sums), wanted);
  }
}

// Who holds memory that was asked for apart keeps the numbers when the executor is gone.
TEST(Executor, MemoryApartMayBeHeld) {
  ToBePlanned on(Shape{3});
  const auto a = exp(on.x), b = a * 2.0, c = sum(b);
  const Numbers x{0, 0, 0};
  std::shared_ptr<std::byte> held;
  {
    Executor<double> executor(on.plan({b, c}, {b.index(), c.index()}));
    executor.feed(on.x.index(), x.data());
    executor.run();
    held = executor.memory(0);
    EXPECT_EQ(reinterpret_cast<const double*>(held.get()), executor.value(b.index()).data);
    EXPECT_EQ(executor.memory(1), nullptr);
  }
  const double* const numbers = reinterpret_cast<const double*>(held.get());
  EXPECT_EQ(Numbers(numbers, numbers + 3), (Numbers{2, 2, 2}));
}

// w = w + g, then w = w * w through a scratch: in one block and in several. Dropped ones do not
// run.
TEST(Executor, ChangesAreMadeInPlace) {
  for (const std::int64_t n : {3, 5000}) {
    ToBePlanned on(Shape{n});
    Executor<double> executor(on.plan({exp(on.x)}));
    const Shape shape{n};
    Numbers w(std::size_t(n), 2.0), g(std::size_t(n), 1.0);
    using program::InPlace;
    View<const double> sum_of[] = {{w.data(), &shape}, {g.data(), &shape}};
    View<const double> product_of[] = {{nullptr, &shape}, {nullptr, &shape}};
    const View<double> scratch{nullptr, &shape}, to{w.data(), &shape};
    const InPlace<double> changes[] = {{&rule<Add, double>(), nullptr, sum_of, scratch},
                                       {&rule<Mul, double>(), nullptr, product_of, to}};
    executor.add(changes);
    executor.run_changes();
    EXPECT_EQ(w, Numbers(std::size_t(n), 9.0));
    executor.run_changes();
    EXPECT_EQ(w, Numbers(std::size_t(n), 100.0));
    executor.drop_changes();
    executor.run_changes();
    EXPECT_EQ(w, Numbers(std::size_t(n), 100.0));
  }
}

}  // namespace
}  // namespace glassgrad

// Where steps begin and end, and how runs are cut.
#include "../../src/program/steps.hpp"

#include <gtest/gtest.h>

#include "program/planned.hpp"

namespace glassgrad {
namespace {

using program::Step;

TEST(Steps, NeighboursOfOneKindAreAStep) {
  ToBePlanned on(Shape{3});
  const auto a = sum(exp(on.x)), b = tanh(a) * a;
  const auto steps = steps_of(on.graph({on.x * b}));
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].kind, Step::Kind::calls);
  EXPECT_EQ(steps[0].count, 2u);
  EXPECT_EQ(steps[1].kind, Step::Kind::numbers);
  EXPECT_EQ(steps[1].first, 2u);
  EXPECT_EQ(steps[1].end(), 4u);
  EXPECT_EQ(steps[2].kind, Step::Kind::calls);
}

Step run_of(const Shape& shape, bool by_rows) {
  ToBePlanned on(shape);
  const auto y = sin(exp(by_rows ? on.x * sum(on.x, Axes{1}, true) : on.x));
  auto graph = on.graph({y});
  program::fuse(graph);
  program::join_rows(graph);
  for (const Step& step : steps_of(graph))
    if (step.kind == Step::Kind::run) return step;
  ADD_FAILURE() << "no run";
  return {};
}

TEST(Steps, AFlatRunIsCutIntoNumbers) {
  const Step step = run_of(Shape{1000, 5}, false);
  EXPECT_TRUE(step.flat);
  EXPECT_EQ(step.total_rows, 5000);
  EXPECT_EQ(step.rows, 1024);
  EXPECT_EQ(step.blocks(), 5);
  EXPECT_EQ(step.rows_of_last_block(), 5000 - 4 * 1024);
  EXPECT_EQ(step.tasks(), 1) << "too small to be shared";
}

TEST(Steps, ALargeRunIsSharedByTasks) {
  const Step step = run_of(Shape{1000, 500}, false);
  EXPECT_EQ(step.blocks(), 489);
  EXPECT_EQ(step.task_blocks(), 32);
  EXPECT_EQ(step.tasks(), 16);
}

TEST(Steps, OthersAreCutIntoRows) {
  const Step step = run_of(Shape{3000, 100}, true);
  EXPECT_FALSE(step.flat);
  EXPECT_EQ(step.total_rows, 3000);
  EXPECT_EQ(step.row_count, 100);
  EXPECT_FALSE(step.by_rows);
  EXPECT_EQ(step.rows, 10) << "numbers of a block, by those of a row";
}

}  // namespace
}  // namespace glassgrad

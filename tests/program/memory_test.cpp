// Where the places of a plan are.
#include "../../src/program/memory.hpp"

#include <gtest/gtest.h>

#include "program/planned.hpp"

namespace glassgrad {
namespace {

using program::Memory;

TEST(Memory, EveryPlaceHasItsAddress) {
  ToBePlanned on(Shape{2, 2});
  const auto a = matmul(on.x, on.x), b = tanh(a), c = matmul(b, on.x), total = sum(c);
  const auto plan = on.plan({total, c}, {c.index(), total.index()});
  Memory<double> memory(plan);
  EXPECT_EQ(memory.at(a.index()), memory.at(b.index())) << "written over";
  EXPECT_NE(memory.at(a.index()), memory.at(c.index()));
  EXPECT_EQ(memory.at(c.index()), reinterpret_cast<double*>(memory.apart(0).get()));
  EXPECT_EQ(memory.at(total.index()), memory.numbers());
  EXPECT_EQ(memory.apart(1), nullptr);
  EXPECT_EQ(memory.at(on.x.index()), nullptr) << "not fed yet";
  const double numbers[] = {1, 2, 3, 4};
  memory.feed(on.x.index(), numbers);
  EXPECT_EQ(memory.at(on.x.index()), numbers);
}

// In a run of one block the scratch is the program's own; the blocks of a larger one are in that of
// the thread which runs them.
TEST(Memory, OnlyASingleBlockHasItsScratchHere) {
  for (const std::int64_t n : {10, 5000}) {
    ToBePlanned on(Shape{n});
    const auto a = exp(on.x), b = sin(a);
    const auto plan = on.fused({b});
    ASSERT_TRUE(plan.places[a.index()].hidden());
    EXPECT_EQ(Memory<double>(plan).at(a.index()) != nullptr, n == 10);
  }
}

TEST(Memory, EmptyArraysHaveSome) {
  ToBePlanned on(Shape{0, 3});
  const auto a = transpose(on.x), b = transpose(a);
  Memory<double> memory(on.plan({a, b}, {a.index()}));
  EXPECT_NE(memory.at(a.index()), nullptr);
  EXPECT_NE(memory.at(b.index()), nullptr);
}

}  // namespace
}  // namespace glassgrad

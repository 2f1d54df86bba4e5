// What calls are bound to.
#include "../../src/program/calls.hpp"

#include <gtest/gtest.h>

#include "program/planned.hpp"

namespace glassgrad {
namespace {

using program::Calls;
using program::Memory;

TEST(Calls, ReadAndWriteWhereThePlanSays) {
  ToBePlanned on(Shape{2, 2});
  const auto a = matmul(on.x, on.x), b = tanh(a);
  const auto plan = on.plan({b});
  Memory<double> memory(plan);
  Calls<double> calls(plan, memory);
  ASSERT_EQ(calls.of_graph().size(), 1u);
  const auto bound = calls.of(calls.of_graph()[0]);
  ASSERT_EQ(bound.size(), 2u);
  EXPECT_EQ(bound[0].out.data, memory.at(a.index()));
  EXPECT_EQ(bound[1].in[0].data, bound[0].out.data);
  EXPECT_EQ(bound[1].out.shape(), (Shape{2, 2}));
  const double numbers[] = {1, 2, 3, 4};
  calls.feed(on.x.index(), numbers);
  EXPECT_EQ(bound[0].in[0].data, numbers);
  EXPECT_EQ(bound[0].in[1].data, numbers);
}

// Neighbours with the same op and settings are one call; a clamp to other bounds is another.
TEST(Calls, OnNumbersAreGrouped) {
  ToBePlanned on(Shape{});
  const auto a = tanh(on.x), b = tanh(a), c = clamp(b, 0, 1), d = clamp(c, 0, 1),
             e = clamp(d, 0, 2);
  const auto plan = on.plan({e});
  Memory<double> memory(plan);
  Calls<double> calls(plan, memory);
  const auto groups = calls.groups_of(calls.of_graph()[0]);
  ASSERT_EQ(groups.size(), 3u);
  const std::uint32_t counts[] = {2, 2, 1}, first[] = {1, 3, 5};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(groups[i].calls.count, counts[i]);
    EXPECT_EQ(groups[i].calls.out, first[i]) << "behind the copy of the input";
    for (std::uint32_t k = 0; k < counts[i]; ++k)
      EXPECT_EQ(groups[i].calls.in[k], first[i] + k - 1);
  }
}

// An operand goes on by a block's numbers; what is the same for every block stays; the last block
// has the rest.
TEST(Calls, OfARunHaveOperandsThatGoOn) {
  ToBePlanned on(Shape{5000});
  const auto y = sin(on.x * 3.0);
  const auto plan = on.fused({y});
  Memory<double> memory(plan);
  Calls<double> calls(plan, memory);
  const auto bound = calls.of(calls.of_graph()[0]);
  ASSERT_EQ(bound.size(), 2u);
  const auto product = bound[0].operands, result = bound[1].operands;
  EXPECT_EQ(product[0].step, 1024);
  EXPECT_EQ(product[1].step, 0) << "the number 3";
  EXPECT_TRUE(product[2].hidden);
  EXPECT_EQ(product[2].step, 0) << "every block has the same scratch";
  EXPECT_EQ(result[1].base, memory.at(y.index()));
  EXPECT_EQ(result[1].block, (Shape{1024}));
  EXPECT_EQ(result[1].tail, (Shape{5000 - 4 * 1024}));
  const std::vector<double> numbers(5000);
  calls.feed(on.x.index(), numbers.data());
  EXPECT_EQ(product[0].base, numbers.data());
}

}  // namespace
}  // namespace glassgrad

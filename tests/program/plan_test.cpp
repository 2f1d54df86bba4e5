// Where values lie, seen in what describe(plan) prints.
#include "../../src/program/plan.hpp"

#include <gtest/gtest.h>

#include "program/planned.hpp"

namespace glassgrad {
namespace {

using program::describe;

// An elementwise op writes over an input that nothing reads later; a product needs a buffer of its
// own, and the one that is free by then serves the last.
TEST(Plan, BuffersAreTakenAgain) {
  ToBePlanned on(Shape{2, 2});
  const auto a = matmul(on.x, on.x), b = tanh(a), c = matmul(b, on.x), d = matmul(c, c);
  EXPECT_EQ(describe(on.plan({d})),
            "in sequence\n"
            "  %1 = matmul(input0, input0)  (2, 2)  in buffer 0\n"
            "  %2 = tanh(%1)  (2, 2)  in buffer 0\n"
            "  %3 = matmul(%2, input0)  (2, 2)  in buffer 1\n"
            "  %4 = matmul(%3, %3)  (2, 2)  in buffer 0\n"
            "numbers: 0, copies of leaves: 0\n"
            "buffer 0: 4 numbers\n"
            "buffer 1: 4 numbers\n"
            "bytes: 64\n");
}

TEST(Plan, WhatIsReadLaterIsNotWrittenOver) {
  ToBePlanned on(Shape{3});
  const auto a = exp(on.x), b = tanh(a), c = a * b;
  EXPECT_EQ(describe(on.plan({c})),
            "in sequence\n"
            "  %1 = exp(input0)  (3)  in buffer 0\n"
            "  %2 = tanh(%1)  (3)  in buffer 1\n"
            "  %3 = mul(%1, %2)  (3)  in buffer 1\n"
            "numbers: 0, copies of leaves: 0\n"
            "buffer 0: 3 numbers\n"
            "buffer 1: 3 numbers\n"
            "bytes: 48\n");
}

TEST(Plan, AnOutputKeepsItsBuffer) {
  ToBePlanned on(Shape{3});
  const auto a = exp(on.x), b = tanh(a), c = sin(b);
  const auto plan = on.plan({a, c});
  EXPECT_EQ(plan.buffers, (std::vector<std::int64_t>{3, 3}));
  EXPECT_NE(plan.places[a.index()].at, plan.places[c.index()].at);
  EXPECT_EQ(plan.places[b.index()].at, plan.places[c.index()].at);
}

// One of another size is taken only by what fills half of it.
TEST(Plan, ABufferIsNotTakenByWhatIsMuchSmaller) {
  for (const std::int64_t columns : {2, 3}) {
    ToBePlanned on(Shape{4, columns});
    const auto a = exp(on.x), b = sum(a, Axes{1}), c = softmax(b);
    const auto plan = on.plan({c});
    EXPECT_EQ(plan.buffers, columns == 2 ? (std::vector<std::int64_t>{8, 4})
                                         : (std::vector<std::int64_t>{12, 4, 4}));
  }
}

TEST(Plan, EmptyArraysShareABuffer) {
  ToBePlanned on(Shape{0, 3});
  const auto a = matmul(on.x, on.tape.constant({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}));
  const auto b = transpose(a), c = transpose(b);
  const auto plan = on.plan({transpose(c)});
  EXPECT_EQ(plan.buffers, (std::vector<std::int64_t>{1, 1}));
}

TEST(Plan, GradientsLieApart) {
  ToBePlanned on(Shape{3});
  const auto a = exp(on.x), b = tanh(a), cost = sum(b);
  const auto plan = on.plan({cost, b}, {b.index(), cost.index(), on.x.index()});
  using In = program::Place::In;
  EXPECT_EQ(plan.places[b.index()].in, In::apart);
  EXPECT_EQ(plan.places[b.index()].at, 0u);
  EXPECT_EQ(plan.places[cost.index()].in, In::numbers) << "single numbers are copied";
  EXPECT_EQ(plan.places[on.x.index()].in, In::leaf) << "it is not computed";
  EXPECT_EQ(plan.apart, (std::vector<std::int64_t>{3, 1, 3}));
  EXPECT_EQ(plan.bytes(), sizeof(double) * (3 + 3 + 3 + 1));
}

// Calls on single numbers read and write one array: copies of the leaves they read, then results.
TEST(Plan, SingleNumbersLieInOneArray) {
  ToBePlanned on(Shape{});
  const auto a = on.x * 3.0, b = tanh(a), c = b + on.x;
  EXPECT_EQ(describe(on.plan({c})),
            "on numbers\n"
            "  %2 = mul(input0, 3)  ()  in number 2\n"
            "  %3 = tanh(%2)  ()  in number 3\n"
            "  %4 = add(%3, input0)  ()  in number 4\n"
            "numbers: 5, copies of leaves: 2\n"
            "bytes: 40\n");
}

// What only a run reads lies in a block's scratch, and there too places are taken again.
TEST(Plan, ValuesInsideARunLieInItsScratch) {
  ToBePlanned on(Shape{1000, 5});
  const auto a = exp(on.x), b = sin(a), c = a * b, d = cos(c);
  EXPECT_EQ(describe(on.fused({d})),
            "run of 5 blocks, 1024 numbers each\n"
            "  %1 = exp(input0)  (1000, 5)  in scratch from 0\n"
            "  %2 = sin(%1)  (1000, 5)  in scratch from 1024\n"
            "  %3 = mul(%1, %2)  (1000, 5)  in scratch from 1024\n"
            "  %4 = cos(%3)  (1000, 5)  in buffer 0\n"
            "numbers: 0, copies of leaves: 0\n"
            "buffer 0: 5000 numbers\n"
            "bytes: 40000\n");
}

// A run of one block is calls, and the plan knows how large their scratch is.
TEST(Plan, ARunOfOneBlockIsCalls) {
  ToBePlanned on(Shape{10});
  const auto plan = on.fused({sin(exp(on.x))});
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].kind, program::Step::Kind::calls);
  EXPECT_EQ(plan.scratch, 16);
}

// Forty values of 1024 numbers are read by a sum that comes after them. A scratch has place for 32;
// the others have buffers.
TEST(Plan, AScratchIsAsLargeAsANearCache) {
  ToBePlanned on(Shape{40000});
  std::vector<Node<double>> all;
  for (int i = 0; i < 40; ++i) all.push_back(sin(on.x * double(i + 2)));
  Node<double> total = all.back();
  for (std::size_t i = all.size() - 1; i-- > 0;) total = total + all[i];
  const auto plan = on.fused({total});
  std::size_t end = 0;
  for (const program::Place& place : plan.places)
    if (place.hidden()) end = std::max(end, place.at + 1024);
  EXPECT_EQ(end, 32u * 1024);
  EXPECT_EQ(std::int64_t(end), program::scratch_numbers<double>);
  EXPECT_EQ(plan.buffers, std::vector<std::int64_t>(8, 40000));
}

// More numbers than there can be are refused when they are planned, before memory is asked for.
TEST(Plan, BuffersThatNoMachineHasAreRefused) {
  ToBePlanned on(Shape{std::int64_t(1) << 60, 4});
  const auto a = transpose(on.x);
  EXPECT_THROW(on.plan({a, transpose(a), transpose(a) * 2.0}), MemoryError);
}

}  // namespace
}  // namespace glassgrad

// What is left out or made cheaper because of the numbers in it: constants, ones, powers of two.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "../../src/program/last_grad.hpp"
#include "program/recorded.hpp"

namespace glassgrad {
namespace {

TEST(Algebra, ConstantsAreFolded) {
  Recorded on;
  const auto two = sqrt(on.tape.constant(4.0));
  auto graph = on.graph({on.x * (two + 1.0)});
  program::fold_constants(graph);
  EXPECT_EQ(program::describe(graph), "%5 = mul(input0, 3)  (3)\n");
}

TEST(Algebra, WhatChangesNothingIsDropped) {
  Recorded on;
  const auto ones = on.tape.constant({1.0, 1.0, 1.0}), twos = on.tape.constant({2.0, 2.0, 2.0}),
             uneven = on.tape.constant({3.0, 4.0, 3.0});
  const auto same = (ones * (on.x + -0.0) - 0.0) / 1.0, doubled = same * twos;
  auto graph = on.graph({doubled * uneven});
  program::clean_algebra(graph);
  EXPECT_EQ(program::describe(graph),
            "%11 = mul(input0, 2)  (3)\n"
            "%12 = mul(%11, constant3)  (3)\n");
  auto other = on.graph({0.0 - on.x});
  program::clean_algebra(other);
  EXPECT_EQ(other.code.back().rule->name, "sub");
}

// A row of ones makes a matrix of a row: what gives the shape is kept.
TEST(Algebra, WhatGivesTheShapeStays) {
  Recorded on;
  auto graph = on.graph({on.x * on.tape.constant({{1.0, 1.0, 1.0}, {1.0, 1.0, 1.0}})});
  program::clean_algebra(graph);
  EXPECT_EQ(program::describe(graph), "%2 = mul(input0, constant1)  (2, 3)\n");
}

TEST(Algebra, DivisionsByPowersOfTwoAreMultiplications) {
  Recorded on;
  const auto fours = on.tape.constant({4.0, 4.0, 4.0});
  auto graph = on.graph({on.x / -2.0, on.x / 0.125, on.x / fours, on.x / 3.0, 2.0 / on.x});
  program::clean_algebra(graph);
  EXPECT_EQ(program::describe(graph),
            "%3 = div(input0, -2)  (3)\n"
            "%5 = mul(input0, 8)  (3)\n"
            "%6 = mul(input0, 0.25)  (3)\n"
            "%8 = div(input0, 3)  (3)\n"
            "%10 = div(2, input0)  (3)\n");
}

TEST(Algebra, WhatADivisionPassesOnIsMultipliedToo) {
  Tape<double> tape(Keep::program);
  Parameter<double> w("w", {1.0, 2.0, 3.0});
  const auto x = tape(w), y = -x / 8.0;
  const Node<double> wanted[] = {x};
  const auto gradient = program::last_grad(sum(exp(y)), std::span<const Node<double>>(wanted));
  auto graph = program::graph_of(tape, {gradient[0].index()});
  EXPECT_NE(program::describe(graph).find("div'0("), std::string::npos) << program::describe(graph);
  program::clean_algebra(graph);
  EXPECT_EQ(program::describe(graph).find("div"), std::string::npos) << program::describe(graph);
}

// To the last bit, where a result rounds to a subnormal number too.
TEST(Algebra, APowerOfTwoDividesAsItsInverseMultiplies) {
  std::vector<double> x;
  for (int i = 0; i < 64; ++i) x.push_back(std::ldexp(1.0 + i * 0.013, -1030 + i));
  for (const double divisor : {0.25, 8.0, std::ldexp(1.0, 64), std::ldexp(1.0, -64)}) {
    auto program =
        compile<double>([divisor](Tape<>&, const Fed<double>& in) { return in[0] / divisor; }, {x},
                        Gradients::none);
    const Feed<double> feeds[] = {x};
    const auto given = program.run(feeds);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(given[std::int64_t(i)], x[i] / divisor);
  }
}

}  // namespace
}  // namespace glassgrad

// A tape with Keep::program knows shapes and constants: what it says to those who ask for more.
#include <gtest/gtest.h>

#include "glassgrad/engine/fed.hpp"
#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

std::string looked(std::string_view at) {
  return join(
      "[compile] the function looked at the numbers of node ", at, " while it was ",
      "recorded. A program computes the same for all numbers: choose between nodes by where, "
      "or give as an input what depends on numbers.");
}

struct ProgramTape : testing::Test {
  Tape<> tape{Keep::program};
  Parameter<> w{"w", {1.0, 2.0, 3.0}};
  Node<> x = fed(tape, Shape{3});
};

TEST_F(ProgramTape, HasShapesAndConstants) {
  const Node<> y = outer(x, tape(w));
  EXPECT_EQ(y.shape(), (Shape{3, 3}));
  EXPECT_EQ(tape.records()[y.index()].value, nullptr);
  EXPECT_EQ(exp(tape.constant(0.0)).item(), 1);  // what depends on constants alone is computed
  EXPECT_EQ(grad(sum(y), x).shape(), Shape{3});
  EXPECT_EQ(fed_indices(tape, Shape{2}).shape(), Shape{2});
}

TEST_F(ProgramTape, IsNotLookedAt) {
  EXPECT_EQ(error_of([&] { x.value(); }), looked("0 (input)"));
  EXPECT_EQ(error_of([&] { tape(w).value(); }), looked("\"w\" (parameter)"));
  EXPECT_EQ(error_of([&] { (void)sum(x * 2).item(); }), looked("4 (sum)"));
  EXPECT_EQ(error_of([&] { (void)bool(max(x) > 0.0); }), looked("7 (greater)"));
  EXPECT_EQ(error_of([&] { fed_indices(tape, Shape{2}).values(); }), looked("8 (indices)"));
  EXPECT_EQ(error_of([&] { masked_select(x, x > 0.0); }),
            "[masked_select" + looked("11 (broadcast_to)").substr(std::string("[compile").size()));
}

TEST_F(ProgramTape, ComputesNothing) {
  EXPECT_EQ(error_of([&] { tape.backward(sum(x)); }),
            "[backward] nothing is computed while a program is recorded. Use grad(), which records "
            "the gradient, or leave it to compile.");
  EXPECT_EQ(error_of([&] { stop_at_nonfinite(tape); }),
            "[watch] nothing is computed while a program is recorded. Watch the tape that the "
            "program's look() gives.");
  Tape<> other;
  EXPECT_EQ(error_of([&] { fed(other, Shape{3}); }),
            "[fed] this tape computes, and needs numbers. Use input() or indices().");
  const std::uint32_t reads[] = {0, 1, 1};
  const Node<> y = exp(other.input(1.0));
  EXPECT_EQ(error_of([&] { parts_of(other).append.pull(y, 0, reads); }),
            "[pull] this tape computes. Call backward() or grad().");
}

TEST_F(ProgramTape, MapsOverABatch) {
  const Node<> rows = fed(tape, Shape{4, 3});
  const Node<> y = map_batch([&](const Node<>& row) { return sum(row * tape(w)); }, rows);
  EXPECT_EQ(y.shape(), Shape{4});
}

}  // namespace
}  // namespace glassgrad

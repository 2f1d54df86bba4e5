// Which instruction set the kernels have, and that what they throw and what they compute is the
// same to the rest of the library. scripts/test-isa runs these tests under every one of them.
#include "glassgrad/kernels/isa.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

double of_tanh(double x) {
  Tape<double> tape;
  return tanh(tape.constant(x)).item();
}
const double early = of_tanh(0.3);

TEST(Isa, IsOneOfThoseKnown) {
  const std::string_view known[] = {"baseline", "avx", "avx2", "avx512", "neon64"};
  EXPECT_NE(std::find(std::begin(known), std::end(known), isa()), std::end(known)) << isa();
}

TEST(Isa, IsTheOneAskedFor) {
  const char* const wanted = std::getenv("GLASSGRAD_TEST_ISA");
  if (!wanted) GTEST_SKIP() << "not asked for: scripts/test-isa sets GLASSGRAD_TEST_ISA";
  EXPECT_EQ(isa(), wanted);
}

// Objects that a program makes before main have the same kernels, hence the same bits.
TEST(Isa, IsChosenBeforeMain) { EXPECT_EQ(early, of_tanh(0.3)); }

// The object with the kernels has a type_info of its own for the error that its loop throws.
TEST(Isa, AnErrorOutOfAKernelIsCaughtByItsType) {
  Tape<double> tape;
  const auto x = tape.constant({{1.0, 2.0}, {3.0, 4.0}});
  const auto at = tape.indices({0, 2});
  const std::size_t records = tape.size();
  try {
    rows(x, at);
    FAIL() << "position 2 of 2 rows was taken";
  } catch (const ShapeError& error) {
    EXPECT_STREQ(error.what(),
                 "[rows] position 2 (number 1) is out of range. Positions here go from 0 to 1.");
  }
  EXPECT_EQ(tape.size(), records);
}

}  // namespace
}  // namespace glassgrad

// The references of tests/reference/: an op without one is found out, and so is a kernel that
// differs from its reference in a single entry.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/reference.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

// An op as a newcomer may leave it. The table of ops (support/op_table.cpp) compiles none like it.
struct Twice {
  using Kind = Linear<>;
};
static_assert(!has_reference<Twice>);

TEST(References, AreComparedEntryByEntry) {
  int ops = 0;
  for (const OpCase& op : op_table()) {
    if (op.elementwise()) continue;
    ++ops;
    for (Expected wrong : expected(op))
      for (double& number : wrong.y.numbers) {
        const double right = number;
        number += 1e-9 * std::max(1.0, std::abs(right));
        EXPECT_NE(check_value(op, wrong), "") << op.label;
        number = right;
        EXPECT_EQ(check_value(op, wrong), "") << op.label;
      }
  }
  EXPECT_GT(ops, 100);
}

}  // namespace
}  // namespace glassgrad

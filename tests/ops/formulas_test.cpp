// The formulas that people are shown, of every op, instance and input, against a reviewed file.
// When a formula changes on purpose: GLASSGRAD_UPDATE_GOLDEN=1 build/dev/tests/test_ops, then read
// the difference as a reader of a trace would.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "glassgrad/engine/local.hpp"
#include "support/op_checks.hpp"
#include "support/paths.hpp"

namespace glassgrad {
namespace {

const std::string golden = source_folder() + "/tests/ops/formulas.golden.txt";

// "sigmoid: sigmoid(x), to x: y * (1 - y)"; below an op that is not elementwise, one per sample.
std::string formulas() {
  std::string text;
  for (const OpCase& op : op_table()) {
    Tape<double> tape;
    const auto y = record(tape, op, leaves(tape, op, draw(op, shape_sets(op)[0])));
    for (int k = 0; k < op.inputs; ++k) {
      if (!op.takes_numbers(k)) continue;
      text += op.label + ", to " + input_name(op.inputs, k) + ": " + y.local(k).formula() + "\n";
    }
  }
  return text;
}

TEST(Formulas, AreThoseOfTheReviewedFile) {
  const std::string now = formulas();
  if (const char* update = std::getenv("GLASSGRAD_UPDATE_GOLDEN"); update && *update == '1')
    std::ofstream(golden) << now;
  std::ifstream file(golden);
  ASSERT_TRUE(file) << golden << " is missing: run with GLASSGRAD_UPDATE_GOLDEN=1 and review it";
  std::istringstream lines(now);
  std::string line, wanted;
  int number = 0;
  for (; std::getline(file, wanted); ++number) {
    ASSERT_TRUE(std::getline(lines, line)) << "missing: " << wanted;
    EXPECT_EQ(line, wanted) << golden << ":" << number + 1;
  }
  EXPECT_FALSE(std::getline(lines, line)) << "not in the file: " << line;
}

}  // namespace
}  // namespace glassgrad

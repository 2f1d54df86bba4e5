// docs/ops.md: every op with the evidence for it, written from the checks as they run here. When an
// op is added or changed: GLASSGRAD_UPDATE_GOLDEN=1 build/dev/tests/test_ops
// --gtest_filter='OpsPage*'.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "glassgrad/array/text.hpp"
#include "support/op_checks.hpp"
#include "support/paths.hpp"

namespace glassgrad {
namespace {

const std::string page = source_folder() + "/docs/ops.md";

const char* const head = R"(# Ops

Written by `tests/ops/ops_page_test.cpp` while it runs the checks; do not edit. A number says at how many cases (attributes
and shapes) a check was made and passed: each compares every entry with 50-digit arithmetic, |a - b| <= 1e-12 max(1, |b|).

- *value*: the kernel. *local*: each local gradient on its own. *reverse*: backward with a random upstream. *forward*: `jvp`
  with random directions. *second*: a Hessian-vector product of a function of the result.
- *broadcasting*: elementwise ops run over all pairs of shapes, size-0 axes among them (`broadcast_test.cpp`). The others
  name their shapes in `tests/reference/`, size 0 among them where it means something.
- *special values*: NaN, infinities, signed zeros, denormal and huge numbers, for elementwise ops
  (`special_values_test.cpp`).
- For every op also: float against double, a lane's bits against a single number's, the formula text
  (`formulas.golden.txt`), and versions that are wrong on purpose, which these checks must reject
  (`broken_rules_test.cpp`). Exact texts of errors are in `op_errors_test.cpp` and its neighbours.
- *worst ulp*: how far value, local gradient and second derivative are off at worst, in units in the last place, float and
  double, from the smallest number to the largest (`tests/range`, as `scripts/range --write` found it at 100,000 points of an
  op on one machine). What is allowed is 4, 8 and 256, or stands in the op's struct with the reason. An op with roots that are
  no floating-point numbers is measured against its slope there.
- Inputs that are not contiguous are copied when they are handed in, so no kernel ever sees one.

)";

const char* kind_of(const OpCase& op) {
  switch (op.kind) {
    case OpKind::elementwise:
      return "elementwise";
    case OpKind::linear:
      return "linear";
    case OpKind::multilinear:
      return "multilinear";
    case OpKind::custom:
      return "custom";
  }
  return "";
}

struct Counts {
  int value = 0, local = 0, reverse = 0, forward = 0, second = 0;
};

// "value | local | second" of tests/range/worst.golden.txt; "| |" of ops that are not elementwise.
std::string worst_ulp(const std::string& name) {
  std::ifstream file(source_folder() + "/tests/range/worst.golden.txt");
  std::string op, value, local, second;
  while (file >> op >> value >> local >> second)
    if (op == name) return value + " | " + local + " | " + second;
  return " | | ";
}

// One line of the table; what fails is a failure here, too.
std::string line_of(const std::string& name) {
  Counts counts;
  OpCase last;
  const auto count = [](int& passed, const std::string& problem) {
    EXPECT_EQ(problem, "");
    if (problem.empty()) ++passed;
  };
  each_case(name, [&](const OpCase& op) {
    SCOPED_TRACE(op.label);
    last = op;
    for (const Expected& e : expected(op)) {
      count(counts.value, check_value(op, e));
      if (!op.rule->gradients) continue;
      count(counts.local, check_local(op, e));
      count(counts.reverse, check_reverse(op, e));
      count(counts.forward, check_forward(op, e));
      count(counts.second, check_second(op, e));
    }
  });
  std::string line = join("| `", name, "` | ", kind_of(last), " | ", counts.value, " | ");
  if (last.rule->gradients)
    line += join(counts.local, " | ", counts.reverse, " | ", counts.forward, " | ", counts.second);
  else
    line += last.taken_as_given ? "taken as given: no gradient on purpose | | | "
                                : "piecewise constant: no gradient | | | ";
  line += last.elementwise() ? " | all pairs | yes | " : " | its own shapes | - | ";
  return line + worst_ulp(name) + " |\n";
}

std::string text() {
  std::string text = head;
  text +=
      "| op | kind | value | local | reverse | forward | second | broadcasting | special values | "
      "worst ulp: value | local | second |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const std::string& name : op_names()) text += line_of(name);
  return text + join("\n", op_names().size(), " ops. What is not here is a composition of them.\n");
}

TEST(OpsPage, IsWhatTheChecksSay) {
  const std::string now = text();
  if (const char* update = std::getenv("GLASSGRAD_UPDATE_GOLDEN"); update && *update == '1')
    std::ofstream(page) << now;
  std::ifstream file(page);
  std::ostringstream written;
  written << file.rdbuf();
  EXPECT_EQ(written.str(), now) << page << ": run with GLASSGRAD_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace glassgrad

// Every elementwise op, its local gradients (by the kernel and as nodes) and its second
// derivatives, float and double, over the whole range of the type, against 50-digit arithmetic:
// within the bounds that stand in its struct. `scripts/range` looks at more points and prints what
// it found; the table in docs/ops.md is made of that.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "glassgrad/array/text.hpp"
#include "support/paths.hpp"
#include "support/range.hpp"

namespace glassgrad {
namespace {

int points() {
  const char* given = std::getenv("GLASSGRAD_RANGE_POINTS");
  return given ? std::max(100, std::atoi(given)) : 1000;
}
std::string cell(double ulp) { return join(std::ceil(ulp * 10) / 10); }

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const RangeOp& op : range_table())
    if (all.empty() || all.back() != op.op) all.push_back(op.op);
  return all;
}
class RangeTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ops, RangeTest, testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

template <class T>
void check(const RangeOp& op) {
  const Worsts worst = measure<T>(op, points());
  const char* type = sizeof(T) == 4 ? "float" : "double";
  EXPECT_EQ(beyond(worst, op.bound), "") << op.label << ", " << type;
  EXPECT_GT(worst.points, 50) << op.label << ", " << type << ": the reference has no value";
  if (std::getenv("GLASSGRAD_RANGE_POINTS"))
    std::printf("RANGE %s|%s|%s|%s|%s|%s\n", op.op.c_str(), op.label.c_str(), type,
                cell(worst.value.ulp).c_str(), cell(worst.local.ulp).c_str(),
                cell(worst.second.ulp).c_str());
}
TEST_P(RangeTest, IsRightWhereverItIsANumber) {
  for (const RangeOp& op : range_table())
    if (op.op == GetParam()) check<double>(op), check<float>(op);
}

// What docs/ops.md shows: a line for every op, within its bounds.
TEST(RangeTable, HoldsEveryOpWithinItsBounds) {
  std::map<std::string, std::array<double, 3>> shown;
  std::ifstream file(source_folder() + "/tests/range/worst.golden.txt");
  std::string name;
  for (std::array<double, 3> ulp; file >> name >> ulp[0] >> ulp[1] >> ulp[2];) shown[name] = ulp;
  EXPECT_EQ(shown.size(), names().size());
  for (const RangeOp& op : range_table()) {
    ASSERT_EQ(shown.count(op.op), 1u) << op.op << ": run scripts/range --write";
    EXPECT_LE(shown[op.op][0], op.bound.value) << op.op;
    EXPECT_LE(shown[op.op][1], op.bound.local) << op.op;
    EXPECT_LE(shown[op.op][2], op.bound.second) << op.op;
  }
}

}  // namespace
}  // namespace glassgrad

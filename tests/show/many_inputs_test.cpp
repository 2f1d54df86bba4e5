// A node with more inputs than a byte counts, as people see it.
#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

TEST(ManyInputsShown, InASnapshotAndATrace) {
  Tape tape;
  const Node<> x = tape.input("x", {1.0});
  std::vector<Node<>> all;
  for (int k = 1; k <= 300; ++k) all.push_back(x * double(k));
  const Node<> y = sum(concat(std::span<const Node<>>(all)));
  tape.backward(y);
  const Snapshot shot = snapshot(y);
  std::size_t widest = 0;
  for (const auto& node : shot.nodes) widest = std::max(widest, node.inputs.size());
  EXPECT_EQ(widest, 300u);
  EXPECT_FALSE(trace(y).text().empty());
}

}  // namespace
}  // namespace glassgrad

// The whole local gradient of small ops that are not elementwise, beside their adjoint's formula.
#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

struct Parts {
  Tape<> tape;
  Node<> p = softmax(tape.input("z", {0.5, -1.0, 2.0}));
  Node<> cost = sum(square(p));
  Parts() { tape.backward(cost); }
};

TEST(Matrix, OfSoftmaxIsTheDiagonalOfPMinusPPT) {
  Parts parts;
  const Snapshot shot = snapshot(parts.cost, {.boxes = true});
  const SnapshotInput& edge = shot.nodes[1].inputs[0];
  EXPECT_EQ(edge.slot_formula, parts.p.local(0).formula());
  const auto p = parts.p.value();
  ASSERT_EQ(edge.matrix->shape, (Shape{3, 3}));
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::int64_t j = 0; j < 3; ++j)
      EXPECT_NEAR(edge.matrix->numbers[std::size_t(3 * i + j)], (i == j ? p[i] : 0) - p[i] * p[j],
                  1e-15);
}

TEST(Matrix, ComesBackFromTheJson) {
  Parts parts;
  const Snapshot shot = snapshot(parts.cost, {.boxes = true});
  EXPECT_EQ(parse_snapshot(to_json(shot)).nodes[1].inputs[0].matrix->numbers,
            shot.nodes[1].inputs[0].matrix->numbers);
}

TEST(Matrix, OnlyWhereItIsAskedForAndSmallAndNotConstant) {
  Parts parts;
  EXPECT_FALSE(snapshot(parts.cost).nodes[1].inputs[0].matrix);
  EXPECT_FALSE(snapshot(parts.cost, {.limit = 8, .boxes = true}).nodes[1].inputs[0].matrix);
  const Snapshot shot = snapshot(parts.cost, {.boxes = true});
  for (const SnapshotNode& node : shot.nodes)  // sum is linear: its formula says it all
    EXPECT_TRUE(node.op != "sum" || !node.inputs[0].matrix);

  Tape tape;
  auto X = tape.input("X", {{1, 2}, {3, 4}}), W = tape.input("W", {{5, 6}, {7, 8}});
  auto cost = sum(matmul(X, W));
  tape.backward(cost);
  const Snapshot product = snapshot(cost, {.boxes = true});
  EXPECT_EQ(product.nodes[2].op, "matmul");
  EXPECT_FALSE(product.nodes[2].inputs[0].matrix);
  EXPECT_FALSE(product.nodes[2].inputs[1].matrix);
}

}  // namespace
}  // namespace glassgrad

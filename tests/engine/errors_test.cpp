// The exact text of what the engine says when shapes, axes, positions or nodes do not fit.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

TEST(Errors, SayWhatIsWrongAndWhatToDo) {
  Tape tape, other;
  const auto a = tape.input({1.0, 2.0, 3.0}), b = tape.input({{1.0, 2.0}, {3.0, 4.0}});
  EXPECT_EQ(
      error_of([&] { a + b; }),
      "[add] shapes do not broadcast: a is (3), b is (2, 2); 3 meets 2 on axis -1. Sizes counted "
      "from the last axis must be equal, or one of them 1.");
  EXPECT_EQ(error_of([&] { a* other.input(1.0); }),
            "[mul] node 0 (input) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ(error_of([&] {
              rows(a, tape.indices({0, 5}));
            }),
            "[rows] position 5 (number 1) is out of range. Positions here go from 0 to 2.");
  EXPECT_EQ(error_of([&] { rows(a, tape.indices({-1})); }),
            "[rows] position -1 (number 0) is out of range. Positions here go from 0 to 2.");
  EXPECT_EQ(error_of([&] { sum(a, 1); }),
            "[sum] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0.");
  EXPECT_EQ(error_of([&] {
              sum(b, {0, -2});
            }),
            "[sum] axis -2 is given twice. Name each axis once.");
  EXPECT_EQ(
      error_of([&] { softmax(tape.input(1.0), 1); }),
      "[softmax] axis 1 is out of range for an array of 0 axes. A single number has no axes.");
  EXPECT_EQ(error_of([&] {
              max(tape.input(xt::xarray<double>::from_shape({2, 0})), 1);
            }),
            "[max] axis 1 of (2, 0) has size 0. Nothing has no max; give at least one number.");
  EXPECT_EQ(error_of([&] {
              tape.input({{1.0, 2.0}, {3.0}});
            }),
            "[array] rows differ in shape: (2) and (1). Give every row the same length.");
  EXPECT_EQ(
      error_of([&] {
        tape.indices("i", std::vector<std::int64_t>{1, 2}, {3});
      }),
      "[indices] 2 positions given for shape (3). Give as many positions as the shape holds.");
  EXPECT_EQ(error_of([&] { a.item(); }),
            "[item] node 0 (input) is (3), not a single number. Read it with value().");
  EXPECT_EQ(error_of([&] { (a + 1).input(2); }),
            "[input] there is no input 2 of node 7 (add). It has 2 inputs.");
  EXPECT_EQ(error_of([&] { a.local(0); }),
            "[local] node 0 (input) is a leaf and has no local gradient. Ask a node that an op "
            "computed.");
  EXPECT_EQ(error_of([&] { sum(a).local(0).values(); }),
            "[local] the local gradient of node 8 (sum) is not one factor per entry. Read its "
            "formula(), or form its Jacobian with dense().");
  EXPECT_EQ(error_of([&] { exp(a).local(0).item(); }),
            "[local] the local gradient of node 9 (exp) has 3 factors, not a single one. Read them "
            "with values().");
  EXPECT_EQ(
      error_of([&] { b.value()(0, 2); }),
      "[element] position 2 is outside axis 1 of shape (2, 2). Positions there go from 0 to 1.");
  EXPECT_EQ(error_of([&] { b.value()(0); }),
            "[element] 1 positions given for shape (2, 2). Give one position per axis.");
  EXPECT_EQ(error_of([&] { grad(a, a); }),
            "[grad] y, node 0 (input), is (3), not a single number. Reduce it with sum or mean, or "
            "give its upstream: grad(y, xs, upstream).");
  EXPECT_EQ(error_of([&] { jvp(a * a, a, b); }),
            "[jvp] the tangent is (2, 2), node 0 (input) is (3). Give both the same shape.");
  EXPECT_EQ(error_of([&] { grad(Node<>(2.0), a); }),
            "[grad] y is a plain number, on no tape. Compute it from nodes of a tape.");
}

}  // namespace
}  // namespace glassgrad

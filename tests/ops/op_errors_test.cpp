// What ops say to inputs that do not fit: the exact text, and a tape left as it was.
// Elementwise ops: broadcast_test.cpp.
#include <gtest/gtest.h>

#include <functional>

#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/mistakes.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

const auto zeros = [](Tape<double>& tape, const Shape& shape) { return tape.zeros(shape); };

const Mistake mistakes[] = {
    {"sum_axis_too_large", [](auto&, auto& x, auto&) { sum(x, 2); },
     "[sum] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"sum_axis_too_small", [](auto&, auto& x, auto&) { sum(x, -3); },
     "[sum] axis -3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"sum_axis_of_a_number", [](auto& tape, auto&, auto&) { sum(tape.constant(1), 1); },
     "[sum] axis 1 is out of range for an array of 0 axes. A single number has no axes."},
    {"mean_axis_of_one", [](auto&, auto&, auto& v) { mean(v, 1); },
     "[mean] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"mean_axis_twice",
     [](auto&, auto& x, auto&) {
       mean(x, {1, 1});
     },
     "[mean] axis 1 is given twice. Name each axis once."},
    {"max_axis_twice",
     [](auto&, auto& x, auto&) {
       max(x, {1, -1});
     },
     "[max] axis -1 is given twice. Name each axis once."},
    {"min_axis", [](auto&, auto& x, auto&) { min(x, 5); },
     "[min] axis 5 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"logsumexp_axis", [](auto&, auto& x, auto&) { logsumexp(x, 2); },
     "[logsumexp] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"softmax_axis", [](auto&, auto& x, auto&) { softmax(x, 2); },
     "[softmax] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"softmax_of_a_number", [](auto& tape, auto&, auto&) { softmax(tape.constant(1), -2); },
     "[softmax] axis -2 is out of range for an array of 0 axes. A single number has no axes."},
    {"log_softmax_axis_twice",
     [](auto&, auto& x, auto&) {
       log_softmax(x, {0, -2});
     },
     "[log_softmax] axis -2 is given twice. Name each axis once."},
    {"max_over_nothing",
     [](auto& tape, auto&, auto&) {
       max(zeros(tape, {0, 3}), 0);
     },
     "[max] axis 0 of (0, 3) has size 0. Nothing has no max; give at least one number."},
    {"min_over_nothing",
     [](auto& tape, auto&, auto&) {
       min(zeros(tape, {2, 0}));
     },
     "[min] axis 1 of (2, 0) has size 0. Nothing has no min; give at least one number."},

    {"matmul_inner", [](auto&, auto& x, auto&) { matmul(x, x); },
     "[matmul] inner sizes differ: a is (2, 3), b is (2, 3). a.shape[1] must equal b.shape[0]."},
    {"matmul_row", [](auto&, auto& x, auto& v) { matmul(v, x); },
     "[matmul] inner sizes differ: a is (4), b is (2, 3). a.shape[0] must equal b.shape[0]."},
    {"matmul_column", [](auto&, auto& x, auto& v) { matmul(x, v); },
     "[matmul] inner sizes differ: a is (2, 3), b is (4). a.shape[1] must equal b.shape[0]."},
    {"matmul_number", [](auto& tape, auto& x, auto&) { matmul(x, tape.constant(2)); },
     "[matmul] a single number is no matrix: a is (2, 3), b is (). "
     "Use a * b for a number times an array."},
    {"matmul_batches",
     [](auto& tape, auto&, auto&) {
       matmul(zeros(tape, {2, 1, 3}), zeros(tape, {4, 3, 1}));
     },
     "[matmul] shapes do not broadcast: a is (2), b is (4); 2 meets 4 on axis -1. "
     "Sizes counted from the last axis must be equal, or one of them 1."},
    {"matmul_transposed",
     [](auto&, auto& x, auto&) {
       apply(Matmul{true, true}, x, x);
     },
     "[matmul] inner sizes differ: a is (2, 3), b is (2, 3). a.shape[0] must equal b.shape[1]."},

    {"reshape_count",
     [](auto&, auto& x, auto&) {
       reshape(x, {4, 2});
     },
     "[reshape] cannot put (2, 3), 6 numbers, into (4, 2), 8 numbers. "
     "The sizes must multiply to the same count."},
    {"reshape_two_open",
     [](auto&, auto& x, auto&) {
       reshape(x, {-1, -1});
     },
     "[reshape] two sizes are -1. Leave at most one size open."},
    {"reshape_open",
     [](auto&, auto& x, auto&) {
       reshape(x, {-1, 4});
     },
     "[reshape] 6 numbers of shape (2, 3) do not divide by 4. Give sizes that divide the count."},
    {"reshape_open_of_nothing",
     [](auto& tape, auto&, auto&) {
       reshape(zeros(tape, {0, 3}), {-1, 0});
     },
     "[reshape] 0 numbers of shape (0, 3) do not divide by 0. Give sizes that divide the count."},
    {"reshape_negative",
     [](auto&, auto& x, auto&) {
       reshape(x, {-2, -3});
     },
     "[reshape] a size is -2. Give at least -1."},
    {"transpose_axes_missing", [](auto&, auto& x, auto&) { transpose(x, {0}); },
     "[transpose] the order has 1 axes, the array (2, 3) has 2. Name every axis once."},
    {"transpose_axis_twice",
     [](auto&, auto& x, auto&) {
       permute(x, {0, 0});
     },
     "[permute] axis 0 is given twice. Name each axis once."},
    {"transpose_axis",
     [](auto&, auto& x, auto&) {
       permute(x, {0, 2});
     },
     "[permute] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"broadcast_to",
     [](auto&, auto& x, auto&) {
       broadcast_to(x, {4, 3});
     },
     "[broadcast_to] (2, 3) does not broadcast to (4, 3). "
     "Sizes counted from the last axis must be equal to the target's, or 1."},
    {"broadcast_to_fewer_axes", [](auto&, auto& x, auto&) { broadcast_to(x, {3}); },
     "[broadcast_to] (2, 3) does not broadcast to (3). "
     "Sizes counted from the last axis must be equal to the target's, or 1."},
    {"sum_to",
     [](auto&, auto& x, auto&) {
       apply(SumTo{{2, 2}}, x);
     },
     "[sum_to] (2, 2) does not broadcast to (2, 3). "
     "The target's sizes, counted from the last axis, must be equal or 1."},
    {"slice_axis", [](auto&, auto& x, auto&) { slice(x, 2, 0); },
     "[slice] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"slice_step", [](auto&, auto& x, auto&) { slice(x, 0, 0, 2, 0); },
     "[slice] the step is 0. Step forwards or backwards."},
    {"slice_positions",
     [](auto&, auto& x, auto&) {
       apply(Slice{1, 1, 3, 1}, x);
     },
     "[slice] positions 1 to 3 leave axis 1 of (2, 3). "
     "Use slice(x, axis, start, stop, step), which clips."},
    {"concat_sizes",
     [](auto& tape, auto& x, auto&) {
       concat({x, zeros(tape, {2, 2})});
     },
     "[concat] array 0 is (2, 3), array 1 is (2, 2). All sizes but that of axis 0 must be equal."},
    {"concat_ranks",
     [](auto&, auto& x, auto& v) {
       concat({x, x, v}, 1);
     },
     "[concat] array 0 is (2, 3), array 2 is (4). All sizes but that of axis 1 must be equal."},
    {"concat_axis",
     [](auto&, auto& x, auto&) {
       concat({x, x}, -3);
     },
     "[concat] axis -3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"concat_numbers",
     [](auto& tape, auto&, auto&) {
       concat({tape.constant(1), tape.constant(2)});
     },
     "[concat] axis 0 is out of range for an array of 0 axes. A single number has no axes."},
    {"concat_nothing", [](auto&, auto&, auto&) { concat(std::span<const N>()); },
     "[concat] no arrays are given. Give at least one."},
    {"stack_nothing", [](auto&, auto&, auto&) { stack(std::span<const N>()); },
     "[stack] no arrays are given. Give at least one."},
    {"stack_axis",
     [](auto&, auto& x, auto&) {
       stack({x, x}, 3);
     },
     "[stack] axis 3 is out of range for an array of 3 axes. Axes here go from -3 to 2."},
    {"stack_shapes",
     [](auto& tape, auto& x, auto&) {
       stack({x, zeros(tape, {2, 2})});
     },
     "[stack] array 0 is (2, 3), array 1 is (2, 2). Stacked arrays have one shape."},
    {"clamp_bounds", [](auto&, auto& x, auto&) { clamp(x, 1, 0); },
     "[clamp] low is above high. Give the smaller bound first."},

    {"rows_too_large",
     [](auto& tape, auto& x, auto&) {
       rows(x, tape.indices({0, 2}));
     },
     "[rows] position 2 (number 1) is out of range. Positions here go from 0 to 1."},
    {"rows_negative", [](auto& tape, auto& x, auto&) { rows(x, tape.indices({-1})); },
     "[rows] position -1 (number 0) is out of range. Positions here go from 0 to 1."},
    {"rows_of_nothing",
     [](auto& tape, auto&, auto&) {
       rows(zeros(tape, {0, 3}), tape.indices({0}));
     },
     "[rows] position 0 (number 0) is out of range. There are no rows to take from."},
    {"rows_of_a_number",
     [](auto& tape, auto&, auto&) { rows(tape.constant(1), tape.indices({0})); },
     "[rows] a single number has no rows. Give an array with at least one axis."},
    {"pick_too_large",
     [](auto& tape, auto& x, auto&) {
       pick(x, tape.indices({0, 3}));
     },
     "[pick] position 3 (number 1) is out of range. Positions here go from 0 to 2."},
    {"pick_count",
     [](auto& tape, auto& x, auto&) {
       pick(x, tape.indices({0, 1, 2}));
     },
     "[pick] x is (2, 3), the positions are (3). "
     "Give a matrix and one position for each of its rows."},
    {"pick_of_a_vector",
     [](auto& tape, auto&, auto& v) {
       pick(v, tape.indices({0, 1, 2, 3}));
     },
     "[pick] x is (4), the positions are (4). "
     "Give a matrix and one position for each of its rows."},
    {"place_count",
     [](auto& tape, auto&, auto& v) { apply(Place{3}, v, tape.indices({0}).record()); },
     "[place] x is (4), the positions are (1). Give one position for each number."},
    {"place_too_large",
     [](auto& tape, auto&, auto& v) {
       apply(Place{2}, v, tape.indices({0, 1, 2, 0}).record());
     },
     "[place] position 2 (number 2) is out of range. Positions here go from 0 to 1."},
    {"add_rows_count",
     [](auto& tape, auto& x, auto&) {
       apply(AddRows{{4, 3}}, x, tape.indices({0}).record());
     },
     "[add_rows] x is (2, 3), (1) rows of (4, 3) are (1, 3). Give one row per position."},
    {"add_rows_too_large",
     [](auto& tape, auto& x, auto&) {
       apply(AddRows{{4, 3}}, x, tape.indices({0, 4}).record());
     },
     "[add_rows] position 4 (number 1) is out of range. Positions here go from 0 to 3."},
    // the ops as `glassgrad explain` and op authors record them, attributes and all
    {"slice_from_the_back",
     [](auto&, const N& x, const N&) {
       apply(Slice{-1, 0, 1, 1}, x);
     },
     "[slice] axis -1 is counted from the back. Count it from the front here."},
    {"concat_from_the_back",
     [](auto&, const N& x, const N&) {
       const N both[] = {x, x};
       apply_all(Concat{-1}, std::span<const N>(both));
     },
     "[concat] axis -1 is counted from the back. Count it from the front here."},
    {"embed_from_the_back",
     [](auto&, const N& x, const N&) {
       apply(Embed{{-1, 0, 3, 1}, 4}, x);
     },
     "[embed] axis -1 is counted from the back. Count it from the front here."},
    {"embed_elsewhere",
     [](auto&, const N& x, const N&) {
       apply(Embed{{1, 0, 2, 1}, 4}, x);
     },
     "[embed] x is (2, 3), its place is (2, 2). Give the slice that x was."},
};

class OpErrorsTest : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(Ops, OpErrorsTest, testing::ValuesIn(mistakes),
                         [](const auto& each) { return each.param.name; });

TEST_P(OpErrorsTest, SayWhatIsWrongAndWhatToDo) { expect_mistake<ShapeError>(GetParam()); }

// Nothing to sum is 0; nothing to average is NaN; the logarithm of no terms is -inf.
TEST(OpsOverNothing, HaveTheirNeutralValues) {
  Tape<double> tape;
  const N x = tape.input(std::vector<double>{});
  EXPECT_EQ(sum(x).item(), 0);
  EXPECT_TRUE(std::isnan(mean(x).item()));
  EXPECT_EQ(logsumexp(x).item(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(softmax(x).shape(), Shape{0});
  EXPECT_EQ(sum(tape.zeros({2, 0}), 1).shape(), Shape{2});
  EXPECT_EQ(max(tape.zeros({0, 3}), 1).shape(), Shape{0});
  tape.backward(sum(x));
  EXPECT_EQ(x.upstream().count(), 0);
}

}  // namespace
}  // namespace glassgrad

// Broadcasting of every elementwise op of several inputs, over all pairs of shapes of a list: value
// and gradients are those of inputs that were stretched by hand, summed back; shapes that do not
// fit throw, and say so.
#include <gtest/gtest.h>

#include <optional>

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

const std::vector<Shape> shapes{{},     {1}, {3},    {2},    {2, 3}, {2, 1},    {1, 3}, {4, 1, 3},
                                {1, 1}, {0}, {1, 0}, {2, 0}, {0, 3}, {3, 0, 1}, {17},   {2, 17}};

// NumPy's rule, written again: aligned at the end, equal or 1. Else the sizes that do not fit.
struct Meeting {
  std::optional<Shape> shape;
  std::string complaint;
};
Meeting meet(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<std::int64_t> sizes(std::size_t(rank), 1);
  for (int i = 1; i <= rank; ++i) {
    const std::int64_t p = i <= a.rank() ? a.from_end(i) : 1, q = i <= b.rank() ? b.from_end(i) : 1;
    if (p != q && p != 1 && q != 1) return {{}, join(p, " meets ", q, " on axis ", -i)};
    sizes[std::size_t(rank - i)] = p == 1 ? q : p;
  }
  return {Shape(std::span<const std::int64_t>(sizes)), ""};
}

Slow<double> stretched(const Slow<double>& x, const Shape& full) {
  Slow<double> y(full);
  y.each([&](const Position& at) { y.at(at) = x.stretched(at, full); });
  return y;
}
std::vector<double> summed_back(const std::vector<double>& upstream, const Shape& full,
                                const Shape& to) {
  Slow<double> sum(to);
  const Slow<double> all(full, upstream);
  all.each([&](const Position& at) { sum.stretched(at, full) += all.at(at); });
  return sum.numbers;
}

// The op on inputs as they are, against the op on inputs stretched by hand.
void compare(const OpCase& op, const std::vector<Shape>& sizes, const Shape& full) {
  const auto in = draw(op, sizes, 3);
  std::vector<Slow<double>> by_hand;
  for (const auto& x : in) by_hand.push_back(stretched(x, full));
  Random random(5);
  Slow<double> upstream(full);
  for (double& number : upstream.numbers) number = random.uniform(-1, 1);

  Tape<double> tape, wanted;
  const auto x = leaves(tape, op, in), wanted_x = leaves(wanted, op, by_hand);
  const auto y = record(tape, op, x), wanted_y = record(wanted, op, wanted_x);
  ASSERT_EQ(y.shape(), full);
  EXPECT_EQ(differs("value", numbers(y.value()), numbers(wanted_y.value()), 0), "");
  if (y.upstream_state() == Upstream::none) return;

  tape.backward(y, view(upstream));
  wanted.backward(wanted_y, view(upstream));
  const auto nodes = grad(y, std::span(x), tape.constant(view(upstream)));
  std::vector<Node<double>> tangents;
  double reverse = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const auto back = summed_back(upstream_of(wanted_x[k]), full, sizes[k]);
    EXPECT_EQ(differs("upstream", upstream_of(x[k]), back, 1e-13), "") << "input " << k;
    ASSERT_EQ(nodes[k].shape(), sizes[k]) << "input " << k;
    EXPECT_EQ(differs("grad", numbers(nodes[k].value()), back, 1e-13), "") << "input " << k;
    tangents.push_back(tape.constant(view(draw(op, sizes, 9)[k])));
    reverse += dot(back, numbers(tangents[k].value()));
  }
  const auto pushed = jvp(y, std::span(x), std::span(std::as_const(tangents)));
  ASSERT_EQ(pushed.shape(), full);
  const double forward = dot(upstream.numbers, numbers(pushed.value()));
  EXPECT_EQ(differs("<u, J v>", {&forward, 1}, {&reverse, 1}, 1e-12), "");
}

class BroadcastTest : public testing::TestWithParam<std::string> {};
std::vector<std::string> several_inputs() {
  std::vector<std::string> names;
  for (const OpCase& op : op_table())
    if (op.elementwise() && op.inputs > 1 && (names.empty() || names.back() != op.op))
      names.push_back(op.op);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Ops, BroadcastTest, testing::ValuesIn(several_inputs()),
                         [](const auto& each) { return each.param; });

TEST_P(BroadcastTest, AllPairsAreThoseStretchedByHand) {
  each_case(GetParam(), [](const OpCase& op) {
    for (const Shape& a : shapes) {
      for (const Shape& b : shapes) {
        const Meeting meeting = meet(a, b);
        if (!meeting.shape) continue;
        // a third input and those after it take turns with the first two
        std::vector<Shape> sizes;
        for (int k = 0; k < op.inputs; ++k) sizes.push_back(k % 2 ? b : a);
        for (int turn = 0; turn < std::min(op.inputs, 3); ++turn) {
          SCOPED_TRACE(op.label + " of " + to_text(sizes[0]) + ", " + to_text(sizes[1]));
          compare(op, sizes, *meeting.shape);
          std::rotate(sizes.begin(), sizes.begin() + 1, sizes.end());
        }
      }
    }
  });
}

TEST_P(BroadcastTest, ShapesThatDoNotFitThrowAndLeaveTheTape) {
  each_case(GetParam(), [](const OpCase& op) {
    for (const Shape& a : shapes) {
      for (const Shape& b : shapes) {
        const Meeting meeting = meet(a, b);
        if (meeting.shape) continue;
        std::vector<Shape> sizes(std::size_t(op.inputs), Shape{});
        sizes[0] = a, sizes[1] = b;
        Tape<double> tape;
        const auto in = leaves(tape, op, draw(op, sizes));
        const std::uint32_t before = tape.size();
        try {
          record(tape, op, in);
          ADD_FAILURE() << op.label << " of " << to_text(a) << ", " << to_text(b) << " fits";
        } catch (const ShapeError& error) {
          EXPECT_EQ(std::string(error.what()),
                    join("[", op.op, "] shapes do not broadcast: a is ", a, ", b is ", b, "; ",
                         meeting.complaint,
                         ". Sizes counted from the last axis must be equal, or one of them 1."));
        }
        EXPECT_EQ(tape.size(), before);
        EXPECT_EQ(record(tape, op, leaves(tape, op, draw(op, {std::size_t(op.inputs), a}))).shape(),
                  a);
      }
    }
  });
}

}  // namespace
}  // namespace glassgrad

// Every op, every attribute instance and sample, against independent arithmetic. The table comes
// from the list EveryOp: an op added there is tested here without an edit. The checks themselves
// are in support/op_checks.cpp; that they reject wrong rules is shown by broken_rules_test.cpp.
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/rules/updates.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

class EveryOpTest : public testing::TestWithParam<std::string> {
 protected:
  // Each case of the op at each of its shape sets.
  static void each(const std::function<void(const OpCase&, const Expected&)>& f) {
    each_case(GetParam(), [&](const OpCase& op) {
      SCOPED_TRACE(op.label);
      for (const Expected& e : expected(op)) {
        SCOPED_TRACE("y is " + to_text(e.y.shape));
        f(op, e);
      }
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Ops, EveryOpTest, testing::ValuesIn(op_names()),
                         [](const auto& each) { return each.param; });

TEST_P(EveryOpTest, ValueIsThatOf50Digits) {
  each([](const OpCase& op, const Expected& e) { EXPECT_EQ(check_value(op, e), ""); });
}
TEST_P(EveryOpTest, LocalIsTheDifferenceOfTheValue) {
  each([](const OpCase& op, const Expected& e) { EXPECT_EQ(check_local(op, e), ""); });
}
TEST_P(EveryOpTest, ReverseIsTheTransposedJacobian) {
  each([](const OpCase& op, const Expected& e) { EXPECT_EQ(check_reverse(op, e), ""); });
}
TEST_P(EveryOpTest, ForwardIsTheJacobian) {
  each([](const OpCase& op, const Expected& e) { EXPECT_EQ(check_forward(op, e), ""); });
}
TEST_P(EveryOpTest, SecondOrderIsTheDifferenceOfTheFirst) {
  each([](const OpCase& op, const Expected& e) { EXPECT_EQ(check_second(op, e), ""); });
}

// Vectors of lanes and their tails, against one number at a time; the same local gradients too.
TEST_P(EveryOpTest, ALaneHasTheBitsOfASingleNumber) {
  each_case(GetParam(), [](const OpCase& op) {
    if (!op.elementwise()) return;
    for (const std::int64_t length : {0, 1, 2, 3, 7, 8, 15, 16, 17, 33, 100}) {
      SCOPED_TRACE(op.label + ", length " + std::to_string(length));
      const auto in = draw(op, std::vector<Shape>(std::size_t(op.inputs), Shape{length}), 7);
      Tape<double> tape;
      const auto x = leaves(tape, op, in);
      const auto y = record(tape, op, x);
      const bool active = y.upstream_state() != Upstream::none;
      if (active) tape.backward(y, std::vector<double>(std::size_t(length), 0.7));
      ASSERT_EQ(y.shape(), Shape{length});
      for (std::int64_t i = 0; i < length; ++i) {
        std::vector<Slow<double>> single;
        std::vector<Wide> wide;
        for (const auto& array : in) {
          single.push_back({Shape{}, {array.numbers[std::size_t(i)]}});
          wide.push_back(array.numbers[std::size_t(i)]);
        }
        Tape<double> other;
        const auto number = leaves(other, op, single);
        const auto result = record(other, op, number);
        EXPECT_EQ(result.item(), y.value()[i]) << "entry " << i;
        const double exact(op.wide(op.attributes.get(), wide.data()));
        EXPECT_NEAR(result.item(), exact, 1e-13 * std::max(1.0, std::abs(exact))) << "entry " << i;
        if (active) other.backward(result, 0.7);
        for (std::size_t k = 0; active && k < x.size(); ++k)
          EXPECT_EQ(upstream_of(number[k])[0], upstream_of(x[k])[std::size_t(i)])
              << "upstream of input " << k << ", entry " << i;
      }
    }
  });
}

// The float rules on numbers that float holds exactly.
TEST_P(EveryOpTest, FloatAgreesWithDouble) {
  const double tolerance = 16 * double(std::numeric_limits<float>::epsilon());
  each([&](const OpCase& op, const Expected& e) {
    auto in = e.in;
    for (auto& x : in)
      for (double& number : x.numbers) number = double(float(number));
    Tape<double> tape;
    Tape<float> float_tape;
    const auto x = leaves(tape, op, in);
    const auto float_x = leaves(float_tape, op, in);
    const auto y = record(tape, op, x);
    const auto float_y = record(float_tape, op, float_x);
    const std::vector<double> value(float_y.value().begin(), float_y.value().end());
    EXPECT_EQ(differs("value", value, numbers(y.value()), tolerance), "");
    if (y.upstream_state() == Upstream::none) return;
    tape.backward(y, view(e.upstream));
    float_tape.backward(float_y, view(e.upstream));
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (float_x[k].upstream_state() == Upstream::none) continue;
      const std::vector<double> upstream(float_x[k].upstream().begin(),
                                         float_x[k].upstream().end());
      EXPECT_EQ(differs("upstream", upstream, upstream_of(x[k]), tolerance), "") << "input " << k;
    }
  });
}

std::string bits(const Node<double>& node) {
  std::string text(reinterpret_cast<const char*>(node.value().data), node.value().size() * 8);
  for (double number : upstream_of(node)) text.append(reinterpret_cast<const char*>(&number), 8);
  return text;
}
TEST_P(EveryOpTest, TheSameInputsGiveTheSameBits) {
  each([](const OpCase& op, const Expected& e) {
    const auto run = [&](Tape<double>& tape) {
      const auto x = leaves(tape, op, e.in);
      const auto y = record(tape, op, x);
      if (y.upstream_state() != Upstream::none) tape.backward(y, view(e.upstream));
      std::string all = bits(y);
      for (std::size_t k = 0; k < x.size(); ++k)
        if (op.takes_numbers(int(k))) all += bits(x[k]);
      return all;
    };
    Tape<double> tape, used;
    used.constant({1, 2, 3});
    const std::string first = run(tape);
    EXPECT_EQ(run(used), first) << "on another tape";
    tape.clear();
    EXPECT_EQ(run(tape), first) << "on the tape again, cleared";
  });
}

// f(x, x) receives the sum of what f(a, b) passes to a and to b.
TEST_P(EveryOpTest, AnInputUsedTwiceReceivesBothShares) {
  each_case(GetParam(), [](const OpCase& op) {
    bool alike = op.inputs >= 2;
    for (int k = 0; k < op.inputs; ++k)
      alike &= op.has_gradient(k) && op.takes_numbers(k) &&
               (op.shapes.empty() || op.shapes[std::size_t(k)] == op.shapes[0]);
    if (!alike) return;
    SCOPED_TRACE(op.label);
    // drawn for input 0, whose domain is the narrower one where they differ
    const auto x = draw(op, {op.shapes.empty() ? Shape{11} : op.shapes[0]})[0];
    const std::vector<Slow<double>> in(std::size_t(op.inputs), x);
    Tape<double> apart, together;
    const auto copies = leaves(apart, op, in);
    const auto y = record(apart, op, copies);
    const Slow<double> upstream = expect(op, std::vector<Shape>(in.size(), x.shape)).upstream;
    apart.backward(y, view(upstream));
    std::vector<double> sum(x.numbers.size(), 0.0);
    for (const auto& copy : copies)
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += copy.upstream()[std::int64_t(i)];

    const auto one = together.input(view(x));
    together.backward(record(together, op, std::vector(in.size(), one)), view(upstream));
    EXPECT_EQ(differs("upstream", upstream_of(one), sum, 0), "");
  });
}

// More inputs than a record, a kernel's array on the stack or a word of bits has room for.
TEST(Concat, PassesBackToEachOf40Inputs) {
  Tape<double> tape;
  std::vector<Node<double>> x, tangents;
  std::vector<double> upstream;
  for (int k = 0; k < 40; ++k) {
    x.push_back(tape.input({double(k), k + 0.5}));
    tangents.push_back(tape.constant({k + 0.25, -1.0 * k}));
    upstream.push_back(2 * k), upstream.push_back(2 * k + 1);
  }
  const auto y = concat(std::span<const Node<double>>(x));
  const auto pushed = jvp(y, std::span(std::as_const(x)), std::span(std::as_const(tangents)));
  const auto nodes = grad(y, std::span(std::as_const(x)), tape.constant(upstream));
  tape.backward(y, upstream);
  for (int k = 0; k < 40; ++k) {
    const std::size_t i = std::size_t(k);
    const std::vector<double> wanted{2.0 * k, 2.0 * k + 1};
    EXPECT_EQ(upstream_of(x[i]), wanted);
    EXPECT_EQ(differs("grad", numbers(nodes[i].value()), wanted, 0), "");
    EXPECT_EQ(pushed.value()[2 * k], k + 0.25);
    EXPECT_EQ(pushed.value()[2 * k + 1], -k);
  }
}

// A share that a kernel writes and one that is passed on as it is, to the same input, in both
// orders.
TEST(AnInputUsedTwice, ReceivesAKernelsShareAndAPassedOne) {
  const std::vector<double> numbers_of_x{1, 2, 3, 4, 5, 6, 7, 8, 9}, upstream(9, 2.0);
  Tape<double> tape;
  const auto x = tape.input(numbers_of_x), z = tape.input(numbers_of_x);
  tape.backward(apply(Gather{0.5}, x, x), upstream);  // 0.5 x + x
  EXPECT_EQ(upstream_of(x), std::vector<double>(9, 3.0));
  tape.backward(z - z, upstream);
  EXPECT_EQ(upstream_of(z), std::vector<double>(9, 0.0));
}

TEST(OpTable, HoldsEveryOpOfTheListUnderItsOwnName) {
  const auto names = op_names();
  EXPECT_EQ(names.size(), EveryOp::size);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  std::set<std::string> labels;
  for (const OpCase& op : op_table())
    EXPECT_TRUE(labels.insert(op.label).second) << op.label << " is there twice";
}

}  // namespace
}  // namespace glassgrad

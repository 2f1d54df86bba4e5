// Parameters: one node per tape, versions, names, gradients that add up over tapes.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

constexpr const char* changed =
    "parameter \"W\" has changed since it was recorded. Record the computation again on a cleared "
    "tape, or read it "
    "before the update.";

TEST(Parameters, OneNodeEachAndTheirNumbersAreNotCopied) {
  Parameter W("W", {1.0, 2.0});
  Tape tape;
  const auto a = tape(W), b = tape(W);
  EXPECT_EQ(a.index(), b.index());
  EXPECT_EQ(tape.size(), 1u);
  EXPECT_EQ(a.value().data, W.value().data);
  EXPECT_EQ(a.name(), "W");
  EXPECT_EQ(a.op(), "parameter");
  EXPECT_EQ(W.name(), "W");
}

TEST(Parameters, AChangeIsSaidTheSameWayByAllWhoRead) {
  Parameter W("W", {1.0, 2.0}), b("b", 3.0);
  Tape tape;
  const auto w = tape(W), y = sum(w * tape(b));
  tape.backward(y);
  W.change()[0] = 5;
  EXPECT_EQ(error_of([&] { w.value(); }), std::string("[value] ") + changed);
  EXPECT_EQ(error_of([&] { w.item(); }), std::string("[value] ") + changed);
  EXPECT_EQ(error_of([&] { y.local(0); }), std::string("[local] ") + changed);
  EXPECT_EQ(error_of([&] { tape.backward(y); }), std::string("[backward] ") + changed);
  EXPECT_EQ(error_of([&] { grad(y, w); }), std::string("[grad] ") + changed);
  EXPECT_EQ(error_of([&] { jvp(y, w, w); }), std::string("[jvp] ") + changed);
  EXPECT_EQ(y.item(), 9);             // computed before the change, and kept
  expect_near(w.upstream(), {3, 3});  // so are the upstreams
  EXPECT_EQ(error_of([&] { tape(b).value(); }), "no error");  // b did not change
  tape.clear();
  EXPECT_EQ(sum(tape(W) * tape(b)).item(), 21);
}

TEST(Parameters, AChangeIsSaidOfWhatAliasesIt) {
  Parameter W("W", {1.0, 2.0});
  Tape tape;
  const auto column = reshape(tape(W), {2, 1});
  W.assign({3.0, 4.0});
  EXPECT_EQ(error_of([&] { column.value(); }), std::string("[value] ") + changed);
}

TEST(Parameters, AssignKeepsTheShape) {
  Parameter W("W", {1.0, 2.0});
  const std::uint32_t version = W.version();
  EXPECT_EQ(error_of([&] {
              W.assign({1.0, 2.0, 3.0});
            }),
            "[parameter] \"W\" is (2), the new value is (3). Assign an array of the same shape, or "
            "make another parameter.");
  EXPECT_EQ(W.version(), version);
  W.assign({3.0, 4.0});
  EXPECT_EQ(W.version(), version + 1);
  expect_near(W.value(), {3, 4});
  EXPECT_EQ(error_of([&] { W.item(); }),
            "[item] parameter \"W\" is (2), not a single number. Read it with value().");
  EXPECT_EQ(error_of([&] { W.add_gradient(Parameter("g", {1.0}).value()); }),
            "[parameter] \"W\" is (2), the gradient is (1). A gradient has its parameter's shape.");
}

TEST(Parameters, TwoOfOneNameDoNotGoOnOneTape) {
  Parameter a("W", 1.0), b("W", 2.0);
  Tape tape, other;
  const auto node = tape(a);
  EXPECT_EQ(
      error_of([&] { tape(b); }),
      "[parameter] two parameters on this tape are named \"W\". Give each parameter a name of "
      "its own.");
  EXPECT_EQ(tape.size(), 1u);
  EXPECT_EQ(node.item(), 1);
  EXPECT_EQ(other(b).item(), 2);
}

TEST(Parameters, GradientsAddUpUntilZeroed) {
  Parameter W("W", {1.0, 2.0}), unused("unused", 1.0);
  expect_near(W.gradient(), {0, 0});
  EXPECT_FALSE(W.has_gradient());
  Tape tape;
  for (int round = 1; round <= 3; ++round) {
    tape.clear();
    tape(unused);
    tape.backward(sum(tape(W) * tape(W)));
    tape.add_to_parameters();
    expect_near(W.gradient(), {2.0 * round, 4.0 * round});
  }
  EXPECT_TRUE(W.has_gradient());
  EXPECT_FALSE(unused.has_gradient());
  W.zero_gradient();
  expect_near(W.gradient(), {0, 0});
  EXPECT_FALSE(W.has_gradient());
  tape.clear();
  tape.add_to_parameters();  // nothing recorded, nothing added
  expect_near(W.gradient(), {0, 0});
}

TEST(Parameters, MovedWithTheirAddressFreeOfTapes) {
  std::vector<Parameter<double>> layers;
  for (int i = 0; i < 20; ++i) layers.emplace_back("W" + std::to_string(i), double(i));
  Tape tape;
  Node<> total = 0;
  for (auto& layer : layers) total += tape(layer) * 2;
  EXPECT_EQ(total.item(), 380);
  tape.backward(total);
  tape.add_to_parameters();
  for (auto& layer : layers) EXPECT_EQ(layer.gradient()[0], 2);
}

TEST(Parameters, OfSizeZero) {
  Parameter none("none", std::vector<double>{}), W("W", {1.0, 2.0});
  Tape tape;
  const auto e = tape(none);
  EXPECT_EQ(e.shape(), (Shape{0}));
  const auto cost = sum(e * 2) + sum(concat({e, tape(W)}));
  EXPECT_EQ(cost.item(), 3);
  tape.backward(cost);
  EXPECT_EQ(e.upstream().count(), 0);
  expect_near(tape(W).upstream(), {1, 1});
  tape.add_to_parameters();
  EXPECT_EQ(none.gradient().count(), 0);
  tape.backward(sum(e), Accumulate::add);
  EXPECT_EQ(grad(sum(e * e), e).shape(), (Shape{0}));
}

TEST(EmptyArrays, GoThroughForwardAndBackward) {
  Tape tape;
  const auto e = tape.input("e", xt::xarray<double>::from_shape({0, 3}));
  const auto w = tape.input("w", {1.0, 2.0, 3.0});
  const auto column = tape.input("c", {{1.0}, {2.0}, {3.0}});
  const auto y = exp(e * w + 1);
  EXPECT_EQ(y.shape(), (Shape{0, 3}));
  EXPECT_EQ(matmul(y, column).shape(), (Shape{0, 1}));
  const auto cost = sum(y) + sum(matmul(y, column)) + sum(softmax(y)) + sum(sum(y, 0) * w);
  EXPECT_EQ(cost.item(), 0);
  tape.backward(cost);
  EXPECT_EQ(e.upstream().shape(), (Shape{0, 3}));
  expect_near(w.upstream(), {0, 0, 0});
  expect_near(column.upstream(), {0, 0, 0});
  EXPECT_EQ(logsumexp(tape.input(std::vector<double>{})).item(), -INFINITY);
  EXPECT_TRUE(std::isnan(mean(tape.input(std::vector<double>{})).item()));
}

TEST(Parameters, ALargeGradientIsNotCopiedAndOutlivesItsTape) {
  const std::vector<double> start(2000, 1.5);
  Parameter W("W", start), small("small", {1.0, 2.0});
  {
    Tape tape;
    const auto y = sum(square(tape(W))) + sum(tape(small));
    tape.backward(y);
    tape.add_to_parameters();
    EXPECT_EQ(W.gradient().data, tape(W).upstream().data);
    EXPECT_NE(small.gradient().data, tape(small).upstream().data);
    const auto again = sum(tape(W) * 10.0) + sum(tape(small));
    tape.backward(again);  // writes upstreams of its own: what W holds stays
    EXPECT_EQ(W.gradient()[1999], 3);
    EXPECT_EQ(tape(W).upstream()[1999], 10);
    tape.add_to_parameters();
    EXPECT_EQ(W.gradient()[0], 13);
    EXPECT_EQ(W.gradient()[1999], 13);
    EXPECT_EQ(tape(W).upstream()[0], 10);
    EXPECT_EQ(small.gradient()[1], 2);
    W.zero_gradient();
    EXPECT_EQ(W.gradient()[7], 0);
    tape.add_to_parameters();
  }
  EXPECT_EQ(W.gradient()[0], 10);  // the tape is gone
  Parameter moved = std::move(W);
  EXPECT_EQ(moved.gradient()[1999], 10);
}

}  // namespace
}  // namespace glassgrad

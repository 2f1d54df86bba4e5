// Modules that people write: parameters by name at any depth, tied, frozen.
#include "glassgrad/nn/module.hpp"

#include <gtest/gtest.h>

#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

Numbers numbers(View<const double> view) { return {view.begin(), view.end()}; }
std::vector<std::string> names_of(Module<double>& module) {
  std::vector<std::string> names;
  for (const Parameter<double>* parameter : module.parameters()) names.push_back(parameter->name());
  return names;
}

// y = scale x + relu(inside(x)): a module of a module, a parameter of its own and plain ops.
struct Residual : Module<double> {
  Dense<double> inside;
  Parameter<double> scale;
  Residual(std::string_view name, Random& random)
      : inside(join(name, ".inside"), 3, 3, random), scale(join(name, ".scale"), 1.0) {}
  Node<double> operator()(const Node<double>& x) override {
    return (*x.tape())(scale)*x + relu(inside(x));
  }
  void each_parameter(const Visit& visit) override { visit(inside), visit(scale); }
  std::string label() const override { return "residual"; }
};

TEST(Module, UsersOwn) {
  Random random(1);
  Sequential<double> model;
  model.add(Residual("a", random)).add(Residual("b", random));
  model.add(Dense<double>("out", 3, 1, random, {.bias = false}));
  EXPECT_EQ(names_of(model),
            (std::vector<std::string>{"a.inside.W", "a.inside.b", "a.scale", "b.inside.W",
                                      "b.inside.b", "b.scale", "out.W"}));
  EXPECT_EQ(model.parameter("b.inside.b").shape(), (Shape{3}));
  EXPECT_EQ(summary(model, Shape{5, 3}),
            "layer     output  parameters\n"
            "input     (5, 3)            \n"
            "residual  (5, 3)          13\n"
            "residual  (5, 3)          13\n"
            "out       (5, 1)           3\n"
            "total                     29\n");
}

TEST(Module, UsersOwnLearns) {
  Random random(1);
  Sequential<double> model;
  model.add(Residual("a", random)).add(Dense<double>("out", 3, 1, random));
  const auto parameters = model.parameters();
  Adam<double> adam(0.05);
  Tape<double> tape;
  double first = 0, last = 0;
  for (int step = 0; step < 100; ++step) {
    tape.clear();
    const Node<double> yhat = model(tape.constant({{1, 2, 3}, {3, 1, 0}, {-1, 0, 2}}));
    const Node<double> cost = mean_squared_error(yhat, tape.constant({{1}, {-2}, {0.5}}));
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
    (step == 0 ? first : last) = cost.item();
  }
  EXPECT_LT(last, 1e-2 * first);
}

// An autoencoder whose decoder is its encoder transposed: one W on the tape, and its upstream is
// the sum of both uses'.
TEST(Module, TheSameParameterInTwoLayers) {
  Parameter<double> W("W", {{0.5, -1}, {2, 0.25}, {-0.75, 1}});
  Tape<double> tape;
  const Node<double> x = tape.constant({{1, 2, 3}});
  const Node<double> decoded = matmul(tanh(matmul(x, tape(W))), transpose(tape(W)));
  tape.backward(half_squared_error(decoded, x));
  EXPECT_EQ(tape.records().parameters().size(), 1U);
  Parameter<double> of_encoder("encoder", W.value()), of_decoder("decoder", W.value());
  Tape<double> apart;
  const Node<double> again = apart.constant({{1, 2, 3}});
  const Node<double> hidden = tanh(matmul(again, apart(of_encoder)));
  apart.backward(half_squared_error(matmul(hidden, transpose(apart(of_decoder))), again));
  for (int i = 0; i < 6; ++i)
    EXPECT_NEAR(tape(W).upstream()[i],
                apart(of_encoder).upstream()[i] + apart(of_decoder).upstream()[i], 1e-14);
  tape.add_to_parameters();
  const Numbers before = numbers(W.value());
  GradientDescent<double>(0.5).step(W);  // one step, of both uses together
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(W.value()[i], before[std::size_t(i)] - 0.5 * tape.records().node(1).upstream()[i]);
}

TEST(Freezing, NoUpstreamAndNoUpdate) {
  Random random(1);
  auto model = make_network<double>({2, {"3", "tanh", "1"}}, random);
  for (const char* frozen : {"layer1.W", "layer1.b"}) model.parameter(frozen).freeze();
  const auto parameters = model.parameters();
  const Numbers first = numbers(model.parameter("layer1.W").value());
  const Numbers last = numbers(model.parameter("layer2.W").value());
  Tape<double> tape;
  const Node<double> cost = sum(square(model(tape.constant({{1, 2}}))));
  tape.backward(cost);
  EXPECT_EQ(tape(model.parameter("layer1.W")).upstream_state(), Upstream::none);
  EXPECT_EQ(tape(model.parameter("layer2.W")).upstream_state(), Upstream::computed);
  EXPECT_EQ(error_of([&] { tape(model.parameter("layer1.W")).upstream(); }),
            "[upstream] node \"layer1.W\" (parameter) has no upstream: the parameter is frozen. "
            "Ask a node between a parameter or input and the cost.");
  tape.add_to_parameters();
  AdamW<double> adamw(0.1);  // whose decay would move even a weight without a slope
  adamw.step(parameters);
  EXPECT_EQ(numbers(model.parameter("layer1.W").value()), first);
  EXPECT_NE(numbers(model.parameter("layer2.W").value()), last);
  EXPECT_EQ(adamw.states()[0].steps, 0);
}

// Backward stops where nothing below learns: the units of the frozen layer get no upstream either.
TEST(Freezing, StopsBackwardThere) {
  Random random(1);
  Dense<double> first("first", 2, 3, random), second("second", 3, 1, random);
  first.freeze();
  Tape<double> tape;
  const Node<double> hidden = first(tape.constant({{1, 2}}));
  tape.backward(sum(second(tanh(hidden))));
  EXPECT_EQ(hidden.upstream_state(), Upstream::none);
}

TEST(Freezing, AGradientFromBeforeIsDropped) {
  Parameter<double> w("w", {1.0}), other("other", {0.0});
  const double three = 3, four = 4;
  w.add_gradient(View<const double>{&three, &w.shape()});
  other.add_gradient(View<const double>{&four, &other.shape()});
  w.freeze();
  GradientDescent<double> descent(1, {.clip_norm = 2});  // of |4|, not of |(3, 4)|
  descent.step(w, other);
  EXPECT_EQ(w.item(), 1);
  EXPECT_EQ(other.item(), -2);
  w.unfreeze();
  EXPECT_THROW(descent.step(w), TapeError);  // it has got none since
  EXPECT_EQ(w.item(), 1);
}

TEST(Freezing, UnfrozenOnTheSameTapeLearnsFromThenOn) {
  Parameter<double> w("w", 2.0);
  Tape<double> tape;
  w.freeze();
  EXPECT_EQ(square(tape(w)).upstream_state(), Upstream::none);
  w.unfreeze();
  const Node<double> y = square(tape(w));
  tape.backward(y);
  EXPECT_EQ(tape(w).upstream().data[0], 4);
}

}  // namespace
}  // namespace glassgrad

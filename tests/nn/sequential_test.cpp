// Modules: parameters, names, scopes, counts, tying, summaries; networks from text.
#include "glassgrad/nn/sequential.hpp"

#include <gtest/gtest.h>

#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

Sequential<double> network(std::int64_t inputs, std::string_view layers) {
  Random random(1);
  return make_network<double>({inputs, layers_from(layers)}, random);
}

std::vector<std::string> names_of(Module<double>& module) {
  std::vector<std::string> names;
  for (const Parameter<double>* parameter : module.parameters()) names.push_back(parameter->name());
  return names;
}

TEST(Network, CountsTheNotesParameters) {
  EXPECT_EQ(network(3, "4,sigmoid,1").parameter_count(), 21);
  for (const std::int64_t m : {1, 5, 64})
    EXPECT_EQ(network(m, "3,sigmoid,2,sigmoid,1").parameter_count(), 3 * m + 14);
}

TEST(Network, NamesItsParametersAndScopes) {
  auto model = network(2, "3,prelu,1");
  EXPECT_EQ(names_of(model),
            (std::vector<std::string>{"layer1.W", "layer1.b", "prelu1.a", "layer2.W", "layer2.b"}));
  Tape<double> tape;
  const Node<double> y = model(tape.constant({{1, 2}}));
  EXPECT_EQ(y.name(), "layer2.z");
  ASSERT_EQ(tape.records().scopes().size(), 4U);
  EXPECT_EQ(tape.records().scopes()[1].name, "layer1");
  EXPECT_EQ(tape.records().scopes()[2].name, "prelu1");
  EXPECT_EQ(tape.records().scopes()[3].name, "layer2");
  EXPECT_EQ(model.parameter("layer2.W").shape(), (Shape{3, 1}));
  EXPECT_EQ(error_of([&] { model.parameter("layer2.w"); }),
            "[parameter] there is no parameter \"layer2.w\". Did you mean \"layer2.W\"? "
            "There are layer1.W, layer1.b, prelu1.a, layer2.W, layer2.b.");
}

TEST(Network, Summary) {
  auto model = network(64, "64,relu,10");
  EXPECT_EQ(summary(model, Shape{1, 64}),
            "layer   output   parameters\n"
            "input   (1, 64)            \n"
            "layer1  (1, 64)        4160\n"
            "relu    (1, 64)           0\n"
            "layer2  (1, 10)         650\n"
            "total                  4810\n");
}

TEST(Network, IsTheSameWithAndWithoutGradients) {
  auto model = network(4, "5,tanh,3,softmax");
  Tape<double> full, values(Keep::values);
  const Node<double> a = model(full.constant({{1, 2, 3, 4}, {-1, 0, 1, 0}}));
  const auto start = values.mark();
  for (int i = 0; i < 3; ++i) {
    const Node<double> b = model(values.constant({{1, 2, 3, 4}, {-1, 0, 1, 0}}));
    for (int j = 0; j < 6; ++j) EXPECT_EQ(a.value()[j], b.value()[j]);
    values.rewind(start);
  }
}

TEST(Network, SameSeedSameWeights) {
  auto a = network(4, "5,tanh,3"), b = network(4, "5,tanh,3");
  for (std::size_t i = 0; i < a.parameters().size(); ++i)
    for (std::int64_t j = 0; j < a.parameters()[i]->value().count(); ++j)
      EXPECT_EQ(a.parameters()[i]->value()[j], b.parameters()[i]->value()[j]);
}

TEST(Sequential, AModuleAddedTwiceIsTied) {
  Random random(1);
  const auto shared = std::make_shared<Dense<double>>("shared", 3, 3, random);
  Sequential<double> model;
  model.add(shared).add("tanh").add(shared);
  EXPECT_EQ(model.parameter_count(), 12);
  Tape<double> tape;
  const Node<double> y = sum(model(tape.constant({{1, 2, 3}})));
  tape.backward(y);  // one upstream, from both uses
  EXPECT_EQ(tape.records().parameters().size(), 2U);
  EXPECT_EQ(tape(shared->b).upstream().count(), 3);
}

TEST(Dense, SaysWhatItCannotTake) {
  Random random(1);
  Dense<double> rows("layer1", 4, 2, random);
  Dense<double> columns("layer1", 4, 2, random, {.examples = Examples::columns});
  Tape<double> tape;
  const Node<double> x = tape.constant({{1, 2, 3}, {4, 5, 6}});
  EXPECT_EQ(error_of([&] { rows(x); }),
            "[layer1] x is (2, 3), the layer has 4 inputs. Give examples as rows: (m, 4).");
  EXPECT_EQ(error_of([&] { columns(x); }),
            "[layer1] x is (2, 3), the layer has 4 inputs. Give examples as columns: (4, m).");
  EXPECT_EQ(error_of([&] { rows(Node<double>(1)); }),
            "[layer1] x is a plain number on no tape. "
            "Make it with tape.constant(...) or tape.input(...).");
  EXPECT_EQ(error_of([&] { Dense<double>("layer1", 0, 2, random); }),
            "[layer1] the number of inputs is 0. Give at least 1.");
  EXPECT_EQ(error_of([&] {
              Dense<double>("layer1", {{1, 2}}, {1, 2, 3});
            }),
            "[layer1] b is (3), W is (1, 2). Give b of shape (2).");
}

TEST(Dense, TakesOneExampleAsAVector) {
  Dense<double> layer("layer", {{1, 2, 3}, {4, 5, 6}}, {1, 1, 1});
  Tape<double> tape;
  const Node<double> y = layer(tape.constant({1, 10}));
  EXPECT_EQ(y.shape(), (Shape{3}));
  EXPECT_EQ(y.value()[2], 64);
}

TEST(Activations, EveryNameIsALayer) {
  Tape<double> tape;
  const Node<double> x = tape.constant({{-1, 0.5, 2}});
  for (const std::string_view name : activation_names()) {
    auto model = network(3, name);
    EXPECT_EQ(model(x).shape(), (Shape{1, 3})) << name;
  }
  EXPECT_EQ(activate("relu", x).value()[0], 0);
  EXPECT_EQ(activate("tanh", x).value()[1], tanh(x).value()[1]);
  EXPECT_EQ(activate("identity", x).value()[0], -1);
}

TEST(Layers, FromText) {
  EXPECT_EQ(layers_from("64, relu ,10"), (std::vector<std::string>{"64", "relu", "10"}));
  EXPECT_EQ(layers_from("none"), std::vector<std::string>{});
  EXPECT_EQ(error_of([] { layers_from("64,rleu"); }),
            "[layers] there is no layer \"rleu\". Did you mean \"relu\"? There are identity, step, "
            "sigmoid, tanh, atan, relu, leaky_relu, prelu, elu, softplus, gelu, silu, sin, "
            "softmax, log_softmax, dropout.");
  EXPECT_EQ(error_of([] { layers_from("64,,10"); }),
            "[layers] a layer is empty. Write sizes and activations: 64,relu,32,tanh.");
  EXPECT_EQ(error_of([] { layers_from("0,relu"); }),
            "[layers] \"0\" is no size of a layer. Give an integer from 1 to 1000000.");
  EXPECT_EQ(error_of([] { layers_from("12x"); }),
            "[layers] \"12x\" is no size of a layer. Give an integer from 1 to 1000000.");
}

// Nothing is made or written that would be refused when it is read.
TEST(Architecture, IsLookedAtBeforeItIsWritten) {
  Random random(1);
  const auto refused = [&](const Architecture& architecture) {
    const std::string said = error_of([&] { to_json(architecture); });
    EXPECT_EQ(error_of([&] { make_network<double>(architecture, random); }), said);
    return said;
  };
  EXPECT_EQ(refused({most_inputs + 1, {}}),
            "[architecture] it has 16777217 inputs. Give it 1 to 16777216.");
  EXPECT_EQ(refused({0, {}}), "[architecture] it has 0 inputs. Give it 1 to 16777216.");
  EXPECT_EQ(refused({2, {"0"}}),
            "[layers] \"0\" is no size of a layer. Give an integer from 1 to 1000000.");
  EXPECT_EQ(refused({2, {"4,relu"}}),
            "[layers] \"4,relu\" is no size of a layer. Give an integer from 1 to 1000000.");
  const Architecture largest{most_inputs, {"relu"}};
  EXPECT_EQ(refused(largest), "no error");
  EXPECT_EQ(architecture_from(to_json(largest)), largest);
}

TEST(Architecture, JsonAndBack) {
  const Architecture architecture{64, {"64", "relu", "10"}, Examples::columns};
  EXPECT_EQ(to_json(architecture),
            R"({"examples":"columns","inputs":64,"layers":["64","relu","10"]})");
  EXPECT_EQ(architecture_from(to_json(architecture)), architecture);
  EXPECT_EQ(error_of([] { architecture_from("{}"); }),
            "[architecture] \"{}\" is no architecture. Write "
            R"({"inputs": 64, "layers": ["64", "relu", "10"], "examples": "rows"}.)");
}

}  // namespace
}  // namespace glassgrad

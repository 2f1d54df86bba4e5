// The slides' networks made of layers and losses, to the digits worked out independently.
#include <gtest/gtest.h>

#include <array>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"

namespace glassgrad {
namespace {

template <class Numbers>
void expect_near(View<const double> actual, const Numbers& wanted, double within = 1e-11) {
  ASSERT_EQ(actual.size(), std::size(wanted));
  for (std::size_t i = 0; i < std::size(wanted); ++i)
    EXPECT_NEAR(actual[std::int64_t(i)], wanted[i], within) << "at " << i;
}

// Two inputs, two hidden, two outputs; only the weights learn, at rate 0.5.
struct TwoTwoTwo : Module<double> {
  Dense<double> hidden, output;
  explicit TwoTwoTwo(Examples examples = Examples::rows)
      : hidden(make("hidden", {.15, .20, .25, .30}, .35, examples)),
        output(make("output", {.40, .45, .50, .55}, .60, examples)) {}
  // w[0], w[1] lead to the first unit, w[2], w[3] to the second
  static Dense<double> make(std::string_view name, std::array<double, 4> w, double b,
                            Examples examples) {
    if (examples == Examples::rows) return {name, {{w[0], w[2]}, {w[1], w[3]}}, {b, b}, examples};
    return {name, {{w[0], w[1]}, {w[2], w[3]}}, {{b}, {b}}, examples};
  }
  Node<double> operator()(const Node<double>& x) override {
    return sigmoid(output(sigmoid(hidden(x))));
  }
  void each_parameter(const Visit& visit) override {
    visit(hidden);
    visit(output);
  }
  double step(Optimizer<double>& optimizer, Tape<double>& tape) {
    tape.clear();
    const Node<double> o = (*this)(tape.constant("i", {{0.05, 0.10}}));
    const Node<double> E = half_squared_error(o, tape.constant("t", {{0.01, 0.99}}));
    tape.backward(E);
    tape.add_to_parameters();
    optimizer.step(hidden.W, output.W);
    hidden.b.zero_gradient(), output.b.zero_gradient();
    return E.item();
  }
};

TEST(TwoTwoTwo, ForwardAndBackward) {
  TwoTwoTwo net;
  Tape<double> tape;
  const Node<double> o = net(tape.constant("i", {{0.05, 0.10}}));
  const Node<double> E = half_squared_error(o, tape.constant("t", {{0.01, 0.99}}));
  tape.backward(E);
  expect_near(o.value(), std::array{0.751365069552, 0.772928465321});
  EXPECT_NEAR(E.item(), 0.298371108760, 1e-11);
  // W is [input, unit]: w1 w3; w2 w4
  expect_near(tape(net.hidden.W).upstream(),
              std::array{0.000438567734, 0.000497712735, 0.000877135469, 0.000995425471});
  expect_near(tape(net.output.W).upstream(),
              std::array{0.082167040564, -0.022602540477, 0.082667627848, -0.022740242216});
}

TEST(TwoTwoTwo, OneUpdateAndTenThousand) {
  TwoTwoTwo net;
  GradientDescent<double> descent(0.5);
  Tape<double> tape;
  EXPECT_NEAR(net.step(descent, tape), 0.298371108760, 1e-11);
  EXPECT_NEAR(net.hidden.W.value()(0, 0), 0.149780716133, 1e-11);
  EXPECT_NEAR(net.output.W.value()(0, 0), 0.358916479718, 1e-11);
  EXPECT_NEAR(net.output.W.value()(1, 1), 0.561370121108, 1e-11);
  EXPECT_NEAR(net.step(descent, tape), 0.291027773694, 1e-11);
  for (int update = 2; update < 10000; ++update) net.step(descent, tape);
  Tape<double> after(Keep::values);
  const Node<double> o = net(after.constant("i", {{0.05, 0.10}}));
  const Node<double> E = half_squared_error(o, after.constant("t", {{0.01, 0.99}}));
  expect_near(o.value(), std::array{0.015913620444, 0.984064273515});
  EXPECT_NEAR(E.item(), 3.510187783e-05, 5e-15);
}

TEST(TwoTwoTwo, ColumnsAreRowsTransposed) {
  TwoTwoTwo rows, columns(Examples::columns);
  Tape<double> tape, turned;
  const Node<double> a = rows(tape.constant({{0.05, 0.10}, {0.3, -0.7}, {1, 2}}));
  const Node<double> b = columns(turned.constant({{0.05, 0.3, 1}, {0.10, -0.7, 2}}));
  tape.backward(squared_cost(a, tape.constant({{0, 1}, {1, 0}, {0, 0}})));
  turned.backward(squared_cost(b, turned.constant({{0, 1, 0}, {1, 0, 0}}), Examples::columns));
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) EXPECT_EQ(a.value()(i, j), b.value()(j, i));
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j)
      EXPECT_NEAR(tape(rows.hidden.W).upstream()(i, j), turned(columns.hidden.W).upstream()(j, i),
                  1e-16);
    EXPECT_NEAR(tape(rows.output.b).upstream()(i), turned(columns.output.b).upstream()(i, 0),
                1e-16);
  }
}

// The slides' vectorised OR gate: columns, C = 1/(2m) sum (Y - Yhat)^2, rate 1.
TEST(OrGate, TwoPassesFiveHundredAndFiveThousandEpochs) {
  Dense<double> gate("gate", {{0.1, 0.6}}, {{0.0}}, Examples::columns);
  GradientDescent<double> descent(1);
  Tape<double> tape;
  const auto epoch = [&] {
    tape.clear();
    const Node<double> Y = tape.constant("Y", {{0, 1, 1, 1}});
    const Node<double> Yhat = sigmoid(gate(tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}})));
    const Node<double> C = squared_cost(Yhat, Y, Examples::columns);
    tape.backward(C);
    tape.add_to_parameters();
    descent.step(gate.W, gate.b);
    return C.item();
  };
  EXPECT_NEAR(epoch(), 0.088912947523, 1e-11);
  expect_near(gate.W.value(), std::array{0.148006462916, 0.638658823817});
  EXPECT_NEAR(gate.b.item(), 0.037023526126, 1e-11);
  EXPECT_NEAR(epoch(), 0.084009595423, 1e-11);
  for (int i = 2; i < 500; ++i) epoch();
  expect_near(gate.W.value(), std::array{3.640840617631, 3.647961667069});
  EXPECT_NEAR(gate.b.item(), -1.527125432407, 1e-11);
  for (int i = 500; i < 5000; ++i) epoch();
  expect_near(gate.W.value(), std::array{6.434191156278, 6.434236133706});
  EXPECT_NEAR(gate.b.item(), -2.973036090576, 1e-11);
  EXPECT_NEAR(epoch(), 0.000527569180, 1e-11);
}

// Three layers of three: ReLU, logistic, softmax.
struct ThreeLayers : Sequential<double> {
  std::shared_ptr<Dense<double>> ij, jk, kl;
  ThreeLayers()
      : ij(make("ij", {{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}})),
        jk(make("jk", {{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}})),
        kl(make("kl", {{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}})) {
    add(ij).add("relu").add(jk).add("sigmoid").add(kl);
  }
  static std::shared_ptr<Dense<double>> make(std::string_view name, const Input<double>& W) {
    return std::make_shared<Dense<double>>(name, W, Input<double>{1, 1, 1});
  }
};

struct Wanted {
  double cost;
  std::array<double, 3> dz3;
  std::array<double, 9> dW_kl, dW_jk, dW_ij;
};
const Wanted summed_binary{
    2.679282524430,
    {-1.092527185278, 0.266248277266, 0.826278908011},
    {-1.025698706153, 0.249962213469, 0.775736492684, -1.027495197262, 0.250400017370,
     0.777095179892, -1.072953801242, 0.261478254286, 0.811475546956},
    {0.051033402745, 0.001804074014, 0.005953351513, 0.048009201100, 0.001697165924, 0.005600560313,
     0.068044536993, 0.002405432018, 0.007937802018},
    {0.001016635445, 0.001509585473, 0.002674396479, 0.002033270890, 0.003019170947, 0.005348792957,
     0.007116448116, 0.010567098313, 0.018720775351}};
const Wanted softmax_entropy{
    1.617233750000,
    {-0.801553105767, 0.285355530425, 0.516197575342},
    {-0.752523135879, 0.267900700591, 0.484622435288, -0.753841165350, 0.268369923399,
     0.485471241951, -0.787192724648, 0.280243187722, 0.506949536926},
    {0.034650116195, 0.004725112087, 0.002871066455, 0.032596775976, 0.004445105445, 0.002700929184,
     0.046200154927, 0.006300149449, 0.003828088607},
    {0.000724673340, 0.001093876846, 0.001850145757, 0.001449346680, 0.002187753692, 0.003700291513,
     0.005072713381, 0.007657137922, 0.012951020297}};

template <class Cost>
void expect_three_layers(const Wanted& wanted, Cost&& cost_of) {
  ThreeLayers net;
  Tape<double> tape;
  const Node<double> z3 = net(tape.constant("x", {{0.1, 0.2, 0.7}}));
  const Node<double> cost = cost_of(tape, z3);
  tape.backward(cost);
  expect_near(z3.value(), std::array{1.867067971562, 2.230282320574, 2.823036032725});
  EXPECT_NEAR(cost.item(), wanted.cost, 1e-11);
  expect_near(z3.upstream(), wanted.dz3);
  expect_near(tape(net.kl->W).upstream(), wanted.dW_kl);
  expect_near(tape(net.jk->W).upstream(), wanted.dW_jk);
  expect_near(tape(net.ij->W).upstream(), wanted.dW_ij);
}

TEST(ThreeLayers, SumOverUnitsOfBinaryCrossEntropy) {
  expect_three_layers(summed_binary, [](Tape<double>& tape, const Node<double>& z3) {
    return binary_cross_entropy_sum(softmax(z3), tape.constant("y", {{1, 0, 0}}));
  });
}

TEST(ThreeLayers, CrossEntropyThreeWays) {
  expect_three_layers(softmax_entropy, [](Tape<double>& tape, const Node<double>& z3) {
    return cross_entropy(softmax(z3), tape.constant("y", {{1, 0, 0}}));
  });
  expect_three_layers(softmax_entropy, [](Tape<double>& tape, const Node<double>& z3) {
    return softmax_cross_entropy(z3, tape.constant("y", {{1, 0, 0}}));
  });
  expect_three_layers(softmax_entropy, [](Tape<double>& tape, const Node<double>& z3) {
    return softmax_cross_entropy(z3, tape.indices({0}));
  });
}

}  // namespace
}  // namespace glassgrad

// The OR gate of the "graphs" deck, on one example and vectorised over two passes, node by node:
// value, upstream and local gradient of every box. Numbers computed in float64 twice elsewhere.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

TEST(OrGate, OneExampleBoxByBox) {
  Parameter w1("w1", 0.1), w2("w2", 0.6), b("b", 0.0);
  Tape tape;
  const auto x1 = tape.constant("x1", 0), x2 = tape.constant("x2", 0), y = tape.constant("y", 0);
  const auto p1 = tape(w1) * x1, p2 = tape(w2) * x2;
  const auto z = name("z", p1 + p2 + tape(b));
  const auto yhat = name("yhat", sigmoid(z));
  const auto difference = y - yhat;
  const auto squared = square(difference);
  const auto loss = name("L", squared / 2);
  EXPECT_EQ(z.item(), 0);
  EXPECT_EQ(yhat.item(), 0.5);
  EXPECT_EQ(loss.item(), 0.125);

  tape.backward(loss);
  EXPECT_EQ(loss.upstream()[0], 1);
  EXPECT_EQ(loss.local(0).item(), 0.5);  // d(u/2)/du
  EXPECT_EQ(squared.upstream()[0], 0.5);
  EXPECT_EQ(squared.local(0).item(), -1);  // 2 (y - yhat)
  EXPECT_EQ(difference.upstream()[0], -0.5);
  EXPECT_EQ(difference.local(1).item(), -1);
  EXPECT_EQ(yhat.upstream()[0], 0.5);  // the box L as a whole: 1 x -(y - yhat)
  EXPECT_EQ(yhat.local(0).item(), 0.25);
  EXPECT_EQ(yhat.local(0).formula(), "y * (1 - y)");
  EXPECT_EQ(z.upstream()[0], 0.125);
  EXPECT_EQ(p1.local(0).item(), 0);  // x1
  EXPECT_EQ(tape(w1).upstream()[0], 0);
  EXPECT_EQ(tape(w2).upstream()[0], 0);
  EXPECT_EQ(tape(b).upstream()[0], 0.125);
  EXPECT_EQ(x1.upstream_state(), Upstream::none);
  EXPECT_EQ(x1.upstream_reason(), "it is a constant");

  tape.add_to_parameters();
  b.change()[0] -= b.gradient()[0];
  EXPECT_EQ(b.item(), -0.125);
  tape.clear();
  const auto again = sigmoid(tape(w1) * 0 + tape(w2) * 0 + tape(b));
  EXPECT_NEAR(again.item(), 0.468790626626, 1e-12);
  EXPECT_NEAR((square(0 - again) / 2).item(), 0.109882325806, 1e-12);
}

struct Pass {
  std::vector<double> z, yhat, cost, d_yhat, local, dz, dw, db;
};
const Pass passes[] = {{{0, 0.6, 0.1, 0.7},
                        {0.5, 0.645656306226, 0.524979187479, 0.668187772168},
                        {0.088912947523},
                        {0.125, -0.088585923444, -0.118755203130, -0.082953056958},
                        {0.25, 0.228784240457, 0.249376040193, 0.221712873293},
                        {0.03125, -0.020267063210, -0.029614702309, -0.018391760607},
                        {-0.048006462916, -0.038658823817},
                        {-0.037023526126}},
                       {{0.037023526126, 0.675682349942, 0.185029989041, 0.823688812858},
                        {0.509254824391, 0.662774362392, 0.546125974512, 0.695018811163},
                        {0.084009595423},
                        {0.127313706098, -0.084306409402, -0.113468506372, -0.076245297209},
                        {0.249914348225, 0.223504506948, 0.247872394475, 0.211967663293},
                        {0.031817521880, -0.018842862466, -0.028125710372, -0.016161537487},
                        {-0.044287247859, -0.035004399952},
                        {-0.031312588445}}};

TEST(OrGate, VectorisedTwoPasses) {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  for (const Pass& pass : passes) {
    tape.clear();
    const auto X = tape.input("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    const auto Y = tape.constant("Y", {{0, 1, 1, 1}});
    const auto Z = name("Z", matmul(tape(W), X) + tape(b));
    const auto Yhat = name("Yhat", sigmoid(Z));
    const auto C = name("C", sum(square(Y - Yhat)) / 8);
    tape.backward(C);
    expect_near(Z, pass.z, 2e-12);
    expect_near(Yhat, pass.yhat, 2e-12);
    expect_near(C, pass.cost, 2e-12);
    expect_near(Yhat.upstream(), pass.d_yhat, 2e-12);
    expect_near(Yhat.local(0).values(), pass.local, 2e-12);
    expect_near(Z.upstream(), pass.dz, 2e-12);
    expect_near(tape(W).upstream(), pass.dw, 2e-12);
    expect_near(tape(b).upstream(), pass.db, 2e-12);
    // dZ/dX = W^T: what X receives is W^T dZ
    const auto w = W.value();
    std::vector<double> dx;
    for (double weight : w)
      for (double dz : pass.dz) dx.push_back(weight * dz);
    expect_near(X.upstream(), dx, 2e-12);
    tape.add_to_parameters();
    for (auto* parameter : {&W, &b}) {
      const auto to = parameter->change();
      for (std::int64_t i = 0; i < to.count(); ++i) to[i] -= parameter->gradient()[i];
      parameter->zero_gradient();
    }
  }
}

TEST(OrGate, FiveHundredAndFiveThousandEpochs) {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  double cost = 0;
  std::vector<double> yhat;
  for (int epoch = 0; epoch <= 5000; ++epoch) {
    tape.clear();
    const auto X = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}});
    const auto Yhat = sigmoid(matmul(tape(W), X) + tape(b));
    const auto C = sum(square(tape.constant({{0, 1, 1, 1}}) - Yhat)) / 8;
    if (epoch == 500) {
      expect_near(W.value(), {3.640840617631, 3.647961667069}, 1e-11);
      expect_near(b.value(), {-1.527125432407}, 1e-11);
    }
    cost = C.item();
    yhat = numbers(Yhat.value());
    if (epoch == 5000) break;
    tape.backward(C);
    for (auto* parameter : {&W, &b}) {
      const auto g = numbers(tape(*parameter).upstream());
      const auto to = parameter->change();
      for (std::size_t i = 0; i < g.size(); ++i) to.data[i] -= g[i];
    }
  }
  expect_near(W.value(), {6.434191156278, 6.434236133706}, 1e-11);
  expect_near(b.value(), {-2.973036090576}, 1e-11);
  EXPECT_NEAR(cost, 0.000527569180, 1e-12);
  expect_near(yhat, {0.048659, 0.969563, 0.969562, 0.999950}, 1e-6);
}

TEST(OrGate, OneExampleAtATimeGivesTheSameGradients) {
  Parameter W("W", {0.1, 0.6}), b("b", 0.0);
  const double x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, y[4] = {0, 1, 1, 1};
  for (int i = 0; i < 4; ++i) {
    Tape tape;
    const auto yhat = sigmoid(sum(tape(W) * tape.constant({x[i][0], x[i][1]})) + tape(b));
    tape.backward(square(y[i] - yhat) / 2 / 4);
    tape.add_to_parameters();
  }
  expect_near(W.gradient(), passes[0].dw, 2e-12);
  expect_near(b.gradient(), passes[0].db, 2e-12);
}

}  // namespace
}  // namespace glassgrad

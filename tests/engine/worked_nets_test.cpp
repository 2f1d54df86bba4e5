// The two worked networks of the "structures" deck, with exact numbers: 2-2-2 logistic, and three
// layers of three with ReLU, logistic and softmax under two losses.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

struct TwoTwoTwo {
  Parameter<double> W1{"W1", {{.15, .20}, {.25, .30}}}, W2{"W2", {{.40, .45}, {.50, .55}}};
  Tape<double> tape;
  Node<double> h, o, E1, E;

  void forward() {
    tape.clear();
    const auto i = tape.constant({{0.05}, {0.10}}), t = tape.constant({{0.01}, {0.99}});
    h = name("h", sigmoid(matmul(tape(W1), i) + 0.35));
    o = name("o", sigmoid(matmul(tape(W2), h) + 0.60));
    E1 = square(t - o) / 2;
    E = sum(E1);
  }
  void step() {
    tape.backward(E);
    std::vector<double> g1 = numbers(tape(W1).upstream()), g2 = numbers(tape(W2).upstream());
    for (std::size_t k = 0; k < 4; ++k) W1.change().data[k] -= 0.5 * g1[k];
    for (std::size_t k = 0; k < 4; ++k) W2.change().data[k] -= 0.5 * g2[k];
  }
};

TEST(TwoTwoTwo, NodeByNode) {
  TwoTwoTwo net;
  net.forward();
  expect_near(net.h, {0.593269992107, 0.596884378260});
  expect_near(net.o, {0.751365069552, 0.772928465321});
  expect_near(net.E1, {0.274811083176, 0.023560025584});
  EXPECT_NEAR(net.E.item(), 0.298371108760, 1e-12);
  net.tape.backward(net.E);
  expect_near(net.tape(net.W1).upstream(),
              {0.000438567734, 0.000877135469, 0.000497712735, 0.000995425471}, 1e-12);
  expect_near(net.tape(net.W2).upstream(),
              {0.082167040564, 0.082667627848, -0.022602540477, -0.022740242216}, 1e-12);
  EXPECT_NEAR(net.o.upstream()[0], 0.741365069552, 1e-12);
  EXPECT_NEAR(net.o.local(0).values()[0], 0.186815601809, 1e-12);
  EXPECT_NEAR(net.o.input(0).upstream()[0], 0.138498561629, 1e-12);
  EXPECT_NEAR(net.h.upstream()[0], 0.036350306393, 1e-12);
  EXPECT_NEAR(net.h.local(0).values()[0], 0.241300708572, 1e-12);
  // what h1 receives from o1 and from o2, each by itself
  const auto product = net.o.input(0).input(0);
  ASSERT_EQ(product.op(), "matmul");
  const std::vector<double> jacobian = product.local(1).dense();
  EXPECT_NEAR(jacobian[0] * product.upstream()[0], 0.055399424651, 1e-12);
  EXPECT_NEAR(jacobian[2] * product.upstream()[1], -0.019049118258, 1e-12);
}

TEST(TwoTwoTwo, OneUpdateAndTenThousand) {
  TwoTwoTwo net;
  net.forward();
  net.step();
  EXPECT_NEAR(net.W1.value()[0], 0.149780716133, 1e-12);
  EXPECT_NEAR(net.W2.value()[0], 0.358916479718, 1e-12);
  EXPECT_NEAR(net.W2.value()[3], 0.561370121108, 1e-12);
  net.forward();
  EXPECT_NEAR(net.E.item(), 0.291027773694, 1e-12);  // not the slides' 0.291027924
  for (int k = 1; k < 10000; ++k) {
    net.step();
    net.forward();
  }
  EXPECT_NEAR(net.E.item(), 3.510187783e-05, 1e-13);
  expect_near(net.o, {0.015913620444, 0.984064273515});
}

struct Three {
  Parameter<double> Wij{"W_ij", {{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}}};
  Parameter<double> Wjk{"W_jk", {{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}}};
  Parameter<double> Wkl{"W_kl", {{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}}};
  Tape<double> tape;
  Node<double> z1, z2, a2, z3, p, y;
  Three() {
    const auto x = tape.constant({{0.1, 0.2, 0.7}});
    y = tape.constant({{1, 0, 0}});
    z1 = matmul(x, tape(Wij)) + 1;
    z2 = matmul(relu(z1), tape(Wjk)) + 1;
    a2 = sigmoid(z2);
    z3 = matmul(a2, tape(Wkl)) + 1;
    p = softmax(z3);
  }
};

TEST(ThreeLayers, ForwardAndTheLocalGradientOfSoftmax) {
  Three net;
  expect_near(net.z1, {1.35, 1.27, 1.8});
  expect_near(net.z2, {2.731, 2.76, 4.004});
  expect_near(net.a2, {0.938831289487, 0.940475634023, 0.982084304812});
  expect_near(net.z3, {1.867067971562, 2.230282320574, 2.823036032725});
  expect_near(net.p, {0.198446894233, 0.285355530425, 0.516197575342});
  expect_near(net.p.local(0).dense(), {0.159065724402, -0.056627918765, -0.102437805637,  //
                                       -0.056627918765, 0.203927751681, -0.147299832916,  //
                                       -0.102437805637, -0.147299832916, 0.249737638553});
}

TEST(ThreeLayers, BinaryCrossEntropySummedOverUnits) {
  Three net;
  const auto E = -sum(net.y * log(net.p) + (1 - net.y) * log(1 - net.p));
  EXPECT_NEAR(E.item(), 2.679282524430, 1e-11);
  net.tape.backward(E);
  expect_near(net.p.upstream(), {-5.039131521138, 1.399297192623, 2.066959463271});
  expect_near(net.z3.upstream(), {-1.092527185278, 0.266248277266, 0.826278908011});
  expect_near(net.tape(net.Wkl).upstream(), {-1.025698706153, 0.249962213469, 0.775736492684,  //
                                             -1.027495197262, 0.250400017370, 0.777095179892,  //
                                             -1.072953801242, 0.261478254286, 0.811475546956});
  expect_near(net.a2.upstream(), {0.658269718788, 0.023871420105, 0.250637080025});
  expect_near(net.tape(net.Wjk).upstream(),
              {0.051033402745, 0.001804074014, 0.005953351513,  //
               0.048009201100, 0.001697165924, 0.005600560313,  // 1.27 / 1.35 of the row above
               0.068044536993, 0.002405432018, 0.007937802018});
  expect_near(net.tape(net.Wij).upstream(), {0.001016635445, 0.001509585473, 0.002674396479,  //
                                             0.002033270890, 0.003019170947, 0.005348792957,  //
                                             0.007116448116, 0.010567098313, 0.018720775351});
}

TEST(ThreeLayers, SoftmaxCrossEntropy) {
  Three net;
  const auto E = -sum(net.y * log(net.p));
  EXPECT_NEAR(E.item(), 1.617233750000, 1e-11);
  net.tape.backward(E);
  expect_near(net.p.upstream(), {-5.039131521138, 0, 0});
  expect_near(net.z3.upstream(), {-0.801553105767, 0.285355530425, 0.516197575342});
  expect_near(net.tape(net.Wkl).upstream(), {-0.752523135879, 0.267900700591, 0.484622435288,  //
                                             -0.753841165350, 0.268369923399, 0.485471241951,  //
                                             -0.787192724648, 0.280243187722, 0.506949536926});
  expect_near(net.a2.upstream(), {0.446944961867, 0.062522454636, 0.120872371009});
  expect_near(net.tape(net.Wjk).upstream(), {0.034650116195, 0.004725112087, 0.002871066455,  //
                                             0.032596775976, 0.004445105445, 0.002700929184,  //
                                             0.046200154927, 0.006300149449, 0.003828088607});
  expect_near(net.tape(net.Wij).upstream(), {0.000724673340, 0.001093876846, 0.001850145757,  //
                                             0.001449346680, 0.002187753692, 0.003700291513,  //
                                             0.005072713381, 0.007657137922, 0.012951020297});
  // the same cost from log_softmax
  const auto fused = -sum(net.y * log_softmax(net.z3));
  EXPECT_NEAR(fused.item(), E.item(), 1e-14);
  net.tape.backward(fused);
  expect_near(net.z3.upstream(), {-0.801553105767, 0.285355530425, 0.516197575342});
}

}  // namespace
}  // namespace glassgrad

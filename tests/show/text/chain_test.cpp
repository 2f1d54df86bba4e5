// Chains: texts, numbers, counts and errors. The sum of a chain is the node's upstream.
#include <gtest/gtest.h>

#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

template <class T>
void expect_is_upstream(const Chain& chain, const Node<T>& node) {
  const View<const T> upstream = node.upstream();
  ASSERT_EQ(chain.sum.size(), upstream.size());
  for (std::size_t i = 0; i < chain.sum.size(); ++i)
    EXPECT_NEAR(chain.sum[i], double(upstream.data[i]),
                1e-12 * std::max(1e-3, std::abs(double(upstream.data[i]))));
  std::vector<double> products(chain.sum.size(), 0);
  for (const auto& product : chain.products)
    for (std::size_t i = 0; i < product.size(); ++i) products[i] += product[i];
  if (chain.products.size() < chain.paths) return;
  for (std::size_t i = 0; i < products.size(); ++i)
    EXPECT_NEAR(products[i], chain.sum[i], 1e-12 * std::max(1e-3, std::abs(chain.sum[i])));
}
template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Chain, IsTheLineOfTheSlidesForTwoTwoTwo) {
  TwoTwoTwo net;
  EXPECT_EQ(chain(net.E, net.tape(net.weight(1))).text, R"(dE/dw1: 2 paths
  dE/dE_o1 x dE_o1/do1 x do1/dnet_o1 x dnet_o1/dh1 x dh1/dnet_h1 x dnet_h1/dw1
    = -(t1 - o1) x (o1 * (1 - o1)) x w5 x (h1 * (1 - h1)) x i1
    = 0.7414 x 0.1868 x 0.4 x 0.2413 x 0.05 = 0.000668396
  dE/dE_o2 x dE_o2/do2 x do2/dnet_o2 x dnet_o2/dh1 x dh1/dnet_h1 x dnet_h1/dw1
    = -(t2 - o2) x (o2 * (1 - o2)) x w7 x (h1 * (1 - h1)) x i1
    = -0.2171 x 0.1755 x 0.5 x 0.2413 x 0.05 = -0.000229828
dE/dw1 = (dE_o1/dh1 + dE_o2/dh1) x dh1/dnet_h1 x dnet_h1/dw1
dE/dw1 = (0.0554 - 0.0190) x 0.2413 x 0.05 = 0.000438568
)");
  EXPECT_EQ(chain(net.E, net.tape(net.weight(8)), {.decimals = 6, .digits = 9}).text,
            R"(dE/dw8: 1 path
  dE/dE_o2 x dE_o2/do2 x do2/dnet_o2 x dnet_o2/dw8
    = -(t2 - o2) x (o2 * (1 - o2)) x h2
    = -0.217072 x 0.175510 x 0.596884 = -0.0227402422
dE/dw8 = -0.217072 x 0.175510 x 0.596884 = -0.0227402422
)");
}

TEST(Chain, SumsToTheUpstreamOfEveryWeightFoldedAndNot) {
  TwoTwoTwo net;
  const double wanted[] = {0.000438567734, 0.000877135469, 0.000497712735,  0.000995425471,
                           0.082167040564, 0.082667627848, -0.022602540477, -0.022740242216};
  for (int i = 1; i <= 8; ++i) {
    const Node<> w = net.tape(net.weight(i));
    for (const Fold& fold : {Fold(true), Fold(false), Fold{"h1", "o1"}}) {
      const Chain c = chain(net.E, w, {.fold = fold});
      EXPECT_EQ(c.paths, i <= 4 ? 2u : 1u);
      expect_is_upstream(c, w);
      EXPECT_NEAR(c.sum[0], wanted[i - 1], 1e-12);
    }
  }
}

TEST(Chain, OfMatricesPutsEveryFactorOnItsSide) {
  Notes net;
  EXPECT_EQ(chain(net.L, net.tape(net.W3)).text, R"(dL/dW3: 1 path
  W3 -> z3 -> a3 -> L
  dW3 = (a3 - y) a2^T
      = [[0.052683 -0.198098]]
  (1, 2) = (1, 4) (4, 2)
)");
  EXPECT_EQ(chain(net.L, net.tape(net.b3)).text, R"(dL/db3: 1 path
  b3 -> z3 -> a3 -> L
  db3 = sum(a3 - y, to (1, 1))
      = [[-0.30314]]
)");
  EXPECT_EQ(chain(net.L, net.tape(net.W2)).text, R"(dL/dW2: 1 path
  W2 -> z2 -> a2 -> z3 -> a3 -> L
  dW2 = (W3^T (a3 - y) o g'(z2)) a1^T
      = (W3^T (a3 - y) o (1 - a2^2)) a1^T
      = [[-0.0630599 -0.0207061 -0.226664]; [0.0683931 -0.0198571 0.221211]]
  (2, 3) = ((2, 1) (1, 4) o (2, 4)) (4, 3)
)");
  EXPECT_EQ(chain(net.L, net.tape(net.W1)).text, R"(dL/dW1: 1 path
  W1 -> z1 -> a1 -> z2 -> a2 -> z3 -> a3 -> L
  dW1 = (W2^T (W3^T (a3 - y) o g'(z2)) o g'(z1)) x^T
      = (W2^T (W3^T (a3 - y) o (1 - a2^2)) o (1 - a1^2)) x^T
      = [[0.0392685 0.064021]; [0.0145015 0.0685701]; [0.137183 0.132877]]
  (3, 2) = ((3, 2) ((2, 1) (1, 4) o (2, 4)) o (3, 4)) (4, 2)
)");
}

TEST(Chain, OfOneExampleIsTheSameProductOfMatrices) {
  Tape tape;
  const auto W2 = tape.input("W2", {{.2, .1, -.3}, {.4, -.1, .2}});
  const auto W3 = tape.input("W3", {{.3, -.6}}), a1 = tape.constant("a1", {{.5}, {.4}, {.3}});
  const auto a2 = name("a2", sigmoid(name("z2", matmul(W2, a1))));
  const auto a3 = name("a3", sigmoid(name("z3", matmul(W3, a2))));
  const auto L = name("L", binary_cross_entropy(a3, tape.constant("y", {{1.0}})));
  tape.backward(L);
  const Chain c = chain(L, W2, {.fold = Fold::at_names()});
  expect_is_upstream(c, W2);
  EXPECT_EQ(c.text, R"(dL/dW2: 1 path
  W2 -> z2 -> a2 -> z3 -> a3 -> L
  dW2 = (W3^T (a3 - y) o sigmoid'(z2)) a1^T
      = (W3^T (a3 - y) o a2 o (1 - a2)) a1^T
      = [[-0.020412 -0.0163296 -0.0122472]; [0.0403592 0.0322874 0.0242155]]
  (2, 3) = ((2, 1) (1, 1) o (2, 1)) (1, 3)
)");
}

TEST(Chain, OfMatricesSumsToTheUpstream) {
  Notes net;
  for (Parameter<>* p : {&net.W1, &net.b1, &net.W2, &net.b2, &net.W3, &net.b3})
    for (const Fold& fold : {Fold(true), Fold(false), Fold::at_names()}) {
      const Node<> node = net.tape(*p);
      expect_is_upstream(chain(net.L, node, {.fold = fold}), node);
    }
  for (bool per_unit : {false, true}) {
    ThreeOfThree three(per_unit);
    for (Parameter<>* p : {&three.W_ij, &three.W_jk, &three.W_kl}) {
      const Node<> node = three.tape(*p);
      expect_is_upstream(chain(three.L, node), node);
      expect_is_upstream(chain(three.L, node, {.fold = false}), node);
    }
  }
}

TEST(Chain, ThroughSoftmaxWritesTheWholeProduct) {
  ThreeOfThree net(false);
  EXPECT_EQ(chain(net.L, net.tape(net.W_ij)).text, R"(dL/dW_ij: 1 path
  W_ij -> z1 -> a1 -> z2 -> a2 -> z3 -> p -> L
  dW_ij = x^T (((p * sum(y, axis -1) - y) W_kl^T o sigmoid'(z2)) W_jk^T o relu'(z1))
        = x^T (((p * sum(y, axis -1) - y) W_kl^T o a2 o (1 - a2)) W_jk^T o where(z1 > 0, 1, 0))
        = [[0.000724673 0.00109388 0.00185015]; [0.00144935 0.00218775 0.00370029]; [0.00507271 0.00765714 0.012951]]
  (3, 3) = (3, 1) (((1, 3) (3, 3) o (1, 3)) (3, 3) o (1, 3))
)");
}

TEST(Chain, NeedsNoBackward) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = name("y", square(x));
  EXPECT_EQ(chain(y, x).text, R"(dy/dx: 1 path
  dy/dx
    = (2 * x)
    = 6 = 6
dy/dx = 6 = 6
)");
}

TEST(Chain, KeepsBothEdgesOfAProductWithItself) {
  Tape tape;
  const auto x = tape.input("x", 3.0);
  const auto y = name("y", x * x);
  EXPECT_EQ(chain(y, x).text, R"(dy/dx: 2 paths
  dy/dx
    = x
    = 3 = 3
  dy/dx
    = x
    = 3 = 3
dy/dx = dy/dx + dy/dx
dy/dx = 3 + 3 = 6
)");
}

TEST(Chain, ShowsTheSigmoidThroughUAsTheSlidesDeriveIt) {
  Tape tape;
  const auto z = tape.input("z", 0.6);
  const auto e = name("e^-z", exp(-z));
  const auto u = name("u", 1 + e);
  const auto yhat = name("yhat", pow(u, -1));
  const Chain through_u = chain(yhat, z, {.fold = false});
  EXPECT_EQ(through_u.text, R"(dyhat/dz: 1 path
  dyhat/du x du/de^-z x de^-z/dv1 x dv1/dz
    = (-1 / u^2) x e^-z x -1
    = -0.4169 x 0.5488 x -1 = 0.228784
dyhat/dz = -0.4169 x 0.5488 x -1 = 0.228784
)");
  const auto direct = name("s", sigmoid(z));
  const Chain at_once = chain(direct, z);
  EXPECT_EQ(at_once.text, R"(ds/dz: 1 path
  ds/dz
    = (s * (1 - s))
    = 0.2288 = 0.228784
ds/dz = 0.2288 = 0.228784
)");
  EXPECT_NEAR(through_u.sum[0], at_once.sum[0], 1e-15);
  EXPECT_NEAR(at_once.sum[0], 0.228784240457, 1e-12);
}

TEST(Chain, CountsPathsWithoutWalkingThem) {
  Tape tape;
  const auto w = tape.input("w", 0.5);
  Node<> y = w;
  for (int i = 0; i < 10; ++i) y = y + y;
  const Chain ten = chain(y, w, {.paths = 1});
  EXPECT_EQ(ten.paths, 1024u);
  EXPECT_EQ(ten.text.substr(0, ten.text.find('\n')), "dv10/dw: the first 1 of 1024 paths");
  EXPECT_TRUE(ten.text.ends_with("\ndv10/dw = 1024, the sum over all paths\n")) << ten.text;
  for (int i = 0; i < 60; ++i) y = y + y;
  const Chain many = chain(y, w, {.paths = 2});
  EXPECT_EQ(many.paths, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(many.text.substr(0, many.text.find('\n')),
            "dv70/dw: the first 2 of more than 18446744073709551614 paths");
  EXPECT_EQ(many.products.size(), 2u);
  EXPECT_EQ(many.sum[0], std::pow(2.0, 70));
}

TEST(Chain, OfFloats) {
  Tape<float> tape;
  const auto w = tape.input("w", 0.5f);
  const auto y = name("y", exp(w) * w);
  tape.backward(y);
  const Chain c = chain(y, w);
  EXPECT_EQ(c.paths, 2u);
  EXPECT_NEAR(c.sum[0], w.upstream()[0], 1e-6);
}

TEST(ChainErrors, AreExact) {
  Tape tape, other;
  const auto x = tape.input("x", 2.0), k = tape.constant("k", 3.0), lost = tape.input("q", 1.0);
  const auto rows = tape.input("r", {1, 2});
  const auto inside = [&] {
    const auto guard = tape.scope("box");
    return x * k;
  }();
  const auto y = [&] {
    const auto guard = tape.scope("box");
    return inside + 1;
  }();
  Node<> hidden;
  const auto cost = box(tape, "L", [&] {
    hidden = square(y);
    return hidden / 2;
  });
  const auto chosen = where(lost > 0, x, 2 * x);
  EXPECT_EQ(message([&] { chain(Node<>(1.0), x); }),
            "[chain] the cost is a plain number, on no tape. Compute it from nodes.");
  EXPECT_EQ(message([&] { chain(cost, other.input(1.0)); }),
            "[chain] node 0 (input) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ(message([&] { chain(rows, rows); }),
            "[chain] the cost, node \"r\" (input), is (2), not a single number. Reduce it with sum "
            "or mean.");
  EXPECT_EQ(message([&] { chain(cost, k); }),
            "[chain] no gradient goes to node \"k\" (constant): it is a constant. Ask a parameter, "
            "an input, or what is computed from them.");
  EXPECT_EQ(message([&] { chain(cost, lost); }),
            "[chain] the cost does not depend on node \"q\" (input). Ask a node between a "
            "parameter or input and the cost.");
  EXPECT_EQ(message([&] { chain(y, cost); }),
            "[chain] the cost does not depend on node 9 (div). Ask a node between a parameter or "
            "input and the cost.");
  EXPECT_EQ(message([&] { chain(cost, hidden); }),
            "[chain] node 7 (square) is inside the box \"L\". Ask with fold = false, or fold other "
            "scopes.");
  EXPECT_EQ(message([&] { chain(cost, x, {.fold = "M"}); }),
            "[fold] no scope is called \"M\". Give one of box, L.");
  EXPECT_EQ(message([&] { chain(chosen, lost); }),
            "[chain] no gradient reaches node \"q\" (input) from the cost. Every way between them "
            "goes through an op that has none.");
  EXPECT_EQ(chain(cost, hidden, {.fold = false}).sum, std::vector<double>{0.5});
}

}  // namespace
}  // namespace glassgrad

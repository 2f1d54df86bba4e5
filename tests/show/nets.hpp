// The networks of the slides with a scope around every box, for the tests of what shows them.
#pragma once

#include <deque>

#include "glassgrad/array/random.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/text/chain.hpp"
#include "glassgrad/show/text/trace.hpp"

namespace glassgrad::nets {

// What f records, in a scope.
template <class F>
Node<> box(Tape<>& tape, std::string_view scope, F f) {
  const auto guard = tape.scope(scope);
  return f();
}

// z = w1 x1 + w2 x2 (+ b); yhat = sigmoid(z); L = 1/2 (y - yhat)^2, on x = (0, 0), y = 0
struct OrGate {
  Parameter<> w1{"w1", 0.1}, w2{"w2", 0.6}, b{"b", 0.0};
  Tape<> tape;
  Node<> z, yhat, L;

  void run(bool bias) {
    const auto x1 = tape.constant("x1", 0.0), x2 = tape.constant("x2", 0.0);
    const auto y = tape.constant("y", 0.0);
    z = box(tape, "z", [&] {
      const auto first = tape(w1) * x1;
      const auto sum = first + tape(w2) * x2;
      return bias ? sum + tape(b) : sum;
    });
    yhat = box(tape, "yhat", [&] { return sigmoid(z); });
    L = box(tape, "L", [&] { return square(y - yhat) / 2; });
    tape.backward(L);
  }
};

// Z = W X + b; Yhat = sigmoid(Z); C = 1/(2m) sum (Y - Yhat)^2, the four examples as columns
struct VectorisedOrGate {
  Parameter<> W{"W", {{0.1, 0.6}}}, b{"b", {{0.0}}};
  Tape<> tape;
  Node<> Z, Yhat, C;

  void run() {
    const auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    const auto Y = tape.constant("Y", {{0, 1, 1, 1}});
    Z = box(tape, "Z", [&] {
      const auto product = matmul(tape(W), X);
      return product + tape(b);
    });
    Yhat = box(tape, "Yhat", [&] { return sigmoid(Z); });
    C = box(tape, "C", [&] { return sum(square(Y - Yhat)) / 8; });
    tape.backward(C);
  }
};

// Two inputs, two hidden, two outputs (logistic); E = sum 1/2 (t - o)^2
struct TwoTwoTwo {
  std::deque<Parameter<>> w;
  Tape<> tape;
  Node<> E;

  TwoTwoTwo() {
    const double weights[] = {.15, .20, .25, .30, .40, .45, .50, .55};
    for (int i = 0; i < 8; ++i) w.emplace_back("w" + std::to_string(i + 1), weights[i]);
    const auto i1 = tape.constant("i1", .05), i2 = tape.constant("i2", .10);
    const auto b1 = tape.constant("b1", .35), b2 = tape.constant("b2", .60);
    const auto t1 = tape.constant("t1", .01), t2 = tape.constant("t2", .99);
    const auto net = [&](std::string_view name, int i, const Node<>& p, const Node<>& q,
                         const Node<>& bias) {
      return box(tape, name, [&] {
        const auto first = tape(weight(i)) * p;
        return first + tape(weight(i + 1)) * q + bias;
      });
    };
    const auto logistic = [&](std::string_view name, const Node<>& x) {
      return box(tape, name, [&] { return sigmoid(x); });
    };
    const auto error = [&](std::string_view name, const Node<>& t, const Node<>& o) {
      return box(tape, name, [&] { return square(t - o) / 2; });
    };
    const auto h1 = logistic("h1", net("net_h1", 1, i1, i2, b1));
    const auto h2 = logistic("h2", net("net_h2", 3, i1, i2, b1));
    const auto o1 = logistic("o1", net("net_o1", 5, h1, h2, b2));
    const auto o2 = logistic("o2", net("net_o2", 7, h1, h2, b2));
    const auto e1 = error("E_o1", t1, o1), e2 = error("E_o2", t2, o2);
    E = box(tape, "E", [&] { return e1 + e2; });
    tape.backward(E);
  }
  Parameter<>& weight(int i) { return w[std::size_t(i - 1)]; }
};

// Three layers of three (ReLU, logistic, softmax), x W + 1, softmax cross-entropy
struct ThreeOfThree {
  Parameter<> W_ij{"W_ij", {{.1, .2, .3}, {.3, .2, .7}, {.4, .3, .9}}};
  Parameter<> W_jk{"W_jk", {{.2, .3, .5}, {.3, .5, .7}, {.6, .4, .8}}};
  Parameter<> W_kl{"W_kl", {{.1, .4, .8}, {.3, .7, .2}, {.5, .2, .9}}};
  Tape<> tape;
  Node<> p, L;

  explicit ThreeOfThree(bool per_unit) {
    const auto x = tape.constant("x", {{.1, .2, .7}}), y = tape.constant("y", {{1, 0, 0}});
    const auto z1 = box(tape, "z1", [&] { return matmul(x, tape(W_ij)) + 1; });
    const auto a1 = box(tape, "a1", [&] { return relu(z1); });
    const auto z2 = box(tape, "z2", [&] { return matmul(a1, tape(W_jk)) + 1; });
    const auto a2 = box(tape, "a2", [&] { return sigmoid(z2); });
    const auto z3 = box(tape, "z3", [&] { return matmul(a2, tape(W_kl)) + 1; });
    p = box(tape, "p", [&] { return softmax(z3); });
    L = name("L", per_unit ? binary_cross_entropy_sum(p, y) : cross_entropy(p, y));
    tape.backward(L);
  }
};

// The notes' m-3-2-1 with m = 2 and four examples as columns; g = tanh, logistic output
struct Notes {
  Parameter<> W1{"W1", {{.1, .2}, {.3, -.4}, {.5, .6}}}, b1{"b1", {{.1}, {.2}, {.3}}};
  Parameter<> W2{"W2", {{.1, .2, -.3}, {.4, .5, .6}}}, b2{"b2", {{.1}, {-.1}}};
  Parameter<> W3{"W3", {{.7, -.8}}}, b3{"b3", {{.05}}};
  Tape<> tape;
  Node<> x, z2, a2, a3, L;

  Notes() {
    x = tape.constant("x", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    const auto y = tape.constant("y", {{0, 1, 1, 0}});
    const auto layer = [&](std::string_view name, Parameter<>& W, const Node<>& in,
                           Parameter<>& b) {
      return box(tape, name, [&] {
        const auto product = matmul(tape(W), in);
        return product + tape(b);
      });
    };
    const auto z1 = layer("z1", W1, x, b1);
    const auto a1 = name("a1", box(tape, "g", [&] { return tanh(z1); }));
    z2 = layer("z2", W2, a1, b2);
    a2 = name("a2", box(tape, "g", [&] { return tanh(z2); }));
    a3 = box(tape, "a3", [&, z3 = layer("z3", W3, a2, b3)] { return sigmoid(z3); });
    L = name("L", binary_cross_entropy_sum(a3, y));
    tape.backward(L);
  }
};

}  // namespace glassgrad::nets

// A 2-5-1 network with nothing but + - * / exp and products of matrices: the slides' five equations
// and the six edges (i) to (vi) of their graph, each read off a node, and 5000 iterations of
// training at rate 0.01. Next: 14_layer_loop.cpp, any number of layers.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Net {
  Parameter<> W1{"W1", {{0.1, -0.3}, {0.5, 0.2}, {-0.4, 0.7}, {0.6, -0.1}, {0.3, 0.9}}};
  Parameter<> W2{"W2", {{0.2, -0.6, 0.4, 0.1, -0.5}}};
  // "For simplicity we are only backpropagating dW": the biases stay where they are.
  Parameter<> b1{"b1", {{0.1}, {0.1}, {0.1}, {0.1}, {0.1}}}, b2{"b2", {{0.1}}};
};

struct Forward {
  Node<> z1, h1, z2, yhat, L;
};
Node<> logistic(const Node<>& z) { return 1 / (1 + exp(-z)); }
Forward forward(Tape<>& tape, Net& net, const Node<>& x, const Node<>& y) {
  Forward p;
  p.z1 = name("z1", matmul(tape(net.W1), x) + tape(net.b1));
  p.h1 = name("h1", logistic(p.z1));
  p.z2 = name("z2", matmul(tape(net.W2), p.h1) + tape(net.b2));
  p.yhat = name("yhat", logistic(p.z2));
  auto error = p.yhat - y;
  p.L = name("L", sum(error * error) / 2);
  return p;
}

int main() {
  Net net;
  Tape tape;
  const double x1 = 0.4, x2 = -0.7, y = 1;
  const Forward p = forward(tape, net, tape.constant("x", {{x1}, {x2}}), tape.constant("y", {{y}}));
  tape.backward(p.L);
  print(trace(p.L));

  on_page("gentle", "The shapes of W, h, z for a datapoint x");
  const auto sizes = [](const Node<>& n) { return Numbers(n.shape()); };
  row("W1: neurons of the next layer x of the previous", "5 2", sizes(tape(net.W1)), {5, 2});
  row("z1 and h1", "5 1", sizes(p.h1), {5, 1});

  // The edges by hand, from the values of the forward pass alone.
  const double a = p.yhat.item();
  const double i = a - y, ii = a * (1 - a);
  Numbers iii = p.h1.value(), iv = net.W2.value(), v, vi{x1, x2};
  for (double h : iii) v.push_back(h * (1 - h));
  Numbers dW2, dh1, dz1, dW1;
  for (int k = 0; k < 5; ++k) {
    dW2.push_back(i * ii * iii[k]);
    dh1.push_back(i * ii * iv[k]);
    dz1.push_back(dh1[k] * v[k]);
    for (double x : vi) dW1.push_back(dz1[k] * x);
  }
  on_page("gentle", "Using computational graph");
  row("edge (i): dL/dh2 = yhat - y", "", p.yhat.upstream(), i);
  row("edge (ii): dh2/dz2", "", p.z2.upstream()[0] / p.yhat.upstream()[0], ii);
  row("edge (iii): dz2/dW2 = h1^T", "", p.h1.value(), iii);
  row("edge (iv): dz2/dh1 = W2", "", net.W2.value(), {0.2, -0.6, 0.4, 0.1, -0.5});
  Numbers through;
  for (int k = 0; k < 5; ++k) through.push_back(p.z1.upstream()[k] / p.h1.upstream()[k]);
  row("edge (v): dh1/dz1", "", through, v);
  row("edge (vi): dz1/dW1 = x^T", "", vi, {0.4, -0.7});

  on_page("gentle", "Back propagation equations (summary)");
  row("1: dz2 = (yhat - y) sigmoid'(z2) = (i)(ii)", "", p.z2.upstream(), i * ii);
  row("2: dW2 = dz2 h1^T = (i)(ii)(iii)", "", tape(net.W2).upstream(), dW2);
  row("3: dh1 = W2^T dz2 = (i)(ii)(iv)", "", p.h1.upstream(), dh1,
      "The slide writes dz2 W2, a row; as a column it is W2^T dz2.");
  row("4: dz1 = dh1 sigmoid'(z1) = (i)(ii)(iv)(v)", "", p.z1.upstream(), dz1);
  row("5: dW1 = dz1 x^T = (i)(ii)(iv)(v)(vi)", "", tape(net.W1).upstream(), dW1);

  on_page("gentle", "And our little NN works!");
  GradientDescent descent(0.01);
  double first = 0, last = 0, before = INFINITY;
  bool falling = true;
  for (int iteration = 0; iteration <= 5000; ++iteration) {
    tape.clear();
    auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    const Forward q = forward(tape, net, X, tape.constant("y", {{0, 1, 1, 1}}));
    last = q.L.item();
    if (iteration == 0) first = last;
    if (iteration % 1000 == 0) std::printf("iteration %d: L = %.6f\n", iteration, last);
    falling = falling && last < before;
    before = last;
    tape.backward(q.L);
    tape.add_to_parameters();
    descent.step(net.W1, net.W2);
    net.b1.zero_gradient(), net.b2.zero_gradient();
  }
  claim("the cost falls in every iteration", falling);
  claim("and to less than 0.6 of what it was", last < 0.6 * first);
  return failures();
}

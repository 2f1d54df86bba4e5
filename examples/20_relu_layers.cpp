// A sigmoid output over ReLU middle layers, J = -1/N sum (y log yhat + (1-y) log(1-yhat)). Going
// backward every layer is handed dJ/da by the next and hands its own dJ/da to the one before: "need
// this to continue going backward". Each number by hand beside the engine's. Next:
// 21_two_two_two.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Handed {
  Numbers dz, dW, db, da;
};

// What a layer does with the dJ/dz it has: dW = dz a^T, db = sum dz, da = W^T dz.
Handed layer_backward(const Node<>& dz, const Node<>& W, const Node<>& a) {
  return {dz.value(), matmul(dz, transpose(a)).value(), sum(dz, 1).value(),
          matmul(transpose(W), dz).value()};
}

int main() {
  Parameter W1("W1", {{0.5, -0.2}, {-0.3, 0.8}, {0.4, 0.4}}), b1("b1", {{0.1}, {-0.1}, {0.0}});
  Parameter W2("W2", {{0.3, 0.7, -0.5}, {-0.6, 0.2, 0.9}}), b2("b2", {{0.05}, {0.1}});
  Parameter W3("W3", {{0.8, -0.4}}), b3("b3", {{-0.1}});

  Tape tape;
  auto x = tape.input("x", {{1.0, -0.5, 0.2}, {0.5, 1.0, -1.5}});  // three examples as columns
  auto y = tape.constant("y", {{1, 0, 1}});
  std::vector<Node<>> z, a{x};
  const auto layer = [&](Parameter<>& W, Parameter<>& b, bool last) {
    const auto l = std::to_string(a.size());
    auto scope = tape.scope("layer" + l);
    z.push_back(name("z" + l, matmul(tape(W), a.back()) + tape(b)));
    a.push_back(name("a" + l, last ? sigmoid(z.back()) : relu(z.back())));
  };
  layer(W1, b1, false), layer(W2, b2, false), layer(W3, b3, true);
  auto J = name("J", -mean(y * log(a[3]) + (1 - y) * log(1 - a[3])));
  tape.backward(J);
  print(trace(J, {.limit = 6}));

  // By hand, on a tape that only computes.
  Tape plain(Keep::values);
  const auto copy = [&](const Node<>& node) { return plain.constant(node.value()); };
  auto yhat = copy(a[3]), target = copy(y);
  auto dyhat = (yhat - target) / (yhat * (1 - yhat)) / 3;
  auto dz3 = dyhat * yhat * (1 - yhat);
  const Handed third = layer_backward(dz3, copy(tape(W3)), copy(a[2]));
  const auto through_relu = [&](const Numbers& da, const Node<>& at) {
    Numbers dz;
    for (std::size_t i = 0; i < da.size(); ++i)
      dz.push_back(at.value()[std::int64_t(i)] > 0 ? da[i] : 0);
    return reshape(plain.constant(dz), at.shape());
  };
  const Handed second = layer_backward(through_relu(third.da, z[1]), copy(tape(W2)), copy(a[1]));
  const Handed first = layer_backward(through_relu(second.da, z[0]), copy(tape(W1)), copy(a[0]));

  on_page("backprop", "Cost function for our problem");
  row("J of three examples", "", J.item(), binary_cross_entropy(yhat, target).item());
  on_page("backprop", "Going Backward (last layer)");
  row("dJ/dyhat", "", a[3].upstream(), dyhat.value());
  row("dJ/dz = dyhat/dz dJ/dyhat", "", z[2].upstream(), third.dz);
  row("the same as (yhat - y)/N", "", z[2].upstream(), ((yhat - target) / 3).value());
  row("dJ/dw", "", tape(W3).upstream(), third.dW);
  row("dJ/db", "", tape(b3).upstream(), third.db);
  row("dJ/da, to continue going backwards", "", a[2].upstream(), third.da);
  on_page("backprop", "Going Backward (middle layers)");
  row("layer 2: dJ/dz, through ReLU", "", z[1].upstream(), second.dz,
      "ReLU lets dJ/da pass where z > 0 and stops it elsewhere.");
  row("layer 2: dJ/dw", "", tape(W2).upstream(), second.dW);
  row("layer 2: dJ/db", "", tape(b2).upstream(), second.db);
  row("layer 2: dJ/da_prev, handed to layer 1", "", a[1].upstream(), second.da);
  row("layer 1: dJ/dz", "", z[0].upstream(), first.dz);
  row("layer 1: dJ/dw", "", tape(W1).upstream(), first.dW);
  row("layer 1: dJ/db", "", tape(b1).upstream(), first.db);
  row("dJ/dx, where it ends", "", x.upstream(), first.da);

  on_page("backprop", "What, Why and How");
  tape.add_to_parameters();
  GradientDescent(0.5).step(W1, b1, W2, b2, W3, b3);
  Numbers moved;
  for (int i = 0; i < 2; ++i)
    moved.push_back(Numbers{0.8, -0.4}[std::size_t(i)] - 0.5 * third.dW[std::size_t(i)]);
  row("w := w - alpha dJ/dw, alpha = 0.5, the last layer", "", W3.value(), moved);
  return failures();
}

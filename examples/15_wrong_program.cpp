// The slides' program for the 2-5-1 network, typed in as printed. It has a mistake that training
// does not show, since the cost falls all the same: dh1 is made from dw2 where W2 belongs.
// Comparing its gradients with differences finds it at once, at dW1 and nowhere else. And its
// sigmoid derivative overflows. Next: 16_parameter_counts.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// def sigmoid_derivative(z): return np.exp(-z)/((1+np.exp(-z))**2)
Node<> sigmoid_derivative(const Node<>& z) { return exp(-z) / square(1 + exp(-z)); }

struct Slopes {
  Node<> dw1, dw2;
};
// def backward_prop(y_hat, z1, h1, z2), with the names and the order of the slide; with W2 given,
// mended
Slopes backward_prop(const Node<>& y_hat, const Node<>& z1, const Node<>& h1, const Node<>& z2,
                     const Node<>& x, const Node<>& y, const Node<>* W2) {
  auto dz2 = (y_hat - y) * sigmoid_derivative(z2);
  auto dw2 = matmul(dz2, transpose(h1));
  auto dh1 = matmul(transpose(W2 ? *W2 : dw2), dz2);  // the slide: np.dot(dw2.T, dz2)
  auto dz1 = dh1 * sigmoid_derivative(z1);
  auto dw1 = matmul(dz1, transpose(x));
  return {dw1, dw2};
}

const CheckInput<> W1("W1", {{0.1, -0.3}, {0.5, 0.2}, {-0.4, 0.7}, {0.6, -0.1}, {0.3, 0.9}});
const CheckInput<> W2("W2", {{0.2, -0.6, 0.4, 0.1, -0.5}});

Node<> cost(const Node<>& w1, const Node<>& w2) {
  Tape<>& tape = *w1.tape();
  auto h1 = sigmoid(matmul(w1, tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}})));
  return sum(square(sigmoid(matmul(w2, h1)) - tape.constant({{0, 1, 1, 1}}))) / 2;
}

// The program's own gradients, held against differences of the cost.
GradientReport check_program(bool mended) {
  Tape tape(Keep::values);
  auto w1 = tape.constant(W1.view()), w2 = tape.constant(W2.view());
  auto x = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}}), y = tape.constant({{0, 1, 1, 1}});
  auto z1 = matmul(w1, x), h1 = sigmoid(z1), z2 = matmul(w2, h1);
  const auto [dw1, dw2] = backward_prop(sigmoid(z2), z1, h1, z2, x, y, mended ? &w2 : nullptr);
  return check_gradients_by_hand(cost, {W1, W2}, {{"dw1", dw1.value()}, {"dw2", dw2.value()}},
                                 {.shown = 15});
}

// Training with the program as printed, at rate 0.01: what the cost is after so many iterations.
double trained(int iterations) {
  Parameter w1("W1", W1.view()), w2("W2", W2.view());
  Tape tape(Keep::values);
  for (int i = 0; i < iterations; ++i) {
    tape.clear();
    auto x = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}}), y = tape.constant({{0, 1, 1, 1}});
    auto z1 = matmul(tape(w1), x), h1 = sigmoid(z1), z2 = matmul(tape(w2), h1);
    const auto [dw1, dw2] = backward_prop(sigmoid(z2), z1, h1, z2, x, y, nullptr);
    const Numbers new1 = (tape(w1) - 0.01 * dw1).value(), new2 = (tape(w2) - 0.01 * dw2).value();
    std::copy(new1.begin(), new1.end(), w1.change().begin());
    std::copy(new2.begin(), new2.end(), w2.change().begin());
  }
  tape.clear();
  return cost(tape(w1), tape(w2)).item();
}

int main() {
  on_page("gentle", "Back propagation equations (program)");
  const GradientReport report = check_program(false);
  std::printf("%s\n", report.text().c_str());
  double at_w1 = 0, at_w2 = 0;
  for (const GradientEntry& entry : report.entries)
    (entry.input == "W1" ? at_w1 : at_w2) += entry.verdict == Verdict::wrong;
  wording("dh1", "np.dot(dw2.T, dz2)", "np.dot(W2.T, dz2)",
          "dw2 and W2 have the same shape, so the program runs, and the cost even falls.");
  row("wrong slopes in dW1 and dW2 of the program (10 and 5 in all)", "", {at_w1, at_w2}, {10, 0});
  const GradientReport mended = check_program(true);
  std::printf("with W2 for dw2: %s\n", mended.text().c_str());
  row("with W2 for dw2", "", double(mended.wrong), 0);
  const auto engine = check_gradients(cost, {W1, W2});
  claim("the engine's own gradients are right", engine.ok);

  const double before = trained(0), after = trained(5000);
  std::printf("trained with the wrong gradients, 5000 iterations: %.4f -> %.4f\n", before, after);
  claim("the cost falls all the same", after < before);

  Tape tape;
  auto z = tape.input("z", {-800.0, 0.0, 800.0});
  const double printed = sigmoid_derivative(z).value()[0];
  claim(
      "sigmoid_derivative(-800) as printed is NaN: e^800 is infinite, and infinity / infinity^2 is "
      "no number",
      std::isnan(printed));
  wording("sigmoid_derivative(-800)", "exp(-z) / (1 + exp(-z))^2 = NaN", "y (1 - y) = 0",
          "e^800 overflows to infinity, and infinity / infinity is NaN.");
  row("y (1 - y) at -800, 0, 800", "", sigmoid(z).local(0).values(), {0, 0.25, 0});
  return failures();
}

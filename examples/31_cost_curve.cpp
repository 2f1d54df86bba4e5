// The pictures the slides draw of the OR gate: the cost over 5000 epochs, the straight line that
// then parts the inputs, and the cost against one weight with its tangent. Text here; `glassgrad
// train --metrics` writes the numbers of a curve for whatever draws better.
#include "points.hpp"
#include "slide.hpp"
using namespace glassgrad;

Node<> cost_of(Dense<>& gate, Tape<>& tape) {
  auto X = tape.constant("X", {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  return squared_cost(sigmoid(gate(X)), tape.constant("Y", {{0}, {1}, {1}, {1}}));
}

void cost_curve(Dense<>& gate) {
  GradientDescent descent(1.0);
  Tape tape;
  for (int epoch = 1; epoch <= 5000; ++epoch) {
    tape.clear();
    auto C = cost_of(gate, tape);
    tape.backward(C);
    if (epoch <= 100 ? epoch % 20 == 1 : epoch % 500 == 0)
      std::printf("  epoch %4d  C = %.6f  %s\n", epoch, C.item(),
                  std::string(std::size_t(std::lround(600 * C.item())), '*').c_str());
    tape.add_to_parameters();
    descent.step(gate.W, gate.b);
    if (epoch != 500) continue;
    on_page("graphs", "Training loop");
    row("W and b after 500 epochs", "", {gate.W.value()[0], gate.W.value()[1], gate.b.item()},
        {3.640840617631, 3.647961667069, -1.527125432407});
  }
}

// C against w1 with all else as at the start: '*' the cost, '-' its tangent at w1 = 0.1.
void tangent_picture() {
  const auto at = [](double w1, double* slope) {
    Dense<> gate("gate", {{w1}, {0.6}}, {0.0});
    Tape tape;
    auto C = cost_of(gate, tape);
    tape.backward(C);
    if (slope) *slope = tape(gate.W).upstream()[0];
    return C.item();
  };
  double slope = 0;
  const double start = at(0.1, &slope);
  std::printf("C against w1: '*' the cost, '|' its tangent at w1 = 0.1\n");
  for (double w1 = -0.9; w1 < 1.15; w1 += 0.2) {
    std::string line(60, ' ');
    line[std::size_t(std::lround(350 * (start + slope * (w1 - 0.1))))] = '|';
    line[std::size_t(std::lround(350 * at(w1, nullptr)))] = '*';
    std::printf("  w1 = %4.1f  %s\n", w1, line.c_str());
  }
  on_page("graphs", "Calculate the gradient (slope) directly");
  row("slope of the tangent at w1 = 0.1: dC/dw1", "", slope, -0.048006462916);
  const double quotient = (at(0.1 + 1e-6, nullptr) - start) / 1e-6;
  expect("the same by moving w1 by 1e-6, one more forward pass for each weight", quotient,
         -0.048006462916, 1e-6);
}

int main() {
  Dense<> gate("gate", {{0.1}, {0.6}}, {0.0});
  cost_curve(gate);
  on_page("graphs", "Cost Curve and Decision Boundary after 5k Epochs");
  const auto w = gate.W.value();
  row("W and b", "", {w[0], w[1], gate.b.item()},
      {6.434191156278, 6.434236133706, -2.973036090576});
  Tape tape;
  row("C", "", cost_of(gate, tape).item(), 0.000527569180);
  auto Yhat = sigmoid(gate(tape.constant({{0, 0}, {0, 1}, {1, 0}, {1, 1}})));
  row("Yhat", "", Yhat.value(), {0.048659, 0.969563, 0.969562, 0.999950}, "", 5e-7);
  std::printf("the boundary: x2 = %.4f - %.4f x1\n", -gate.b.item() / w[1], w[0] / w[1]);
  draw(gate);
  tangent_picture();
  return failures();
}

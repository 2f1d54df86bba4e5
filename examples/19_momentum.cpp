// Momentum as the notes write it, v <- beta v + (1 - beta) g, and the classical one, v <- beta v +
// g: the first is the second with a rate 1/(1 - beta) times smaller. And climbing the
// log-likelihood is the same path as going down the cost. Next: 20_relu_layers.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// Logistic regression on the OR gate; `sign` -1 makes the cost the log-likelihood.
Numbers path(Optimizer<>& optimizer, int steps, double sign = 1) {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  Numbers way;
  for (int step = 1; step <= steps; ++step) {
    tape.clear();
    auto X = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}}), Y = tape.constant({{0, 1, 1, 1}});
    auto Yhat = sigmoid(matmul(tape(W), X) + tape(b));
    auto J = sign * binary_cross_entropy(Yhat, Y);
    tape.backward(J);
    tape.add_to_parameters();
    optimizer.step(W, b);
    for (double w : {W.value()[0], W.value()[1], b.item()}) way.push_back(w);
  }
  return way;
}

double apart(const Numbers& a, const Numbers& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

// v and w of y = w^2 from w = 1, in plain numbers: an independent check of three steps.
Numbers by_hand(double rate, double beta, double share) {
  double w = 1, v = 0;
  Numbers way;
  for (int i = 0; i < 3; ++i) {
    v = beta * v + share * 2 * w;
    w -= rate * v;
    way.push_back(w);
  }
  return way;
}
Numbers square_path(Optimizer<>& optimizer) {
  Parameter w("w", 1.0);
  Tape tape;
  Numbers way;
  for (int i = 0; i < 3; ++i) {
    tape.clear();
    auto y = name("y", square(tape(w)));
    tape.backward(y);
    Trace slides = trace(y);
    tape.add_to_parameters();
    const auto updates = optimizer.recorded_step(w);
    if (i == 1) print(slides.add(updates));  // the second step: v is no longer 0
    way.push_back(w.item());
  }
  return way;
}

int main() {
  on_page("notes", "Momentum");
  Momentum first(0.1, 0.9);
  ClassicalMomentum second(0.1, 0.9);
  row("w of y = w^2 from 1: v <- 0.9 v + 0.1 g, alpha = 0.1", "", square_path(first),
      {0.98, 0.9424, 0.889712});
  row("the classical v <- 0.9 v + g", "", square_path(second), {0.8, 0.46, 0.062});
  expect("the first by hand", by_hand(0.1, 0.9, 0.1)[2], 0.889712, 1e-15);
  expect("the second by hand", by_hand(0.1, 0.9, 1)[2], 0.062, 1e-15);

  Momentum notes(1.0, 0.9);
  ClassicalMomentum classical(0.1, 0.9);
  const Numbers a = path(notes, 100), b = path(classical, 100);
  std::printf("100 steps on the OR gate: the two are at most %.1e apart\n", apart(a, b));
  claim("the notes' at rate 1 is the classical at rate 0.1", apart(a, b) <= 1e-14);

  on_page("notes", "Training by gradient ascent");
  GradientDescent down(1.0), up(1.0, {.ascend = true});
  const Numbers descent = path(down, 100), ascent = path(up, 100, -1);
  row("apart after 100 steps: ascent on the log-likelihood, descent on the cost", "",
      apart(descent, ascent), 0,
      "The same path to the bit: the two gradients differ in sign alone.");
  return failures();
}

// One example at a time or all at once? The slides' training loop adds each example's gradients to
// accumulators and divides by m at the end; the vectorised pass does it in one product. The two
// give the same gradients. Next: 09_slopes.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

const double x1[] = {0, 0, 1, 1}, x2[] = {0, 1, 0, 1}, y[] = {0, 1, 1, 1};

struct Sums {
  double w1 = 0, w2 = 0, b = 0, C = 0;
};

// The loop of the slide: per example a forward and a backward pass, everything added up, then / m.
Sums one_by_one() {
  Parameter w1("w1", 0.1), w2("w2", 0.6), b("b", 0.0);
  Tape tape;
  Sums sums;
  for (int i = 0; i < 4; ++i) {
    tape.clear();
    auto z = tape(w1) * x1[i] + tape(w2) * x2[i] + tape(b);
    auto L = square(y[i] - sigmoid(z)) / 2;
    tape.backward(L);
    sums.C += L.item();
    sums.w1 += tape(w1).upstream()[0];
    sums.w2 += tape(w2).upstream()[0];
    sums.b += tape(b).upstream()[0];
  }
  return {sums.w1 / 4, sums.w2 / 4, sums.b / 4, sums.C / 4};
}

// The same with the engine's own accumulators: a Parameter's gradient grows until the next step.
Sums in_the_parameters() {
  Parameter w1("w1", 0.1), w2("w2", 0.6), b("b", 0.0);
  Tape tape;
  double C = 0;
  for (int i = 0; i < 4; ++i) {
    tape.clear();
    auto z = tape(w1) * x1[i] + tape(w2) * x2[i] + tape(b);
    auto share = square(y[i] - sigmoid(z)) / 2 / 4;  // 1/m of the cost
    tape.backward(share);
    tape.add_to_parameters();
    C += share.item();
  }
  return {w1.gradient()[0], w2.gradient()[0], b.gradient()[0], C};
}

Sums all_at_once() {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  auto X = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}}), Y = tape.constant({{0, 1, 1, 1}});
  auto C = sum(square(Y - sigmoid(matmul(tape(W), X) + tape(b)))) / 8;
  tape.backward(C);
  const auto dW = tape(W).upstream();
  return {dW[0], dW[1], tape(b).upstream()[0], C.item()};
}

// The design matrix has an example in every row; then the layer is X W + b.
Sums with_examples_as_rows() {
  Dense<> gate("gate", {{0.1}, {0.6}}, {0.0});
  Tape tape;
  auto X = tape.constant("X", {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  auto C = squared_cost(sigmoid(gate(X)), tape.constant("Y", {{0}, {1}, {1}, {1}}));
  tape.backward(C);
  const auto dW = tape(gate.W).upstream();
  return {dW[0], dW[1], tape(gate.b).upstream()[0], C.item()};
}

int main() {
  const Numbers exact{-0.048006462916, -0.038658823817, -0.037023526126, 0.088912947523};
  on_page("graphs", "Training loop");
  const auto show = [&](const char* how, const Sums& s) {
    row(std::string("dw1, dw2, db, C ") + how, "", {s.w1, s.w2, s.b, s.C}, exact);
  };
  show("added up in a loop, over m", one_by_one());
  show("added up in the parameters", in_the_parameters());
  show("in one vectorised pass", all_at_once());
  on_page("graphs", "Data Setup");
  show("with the design matrix, examples as rows", with_examples_as_rows());

  on_page("graphs", "Loss vs Cost");
  Tape tape;
  auto Yhat = tape.input("Yhat", {{0.5, 0.25}});
  auto Y = tape.constant("Y", {{0, 1}});
  auto C = name("C", sum(square(Y - Yhat)) / 4);
  tape.backward(C);
  print(trace(C));
  row("dCost/dYhat = -(Y - Yhat)/m for m = 2", "", Yhat.upstream(), {0.25, -0.375},
      "A loss is of one example, -(y - yhat); the cost is their mean, so each has 1/m.");
  row("1/(2m) sum (Y - Yhat)^2", "", C.item(), 0.203125);
  row("1/(2m) sum (Y - Yhat)", "", (sum(Y - Yhat) / 4).item(), 0.0625);
  wording("one line of the cost", "1/(2m) sum (Y - Yhat)", "1/(2m) sum (Y - Yhat)^2",
          "It has lost its square; the two are not the same, as the rows above show.");
  return failures();
}

// The slides' OR gate on one example, x = (0, 0), y = 0: three boxes z, yhat and L, first without a
// bias (nothing is learnt: both locals of z are 0), then with one, and the forward pass after it.
// Next: 03_or_gate_vectorised.cpp, all four examples at once.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Boxes {
  Node<> z, yhat, L;
};

// Each box of the slide is a scope, so that a trace can fold what is inside it.
Boxes or_gate(Tape<>& tape, Parameter<>& w1, Parameter<>& w2, Parameter<>* b) {
  auto x1 = tape.constant("x1", 0.0), x2 = tape.constant("x2", 0.0), y = tape.constant("y", 0.0);
  Boxes box;
  {
    auto scope = tape.scope("z");
    const auto sum = tape(w1) * x1 + tape(w2) * x2;
    box.z = name("z", b ? sum + tape(*b) : sum);
  }
  {
    auto scope = tape.scope("yhat");
    box.yhat = name("yhat", sigmoid(box.z));
  }
  auto scope = tape.scope("L");
  box.L = name("L", square(y - box.yhat) / 2);
  return box;
}

int main() {
  Parameter w1("w1", 0.1), w2("w2", 0.6), b("b", 0.0);
  Tape tape;
  {
    const auto [z, yhat, L] = or_gate(tape, w1, w2, nullptr);
    tape.backward(L);
    print(trace(L));
    on_page("graphs", "Forward propagation of first input");
    row("z", "0", z.item(), 0);
    row("yhat", "0.5", yhat.item(), 0.5);
    on_page("graphs", "Loss Function");
    row("L", "0.125", L.item(), 0.125);
    on_page("graphs", "Gradient Flow");
    row("dL/dL", "1", L.upstream()[0], 1);
    row("local of L: -(y - yhat)", "0.5", yhat.upstream()[0] / L.upstream()[0], 0.5);
    row("dL/dyhat = 1 x 0.5", "0.5", yhat.upstream()[0], 0.5);
    row("local of sigmoid", "0.25", yhat.local(0).item(), 0.25);
    slip("0.5 (1 - .05)", "0.25", 0.5 * (1 - .05), 0.475, ".05 is meant to be 0.5.");
    row("dL/dz = 0.5 x 0.25", "0.125", z.upstream()[0], 0.125);
    row("dL/dw1, dL/dw2", "0 0", {tape(w1).upstream()[0], tape(w2).upstream()[0]}, {0, 0},
        "Both locals of z are 0, the inputs: nothing is learnt from this example without a bias.");
  }
  tape.clear();
  {
    const auto [z, yhat, L] = or_gate(tape, w1, w2, &b);
    tape.backward(L);
    std::printf("== with a bias ==\n");
    Trace slides = trace(L, {.fold = true});  // every scope as one box
    on_page("graphs", "Expanded NN with bias node");
    row("z", "0", z.item(), 0);
    row("yhat", "0.5", yhat.item(), 0.5);
    row("dL/dyhat", "0.5", yhat.upstream()[0], 0.5);
    const double a = yhat.item();
    slip("0.5 (0.5 - (1 - 0.5))", "0.125", 0.5 * (a - (1 - a)), 0,
         "The local gradient is yhat (1 - yhat), a product; the slide writes a difference, which "
         "would be 0.");
    row("dL/dz", "0.125", z.upstream()[0], 0.125);
    row("dL/dw1, dL/dw2", "0 0", {tape(w1).upstream()[0], tape(w2).upstream()[0]}, {0, 0});
    row("dL/db = 0.125 x 1", "0.125", tape(b).upstream()[0], 0.125);
    tape.add_to_parameters();
    print(slides.add(GradientDescent(1.0).recorded_step(w1, w2, b)));
    row("b = 0 - 0.125", "-0.125", b.item(), -0.125);
  }
  tape.clear();
  const auto [z, yhat, L] = or_gate(tape, w1, w2, &b);
  row("z, second forward", "-0.125", z.item(), -0.125);
  slip("yhat = 1/(1 + e^0)", "0.4687906", 1 / (1 + std::exp(0.0)), 0.5,
       "The exponent is 0.125, not 0; the slide's value is the one with 0.125.");
  row("yhat = 1/(1 + e^0.125)", "0.4687906", yhat.item(), 0.468790626626);
  slip("L after the new bias", "0.10998005", L.item(), 0.109882325806,
       "The slide squares yhat rounded to 0.469.");
  slip("(-0.469)^2 / 2", "0.10998005", 0.469 * 0.469 / 2, 0.1099805,
       "And the result has got a 0 too many.");
  return failures();
}

// The perceptron, sign(W x + b) with sign(0) = -1: it has no gradient to follow, so Rosenblatt's
// rule learns the OR gate instead: a wrong answer moves the weights by the input itself. The neuron
// that replaced it has a slope everywhere. Next: 13_two_five_one.cpp, a network of such neurons.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// The deck's sign has two values. The op sign has three, sign(0) = 0, so this is a choice of its
// own.
Node<> perceptron_sign(const Node<>& z) { return where(z > 0, Node<>(1), Node<>(-1)); }

Numbers answers(const Parameter<>& W, const Parameter<>& b) {
  Tape tape(Keep::values);
  auto X = tape.constant({{0, 0, 1, 1}, {0, 1, 0, 1}});
  return perceptron_sign(matmul(tape.constant(W.value()), X) + b.item()).value();
}

int main() {
  on_page("gentle", "The idea of perceptron");
  Tape tape;
  auto z = tape.input("z", {-1.5, 0.0, 1.5});
  auto y = name("y", perceptron_sign(z));
  row("sign(z) at -1.5, 0, 1.5", "-1 -1 1", y.value(), {-1, -1, 1},
      "sign(0) is -1 on the slide; the op sign gives 0 there, as PyTorch and NumPy do.");
  row("the op sign at the same", "", sign(z).value(), {-1, 0, 1});
  row("its slope, where there is one", "", grad(sum(sign(z)), z).value(), {0, 0, 0},
      "A step has slope 0: no gradient ever reaches the weights.");

  // Rosenblatt's rule: w <- w + (t - y)/2 x for the targets -1 and 1, one example after the other.
  Parameter W("W", {{0.0, 0.0}}), b("b", {{0.0}});
  const double x1[] = {0, 0, 1, 1}, x2[] = {0, 1, 0, 1}, t[] = {-1, 1, 1, 1};
  int epochs = 0;
  for (int wrong = 1; wrong > 0; ++epochs) {
    wrong = 0;
    for (int i = 0; i < 4; ++i) {
      tape.clear();
      auto out = perceptron_sign(matmul(tape(W), tape.constant({{x1[i]}, {x2[i]}})) + tape(b));
      const double half = (t[i] - out.item()) / 2;
      wrong += half != 0;
      W.assign({{W.value()[0] + half * x1[i], W.value()[1] + half * x2[i]}});
      b.assign({{b.item() + half}});
    }
    std::printf("epoch %d: %d wrong, W = %g %g, b = %g\n", epochs + 1, wrong, W.value()[0],
                W.value()[1], b.item());
  }
  row("the OR gate learnt by Rosenblatt's rule", "", answers(W, b), {-1, 1, 1, 1});
  claim("in at most ten epochs", epochs <= 10);

  on_page("gentle", "A single neuron");
  tape.clear();
  auto neuron = tape.input("z", {-1.5, 0.0, 1.5});
  row("slope of the sigmoid at -1.5, 0, 1.5", "", sigmoid(neuron).local(0).values(),
      {0.149146452070, 0.25, 0.149146452070}, "What makes it learnable by descent.");
  return failures();
}

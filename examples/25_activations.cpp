// The nine activations of the slides' table with their derivatives, each as the engine finds it and
// as the table's formula gives it; and what happens at 0, where the table leaves the derivative
// open or the decks disagree. Next: 26_losses.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Activation9 {
  const char *name, *derivative;
  Node<> (*f)(const Node<>&);
  double (*value)(double);              // the table's f(x)
  double (*slope)(double x, double f);  // the table's f'(x)
};

const Activation9 table[] = {
    {"Identity", "1", [](const Node<>& x) { return 1 * x; }, [](double x) { return x; },
     [](double, double) { return 1.0; }},
    {"Binary step", "0, ? at 0", [](const Node<>& x) { return step(x); },
     [](double x) { return x < 0 ? 0.0 : 1.0; }, [](double, double) { return 0.0; }},
    {"Logistic", "f (1 - f)", [](const Node<>& x) { return sigmoid(x); },
     [](double x) { return 1 / (1 + std::exp(-x)); }, [](double, double f) { return f * (1 - f); }},
    {"TanH", "1 - f^2", [](const Node<>& x) { return tanh(x); },
     [](double x) { return 2 / (1 + std::exp(-2 * x)) - 1; },
     [](double, double f) { return 1 - f * f; }},
    {"ArcTan", "1/(x^2 + 1)", [](const Node<>& x) { return atan(x); },
     [](double x) { return std::atan(x); }, [](double x, double) { return 1 / (x * x + 1); }},
    {"ReLU", "0 or 1", [](const Node<>& x) { return relu(x); },
     [](double x) { return x < 0 ? 0 : x; }, [](double x, double) { return x < 0 ? 0.0 : 1.0; }},
    {"PReLU, alpha = 0.25", "alpha or 1", [](const Node<>& x) { return prelu(x, 0.25); },
     [](double x) { return x < 0 ? 0.25 * x : x; },
     [](double x, double) { return x < 0 ? 0.25 : 1.0; }},
    {"ELU, alpha = 0.5", "f + alpha or 1", [](const Node<>& x) { return elu(x, 0.5); },
     [](double x) { return x < 0 ? 0.5 * (std::exp(x) - 1) : x; },
     [](double x, double f) { return x < 0 ? f + 0.5 : 1.0; }},
    {"SoftPlus", "1/(1 + e^-x)", [](const Node<>& x) { return softplus(x); },
     [](double x) { return std::log(1 + std::exp(x)); },
     [](double x, double) { return 1 / (1 + std::exp(-x)); }},
};

// The engine's slope of f at one point.
double slope_at(Node<> (*f)(const Node<>&), double at) {
  Tape tape;
  auto x = tape.input("x", at);
  tape.backward(f(x));
  return x.upstream()[0];
}

int main() {
  on_page("structures", "Activation Functions and Their Derivatives");
  for (const Activation9& a : table) {
    Numbers values, slopes, wanted, wanted_slopes;
    for (double x : {-1.5, -0.25, 0.5, 2.0}) {
      Tape tape;
      values.push_back(a.f(tape.input(x)).item());
      slopes.push_back(slope_at(a.f, x));
      wanted.push_back(a.value(x));
      wanted_slopes.push_back(a.slope(x, a.value(x)));
    }
    row(std::string(a.name) + " at -1.5, -0.25, 0.5, 2", "", values, wanted);
    row(std::string("  its derivative, ") + a.derivative, "", slopes, wanted_slopes);
  }

  // PReLU's alpha is learnt like any weight: its slope is x where x <= 0.
  Tape tape;
  auto alpha = tape.input("alpha", 0.25);
  tape.backward(prelu(tape.constant(-1.5), alpha));
  row("PReLU: df/dalpha at x = -1.5", "", alpha.upstream()[0], -1.5, "alpha is learnt too.");

  answer("Binary step: f'(0)", "?", "0", "A jump has no slope; 0 keeps it like its surroundings.");
  row("step(0), f'(0)", "", {step(tape.constant(0.0)).item(), slope_at(table[1].f, 0)}, {1, 0});
  slip(
      "ReLU: f'(0)", "1", slope_at(table[5].f, 0), 0,
      "The table gives the slope on the right; the deck's own later page, \"if x > 0 ... otherwise "
      "0\", gives 0. Ours is 0, as in PyTorch and JAX.");
  slip("PReLU: f'(0)", "1", slope_at(table[6].f, 0), 0.25, "Ours is alpha, as in PyTorch.");
  slip("ELU: f'(0) for alpha = 0.5", "1", slope_at(table[7].f, 0), 0.5,
       "Ours is f + alpha, the left slope; for alpha = 1 both are 1.");
  on_page("structures", "Derivatives of Activation Functions");
  row("Relu: 1 for x > 0, otherwise 0, at -1, 0, 1", "0 0 1",
      {slope_at(table[5].f, -1), slope_at(table[5].f, 0), slope_at(table[5].f, 1)}, {0, 0, 1});
  on_page("notes", "Activation function");
  row("sigmoid, ReLU, tanh at 1", "",
      {sigmoid(tape.constant(1.0)).item(), relu(tape.constant(1.0)).item(),
       tanh(tape.constant(1.0)).item()},
      {0.731058578630, 1, 0.761594155956});
  return failures();
}

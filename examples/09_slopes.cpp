// What a derivative is: rise over run, for a run that gets ever smaller. The small derivatives of
// the slides as the engine computes them, beside their difference quotients as dx goes to 0.
// Next: 10_sigmoid_through_u.cpp, a derivative taken apart.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Case {
  const char *deck, *page, *what, *printed;
  Node<> (*f)(const Node<>&);
  double x, slope;
};

// The engine's slope, then (f(x + dx) - f(x)) / dx.
void show(const Case& c) {
  on_page(c.deck, c.page);
  Tape tape;
  auto x = tape.input("x", c.x);
  auto y = name("y", c.f(x));
  tape.backward(y);
  row(c.what, c.printed, x.upstream()[0], c.slope);
  double last = 0;
  for (double dx : {0.1, 1e-3, 1e-5, 1e-7}) {
    Tape other(Keep::values);
    last = (c.f(other.input(c.x + dx)).item() - y.item()) / dx;
    std::printf("    dx = %-6g  quotient %.9f  off by %.1e\n", dx, last, last - c.slope);
  }
  expect("quotient at dx = 1e-7", last, c.slope, 1e-5 * std::max(1.0, std::abs(c.slope)));
}

int main() {
  on_page("graphs", "Slope of Line");
  row("(3 - (-1)) / (4 - (-2))", "2/3", (3.0 - -1.0) / (4.0 - -2.0), 2.0 / 3);

  const double e = std::exp(1.0);
  const Case cases[] = {
      {"graphs", "Slope", "de/dw of e = w^2 at w = -1", "-2", [](const Node<>& w) { return w * w; },
       -1, -2},
      {"graphs", "Chain Rule", "d/dx (x^2 + 1)^3 = 6x(x^2 + 1)^2 at 0.5", "",
       [](const Node<>& x) { return pow(square(x) + 1, 3); }, 0.5, 6 * 0.5 * 1.25 * 1.25},
      {"backprop", "Common Derivatives", "d/dx x^3 = 3 x^2 at 2", "",
       [](const Node<>& x) { return pow(x, 3); }, 2, 12},
      {"backprop", "Common Derivatives", "d/dx 5 at 2", "",
       [](const Node<>& x) { return 0 * x + 5; }, 2, 0},
      {"backprop", "Common Derivatives", "d/dx e^x at 1", "",
       [](const Node<>& x) { return exp(x); }, 1, e},
      {"backprop", "Common Derivatives", "d/dx log x = 1/x at 2", "",
       [](const Node<>& x) { return log(x); }, 2, 0.5},
      {"backprop", "Chain Rule of Derivatives", "d/dx log(x^2) = 1/x^2 . 2x at 2", "",
       [](const Node<>& x) { return log(square(x)); }, 2, 1},
      {"backprop", "Chain Rule of Derivatives", "d/dx e^(x^3) = e^(x^3) . 3x^2 at 1", "",
       [](const Node<>& x) { return exp(pow(x, 3)); }, 1, 3 * e},
  };
  for (const Case& c : cases) show(c);

  // The chain rule is what the backward lines show: outer slope times inner slope.
  Tape tape;
  auto x = tape.input("x", 0.5);
  auto t = name("t", square(x) + 1);
  auto y = name("y", pow(t, 3));
  tape.backward(y);
  print(trace(y));
  expect("f'(g(x)) = 3 t^2", t.upstream()[0], 3 * 1.25 * 1.25);

  on_page("backprop", "Partial Derivatives");
  tape.clear();
  auto x1 = tape.input("x1", 1.0), x2 = tape.input("x2", 2.0);
  auto f = name("y", square(x1) + 2 * square(x2) + 3 * x1 * x2);
  tape.backward(f);
  row("dy/dx1 = 2 x1 + 3 x2 at (1, 2)", "", x1.upstream()[0], 8);
  row("dy/dx2 = 4 x2 + 3 x1 at (1, 2)", "", x2.upstream()[0], 11);
  return failures();
}

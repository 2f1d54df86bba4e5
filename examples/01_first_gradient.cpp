// A first gradient: build an expression, call backward, read every number on the way.
// Next: 02_or_gate.cpp, the slides' network of one neuron.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
using namespace glassgrad;

int main() {
  // [first]
  Tape tape;
  auto x = tape.input("x", 3.0);
  auto y = name("y", x * x + sin(x));
  tape.backward(y);
  print(trace(y));
  // [/first]
  expect("y", y.item(), 9 + std::sin(3.0));
  expect("dy/dx = 2x + cos x", x.upstream()[0], 6 + std::cos(3.0));

  // The gradient as nodes of the same tape: it can be differentiated again, as often as wanted.
  auto slope = grad(y, x);
  auto curvature = grad(slope, x);
  expect("d2y/dx2 = 2 - sin x", curvature.item(), 2 - std::sin(3.0));
  expect("d3y/dx3 = -cos x", grad(curvature, x).item(), -std::cos(3.0));

  // Forward mode reads the same tape left to right: local * tangent instead of upstream * local.
  expect("jvp along 2", jvp(y, x, Node(2.0)).item(), 2 * (6 + std::cos(3.0)));
  return failures();
}

// Your own op in one struct: value and local gradient. Backward, gradients of gradients, forward
// mode, the formulas of traces and the checks all come from these two lines.
// Next: 06_checking.cpp, how to know that a gradient is right.
#include <glassgrad/extend.hpp>
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"

// [op]
// y = (x + sqrt(x^2 + 4)) / 2, a smooth ReLU (Barron 2021), with dy/dx = y / sqrt(x^2 + 4)
struct Squareplus {
  using Kind = glassgrad::Elementwise<1>;
  static constexpr std::string_view name = "squareplus";
  static constexpr glassgrad::Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return (x + glassgrad::num::sqrt(x * x + 4)) / 2; }
  auto local(const auto& x, const auto& y) const { return y / apply(glassgrad::Sqrt{}, x * x + 4); }
};
template <glassgrad::Traced X>
X squareplus(const X& x) {
  return apply(Squareplus{}, x);
}
// [/op]

using namespace glassgrad;

int main() {
  Tape tape;
  auto x = tape.input("x", {-2.0, 0.5, 3.0});
  auto y = name("y", squareplus(x));
  auto C = name("C", sum(y));
  tape.backward(C);
  print(trace(C));
  const double root = std::sqrt(0.5 * 0.5 + 4);
  expect("squareplus(0.5)", y.value()[1], (0.5 + root) / 2);
  expect("slope at 0.5", x.upstream()[1], (1 + 0.5 / root) / 2);
  expect("second derivative at 0.5", grad(sum(grad(C, x)), x).value()[1], 2 / (root * root * root));
  expect("forward mode at 3", jvp(y, x, tape.constant({0, 0, 1})).value()[2],
         (1 + 3 / std::sqrt(13.0)) / 2);
  return failures();
}

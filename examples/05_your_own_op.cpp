// Your own op in one struct: value and local gradient. Backward, gradients of gradients, forward
// mode, the formulas of traces and the checks all come from these two lines.
// Next: 06_checking.cpp, how to know that a gradient is right.
#include <glassgrad/extend.hpp>
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"

// [op]
// y = x / (1 + |x|), with dy/dx = 1 / (1 + |x|)^2
struct Softsign {
  using Kind = glassgrad::Elementwise<1>;
  static constexpr std::string_view name = "softsign";
  static constexpr glassgrad::Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return x / (1 + glassgrad::num::abs(x)); }
  auto local(const auto& x, const auto&) const {
    return 1 / apply(glassgrad::Square{}, 1 + apply(glassgrad::Abs{}, x));
  }
};
template <glassgrad::Traced X>
X softsign(const X& x) {
  return apply(Softsign{}, x);
}
// [/op]

using namespace glassgrad;

int main() {
  Tape tape;
  auto x = tape.input("x", {-2.0, 0.5, 3.0});
  auto y = name("y", softsign(x));
  auto C = name("C", sum(y));
  tape.backward(C);
  print(trace(C));
  expect("softsign(0.5)", y.value()[1], 0.5 / 1.5);
  expect("slope at 0.5", x.upstream()[1], 1 / (1.5 * 1.5));
  expect("second derivative at 0.5", grad(sum(grad(C, x)), x).value()[1], -2 / (1.5 * 1.5 * 1.5));
  expect("forward mode at 3", jvp(y, x, tape.constant({0, 0, 1})).value()[2], 1 / 16.0);
  return failures();
}

// How to know that a gradient is right: check_gradients compares backward, forward mode and
// differences of a whole function; check_nodes looks at every node of a graph and names the one
// whose local gradient is wrong, here a sine whose author forgot that d(2 sin)/dx is 2 cos.
// Next: 07_digits.cpp, a network on real data.
#include <glassgrad/check/gradients.hpp>
#include <glassgrad/check/nodes.hpp>
#include <glassgrad/extend.hpp>
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"

// y = 2 sin x, with a local gradient that is wrong on purpose
struct TwiceSine {
  using Kind = glassgrad::Elementwise<1>;
  static constexpr std::string_view name = "twice_sine";
  static constexpr glassgrad::Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return 2 * glassgrad::num::sin(x); }
  auto local(const auto& x, const auto&) const { return apply(glassgrad::Cos{}, x); }
};

using namespace glassgrad;

int main() {
  const auto good = check_gradients([](Node<> W, Node<> x) { return sum(tanh(matmul(W, x))); },
                                    {{"W", {{0.1, -0.4}, {0.7, 0.2}}}, {"x", {1.5, -0.5}}});
  std::printf("%s\n", good.text().c_str());
  expect("right gradients found right", good.ok, 1);

  // [nodes]
  Tape tape;
  auto x = tape.input("x", {0.5, 1.0});
  auto wave = name("wave", apply(TwiceSine{}, x));
  auto C = sum(square(wave));
  tape.backward(C);
  const auto report = check_nodes(tape);
  std::printf("%s\n", report.text().c_str());
  // [/nodes]
  expect("the wrong op found wrong", report.ok, 0);
  return failures();
}

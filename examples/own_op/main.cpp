// Uses and checks the three ops of ops.hpp: each against the same mathematics written in ops of the
// library, in value, gradient, forward mode and second order; against differences; and in the text
// that traces show. Returns the number of things that are off.
#include "ops.hpp"

#include <cmath>
#include <cstdio>
#include <glassgrad/check/gradients.hpp>
#include <glassgrad/glassgrad.hpp>

using namespace glassgrad;
using N = Node<double>;
using Numbers = std::vector<double>;
using Model = N (*)(std::span<const N>);
using Inputs = std::vector<CheckInput<double>>;

int failures = 0;

void claim(const std::string& what, bool holds) {
  std::printf("%s: %s\n", what.c_str(), holds ? "yes" : "NO, and it should be");
  failures += !holds;
}
bool near(const Numbers& a, const Numbers& b) {
  bool all = a.size() == b.size() && !a.empty();
  for (std::size_t i = 0; all && i < a.size(); ++i)
    all = std::abs(a[i] - b[i]) <= 1e-12 * std::max(1.0, std::abs(b[i]));
  return all;
}
Numbers numbers(const N& node) { return {node.value().begin(), node.value().end()}; }

// `own` uses one of our ops, `ops` only those of the library.
void compare(const std::string& name, Model own, Model ops, const Inputs& inputs) {
  Tape tape;
  Random random(1);  // an upstream of ones and a tangent of ones would hide mistakes
  std::vector<N> x, drawn_tangents;
  const auto drawn = [&](const Shape& shape) {
    Numbers some;
    for (std::int64_t i = 0; i < shape.count(); ++i) some.push_back(random.normal());
    return tape.constant(View<const double>{some.data(), &shape});
  };
  for (const CheckInput<double>& input : inputs) {
    x.push_back(tape.input(input.view()));
    drawn_tangents.push_back(drawn(input.shape()));
  }
  const std::span<const N> at(x), tangents(drawn_tangents);
  const N y = own(x), wanted = ops(x), weights = drawn(y.shape());
  const N cost = sum(weights * sin(y)), wanted_cost = sum(weights * sin(wanted));
  claim(name + ": value", near(numbers(y), numbers(wanted)));
  claim(name + ": forward mode",
        near(numbers(jvp(y, at, tangents)), numbers(jvp(wanted, at, tangents))));
  bool gradient = true, hessians = true;
  for (const N& each : x) {
    gradient &= near(numbers(grad(cost, each)), numbers(grad(wanted_cost, each)));
    hessians &= near(hessian(cost, each), hessian(wanted_cost, each));
  }
  claim(name + ": gradient", gradient);
  claim(name + ": Hessian", hessians);
  const NodeFunction<double> function = own;
  const GradientReport report = check_gradients<double>(function, inputs);
  claim(name + ": reverse, forward and differences agree", report.ok);
  if (!report.ok) std::puts(report.text().c_str());
}

// The matrix that tridiagonal_solve does not form.
N dense(const N& d, const N& e) { return diag(d) + diag(e, 1) + diag(e, -1); }

int main() {
  compare(
      "snake", [](std::span<const N> x) { return snake(x[0], 1.5); },
      [](std::span<const N> x) { return x[0] + square(sin(1.5 * x[0])) / 1.5; },
      {{{0.3, -1.2, 0.8}, {2.1, -0.4, 0.05}}});
  compare(
      "discount", [](std::span<const N> x) { return discount(x[0], 0.9); },
      [](std::span<const N> x) {
        return sum(x[0] * x[0].tape()->constant({1, 0.9, 0.9 * 0.9}), 1);
      },
      {{{1, -2, 3}, {0.5, 0.2, -0.7}}});
  compare(
      "tridiagonal_solve", [](std::span<const N> x) { return tridiagonal_solve(x[0], x[1], x[2]); },
      [](std::span<const N> x) { return solve(dense(x[0], x[1]), x[2]); },
      {{2.5, 3.0, -2.0, 4.0}, {0.5, -1.0, 0.3}, {1.0, 0.2, -0.4, 2.0}});

  Tape tape;
  const N x = tape.input("x", {0.5, 1.0}), s = name("s", snake(x));
  const N value = name("value", discount(s, 0.5));
  tape.backward(value);
  const std::string text = trace(value).text();
  std::puts(text.c_str());
  const auto shows = [&](const char* line) { return text.find(line) != std::string::npos; };
  claim("the trace shows the ops", shows("s = snake(x)") && shows("value = discount(s, 0.5)"));
  claim("the trace shows their adjoints",
        shows("spread(upstream, 0.5)") && shows("1 + sin(2 * x)"));
  const N d = tape.input({1.0, 1.0}), e = tape.input(xt::xarray<double>{1.0});
  try {
    tridiagonal_solve(d, e, d);
    claim("a singular system is refused", false);
  } catch (const Error& error) {
    claim("a singular system is refused", std::string(error.what()) ==
                                              "[tridiagonal_solve] the pivot of row 1 is 0. Give a "
                                              "matrix whose diagonal dominates.");
  }
  return failures;
}

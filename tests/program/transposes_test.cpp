// A transposed operand that a product reads where it lies: values and gradients are those of the
// tape, also where the transpose itself has a gradient from several products, by their kernels.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

using Cost = Node<double> (*)(const Node<double>& w, const Node<double>& x);

void expect_as_on_a_tape(Cost cost, const Shape& of_w, const Shape& of_x) {
  Random random(1);
  std::vector<double> numbers(std::size_t(of_w.count())), data(std::size_t(of_x.count()));
  for (double& number : numbers) number = random.normal();
  for (double& number : data) number = random.normal();
  const View<const double> x{data.data(), &of_x};
  Parameter<double> w("w", View<const double>{numbers.data(), &of_w});
  Tape<double> tape;
  const auto expected = cost(tape(w), tape.input(x));
  tape.backward(expected);
  auto program = compile<double>(
      [&](Tape<double>& on, const Fed<double>& in) { return cost(on(w), in[0]); }, {x});
  EXPECT_NEAR(program(x), expected.item(), 1e-12 * expected.item());
  const auto got = w.gradient(), wanted = tape(w).upstream();
  for (std::int64_t i = 0; i < got.count(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-12 * std::max(1.0, std::abs(wanted[i]))) << "entry " << i;
}

using N = Node<double>;
const Cost costs[] = {
    // on the left, on the right, both
    [](const N& w, const N& x) {
      const N t = transpose(w);
      return sum(square(matmul(t, x))) + sum(sin(matmul(t, x)));
    },
    [](const N& w, const N& x) {
      const N t = transpose(w);
      return sum(square(matmul(x, t))) + sum(tanh(t) * matmul(x, t));
    },
    [](const N& w, const N& x) {
      const N t = transpose(w);
      return sum(square(matmul(x, t))) + sum(square(matmul(t, x))) + sum(square(matmul(t, t)));
    },
    [](const N& w, const N& x) {
      const N t = transpose(tanh(w));
      return sum(square(matmul(matmul(t, x), t))) + sum(square(matmul(t, t)));
    },
};
TEST(Transposes, OfAnOperandLeaveGradientsAsTheyAre) {
  for (const Cost cost : costs) expect_as_on_a_tape(cost, {3, 3}, {3, 3});
  expect_as_on_a_tape(costs[0], {4, 3}, {4, 5});
  // t is (3, 2), and so is what each product passes on to it
  const Cost wide = [](const N& w, const N& x) {
    const N t = transpose(w);
    return sum(square(matmul(t, w))) + sum(square(matmul(t, x))) + sum(sin(matmul(t, w)));
  };
  expect_as_on_a_tape(wide, {2, 3}, {2, 5});
}

}  // namespace
}  // namespace glassgrad

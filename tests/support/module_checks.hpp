// Checks for every layer: random inputs, and its gradients, to its input and to each of its
// parameters, against differences.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "glassgrad/array/random.hpp"
#include "glassgrad/check/gradients.hpp"
#include "glassgrad/nn/module.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

inline std::vector<double> drawn(const Shape& shape, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> numbers(std::size_t(shape.count()));
  for (double& number : numbers) number = random.uniform(-1, 1);
  return numbers;
}
inline Node<double> drawn_on(Tape<double>& tape, const Shape& shape, std::uint64_t seed) {
  const std::vector<double> numbers = drawn(shape, seed);
  return tape.input(View<const double>{numbers.data(), &shape});
}

// Random numbers for every parameter that learns: zeros and ones would hide a mistake.
inline void randomise(Module<double>& module, std::uint64_t seed) {
  for (Parameter<double>* parameter : module.parameters()) {
    if (parameter->frozen()) continue;
    const std::vector<double> numbers = drawn(parameter->shape(), seed++);
    std::copy(numbers.begin(), numbers.end(), parameter->change().begin());
  }
}

// sum(u y) for random u, where `f` makes y with the module on a tape: every parameter's gradient
// against differences.
inline void expect_parameter_gradients(Module<double>& module,
                                       const Function<Node<double>(Tape<double>&)>& f) {
  std::vector<Parameter<double>*> learning;
  std::vector<CheckInput<double>> numbers, by_hand;
  for (Parameter<double>* parameter : module.parameters()) {
    if (parameter->frozen()) continue;
    learning.push_back(parameter);
    numbers.emplace_back(parameter->name(), parameter->value());
    parameter->zero_gradient();
  }
  const auto cost = [&](Tape<double>& tape) {
    const Node<double> y = f(tape);
    return sum(y * drawn_on(tape, y.shape(), 200));
  };
  Tape<double> tape;
  tape.backward(cost(tape));
  tape.add_to_parameters();
  for (const Parameter<double>* parameter : learning)
    by_hand.emplace_back(parameter->name(), parameter->gradient());
  const NodeFunction<double> moved = [&](std::span<const Node<double>> in) {
    for (std::size_t k = 0; k < in.size(); ++k) learning[k]->assign(in[k].value());
    return cost(*in[0].tape());
  };
  const GradientReport report = check_gradients_by_hand<double>(moved, numbers, by_hand);
  EXPECT_TRUE(report.ok) << report.text();
  EXPECT_EQ(report.kinks, 0) << report.text();
  for (std::size_t k = 0; k < learning.size(); ++k) learning[k]->assign(numbers[k].view());
}

// The same, and the gradient to the input in all three modes.
inline void expect_gradients(Module<double>& module, const Shape& shape, std::uint64_t seed = 100) {
  const std::vector<double> x = drawn(shape, seed);
  const View<const double> view{x.data(), &shape};
  const GradientReport report =
      check_gradients([&](const Node<double>& in) { return module(in); }, {view});
  EXPECT_TRUE(report.ok) << report.text();
  EXPECT_EQ(report.kinks, 0) << report.text();
  expect_parameter_gradients(module,
                             [&](Tape<double>& tape) { return module(tape.constant(view)); });
}

}  // namespace glassgrad

// How the examples of models check their gradients: what backward leaves in every parameter of a
// module, one by one, against differences of the cost.
#pragma once

#include <glassgrad/glassgrad.hpp>
#include <vector>

// `cost` records a single number with the module on a tape; see check_gradients_by_hand. The module
// is left as it was.
inline glassgrad::GradientReport check_parameters(
    glassgrad::Module<>& module,
    const glassgrad::Function<glassgrad::Node<>(glassgrad::Tape<>&)>& cost) {
  using namespace glassgrad;
  const auto parameters = module.parameters();
  std::vector<CheckInput<>> numbers, by_hand;
  Tape tape;
  tape.backward(cost(tape));
  for (Parameter<>* parameter : parameters) {
    numbers.emplace_back(parameter->name(), parameter->value());
    by_hand.emplace_back(parameter->name(), tape(*parameter).upstream());
  }
  const auto put = [&](std::size_t k, View<const double> value) { parameters[k]->assign(value); };
  const NodeFunction<double> moved = [&](std::span<const Node<>> in) {
    for (std::size_t k = 0; k < in.size(); ++k) put(k, in[k].value());
    return cost(*in[0].tape());
  };
  const GradientReport report = check_gradients_by_hand<double>(moved, numbers, by_hand);
  for (std::size_t k = 0; k < numbers.size(); ++k) put(k, numbers[k].view());
  return report;
}

// Scalar code: single numbers in one array, addressed by index. A million uses of an op on numbers
// take four bytes per input and a number per result.
#include "plan.hpp"

namespace glassgrad::program {

// Single numbers are contiguous in order of computation, after copies of the leaves that number
// calls read.
template <class T>
void Plan<T>::line_up_numbers() {
  constexpr std::uint32_t nowhere = ~0u;
  std::vector<std::uint32_t> place(graph_.values.size(), nowhere);  // of roots, in that array
  std::size_t inputs = 0;
  for (const Step& step : steps_) {
    if (step.kind != Step::Kind::numbers) continue;
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
      for (const Id x : graph_.code[i].in) {
        const Id root = graph_.root(x);
        ++inputs;
        if (graph_.values[root].origin == Origin::computed || place[root] != nowhere) continue;
        place[root] = std::uint32_t(leaves_.size());
        leaves_.push_back(root);
      }
  }
  const auto each_number = [this](const auto& visit) {
    for (const Instruction<T>& instruction : graph_.code)
      if (graph_.values[instruction.out].shape.count() == 1) visit(instruction.out);
  };
  std::uint32_t next = std::uint32_t(leaves_.size());
  each_number([&](Id out) { place[out] = next++; });
  numbers_ = room_for<T>(next);
  bytes_ += next * sizeof(T);
  each_number([&](Id out) { place_[out] = numbers_ + place[out]; });
  std::uint32_t* input = room_for<std::uint32_t>(inputs);
  for (Step& step : steps_)
    if (step.kind == Step::Kind::numbers) input = make_number_calls(step, place, input);
}

// `input`: where to write the places of their inputs. Returns the end.
template <class T>
std::uint32_t* Plan<T>::make_number_calls(Step& step, std::span<const std::uint32_t> place,
                                          std::uint32_t* input) {
  step.at = std::uint32_t(groups_.size());
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const auto& [rule, attributes, in, out, pull, onto] = graph_.code[i];
    if (i == step.first || groups_.back().rule != rule ||
        !same_attributes(*rule, groups_.back().calls.attributes, attributes))
      groups_.push_back({rule, {numbers_, place[out], 0, input, attributes}});
    ++groups_.back().calls.count;
    for (const Id x : in) *input++ = place[graph_.root(x)];
  }
  step.end = std::uint32_t(groups_.size());
  return input;
}

template class Plan<float>;
template class Plan<double>;

}  // namespace glassgrad::program

// Scalar code: single numbers in one array, which calls know by their places in it. A million uses
// of an op on numbers are four bytes for an input and a number for the result.
#include <cstring>

#include "layout.hpp"

namespace glassgrad::replay {

// Single numbers stand side by side in the order in which they are computed, after copies of the
// leaves that number calls read. Gives the places of roots in that line.
template <class T>
std::vector<std::uint32_t> Layout<T>::line_up_numbers() {
  constexpr std::uint32_t nowhere = ~0u;
  std::vector<std::uint32_t> place_in_line(graph_.values.size(), nowhere);
  std::size_t inputs = 0;
  for (const Step& step : steps_) {
    if (step.kind != Step::Kind::numbers) continue;
    for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
      for (const Id x : graph_.code[i].in) {
        const Id root = graph_.root(x);
        ++inputs;
        if (graph_.values[root].origin == Origin::computed || place_in_line[root] != nowhere)
          continue;
        place_in_line[root] = std::uint32_t(leaves_.size());
        leaves_.push_back(root);
      }
  }
  std::uint32_t next = std::uint32_t(leaves_.size());
  for (const Instruction<T>& instruction : graph_.code)
    if (graph_.values[instruction.out].shape.count() == 1) place_in_line[instruction.out] = next++;
  numbers_ = room_for<T>(next);
  number_inputs_ = room_for<std::uint32_t>(inputs);
  bytes_ += next * sizeof(T);
  for (const Instruction<T>& instruction : graph_.code)
    if (graph_.values[instruction.out].shape.count() == 1)
      place_[instruction.out] = numbers_ + place_in_line[instruction.out];
  return place_in_line;
}

// Gives where the inputs of the next step's calls are to be.
template <class T>
std::uint32_t* Layout<T>::make_number_calls(Step& step,
                                            std::span<const std::uint32_t> place_in_line,
                                            std::uint32_t* next_input) {
  step.at = std::uint32_t(groups_.size());
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const auto& [rule, attributes, in, out, pull, onto] = graph_.code[i];
    if (i == step.first || groups_.back().rule != rule ||
        std::memcmp(groups_.back().calls.attributes, attributes, rule->bytes) != 0)
      groups_.push_back({rule, {numbers_, place_in_line[out], 0, next_input, attributes}});
    ++groups_.back().calls.count;
    for (const Id x : in) *next_input++ = place_in_line[graph_.root(x)];
  }
  step.end = std::uint32_t(groups_.size());
  return next_input;
}

template class Layout<float>;
template class Layout<double>;

}  // namespace glassgrad::replay

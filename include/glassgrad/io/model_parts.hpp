// What io/model.hpp does, on the contents of a file: for callers that keep more in it, as an
// optimizer's state.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "glassgrad/io/model.hpp"
#include "glassgrad/io/safetensors.hpp"

namespace glassgrad {

// `source` is what errors call the file.
template <class T>
void put_parameters(Safetensors& file, const Parameters<T>& parameters);
template <class T>
void get_parameters(const Safetensors& file, std::string_view source,
                    const Parameters<T>& parameters);
void check_architecture(const Safetensors& file, std::string_view source,
                        std::string_view architecture);
std::string architecture_in(const Safetensors& file, std::string_view source);

// ---- An optimizer's state: "optimizer/<slot>/<parameter>" and, int64,
// "optimizer/steps/<parameter>". Optimizer is any with name(), slots(), states() and restore(), see
// optim/optimizer.hpp.
template <class Optimizer>
void put_optimizer(Safetensors& file, const Optimizer& optimizer);
// Throws DataError: the state of another optimizer, or not one slot for each.
template <class Optimizer>
void get_optimizer(const Safetensors& file, std::string_view source, Optimizer& optimizer);

namespace detail {
inline constexpr std::string_view optimizer_prefix = "optimizer/";
std::string slot_name(std::string_view slot, std::string_view parameter);
// The parameters that have an "optimizer/steps/...", in the order of the file.
std::vector<std::string> optimized(const Safetensors& file);
void check_optimizer(const Safetensors& file, std::string_view source, std::string_view name);

// A file's tensors by name, in constant time; the file must outlive it.
class TensorIndex {
 public:
  explicit TensorIndex(const Safetensors& file);
  const NamedTensor* find(std::string_view name) const;  // nullptr when there is none

 private:
  std::unordered_map<std::string_view, const NamedTensor*> by_name_;
};
const NamedTensor& state_tensor(const TensorIndex& tensors, std::string_view source,
                                const std::string& name);
[[noreturn]] void refuse_state(std::string_view source, std::string_view problem);
// Throws DataError for a finite number that would become infinite as a T.
template <class T>
void check_numbers(const NamedTensor& tensor, std::string_view source);
}  // namespace detail

template <class Optimizer>
void put_optimizer(Safetensors& file, const Optimizer& optimizer) {
  file.metadata["optimizer"] = std::string(optimizer.name());
  for (const auto& state : optimizer.states()) {
    const std::vector<std::int64_t> sizes(state.shape.begin(), state.shape.end());
    for (std::size_t i = 0; i < state.slots.size(); ++i)
      file.tensors.push_back(
          {detail::slot_name(optimizer.slots()[i], state.parameter), sizes, state.slots[i]});
    file.tensors.push_back(
        {detail::slot_name("steps", state.parameter), {}, std::vector<std::int64_t>{state.steps}});
  }
}

template <class Optimizer>
void get_optimizer(const Safetensors& file, std::string_view source, Optimizer& optimizer) {
  detail::check_optimizer(file, source, optimizer.name());
  const detail::TensorIndex tensors(file);
  auto states = optimizer.states();
  states.clear();
  for (const std::string& parameter : detail::optimized(file)) {
    auto& state = states.emplace_back();
    const NamedTensor& weight = detail::state_tensor(tensors, source, parameter);
    state.parameter = parameter;
    state.shape = Shape(std::span(weight.shape));
    const NamedTensor& steps =
        detail::state_tensor(tensors, source, detail::slot_name("steps", parameter));
    const auto* count = std::get_if<std::vector<std::int64_t>>(&steps.data);
    if (!count || count->size() != 1 || count->front() < 0)
      detail::refuse_state(source, "\"" + steps.name + "\" is no count");
    state.steps = count->front();
    for (const std::string_view slot : optimizer.slots()) {
      const NamedTensor& tensor =
          detail::state_tensor(tensors, source, detail::slot_name(slot, parameter));
      if (tensor.shape != weight.shape)
        detail::refuse_state(source, "\"" + tensor.name + "\" has not the shape of its parameter");
      using Slot = typename std::decay_t<decltype(state.slots)>::value_type;
      detail::check_numbers<typename Slot::value_type>(tensor, source);
      const std::vector<double> numbers = numbers_of(tensor);
      state.slots.emplace_back(numbers.begin(), numbers.end());
    }
  }
  optimizer.restore(std::move(states));
}

}  // namespace glassgrad

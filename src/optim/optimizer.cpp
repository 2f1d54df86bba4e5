// One step over all parameters: everything is checked and found first, then changed.
#include "glassgrad/optim/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/core/text.hpp"
#include "glassgrad/ops/compare.hpp"

namespace glassgrad {
namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();

// Scaled by the largest, so that no square overflows; NaN or infinite when an entry is.
template <class T>
double norm(View<const T> numbers) {
  double largest = 0, sum = 0;
  for (const T number : numbers) {
    if (!std::isfinite(number)) return std::abs(double(number));
    largest = std::max(largest, std::abs(double(number)));
  }
  if (largest == 0) return 0;
  for (const T number : numbers) sum += (double(number) / largest) * (double(number) / largest);
  return largest * std::sqrt(sum);
}
}  // namespace

double checked_setting(std::string_view optimizer, std::string_view setting, double value,
                       double low, double high) {
  if (value >= low && value < high) return value;
  throw Error(optimizer, join(setting, " is ", value),
              high == infinity ? join("Give a finite number of at least ", low)
                               : join("Give a number from ", low, " to below ", high));
}

template <class T>
Optimizer<T>::Optimizer(double rate, const StepOptions& options)
    : rate_(checked_setting("optimizer", "the rate", rate, 0, infinity)),
      options_(options),
      groups_{{{}, {}}} {
  checked_setting("optimizer", "clip_value", options.clip_value, 0, infinity);
  checked_setting("optimizer", "clip_norm", options.clip_norm, 0, infinity);
  checked_setting("optimizer", "weight_decay", options.weight_decay, 0, infinity);
}

template <class T>
void Optimizer<T>::set_rate(double rate) {
  rate_ = checked_setting(name(), "the rate", rate, 0, infinity);
  ++revision_;
}

template <class T>
void Optimizer<T>::step(std::span<Parameter<T>* const> parameters) {
  prepare(parameters);
  for (Parameter<T>* parameter : parameters)
    if (parameter->frozen()) parameter->zero_gradient();
  norms_.clear();
  gradients_.clear();
  for (const Parameter<T>* parameter : parameters)
    gradients_.push_back(parameter->has_gradient() ? parameter->gradient() : View<const T>{});
  const T factor = options_.clip_norm > 0 ? clip_factor(gradients_) : T(1);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Parameter<T>& parameter = *parameters[i];
    if (!gradients_[i].data) continue;
    ParameterState<T>& state = states_[order_[i]];
    recording_.parameter = &parameter, recording_.state = &state;
    const GroupOptions& group = group_of(order_[i]);
    const T rate = rate_of(group);
    if (measuring_) measure_before(parameter);
    const View<const T> g = gradient(parameter, gradients_[i], factor, group);
    update({parameter.change(), g, view(rate), decay_of(group), state.slots, ++state.steps});
    if (measuring_) measure_after(parameter);
    parameter.zero_gradient();
  }
}

template <class T>
std::span<const std::size_t> Optimizer<T>::tell(std::span<Parameter<T>* const> parameters,
                                                std::span<const View<const T>> gradients,
                                                Listener& listener) {
  if (measuring_)
    throw Error(name(), "its steps are measured, which a program does not do",
                "Turn measuring off: optimizer.measure(false)");
  prepare(parameters);
  const T factor = options_.clip_norm > 0 ? clip_factor(gradients) : T(1);
  listener_ = &listener;
  try {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      Parameter<T>& parameter = *parameters[i];
      ParameterState<T>& state = states_[order_[i]];
      const GroupOptions& group = group_of(order_[i]);
      const T rate = rate_of(group);
      listener.parameter(i);
      const View<const T> g = gradient(parameter, gradients[i], factor, group);
      const View<T> w{const_cast<T*>(parameter.value().data), parameter.value().sizes};
      update({w, g, view(rate), decay_of(group), state.slots, state.steps + 1});
    }
  } catch (...) {
    listener_ = nullptr;
    throw;
  }
  listener_ = nullptr;
  return order_;
}

template <class T>
void Optimizer<T>::count_step(std::span<Parameter<T>* const> parameters,
                              std::span<const std::size_t> states) {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i]->change(), ++states_[states[i]].steps;
}

template <class T>
std::vector<Update> Optimizer<T>::recorded_step(std::span<Parameter<T>* const> parameters) {
  std::vector<Update> updates;
  recording_.updates = &updates;
  try {
    step(parameters);
  } catch (...) {
    recording_ = {};
    throw;
  }
  recording_ = {};
  return updates;
}

template <class T>
void Optimizer<T>::record_inputs(const Rule<T>& rule, const void* op,
                                 std::span<const View<const T>> in) {
  std::vector<Formula> symbols;
  std::vector<UpdateNumbers> inputs;
  for (const View<const T>& x : in) {
    symbols.push_back(Formula::symbol(to_text(symbols.size()), x.shape()));
    inputs.push_back({x.shape(), {x.begin(), x.end()}});
  }
  recording_.updates->push_back(
      {recording_.parameter->name(), "g", rule.value_formula(op, symbols), std::move(inputs), {}});
}

template <class T>
void Optimizer<T>::record_result(View<const T> out) {
  Update& update = recording_.updates->back();
  update.result = {out.shape(), {out.begin(), out.end()}};
  if (out.data == recording_.parameter->value().data) update.changed = update.parameter;
  for (std::size_t i = 0; i < slots().size(); ++i)
    if (out.data == recording_.state->slots[i].data()) update.changed = slots()[i].substr(0, 1);
}

template <class T>
void Optimizer<T>::measure_before(const Parameter<T>& parameter) {
  const View<const T> w = parameter.value();
  before_.assign(w.begin(), w.end());
  norms_.push_back({parameter.name(), norm<T>(parameter.gradient()), 0, norm<T>(w), 0});
}

template <class T>
void Optimizer<T>::measure_after(const Parameter<T>& parameter) {
  const View<const T> w = parameter.value();
  for (std::size_t i = 0; i < before_.size(); ++i) before_[i] = w.data[i] - before_[i];
  norms_.back().update = norm<T>({before_.data(), w.sizes});
}

// Finds or makes the state of every parameter, and room for the largest.
template <class T>
void Optimizer<T>::prepare(std::span<Parameter<T>* const> parameters) {
  order_.clear();
  const std::size_t known = states_.size();
  std::size_t untaken = 0;  // from here on none is in order_
  try {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const ParameterState<T>& state = state_of(*parameters[i]);
      const std::size_t at = std::size_t(&state - states_.data());
      if (at < untaken && std::find(order_.begin(), order_.end(), at) != order_.end())
        throw TapeError(name(),
                        join("two parameters of a step are named \"", state.parameter, "\""),
                        "Give each parameter a name of its own, and each step a parameter once");
      order_.push_back(at);
      untaken = std::max(untaken, at + 1);
      scratch_.resize(std::max(scratch_.size(), parameters[i]->value().size()));
    }
  } catch (...) {
    forget_states_since(known);
    throw;
  }
}

template <class T>
void Optimizer<T>::forget_states_since(std::size_t known) {
  states_.erase(states_.begin() + std::ptrdiff_t(known), states_.end());
  if (its_group_.size() > known) its_group_.resize(known);
}

template <class T>
ParameterState<T>& Optimizer<T>::state_of(const Parameter<T>& parameter) {
  const auto is_its = [&](const ParameterState<T>& s) { return s.parameter == parameter.name(); };
  if (expected_ >= states_.size()) expected_ = 0;
  auto found = states_.begin() + std::ptrdiff_t(expected_);
  if (found == states_.end() || !is_its(*found))
    found = std::find_if(states_.begin(), states_.end(), is_its);
  expected_ = std::size_t(found - states_.begin()) + 1;
  if (found == states_.end()) {
    const std::size_t count = parameter.value().size();
    states_.push_back({parameter.name(), parameter.shape(), 0,
                       std::vector(slots().size(), std::vector<T>(count, T(0)))});
    return states_.back();
  }
  if (found->shape != parameter.shape())
    throw TapeError(name(),
                    join("parameter \"", parameter.name(), "\" is ", parameter.shape(), ", it was ",
                         found->shape),
                    "Make another optimizer for another model");
  return *found;
}

template <class T>
void Optimizer<T>::add_group(std::span<Parameter<T>* const> parameters,
                             const GroupOptions& options) {
  checked_setting(name(), "rate_factor", options.rate_factor, 0, infinity);
  checked_setting(name(), "weight_decay", options.weight_decay.value_or(0), 0, infinity);
  checked_setting(name(), "clip_value", options.clip_value.value_or(0), 0, infinity);
  Group group{options, {}};
  for (const Parameter<T>* parameter : parameters) {
    for (const Group& other : groups_)
      if (std::find(other.names.begin(), other.names.end(), parameter->name()) != other.names.end())
        throw Error(name(), join("parameter \"", parameter->name(), "\" is in a group"),
                    "Give each parameter to one group");
    group.names.push_back(parameter->name());
  }
  groups_.push_back(std::move(group));
  its_group_.clear();
  ++revision_;
}

template <class T>
const GroupOptions& Optimizer<T>::group_of(std::size_t state) {
  while (its_group_.size() <= state) {
    const std::string& parameter = states_[its_group_.size()].parameter;
    const auto has_it = [&](const Group& group) {
      return std::find(group.names.begin(), group.names.end(), parameter) != group.names.end();
    };
    const auto found = std::find_if(groups_.begin(), groups_.end(), has_it);
    its_group_.push_back(found == groups_.end() ? 0 : std::size_t(found - groups_.begin()));
  }
  return groups_[its_group_[state]].options;
}

// min(1, clip_norm / |g|), |g|^2 being the sum over every gradient of the step
template <class T>
T Optimizer<T>::clip_factor(std::span<const View<const T>> gradients) const {
  double largest = 0, sum = 0;  // scaled by the largest, so that no square overflows
  for (const View<const T>& gradient : gradients)
    for (std::int64_t i = 0; gradient.data && i < gradient.count(); ++i)
      largest = std::max(largest, std::abs(double(gradient[i])));
  if (largest == 0 || !std::isfinite(largest)) return T(1);
  for (const View<const T>& gradient : gradients)
    for (std::int64_t i = 0; gradient.data && i < gradient.count(); ++i)
      sum += (double(gradient[i]) / largest) * (double(gradient[i]) / largest);
  return T(std::min(1.0, options_.clip_norm / (largest * std::sqrt(sum))));
}

template <class T>
View<const T> Optimizer<T>::gradient(const Parameter<T>& parameter, View<const T> g, T factor,
                                     const GroupOptions& group) {
  const double limit = group.clip_value.value_or(options_.clip_value);
  const double decay = decay_of(group);
  const View<T> changed = scratch(parameter.shape());
  // whoever listens hears the same ops every time
  if (listener_ ? options_.clip_norm > 0 : factor != T(1))
    run(Mul{}, changed, g, factor), g = changed;
  if (limit > 0) run(Clamp{-limit, limit}, changed, g), g = changed;
  if (measuring_) norms_.back().clipped = norm<T>(g);
  if (decay > 0 && !decays_apart())
    run(Gather{options_.ascend ? -decay : decay}, changed, parameter.value(), g), g = changed;
  return g;
}

template <class T>
void Optimizer<T>::restore(std::vector<ParameterState<T>> states) {
  for (const ParameterState<T>& state : states) {
    bool fits = state.slots.size() == slots().size() && state.steps >= 0;
    for (const auto& slot : state.slots) fits &= std::int64_t(slot.size()) == state.shape.count();
    if (!fits)
      throw TapeError(name(),
                      join("the state of \"", state.parameter, "\" is not this optimizer's"),
                      "Restore what states() gave, of the same kind of optimizer");
  }
  states_ = std::move(states);
  its_group_.clear();
  ++revision_;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace glassgrad

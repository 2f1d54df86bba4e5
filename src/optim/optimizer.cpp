// One step over all parameters: everything is checked and found first, then changed.
#include "glassgrad/optim/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/compare.hpp"

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
    : home_(std::make_shared<OptimizerHome<T>>(OptimizerHome<T>{this})),
      rate_(checked_setting("optimizer", "the rate", rate, 0, infinity)),
      options_(options),
      groups_{{{}, {}}} {
  checked_setting("optimizer", "clip_value", options.clip_value, 0, infinity);
  checked_setting("optimizer", "clip_norm", options.clip_norm, 0, infinity);
  checked_setting("optimizer", "weight_decay", options.weight_decay, 0, infinity);
}

// A copy has its own settings and state, and no step in progress.
template <class T>
Optimizer<T>& Optimizer<T>::operator=(const Optimizer& other) {
  if (this == &other) return *this;
  if (!home_) home_ = std::make_shared<OptimizerHome<T>>(OptimizerHome<T>{this});
  rate_ = other.rate_, options_ = other.options_;
  states_ = other.states_, owners_ = other.owners_;
  groups_ = other.groups_, its_group_ = other.its_group_;
  measuring_ = other.measuring_, norms_ = other.norms_;
  ++revision_;  // its numbers moved
  return *this;
}

template <class T>
Optimizer<T>& Optimizer<T>::operator=(Optimizer&& other) noexcept {
  if (this == &other) return *this;
  leave_home();
  home_ = std::move(other.home_);
  if (home_) home_->self = this;
  rate_ = other.rate_, options_ = other.options_, revision_ = other.revision_;
  states_ = std::move(other.states_), owners_ = std::move(other.owners_);
  groups_ = std::move(other.groups_), its_group_ = std::move(other.its_group_);
  measuring_ = other.measuring_, norms_ = std::move(other.norms_);
  return *this;
}

template <class T>
void Optimizer<T>::refuse_moved() const {
  throw TapeError("optimizer", "this one was moved from", "Use the one that it was moved into");
}

template <class T>
void Optimizer<T>::set_rate(double rate) {
  rate_ = checked_setting(name(), "the rate", rate, 0, infinity);
  ++revision_;
}

template <class T>
void Optimizer<T>::step(std::span<Parameter<T>* const> parameters) {
  for (const Parameter<T>* parameter : parameters)
    if (!parameter)
      throw TapeError(name(), "the address of a parameter is null", "Give those of parameters");
  check_gradients(parameters);
  prepare(parameters);
  taken_.clear();
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

// A parameter without a gradient is left as it is. If none has one, backward was forgotten or the
// step taken twice: an error, not a silent no-op.
template <class T>
void Optimizer<T>::check_gradients(std::span<Parameter<T>* const> parameters) const {
  bool learns = false;
  for (const Parameter<T>* parameter : parameters) {
    parameter->home();
    if (parameter->has_gradient() && !parameter->frozen()) return;
    learns |= !parameter->frozen();
  }
  if (learns)
    throw TapeError(name(), "no parameter has got a gradient since the last step",
                    "Call backward(cost) and add_to_parameters() before each step");
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
  taken_.clear();
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

// Finds or creates the state of every parameter, and scratch for the largest.
template <class T>
void Optimizer<T>::prepare(std::span<Parameter<T>* const> parameters) {
  home();
  order_.clear();
  const std::size_t known = states_.size(), taken = taken_.size();
  std::size_t untaken = 0;  // states from here on are not in order_
  try {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const std::size_t at = state_of(*parameters[i], parameters);
      if (at < untaken && std::find(order_.begin(), order_.end(), at) != order_.end())
        refuse_twice(parameters[i]->name());
      order_.push_back(at);
      untaken = std::max(untaken, at + 1);
      scratch_.resize(std::max(scratch_.size(), parameters[i]->value().size()));
    }
  } catch (...) {
    forget_states_since(known, taken);
    throw;
  }
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
  // a listener gets the same ops every time
  if (listener_ ? options_.clip_norm > 0 : factor != T(1))
    run(Mul{}, changed, g, factor), g = changed;
  if (limit > 0) run(Clamp{-limit, limit}, changed, g), g = changed;
  if (measuring_) norms_.back().clipped = norm<T>(g);
  if (decay > 0 && !decays_apart())
    run(Gather{options_.ascend ? -decay : decay}, changed, parameter.value(), g), g = changed;
  return g;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace glassgrad

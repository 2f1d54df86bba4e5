// Matches states to parameters: by Home, which survives moves, and by name only for restored states
// not matched yet. Groups likewise.
#include <algorithm>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/optim/optimizer.hpp"

namespace glassgrad {

template <class T>
std::size_t Optimizer<T>::mark_states() {
  taken_.clear();
  return states_.size();
}

template <class T>
void Optimizer<T>::forget_states_since(std::size_t known, std::size_t taken) {
  for (; taken_.size() > taken; taken_.pop_back()) {
    Taken& last = taken_.back();
    if (last.owner) states_[last.at] = std::move(last.former);
    owners_[last.at] = std::move(last.owner);
    its_group_.resize(std::min(its_group_.size(), last.at));
  }
  states_.erase(states_.begin() + std::ptrdiff_t(known), states_.end());
  owners_.resize(known);
  if (its_group_.size() > known) its_group_.resize(known);
}

template <class T>
void Optimizer<T>::refuse_twice(const std::string& parameter) const {
  throw TapeError(name(), join("two parameters of a step are named \"", parameter, "\""),
                  "Give each parameter a name of its own, and each step a parameter once");
}

// Its own state; else a restored one of its name; else the slot of a destroyed one of its name;
// else a new one.
template <class T>
std::size_t Optimizer<T>::state_of(const Parameter<T>& parameter, Parameters of_step) {
  const Owner& home = parameter.home();
  std::size_t found =
      expected_ < owners_.size() && owners_[expected_] == home
          ? expected_
          : std::size_t(std::find(owners_.begin(), owners_.end(), home) - owners_.begin());
  if (found == owners_.size()) found = adopted(home, of_step);
  expected_ = found + 1 < owners_.size() ? found + 1 : 0;
  return found;
}

template <class T>
void Optimizer<T>::check_adoption(std::size_t state, const Owner& home, Parameters of_step) const {
  const Owner& owner = owners_[state];
  if (owner && std::find(of_step.begin(), of_step.end(), owner->self) != of_step.end())
    refuse_twice(home->name);
  if (states_[state].shape != home->shape)
    throw TapeError(
        name(),
        join("parameter \"", home->name, "\" is ", home->shape, ", it was ", states_[state].shape),
        "Make another optimizer for another model");
  if (owner)
    throw TapeError(name(),
                    join("it has the state of another parameter named \"", home->name, "\""),
                    "Make another optimizer for another model");
}

template <class T>
std::size_t Optimizer<T>::adopted(const Owner& home, Parameters of_step) {
  std::size_t at = 0;
  while (at < states_.size() && states_[at].parameter != home->name) ++at;
  const bool gone = at < states_.size() && owners_[at] && !owners_[at]->self;
  if (at < states_.size() && !gone) {
    check_adoption(at, home, of_step);
    taken_.push_back({at, nullptr, {}});
  } else {
    ParameterState<T> fresh{home->name, home->shape, 0, {}};
    fresh.slots.assign(slots().size(), std::vector<T>(std::size_t(home->shape.count()), T(0)));
    if (gone)
      taken_.push_back({at, owners_[at], std::move(states_[at])});
    else
      owners_.emplace_back(), states_.emplace_back();
    states_[at] = std::move(fresh);
  }
  owners_[at] = home;
  its_group_.resize(std::min(its_group_.size(), at));
  return at;
}

template <class T>
void Optimizer<T>::add_group(std::span<Parameter<T>* const> parameters,
                             const GroupOptions& options) {
  checked_setting(name(), "rate_factor", options.rate_factor, 0,
                  std::numeric_limits<double>::infinity());
  checked_setting(name(), "weight_decay", options.weight_decay.value_or(0), 0,
                  std::numeric_limits<double>::infinity());
  checked_setting(name(), "clip_value", options.clip_value.value_or(0), 0,
                  std::numeric_limits<double>::infinity());
  Group group{options, {}};
  for (const Parameter<T>* parameter : parameters) {
    for (const Group& other : groups_)
      if (std::find(other.members.begin(), other.members.end(), parameter->home()) !=
          other.members.end())
        throw Error(name(), join("parameter \"", parameter->name(), "\" is in a group"),
                    "Give each parameter to one group");
    group.members.push_back(parameter->home());
  }
  groups_.push_back(std::move(group));
  its_group_.clear();
  ++revision_;
}

template <class T>
const GroupOptions& Optimizer<T>::group_of(std::size_t state) {
  while (its_group_.size() <= state) {
    const Owner& owner = owners_[its_group_.size()];
    const auto has_it = [&](const Group& group) {
      return owner &&
             std::find(group.members.begin(), group.members.end(), owner) != group.members.end();
    };
    const auto found = std::find_if(groups_.begin(), groups_.end(), has_it);
    its_group_.push_back(found == groups_.end() ? 0 : std::size_t(found - groups_.begin()));
  }
  return groups_[its_group_[state]].options;
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
  owners_.assign(states_.size(), nullptr);
  its_group_.clear();
  ++revision_;
}

// What is defined here; the class itself is instantiated in optimizer.cpp.
#define GLASSGRAD_STATES(T)                                                                   \
  template std::size_t Optimizer<T>::mark_states();                                           \
  template void Optimizer<T>::forget_states_since(std::size_t, std::size_t);                  \
  template void Optimizer<T>::refuse_twice(const std::string&) const;                         \
  template std::size_t Optimizer<T>::state_of(const Parameter<T>&, Parameters);               \
  template void Optimizer<T>::check_adoption(std::size_t, const Owner&, Parameters) const;    \
  template std::size_t Optimizer<T>::adopted(const Owner&, Parameters);                       \
  template void Optimizer<T>::add_group(std::span<Parameter<T>* const>, const GroupOptions&); \
  template const GroupOptions& Optimizer<T>::group_of(std::size_t);                           \
  template void Optimizer<T>::restore(std::vector<ParameterState<T>>);
GLASSGRAD_STATES(float)
GLASSGRAD_STATES(double)
#undef GLASSGRAD_STATES

}  // namespace glassgrad

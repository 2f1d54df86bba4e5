// Listening to an optimizer.
#include "updates.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"

namespace glassgrad::program {

template <class T>
void Updates<T>::hear(std::span<Parameter<T>* const> parameters,
                      std::span<const View<const T>> gradients, Executor<T>& executor) try {
  if (!ops_.empty() && heard_ == optimizer().revision() && !optimizer().reads_more()) return;
  heard_ = optimizer().revision();
  parameters_ = parameters, gradients_ = gradients;
  next_ = 0, planning_ = ops_.empty(), same_ = !planning_;
  if (planning_) ops_.reserve(parameters.size());
  const auto states = optimizer().tell(parameters, gradients, *this);
  states_.assign(states.begin(), states.end());
  if (same_ && next_ == ops_.size()) return;
  if (!planning_) {
    forget();
    planning_ = true;
    optimizer().tell(parameters, gradients, *this);
  }
  put_into(executor);
} catch (...) {  // a partial recording is dropped: the next run records all of it
  forget();
  throw;
}

template <class T>
bool Updates<T>::is_scratch(const T* numbers) const {
  const auto is = [&](const auto& view) { return view.data == numbers; };
  for (const Parameter<T>* parameter : parameters_)
    if (is(parameter->value())) return false;
  if (std::any_of(gradients_.begin(), gradients_.end(), is)) return false;
  for (const ParameterState<T>& state : optimizer().states())
    for (const std::vector<T>& slot : state.slots)
      if (slot.data() == numbers) return false;
  return true;
}

template <class T>
void Updates<T>::op(const Rule<T>& rule, const void* op, View<T> out,
                    std::span<const View<const T>> in) {
  if (!planning_) {
    same_ = same_ && next_ < ops_.size() && take_note(rule, op, out, in);
    ++next_;
    return;
  }
  Op heard{&rule,           parameter_, std::string(static_cast<const char*>(op), rule.bytes),
           views_.size(),   in.size(),  out,
           settings_.size()};
  for (const View<const T>& x : in) {
    const bool setting = Optimizer<T>::is_setting(x);
    if (setting) settings_.push_back(*x.data);
    views_.push_back({setting || is_scratch(x.data) ? nullptr : x.data, x.sizes});
  }
  if (is_scratch(out.data)) heard.out.data = nullptr;
  ops_.push_back(std::move(heard));
}

// Is it as planned? Then its single numbers are the current ones.
template <class T>
bool Updates<T>::take_note(const Rule<T>& rule, const void* op, View<T> out,
                           std::span<const View<const T>> in) {
  const Op& planned = ops_[next_];
  const std::span<const View<const T>> known = this->in(planned);
  bool same = planned.rule == &rule && planned.parameter == parameter_ &&
              same_attributes(rule, planned.attributes.data(), op) && known.size() == in.size() &&
              (!planned.out.data || planned.out.data == out.data);
  std::size_t setting = planned.settings;
  for (std::size_t k = 0; same && k < in.size(); ++k) {
    if (Optimizer<T>::is_setting(in[k]))
      settings_[setting++] = *in[k].data;
    else
      same = !known[k].data || known[k].data == in[k].data;
  }
  return same;
}

template <class T>
void Updates<T>::put_into(Executor<T>& executor) {
  executor.drop_changes();
  std::vector<InPlace<T>> changes;
  std::vector<View<const T>> views = views_;
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const Op& op = ops_[i];
    const InPlace<T> change{
        op.rule, op.attributes.data(), {views.data() + op.first, op.count}, op.out};
    std::size_t setting = op.settings;
    for (View<const T>& x : change.in)
      if (Optimizer<T>::is_setting(x)) x.data = &settings_[setting++];
    changes.push_back(change);
    if (i + 1 < ops_.size() && ops_[i + 1].parameter == op.parameter) continue;
    executor.add(changes);
    changes.clear();
  }
}

template <class T>
std::string Updates<T>::describe(std::span<Parameter<T>* const> parameters,
                                 std::span<const std::string> gradients) const {
  std::string text;
  for (const Op& op : ops_) {
    const Parameter<T>& parameter = *parameters[op.parameter];
    const auto name_of = [&](const T* numbers) -> std::string {
      if (!numbers) return "scratch";
      if (numbers == parameter.value().data) return parameter.name();
      for (const ParameterState<T>& state : optimizer().states())
        for (std::size_t k = 0; k < state.slots.size(); ++k)
          if (state.slots[k].data() == numbers)
            return join(parameter.name(), ".", optimizer().slots()[k]);
      return gradients[op.parameter];
    };
    text += join(name_of(op.out.data), " = ", op.rule->name, "(");
    std::size_t setting = op.settings;
    for (std::size_t k = 0; k < op.count; ++k)
      text += join(k ? ", " : "", Optimizer<T>::is_setting(in(op)[k])
                                      ? to_text(double(settings_[setting++]), 6)
                                      : name_of(in(op)[k].data));
    text += join(")  ", op.out.shape(), "\n");
  }
  return text;
}

template class Updates<float>;
template class Updates<double>;

}  // namespace glassgrad::program

// The two-loop recursion and the state of L-BFGS. The line search is in lbfgs_search.cpp.
#include "glassgrad/optim/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

// (a_unit a) . (b_unit b)
double dot(const auto& a, double a_unit, const auto& b, double b_unit) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a_unit * double(a[i]) * (b_unit * double(b[i]));
  return sum;
}
double largest(const auto& g) {
  double most = 0;
  for (const auto number : g) {
    if (std::isnan(number)) return std::numeric_limits<double>::quiet_NaN();
    most = std::max(most, std::abs(double(number)));
  }
  return most;
}
// The power of two that brings a size near 1.
double unit_of(double size) {
  return size > 0 ? std::ldexp(1.0, std::clamp(-std::ilogb(size), -1000, 1000)) : 1;
}
// The sign of a NaN says nothing.
std::string said(double number) { return std::isnan(number) ? "nan" : to_text(number, 6); }

}  // namespace

template <class T>
Lbfgs<T>::Lbfgs(const LbfgsOptions& options) : options_(options) {
  checked_setting("lbfgs", "memory", options.memory, 1, 1e6);
  checked_setting("lbfgs", "most_steps", double(options.most_steps), 1, 1e18);
  checked_setting("lbfgs", "tolerance", options.tolerance, 0, 1e300);
  checked_setting("lbfgs", "curvature", options.curvature, 1e-300, 1);
  checked_setting("lbfgs", "decrease", options.decrease, 1e-300, options.curvature);
  for (int i = 0; i < options.memory; ++i) {
    slot_names_.push_back(join("s", i));
    slot_names_.push_back(join("y", i));
  }
}

template <class T>
typename Lbfgs<T>::Result Lbfgs<T>::minimise(std::span<Parameter<T>* const> parameters,
                                             const Cost& cost) {
  return run(parameters, cost, options_.most_steps);
}
template <class T>
typename Lbfgs<T>::Result Lbfgs<T>::step(std::span<Parameter<T>* const> parameters,
                                         const Cost& cost) {
  return run(parameters, cost, 1);
}

template <class T>
typename Lbfgs<T>::Result Lbfgs<T>::run(std::span<Parameter<T>* const> parameters, const Cost& cost,
                                        std::int64_t most) {
  constexpr int patience = 5;  // steps that change no more than rounding
  const std::int64_t before = steps_;
  Result result;
  int idle = 0;
  begin(parameters, cost);
  try {
    double lowest = largest(g_);
    while (steps_ - before < most && true_gradient() > options_.tolerance && idle < patience) {
      const double cost_before = start_.cost;
      if (!take_step(cost)) idle = patience;
      idle = start_.cost < cost_before || largest(g_) < lowest ? 0 : idle + 1;
      lowest = std::min(lowest, largest(g_));
    }
  } catch (...) {
    scatter(w_);
    throw;
  }
  scatter(w_);
  result.stop = true_gradient() <= options_.tolerance ? Stop::tolerance
                : idle >= patience                    ? Stop::no_lower_point
                                                      : Stop::most_steps;
  result.steps = steps_ - before;
  result.evaluations = evaluations_;
  result.cost = start_.cost / unit_;
  result.gradient = true_gradient();
  return result;
}
template <class T>
double Lbfgs<T>::true_gradient() const {
  return largest(g_) / unit_;
}

template <class T>
void Lbfgs<T>::begin(std::span<Parameter<T>* const> parameters, const Cost& cost) {
  if (!cost) throw Error("lbfgs", "the cost is empty", "Give a function that records it");
  parameters_.clear(), w_.clear();
  decltype(owners_) owners;
  decltype(names_) names;
  decltype(shapes_) shapes;
  for (Parameter<T>* parameter : parameters) {
    if (parameter->frozen()) continue;
    parameters_.push_back(parameter);
    owners.push_back(parameter->home());
    names.push_back(parameter->name());
    shapes.push_back(parameter->shape());
    const View<const T> value = std::as_const(*parameter).value();
    w_.insert(w_.end(), value.begin(), value.end());
  }
  if (w_.empty())
    throw Error("lbfgs", "there is nothing to learn", "Give parameters that are not frozen");
  if (!pairs_.empty() && pairs_.front().s.size() != w_.size())
    throw Error("lbfgs",
                join("it has pairs of ", pairs_.front().s.size(), " numbers, the parameters have ",
                     w_.size()),
                "Make another Lbfgs for other parameters");
  // restored pairs are matched by name, once
  if (!pairs_.empty() && (owners_.empty() ? names != names_ : owners != owners_))
    throw Error("lbfgs", "it has pairs of other parameters, or of these in another order",
                "Make another Lbfgs for other parameters");
  owners_ = std::move(owners), names_ = std::move(names), shapes_ = std::move(shapes);
  evaluations_ = 0, unit_ = 1;
  start_.cost = evaluate(cost, w_, g_);
  if (!std::isfinite(start_.cost) || !std::isfinite(largest(g_)) || g_.empty())
    throw Error("lbfgs",
                join("the cost at the start is ", said(start_.cost), ", its largest slope ",
                     said(largest(g_))),
                "Start where both are finite");
  choose_unit();
}

// For a whole run: gradients are near 1 at its start, and no cost overflows.
template <class T>
void Lbfgs<T>::choose_unit() {
  unit_ = std::min(unit_of(largest(g_)), unit_of(std::abs(start_.cost)) * 0x1p900);
  start_.cost *= unit_;
  for (double& number : g_) number *= unit_;
  for (Pair& pair : pairs_) measure(pair);
}
template <class T>
void Lbfgs<T>::measure(Pair& pair) const {
  pair.s_unit = unit_of(largest(pair.s));
  pair.sy = dot(pair.s, pair.s_unit, pair.y, unit_);
}

template <class T>
void Lbfgs<T>::scatter(Vector& w) {
  std::size_t at = 0;
  for (Parameter<T>* parameter : parameters_)
    for (T& number : parameter->change()) {
      number = T(w[at]);
      w[at++] = double(number);
    }
}

// The cost at w, and its gradient, in units.
template <class T>
double Lbfgs<T>::evaluate(const Cost& cost, Vector& w, Vector& g) {
  scatter(w);
  ++evaluations_;
  tape_.clear();
  const Node<T> node = cost(tape_);
  tape_.backward(node);
  g.clear();
  for (Parameter<T>* parameter : parameters_) {
    const Node<T> leaf = tape_(*parameter);
    if (leaf.upstream_state() == Upstream::computed)
      g.insert(g.end(), leaf.upstream().begin(), leaf.upstream().end());
    else
      g.resize(g.size() + std::size_t(parameter->shape().count()), 0.0);
  }
  for (double& number : g) number *= unit_;
  return double(node.item()) * unit_;
}

// d = -H g: the recursion of algorithm 7.4
template <class T>
void Lbfgs<T>::find_direction() {
  d_ = g_;
  alpha_.assign(pairs_.size(), 0.0);
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    const Pair& pair = pairs_[i];
    alpha_[i] = dot(pair.s, pair.s_unit, d_, 1) / pair.sy;
    for (std::size_t j = 0; j < d_.size(); ++j) d_[j] -= alpha_[i] * (unit_ * double(pair.y[j]));
  }
  if (!pairs_.empty()) {
    const Pair& last = pairs_.back();
    const double scale = last.sy / dot(last.y, unit_, last.y, unit_) / last.s_unit;
    for (double& number : d_) number *= scale;
  }
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    const double beta = dot(pair.y, unit_, d_, pair.s_unit) / pair.sy;
    for (std::size_t j = 0; j < d_.size(); ++j) d_[j] += (alpha_[i] - beta) * double(pair.s[j]);
  }
  for (double& number : d_) number = -number;
}

template <class T>
bool Lbfgs<T>::take_step(const Cost& cost) {
  find_direction();
  start_.slope = dot(g_, 1, d_, 1);
  bool found = start_.slope < 0 && search(cost);
  if (!found && !pairs_.empty()) {  // rounding has spoilt the pairs: restart with steepest descent
    pairs_.clear();
    find_direction();
    start_.slope = dot(g_, 1, d_, 1);
    found = search(cost);
  }
  if (!found) return false;
  remember_pair();
  std::swap(w_, w_new_);
  std::swap(g_, g_new_);
  start_.cost = last_.cost;
  ++steps_;
  return true;
}

// s = w_new - w, y = g_new - g, unless the curvature along s is not positive
template <class T>
void Lbfgs<T>::remember_pair() {
  Pair pair;
  if (std::ssize(pairs_) == options_.memory) {
    pair = std::move(pairs_.front());  // to reuse its memory
    pairs_.erase(pairs_.begin());
  }
  pair.s.resize(w_.size()), pair.y.resize(w_.size());
  for (std::size_t j = 0; j < w_.size(); ++j) {
    pair.s[j] = T(w_new_[j] - w_[j]);
    pair.y[j] = T((g_new_[j] - g_[j]) / unit_);
  }
  measure(pair);
  if (pair.sy > 0 && std::isfinite(1 / pair.sy)) pairs_.push_back(std::move(pair));
}

template <class T>
std::vector<ParameterState<T>> Lbfgs<T>::states() const {
  std::vector<ParameterState<T>> states;
  std::size_t at = 0;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto count = std::size_t(shapes_[i].count());
    ParameterState<T>& state = states.emplace_back();
    state.parameter = names_[i], state.shape = shapes_[i], state.steps = steps_;
    state.slots.assign(slot_names_.size(), std::vector<T>(count, T(0)));
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      std::copy_n(pairs_[p].s.begin() + std::ptrdiff_t(at), count, state.slots[2 * p].begin());
      std::copy_n(pairs_[p].y.begin() + std::ptrdiff_t(at), count, state.slots[2 * p + 1].begin());
    }
    at += count;
  }
  return states;
}

template <class T>
void Lbfgs<T>::restore(const std::vector<ParameterState<T>>& states) {
  std::vector<Pair> pairs(std::size_t(options_.memory));
  std::vector<std::string> names;
  std::vector<Shape> shapes;
  for (const ParameterState<T>& state : states) {
    bool fits = state.slots.size() == slot_names_.size() && state.steps >= 0;
    for (const auto& slot : state.slots) fits &= std::int64_t(slot.size()) == state.shape.count();
    if (!fits)
      throw TapeError(name(),
                      join("the state of \"", state.parameter, "\" is not this optimizer's"),
                      "Restore what states() gave, with the same memory");
    names.push_back(state.parameter), shapes.push_back(state.shape);
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      const auto &s = state.slots[2 * p], &y = state.slots[2 * p + 1];
      pairs[p].s.insert(pairs[p].s.end(), s.begin(), s.end());
      pairs[p].y.insert(pairs[p].y.end(), y.begin(), y.end());
    }
  }
  for (Pair& pair : pairs) measure(pair);
  std::erase_if(pairs, [](const Pair& pair) { return !(pair.sy > 0); });  // those not filled
  pairs_ = std::move(pairs), names_ = std::move(names), shapes_ = std::move(shapes);
  owners_.clear();
  steps_ = states.empty() ? 0 : states.front().steps;
}

template class Lbfgs<float>;
template class Lbfgs<double>;

}  // namespace glassgrad

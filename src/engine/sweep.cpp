// The backward pass: what it begins with, and what each record passes on. Where contributions meet:
// upstreams.cpp.
#include "glassgrad/engine/sweep.hpp"

#include <algorithm>

#include "engine/subject.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {

template <class T>
void Sweep<T>::from(const Node<T>& cost, bool add) {
  check_root(cost, nullptr);
  run(cost.index(), add, [&] {
    upstreams_.given.push_back(cost.index());
    Sink<T> sink;
    upstreams_.open(records_.at(cost.index()), false, sink);
    *sink.data = T(1);
  });
}

template <class T>
void Sweep<T>::from(std::span<const Root<T>> roots, bool add) {
  for (const Root<T>& root : roots) check_root(root.node, &root.upstream.shape());
  // copied first: a given upstream may be one of this tape's own, which the sweep replaces
  std::vector<std::vector<T>> upstreams;
  for (const Root<T>& root : roots) {
    upstreams.emplace_back(std::size_t(root.upstream.shape().count()));
    root.upstream.copy_to(upstreams.back().data());
  }
  std::uint32_t last = 0;
  for (const Root<T>& root : roots) last = std::max(last, root.node.index());
  run(last, add, [&] {
    std::size_t next = 0;
    for (const Root<T>& root : roots) {
      upstreams_.given.push_back(root.node.index());
      Entry<T>& entry = records_.at(root.node.index());
      upstreams_.add(entry, View<const T>{upstreams[next++].data(), entry.shape()});
    }
  });
}

template <class T>
template <class Seeds>
void Sweep<T>::run(std::uint32_t last, bool add, const Seeds& seeds) {
  records_.check_parameters("backward");
  values_.bring_up_to_date();
  using Saved = typename Upstreams<T>::Saved;
  const auto saved = add ? upstreams_.save() : std::vector<Saved>{};
  const Hold<T> hold(records_, Busy::backward);
  if (!add) upstreams_.given.clear();
  upstreams_.begin();
  checkpoints_.begin_sweep();
  try {
    seeds();
  } catch (...) {  // of several, which met memory that was short
    end(last + 1);
    throw;
  }
  visit(last, hold);
  try {
    upstreams_.add_saved(saved);
  } catch (...) {  // a part of the sum is no upstream
    end(records_.size());
    throw;
  }
}

// Values that were computed for the sweep go.
template <class T>
void Sweep<T>::end(std::uint32_t index) {
  upstreams_.end(index);
  if (!checkpoints_.none()) checkpoints_.end_sweep();
}

template <class T>
void Sweep<T>::check_root(const Node<T>& node, const Shape* upstream) const {
  if (records_.held.sweeping)
    throw TapeError("backward", "it is running, and a hook cannot start another one inside it",
                    "Call it when backward has returned, or record the derivative with grad()");
  if (records_.held.example)
    throw TapeError("backward", "map_batch is running its function, with one example of all",
                    "Call it when map_batch has returned, or record the derivative with grad()");
  if (keep_ == Keep::values)
    throw TapeError("backward", "this tape keeps values only", "Make it with Keep::all");
  if (keep_ == Keep::program)
    throw TapeError("backward", "nothing is computed while a program is recorded",
                    "Use grad(), which records the gradient, or leave it to compile");
  const Entry<T>& entry = records_.at(records_.checked("backward", node));
  if (upstream && *upstream != *entry.shape())
    throw ShapeError(
        "backward",
        join("the upstream is ", *upstream, ", ", subject(node), " is ", *entry.shape()),
        "Give one upstream number per number of the output");
  if (!upstream && entry.array)
    throw ShapeError(
        "backward",
        join("the cost, ", subject(node), ", is ", *entry.shape(), ", not a single number"),
        "Reduce it with sum or mean, or give its upstream: backward(node, upstream)");
  if (!entry.active)
    throw TapeError("backward",
                    join("the cost, ", subject(node), ", depends on no parameter and no input"),
                    "Use tape(parameter) or tape.input(...) where a gradient is wanted");
}

template <class T>
[[gnu::flatten]] void Sweep<T>::visit(std::uint32_t last, const Hold<T>& hold) {
  const Records<T>& records = records_;
  Upstreams<T>& upstreams = upstreams_;
  Checkpoints<T>& checkpoints = checkpoints_;
  std::uint32_t i = last + 1;
  try {
    while (i-- > 0) {
      Entry<T>& entry = records.at(i);
      if (!upstreams.reached(entry)) continue;
      if (!checkpoints.none()) [[unlikely]]
        checkpoints.cross(i);
      if (entry.hooked) [[unlikely]] {
        upstreams.come_to = i;
        observers_.arrived(i, upstreams, hold);
      }
      if (entry.leaf != Leaf::none) continue;
      if (!entry.wide)
        pull_plain(records, upstreams, entry);
      else if (const std::uint32_t* inputs = records.inputs_of(entry);
               !entry.array && entry.rule->elementwise)
        pull_number(records, upstreams, entry, inputs);
      else
        pull(entry, inputs);
      if (upstreams.frees) upstreams.drop(entry);
    }
    if (!checkpoints.none()) checkpoints.end_sweep();
  } catch (...) {  // a hook, a watcher, an op's own local, or memory that is short
    if (hold.alive()) end(i <= last ? i : 0);
    throw;
  }
}

// The path of scalar code, 10^6 nodes long: one indirect call, and the sums beside the records.
template <class T>
void Sweep<T>::pull_plain(const Records<T>& records, Upstreams<T>& upstreams, Entry<T>& entry) {
  Entry<T>&a = records.at(entry.inputs[0]), &b = records.at(entry.inputs[1]);
  const T* const numbers[] = {a.value(), b.value()};
  T contributions[2];
  const Rule<T>& rule = *entry.rule;
  rule.number_pull(&no_attributes, numbers, entry.number, entry.upstream_number, contributions);
  if (a.active && rule.has_gradient(0)) upstreams.add(a, contributions[0]);
  if (b.active && rule.has_gradient(1)) upstreams.add(b, contributions[1]);
}

template <class T>
void Sweep<T>::pull_number(const Records<T>& records, Upstreams<T>& upstreams, Entry<T>& entry,
                           const std::uint32_t* inputs) {
  const T* numbers[most_elementwise_inputs];
  T contributions[most_elementwise_inputs];
  for (int k = 0; k < entry.arity(); ++k) numbers[k] = records.at(inputs[k]).value();
  entry.rule->number_pull(entry.attributes(), numbers, *entry.value(), entry.upstream_number,
                          contributions);
  for (int k = 0; k < entry.arity(); ++k)
    if (Entry<T>& input = records.at(inputs[k]); wants(entry, k, input))
      upstreams.add(input, contributions[k]);
}

template <class T>
void Sweep<T>::pull(Entry<T>& entry, const std::uint32_t* inputs) {
  const Records<T>& records = records_;
  const Rule<T>& rule = *entry.rule;
  const unsigned gradients = rule.units ? pass_on(entry, inputs) : rule.gradients;
  if (!gradients) return;
  const More<T>& more = *entry.more;
  const std::size_t n = std::size_t(more.arity);
  Few<View<const T>> view_list(n, unwritten);
  Few<Sink<T>> sink_list(n, unwritten);
  View<const T>* const views = view_list.data();  // in registers, which the lists are not
  Sink<T>* const sinks = sink_list.data();
  bool any = false, known = true;
  for (std::size_t k = 0; k < n; ++k) {
    Entry<T>& input = records.at(inputs[k]);
    views[k] = input.view();
    known &= views[k].data != nullptr;
    sinks[k] = {};
    if (!input.active || !(gradients >> k % 32 & 1)) continue;
    upstreams_.open(input, rule.by_arrays, sinks[k]);
    any = true;
  }
  if (!any) return;
  for (std::size_t k = 0; !known && k < n; ++k) views[k].data = values_.of(inputs[k]);
  rule.pull(more.attributes, view_list, {more.value, more.shape}, {entry.upstream(), more.shape},
            sink_list, upstreams_.pool);
}

// Passes on what goes to an input as it is; bit k of what it returns: to input k the kernel is to
// pull. This goes first, for a sink that was taken is written by the kernel only. Ops with a local
// gradient of 1 are elementwise, of a few inputs.
template <class T>
unsigned Sweep<T>::pass_on(const Entry<T>& entry, const std::uint32_t* inputs) {
  const std::int64_t count = entry.more->shape->count();
  unsigned left = 0;
  for (int k = 0; k < entry.more->arity; ++k) {
    Entry<T>& input = records_.at(inputs[k]);
    if (!wants(entry, k, input)) continue;
    if (entry.rule->units >> k & 1 && input.shape()->count() == count)
      upstreams_.pass(entry, input);
    else
      left |= 1u << k;
  }
  return left;
}

template class Sweep<float>;
template class Sweep<double>;

}  // namespace glassgrad::detail

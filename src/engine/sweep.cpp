// The backward pass. Records are visited from last to first; each passes upstream * local on to its
// inputs. A term is never skipped for being zero. Next: upstreams.cpp, where contributions meet.
#include <algorithm>
#include <vector>

#include "engine/subject.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/arrays.hpp"
#include "glassgrad/engine/pull_only.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

template <class T>
void Tape<T>::backward(const Node<T>& cost, Accumulate how) {
  check_root(cost, nullptr);
  run_sweep(cost.index(), how, [&] {
    given_.push_back(cost.index());
    *sink(at(cost.index())).data = T(1);
  });
}

template <class T>
void Tape<T>::backward(const Node<T>& output, const Input<T>& upstream, Accumulate how) {
  backward({Root<T>{output, upstream}}, how);
}

template <class T>
void Tape<T>::backward(std::initializer_list<Root<T>> roots, Accumulate how) {
  for (const Root<T>& root : roots) check_root(root.node, &root.upstream.shape());
  // copied first: a given upstream may be one of this tape's own, which the sweep replaces
  std::vector<std::vector<T>> upstreams;
  for (const Root<T>& root : roots) {
    upstreams.emplace_back(std::size_t(root.upstream.shape().count()));
    root.upstream.copy_to(upstreams.back().data());
  }
  std::uint32_t last = 0;
  for (const Root<T>& root : roots) last = std::max(last, root.node.index());
  run_sweep(last, how, [&] {
    std::size_t next = 0;
    for (const Root<T>& root : roots) {
      given_.push_back(root.node.index());
      seed(root.node.index(), upstreams[next++]);
    }
  });
}

template <class T>
template <class Seeds>
void Tape<T>::run_sweep(std::uint32_t last, Accumulate how, const Seeds& seeds) {
  check_parameters("backward");
  bring_up_to_date();
  const auto saved = how == Accumulate::add ? save_upstreams() : std::vector<Saved>{};
  const Hold hold(*this, Busy::backward);
  if (how != Accumulate::add) given_.clear();
  start_sweep();
  try {
    seeds();
  } catch (...) {  // of several, which met memory that was short
    end_sweep(last + 1);
    throw;
  }
  sweep(last, hold);
  add_saved(saved);
}

template <class T>
void Tape<T>::start_sweep() {
  if (++sweep_ == 0) start_sweeps_anew();
  swept_ = size_;
  pool_.reset();
  regions_.ahead = regions_.closed.size();
  regions_.entered.clear();
}

// After 2^32 - 1 of them: no record may look as if it were of a sweep to come.
template <class T>
void Tape<T>::start_sweeps_anew() {
  for (std::uint32_t i = 0; i < size_; ++i) at(i).sweep = 0;
  ended_ = 0;
  sweep_ = 1;
}

template <class T>
void Tape<T>::check_root(const Node<T>& node, const Shape* upstream) const {
  if (sweeping_)
    throw TapeError("backward", "it is running, and a hook cannot start another one inside it",
                    "Call it when backward has returned, or record the derivative with grad()");
  if (held_.example != no_record)
    throw TapeError("backward", "map_batch is running its function, with one example of all",
                    "Call it when map_batch has returned, or record the derivative with grad()");
  if (keep_ == Keep::values)
    throw TapeError("backward", "this tape keeps values only", "Make it with Keep::all");
  if (keep_ == Keep::program)
    throw TapeError("backward", "nothing is computed while a program is recorded",
                    "Use grad(), which records the gradient, or leave it to compile");
  const Entry<T>& entry = at(checked("backward", node));
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
void Tape<T>::seed(std::uint32_t index, const std::vector<T>& upstream) {
  Entry<T>& entry = at(index);
  contribute(entry, Array<T>(&pool_, View<const T>{upstream.data(), entry.shape()}));
}

template <class T>
[[gnu::flatten]] void Tape<T>::sweep(std::uint32_t last, const Hold& hold) {
  std::uint32_t i = last + 1;
  try {
    while (i-- > 0) {
      Entry<T>& entry = at(i);
      if (entry.sweep != sweep_) continue;
      if (!regions_.closed.empty()) cross_regions(i);
      if (entry.hooked) run_hooks(i, hold);
      if (entry.leaf != Leaf::none) continue;
      if (!entry.wide) {
        pass_on_plain(entry);
        if (frees_) drop_upstream(entry);
        continue;
      }
      const std::uint32_t* inputs =
          entry.arity() <= 2 ? entry.inputs : many_inputs_.data() + entry.many_at();
      if (entry.rule->adjoint_into)
        pass_on_by_kernel(entry, inputs);
      else if (!entry.rule->elementwise)
        pass_on_adjoint(entry, inputs);
      else if (!entry.array)
        pass_on_number(entry, inputs);
      else
        pass_on_elementwise(entry, inputs);
      if (frees_) drop_upstream(entry);
    }
    if (!regions_.closed.empty()) cross_regions(-1);
  } catch (...) {  // a hook, a watcher, an op's own local, or memory that is short
    if (hold.alive()) end_sweep(i <= last ? i : 0);
    throw;
  }
}

// The path of scalar code, 10^6 nodes long: one indirect call, and the sums beside the records.
template <class T>
void Tape<T>::pass_on_plain(Entry<T>& entry) {
  Entry<T>&a = at(entry.inputs[0]), &b = at(entry.inputs[1]);
  const T* const numbers[] = {a.value(), b.value()};
  T contributions[2];
  entry.rule->number_backward(&no_attributes, numbers, entry.number, entry.upstream_number,
                              contributions);
  if (wants(entry, 0, a)) add_number(a, contributions[0]);
  if (wants(entry, 1, b)) add_number(b, contributions[1]);
}

template <class T>
void Tape<T>::pass_on_number(Entry<T>& entry, const std::uint32_t* inputs) {
  const T* numbers[most_elementwise_inputs];
  T contributions[most_elementwise_inputs];
  for (int k = 0; k < entry.arity(); ++k) numbers[k] = at(inputs[k]).value();
  entry.rule->number_backward(entry.attributes(), numbers, *entry.value(), entry.upstream_number,
                              contributions);
  for (int k = 0; k < entry.arity(); ++k)
    if (Entry<T>& input = at(inputs[k]); wants(entry, k, input))
      add_number(input, contributions[k]);
}

template <class T>
void Tape<T>::pass_on_elementwise(Entry<T>& entry, const std::uint32_t* inputs) {
  const std::size_t n = entry.arity();
  Few<Entry<T>*> entries(n);
  Few<View<const T>> views(n);
  Few<Sink<T>> sinks(n);
  bool any = false;
  for (std::size_t k = 0; k < n; ++k) {
    entries[k] = &at(inputs[k]);
    views[k] = {entries[k]->value() ? entries[k]->value() : numbers(inputs[k]),
                entries[k]->shape()};
  }
  // What is passed on as it is goes first: a sink that was taken is written by the kernel below
  // only.
  const auto passes = [&](std::size_t k, const Entry<T>& input) {
    return (entry.rule->units >> k & 1) && input.shape()->count() == entry.shape()->count();
  };
  for (std::size_t k = 0; k < n; ++k) {
    Entry<T>& input = *entries[k];
    if (wants(entry, int(k), input) && passes(k, input)) pass_upstream(entry, input);
  }
  for (std::size_t k = 0; k < n; ++k) {
    Entry<T>& input = *entries[k];
    if (!wants(entry, int(k), input) || passes(k, input)) continue;
    sinks[k] = sink(input);
    any = true;
  }
  if (any)
    entry.rule->backward(entry.attributes(), views, {entry.value(), entry.shape()},
                         {entry.upstream(), entry.shape()}, sinks);
}

// By the kernel that the op has for it, straight into the upstreams.
template <class T>
void Tape<T>::pass_on_by_kernel(Entry<T>& entry, const std::uint32_t* inputs) {
  const std::size_t n = entry.arity();
  Few<Entry<T>*> entries(n);
  Few<View<const T>> views(n);
  for (std::size_t k = 0; k < n; ++k) {
    entries[k] = &at(inputs[k]);
    views[k] = {entries[k]->value() ? entries[k]->value() : numbers(inputs[k]),
                entries[k]->shape()};
  }
  for (std::size_t k = 0; k < n; ++k)
    if (Entry<T>& input = *entries[k]; wants(entry, int(k), input))
      entry.rule->adjoint_into(entry.attributes(), int(k), views, {entry.value(), entry.shape()},
                               {entry.upstream(), entry.shape()}, sink(input), pool_);
}

template <class T>
void Tape<T>::pass_on_adjoint(Entry<T>& entry, const std::uint32_t* inputs) {
  const std::size_t n = entry.arity();
  Few<Array<T>> arrays(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Entry<T>& input = at(inputs[k]);
    arrays[k] = Array<T>(&pool_, View<const T>{numbers(inputs[k]), input.shape()});
  }
  const Array<T> out(&pool_, View<const T>{entry.value(), entry.shape()});
  const Array<T> upstream = upstream_array(entry);
  for (std::size_t k = 0; k < n; ++k) {
    Entry<T>& input = at(inputs[k]);
    if (!wants(entry, int(k), input)) continue;
    Array<T> share = entry.rule->adjoint_numbers(entry.attributes(), int(k), arrays, out, upstream);
    if (share.shape() != *input.shape())
      detail::check_adjoint_shape(entry.rule->name, int(k), share.shape(), *input.shape());
    contribute(input, std::move(share));
  }
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

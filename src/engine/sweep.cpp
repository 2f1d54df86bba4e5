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
  const Record<T>& record = at(checked("backward", node));
  if (upstream && *upstream != *record.shape)
    throw ShapeError(
        "backward", join("the upstream is ", *upstream, ", ", subject(node), " is ", *record.shape),
        "Give one upstream number per number of the output");
  if (!upstream && record.shape->count() != 1)
    throw ShapeError(
        "backward",
        join("the cost, ", subject(node), ", is ", *record.shape, ", not a single number"),
        "Reduce it with sum or mean, or give its upstream: backward(node, upstream)");
  if (!record.active)
    throw TapeError("backward",
                    join("the cost, ", subject(node), ", depends on no parameter and no input"),
                    "Use tape(parameter) or tape.input(...) where a gradient is wanted");
}

template <class T>
void Tape<T>::seed(std::uint32_t index, const std::vector<T>& upstream) {
  Record<T>& record = at(index);
  contribute(record, Array<T>(&pool_, View<const T>{upstream.data(), record.shape}));
}

template <class T>
[[gnu::flatten]] void Tape<T>::sweep(std::uint32_t last, const Hold& hold) {
  std::uint32_t i = last + 1;
  try {
    while (i-- > 0) {
      Record<T>& record = at(i);
      if (record.sweep != sweep_) continue;
      if (!regions_.closed.empty()) cross_regions(i);
      if (record.hooked) run_hooks(i, hold);
      if (record.leaf != Leaf::none) continue;
      const std::uint32_t* inputs =
          record.arity <= 2 ? record.inputs : many_inputs_.data() + record.many_at();
      if (record.rule->adjoint_into)
        pass_on_by_kernel(record, inputs);
      else if (!record.rule->elementwise)
        pass_on_adjoint(record, inputs);
      else if (record.shape->count() == 1)
        pass_on_number(record, inputs);
      else
        pass_on_elementwise(record, inputs);
      if (frees_) drop_upstream(record);
    }
    if (!regions_.closed.empty()) cross_regions(-1);
  } catch (...) {  // a hook, a watcher, an op's own local, or memory that is short
    if (hold.alive()) end_sweep(i <= last ? i : 0);
    throw;
  }
}

// The path of scalar code, 10^6 nodes long: one indirect call, and the sums beside the records.
template <class T>
void Tape<T>::pass_on_number(Record<T>& record, const std::uint32_t* inputs) {
  T shares[most_elementwise_inputs];
  if (record.rule->plain) {
    Record<T>&a = at(inputs[0]), &b = at(inputs[1]);
    const T* const numbers[] = {a.value, b.value};
    record.rule->number_backward(&no_attributes, numbers, *record.value, *record.upstream, shares);
    if (wants(record, 0, a)) add_number(a, shares[0]);
    if (wants(record, 1, b)) add_number(b, shares[1]);
    return;
  }
  const T* numbers[most_elementwise_inputs];
  for (int k = 0; k < record.arity; ++k) numbers[k] = at(inputs[k]).value;
  record.rule->number_backward(record.attributes, numbers, *record.value, *record.upstream, shares);
  for (int k = 0; k < record.arity; ++k)
    if (Record<T>& input = at(inputs[k]); wants(record, k, input)) add_number(input, shares[k]);
}

template <class T>
void Tape<T>::pass_on_elementwise(Record<T>& record, const std::uint32_t* inputs) {
  const std::size_t n = record.arity;
  Few<Record<T>*> records(n);
  Few<View<const T>> views(n);
  Few<Sink<T>> sinks(n);
  bool any = false;
  for (std::size_t k = 0; k < n; ++k) {
    records[k] = &at(inputs[k]);
    views[k] = {records[k]->value ? records[k]->value : numbers(inputs[k]), records[k]->shape};
  }
  // What is passed on as it is goes first: a sink that was taken is written by the kernel below
  // only.
  const auto passes = [&](std::size_t k, const Record<T>& input) {
    return (record.rule->units >> k & 1) && input.shape->count() == record.shape->count();
  };
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = *records[k];
    if (wants(record, int(k), input) && passes(k, input)) pass_upstream(record, input);
  }
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = *records[k];
    if (!wants(record, int(k), input) || passes(k, input)) continue;
    sinks[k] = sink(input);
    any = true;
  }
  if (any)
    record.rule->backward(record.attributes, views, {record.value, record.shape},
                          {record.upstream, record.shape}, sinks);
}

// By the kernel that the op has for it, straight into the upstreams.
template <class T>
void Tape<T>::pass_on_by_kernel(Record<T>& record, const std::uint32_t* inputs) {
  const std::size_t n = record.arity;
  Few<Record<T>*> records(n);
  Few<View<const T>> views(n);
  for (std::size_t k = 0; k < n; ++k) {
    records[k] = &at(inputs[k]);
    views[k] = {records[k]->value ? records[k]->value : numbers(inputs[k]), records[k]->shape};
  }
  for (std::size_t k = 0; k < n; ++k)
    if (Record<T>& input = *records[k]; wants(record, int(k), input))
      record.rule->adjoint_into(record.attributes, int(k), views, {record.value, record.shape},
                                {record.upstream, record.shape}, sink(input), pool_);
}

template <class T>
void Tape<T>::pass_on_adjoint(Record<T>& record, const std::uint32_t* inputs) {
  const std::size_t n = record.arity;
  Few<Array<T>> arrays(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Record<T>& input = at(inputs[k]);
    arrays[k] = Array<T>(&pool_, View<const T>{numbers(inputs[k]), input.shape});
  }
  const Array<T> out(&pool_, View<const T>{record.value, record.shape});
  const Array<T> upstream = upstream_array(record);
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = at(inputs[k]);
    if (!wants(record, int(k), input)) continue;
    Array<T> share = record.rule->adjoint_numbers(record.attributes, int(k), arrays, out, upstream);
    if (share.shape() != *input.shape)
      detail::check_adjoint_shape(record.rule->name, int(k), share.shape(), *input.shape);
    contribute(input, std::move(share));
  }
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

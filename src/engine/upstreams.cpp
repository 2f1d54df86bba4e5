// Where contributions meet. The first to reach a node is written (or moved), later ones are added;
// a buffer that two nodes share is copied before it is added to. And what can be said of an
// upstream.
#include <algorithm>

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"

namespace glassgrad {
namespace {
// to = a + b, where `to` may be one of them
template <class T>
void add_numbers(View<const T> a, View<const T> b, T* to, Pool& pool) {
  const Add add;
  const View<const T> in[] = {a, b};
  rule<Add, T>().forward(&add, std::span(in), View<T>{to, a.sizes}, pool);
}
}  // namespace

template <class T>
Array<T> Tape<T>::upstream_array(Entry<T>& entry) {
  if (!entry.array) return Array<T>(&pool_, View<const T>{entry.upstream(), entry.shape()});
  return Array<T>(&pool_, entry.upstream(), *entry.shape());
}

template <class T>
T* Tape<T>::take_upstream(const Shape& shape) try {
  return static_cast<T*>(pool_.take(bytes_of<T>(shape.count())));
} catch (const MemoryError&) {
  refuse_memory("backward", "an upstream", shape);
}

// Where a kernel is to write or add its contribution to this node.
template <class T>
Sink<T> Tape<T>::sink(Entry<T>& entry) {
  const bool first = entry.sweep != sweep_;
  if (entry.array) {
    if (first)
      entry.more->upstream = take_upstream(*entry.shape());
    else
      make_own(entry);
  }
  if (first) entry.sweep = sweep_, entry.freed = false;
  return {entry.upstream(), !first};
}

// A buffer that another node holds too is copied, so that this node's can be written.
template <class T>
void Tape<T>::make_own(Entry<T>& entry) {
  if (!entry.array || !Pool::shared(entry.upstream())) return;
  T* const own = take_upstream(*entry.shape());
  std::copy_n(entry.upstream(), entry.shape()->count(), own);
  pool_.release(entry.upstream());
  entry.more->upstream = own;
}

template <class T>
void Tape<T>::on_upstream(const Node<T>& node, Function<void(View<T>)> hook) {
  const std::uint32_t index = checked("on_upstream", node);
  if (!hook) throw TapeError("on_upstream", "the hook is empty", "Give it something to call");
  if (keep_ == Keep::program)
    throw TapeError("on_upstream", "a program that is recorded would never call the hook",
                    "Leave it out, or take the steps without compile");
  if (index >= held_.example)
    throw TapeError("map_batch", "the function hooks on to one example's upstream",
                    "Use on_upstream outside, on the result or an input");
  hooks_.push_back({index, std::move(hook)});
  at(index).hooked = true;
}

template <class T>
void Tape<T>::run_hooks(std::uint32_t index, const Hold& hold) {
  Entry<T>& entry = at(index);
  reached_ = index;
  std::vector<Function<void(View<T>)>> hooks;  // those it has now: one may give it others
  for (const Hook& hook : hooks_)
    if (hook.index == index) hooks.push_back(hook.run);
  for (const auto& hook : hooks) {
    make_own(entry);
    hook({entry.upstream(), entry.shape()});
    hold.check("backward");
    check_parameters("backward");
  }
  if (!watched_) return;
  show(&Watcher<T>::arrived, index);
  hold.check("backward");
}

// What the sweep has not reached holds a part of its upstream at most, which is not to be read.
template <class T>
void Tape<T>::end_sweep(std::uint32_t index) {
  ended_ = sweep_;
  for (std::uint32_t i = 0; i < index; ++i)
    if (at(i).sweep == sweep_) at(i).sweep = 0;
  if (!regions_.closed.empty()) cross_regions(-1);  // values that were computed for the sweep go
}

template <class T>
void Tape<T>::contribute(Entry<T>& entry, Array<T> share) {
  if (share.shape() != *entry.shape()) {  // broadcasting, undone here and nowhere else
    share = apply(SumTo{*entry.shape()}, share);
  }
  const bool own = share.block() && share.block() == share.view().data;
  if (own && entry.array && entry.sweep != sweep_) {
    entry.more->upstream = share.let_go();
    entry.sweep = sweep_, entry.freed = false;
  } else {
    contribute_numbers(entry, share.view().data);
  }
}

// What arrived at `from` goes on as it is: both hold it.
template <class T>
void Tape<T>::pass_upstream(const Entry<T>& from, Entry<T>& entry) {
  if (!entry.array || entry.sweep == sweep_) return contribute_numbers(entry, from.upstream());
  Pool::hold(from.upstream());
  entry.more->upstream = from.upstream();
  entry.sweep = sweep_, entry.freed = false;
}

template <class T>
void Tape<T>::contribute_numbers(Entry<T>& entry, const T* share) {
  const bool first = entry.sweep != sweep_;
  if (!entry.array) {
    const Sink<T> to = sink(entry);
    *to.data = to.add ? *to.data + *share : *share;
  } else if (first) {
    std::copy_n(share, entry.shape()->count(), sink(entry).data);
  } else {
    T* const own = entry.upstream();
    const bool shared = Pool::shared(own);
    T* const sum = shared ? take_upstream(*entry.shape()) : own;
    add_numbers<T>({own, entry.shape()}, {share, entry.shape()}, sum, pool_);
    if (shared) pool_.release(own);
    entry.more->upstream = sum;
  }
}

template <class T>
void Tape<T>::drop_upstream(Entry<T>& entry) {
  if (entry.array) pool_.release(std::exchange(entry.more->upstream, nullptr));
  entry.freed = true;
}

template <class T>
std::vector<typename Tape<T>::Saved> Tape<T>::save_upstreams() const {
  std::vector<Saved> saved;
  for (std::uint32_t i = 0; sweep_ > 0 && i < size_; ++i) {
    const Entry<T>& entry = at(i);
    if (entry.sweep == sweep_ && !entry.freed)
      saved.push_back({i, {entry.upstream(), entry.upstream() + entry.shape()->count()}});
  }
  return saved;
}

template <class T>
void Tape<T>::add_saved(const std::vector<Saved>& saved) {
  for (const Saved& earlier : saved) {
    Entry<T>& entry = at(earlier.index);
    if (entry.sweep == sweep_ && entry.freed) continue;
    contribute(entry, Array<T>(&pool_, View<const T>{earlier.upstream.data(), entry.shape()}));
  }
}

template <class T>
void Tape<T>::add_to_parameters() {
  if (sweeping_)
    throw TapeError("add_to_parameters", "backward is running", "Call it when that has returned");
  if (ended_ == sweep_ && sweep_ != 0)
    throw TapeError("add_to_parameters", "the last backward was ended before it was through",
                    "Call backward again");
  for (const auto& home : homes_)
    if (!home->self)
      throw TapeError("add_to_parameters",
                      "parameter \"" + home->name + "\" was destroyed since it was recorded",
                      "Keep it until its gradient was added, and record the computation again");
  const auto has_arrived = [this](std::uint32_t index) {
    return at(index).sweep == sweep_ && sweep_ != 0;
  };
  for (std::uint32_t index : parameters_)
    if (has_arrived(index) && index >= swept_)
      throw TapeError("add_to_parameters", "numbers of a leaf were set since the last backward",
                      "Call backward again");
  for (std::uint32_t index : parameters_) {
    const Entry<T>& entry = at(index);
    if (!has_arrived(index)) continue;
    Parameter<T>& parameter = parameter_of(Record<T>(entry));
    parameter.add_gradient({entry.upstream(), entry.shape()},
                           entry.array ? pool_.lend(entry.upstream()) : nullptr);
  }
}

template <class T>
bool Tape<T>::was_given(std::uint32_t index) const {
  return std::find(given_.begin(), given_.end(), index) != given_.end();
}

template <class T>
Upstream Tape<T>::upstream_state(std::uint32_t index) const {
  if (index >= size_) refuse_index(index);
  const Entry<T>& entry = at(index);
  if (!entry.active) return Upstream::none;
  if (index >= swept_ || (sweeping_ && index < reached_)) return Upstream::pending;
  if (entry.sweep != sweep_) return Upstream::none;
  return entry.freed ? Upstream::not_kept : Upstream::computed;
}

template <class T>
std::string Tape<T>::upstream_reason(std::uint32_t index) const {
  if (index >= size_) refuse_index(index);
  const Entry<T>& entry = at(index);
  if (entry.active)
    return upstream_state(index) != Upstream::none ? ""
           : ended_ == sweep_                      ? "backward was ended before it was reached"
                                                   : "the cost does not depend on it";
  if (keep_ == Keep::values) return "the tape keeps values only";
  if (entry.leaf == Leaf::constant) return "it is a constant";
  if (entry.leaf == Leaf::indices) return "positions have no gradient";
  if (entry.leaf == Leaf::parameter) return "the parameter is frozen";
  if (!entry.rule->differentiable)
    return "the op " + std::string(entry.rule->name) + " has no gradient";
  return "it depends on no parameter and no input";
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

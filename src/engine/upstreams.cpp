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
Array<T> Tape<T>::upstream_array(Record<T>& record) {
  if (record.shape->count() == 1)
    return Array<T>(&pool_, View<const T>{record.upstream, record.shape});
  return Array<T>(&pool_, record.upstream, *record.shape);
}

template <class T>
T* Tape<T>::take_upstream(const Shape& shape) try {
  return static_cast<T*>(pool_.take(bytes_of<T>(shape.count())));
} catch (const MemoryError&) {
  refuse_memory("backward", "an upstream", shape);
}

// Where a kernel is to write or add its contribution to this node.
template <class T>
Sink<T> Tape<T>::sink(Record<T>& record) {
  const bool first = record.sweep != sweep_;
  const std::size_t count = std::size_t(record.shape->count());
  if (count == 1) {
    record.upstream = &record.upstream_number;
  } else if (first) {
    record.upstream = take_upstream(*record.shape);
  } else {
    make_own(record);
  }
  if (first) record.sweep = sweep_, record.freed = false;
  return {record.upstream, !first};
}

// A buffer that another node holds too is copied, so that this node's can be written.
template <class T>
void Tape<T>::make_own(Record<T>& record) {
  if (record.upstream == &record.upstream_number || !Pool::shared(record.upstream)) return;
  const std::size_t count = std::size_t(record.shape->count());
  T* const own = take_upstream(*record.shape);
  std::copy_n(record.upstream, count, own);
  pool_.release(record.upstream);
  record.upstream = own;
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
  Record<T>& record = at(index);
  reached_ = index;
  std::vector<Function<void(View<T>)>> hooks;  // those it has now: one may give it others
  for (const Hook& hook : hooks_)
    if (hook.index == index) hooks.push_back(hook.run);
  for (const auto& hook : hooks) {
    make_own(record);
    hook({record.upstream, record.shape});
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
void Tape<T>::contribute(Record<T>& record, Array<T> share) {
  if (share.shape() != *record.shape) {  // broadcasting, undone here and nowhere else
    share = apply(SumTo{*record.shape}, share);
  }
  const bool own = share.block() && share.block() == share.view().data;
  if (own && record.shape->count() != 1 && record.sweep != sweep_) {
    record.upstream = share.let_go();
    record.sweep = sweep_, record.freed = false;
  } else {
    contribute_numbers(record, share.view().data);
  }
}

// What arrived at `from` goes on as it is: both hold it.
template <class T>
void Tape<T>::pass_upstream(const Record<T>& from, Record<T>& record) {
  if (record.shape->count() == 1 || record.sweep == sweep_)
    return contribute_numbers(record, from.upstream);
  Pool::hold(from.upstream);
  record.upstream = from.upstream;
  record.sweep = sweep_, record.freed = false;
}

template <class T>
void Tape<T>::contribute_numbers(Record<T>& record, const T* share) {
  const bool first = record.sweep != sweep_;
  const std::size_t count = std::size_t(record.shape->count());
  if (count == 1) {
    const Sink<T> to = sink(record);
    *to.data = to.add ? *to.data + *share : *share;
  } else if (first) {
    std::copy_n(share, count, sink(record).data);
  } else {
    T* const own = record.upstream;
    const bool shared = Pool::shared(own);
    T* const sum = shared ? take_upstream(*record.shape) : own;
    add_numbers<T>({own, record.shape}, {share, record.shape}, sum, pool_);
    if (shared) pool_.release(own);
    record.upstream = sum;
  }
}

template <class T>
void Tape<T>::drop_upstream(Record<T>& record) {
  if (record.shape->count() != 1) pool_.release(record.upstream);
  record.upstream = nullptr;
  record.freed = true;
}

template <class T>
std::vector<typename Tape<T>::Saved> Tape<T>::save_upstreams() const {
  std::vector<Saved> saved;
  for (std::uint32_t i = 0; sweep_ > 0 && i < size_; ++i) {
    const Record<T>& record = at(i);
    if (record.sweep == sweep_ && !record.freed)
      saved.push_back({i, {record.upstream, record.upstream + record.shape->count()}});
  }
  return saved;
}

template <class T>
void Tape<T>::add_saved(const std::vector<Saved>& saved) {
  for (const Saved& earlier : saved) {
    Record<T>& record = at(earlier.index);
    if (record.sweep == sweep_ && record.freed) continue;
    contribute(record, Array<T>(&pool_, View<const T>{earlier.upstream.data(), record.shape}));
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
    const Record<T>& record = at(index);
    if (!has_arrived(index)) continue;
    Parameter<T>& parameter = parameter_of(record);
    const bool pooled = record.upstream != &record.upstream_number;
    parameter.add_gradient({record.upstream, record.shape},
                           pooled ? pool_.lend(record.upstream) : nullptr);
  }
}

template <class T>
bool Tape<T>::was_given(std::uint32_t index) const {
  return std::find(given_.begin(), given_.end(), index) != given_.end();
}

template <class T>
Upstream Tape<T>::upstream_state(std::uint32_t index) const {
  const Record<T>& record = this->record(index);
  if (!record.active) return Upstream::none;
  if (index >= swept_ || (sweeping_ && index < reached_)) return Upstream::pending;
  if (record.sweep != sweep_) return Upstream::none;
  return record.freed ? Upstream::not_kept : Upstream::computed;
}

template <class T>
std::string Tape<T>::upstream_reason(std::uint32_t index) const {
  const Record<T>& record = this->record(index);
  if (record.active)
    return upstream_state(index) != Upstream::none ? ""
           : ended_ == sweep_                      ? "backward was ended before it was reached"
                                                   : "the cost does not depend on it";
  if (keep_ == Keep::values) return "the tape keeps values only";
  if (record.leaf == Leaf::constant) return "it is a constant";
  if (record.leaf == Leaf::indices) return "positions have no gradient";
  if (record.leaf == Leaf::parameter) return "the parameter is frozen";
  if (!record.rule->differentiable)
    return "the op " + std::string(record.rule->name) + " has no gradient";
  return "it depends on no parameter and no input";
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

// Where contributions meet, and what can be said of an upstream.
#include "glassgrad/engine/upstreams.hpp"

#include <algorithm>

namespace glassgrad {

template <class T>
void Upstreams<T>::begin() {
  swept_ = records_.size();
  pool.reset();
  if (++sweep_ != 0) return;
  // after 2^32 - 1 of them no record may look as if it were of a sweep to come
  for (std::uint32_t i = 0; i < records_.size(); ++i) records_.at(i).sweep = 0;
  ended_ = 0;
  sweep_ = 1;
}

template <class T>
void Upstreams<T>::end(std::uint32_t index) {
  ended_ = sweep_;
  for (std::uint32_t i = 0; i < index; ++i)
    if (reached(records_.at(i))) records_.at(i).sweep = 0;
}

template <class T>
void Upstreams<T>::open(Entry<T>& entry, bool as_block, Sink<T>& sink) {
  const bool first = entry.sweep != sweep_;
  if (first) entry.sweep = sweep_, entry.freed = false;
  sink.add = !first;
  if (!entry.array) {
    sink.data = &entry.upstream_number;
    return;
  }
  T*& upstream = entry.more->upstream;
  if (as_block) {
    if (first) upstream = nullptr;
    sink.block = &upstream;
    return;
  }
  if (first)
    upstream = take_upstream<T>(pool, *entry.shape());
  else
    make_own(entry);
  sink.data = upstream;
}

template <class T>
void Upstreams<T>::make_own(Entry<T>& entry) {
  if (!entry.array || !Pool::shared(entry.upstream())) return;
  T* const own = take_upstream<T>(pool, *entry.shape());
  std::copy_n(entry.upstream(), entry.shape()->count(), own);
  pool.release(entry.upstream());
  entry.more->upstream = own;
}

template <class T>
void Upstreams<T>::pass(const Entry<T>& from, Entry<T>& to) {
  if (!to.array || reached(to)) return add(to, View<const T>{from.upstream(), to.shape()});
  Pool::hold(from.upstream());
  to.more->upstream = from.upstream();
  to.sweep = sweep_, to.freed = false;
}

template <class T>
void Upstreams<T>::drop(Entry<T>& entry) {
  if (entry.array) pool.release(std::exchange(entry.more->upstream, nullptr));
  entry.freed = true;
}

template <class T>
std::vector<typename Upstreams<T>::Saved> Upstreams<T>::save() const {
  std::vector<Saved> saved;
  for (std::uint32_t i = 0; sweep_ > 0 && i < records_.size(); ++i) {
    const Entry<T>& entry = records_.at(i);
    if (reached(entry) && !entry.freed)
      saved.push_back({i, {entry.upstream(), entry.upstream() + entry.shape()->count()}});
  }
  return saved;
}

template <class T>
void Upstreams<T>::add_saved(const std::vector<Saved>& saved) {
  for (const Saved& earlier : saved) {
    Entry<T>& entry = records_.at(earlier.index);
    if (reached(entry) && entry.freed) continue;
    add(entry, View<const T>{earlier.upstream.data(), entry.shape()});
  }
}

template <class T>
void Upstreams<T>::add_to_parameters() const {
  if (ended_ == sweep_ && sweep_ != 0)
    throw TapeError("add_to_parameters", "the last backward was ended before it was through",
                    "Call backward again");
  for (const auto& home : records_.homes())
    if (!home->self)
      throw TapeError("add_to_parameters",
                      "parameter \"" + home->name + "\" was destroyed since it was recorded",
                      "Keep it until its gradient was added, and record the computation again");
  const auto has_arrived = [&](std::uint32_t index) {
    return reached(records_.at(index)) && sweep_ != 0;
  };
  for (std::uint32_t index : records_.parameters())
    if (has_arrived(index) && index >= swept_)
      throw TapeError("add_to_parameters", "numbers of a leaf were set since the last backward",
                      "Call backward again");
  for (std::uint32_t index : records_.parameters()) {
    const Entry<T>& entry = records_.at(index);
    if (!has_arrived(index)) continue;
    Parameter<T>& parameter = parameter_of(Record<T>(entry));
    parameter.add_gradient({entry.upstream(), entry.shape()},
                           entry.array ? pool.lend(entry.upstream()) : nullptr);
  }
}

template <class T>
Upstream Upstreams<T>::state(std::uint32_t index) const {
  records_.check(index);
  const Entry<T>& entry = records_.at(index);
  if (!entry.active) return Upstream::none;
  if (index >= swept_ || (records_.held.sweeping && index < come_to)) return Upstream::pending;
  if (!reached(entry)) return Upstream::none;
  return entry.freed ? Upstream::not_kept : Upstream::computed;
}

template <class T>
std::string Upstreams<T>::reason(std::uint32_t index) const {
  const Upstream state = this->state(index);
  const Entry<T>& entry = records_.at(index);
  if (entry.active)
    return state != Upstream::none ? ""
           : ended_ == sweep_      ? "backward was ended before it was reached"
                                   : "the cost does not depend on it";
  if (!keeps) return "the tape keeps values only";
  if (entry.leaf == Leaf::constant) return "it is a constant";
  if (entry.leaf == Leaf::indices) return "positions have no gradient";
  if (entry.leaf == Leaf::parameter) return "the parameter is frozen";
  if (!entry.rule->differentiable)
    return "the op " + std::string(entry.rule->name) + " has no gradient";
  return "it depends on no parameter and no input";
}

template <class T>
bool Upstreams<T>::was_given(std::uint32_t index) const {
  return std::find(given.begin(), given.end(), index) != given.end();
}

template class Upstreams<float>;
template class Upstreams<double>;

}  // namespace glassgrad

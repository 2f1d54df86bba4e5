// What a checkpoint drops and how it comes back. Nothing of the function is called again: masks,
// positions and constants are leaves, and those stay.
#include "glassgrad/engine/checkpoints.hpp"

#include <algorithm>

#include "glassgrad/array/few.hpp"
#include "glassgrad/array/narrow.hpp"

namespace glassgrad::detail {

template <class T>
std::uint64_t Checkpoints<T>::open() {
  const std::uint64_t id = ++regions_.opened;
  regions_.open.push_back({records_.size(), regions_.take_arena(), id});
  return id;
}

template <class T>
void Checkpoints<T>::close(std::span<const Node<T>> results) {
  Region region{regions_.open.back().first, records_.size(), std::uint32_t(regions_.results.size()),
                0, std::move(regions_.open.back().arena)};
  regions_.open.pop_back();
  if (region.first == region.last || !drops_) return regions_.give_back(std::move(region.arena));
  Arena& outer = regions_.open.empty() ? records_.arena() : *regions_.open.back().arena;
  for (const Node<T>& result : results) {
    if (!result.tape() || result.index() < region.first ||
        regions_.is_result(region, result.index()))
      continue;
    Entry<T>& entry = records_.at(result.index());
    if (owned_by(region, result.index())) {
      const T* const from = std::exchange(entry.more->value, take(entry, outer));
      std::copy_n(from, entry.shape()->count(), entry.value());
    }
    regions_.results.push_back(result.index());
    ++region.result_count;
  }
  regions_.closed.push_back(std::move(region));
  drop(regions_.closed.size() - 1);
}

// Are these numbers in the region's arena? Not those of leaves, of nodes before it, and single
// ones, which are in their entries or beside them.
template <class T>
bool Checkpoints<T>::owned_by(const Region& region, std::uint32_t index) const {
  if (!records_.at(index).array) return false;
  while (index >= region.first && records_.at(index).leaf == Leaf::none &&
         records_.at(index).rule->alias)
    index = records_.input_of(records_.at(index), 0);
  return index >= region.first && records_.at(index).leaf == Leaf::none;
}

template <class T>
void Checkpoints<T>::drop(std::size_t dropped) {
  const Region& region = regions_.closed[dropped];
  for (std::uint32_t i = region.first; i < region.last; ++i) {
    Entry<T>& entry = records_.at(i);
    if (entry.leaf == Leaf::none && entry.array && !regions_.is_result(region, i))
      entry.more->value = nullptr;
  }
  for (std::size_t r = 0; r <= dropped; ++r) {  // and those inside it
    Region& inner = regions_.closed[r];
    if (inner.first < region.first || !inner.arena) continue;
    regions_.give_back(std::move(inner.arena));
    inner.held = inner.swept = false;
  }
}

template <class T>
void Checkpoints<T>::forget_some(const Mark& mark) {
  for (; regions_.open.size() > mark.open ||
         (!regions_.open.empty() && regions_.open.back().first > mark.size);
       regions_.open.pop_back())
    regions_.give_back(std::move(regions_.open.back().arena));
  if (regions_.closed.empty()) return;
  std::size_t results = 0;
  for (std::size_t r = 0; r < regions_.closed.size(); ++r) {
    Region& region = regions_.closed[r];
    if (region.first >= records_.size()) {
      if (region.arena) regions_.give_back(std::move(region.arena));
      continue;
    }
    region.last = std::min(region.last, records_.size());
    results = std::max<std::size_t>(results, region.results + region.result_count);
    if (region.arena && region.restored_at > mark.size) drop(r);
  }
  std::erase_if(regions_.closed,
                [this](const Region& region) { return region.first >= records_.size(); });
  regions_.results.resize(results);
}

// ---- Coming back. An op that throws now leaves the region dropped, and those around it.
template <class T>
void Checkpoints<T>::fill(std::size_t filled, OptionalIndex within) {
  try {
    fill_records(filled, within);
  } catch (...) {
    regions_.closed[filled].within = {};
    drop(filled);
    throw;
  }
}

// Of a region inside only the results are wanted; they live with the outer one.
template <class T>
void Checkpoints<T>::fill_records(std::size_t filled, OptionalIndex within) {
  Region& region = regions_.closed[filled];
  region.arena = regions_.take_arena();
  region.within = within;
  region.restored_at = records_.size();
  // those directly inside, last first: what is inside one of them ends beyond where it starts
  std::vector<std::size_t> inside;
  for (std::size_t r = filled, limit = region.last;
       r-- > 0 && regions_.closed[r].last > region.first;)
    if (regions_.closed[r].last <= limit) limit = regions_.closed[r].first, inside.push_back(r);
  for (std::uint32_t i = region.first; i < region.last; ++i) {
    if (inside.empty() || regions_.closed[inside.back()].first != i) {
      fill_record(filled, i);
      continue;
    }
    const std::size_t r = inside.back();
    const std::uint32_t* const first = regions_.results.data() + regions_.closed[r].results;
    if (std::any_of(first, first + regions_.closed[r].result_count,
                    [this](std::uint32_t result) { return !records_.at(result).value(); })) {
      fill(r, narrow<std::uint32_t>("checkpoint", "the number of checkpoints", filled));
      drop(r);
    }
    i = regions_.closed[r].last - 1;
    inside.pop_back();
  }
  region.within = {};
}

template <class T>
void Checkpoints<T>::fill_record(std::size_t r, std::uint32_t index) {
  Entry<T>& entry = records_.at(index);
  if (entry.value()) return;
  const bool own = !entry.rule->alias || (regions_.is_result(regions_.closed[r], index) &&
                                          owned_by(regions_.closed[r], index));
  if (entry.rule->alias) entry.more->value = const_cast<T*>(numbers(records_.input_of(entry, 0)));
  if (!own) return;
  // a result lives as long as the region around, whose result it may be in its turn
  while (regions_.closed[r].within && regions_.is_result(regions_.closed[r], index))
    r = *regions_.closed[r].within;
  const T* const from = std::exchange(entry.more->value, take(entry, *regions_.closed[r].arena));
  if (entry.rule->alias)
    std::copy_n(from, entry.shape()->count(), entry.value());
  else
    compute_again(entry);
}

template <class T>
void Checkpoints<T>::bring_back(std::uint32_t index) {
  records_.check_parameters("checkpoint");
  for (std::size_t r = regions_.closed.size(); r-- > 0;) {  // the outermost first
    if (index < regions_.closed[r].first || index >= regions_.closed[r].last) continue;
    if (!regions_.closed[r].arena) fill(r);
    regions_.closed[r].held = true;
  }
}

// Inputs that a checkpoint has dropped are there again first.
template <class T>
void Checkpoints<T>::compute_again(Entry<T>& entry) {
  Few<View<const T>> in(entry.arity());
  for (int k = 0; k < entry.arity(); ++k) {
    const std::uint32_t index = records_.input_of(entry, k);
    in[std::size_t(k)] = {numbers(index), records_.at(index).shape()};
  }
  entry.rule->forward(entry.attributes(), in, View<T>{entry.value(), entry.shape()}, pool_);
}

template <class T>
void Checkpoints<T>::compute_again(std::uint32_t first, std::uint32_t last) {
  const std::vector<std::size_t> restored = live_in(first, last);
  for (std::uint32_t i = first; i < last; ++i) {
    Entry<T>& entry = records_.at(i);
    if (entry.leaf != Leaf::none) continue;
    const T* const aliased = records_.at(records_.input_of(entry, 0)).value();
    if (!entry.rule->alias)
      compute_again(entry);
    else if (entry.value() != aliased)  // a checkpoint's result has numbers of its own
      std::copy_n(aliased, entry.shape()->count(), entry.value());
  }
  for (const std::size_t region : restored) drop(region);
}

// Restores the regions that meet these records; says which were dropped before.
template <class T>
std::vector<std::size_t> Checkpoints<T>::live_in(std::uint32_t first, std::uint32_t last) {
  std::vector<std::size_t> restored;
  for (std::size_t r = regions_.closed.size(); r-- > 0;)
    if (regions_.closed[r].first < last && first < regions_.closed[r].last &&
        !regions_.closed[r].arena)
      fill(r), restored.push_back(r);
  return restored;
}

// ---- The sweep, from last to first: a region is restored when it is entered and dropped when it
// is left, unless one of its values was looked at.
template <class T>
void Checkpoints<T>::cross(std::uint32_t index) {
  while (!regions_.entered.empty() && regions_.closed[regions_.entered.back()].first > index)
    leave();
  while (regions_.ahead > 0 && regions_.closed[regions_.ahead - 1].last > index) {
    Region& region = regions_.closed[--regions_.ahead];
    if (region.first > index) continue;  // nothing in it was reached
    if (!region.arena) fill(regions_.ahead), region.swept = true;
    regions_.entered.push_back(regions_.ahead);
  }
}

template <class T>
void Checkpoints<T>::end_sweep() {
  while (!regions_.entered.empty()) leave();
  regions_.ahead = 0;
}

// The region that was entered last.
template <class T>
void Checkpoints<T>::leave() {
  const Region& left = regions_.closed[regions_.entered.back()];
  if (left.arena && left.swept && !left.held) drop(regions_.entered.back());
  regions_.entered.pop_back();
}

template class Checkpoints<float>;
template class Checkpoints<double>;

}  // namespace glassgrad::detail

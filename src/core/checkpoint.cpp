// What a checkpoint drops and how it comes back: its records are run again, in their order, by the
// kernels that ran them first, so that every bit is the same. Nothing of the function is called
// again: masks, positions and constants are leaves, and those stay.
#include <algorithm>

#include "glassgrad/core/tape.hpp"

namespace glassgrad {

// ---- Recording.
template <class T>
Tape<T>::Checkpoint::Checkpoint(Tape& tape) : tape_(tape), mark_(tape.mark()) {
  tape_.open_.push_back({tape_.size_, tape_.take_arena()});
}

template <class T>
Tape<T>::Checkpoint::~Checkpoint() {
  if (!closed_ && tape_.open_.size() > mark_.open) tape_.rewind(mark_);
}

template <class T>
void Tape<T>::Checkpoint::close(std::span<const Node<T>> results) {
  if (tape_.open_.size() != mark_.open + 1)
    throw TapeError("checkpoint", "the tape was cleared or rewound inside the function",
                    "Clear and rewind it outside");
  for (const Node<T>& result : results)
    if (result.tape()) tape_.checked("checkpoint", result);
  tape_.close_region(results);
  closed_ = true;
}

template <class T>
void Tape<T>::close_region(std::span<const Node<T>> results) {
  Region region{open_.back().first, size_, std::uint32_t(region_results_.size()), 0,
                std::move(open_.back().arena)};
  open_.pop_back();
  // a program keeps what its buffers have room for, whatever was recorded
  if (region.first == region.last || keep_ == Keep::program)
    return give_back(std::move(region.arena));
  Arena& outer = open_.empty() ? arena_ : *open_.back().arena;
  for (const Node<T>& result : results) {
    if (!result.tape() || result.index() < region.first || is_result(region, result.index()))
      continue;
    Record<T>& record = at(result.index());
    if (owned_by(region, result.index())) {
      const T* const from = std::exchange(record.value, take_numbers(record, outer));
      std::copy_n(from, record.shape->count(), record.value);
    }
    region_results_.push_back(result.index());
    ++region.result_count;
  }
  regions_.push_back(std::move(region));
  drop(regions_.size() - 1);
}

template <class T>
bool Tape<T>::is_result(const Region& region, std::uint32_t index) const {
  const std::uint32_t* const results = region_results_.data() + region.results;
  return std::find(results, results + region.result_count, index) != results + region.result_count;
}

// Are these numbers in the region's arena? Not those of leaves, of nodes before it, and single
// ones, which are in their records.
template <class T>
bool Tape<T>::owned_by(const Region& region, std::uint32_t index) const {
  if (at(index).shape->count() == 1) return false;
  while (index >= region.first && at(index).leaf == Leaf::none && at(index).rule->alias)
    index = input_of(at(index), 0);
  return index >= region.first && at(index).leaf == Leaf::none;
}

template <class T>
void Tape<T>::drop(std::size_t dropped) {
  const Region& region = regions_[dropped];
  for (std::uint32_t i = region.first; i < region.last; ++i) {
    Record<T>& record = at(i);
    if (record.leaf == Leaf::none && record.shape->count() != 1 && !is_result(region, i))
      record.value = nullptr;
  }
  for (std::size_t r = 0; r <= dropped; ++r) {  // and those inside it
    Region& inner = regions_[r];
    if (inner.first < region.first || !inner.arena) continue;
    give_back(std::move(inner.arena));
    inner.held = inner.swept = false;
  }
}

template <class T>
void Tape<T>::undo_regions(const Mark& mark) {
  for (; open_.size() > mark.open; open_.pop_back()) give_back(std::move(open_.back().arena));
  if (regions_.empty()) return;
  std::size_t results = 0;
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    Region& region = regions_[r];
    if (region.first >= size_) {
      if (region.arena) give_back(std::move(region.arena));
      continue;
    }
    region.last = std::min(region.last, size_);
    results = std::max<std::size_t>(results, region.results + region.result_count);
    if (region.arena && region.restored_at > mark.size) drop(r);
  }
  std::erase_if(regions_, [this](const Region& region) { return region.first >= size_; });
  region_results_.resize(results);
}

// ---- Arenas of the values: as many as are in use at once, kept for the next step.
template <class T>
std::unique_ptr<Arena> Tape<T>::take_arena() {
  if (spare_.empty()) return std::make_unique<Arena>();
  std::unique_ptr<Arena> arena = std::move(spare_.back());
  spare_.pop_back();
  return arena;
}

template <class T>
void Tape<T>::give_back(std::unique_ptr<Arena> arena) {
  arena->rewind({});
  spare_.push_back(std::move(arena));
}

template <class T>
std::size_t Tape<T>::bytes() const {
  std::size_t total = arena_.bytes() + pool_.bytes();
  for (const auto& arena : spare_) total += arena->bytes();
  for (const OpenRegion& region : open_) total += region.arena->bytes();
  for (const Region& region : regions_) total += region.arena ? region.arena->bytes() : 0;
  return total;
}

// ---- Coming back. Of a region inside only the results are wanted; they live with the outer one.
template <class T>
void Tape<T>::fill(std::size_t filled, std::size_t within) {
  Region& region = regions_[filled];
  region.arena = take_arena();
  region.within = within;
  region.restored_at = size_;
  // those directly inside, last first: what is inside one of them ends beyond where it starts
  std::vector<std::size_t> inside;
  for (std::size_t r = filled, limit = region.last; r-- > 0 && regions_[r].last > region.first;)
    if (regions_[r].last <= limit) limit = regions_[r].first, inside.push_back(r);
  for (std::uint32_t i = region.first; i < region.last; ++i) {
    if (inside.empty() || regions_[inside.back()].first != i) {
      fill_record(filled, i);
      continue;
    }
    const std::size_t r = inside.back();
    const std::uint32_t* const first = region_results_.data() + regions_[r].results;
    if (std::any_of(first, first + regions_[r].result_count,
                    [this](std::uint32_t result) { return !at(result).value; })) {
      fill(r, filled);
      drop(r);
    }
    i = regions_[r].last - 1;
    inside.pop_back();
  }
  region.within = nowhere;
}

template <class T>
void Tape<T>::fill_record(std::size_t r, std::uint32_t index) {
  Record<T>& record = at(index);
  if (record.value) return;
  const std::uint32_t* const inputs =
      record.arity <= 2 ? record.inputs : many_inputs_.data() + record.inputs[0];
  const bool own =
      !record.rule->alias || (is_result(regions_[r], index) && owned_by(regions_[r], index));
  if (record.rule->alias) record.value = const_cast<T*>(numbers(inputs[0]));
  if (!own) return;
  // a result lives as long as the region around, whose result it may be in its turn
  while (regions_[r].within != nowhere && is_result(regions_[r], index)) r = regions_[r].within;
  const T* const from = std::exchange(record.value, take_numbers(record, *regions_[r].arena));
  if (record.rule->alias)
    std::copy_n(from, record.shape->count(), record.value);
  else
    compute_into(record, record.attributes, {inputs, record.arity});
}

template <class T>
void Tape<T>::refuse_in_program() const {
  if (keep_ == Keep::program)
    throw TapeError("compile", "the function looked at a number while it was recorded",
                    "A program has no branches: use where, or compile one for each branch");
}

template <class T>
void Tape<T>::restore(std::uint32_t index) {
  refuse_in_program();
  check_parameters("checkpoint");
  for (std::size_t r = regions_.size(); r-- > 0;) {  // the outermost first
    if (index < regions_[r].first || index >= regions_[r].last) continue;
    if (!regions_[r].arena) fill(r);
    regions_[r].held = true;
  }
}

template <class T>
void Tape<T>::restore() {
  refuse_in_program();
  for (std::uint32_t i = 0; i < size_ && !regions_.empty(); ++i) numbers(i);
}

// Restores the regions that meet these records; says which were dropped before.
template <class T>
std::vector<std::size_t> Tape<T>::live_in(std::uint32_t first, std::uint32_t last) {
  std::vector<std::size_t> restored;
  for (std::size_t r = regions_.size(); r-- > 0;)
    if (regions_[r].first < last && first < regions_[r].last && !regions_[r].arena)
      fill(r), restored.push_back(r);
  return restored;
}

// ---- The sweep, from last to first: a region is restored when it is entered and dropped when it
// is left, unless somebody has looked into it.
template <class T>
void Tape<T>::cross_regions(std::int64_t index) {
  while (!entered_.empty() && std::int64_t(regions_[entered_.back()].first) > index) {
    const Region& left = regions_[entered_.back()];
    if (left.arena && left.swept && !left.held) drop(entered_.back());
    entered_.pop_back();
  }
  while (ahead_ > 0 && std::int64_t(regions_[ahead_ - 1].last) > index) {
    Region& region = regions_[--ahead_];
    if (std::int64_t(region.first) > index) continue;  // nothing in it was reached
    if (!region.arena) fill(ahead_), region.swept = true;
    entered_.push_back(ahead_);
  }
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

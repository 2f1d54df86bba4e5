// Getting the memory that a plan asks for.
#include "memory.hpp"

#include <algorithm>

namespace glassgrad::program {

template <class T>
Memory<T>::Memory(const Plan<T>& plan) {
  for (const std::int64_t count : plan.apart) {
    if (count == 1) {
      apart_.emplace_back();
      continue;
    }
    AlignedBytes memory = allocate_aligned(bytes_of<T>(std::max<std::int64_t>(count, 1)));
    const FreeAligned free = memory.get_deleter();
    std::shared_ptr<std::byte> shared(memory.release(), free);  // before the list may fail to grow
    apart_.push_back(std::move(shared));
  }
  numbers_ = take<T>(plan.numbers);
  buffers_.reserve(plan.buffers.size());
  for (const std::int64_t count : plan.buffers) buffers_.push_back(take<T>(std::size_t(count)));
  T* const scratch = take<T>(std::size_t(plan.scratch));
  at_.assign(plan.places.size(), nullptr);
  for (Id i = 0; i < at_.size(); ++i) at_[i] = address(plan, i, scratch);
}

template <class T>
T* Memory<T>::address(const Plan<T>& plan, Id root, T* scratch) const {
  const auto [in, at] = plan.places[root];
  switch (in) {
    case Place::In::nowhere:
      break;
    case Place::In::leaf:
      return plan.graph.values[root].data;
    case Place::In::numbers:
      return numbers_ + at;
    case Place::In::buffer:
      return buffers_[at];
    case Place::In::apart:
      return reinterpret_cast<T*>(apart_[at].get());
    case Place::In::scratch:
      return std::int64_t(at) < plan.scratch ? scratch + at : nullptr;
  }
  return nullptr;
}

template class Memory<float>;
template class Memory<double>;

}  // namespace glassgrad::program

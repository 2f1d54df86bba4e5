// The memory that a plan asks for, and the addresses that its places have there. Next: calls.hpp.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "plan.hpp"

namespace glassgrad::program {

template <class T>
class Memory {
 public:
  explicit Memory(const Plan<T>& plan);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Where the numbers of a root start. Those of an input are where feed() said, null before; those
  // hidden in a run of several blocks, which each thread has for itself, are nowhere.
  T* at(Id root) const { return at_[root]; }
  void feed(Id root, const T* numbers) { at_[root] = const_cast<T*>(numbers); }  // read only
  T* numbers() const { return numbers_; }
  // Of an output that was asked for apart; null for a single number.
  const std::shared_ptr<std::byte>& apart(std::size_t output) const { return apart_[output]; }

  // For as long as this: large ones in memory of their own.
  template <class X>
  X* take(std::size_t size) {
    const std::size_t bytes = bytes_of<X>(std::int64_t(std::max<std::size_t>(size, 1)));
    if (bytes <= 4096) return static_cast<X*>(small_.take(bytes));
    large_.push_back(allocate_aligned(bytes));
    return reinterpret_cast<X*>(large_.back().get());
  }

 private:
  T* address(const Plan<T>& plan, Id root, T* scratch) const;

  Arena small_{8192};
  std::vector<AlignedBytes> large_;
  std::vector<std::shared_ptr<std::byte>> apart_;
  std::vector<T*> buffers_, at_;
  T* numbers_ = nullptr;
};

}  // namespace glassgrad::program

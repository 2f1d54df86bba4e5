// Few: an array of a run-time size that stays off the heap while it is small, as the inputs of an
// op are. Not a container: it is made at its size and does not grow.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace glassgrad {

// Few(n, unwritten): its items have no value yet, each is to be written before it is read.
struct Unwritten {};
inline constexpr Unwritten unwritten;

template <class X, std::size_t inline_size = 8>
class Few {
 public:
  explicit Few(std::size_t size) : size_(size) {
    if (size > inline_size) items_ = std::allocator<X>().allocate(size);
    std::uninitialized_default_construct_n(items_, size);
  }
  Few(std::size_t size, Unwritten) requires std::is_trivially_copyable_v<X> : size_(size) {
    if (size > inline_size) items_ = std::allocator<X>().allocate(size);
  }
  ~Few() {
    std::destroy_n(items_, size_);
    if (size_ > inline_size) std::allocator<X>().deallocate(items_, size_);
  }
  Few(const Few&) = delete;
  Few& operator=(const Few&) = delete;

  X* data() { return items_; }
  X& operator[](std::size_t i) { return items_[i]; }
  std::size_t size() const { return size_; }
  operator std::span<X>() { return {items_, size_}; }
  operator std::span<const X>() { return {items_, size_}; }

 private:
  alignas(X) std::byte few_[inline_size * sizeof(X)];
  X* items_ = reinterpret_cast<X*>(few_);
  std::size_t size_;
};

}  // namespace glassgrad

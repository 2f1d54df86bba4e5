// Few: an array of a run-time size that stays off the heap while it is small, as the inputs of an
// op are. Not a container: it is made at its size and does not grow.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace glassgrad {

template <class X, std::size_t inline_size = 8>
class Few {
 public:
  explicit Few(std::size_t size) : size_(size) {
    if (size > inline_size) many_ = std::make_unique<X[]>(size);
  }
  X* data() { return many_ ? many_.get() : few_; }
  X& operator[](std::size_t i) { return data()[i]; }
  std::size_t size() const { return size_; }
  operator std::span<X>() { return {data(), size_}; }
  operator std::span<const X>() { return {data(), size_}; }

 private:
  std::size_t size_;
  X few_[inline_size];
  std::unique_ptr<X[]> many_;
};

}  // namespace glassgrad

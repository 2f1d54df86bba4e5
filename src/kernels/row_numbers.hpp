// Temporary numbers of kernels. Included by files that hold kernels only.
#pragma once

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/memory.hpp"

namespace glassgrad::kernels {
namespace {

// Temporary numbers of the pool's in this shape, such as one for each reduced row: given back even
// where what comes after them throws.
template <class T>
class RowNumbers {
 public:
  RowNumbers(const Shape& shape, Pool& pool)
      : pool_(pool),
        shape_(shape),
        numbers_(static_cast<T*>(pool.take(bytes_of<T>(shape.count())))) {}
  ~RowNumbers() { pool_.release(numbers_); }
  RowNumbers(const RowNumbers&) = delete;
  RowNumbers& operator=(const RowNumbers&) = delete;
  T* data() const { return numbers_; }
  T& operator[](std::int64_t i) const { return numbers_[i]; }
  View<T> view() const { return {numbers_, &shape_}; }
  operator View<const T>() const { return {numbers_, &shape_}; }

 private:
  Pool& pool_;
  const Shape& shape_;
  T* numbers_;
};

}  // namespace
}  // namespace glassgrad::kernels

// Array: the reading of an op on plain numbers, at once and without a tape. Backward of an op that
// has no kernel for it is its adjoint read with Arrays. Buffers come from a Pool and are shared by
// counting; a View is borrowed.
#pragma once

#include "glassgrad/array/memory.hpp"
#include "glassgrad/engine/rule.hpp"

namespace glassgrad {

template <class T>
class Array {
 public:
  using Number = T;

  Array() = default;
  Array(Pool* pool, const Shape& shape)  // new numbers, not yet written
      : pool_(pool),
        block_(static_cast<T*>(pool->take(bytes_of<T>(shape.count())))),
        data_(block_),
        shape_(shape) {}
  Array(Pool* pool, View<const T> borrowed)
      : pool_(pool), data_(const_cast<T*>(borrowed.data)), shape_(borrowed.shape()) {}
  // A view of numbers that live in a pool's block, holding it.
  Array(Pool* pool, T* block, const Shape& shape)
      : pool_(pool), block_(block), data_(block), shape_(shape) {
    Pool::hold(block);
  }
  template <class U>
  requires std::is_arithmetic_v<U> Array(U number) : number_(T(number)) {}

  Array(const Array& other) { *this = other; }
  Array& operator=(const Array& other) {
    if (other.block_) Pool::hold(other.block_);
    drop();
    pool_ = other.pool_, block_ = other.block_, data_ = other.data_;
    shape_ = other.shape_, number_ = other.number_;
    return *this;
  }
  Array(Array&& other) noexcept { swap(other); }
  Array& operator=(Array&& other) noexcept { return swap(other), *this; }
  ~Array() { drop(); }

  const Shape& shape() const { return shape_; }
  View<const T> view() const { return {data_ ? data_ : &number_, &shape_}; }
  T* data() { return data_ ? data_ : &number_; }
  Pool* pool() const { return pool_; }
  T* block() const { return block_; }
  T* let_go() { return std::exchange(block_, nullptr); }  // the caller becomes the holder
  Array reshaped(const Shape& shape) const {
    Array result = *this;
    result.shape_ = shape;
    return result;
  }

 private:
  void drop() {
    if (block_) pool_->release(block_);
  }
  void swap(Array& other) {
    std::swap(pool_, other.pool_), std::swap(block_, other.block_);
    std::swap(data_, other.data_), std::swap(shape_, other.shape_);
    std::swap(number_, other.number_);
  }

  Pool* pool_ = nullptr;
  T* block_ = nullptr;
  T* data_ = nullptr;  // null: the single number below
  Shape shape_;
  T number_{};
};

// Runs an op's kernel on numbers.
template <class T>
Array<T> compute(const Rule<T>& rule, const void* op, std::span<const Array<T>* const> in);

// Numbers of the pool's for an upstream. Throws MemoryError in the name of backward.
template <class T>
T* take_upstream(Pool& pool, const Shape& shape);
// A contribution of this shape goes into its sink: written, added, or left there as it is.
template <class T>
void leave(Array<T> contribution, const Shape& shape, const Sink<T>& sink, Pool& pool);
template <class T>
void leave(View<const T> contribution, const Sink<T>& sink, Pool& pool);

namespace detail {
// An op's adjoint read with Arrays, and its name.
template <class T>
struct AdjointInArrays {
  std::string_view op;
  Array<T> (*adjoint)(const void* op, int k, std::span<const Array<T>> in, const Array<T>& out,
                      const Array<T>& upstream);
};
// Contributions of an op that has no kernel for them.
template <class T>
void pull_arrays(const AdjointInArrays<T>& by, const void* op, std::span<const View<const T>> in,
                 View<const T> out, View<const T> upstream, std::span<const Sink<T>> sinks,
                 Pool& pool);
}  // namespace detail

}  // namespace glassgrad

// The numbers that have a shape. View: somebody else's, contiguous, row-major; what a kernel reads
// and writes, and what value() and upstream() return. Input: whatever people hand in.
// Next: rule.hpp, what is known of an op.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>

#include "glassgrad/core/shape.hpp"

namespace glassgrad {

template <class T>
struct View {
  T* data = nullptr;
  const Shape* sizes = nullptr;

  const Shape& shape() const { return *sizes; }
  int rank() const { return sizes->rank(); }
  std::int64_t count() const { return sizes->count(); }
  std::size_t size() const { return std::size_t(sizes->count()); }
  T* begin() const { return data; }
  T* end() const { return data + count(); }
  T& operator[](std::int64_t i) const { return data[i]; }

  // Element by its position along each axis. Throws ShapeError when it lies outside.
  template <std::integral... Index>
  T& operator()(Index... index) const {
    const std::int64_t at[] = {std::int64_t(index)..., 0};
    return data[offset(std::span(at, sizeof...(Index)))];
  }
  operator View<const T>() const { return {data, sizes}; }

 private:
  std::int64_t offset(std::span<const std::int64_t> at) const;
};

// Integer positions travel through records in the same place as numbers; see Indices in node.hpp.
template <class T>
const std::int64_t* positions(const View<const T>& view) {
  return reinterpret_cast<const std::int64_t*>(view.data);
}

// Nested braces of any depth: 3.0, {1, 2}, {{1, 2}, {3, 4}}.
class Literal {
 public:
  template <class U>
  requires std::is_arithmetic_v<U> Literal(U number) : number_(double(number)), is_number_(true) {}
  Literal(std::initializer_list<Literal> items) : items_(items) {}
  Shape shape() const;  // throws ShapeError when rows differ in length
  template <class T>
  T* copy(T* to) const {
    if (is_number_) return *to = T(number_), to + 1;
    for (const Literal& item : items_) to = item.copy(to);
    return to;
  }

 private:
  std::initializer_list<Literal> items_{};
  double number_ = 0;
  bool is_number_ = false;
};

// An xtensor expression, a View, anything with a shape and row-major iteration.
template <class E>
concept Shaped = requires(const E& e) {
  e.shape();
  e.shape().begin();
  e.begin();
  e.end();
};

// A vector, an array, anything with a size and iteration.
template <class R>
concept SizedRange = requires(const R& range) {
  std::size(range);
  std::begin(range);
  std::end(range);
};

// What people hand in, borrowed for one call: a number, braces, an xtensor expression, a range. An
// argument's type, never a variable's: nested braces are gone at the end of the statement.
template <class T>
class Input {
 public:
  template <class U>
  requires std::is_arithmetic_v<U> Input(U number)
      : number_(T(number)), source_(&number_), copy_(&copy_number) {}
  Input(std::initializer_list<Literal> items)
      : literal_(items), source_(&literal_), copy_(&copy_literal), shape_(literal_.shape()) {}
  template <Shaped E>
  Input(const E& e) : source_(std::addressof(e)), copy_(&copy_range<E>) {
    for (auto size : e.shape()) shape_.push_back(std::int64_t(size));
    if constexpr (std::is_convertible_v<const E&, View<const T>>) in_row_ = View<const T>(e).data;
  }
  template <SizedRange R>
  requires(!Shaped<R>) Input(const R& range)
      : source_(std::addressof(range)),
        copy_(&copy_range<R>),
        shape_{std::int64_t(std::size(range))} {
    if constexpr (std::contiguous_iterator<decltype(std::begin(range))> &&
                  std::is_same_v<std::iter_value_t<decltype(std::begin(range))>, T>)
      in_row_ = std::to_address(std::begin(range));
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  const Shape& shape() const { return shape_; }
  void copy_to(T* to) const { copy_(source_, to); }
  // Where the numbers are, when they lie one behind the other as T already; else null.
  const T* in_row() const { return in_row_; }

 private:
  static void copy_number(const void* from, T* to) { *to = *static_cast<const T*>(from); }
  static void copy_literal(const void* from, T* to) { static_cast<const Literal*>(from)->copy(to); }
  template <class R>
  static void copy_range(const void* from, T* to) {
    for (auto number : *static_cast<const R*>(from)) *to++ = T(number);
  }

  T number_{};
  Literal literal_{0};
  const void* source_;
  void (*copy_)(const void*, T*);
  const T* in_row_ = nullptr;
  Shape shape_;
};

}  // namespace glassgrad

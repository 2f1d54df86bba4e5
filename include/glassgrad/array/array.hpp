// Numbers with a shape. View: borrowed, contiguous, row-major; what a kernel reads and writes, and
// what value() and upstream() return. Input: what a caller passes in.
// Next: engine/rule.hpp, what is known of an op.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <type_traits>

#include "glassgrad/array/shape.hpp"

namespace glassgrad {

// A view owns neither its numbers nor its shape: one of a node's numbers ends with the tape's
// clear() or rewind(), one made by hand with what it was made from. v[i] is not checked, v(i, j)
// is; as an argument its shape is. Unlike a Node it cannot tell that it is stale: it is the two
// words that kernels take for every input, with no room for a generation. Keep the Node and call
// value() again, which is checked, or copy the numbers; a build with AddressSanitizer reports a
// stale read (poison.hpp).
template <class T>
struct View {
  T* data = nullptr;
  const Shape* sizes = nullptr;

  constexpr View() = default;
  constexpr View(T* numbers, const Shape* shape) : data(numbers), sizes(shape) {}
  View(T* numbers, Shape&& gone_at_the_end_of_the_statement) = delete;
  const Shape& shape() const { return *sizes; }
  int rank() const { return sizes->rank(); }
  std::int64_t count() const { return sizes->count(); }
  std::size_t size() const { return std::size_t(sizes->count()); }
  T* begin() const { return data; }
  T* end() const { return data + count(); }
  T& operator[](std::int64_t i) const { return data[i]; }
  T& operator[](std::floating_point auto a_position_is_a_whole_number) const = delete;

  // Element by its position along each axis. Throws ShapeError when out of range.
  template <detail::WholeLike... Index>
  T& operator()(Index... index) const {
    const std::int64_t at[] = {static_cast<std::int64_t>(detail::plain(index))..., 0};
    return data[offset(std::span(at, sizeof...(Index)))];
  }
  operator View<const T>() const { return {data, sizes}; }

 private:
  std::int64_t offset(std::span<const std::int64_t> at) const;
};

// Integer positions (row numbers, class labels), as kernels read them; see Indices in
// engine/node.hpp.
using Positions = View<const std::int64_t>;

// What an op is given is a list of View<const T>, in which positions stand where numbers do. These
// two are the only ways in and out: nothing reads such numbers, but as positions again.
template <class T>
View<const T> as_operand(const Positions& positions) {
  return {reinterpret_cast<const T*>(positions.data), positions.sizes};
}
template <class T>
Positions positions(const View<const T>& operand) {
  return {reinterpret_cast<const std::int64_t*>(operand.data), operand.sizes};
}

namespace detail {
template <class From, class To>
concept Overflows =  // may a finite number become infinite when converted?
    std::is_floating_point_v<From> && std::is_floating_point_v<To> &&
    (std::numeric_limits<From>::max_exponent > std::numeric_limits<To>::max_exponent);
[[noreturn]] void refuse_number(double number, bool is_float);
// The number as a T. Throws Error for one that is finite and beyond T.
template <class T, class From>
T number_as(From number) {
  const T result = T(number);
  if constexpr (Overflows<From, T>)
    if (result - result != 0 && number - number == 0)
      refuse_number(double(number), std::is_same_v<T, float>);
  return result;
}
// Throws ShapeError for a view whose shape is invalid (say, destroyed) or that has no numbers.
void check_view(const void* numbers, const Shape* shape);
template <class E>
inline constexpr bool is_view = false;
template <class U>
inline constexpr bool is_view<View<U>> = true;
}  // namespace detail

// Nested braces of any depth: 3.0, {1, 2}, {{1, 2}, {3, 4}}.
class Literal {
 public:
  template <class U>
  requires std::is_arithmetic_v<U> Literal(U number) : number_(double(number)), is_number_(true) {}
  Literal(std::initializer_list<Literal> items) : items_(items) {}
  Shape shape() const;  // throws ShapeError when rows differ in length
  template <class T>
  void check() const {
    if (is_number_) detail::number_as<T>(number_);
    for (const Literal& item : items_) item.check<T>();
  }
  template <class T>
  T* copy(T* to) const {
    if (is_number_) return *to = detail::number_as<T>(number_), to + 1;
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

// What a caller passes in, borrowed for one call: a number, braces, an xtensor expression, a range.
// An argument's type, never a variable's: nested braces are gone at the end of the statement.
// Throws Error for a finite number beyond T, as 1e300 is beyond float; an infinite one stays what
// it was.
template <class T>
class Input {
 public:
  template <class U>
  requires std::is_arithmetic_v<U> Input(U number)
      : number_(detail::number_as<T>(number)), source_(&number_), copy_(&copy_number) {}
  Input(std::initializer_list<Literal> items)
      : literal_(items), source_(&literal_), copy_(&copy_literal), shape_(literal_.shape()) {
    literal_.check<T>();
  }
  template <Shaped E>
  Input(const E& e) : source_(std::addressof(e)), copy_(&copy_range<E>) {
    if constexpr (detail::is_view<E>) {
      detail::check_view(e.data, e.sizes);
      shape_ = *e.sizes;
    } else {
      for (auto size : e.shape()) shape_.push_back(std::int64_t(size));
    }
    check_range(e);
    if constexpr (std::is_convertible_v<const E&, View<const T>>) in_row_ = View<const T>(e).data;
  }
  template <SizedRange R>
  requires(!Shaped<R>) Input(const R& range)
      : source_(std::addressof(range)),
        copy_(&copy_range<R>),
        shape_{std::int64_t(std::size(range))} {
    check_range(range);
    if constexpr (std::contiguous_iterator<decltype(std::begin(range))> &&
                  std::is_same_v<std::iter_value_t<decltype(std::begin(range))>, T>)
      in_row_ = std::to_address(std::begin(range));
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  const Shape& shape() const { return shape_; }
  void copy_to(T* to) const { copy_(source_, to); }
  // Where the numbers are if they are contiguous Ts already; else null.
  const T* in_row() const { return in_row_; }

 private:
  template <class R>
  static void check_range(const R& range) {
    using Number = std::remove_cvref_t<decltype(*std::begin(range))>;
    if constexpr (detail::Overflows<Number, T>)
      for (auto number : range) detail::number_as<T>(number);
  }
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

// Shape: the sizes of an array, outermost first; Axes: which of them an op works on.
// Both are plain data of fixed capacity, so that an op holding them can be copied into an arena.
// The sizes other than 0 multiply to at most 2^63 - 1: no product of some of them, a stride or a
// count, can wrap.
// Next: array.hpp, the numbers that have a shape.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

inline constexpr int max_rank = 8;

namespace detail {
// "the sizes (4294967296, 4294967296) multiply to more than 9223372036854775807"
[[noreturn]] void refuse_sizes(std::span<const std::int64_t> sizes, std::int64_t another);
[[noreturn]] void refuse_negative_size(std::int64_t size);
[[noreturn]] void refuse_size_of(int axis, int rank);
}  // namespace detail

class Shape {
 public:
  using Size = Setting<"shape", "a size">;
  using At = Setting<"shape", "an axis", int>;
  constexpr Shape() = default;  // (): a single number
  constexpr Shape(std::initializer_list<Size> sizes) {
    for (std::int64_t size : sizes) push_back(size);
  }
  constexpr explicit Shape(std::span<const std::int64_t> sizes) {
    for (std::int64_t size : sizes) push_back(size);
  }

  constexpr int rank() const { return rank_; }
  constexpr std::int64_t count() const { return count_; }
  // Throw ShapeError unless 0 <= axis < rank, and from the end 1 <= axis <= rank.
  constexpr std::int64_t operator[](At axis) const {
    if (axis < 0 || axis >= rank_) detail::refuse_size_of(axis, rank_);
    return sizes_[std::size_t(axis)];
  }
  constexpr std::int64_t from_end(At axis) const { return (*this)[rank_ - axis]; }
  constexpr const std::int64_t* begin() const { return sizes_.data(); }
  constexpr const std::int64_t* end() const { return sizes_.data() + rank_; }

  constexpr void push_back(Size size) {
    if (rank_ == max_rank) throw ShapeError("shape", "more than 8 axes", "Use at most 8");
    if (size < 0) detail::refuse_negative_size(size);
    std::int64_t count = 0;
    if (!multiply(count_, size, count) || (count == 0 && !fits_beside_zeros(size)))
      detail::refuse_sizes(std::span(begin(), end()), size);
    sizes_[std::size_t(rank_++)] = size;
    count_ = count;
  }
  constexpr Shape with(At axis, Size size) const {
    Shape result;
    for (int i = 0; i < rank_; ++i) result.push_back(i == axis ? std::int64_t(size) : begin()[i]);
    return result;
  }
  // Is it `other` with the size of that axis set to 1?
  constexpr bool is_along(int axis, const Shape& other) const {
    if (rank_ != other.rank_) return false;
    for (int i = 0; i < rank_; ++i)
      if (begin()[i] != (i == axis ? 1 : other.begin()[i])) return false;
    return true;
  }
  constexpr Shape behind(Size size) const {  // the same with an axis in front
    Shape result{size};
    for (int i = 0; i < rank_; ++i) result.push_back((*this)[i]);
    return result;
  }
  // Does NumPy's broadcasting turn this shape into `to`?
  constexpr bool stretches_to(const Shape& to) const {
    if (rank_ > to.rank_) return false;
    for (int i = 1; i <= rank_; ++i)
      if (end()[-i] != to.end()[-i] && end()[-i] != 1) return false;
    return true;
  }
  friend constexpr bool operator==(const Shape& a, const Shape& b) {
    if (&a == &b) return true;  // records share their shapes
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a.begin()[i] != b.begin()[i]) return false;
    return true;
  }

 private:
  constexpr bool fits_beside_zeros(std::int64_t size) const {
    std::int64_t product = size ? size : 1;
    for (int i = 0; i < rank_; ++i)
      if ((*this)[i] && !multiply(product, (*this)[i], product)) return false;
    return true;
  }

  std::array<std::int64_t, max_rank> sizes_{};
  std::int64_t count_ = 1;
  int rank_ = 0;
};

std::string to_text(const Shape& shape);  // "(3, 4)"

// Axes counted from the front, or from the back when negative; none given means all of them. What
// no array has is kept until an op refuses it in its own name (axis_bits).
class Axes {
 public:
  constexpr Axes() = default;
  template <detail::WholeScalar N>
  constexpr Axes(N axis) : Axes(Axis(axis)) {}
  template <detail::WholeClass N>
  constexpr Axes(const N& axis) : Axes(Axis(axis)) {}
  constexpr Axes(Axis axis) : all_(false) { push_back(axis); }
  template <detail::NotWhole N>
  Axes(N an_axis_is_a_whole_number_and_the_larger_of_two_numbers_is_maximum) = delete;
  constexpr Axes(std::initializer_list<Axis> axes) : all_(false) {
    for (Axis axis : axes) push_back(axis);
  }
  constexpr explicit Axes(std::span<const int> axes) : all_(false) {
    for (int axis : axes) push_back(axis);
  }

  constexpr bool all() const { return all_; }
  constexpr int size() const { return size_ < 0 ? 0 : size_; }
  constexpr int operator[](int i) const { return axes_[std::size_t(i)]; }
  // The first one that no array has, or that more than eight are given.
  constexpr bool refused() const { return size_ < 0; }
  constexpr bool too_many() const { return size_ == more; }
  constexpr Axis first_refused() const {
    const auto bits = std::bit_cast<std::int64_t>(axes_);
    return size_ == beyond ? Axis(static_cast<std::uint64_t>(bits)) : Axis(bits);
  }
  // The same axes of an array that has one more in front; `rank` is without it.
  constexpr Axes behind_one(int rank) const {
    if (refused()) return *this;
    Axes result;
    result.all_ = false;
    for (int i = 0; i < (all_ ? rank : size_); ++i)
      result.axes_[std::size_t(result.size_++)] =
          behind_one(all_ ? std::int8_t(i) : axes_[std::size_t(i)]);  // fits: i < max_rank
    return result;
  }

 private:
  static constexpr std::int8_t outside = -1, beyond = -2, more = -3;  // in place of size_

  constexpr void push_back(Axis axis) {
    if (refused()) return;
    if (size_ == max_rank) {
      size_ = more;
    } else if (axis.fits<std::int8_t>()) {
      axes_[std::size_t(size_++)] = std::int8_t(axis.in("axes", "an axis"));  // fits: looked at
    } else {
      size_ = axis.fits<std::int64_t>() ? outside : beyond;
      axes_ = axis.visit(
          [](auto plain) { return std::bit_cast<std::array<std::int8_t, sizeof(plain)>>(plain); });
    }
  }
  // Counted from the back an axis stays; one that is out of range stays out of range.
  static constexpr std::int8_t behind_one(std::int8_t axis) {
    return axis < 0 || axis > max_rank ? axis : std::int8_t(axis + 1);  // fits: at most 9
  }

  std::array<std::int8_t, max_rank> axes_{};  // or the bits of the first one refused
  std::int8_t size_ = 0;
  bool all_ = true;
};

// One bit per axis. Throws ShapeError, in the name of `op`, for an axis out of range or given
// twice.
unsigned axis_bits(std::string_view op, const Axes& axes, int rank);
int checked_axis(std::string_view op, Axis axis, int rank);
std::string to_text(const Axes& axes, const Shape& shape);

// NumPy's broadcasting: sizes aligned at the end, 1 stretches.
// Throws ShapeError in the name of `op` when a pair of sizes differs and neither is 1.
Shape broadcast(std::string_view op, const Shape& a, const Shape& b);
// The sizes with those of `axes` set to 1 (keepdims), or left out.
Shape reduced(const Shape& shape, unsigned axis_bits, bool keepdims);

}  // namespace glassgrad

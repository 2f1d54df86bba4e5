// OptionalIndex: an index that may be missing, in the four bytes of the index. It stands wherever a
// record, an input, an instruction or a scope is named that need not be there, so that no number
// has to mean "none". Where size does not matter, or the index has 64 bits, std::optional serves.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace glassgrad {

// None is all ones, and so comes after every index: the smaller of two is the one that is there,
// and `first <= i` is false for every i where first is none.
class OptionalIndex {
 public:
  constexpr OptionalIndex() = default;  // none
  constexpr OptionalIndex(std::uint32_t index) : index_(index) {}
  template <std::signed_integral I>
  OptionalIndex(I) = delete;  // -1 is no index

  constexpr explicit operator bool() const { return index_ != none; }
  constexpr std::uint32_t operator*() const { return index_; }  // one that is there
  constexpr auto operator<=>(const OptionalIndex&) const = default;

 private:
  static constexpr std::uint32_t none = ~std::uint32_t(0);
  std::uint32_t index_ = none;
};
static_assert(sizeof(OptionalIndex) == sizeof(std::uint32_t));
static_assert(std::is_trivially_copyable_v<OptionalIndex>);

}  // namespace glassgrad

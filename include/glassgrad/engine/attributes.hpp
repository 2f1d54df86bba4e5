// Where an op's struct has padding. `struct { double beta; bool small; }` ends in seven bytes that
// hold whatever was in memory: two ops with the same attributes may differ there, so attributes are
// compared, and hashed, without them. Next: rule.hpp, which carries the list.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace glassgrad {

// Bytes from, ..., to - 1 of a struct.
struct Gap {
  std::size_t from, to;
};

namespace detail {

template <class Op>
struct Bytes {
  std::byte at[sizeof(Op)];
};
// bit_cast gives padding no value, and reading a byte without one is no constant expression.
template <class Op, std::size_t i, bool = (std::bit_cast<Bytes<Op>>(Op{}).at[i] == std::byte{})>
constexpr bool has_value(int) {
  return true;
}
template <class Op, std::size_t i>
constexpr bool has_value(...) {
  return false;
}
template <class Op>
constexpr auto values_of = []<std::size_t... i>(std::index_sequence<i...>) {
  return std::array<bool, sizeof(Op)>{has_value<Op, i>(0)...};
}
(std::make_index_sequence<sizeof(Op)>{});

// Of the stretches of bytes without a value: f(from, to).
template <class Op>
constexpr void each_gap(const auto& f) {
  constexpr auto& values = values_of<Op>;
  for (std::size_t to, from = 0; from < sizeof(Op); from = to) {
    for (to = from + 1; to < sizeof(Op) && values[to] == values[from];) ++to;
    if (!values[from]) f(from, to);
  }
}
template <class Op>
constexpr auto gaps = [] {
  constexpr std::size_t count = [] {
    std::size_t n = 0;
    each_gap<Op>([&n](std::size_t, std::size_t) { ++n; });
    return n;
  }();
  std::array<Gap, count> all{};
  std::size_t n = 0;
  each_gap<Op>([&](std::size_t from, std::size_t to) { all[n++] = {from, to}; });
  return all;
}();

}  // namespace detail

// Looking at every byte by itself takes a compiler minutes for a table of thousands.
inline constexpr std::size_t most_bytes_looked_at = 512;

// Empty where it cannot be found: bit_cast reads no pointers, and Op{} must be a constant
// expression. Then all bytes count, and an op with padding may be taken for another than itself.
template <class Op>
constexpr std::span<const Gap> gaps_of() {
  if constexpr (std::has_unique_object_representations_v<Op> || std::is_empty_v<Op> ||
                (sizeof(Op) > most_bytes_looked_at)) {
    return {};
  } else if constexpr (!detail::has_value<Op, 0>(0)) {
    return {};
  } else {
    return detail::gaps<Op>;
  }
}

// Calls f(bytes, how many) for each stretch of a struct's bytes between its padding.
template <class F>
void each_attribute(const void* op, std::size_t bytes, std::span<const Gap> gaps, const F& f) {
  const auto* const at = static_cast<const std::byte*>(op);
  std::size_t from = 0;
  for (const Gap& gap : gaps) {
    if (gap.from > from) f(at + from, gap.from - from);
    from = gap.to;
  }
  if (bytes > from) f(at + from, bytes - from);
}

// Do two structs of this rule's op have the same attributes? By their bits: -0.0 is not 0.0, and a
// NaN is itself.
template <class Rule>
bool same_attributes(const Rule& rule, const void* a, const void* b) {
  if (a == b) return true;
  bool same = true;
  const auto* const start = static_cast<const std::byte*>(a);
  each_attribute(a, rule.bytes, rule.gaps, [&](const std::byte* bytes, std::size_t count) {
    const auto* const other = static_cast<const std::byte*>(b) + (bytes - start);
    same = same && std::memcmp(bytes, other, count) == 0;
  });
  return same;
}

}  // namespace glassgrad

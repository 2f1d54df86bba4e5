// Memory that an arena or a pool has taken back: AddressSanitizer reports whoever still reads or
// writes it, as it does of freed memory. In the library and not inline, so that a sanitized program
// with a library that is not has no half of it. Without the sanitizer there is no call and no cost.
#pragma once

#include <cstddef>

namespace glassgrad {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool poisons = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool poisons = true;
#else
inline constexpr bool poisons = false;
#endif
#else
inline constexpr bool poisons = false;
#endif

namespace detail {
void poison(const void* p, std::size_t bytes);
void unpoison(const void* p, std::size_t bytes);
}  // namespace detail

inline void taken_back(const void* p, std::size_t bytes) {
  if constexpr (poisons) detail::poison(p, bytes);
}
inline void given_out(const void* p, std::size_t bytes) {
  if constexpr (poisons) detail::unpoison(p, bytes);
}

}  // namespace glassgrad

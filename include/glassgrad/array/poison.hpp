// Memory that an arena or a pool has taken back: AddressSanitizer reports a read or write of it, as
// of freed memory. Not inline, so that a sanitized program linked to a library that is not
// sanitized gets none of it instead of half. Without the sanitizer there is no call and no cost.
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

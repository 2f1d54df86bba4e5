// GLASSGRAD_SANITIZED: the program runs with sanitizers, which need more address space than `ulimit
// -v` leaves in these tests.
#pragma once

#include <string>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GLASSGRAD_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GLASSGRAD_SANITIZED
#endif
#endif

namespace glassgrad {
#ifdef GLASSGRAD_SANITIZED
inline const std::string at_most_2_gigabytes;
#else
inline const std::string at_most_2_gigabytes = "ulimit -v 2000000; ";
#endif
}  // namespace glassgrad

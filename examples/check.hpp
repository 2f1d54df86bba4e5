// How an example checks its own numbers: expect() and claim() print what was found and remember
// what was off; the program ends with `return failures();`. Next: slide.hpp, the same beside a
// slide.
#pragma once

#include <cmath>
#include <cstdio>

inline int& failures() {
  static int count = 0;
  return count;
}

inline void expect(const char* what, double found, double wanted, double tolerance = 1e-11) {
  const bool good = std::abs(found - wanted) <= tolerance;
  if (!good) ++failures();
  std::printf("%-28s %.12g%s", what, found, good ? "\n" : "");
  if (!good) std::printf("   wanted %.12g\n", wanted);
}

inline void claim(const char* what, bool holds) {
  if (!holds) ++failures();
  std::printf("%s: %s\n", what, holds ? "yes" : "NO, and it should be");
}

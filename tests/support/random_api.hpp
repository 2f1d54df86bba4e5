// Random programs over the public API against a slow reference: a list of plain vectors per tape
// and one reverse walk over it, 100 lines that know nothing of records, pools or generations. Use
// of anything dead, moved, stale, foreign or changed is predicted, and must be an Error, never a
// number.
// The caller makes the choices: random numbers (tests/engine/random_api_test.cpp) or the bytes
// of a fuzzer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace glassgrad {

// A number below n, for n > 0; and whether there are more.
struct Choices {
  virtual ~Choices() = default;
  virtual std::uint64_t below(std::uint64_t n) = 0;
  virtual bool more() = 0;
};

// Runs one program. Returns what went wrong, with the steps so far; "" when all was right.
std::string run_random_api(Choices& choices);

}  // namespace glassgrad

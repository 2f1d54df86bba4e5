// Walks over formulas without recursion: a formula may be as deep as a tape is long.
#pragma once

#include <utility>
#include <vector>

#include "glassgrad/engine/formula.hpp"

namespace glassgrad::detail {

// make(f, arguments) for every part of a formula, the innermost first: the arguments are the
// results for f's.
template <class F>
Formula rebuilt(const Formula& root, F&& make) {
  struct Open {
    const Formula* formula;
    std::vector<Formula> in;
  };
  std::vector<Open> open{{&root, {}}};
  for (;;) {
    Open& last = open.back();
    if (last.in.size() < last.formula->arguments().size()) {
      const Formula* next = &last.formula->arguments()[last.in.size()];
      open.push_back({next, {}});
      continue;
    }
    Formula made = make(*last.formula, std::move(last.in));
    open.pop_back();
    if (open.empty()) return made;
    open.back().in.push_back(std::move(made));
  }
}

// f(part) for every part of a formula until it says false.
template <class F>
void each_part(const Formula& root, F&& f) {
  std::vector<const Formula*> waiting{&root};
  while (!waiting.empty()) {
    const Formula* next = waiting.back();
    waiting.pop_back();
    if (!f(*next)) return;
    for (const Formula& argument : next->arguments()) waiting.push_back(&argument);
  }
}

// How many parts a formula has, at most `most`.
inline int parts_of(const Formula& formula, int most) {
  int parts = 0;
  each_part(formula, [&](const Formula&) { return ++parts < most; });
  return parts;
}

}  // namespace glassgrad::detail

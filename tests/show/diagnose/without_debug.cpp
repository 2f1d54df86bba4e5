// A program without debug information and without optimization: every call of the library's
// templates stands on its stack, some with names that the runtime cannot demangle. It prints where
// node 1 was recorded; cmake/Tests.cmake says what that must be.
#include <cstdio>

#include "glassgrad/glassgrad.hpp"

void step(glassgrad::Tape<>& tape) { log(tape.input("x", {3.0})) * 2; }

int main() {
  const auto line = glassgrad::line_of_node<double>(1, step);
  std::puts(line ? line->text().c_str() : "none");
}

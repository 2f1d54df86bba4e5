// Where in the caller's program a node was recorded: the file and the line, found from the call
// stack while the call is still running, with libbacktrace and the debug information, if any.
// Nothing is stored while recording, so it costs nothing until it is needed.
#pragma once

#include <cstdint>
#include <string>

namespace glassgrad {

struct SourceLine {
  std::string function;  // "train_step(double)", or "" when it is not known
  std::string file;      // as the compiler was given it, or "" without debug information
  int line = 0;
  std::string module;         // the program or the library that the address is in
  std::uintptr_t offset = 0;  // of the call in it

  // "model.cpp:12, in train_step(double)"; without debug information "train_step(double), +0x12ab
  // in ./model, compiled without -g".
  std::string text() const;
};

// Of the running call: the innermost frame outside namespace std and the library's files; where
// files are not known, in no function of namespace glassgrad either.
SourceLine source_line();

}  // namespace glassgrad

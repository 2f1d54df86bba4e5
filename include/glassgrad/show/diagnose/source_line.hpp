// Where in the caller's program a node was recorded: the file and the line, found from the call
// stack while the call is still running, with addr2line and whatever debug information there is.
// Nothing is kept of it while recording, so it costs nothing until a view asks.
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

// Of the call that is running: the innermost frame that is no function of namespace std and in no
// file of the library; where files are not known, in no function of namespace glassgrad either.
SourceLine source_line();

}  // namespace glassgrad

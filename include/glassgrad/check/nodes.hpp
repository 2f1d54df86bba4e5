// check_nodes: which node of a recorded graph has a wrong local gradient? Each op is a pure
// function of its inputs, so it can be run again on slightly shifted inputs, and its recorded local
// gradient compared with the differences. Nothing on the tape changes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glassgrad/check/slope.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// `analytic` is the recorded local gradient d(node)/d(input).
struct NodeEntry : Slope {
  std::uint32_t index = 0;  // of the node on the tape
  std::string name, op;     // the name is empty when none was given
  std::string scope;        // "net/layer1", outermost first; empty outside all
  int input = 0;            // the op's argument, counted from 0
  std::string input_name;   // of the node it comes from
};

struct NodeReport {
  bool ok = true;             // nothing is wrong, undefined or unclear; kinks are allowed
  std::int64_t nodes = 0;     // ops with a local gradient
  std::int64_t compared = 0;  // slopes
  std::int64_t wrong = 0, kinks = 0, undefined = 0, unclear = 0;
  std::vector<NodeEntry> entries;  // worst first
  std::string text() const;
};

// For every op node y of the tape and every input x_k that has a local gradient:
//   dy/dx_k ~ (op(..., x_k + h, ...) - op(..., x_k - h, ...)) / 2h,  h = eps^(1/3) max(1, |x_k|),
// or many other h where that one does not fit; whole up to options.full numbers per Jacobian, along
// random directions beyond. An op used twice with one node (x * x) is checked for each argument by
// itself; constants beside inputs and parameters, whose slopes are not used, are left out. Throws
// TapeError when a parameter has changed since it was recorded.
template <class T>
NodeReport check_nodes(Tape<T>& tape, const CheckOptions& options = {});

}  // namespace glassgrad

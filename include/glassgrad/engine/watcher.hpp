// Somebody who is shown what a tape does, while it does it.
#pragma once

#include "glassgrad/engine/node.hpp"

namespace glassgrad {

// Is shown everything while a tape works (show/diagnose/stop.hpp has the ones people use). What it
// throws ends the recording, which then appends nothing, or the backward.
template <class T>
struct Watcher {
  virtual ~Watcher() = default;
  virtual void recorded(const Node<T>& node) = 0;  // it has its value
  virtual void arrived(const Node<T>& node) = 0;   // its upstream is complete and goes on next
};

}  // namespace glassgrad

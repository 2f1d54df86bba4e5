// Who runs a program.
#pragma once

#include <atomic>

#include "glassgrad/array/error.hpp"

namespace glassgrad::program {

// A program has one set of buffers: two threads would write over each other's numbers.
class Running {
 public:
  explicit Running(std::atomic_flag& flag) : flag_(flag) {
    if (flag_.test_and_set(std::memory_order_acquire))
      throw TapeError("program", "another thread is running it",
                      "Compile one for each thread, or let them take turns");
  }
  ~Running() { flag_.clear(std::memory_order_release); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::atomic_flag& flag_;
};

}  // namespace glassgrad::program

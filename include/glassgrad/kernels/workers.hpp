// The one thread pool of all large kernels. The order of every sum depends on shapes alone and no
// two tasks write the same number, so the number of threads changes no bit.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// How many threads a large kernel may use, for the whole process. At first: the environment's
// GLASSGRAD_THREADS, else as many as the machine has. One keeps everything on the calling thread.
// Throw Error unless count is, or the environment asks for, a number from 1 to 1024.
void set_threads(Setting<"threads", "the number of threads", int, 1, 1024> count);
int threads();

namespace workers {

// Calls body(i) once for every i from 0 to tasks - 1, on this thread and those of the pool, and
// returns when all are done. What a body throws is rethrown here, of several the one of the lowest
// i; others may or may not have been called then. While another thread is inside, or from inside a
// body, the calls are made here in sequence.
void run(std::int64_t tasks, void (*body)(void* context, std::int64_t i), void* context);

template <class Body>
void run(std::int64_t tasks, Body&& body) {
  using B = std::remove_reference_t<Body>;
  if (tasks == 1) return body(0);
  run(
      tasks, [](void* context, std::int64_t i) { (*static_cast<B*>(context))(i); },
      const_cast<std::remove_const_t<B>*>(std::addressof(body)));
}

}  // namespace workers
}  // namespace glassgrad

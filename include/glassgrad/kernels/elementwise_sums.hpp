// How the backward kernels of elementwise ops undo broadcasting: an op writes its contributions
// to one input, and what meets at one entry of that input is summed, however many with the error of
// a few additions (src/kernels/sums.hpp). The op is compiled for every type, the sums for every
// type only. Next: elementwise.hpp, the kernels.
#pragma once

#include <cstdint>

#include "glassgrad/kernels/op.hpp"

namespace glassgrad {
namespace detail {

// Some runs of several arrays, the output the last of them: where the first run starts, how each
// array steps along it, and from one run to the next.
struct Plane {
  const std::int64_t *offset, *step, *row_step;
  std::int64_t length, rows;
};

// Upstream times local, for one input of an elementwise op.
template <class T>
struct Contributions {
  const void* op;               // its attributes
  const View<const T>* arrays;  // the inputs, and the upstream
  View<const T> out;
  int inputs, input;
  SummedFrom how;
  // Those of a plane, to rows that start `row_step` apart.
  void (*write)(const Contributions& from, const Plane& plane, T* to, std::int64_t row_step);
};

}  // namespace detail
namespace kernels {

// Their sums at the entries of the input, which broadcasts; the input of one of 2 to
// most_elementwise_inputs.
template <class T>
void sum_contributions(const detail::Contributions<T>& from, const Sink<T>& sink);

}  // namespace kernels
}  // namespace glassgrad

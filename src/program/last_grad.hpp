// The gradient that a program ends with: it is not differentiated again.
#pragma once

#include <span>
#include <vector>

#include "glassgrad/engine/tape.hpp"

namespace glassgrad::program {

// grad(y, xs) on a tape with Keep::program. Ops whose adjoint is several ops pass their upstream on
// by the one kernel that backward uses (Append::pull): fewer instructions, and the bits of
// backward.
template <class T>
std::vector<Node<T>> last_grad(const Node<T>& y, std::span<const Node<T>> xs);

}  // namespace glassgrad::program

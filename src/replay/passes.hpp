// The passes that make a program small, in the order they are run. Each leaves what it computes,
// to the last bit, as it was.
#pragma once

#include "graph.hpp"

namespace glassgrad::replay {

// Drops what no output needs.
template <class T>
void remove_dead(Graph<T>& graph);
// What depends on constants alone was computed when it was recorded: it becomes a constant.
template <class T>
void fold_constants(Graph<T>& graph);
// x * 1, x + 0 and the like (Neutral) are x; a constant whose numbers are all the same is a single
// number wherever another input gives the shape. Up to the sign of a zero.
template <class T>
void clean_algebra(Graph<T>& graph);
// The same op with the same attributes on the same inputs is computed once.
template <class T>
void merge_common(Graph<T>& graph);
// Neighbouring elementwise instructions of one shape run together, block by block from the cache.
template <class T>
void fuse(Graph<T>& graph);

}  // namespace glassgrad::replay

// The passes that make a program small, in the order they are run. Each leaves what it computes, to
// the last bit, as it was; but for sums: those of large arrays at the end
// of a fused run, and those that go before a product.
#pragma once

#include "../graph.hpp"

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
// An elementwise instruction reads what a broadcast_to stretches: it stretches it itself.
template <class T>
void unstretch(Graph<T>& graph);
// A product of a transpose reads its operand transposed instead: matmul's own flags.
template <class T>
void fold_transposes(Graph<T>& graph);
// Sums along one axis are taken before what is linear in their input: a factor, a product.
template <class T>
void sums_first(Graph<T>& graph);
// What a backward kernel gives and an addition puts on top of others is added there by the kernel.
template <class T>
void accumulate(Graph<T>& graph);
// Neighbouring elementwise instructions of one shape run together, block by block from the cache,
// and the sums they end in with them. What adds to a product or bends it joins its output this way:
// it is written where the product was.
template <class T>
void fuse(Graph<T>& graph);
// Runs and what lies between them become one run where every entry of the first axis goes its own
// way through large arrays: products of a batch, patches, sums over later axes.
template <class T>
void join_rows(Graph<T>& graph);
// A large array that is made of small ones is made again by every run by rows that reads it.
template <class T>
void recompute(Graph<T>& graph);
// The order of instructions that do not wait for one another: those on single numbers by op, so
// that one call serves many; others of middling size side by side, for threads.
template <class T>
void schedule(Graph<T>& graph);

}  // namespace glassgrad::replay

// The passes that shrink a program, in the order they run. Each keeps results to the last bit,
// except sums: those of large arrays at the end of a fused run, and those moved before a product.
#pragma once

#include "../graph.hpp"

namespace glassgrad::program {

// Drops what no output needs.
template <class T>
void remove_dead(Graph<T>& graph);
// Values that depend on constants alone become constants: they were computed when recorded.
template <class T>
void fold_constants(Graph<T>& graph);
// x * 1, x - 0 and the like (Neutral) are x; a constant whose numbers are all the same is a single
// number wherever another input gives the shape.
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
// Sums along one axis move before ops linear in their input: a factor, a product.
template <class T>
void sums_first(Graph<T>& graph);
// A backward kernel accumulates its contribution in place of a separate addition.
template <class T>
void accumulate(Graph<T>& graph);
// Neighbouring elementwise instructions of one shape run together, block by block from the cache,
// and so do the sums they end in. A bias or activation after a product is thus written over the
// product.
template <class T>
void fuse(Graph<T>& graph);
// Runs and the instructions between them are tiled along the batch axis where its entries are
// independent and arrays large: products of a batch, windows, sums over later axes.
template <class T>
void join_rows(Graph<T>& graph);
// A large array computed from small ones is recomputed by every run by rows that reads it.
template <class T>
void recompute(Graph<T>& graph);
// The order of independent instructions: those on single numbers by op, so that one call serves
// many; others of middling size grouped to run in parallel.
template <class T>
void schedule(Graph<T>& graph);

}  // namespace glassgrad::program

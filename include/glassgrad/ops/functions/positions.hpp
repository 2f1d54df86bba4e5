// Taking and placing by position, sorting and choosing: compositions of rows, take_along and their
// adjoints. Positions go from 0; a negative one is out of range. Positions found from numbers
// (argsort and the like) are read when recorded, and the gradient goes to the chosen entries. All
// throw ShapeError for a position out of range and shapes that do not fit.
#pragma once

#include "glassgrad/ops/rules/along.hpp"

namespace glassgrad {

// y[i, j] = x[positions[i, j], j] along axis 0, and so on: PyTorch's gather and NumPy's
// take_along_axis, whose other axes broadcast.
template <class T>
Node<T> gather(const Node<T>& x, Axis axis, const Indices<T>& positions);
template <class T>
Node<T> take_along_axis(const Node<T>& x, const Indices<T>& positions, Axis axis);
template <class T>
Node<T> take(const Node<T>& x, const Indices<T>& positions);  // of x flattened
// x[:, positions, :] along an axis; positions of any shape, whose axes stand for that axis.
template <class T>
Node<T> index_select(const Node<T>& x, Axis axis, const Indices<T>& positions);

// x with the source's entries put (scatter, index_copy), added (scatter_add, index_add) or a
// number put (index_fill) at positions. Two entries put at one place are a ShapeError.
template <class T>
Node<T> scatter(const Node<T>& x, Axis axis, const Indices<T>& positions, const Node<T>& source);
template <class T>
Node<T> scatter_add(const Node<T>& x, Axis axis, const Indices<T>& positions,
                    const Node<T>& source);
enum class Reduced { sum, mean, prod, amax, amin };
// The entries at one place, and x's own if include_x, reduced to one. prod is a running product
// over them; amax and amin split the gradient among ties.
template <class T>
Node<T> scatter_reduce(const Node<T>& x, Axis axis, const Indices<T>& positions,
                       const Node<T>& source, Reduced how, bool include_x = true);
template <class T>
Node<T> index_add(const Node<T>& x, Axis axis, const Indices<T>& positions, const Node<T>& source,
                  double alpha = 1);
template <class T>
Node<T> index_copy(const Node<T>& x, Axis axis, const Indices<T>& positions, const Node<T>& source);
template <class T>
Node<T> index_fill(const Node<T>& x, Axis axis, const Indices<T>& positions, double value);
// x[p_0, p_1, ...] = values for arrays of positions of one shape, one for each of the first axes;
// or += when they accumulate.
template <class T>
Node<T> index_put(const Node<T>& x, std::span<const Indices<T>> positions, const Node<T>& values,
                  bool accumulate = false);
// x[p_0, p_1, ...]
template <class T>
Node<T> index_get(const Node<T>& x, std::span<const Indices<T>> positions);

// Masks are nodes: not zero means chosen. They broadcast with x.
template <class T>
Node<T> masked_fill(const Node<T>& x, const Node<T>& mask, const Node<T>& value);
template <class T>
Node<T> masked_select(const Node<T>& x, const Node<T>& mask);  // the chosen entries as a vector
// The chosen ones replaced by the source's first entries, in order.
template <class T>
Node<T> masked_scatter(const Node<T>& x, const Node<T>& mask, const Node<T>& source);

// y[..., k] = 1 where k is the position, else 0: a constant.
template <class T>
Node<T> one_hot(const Indices<T>& positions, Integer classes);
// Rows of a table. The row `padding` is returned but receives no gradient (-1: there is none).
template <class T>
Node<T> embedding(const Node<T>& table, const Indices<T>& positions, Integer padding = -1);

// Positions along an axis that sort x; equal ones stay in order, NaN comes last (descending:
// first).
template <class T>
Indices<T> argsort(const Node<T>& x, Axis axis = -1, bool descending = false);
// The first of the largest (smallest), the axis gone.
template <class T>
Indices<T> argmax(const Node<T>& x, Axis axis);
template <class T>
Indices<T> argmin(const Node<T>& x, Axis axis);

template <class T>
struct Chosen {
  Node<T> values;
  Indices<T> positions;
};
template <class T>
Chosen<T> sort(const Node<T>& x, Axis axis = -1, bool descending = false);
template <class T>
Node<T> msort(const Node<T>& x);  // along axis 0
template <class T>
Chosen<T> topk(const Node<T>& x, Integer k, Axis axis = -1, bool largest = true);
template <class T>
Chosen<T> kthvalue(const Node<T>& x, Integer k, Axis axis = -1);  // the k-th smallest, from 1

}  // namespace glassgrad

// Norms of every order, and distances made from them: right wherever norm and slope are within
// range, even where squares are not. All but the op norm are compositions, each in a scope of its
// name. Slopes are 0 where a norm is 0.
#pragma once

#include "glassgrad/ops/rules/statistics.hpp"

namespace glassgrad {

// (sum |x|^p)^(1/p) over the axes: p = 2 by squares, 1 by absolute values, infinity the largest and
// -infinity the smallest absolute value, 0 how many are not 0 (no gradient). An empty array has
// norm 0, or throws ShapeError for an infinite order.
template <class T>
Node<T> norm(const Node<T>& x, double p = 2, Axes axes = {}, bool keepdims = false);

// x / max(norm, eps) along the axes. Along x the slope of a longer x is 0: for p = 2 rounding
// leaves at most 4 epsilon |u| / m of it, for an upstream u and the norm m.
template <class T>
Node<T> normalize(const Node<T>& x, double p = 2, Axes axes = -1, double eps = 1e-12);
// Slices along `axis` whose norm is above `most` are scaled down to it.
template <class T>
Node<T> renorm(const Node<T>& x, double p, Axis axis, double most);

// The norm of a - b over all entries
template <class T>
Node<T> dist(const Node<T>& a, const Node<T>& b, double p = 2);
// The norm of a - b + eps along the last axis; eps keeps it away from 0
template <class T>
Node<T> pairwise_distance(const Node<T>& a, const Node<T>& b, double p = 2, double eps = 1e-6,
                          bool keepdims = false);
// sum (a / max(|a|, eps)) (b / max(|b|, eps)) along an axis of the shape that a and b broadcast to.
template <class T>
Node<T> cosine_similarity(const Node<T>& a, const Node<T>& b, Axis axis = -1, double eps = 1e-8);
// The distance of every row of a [..., n, d] to every row of b [..., m, d]: [..., n, m]. Throws
// ShapeError for a vector or number, or when d differs.
template <class T>
Node<T> cdist(const Node<T>& a, const Node<T>& b, double p = 2);
// The distances of row i to row j of x [n, d], i < j: [n (n - 1) / 2], in that order. Throws
// ShapeError when x is no matrix.
template <class T>
Node<T> pdist(const Node<T>& x, double p = 2);

}  // namespace glassgrad

// Products of arrays, made of matmul, transposes and reshapes: inner and outer, tensordot, einsum,
// and the short forms of linear layers.
#pragma once

#include <string_view>

#include "glassgrad/ops/rules/matmul.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

// sum a_i b_i of two vectors, or of arrays of one shape, flattened. Throw ShapeError when they
// differ in shape.
template <class T>
Node<T> dot(const Node<T>& a, const Node<T>& b);
template <class T>
Node<T> vdot(const Node<T>& a, const Node<T>& b);
// y[i..., j...] = sum_k a[i..., k] b[j..., k]
template <class T>
Node<T> inner(const Node<T>& a, const Node<T>& b);
template <class T>
Node<T> outer(const Node<T>& a, const Node<T>& b);  // y[i, j] = a_i b_j of two vectors
template <class T>
Node<T> kron(const Node<T>& a, const Node<T>& b);  // the Kronecker product
// a x b along an axis of 3; the other axes broadcast.
template <class T>
Node<T> cross(const Node<T>& a, const Node<T>& b, Axis axis = -1);
// Sums over pairs of axes: those of `a` with those of `b` in order; or the last `axes` of a with
// the first of b.
template <class T>
Node<T> tensordot(const Node<T>& a, const Node<T>& b, Axes axes_a, Axes axes_b);
template <class T>
Node<T> tensordot(const Node<T>& a, const Node<T>& b, Integer axes = 2);
// Einstein's sum: "ij,jk->ik". A letter missing from the result is summed over; one that is twice
// in an array takes the diagonal; "..." are further axes, which broadcast; without "->" the result
// has the letters that occur once, in order. Arrays are contracted from left to right.
template <class T>
Node<T> einsum(std::string_view equation, std::span<const Node<T>> arrays);
template <class T>
Node<T> einsum(std::string_view equation, std::initializer_list<Node<T>> arrays) {
  return einsum(equation, std::span<const Node<T>>(arrays.begin(), arrays.size()));
}

template <class T>
Node<T> mv(const Node<T>& a, const Node<T>& x);  // matrix times vector
template <class T>
Node<T> bmm(const Node<T>& a, const Node<T>& b);  // matrix by matrix; both have three axes
// beta x + alpha (the product)
struct Scales {
  double beta = 1, alpha = 1;
};
template <class T>
Node<T> addmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales = {});
template <class T>
Node<T> addmv(const Node<T>& x, const Node<T>& a, const Node<T>& v, Scales scales = {});
template <class T>
Node<T> addr(const Node<T>& x, const Node<T>& u, const Node<T>& v, Scales scales = {});
template <class T>
Node<T> baddbmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales = {});
template <class T>
Node<T> addbmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales = {});
// y = x W^T, and y_k = x_1^T W_k x_2; a bias is added by +.
template <class T>
Node<T> linear(const Node<T>& x, const Node<T>& weight);
template <class T>
Node<T> bilinear(const Node<T>& first, const Node<T>& second, const Node<T>& weight);
// The product of several matrices in the order that costs least; the first and last may be vectors.
// (Cormen, Leiserson, Rivest, Stein: Introduction to Algorithms, section 15.2)
template <class T>
Node<T> multi_dot(std::span<const Node<T>> matrices);

}  // namespace glassgrad

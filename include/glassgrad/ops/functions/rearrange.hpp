// Movement functions composed of the ops of ops/rules/movement.hpp and ops/rules/windows.hpp; there
// are no rules here. A negative axis counts from the back; all throw ShapeError, naming the op or
// the function, when axes or sizes do not fit.
#pragma once

#include "glassgrad/array/named.hpp"
#include "glassgrad/ops/rules/windows.hpp"

namespace glassgrad {

// ---- Axes.
template <class T>
Node<T> squeeze(const Node<T>& x, Axes axes = {});  // drops axes of size 1; others named stay
template <class T>
Node<T> unsqueeze(const Node<T>& x, Axis axis);  // a new axis of size 1, at `axis` of the result
// Axes first to last as one.
template <class T>
Node<T> flatten(const Node<T>& x, Axis first = 0, Axis last = -1);
template <class T>
Node<T> swapaxes(const Node<T>& x, Axis a, Axis b);
template <class T>
Node<T> movedim(const Node<T>& x, Axes from, Axes to);
// PyTorch's expand: broadcast_to where -1 keeps an axis's size.
template <class T>
Node<T> expand(const Node<T>& x, std::initializer_list<Integer> sizes);
// At least that many axes: new ones in front, as NumPy's atleast_2d; atleast_3d of a matrix differs
// there (a last axis), here it does not.
template <class T>
Node<T> atleast_nd(const Node<T>& x, Integer axes);

// ---- Parts.
template <class T>
Node<T> narrow(const Node<T>& x, Axis axis, Integer start, Integer length);
template <class T>
Node<T> select(const Node<T>& x, Axis axis, Integer position);  // negative: from the end
// Pieces of these sizes; of `size` each, the last one smaller; `chunks` of them, of like sizes.
template <class T>
std::vector<Node<T>> split(const Node<T>& x, std::span<const std::int64_t> sizes, Axis axis = 0);
template <class T>
std::vector<Node<T>> split(const Node<T>& x, Integer size, Axis axis = 0);
template <class T>
std::vector<Node<T>> chunk(const Node<T>& x, Integer chunks, Axis axis = 0);
template <class T>
std::vector<Node<T>> unbind(const Node<T>& x, Axis axis = 0);

// ---- Together. NumPy's stacks: hstack, vstack, dstack.
template <class T>
Node<T> hstack(std::span<const Node<T>> arrays);
template <class T>
Node<T> vstack(std::span<const Node<T>> arrays);
template <class T>
Node<T> dstack(std::span<const Node<T>> arrays);
template <class T>
Node<T> block_diag(std::span<const Node<T>> matrices);
// Coordinates of a grid: array k varies along axis k, all have the shape (n_0, n_1, ...) ("ij").
template <class T>
std::vector<Node<T>> meshgrid(std::span<const Node<T>> vectors);

// ---- Order.
template <class T>
Node<T> flip(const Node<T>& x, Axes axes = {});
template <class T>
Node<T> fliplr(const Node<T>& x) {
  return in_the_name_of("fliplr", [&] { return flip(x, 1); });
}
template <class T>
Node<T> flipud(const Node<T>& x) {
  return in_the_name_of("flipud", [&] { return flip(x, 0); });
}
template <class T>
Node<T> rot90(const Node<T>& x, Integer times = 1, Axis first = 0, Axis second = 1);
// y[i] = x[i - shift], cyclically.
template <class T>
Node<T> roll(const Node<T>& x, Integer shift, Axis axis);
template <class T>
Node<T> roll(const Node<T>& x, Integer shift);  // of x flattened

// ---- Repeated and padded.
template <class T>
Node<T> tile(const Node<T>& x, const Shape& times);  // NumPy's tile, PyTorch's repeat
template <class T>
Node<T> repeat(const Node<T>& x, Integer times, Axis axis);  // each entry `times` times, adjacent

// Padding: a constant, the mirror image without the edge, the edge repeated, the array repeated.
enum class Padding { constant, reflect, replicate, circular };
struct Margin {
  Setting<"pad", "axis"> axis = 0;
  Setting<"pad", "before"> before = 0;
  Setting<"pad", "after"> after = 0;  // negative: cut off
};
template <class T>
Node<T> pad(const Node<T>& x, const Margin& margin, Padding padding = Padding::constant,
            double value = 0);
template <class T>
Node<T> pad(const Node<T>& x, std::span<const Margin> margins, Padding padding = Padding::constant,
            double value = 0);

// ---- Diagonals, `offset` above (negative: below) the main one.
// x[..., i, ..., i + offset, ...] on a new last axis, the two axes gone.
template <class T>
Node<T> diagonal(const Node<T>& x, Integer offset = 0, Axis first = -2, Axis second = -1);
// Square matrices, zero but for x on their diagonal; their axes stand where `first`, `second` say.
template <class T>
Node<T> diag_embed(const Node<T>& x, Integer offset = 0, Axis first = -2, Axis second = -1);
template <class T>
Node<T> diag(const Node<T>& x, Integer offset = 0);  // of a vector a matrix, and back
template <class T>
Node<T> matrix_trace(const Node<T>& x);  // sum of the diagonal, the last two axes gone

}  // namespace glassgrad

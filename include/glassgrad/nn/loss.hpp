// Losses: the distance of a prediction from its target, as one number. All are compositions of ops;
// each opens a scope of its own name, so that a trace shows it as one box.
// yhat or p: the prediction, y: the target, z: a prediction before its sigmoid or softmax
// ("logits"). All throw ShapeError when prediction and target differ in shape: broadcasting would
// hide a mistake. For "m examples" a vector is one example as a row, or one number of every example
// as a column. A mean over a batch weighs its examples alike, so those of a short last batch weigh
// more.
#pragma once

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/nn/dense.hpp"

namespace glassgrad {

// sum (y - yhat)^2 / 2
template <class T>
Node<T> half_squared_error(const Node<T>& yhat, const Node<T>& y);

// sum (y - yhat)^2 / (2 m) for m examples
template <class T>
Node<T> squared_cost(const Node<T>& yhat, const Node<T>& y, Examples examples = Examples::rows);

// mean over all entries of (y - yhat)^2
template <class T>
Node<T> mean_squared_error(const Node<T>& yhat, const Node<T>& y);

// Probabilities are clamped this far from 0 and 1 before the logarithm; beyond, the slope is 0.
template <class T>
inline constexpr double probability_clamp = sizeof(T) == sizeof(float) ? 1e-7 : 1e-12;

// mean over all entries of -(y ln p + (1 - y) ln(1 - p)), p held in [clamp, 1 - clamp]
template <class T>
Node<T> binary_cross_entropy(const Node<T>& p, const Node<T>& y,
                             double clamp = probability_clamp<T>);
// the same, summed: over units, over examples
template <class T>
Node<T> binary_cross_entropy_sum(const Node<T>& p, const Node<T>& y,
                                 double clamp = probability_clamp<T>);
// mean over all entries of the same for p = sigmoid(z), as y ln(1 + e^-z) + (1 - y) ln(1 + e^z),
// which holds for any z and needs no clamp; its slope to y is -z
template <class T>
Node<T> binary_cross_entropy_from_logits(const Node<T>& z, const Node<T>& y);

// mean over examples of -sum y ln p, p held above clamp; y one-hot or any distribution
template <class T>
Node<T> cross_entropy(const Node<T>& p, const Node<T>& y, Examples examples = Examples::rows,
                      double clamp = probability_clamp<T>);
// the same for p = softmax(z), as -sum y log_softmax(z), which holds for any z
template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Node<T>& y,
                              Examples examples = Examples::rows);
// mean over rows of -log_softmax(z)[label]: z [m, classes], labels [m] from 0 to classes - 1.
// Throws ShapeError for a label out of range.
template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Indices<T>& labels);

}  // namespace glassgrad

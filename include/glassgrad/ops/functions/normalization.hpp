// Normalisation and attention. Channels are axis 1 of (N, C, ...). The learnt scale and shift after
// a normalisation are applied by the caller: by broadcasting for layer_norm, with per_channel() for
// the others.
#pragma once

#include <utility>

#include "glassgrad/ops/functions/convolution.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {

// (x - mean) / sqrt(variance + eps) over the axes; the variance is divided by the count. Eps keeps
// a constant x finite.
template <class T>
Node<T> normalized(const Node<T>& x, const Axes& axes, double eps = 1e-5);
// Over the last `axes` axes (Ba, Kiros, Hinton 2016).
template <class T>
Node<T> layer_norm(const Node<T>& x, Integer axes = 1, double eps = 1e-5);
// Over the channels of a group and all that follows (Wu, He 2018); one channel each is
// instance_norm.
template <class T>
Node<T> group_norm(const Node<T>& x, Integer groups, double eps = 1e-5);
template <class T>
Node<T> instance_norm(const Node<T>& x, double eps = 1e-5);
// Over everything but the channels (Ioffe, Szegedy 2015): in training with the batch's own mean and
// variance, in evaluation with the running ones from training, one number per channel.
template <class T>
Node<T> batch_norm(const Node<T>& x, double eps = 1e-5);
template <class T>
Node<T> batch_norm(const Node<T>& x, const Node<T>& mean, const Node<T>& variance,
                   double eps = 1e-5);
template <class T>
struct Moments {
  Node<T> mean, variance;  // the variance divided by count - 1, as running ones are kept
};
template <class T>
Moments<T> batch_moments(const Node<T>& x);
// Both at once, for a layer in training: y = batch_norm(x, eps), and the moments.
template <class T>
std::pair<Node<T>, Moments<T>> batch_norm_with_moments(const Node<T>& x, double eps = 1e-5);

// softmax(q k^T / sqrt(d)) v for q (..., L, d), k (..., S, d), v (..., S, e). A mask admits
// positions where it is not 0; causal: none that is later. A row that attends to nothing is NaN.
// (Vaswani et al. 2017)
template <class T>
Node<T> attention(const Node<T>& q, const Node<T>& k, const Node<T>& v, bool causal = false);
template <class T>
Node<T> attention(const Node<T>& q, const Node<T>& k, const Node<T>& v, const Node<T>& mask);

}  // namespace glassgrad

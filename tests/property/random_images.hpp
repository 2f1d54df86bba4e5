// Random functions of a batch of images (n, channels, height, width): windows, convolutions,
// pooling, normalisation, losses, positions, running ops along every axis but the first, sums over
// letters. An example's result depends on that example alone.
#pragma once

#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "glassgrad/ops/structure.hpp"
#include "property/graph.hpp"

namespace glassgrad::property {

// As (n, channels, height * width), and back.
template <class T>
Node<T> as_signal(const Node<T>& x) {
  return reshape(x, Shape{x.shape()[0], x.shape()[1], x.shape()[2] * x.shape()[3]});
}
template <class T>
Node<T> as_images(const Node<T>& y, const Node<T>& x) {
  return reshape(y, x.shape());
}
// 3 by 3 weights (channels, channels, 3, 3) as they are, one per channel, or of signals.
template <class T>
Node<T> convolved(const Node<T>& x, const Node<T>& w, std::size_t which) {
  const std::int64_t channels = x.shape()[1], h = x.shape()[2];
  const Sliding around{1, 1, 1, 1};
  const Node<T> small = tanh(w) / 4.0;
  const Node<T> of_signal = reshape(slice(small, 2, 1, 2), Shape{channels, channels, 3});
  switch (which % 6) {
    case 0:
      return conv2d(x, small, around);
    case 1:
      return conv2d(x, slice(small, 1, 0, 1), {1, 1, 1, channels});
    case 2:
      return slice(conv_transpose2d(x, small, {Pair(2, 1), 1, 1, 1}), 2, 0, h);
    case 3:
      return conv2d(pad(x, Margin{2, 1, 1}), small, {1, Pair(1, 2), Pair(2, 2), 1}) * 0.5 + x;
    case 4:
      return as_images(conv1d(as_signal(x), of_signal, {1, 1, 1, 1}), x);
    default:
      return as_images(conv_transpose1d(as_signal(x), of_signal, {1, 1, 1, 1}), x);
  }
}
template <class T>
Node<T> pooled(const Node<T>& x, std::size_t which, const Kinds& kinds) {
  const std::int64_t width = x.shape()[3];
  Pooling around{1, 1, 1};
  around.count_padding = which % 2;
  switch (which % (kinds.mapped ? 5 : 8)) {
    case 0:
      return max_pool2d(x, 3, around);
    case 1:
    case 2:
      return avg_pool2d(x, 3, around);
    case 3:
      return as_images(max_pool1d(as_signal(x), 3, around), x);
    case 4:
      return as_images(avg_pool1d(as_signal(x), 3, around), x);
    case 5:
      return x - adaptive_avg_pool2d(x, 1);
    case 6:
      return x + adaptive_max_pool2d(x, Pair(1, width)) / 2.0;
    default: {
      const Pooling beyond{Pair(1, 2), 0, 1, true};
      return slice(repeat(max_pool2d(x, Pair(1, std::min<std::int64_t>(2, width)), beyond), 2, 3),
                   3, 0, width);
    }
  }
}
template <class T>
Node<T> windowed(const Node<T>& x, int axis, std::size_t which) {
  const std::int64_t size = x.shape()[axis], two = std::min<std::int64_t>(2, size);
  switch (which % 6) {
    case 0:
      return fold(unfold(x, axis, two), axis, size) / 2.0;
    case 1:
      return fold(sin(unfold(x, axis, two, 1, 1)), axis, size);
    case 2:
      return slice(pad(x, Margin{axis, 1, 1}, Padding::replicate), axis, 0, size);
    case 3:
      return slice(pad(x, Margin{axis, size - 1, 0}, Padding::reflect), axis, 0, size);
    case 4:
      return slice(pad(x, Margin{axis, 1, 1}, Padding::circular), axis, 2, size + 2);
    default:
      return slice(pad(x, Margin{axis, 1, 0}, Padding::constant, 0.5), axis, 0, size) + x;
  }
}
template <class T>
Node<T> running(const Node<T>& x, int axis, std::size_t which, const Kinds& kinds) {
  switch (which % (kinds.recorded ? 5 : 7)) {
    case 0:
      return cumsum(x, axis) / 2.0;
    case 1:
      return cumprod(tanh(x) + 0.5, axis);
    case 2:
      return logcumsumexp(x, axis);
    case 3:
      return x - unsqueeze(trapezoid(x, 0.5, axis), axis) / 4.0;
    case 4:
      return concat({diff(x, 1, axis), slice(x, axis, 0, 1)}, axis);
    case 5:
      return cummax(x, axis).values;
    default:
      return cummin(x, axis).values;
  }
}
template <class T>
Node<T> normalised(const Node<T>& x, int axis, std::size_t which) {
  switch (which % 9) {
    case 0:
      return group_norm(x, x.shape()[1], 0.1);
    case 1:
      return instance_norm(x, 0.2);
    case 2:
      return layer_norm(x, 1 + int(which / 9 % 3), 0.1);
    case 3:
      return x / (norm(x, 2, {1, axis == 1 ? 2 : axis}, true) + 0.5);
    case 4:
      return softmax(x, {axis, axis == 1 ? 3 : 1});
    case 5:
      return log_softmax(x, axis) / 4.0;
    case 6:
      return x * logsumexp(x, {axis, axis == 1 ? 3 : 1}, true) / 2.0;
    case 7:
      return x + deviation(x, {1, axis == 1 ? 2 : axis}, 0, true);
    default:
      return normalized(x, {1, 2, 3}, 0.3) * var(x, axis, 0, true);
  }
}
template <class T>
Node<T> ranked(const Node<T>& x, int axis, std::size_t which, const Kinds& kinds) {
  const std::int64_t size = x.shape()[axis], half = (size + 1) / 2;
  switch (which % (kinds.mapped ? 2 : kinds.recorded ? 6 : 8)) {
    case 0:
      return x * max(x, {1, 2, 3}, true) / 2.0;
    case 1:
      return x - min(x, axis, true) * 0.5;
    case 2:
      return x - median(x, axis, true);
    case 3:
      return x + quantile(x, 0.3, axis, true) / 2.0;
    case 4:
      return x - kth_smallest(x, size / 2, axis, true);
    case 5:
      return x + nanmedian(x, axis, true);
    case 6:
      return sort(x, axis, which / 8 % 2).values;
    default:
      return concat({topk(x, half, axis).values, topk(x, size - half, axis, false).values}, axis);
  }
}
// Positions 0, 2, 4, ... around the axis, moved by `shift`: the same in every example.
template <class T>
Indices<T> positions_along(const Node<T>& x, int axis, std::size_t shift) {
  std::vector<std::int64_t> at;
  const std::int64_t size = x.shape()[axis];
  for (std::int64_t i = 0; i < size; ++i) at.push_back((2 * i + std::int64_t(shift)) % size);
  return x.tape()->indices(at);
}
template <class T>
Indices<T> positions_of_all(const Node<T>& x, int axis, std::size_t shift) {
  const std::int64_t each = x.shape()[0] ? x.shape().count() / x.shape()[0] : 1;
  std::vector<std::int64_t> at;
  for (std::int64_t i = 0; i < x.shape().count(); ++i)
    at.push_back((i % each * 3 + std::int64_t(shift)) % x.shape()[axis]);
  return x.tape()->indices({}, at, x.shape());
}
template <class T>
Node<T> placed(const Node<T>& x, const Node<T>& b, int axis, std::size_t which,
               const Kinds& kinds) {
  const std::size_t shift = which / 8;
  switch (which % (kinds.mapped ? 1 : 8)) {
    case 0:
      return roll(flip(x, axis), std::int64_t(shift), axis);
    case 1:
      return gather(x, axis, positions_of_all(x, axis, shift));
    case 2:
      return scatter_add(x, axis, positions_of_all(x, axis, shift), b) / 2.0;
    case 3:
      return scatter_reduce(x, axis, positions_of_all(x, axis, shift), b, Reduced::mean);
    case 4:
      return take_along_axis(b, positions_of_all(b, axis, shift), axis) * x;
    case 5:
      return index_select(x, axis, positions_along(x, axis, shift));
    case 6:
      return index_add(x, axis, positions_along(x, axis, shift), b, 0.5);
    default:
      return index_fill(x, axis, x.tape()->indices({0}), 0.25);
  }
}
template <class T>
Node<T> multiplied(const Node<T>& x, const Node<T>& b, const Node<T>& w, std::size_t which) {
  const Node<T> mix = tanh(mean(w, {2, 3})) / 2.0;  // (channels, channels)
  switch (which % 7) {
    case 0:
      return einsum("nchw,cd->ndhw", {x, mix});
    case 1:
      return einsum("nchw,nchv,nciv->nciw", {x, b, x}) / 8.0;
    case 2:
      return movedim(tensordot(x, mix, 1, 0), -1, 1);
    case 3:
      return triu(x) + tril(b, 1);
    case 4:
      return attention(x, b, x);
    case 5:
      return x + unsqueeze(unsqueeze(matrix_trace(matmul(x, swapaxes(b, 2, 3))), -1), -1) / 8.0;
    default:
      return x * unsqueeze(einsum("nchw,nchw->nhw", {x, b}), 1) / 4.0;
  }
}
// Entry by entry, with the same labels in every example.
template <class T>
Node<T> lost(const Node<T>& x, const Node<T>& b, std::size_t which, const Kinds& kinds) {
  const Reduction each = Reduction::none;
  const Node<T> chance = into({0.05, 0.95}, b);
  switch (which % (kinds.mapped ? 9 : 10)) {
    case 0:
      return squared_loss(x, b, each);
    case 1:
      return huber_loss(x, b, 0.7, each);
    case 2:
      return smooth_l1_loss(x, b, 1.3, each);
    case 3:
      return l1_loss(x, b, each);
    case 4:
      return binary_cross_entropy_from_logits(x, chance, BinaryLoss<T>{1, 1, each});
    case 5:
      return binary_cross_entropy(chance, into({0, 1}, x), BinaryLoss<T>{1, 1, each});
    case 6:
      return poisson_nll_loss(x, chance, {true, false, 1e-8, each});
    case 7:
      return gaussian_nll_loss(x, b, chance, {true, 1e-6, each});
    case 8:
      return kl_divergence(log_softmax(x, 1), softmax(b, 1), each);
    default: {
      std::vector<std::int64_t> labels;
      const Shape spots{x.shape()[0], x.shape()[2], x.shape()[3]};
      for (std::int64_t i = 0; i < spots.count(); ++i) labels.push_back(0);
      const ClassLoss options{{}, -100, 0.25, each};
      return x +
             unsqueeze(softmax_cross_entropy(x, x.tape()->indices({}, labels, spots), options), 1);
    }
  }
}

// f(x) of x (n, c, h, w), all but n at least 1: the same function for the same seed.
template <class T>
Node<T> random_images(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds& kinds) {
  Dice dice(seed * 29 + 1);
  std::vector<Node<T>> made{x, tanh(x) * 0.5};
  for (int step = 0; step < 4; ++step) {
    const Node<T> a = made[dice.below(made.size())], b = made.back();
    const int axis = 1 + int(dice.below(3));
    const std::size_t which = dice.below(1000);
    const std::size_t kind = step == 0 ? seed % 9 : dice.below(9);
    const Node<T> y = kind == 0   ? convolved(b, w, which)
                      : kind == 1 ? pooled(b, which, kinds)
                      : kind == 2 ? windowed(b, axis, which)
                      : kind == 3 ? running(b, axis, which, kinds)
                      : kind == 4 ? normalised(b, axis, which)
                      : kind == 5 ? ranked(b, axis, which, kinds)
                      : kind == 6 ? placed(a, b, axis, which, kinds)
                      : kind == 7 ? multiplied(a, b, w, which)
                                  : lost(a, b, which, kinds);
    made.push_back(sin(y) + 0.125 * b);  // of moderate size
  }
  return made.back() + made[made.size() / 2] * 0.5;
}

struct ImageGraphs {
  static constexpr const char* name = "images";
  static std::uint64_t count() { return 180; }
  static Shape shape(std::uint64_t seed) {
    const Shape shapes[] = {{2, 2, 3, 4}, {3, 1, 2, 3}, {1, 2, 1, 3}, {1, 1, 1, 1}, {0, 2, 2, 2}};
    return shapes[seed / 2 % std::size(shapes)];
  }
  static Shape weights(const Shape& x) { return {x[1], x[1], 3, 3}; }
  template <class T>
  static Node<T> at(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds& kinds) {
    return random_images(x, w, seed, kinds);
  }
};

}  // namespace glassgrad::property

// The formulas of class_losses.hpp. Scores become [rows, classes], one row per label.
#include "glassgrad/nn/class_losses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/index.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "glassgrad/ops/rules/weigh.hpp"
#include "nn/logistic.hpp"
#include "nn/same_shape.hpp"

namespace glassgrad {
namespace {

int class_axis(std::string_view name, const Shape& scores) {
  if (scores.rank() == 0)
    throw ShapeError(name, "a single number has no classes",
                     "Give [classes] or [examples, classes, ...]");
  return scores.rank() == 1 ? 0 : 1;
}
// [m, classes, d1, ...] as [m d1 ..., classes]
template <class T>
Node<T> rows_of_classes(std::string_view name, const Node<T>& scores) {
  const int rank = scores.shape().rank(), classes = class_axis(name, scores.shape());
  const Shape flat{scores.shape().count() / std::max<std::int64_t>(1, scores.shape()[classes]),
                   scores.shape()[classes]};
  if (rank <= 2) return reshape(scores, flat);
  int order[max_rank] = {}, at = 0;
  for (int axis = 0; axis < rank; ++axis)
    if (axis != classes) order[at++] = axis;
  order[at] = classes;
  return reshape(transpose(scores, Axes(std::span<const int>(order, std::size_t(rank)))), flat);
}
Shape without_classes(std::string_view name, const Shape& scores) {
  return reduced(scores, 1u << class_axis(name, scores), false);
}

// A quotient of two sums of weights is the same for weights 2^k times as large. Where a sum of them
// may leave the range of T they are scaled, the largest to about 1, or more where the smallest
// times a loss would lose digits then.
template <class T>
std::vector<double> within_range(std::string_view name, std::vector<double> weights) {
  constexpr int most = std::numeric_limits<T>::max_exponent;
  int highest = -most, lowest = most;  // exponents; a double goes beyond those of float
  double largest = 0, smallest = 0;
  for (const double weight : weights) {
    if (weight == 0 || !std::isfinite(weight)) continue;
    const int exponent = std::ilogb(weight);
    if (largest == 0 || exponent > highest) highest = exponent, largest = weight;
    if (smallest == 0 || exponent < lowest) lowest = exponent, smallest = weight;
  }
  if (largest == 0 || (highest < most / 2 && lowest > -most / 2)) return weights;
  using Limits = std::numeric_limits<T>;
  const int shift = std::max(-highest, Limits::min_exponent + Limits::digits - lowest);
  if (highest + shift > most / 4 * 3)  // what is above is for losses and their sums
    throw Error(name,
                join("the weights ", smallest, " and ", largest, " are too far apart for ",
                     sizeof(T) == sizeof(float) ? "float" : "double"),
                "Give weights that are closer to each other, or 0");
  for (double& weight : weights) weight = std::ldexp(weight, shift);
  return weights;
}
template <class T>
void check_holds(std::string_view name, const std::vector<double>& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const T held = T(weights[i]);
    if (std::isfinite(weights[i]) && (!std::isfinite(held) || (held == 0) != (weights[i] == 0)))
      throw Error(name, join("weight ", i, " is ", weights[i], ", which float does not hold"),
                  "Give weights of a moderate size, or use double");
  }
}
// `divided`: the losses are divided by the sum of their weights
template <class T>
Node<T> class_weights(std::string_view name, Tape<T>& tape, const std::vector<double>& weights,
                      std::int64_t classes, bool divided) {
  if (std::int64_t(weights.size()) != classes)
    throw ShapeError(name, join(weights.size(), " weights for ", classes, " classes"),
                     "Give one weight per class");
  if (divided) return tape.constant(within_range<T>(name, weights));
  check_holds<T>(name, weights);
  return tape.constant(weights);
}

// Labels as a vector: ignored ones are class 0 with weight 0.
template <class T>
struct Labelled {
  Indices<T> at;
  Node<T> weight;  // of every row
  Shape shape;     // of the labels as they were given
};
template <class T>
Labelled<T> labelled(std::string_view name, const Shape& scores, const Indices<T>& labels,
                     const std::vector<double>& weights, std::int64_t ignored, bool divided) {
  const Shape wanted = without_classes(name, scores);
  // one example may have its label as [1]
  const bool single = scores.rank() == 1 && labels.shape() == Shape{1};
  if (labels.shape() != wanted && !single)
    throw ShapeError(name, join("the scores are ", scores, ", the labels ", labels.shape()),
                     join("Give labels of shape ", wanted));
  Tape<T>& tape = labels.record().its_tape();
  std::vector<std::int64_t> at(labels.values().begin(), labels.values().end());
  std::vector<double> counts(at.size(), 1.0);
  for (std::size_t i = 0; i < at.size(); ++i)
    if (at[i] == ignored) at[i] = 0, counts[i] = 0;
  const Indices<T> rows_at = tape.indices(at);
  Node<T> weight = tape.constant(counts);
  if (!weights.empty()) {
    const std::int64_t classes = scores[class_axis(name, scores)];
    weight = weight * rows(class_weights(name, tape, weights, classes, divided), rows_at);
  }
  return {rows_at, weight, wanted};
}

template <class T>
Node<T> reduced_losses(const Node<T>& losses, const Labelled<T>& labels, Reduction how) {
  if (how == Reduction::mean) return sum(losses) / sum(labels.weight);
  return reduce(reshape(losses, labels.shape), how);
}
// weight * x, but 0 where the weight is 0: an ignored row may hold infinities
template <class T>
Node<T> weighed(const Node<T>& weight, const Node<T>& x) {
  return where(weight == 0, 0, weight * x);
}

}  // namespace

template <class T>
Node<T> negative_log_likelihood(const Node<T>& log_p, const Indices<T>& labels,
                                const ClassLoss& options) {
  const char* const name = "negative_log_likelihood";
  const Labelled<T> rows = labelled(name, log_p.shape(), labels, options.weights,
                                    options.ignore_index, options.reduction == Reduction::mean);
  return in_scope(name, log_p, [&] {
    const Node<T> chosen = pick(rows_of_classes(name, log_p), rows.at);
    return reduced_losses(weighed(rows.weight, -chosen), rows, options.reduction);
  });
}

template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Indices<T>& labels,
                              const ClassLoss& options) {
  const char* const name = "softmax_cross_entropy";
  const double e = options.label_smoothing;
  const bool divided = options.reduction == Reduction::mean;
  const Labelled<T> rows =
      labelled(name, z.shape(), labels, options.weights, options.ignore_index, divided);
  return in_scope(name, z, [&] {
    const Node<T> log_p = log_softmax(rows_of_classes(name, z), -1);
    const Node<T> chosen = weighed(rows.weight, -pick(log_p, rows.at));
    if (e == 0) return reduced_losses(chosen, rows, options.reduction);
    const std::int64_t classes = log_p.shape()[1];
    const Node<T> all =
        options.weights.empty()
            ? log_p
            : weigh(class_weights(name, z.its_tape(), options.weights, classes, divided), log_p);
    const Node<T> spread = where(rows.weight == 0, 0, -sum(all, 1));
    return reduced_losses((1 - e) * chosen + e / double(classes) * spread, rows, options.reduction);
  });
}

template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Node<T>& y, const ClassLoss& options) {
  const char* const name = "softmax_cross_entropy";
  const double e = options.label_smoothing;
  return loss_scope(name, z, y, [&] {
    const Node<T> log_p = log_softmax(rows_of_classes(name, z), -1);
    const std::int64_t classes = log_p.shape()[1];
    Node<T> target = rows_of_classes(name, y);
    if (e != 0) target = (1 - e) * target + e / double(classes);
    if (!options.weights.empty())
      target = target * class_weights(name, log_p.its_tape(), options.weights, classes, false);
    return reduce(reshape(-sum(weigh(target, log_p), 1), without_classes(name, z.shape())),
                  options.reduction);
  });
}

template <class T>
Node<T> multi_margin_loss(const Node<T>& z, const Indices<T>& labels,
                          const MultiMarginLoss& options) {
  const char* const name = "multi_margin_loss";
  if (options.p != 1 && options.p != 2)
    throw ShapeError(name, join("p is ", options.p), "Give 1 or 2");
  const Labelled<T> rows =
      labelled(name, z.shape(), labels, options.weights, ClassLoss{}.ignore_index, false);
  return in_scope(name, z, [&] {
    const Node<T> scores = rows_of_classes(name, z);
    const std::int64_t m = scores.shape()[0], classes = scores.shape()[1];
    const Node<T> own = reshape(pick(scores, rows.at), Shape{m, 1});
    const Node<T> is_own =
        apply(Place{classes}, broadcast_to(z.its_tape().constant(1), Shape{m}), rows.at.record());
    const Node<T> over = relu(options.margin - own + scores);
    const Node<T> each = where(is_own, 0, options.p == 2 ? square(over) : over);
    return reduce(reshape(rows.weight * sum(each, 1) / double(classes), rows.shape),
                  options.reduction);
  });
}

template <class T>
Node<T> multilabel_margin_loss(const Node<T>& z, const Indices<T>& targets, Reduction how) {
  const char* const name = "multilabel_margin_loss";
  if (z.shape() != targets.shape() || z.shape().rank() == 0)
    throw ShapeError(name, join("the scores are ", z.shape(), ", the targets ", targets.shape()),
                     "Give both as [classes] or [examples, classes]");
  const std::int64_t classes = z.shape().from_end(1),
                     m = z.shape().count() / std::max<std::int64_t>(1, classes);
  std::vector<double> is_target(std::size_t(m * classes), 0.0);
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < classes; ++j) {
      const std::int64_t label = targets.values()[std::size_t(i * classes + j)];
      if (label < 0) break;
      if (label >= classes)
        throw ShapeError(name, join("target ", label, " is out of range"),
                         join("Classes here go from 0 to ", classes - 1));
      is_target[std::size_t(i * classes + label)] = 1;
    }
  return in_scope(name, z, [&] {
    const Shape own{m, classes, 1}, other{m, 1, classes}, flat{m * classes};
    const Node<T> mask = z.its_tape().constant(View<const double>{is_target.data(), &flat});
    const Node<T> over = relu(1 - reshape(z, own) + reshape(z, other));
    const Node<T> pairs = reshape(mask, own) * (1 - reshape(mask, other));
    return reduce(reshape(sum(pairs * over, {1, 2}) / double(classes),
                          reduced(z.shape(), 1u << (z.shape().rank() - 1), false)),
                  how);
  });
}

template <class T>
Node<T> multilabel_soft_margin_loss(const Node<T>& z, const Node<T>& y, const Node<T>& weight,
                                    Reduction how) {
  const char* const name = "multilabel_soft_margin_loss";
  checked_axis(name, -1, z.shape().rank());
  return loss_scope(name, z, y,
                    [&] { return reduce(mean(weight * logistic_cost(z, y), -1), how); });
}

#define GLASSGRAD_CLASS_LOSSES(T)                                                                \
  template Node<T> negative_log_likelihood(const Node<T>&, const Indices<T>&, const ClassLoss&); \
  template Node<T> softmax_cross_entropy(const Node<T>&, const Indices<T>&, const ClassLoss&);   \
  template Node<T> softmax_cross_entropy(const Node<T>&, const Node<T>&, const ClassLoss&);      \
  template Node<T> multi_margin_loss(const Node<T>&, const Indices<T>&, const MultiMarginLoss&); \
  template Node<T> multilabel_margin_loss(const Node<T>&, const Indices<T>&, Reduction);         \
  template Node<T> multilabel_soft_margin_loss(const Node<T>&, const Node<T>&, const Node<T>&,   \
                                               Reduction);
GLASSGRAD_CLASS_LOSSES(float)
GLASSGRAD_CLASS_LOSSES(double)
#undef GLASSGRAD_CLASS_LOSSES

}  // namespace glassgrad

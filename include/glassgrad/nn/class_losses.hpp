// Losses with class labels. Scores are [classes], [m, classes] or [m, classes, d1, ...]; labels
// have that shape without the classes. All are compositions, each in a scope of its name; they
// throw ShapeError for shapes that do not fit and for a label out of range.
#pragma once

#include <limits>
#include <vector>

#include "glassgrad/nn/losses.hpp"

namespace glassgrad {

struct ClassLoss {
  std::vector<double> weights = {};  // one per class; none: all 1
  // labels that do not count
  Setting<"class_loss", "ignore_index"> ignore_index = std::numeric_limits<std::int64_t>::min();
  double label_smoothing = 0;  // how much of each target is spread evenly over all classes
  Reduction reduction = Reduction::mean;  // mean: divided by the weights of the labels that count
};

// -weight[label] log_p[label]
template <class T>
Node<T> negative_log_likelihood(const Node<T>& log_p, const Indices<T>& labels,
                                const ClassLoss& options = {});
// The same of log_softmax(z); with label_smoothing e, (1 - e) of it and e / classes of the sum over
// all classes of -weight log_p (Szegedy et al. 2016).
template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Indices<T>& labels, const ClassLoss& options);
// -sum over classes of weight y log_softmax(z), y a distribution of z's shape; mean divides by the
// number of distributions.
template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Node<T>& y, const ClassLoss& options);

// sum over the other classes of weight[label] max(0, margin - z[label] + z)^p / classes, p 1 or 2
struct MultiMarginLoss {
  double p = 1, margin = 1;
  std::vector<double> weights = {};
  Reduction reduction = Reduction::mean;
};
template <class T>
Node<T> multi_margin_loss(const Node<T>& z, const Indices<T>& labels,
                          const MultiMarginLoss& options = {});
// sum over targets and over the other classes of max(0, 1 - z[target] + z[other]) / classes. A row
// of `targets`, of z's shape, lists classes up to its first negative number.
template <class T>
Node<T> multilabel_margin_loss(const Node<T>& z, const Indices<T>& targets,
                               Reduction how = Reduction::mean);
// mean over classes, the last axis, of binary_cross_entropy_from_logits; y has 0 and 1
template <class T>
Node<T> multilabel_soft_margin_loss(const Node<T>& z, const Node<T>& y, const Node<T>& weight = 1,
                                    Reduction how = Reduction::mean);

}  // namespace glassgrad

// The formulas of loss.hpp.
#include "glassgrad/nn/loss.hpp"

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/index.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "glassgrad/ops/rules/weigh.hpp"
#include "nn/logistic.hpp"

namespace glassgrad {
namespace {

// formula(), in a scope of the loss's name.
template <class T, class Formula>
Node<T> boxed(std::string_view name, const Node<T>& node, Formula&& formula) {
  if (!node.tape()) return formula();
  const auto scope = node.tape()->scope(name);
  return formula();
}
template <class T, class Formula>
Node<T> boxed(std::string_view name, const Node<T>& prediction, const Node<T>& target,
              Formula&& formula) {
  if (prediction.shape() != target.shape())
    throw ShapeError(
        name, join("the prediction is ", prediction.shape(), ", the target is ", target.shape()),
        "Give both the same shape");
  return boxed(name, prediction.tape() ? prediction : target, formula);
}

// A vector is one example as a row, or one number of every example as a column.
double examples_in(const Shape& shape, Examples examples) {
  if (examples == Examples::rows) return shape.rank() < 2 ? 1 : double(shape[0]);
  return shape.rank() == 0 ? 1 : double(shape.from_end(1));
}

// -(y ln p + (1 - y) ln(1 - p))
template <class T>
Node<T> surprise(const Node<T>& p, const Node<T>& y, double limit) {
  const Node<T> inside = clamp(p, limit, 1 - limit);
  return -(y * log(inside) + (1 - y) * log(1 - inside));
}

}  // namespace

template <class T>
Node<T> half_squared_error(const Node<T>& yhat, const Node<T>& y) {
  return boxed("half_squared_error", yhat, y, [&] { return sum(square(y - yhat)) / 2; });
}

template <class T>
Node<T> squared_cost(const Node<T>& yhat, const Node<T>& y, Examples examples) {
  return boxed("squared_cost", yhat, y,
               [&] { return sum(square(y - yhat)) / (2 * examples_in(y.shape(), examples)); });
}

template <class T>
Node<T> mean_squared_error(const Node<T>& yhat, const Node<T>& y) {
  return boxed("mean_squared_error", yhat, y, [&] { return mean(square(y - yhat)); });
}

template <class T>
Node<T> binary_cross_entropy(const Node<T>& p, const Node<T>& y, double clamp) {
  return boxed("binary_cross_entropy", p, y, [&] { return mean(surprise(p, y, clamp)); });
}

template <class T>
Node<T> binary_cross_entropy_sum(const Node<T>& p, const Node<T>& y, double clamp) {
  return boxed("binary_cross_entropy_sum", p, y, [&] { return sum(surprise(p, y, clamp)); });
}

template <class T>
Node<T> binary_cross_entropy_from_logits(const Node<T>& z, const Node<T>& y) {
  return boxed("binary_cross_entropy_from_logits", z, y, [&] { return mean(logistic_cost(z, y)); });
}

template <class T>
Node<T> cross_entropy(const Node<T>& p, const Node<T>& y, Examples examples, double clamp) {
  return boxed("cross_entropy", p, y, [&] {
    return -sum(y * log(glassgrad::clamp(p, clamp, 1))) / examples_in(y.shape(), examples);
  });
}

template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Node<T>& y, Examples examples) {
  return boxed("softmax_cross_entropy", z, y, [&] {
    const Axes classes = examples == Examples::rows ? -1 : 0;
    return -sum(weigh(y, log_softmax(z, classes))) / examples_in(y.shape(), examples);
  });
}

template <class T>
Node<T> softmax_cross_entropy(const Node<T>& z, const Indices<T>& labels) {
  return boxed("softmax_cross_entropy", z, [&] { return -mean(pick(log_softmax(z), labels)); });
}

#define GLASSGRAD_LOSSES(T)                                                          \
  template Node<T> half_squared_error(const Node<T>&, const Node<T>&);               \
  template Node<T> squared_cost(const Node<T>&, const Node<T>&, Examples);           \
  template Node<T> mean_squared_error(const Node<T>&, const Node<T>&);               \
  template Node<T> binary_cross_entropy(const Node<T>&, const Node<T>&, double);     \
  template Node<T> binary_cross_entropy_sum(const Node<T>&, const Node<T>&, double); \
  template Node<T> binary_cross_entropy_from_logits(const Node<T>&, const Node<T>&); \
  template Node<T> cross_entropy(const Node<T>&, const Node<T>&, Examples, double);  \
  template Node<T> softmax_cross_entropy(const Node<T>&, const Node<T>&, Examples);  \
  template Node<T> softmax_cross_entropy(const Node<T>&, const Indices<T>&);
GLASSGRAD_LOSSES(float)
GLASSGRAD_LOSSES(double)
#undef GLASSGRAD_LOSSES

}  // namespace glassgrad

// The layers of normalization.hpp, as ops.
#include "glassgrad/nn/normalization.hpp"

#include <vector>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/normalization.hpp"

namespace glassgrad {
namespace {

template <class T>
Parameter<T> vector_of(std::string_view name, std::string_view part, std::int64_t size, double x) {
  return Parameter<T>(join(name, ".", part), room_for<double>(name, size, x));
}
void check_eps(std::string_view name, double eps) {
  if (!(eps > 0)) throw Error(name, join("eps is ", eps), "Give a positive number, such as 1e-5");
}

}  // namespace

template <class T>
LayerNorm<T>::LayerNorm(std::string_view name, Integer size, double eps) try
    : name_(name),
      eps_(eps),
      gamma(vector_of<T>(name, "gamma", size.in(name, "the size", at_least(1)), 1)),
      beta(vector_of<T>(name, "beta", gamma.shape()[0], 0)) {
  check_eps(name, eps);
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Node<T> LayerNorm<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const std::int64_t size = gamma.shape()[0];
  if (x.shape().rank() < 1 || x.shape().from_end(1) != size)
    throw ShapeError(name_, join("x is ", x.shape(), ", the layer normalises ", size, " numbers"),
                     join("Give (..., ", size, ")"));
  const auto scope = tape.scope(name_);
  return layer_norm(x, 1, eps_) * tape(gamma) + tape(beta);
}

template <class T>
BatchNorm<T>::BatchNorm(std::string_view name, Integer channels,
                        const BatchNormOptions& options) try
    : name_(name),
      options_(options),
      gamma(
          vector_of<T>(name, "gamma", channels.in(name, "the number of channels", at_least(1)), 1)),
      beta(vector_of<T>(name, "beta", gamma.shape()[0], 0)),
      mean(vector_of<T>(name, "mean", gamma.shape()[0], 0)),
      variance(vector_of<T>(name, "variance", gamma.shape()[0], 1)) {
  check_eps(name, options.eps);
  if (!(options.momentum >= 0 && options.momentum <= 1))
    throw Error(name, join("the momentum is ", options.momentum), "Give a number from 0 to 1");
  mean.freeze();
  variance.freeze();
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Node<T> BatchNorm<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const std::int64_t channels = gamma.shape()[0];
  if (x.shape().rank() < 2 || x.shape()[1] != channels)
    throw ShapeError(name_, join("x is ", x.shape(), ", the layer has ", channels, " channels"),
                     join("Give channels on axis 1: (N, ", channels, ", ...)"));
  const std::int64_t n = x.shape().count() / channels;
  if (mode_.training && n < 2)
    throw ShapeError(name_, join("x is ", x.shape(), ": ", n, " numbers of each channel"),
                     "Train with at least two, or evaluate: module.eval()");
  const auto scope = tape.scope(name_);
  mean.freeze(), variance.freeze();  // Module::unfreeze() reaches them too
  Node<T> y;
  if (mode_.training) {
    const auto [normalised, batch] = batch_norm_with_moments(x, options_.eps);
    y = normalised;
    move_on(mean, batch.mean);
    move_on(variance, batch.variance);
  } else {
    y = batch_norm(x, tape(mean), tape(variance), options_.eps);
  }
  const int spatial = x.shape().rank() - 2;
  return y * per_channel(tape(gamma), y, spatial) + per_channel(tape(beta), y, spatial);
}

template <class T>
void BatchNorm<T>::move_on(Parameter<T>& kept, const Node<T>& batch) {
  const View<const T> now = batch.value();
  const View<T> numbers = kept.change();
  for (std::int64_t i = 0; i < numbers.count(); ++i)
    numbers[i] =
        T((1 - options_.momentum) * double(numbers[i]) + options_.momentum * double(now[i]));
}

template <class T>
void BatchNorm<T>::each_parameter(const typename Module<T>::Visit& visit) {
  visit(gamma), visit(beta), visit(mean), visit(variance), visit(mode_);
}

template class LayerNorm<float>;
template class LayerNorm<double>;
template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace glassgrad

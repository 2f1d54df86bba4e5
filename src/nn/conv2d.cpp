// The layers of conv2d.hpp, as ops.
#include "glassgrad/nn/conv2d.hpp"

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

Shape weight_shape(std::string_view name, Integer in, Integer out, Pair window, Integer count) {
  const std::int64_t inputs = in.in(name, "the number of inputs", at_least(1));
  const std::int64_t outputs = out.in(name, "the number of outputs", at_least(1));
  check_pair(name, "the window", window, 1);
  const std::int64_t groups = count.within(at_least(1)) ? count.in(name, "groups") : 0;
  if (groups == 0 || inputs % groups != 0 || outputs % groups != 0)
    throw Error(
        name, join(inputs, " inputs and ", outputs, " outputs do not fall into ", count, " groups"),
        "Give a number of groups that divides both");
  return {outputs, inputs / groups, window.rows, window.columns};
}
// Fan-in and fan-out.
Fan fan_of(const Shape& W, std::int64_t groups) {
  const std::int64_t window = W[2] * W[3];
  return {W[1] * window, W[0] / groups * window};
}

}  // namespace

template <class T>
Conv2d<T>::Conv2d(std::string_view name, Integer inputs, Integer outputs, Pair window,
                  Random& random, const Conv2dOptions& options) try
    : name_(name),
      z_(join(name, ".z")),
      sliding_(options.sliding),
      has_bias_(options.bias),
      W([&] {
        const Shape shape =
            weight_shape(name, inputs, outputs, window, options.sliding.groups.number());
        return initialised<T>(join(name, ".W"), shape, options.weights,
                              fan_of(shape, options.sliding.groups), random);
      }()),
      b(initialised<T>(join(name, ".b"), Shape{W.shape()[0]},
                       has_bias_ ? options.biases : zeros_init(),
                       fan_of(W.shape(), sliding_.groups), random)) {
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Node<T> Conv2d<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const Shape& shape = x.shape();
  if (shape.rank() < 3 || shape.rank() > 4 || shape.from_end(3) != inputs())
    throw ShapeError(name_, join("x is ", shape, ", the layer has ", inputs(), " input channels"),
                     join("Give images: (N, ", inputs(), ", H, W) or (", inputs(), ", H, W)"));
  const auto scope = tape.scope(name_);
  const Node<T> sums = conv2d(x, tape(W), sliding_);
  return glassgrad::name(z_, has_bias_ ? sums + per_channel(tape(b), sums) : sums);
}

template <class T>
void Conv2d<T>::each_parameter(const typename Module<T>::Visit& visit) {
  visit(W);
  if (has_bias_) visit(b);
}

template <class T>
Node<T> Flatten<T>::operator()(const Node<T>& x) {
  if (x.shape().rank() < 2)
    throw ShapeError("flatten", join("x is ", x.shape()), "Give examples: (N, ...)");
  return flatten(x, 1);
}

template class Conv2d<float>;
template class Conv2d<double>;
template class Flatten<float>;
template class Flatten<double>;

}  // namespace glassgrad

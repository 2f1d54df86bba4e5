// The layer of dense.hpp, as ops.
#include "glassgrad/nn/dense.hpp"

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/matmul.hpp"

namespace glassgrad {
namespace {

Shape weight_shape(std::string_view name, Integer in, Integer out, bool rows) {
  const std::int64_t inputs = in.in(name, "the number of inputs", at_least(1));
  const std::int64_t outputs = out.in(name, "the number of outputs", at_least(1));
  return rows ? Shape{inputs, outputs} : Shape{outputs, inputs};
}
template <class T>
Parameter<T> weights_of(std::string_view name, Integer in, Integer out, bool rows, const Init& init,
                        Random& random) {
  const Shape shape = weight_shape(name, in, out, rows);  // it checks both
  return initialised<T>(join(name, ".W"), shape, init, {in, out}, random);
}
Shape bias_shape(std::int64_t outputs, bool rows) {
  return rows ? Shape{outputs} : Shape{outputs, 1};
}

}  // namespace

template <class T>
Dense<T>::Dense(std::string_view name, Integer inputs, Integer outputs, Random& random,
                const DenseOptions& options) try
    : name_(name),
      z_(join(name, ".z")),
      examples_(options.examples),
      has_bias_(options.bias),
      W(weights_of<T>(name, inputs, outputs, rows(), options.weights, random)),
      b(initialised<T>(join(name, ".b"), bias_shape(this->outputs(), rows()),
                       has_bias_ ? options.biases : zeros_init(), {this->inputs(), this->outputs()},
                       random)) {
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
Dense<T>::Dense(std::string_view name, const Input<T>& weights, const Input<T>& biases,
                Examples examples)
    : name_(name),
      z_(join(name, ".z")),
      examples_(examples),
      has_bias_(true),
      W(join(name, ".W"), weights),
      b(join(name, ".b"), biases) {
  if (W.shape().rank() != 2) throw ShapeError(name, join("W is ", W.shape()), "Give a matrix");
  const Shape wanted = bias_shape(outputs(), rows());
  if (b.shape() != wanted)
    throw ShapeError(name, join("b is ", b.shape(), ", W is ", W.shape()),
                     join("Give b of shape ", wanted));
}

template <class T>
Node<T> Dense<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const Shape& shape = x.shape();
  const int axis = rows() ? 1 : 2;  // counted from the end
  if (shape.rank() < axis || shape.from_end(axis) != inputs())
    throw ShapeError(name_, join("x is ", shape, ", the layer has ", inputs(), " inputs"),
                     rows() ? join("Give examples as rows: (m, ", inputs(), ")")
                            : join("Give examples as columns: (", inputs(), ", m)"));
  const auto scope = tape.scope(name_);
  const Node<T> product = rows() ? matmul(x, tape(W)) : matmul(tape(W), x);
  return glassgrad::name(z_, has_bias_ ? product + tape(b) : product);
}

template <class T>
void Dense<T>::each_parameter(const typename Module<T>::Visit& visit) {
  visit(W);
  if (has_bias_) visit(b);
}

template class Dense<float>;
template class Dense<double>;

}  // namespace glassgrad

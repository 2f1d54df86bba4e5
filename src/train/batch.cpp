// Records a step's named arrays on a tape.
#include "glassgrad/array/text.hpp"
#include "glassgrad/train/failed_step.hpp"

namespace glassgrad {

const NamedTensor& tensor_in(const Batch& batch, std::string_view name) {
  for (const NamedTensor& tensor : batch)
    if (tensor.name == name) return tensor;
  throw DataError("batch", join("it has no \"", name, "\""), "Give the batch that the step reads");
}

std::int64_t integer_in(const Batch& batch, std::string_view name) {
  const auto* all = std::get_if<std::vector<std::int64_t>>(&tensor_in(batch, name).data);
  if (!all || all->size() != 1)
    throw DataError("batch", join("\"", name, "\" is no single integer"), "Give one int64");
  return all->front();
}

template <class T>
Node<T> constant_of(Tape<T>& tape, const Batch& batch, std::string_view name) {
  const NamedTensor& tensor = tensor_in(batch, name);
  const auto* all = std::get_if<std::vector<T>>(&tensor.data);
  const Shape shape{std::span(tensor.shape)};
  if (!all || shape.count() != std::int64_t(all->size()))
    throw DataError("batch",
                    join("\"", name, "\" is no ", sizeof(T) == 4 ? "float32" : "float64",
                         " array of shape ", shape),
                    "Give numbers of the tape's type, as many as the shape holds");
  return tape.constant(name, View<const T>{all->data(), &shape});
}

template <class T>
Indices<T> indices_of(Tape<T>& tape, const Batch& batch, std::string_view name) {
  const NamedTensor& tensor = tensor_in(batch, name);
  const auto* all = std::get_if<std::vector<std::int64_t>>(&tensor.data);
  if (!all) throw DataError("batch", join("\"", name, "\" is no int64 array"), "Give positions");
  return tape.indices(name, *all, Shape{std::span(tensor.shape)});
}

template Node<float> constant_of(Tape<float>&, const Batch&, std::string_view);
template Node<double> constant_of(Tape<double>&, const Batch&, std::string_view);
template Indices<float> indices_of(Tape<float>&, const Batch&, std::string_view);
template Indices<double> indices_of(Tape<double>&, const Batch&, std::string_view);

}  // namespace glassgrad

// Running a rule's kernel on numbers that are on no tape.
#include "glassgrad/engine/arrays.hpp"

#include <vector>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/apply.hpp"

namespace glassgrad {

template <class T>
Array<T> compute(const Rule<T>& rule, const void* op, std::span<const Array<T>* const> in) {
  Few<View<const T>> views(in.size());
  Few<const Shape*> shapes(in.size());
  Pool* pool = nullptr;
  for (std::size_t k = 0; k < in.size(); ++k) {
    views[k] = in[k]->view();
    shapes[k] = &in[k]->shape();
    if (in[k]->pool()) pool = in[k]->pool();
  }
  const Shape shape = rule.shape(op, shapes);
  if (rule.alias) return in[0]->reshaped(shape);
  Array<T> out(pool, shape);
  rule.forward(op, views, View<T>{out.data(), &shape}, *pool);
  return out;
}

template <class T>
Array<T> adjoint_by_kernel(const Rule<T>& rule, const void* op, int k, std::span<const Array<T>> in,
                           const Array<T>& out, const Array<T>& upstream) {
  Few<View<const T>> views(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) views[i] = in[i].view();
  Pool* const pool = upstream.pool();
  Array<T> to(pool, in[std::size_t(k)].shape());
  rule.adjoint_into(op, k, views, out.view(), upstream.view(), Sink<T>{to.data(), false}, *pool);
  return to;
}

template <class T>
Node<T> apply_to_numbers(const Rule<T>& rule, const void* op, std::span<const Node<T>> in) {
  std::vector<View<const T>> views;
  std::vector<const Shape*> shapes;
  std::vector<T> numbers;
  for (const Node<T>& node : in) node.check_tape(rule.name), numbers.push_back(node.item());
  const Shape single;
  for (const T& number : numbers) {
    views.push_back({&number, &single});
    shapes.push_back(&single);
  }
  const Shape shape = rule.shape(op, shapes);
  if (shape != single)
    throw TapeError(rule.name, join("plain numbers give an array of shape ", shape),
                    "Put one of them on a tape: tape.constant(...)");
  Pool pool;
  T result = rule.alias ? numbers[0] : T(0);
  if (!rule.alias) rule.forward(op, views, View<T>{&result, &single}, pool);
  return Node<T>(result);
}

template Array<float> compute(const Rule<float>&, const void*,
                              std::span<const Array<float>* const>);
template Array<double> compute(const Rule<double>&, const void*,
                               std::span<const Array<double>* const>);
template Array<float> adjoint_by_kernel(const Rule<float>&, const void*, int,
                                        std::span<const Array<float>>, const Array<float>&,
                                        const Array<float>&);
template Array<double> adjoint_by_kernel(const Rule<double>&, const void*, int,
                                         std::span<const Array<double>>, const Array<double>&,
                                         const Array<double>&);
template Node<float> apply_to_numbers(const Rule<float>&, const void*,
                                      std::span<const Node<float>>);
template Node<double> apply_to_numbers(const Rule<double>&, const void*,
                                       std::span<const Node<double>>);

}  // namespace glassgrad

// Running a rule's kernel on numbers that are on no tape, and leaving contributions where they go.
#include "glassgrad/engine/arrays.hpp"

#include <algorithm>
#include <vector>

#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"
#include "glassgrad/engine/pull_only.hpp"

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
T* take_upstream(Pool& pool, const Shape& shape) try {
  return static_cast<T*>(pool.take(bytes_of<T>(shape.count())));
} catch (const MemoryError&) {
  refuse_memory("backward", "an upstream", shape);
}

namespace {
// to = a + b, where `to` may be one of them
template <class T>
void add_numbers(View<const T> a, View<const T> b, T* to, Pool& pool) {
  const Add add;
  const View<const T> in[] = {a, b};
  rule<Add, T>().forward(&add, std::span(in), View<T>{to, a.sizes}, pool);
}
}  // namespace

template <class T>
void leave(View<const T> contribution, const Sink<T>& sink, Pool& pool) {
  const Shape& shape = contribution.shape();
  T* const there = sink.block ? *sink.block : sink.data;
  if (sink.block ? !there : !sink.add) {  // the first
    T* const to = there ? there : take_upstream<T>(pool, shape);
    std::copy_n(contribution.data, shape.count(), to);
    if (sink.block) *sink.block = to;
    return;
  }
  const bool shared = sink.block && Pool::shared(there);
  T* const sum = shared ? take_upstream<T>(pool, shape) : there;
  add_numbers<T>({there, &shape}, contribution, sum, pool);
  if (!shared) return;
  pool.release(there);
  *sink.block = sum;
}

template <class T>
void leave(Array<T> contribution, const Shape& shape, const Sink<T>& sink, Pool& pool) {
  if (contribution.shape() != shape)  // broadcasting, undone here and nowhere else
    contribution = apply(SumTo{shape}, contribution);
  const bool own = contribution.block() && contribution.block() == contribution.view().data;
  if (own && sink.block && !*sink.block)
    *sink.block = contribution.let_go();
  else
    leave(View<const T>{contribution.view().data, &shape}, sink, pool);
}

namespace detail {
template <class T>
void pull_arrays(const AdjointInArrays<T>& by, const void* op, std::span<const View<const T>> in,
                 View<const T> out, View<const T> upstream, std::span<const Sink<T>> sinks,
                 Pool& pool) {
  const std::size_t n = in.size();
  Few<Array<T>> arrays(n);
  bool lent = false;
  for (std::size_t k = 0; k < n; ++k) {
    arrays[k] = Array<T>(&pool, in[k]);
    lent |= sinks[k].block != nullptr;
  }
  const Array<T> y(&pool, out);
  const Array<T> given = lent && out.count() != 1
                             ? Array<T>(&pool, const_cast<T*>(upstream.data), upstream.shape())
                             : Array<T>(&pool, upstream);
  for (std::size_t k = 0; k < n; ++k) {
    if (!sinks[k].wanted()) continue;
    Array<T> contribution = by.adjoint(op, int(k), arrays, y, given);
    const Shape& shape = in[k].shape();
    if (contribution.shape() != shape)
      check_adjoint_shape(by.op, int(k), contribution.shape(), shape);
    leave(std::move(contribution), shape, sinks[k], pool);
  }
}
}  // namespace detail

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
#define GLASSGRAD_LEAVE(T)                                                                        \
  template T* take_upstream(Pool&, const Shape&);                                                 \
  template void leave(View<const T>, const Sink<T>&, Pool&);                                      \
  template void leave(Array<T>, const Shape&, const Sink<T>&, Pool&);                             \
  template void detail::pull_arrays(const AdjointInArrays<T>&, const void*,                       \
                                    std::span<const View<const T>>, View<const T>, View<const T>, \
                                    std::span<const Sink<T>>, Pool&);
GLASSGRAD_LEAVE(float)
GLASSGRAD_LEAVE(double)
#undef GLASSGRAD_LEAVE
template Node<float> apply_to_numbers(const Rule<float>&, const void*,
                                      std::span<const Node<float>>);
template Node<double> apply_to_numbers(const Rule<double>&, const void*,
                                       std::span<const Node<double>>);

}  // namespace glassgrad

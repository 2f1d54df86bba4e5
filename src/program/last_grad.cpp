// Where a kernel takes the place of an adjoint that was recorded as several ops.
#include "program/last_grad.hpp"

#include "engine/grad_with.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/engine/fed.hpp"

namespace glassgrad::program {
namespace {

// How often something was computed since, leaves and other shapes of the same numbers left out.
template <class T>
int ops_since(const Tape<T>& tape, std::uint32_t first) {
  int ops = 0;
  for (std::uint32_t i = first; i < tape.size(); ++i)
    ops += tape.records()[i].leaf == Leaf::none && !tape.records()[i].rule->alias;
  return ops;
}

// Has the op a backward kernel of its own, one call where its adjoint and what is done to that have
// been several? An elementwise one has, but not where numbers are added up or shared by all: ops do
// that better. A kernel also adds to what is there already.
template <class T>
bool pull_is_better(const detail::Contributed<T>& by) {
  const Tape<T>& tape = by.tape;
  const Node<T>&y = by.y, &x = by.in[std::size_t(by.k)], &upstream = by.upstream;
  const Rule<T>& rule = *tape.records()[y.index()].rule;
  if (upstream.shape() != y.shape()) return false;
  const int ops = ops_since(tape, by.before.size) + (by.contribution.shape() != x.shape());
  if (rule.elementwise)  // ones that come from nowhere are a number to ops
    return ops > 1 && y.shape() == x.shape() && y.shape().count() > 1 &&
           !tape.records()[upstream.index()].value;
  // a sum passes on a broadcast, which elementwise instructions stretch themselves
  return !rule.by_arrays && !rule.additive && (ops > 1 || by.adds);
}

// In place of the adjoint that was recorded since `before`. What that did not read, the kernel does
// not read either: nothing need be kept for it.
template <class T>
Node<T> pulled(const detail::Contributed<T>& by) {
  if (!pull_is_better(by)) return by.contribution;
  Tape<T>& tape = by.tape;
  const std::span<const Node<T>> in = by.in;
  const Node<T>&y = by.y, &upstream = by.upstream;
  const Rule<T>& rule = *tape.records()[y.index()].rule;
  const auto was_read = [&](std::uint32_t index) {
    for (std::uint32_t i = by.before.size; i < tape.size(); ++i)
      for (int j = 0; j < tape.records()[i].arity; ++j)
        if (tape.records().input_of(tape.records()[i], j) == index) return true;
    return false;
  };
  const std::size_t n = in.size() + 1;
  const auto at = [&](std::size_t i) -> const Node<T>& { return i + 1 < n ? in[i] : y; };
  Few<char> read(n);
  for (std::size_t i = 0; i < n; ++i) {
    const bool by_kernel = rule.kernel_reads_value && (rule.elementwise || i + 1 == n);
    read[i] = by_kernel || was_read(at(i).index());
  }
  tape.rewind(by.before);
  Node<T> one_read = upstream;  // elementwise kernels step through all they are given
  for (std::size_t i = 0; i < n; ++i)
    if (read[i] && at(i).shape() == upstream.shape()) one_read = at(i);
  Few<std::uint32_t, 10> indices(n + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const Shape& shape = at(i).shape();
    if (read[i] || (rule.elementwise && shape != upstream.shape()))
      indices[i] = at(i).index();
    else
      indices[i] = (rule.elementwise ? one_read : unread(tape, Shape(shape))).index();
  }
  indices[n] = upstream.index();
  return parts_of(tape).append.pull(y, by.k, indices);
}

}  // namespace

template <class T>
std::vector<Node<T>> last_grad(const Node<T>& y, std::span<const Node<T>> xs) {
  return detail::grad_with<T>(&pulled<T>, y, xs);
}

template std::vector<Node<float>> last_grad(const Node<float>&, std::span<const Node<float>>);
template std::vector<Node<double>> last_grad(const Node<double>&, std::span<const Node<double>>);

}  // namespace glassgrad::program

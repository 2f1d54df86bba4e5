// map_batch: a function written for one example, run on a whole batch at once. Its records are then
// replayed with a batch axis in front: each op says itself what it does with that axis (`batched`,
// see engine/rule.hpp). How is in src/ops/functions/map_batch.cpp.
#pragma once

#include <optional>

#include "glassgrad/engine/results.hpp"

namespace glassgrad {

// An argument of map_batch that is the same for every example.
template <class X>
struct Whole {
  X argument;
};
template <class X>
Whole<X> whole(const X& argument) {
  return {argument};
}

namespace detail {

// f is recorded with the first example; then its records are replaced by batched ones.
template <class T>
class BatchRun {
 public:
  // Throws ShapeError when a node has no leading axis or another size along it.
  explicit BatchRun(std::span<const Node<T>> mapped);
  ~BatchRun();
  BatchRun(const BatchRun&) = delete;
  BatchRun& operator=(const BatchRun&) = delete;

  const Node<T>& example(std::size_t k) const { return examples_[k]; }
  // In place of nodes of one example, those of all. Throws TapeError for what cannot be batched.
  void finish(std::span<Node<T>> results);

 private:
  Tape<T>& tape_;
  std::vector<Node<T>> mapped_, examples_;
  std::int64_t n_ = 0;
  typename Tape<T>::Mark mark_;
  std::optional<typename Tape<T>::Hold> hold_;  // while f runs
  bool read_before_, finished_ = false;
};

template <class T, class F>
void each_mapped(const Node<T>& node, const F& f) {
  f(node);
}
template <class T, class F>
void each_mapped(const std::vector<Node<T>>& nodes, const F& f) {
  for (const Node<T>& node : nodes) f(node);
}
template <class F>
void each_mapped(const auto&, const F&) {}

// The argument for one example; `next` is its first node's place among the mapped.
template <class T>
Node<T> argument(const BatchRun<T>& run, const Node<T>&, std::size_t& next) {
  return run.example(next++);
}
template <class T>
std::vector<Node<T>> argument(const BatchRun<T>& run, const std::vector<Node<T>>& nodes,
                              std::size_t& next) {
  std::vector<Node<T>> examples;
  for (std::size_t i = 0; i < nodes.size(); ++i) examples.push_back(run.example(next++));
  return examples;
}
template <class T, class X>
const X& argument(const BatchRun<T>&, const Whole<X>& whole, std::size_t&) {
  return whole.argument;
}
template <class T, class X>
const X& argument(const BatchRun<T>&, const X& other, std::size_t&) {
  return other;
}

}  // namespace detail

// y[i] = f(x[i], ...): f takes one example's nodes and returns a Node, or a vector, array, pair or
// tuple of them; each comes back with the batch as its leading axis. Nodes, and vectors of them,
// are mapped over their first axis; whole(w), other arguments and nodes that f captures are the
// same for every example. The result is made of ordinary ops, so it has gradients of every order,
// programs and traces; calls nest, and f may use grad. f is called once and draws once: a dropout
// layer inside has one mask for all examples.
//   auto slopes = map_batch([&](Node<> x) { return grad(energy(x), x); }, points);  // (n, 3)
// Covered are elementwise ops, reductions, movement and matmul, and every op with `batched`. Throws
// TapeError, and leaves the tape as it was, naming any other op, and when f reads a number, as all
// examples take the same branch; for what would affect one example or earlier records: backward,
// set, clear, a rewind to before f; ShapeError when leading sizes differ. The idea is JAX's vmap
// (Bradbury et al. 2018).
template <class F, class... X>
auto map_batch(const F& f, const X&... inputs) {
  using T = typename detail::FirstMapped<X...>::type;
  std::vector<Node<T>> mapped;
  (detail::each_mapped(inputs, [&](const Node<T>& node) { mapped.push_back(node); }), ...);
  detail::BatchRun<T> run(mapped);
  std::size_t next = 0;
  // braces: from left to right
  std::tuple<decltype(detail::argument(run, inputs, next))...> arguments{
      detail::argument(run, inputs, next)...};
  auto result = std::apply(f, arguments);
  std::vector<Node<T>> results;
  detail::each_node(result, [&](Node<T>& node) { results.push_back(node); });
  run.finish(results);
  next = 0;
  detail::each_node(result, [&](Node<T>& node) { node = results[next++]; });
  return result;
}

}  // namespace glassgrad

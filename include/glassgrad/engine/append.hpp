// Append: records ops. It finds an op's inputs, computes its value, links the record; an op that
// fails appends nothing.
#pragma once

#include "glassgrad/engine/recorder.hpp"

namespace glassgrad::detail {

template <class T>
class Append {
 public:
  Append(Keep keep, Records<T>& records, Upstreams<T>& upstreams, Checkpoints<T>& checkpoints,
         Values<T>& values, Recorder<T>& recorder)
      : keep_(keep),
        plain_(keep != Keep::program),
        records_(records),
        upstreams_(upstreams),
        checkpoints_(checkpoints),
        values_(values),
        recorder_(recorder) {}

  // `op` is copied if the rule has attributes.
  Node<T> operator()(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs) {
    return rule.plain ? (*this)(rule, inputs.front(), inputs.back()) : any(rule, op, inputs);
  }
  // The same for a plain op (of one or two inputs, without attributes), what scalar code is made
  // of: nothing is copied on the way. Of one input `b` is `a` again.
  Node<T> operator()(const Rule<T>& rule, const Node<T>& a, const Node<T>& b);
  // With Keep::program: the contribution to input k of a node, of that input's shape, by the kernel
  // that backward uses; `reads` are the node's inputs, itself and its upstream, or what stands for
  // those that the kernel does not read. It cannot be differentiated again.
  Node<T> pull(const Node<T>& node, int k, std::span<const std::uint32_t> reads);
  void set_watched(bool watched) { plain_ = !watched && keep_ != Keep::program; }

 private:
  using Nodes = std::span<const Node<T>>;
  using Views = std::span<const View<const T>>;

  Node<T> any(const Rule<T>& rule, const void* op, Nodes inputs);
  Node<T> with_numbers(const Rule<T>& rule, const void* op, Nodes inputs);
  Node<T> checked(const Rule<T>& rule, const void* op, Nodes inputs);
  void check_guarded(const Rule<T>& rule, std::size_t k, std::size_t n, std::uint32_t index) const;
  void look_closely(const Rule<T>& rule, std::size_t k, std::size_t first_position,
                    std::uint32_t index) const;
  void link(Entry<T>& entry, const void* op, Nodes inputs);
  void compute_number(Entry<T>& entry, const void* op, Views in);
  void compute_array(Entry<T>& entry, const void* op, Views in, const Shape* shape, bool open);
  void take_place(Entry<T>& entry, const Shape* shape, bool no_numbers);
  const Shape* result_shape(const Rule<T>& rule, const void* op,
                            std::span<const Shape* const> shapes);

  Keep keep_;
  bool plain_;  // numbers are known and no one watches: plain ops may take the short way
  Records<T>& records_;
  Upstreams<T>& upstreams_;
  Checkpoints<T>& checkpoints_;
  Values<T>& values_;
  Recorder<T>& recorder_;
};

}  // namespace glassgrad::detail

// grad and jvp: sweeps that record what they compute. The tape grows while they run, so no
// reference to a record is held across a rule's call.
#include "glassgrad/engine/calculus.hpp"

#include <algorithm>

#include "engine/grad_with.hpp"
#include "engine/honest.hpp"
#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/pull_only.hpp"

namespace glassgrad {
namespace {

template <class T>
Tape<T>& tape_of(std::string_view what, const Node<T>& y) {
  y.check_tape(what);
  if (!y.tape())
    throw TapeError(what, "y is a plain number, on no tape", "Compute it from nodes of a tape");
  y.tape()->records().checked(what, y);
  y.tape()->records().check_parameters(what);
  return *y.tape();
}

// Which records on the way to `last` depend on one of the xs through ops that have a gradient.
template <class T>
std::vector<char> dependent(Tape<T>& tape, std::span<const Node<T>> xs, std::uint32_t last) {
  std::vector<char> depends(last + 1, 0);
  std::uint32_t first = last + 1;
  for (const Node<T>& x : xs)
    if (x.index() <= last) depends[x.index()] = 1, first = std::min(first, x.index());
  for (std::uint32_t i = first; i <= last; ++i) {
    const Record<T> record = tape.records()[i];
    for (int k = 0; k < record.arity && !depends[i]; ++k)
      depends[i] =
          depends[tape.records().input_of(record, k)] && record.rule->has_gradient(std::size_t(k));
  }
  std::vector<char> leads(last + 1, 0);  // to `last`: what does not is none of our business
  leads[last] = 1;
  for (std::uint32_t i = last + 1; i-- > first;) {
    depends[i] &= leads[i];
    const Record<T> record = tape.records()[i];
    for (int k = 0; k < record.arity && depends[i]; ++k)
      leads[tape.records().input_of(record, k)] = 1;
  }
  return depends;
}

template <class T>
void find_inputs(Tape<T>& tape, std::uint32_t index, std::vector<Node<T>>& inputs) {
  inputs.clear();
  for (int k = 0; k < tape.records()[index].arity; ++k)
    inputs.push_back(tape.records().node(tape.records().input_of(tape.records()[index], k)));
}

template <class T>
void check_shape(std::string_view what, std::string_view which, const Shape& given,
                 const Node<T>& node) {
  if (given != node.shape())
    throw ShapeError(what,
                     join("the ", which, " is ", given, ", ", subject(node), " is ", node.shape()),
                     "Give both the same shape");
}

template <class T>
std::vector<Node<T>> sweep_back(const Node<T>& y, std::span<const Node<T>> xs,
                                const Node<T>& upstream, detail::Replace<T> replace) {
  Tape<T>& tape = tape_of("grad", y);
  for (const Node<T>& x : xs) tape.records().checked("grad", x);
  if (upstream.tape()) tape.records().checked("grad", upstream);
  check_shape("grad", "upstream", upstream.shape(), y);
  const auto mark = tape.mark();
  try {
    const std::vector<char> depends = dependent(tape, xs, y.index());
    std::vector<Node<T>> upstreams(y.index() + 1);
    std::vector<char> reached(y.index() + 1, 0);
    upstreams[y.index()] = upstream.tape() ? upstream : tape.constant(upstream.item());
    reached[y.index()] = 1;
    std::vector<Node<T>> in;
    for (std::uint32_t i = y.index() + 1; i-- > 0;) {
      if (!reached[i] || !depends[i]) continue;
      find_inputs(tape, i, in);
      const Rule<T>* rule = tape.records()[i].rule;
      const void* attributes = tape.records()[i].attributes;
      for (std::size_t k = 0; k < in.size(); ++k) {
        const std::uint32_t to = in[k].index();
        if (!depends[to] || !rule->has_gradient(k)) continue;
        const typename Tape<T>::OriginGuard origin(tape, i, int(k));
        const detail::Honest honest(tape, rule->name, rule->elementwise, "adjoint");
        const auto before = tape.mark();
        Node<T> c = rule->adjoint(attributes, int(k), in, tape.records().node(i), upstreams[i]);
        honest.check(c, {&upstreams[i], 1}, "upstream");
        if (replace)
          c = replace({tape, tape.records().node(i), int(k), in, upstreams[i], c, before,
                       bool(reached[to])});
        detail::check_adjoint_shape(rule->name, int(k), c.shape(), in[k].shape());
        if (c.shape() != in[k].shape()) c = apply(SumTo{in[k].shape()}, c);
        upstreams[to] = reached[to] ? apply(Add{}, upstreams[to], c) : c;
        reached[to] = 1;
      }
    }
    std::vector<Node<T>> result;
    result.reserve(xs.size());
    for (const Node<T>& x : xs)
      result.push_back(x.index() <= y.index() && reached[x.index()] ? upstreams[x.index()]
                                                                    : tape.zeros(x.shape()));
    return result;
  } catch (...) {
    parts_of(tape).undo(mark);
    throw;
  }
}

template <class T>
std::vector<Node<T>> sweep_back(const Node<T>& y, std::span<const Node<T>> xs,
                                detail::Replace<T> replace) {
  if (y.shape().count() != 1)
    throw ShapeError("grad", join("y, ", subject(y), ", is ", y.shape(), ", not a single number"),
                     "Reduce it with sum or mean, or give its upstream: grad(y, xs, upstream)");
  Tape<T>& tape = tape_of("grad", y);
  for (const Node<T>& x : xs) tape.records().checked("grad", x);
  const auto mark = tape.mark();
  try {
    const Node<T> one = tape.constant(T(1));
    return sweep_back(y, xs, y.shape().rank() == 0 ? one : apply(BroadcastTo{y.shape()}, one),
                      replace);
  } catch (...) {
    parts_of(tape).undo(mark);
    throw;
  }
}

}  // namespace

template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::span<const Node<T>> xs, const Node<T>& upstream) {
  return sweep_back(y, xs, upstream, detail::Replace<T>());
}
template <class T>
std::vector<Node<T>> grad(const Node<T>& y, std::span<const Node<T>> xs) {
  return sweep_back(y, xs, detail::Replace<T>());
}
template <class T>
std::vector<Node<T>> detail::grad_with(Replace<T> replace, const Node<T>& y,
                                       std::span<const Node<T>> xs) {
  return sweep_back(y, xs, replace);
}

template <class T>
Node<T> jvp(const Node<T>& y, std::span<const Node<T>> xs, std::span<const Node<T>> tangents) {
  Tape<T>& tape = tape_of("jvp", y);
  if (xs.size() != tangents.size())
    throw ShapeError("jvp", join(xs.size(), " nodes and ", tangents.size(), " tangents"),
                     "Give one tangent per node");
  for (std::size_t i = 0; i < xs.size(); ++i) {
    tape.records().checked("jvp", xs[i]);
    if (tangents[i].tape()) tape.records().checked("jvp", tangents[i]);
    check_shape("jvp", "tangent", tangents[i].shape(), xs[i]);
  }
  const auto mark = tape.mark();
  try {
    const std::vector<char> depends = dependent(tape, xs, y.index());
    std::vector<Node<T>> tangent(y.index() + 1);  // a plain 0: none
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (xs[i].index() > y.index()) continue;
      const Node<T> given = tangents[i].tape() ? tangents[i] : tape.constant(tangents[i].item());
      Node<T>& at = tangent[xs[i].index()];
      at = at.tape() ? apply(Add{}, at, given) : given;
    }
    std::vector<Node<T>> in, in_tangents;
    for (std::uint32_t i = 0; i <= y.index(); ++i) {
      if (!depends[i] || tape.records()[i].leaf != Leaf::none) continue;
      find_inputs(tape, i, in);
      in_tangents.clear();
      bool any = false;
      for (const Node<T>& x : in) {
        in_tangents.push_back(tangent[x.index()]);
        any |= tangent[x.index()].tape() != nullptr;
      }
      if (!any) continue;
      const Rule<T>* rule = tape.records()[i].rule;
      const void* attributes = tape.records()[i].attributes;
      const typename Tape<T>::OriginGuard origin(tape, i, 0);
      const detail::Honest honest(tape, rule->name, rule->elementwise, "push");
      const Node<T> pushed = rule->push(attributes, in, tape.records().node(i), in_tangents);
      honest.check(pushed, in_tangents, "tangents");
      // an x inside the graph has its own tangent beside what reaches it
      tangent[i] = tangent[i].tape() ? apply(Add{}, tangent[i], pushed) : pushed;
    }
    return tangent[y.index()].tape() ? tangent[y.index()] : tape.zeros(y.shape());
  } catch (...) {
    parts_of(tape).undo(mark);
    throw;
  }
}

#define GLASSGRAD_CALCULUS(T)                                                                   \
  template std::vector<Node<T>> grad(const Node<T>&, std::span<const Node<T>>);                 \
  template std::vector<Node<T>> grad(const Node<T>&, std::span<const Node<T>>, const Node<T>&); \
  template std::vector<Node<T>> detail::grad_with(Replace<T>, const Node<T>&,                   \
                                                  std::span<const Node<T>>);                    \
  template Node<T> jvp(const Node<T>&, std::span<const Node<T>>, std::span<const Node<T>>);
GLASSGRAD_CALCULUS(float)
GLASSGRAD_CALCULUS(double)
#undef GLASSGRAD_CALCULUS

}  // namespace glassgrad

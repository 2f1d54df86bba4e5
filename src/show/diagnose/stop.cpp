// Watchers of a tape: one stops at the first number that is not finite, one at the node whose line
// is wanted. The diagnosis is in find_nonfinite.cpp.
#include "glassgrad/show/diagnose/stop.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/find.hpp"

namespace glassgrad {
namespace {

struct Bad {
  bool nan = false, infinite = false;
  std::optional<std::int64_t> first;
};
template <class T>
Bad bad_in(const T* numbers, std::int64_t count) {
  bool all = true;
  for (std::int64_t i = 0; i < count; ++i) all &= bool(std::isfinite(numbers[i]));
  Bad bad;
  for (std::int64_t i = 0; !all && i < count; ++i) {
    bad.nan |= std::isnan(numbers[i]), bad.infinite |= std::isinf(numbers[i]);
    if (!bad.first && !std::isfinite(numbers[i])) bad.first = i;
  }
  return bad;
}
template <class T>
Bad bad_in(Tape<T>& tape, std::uint32_t node) {
  const Record<T> record = tape.records()[node];
  return record.leaf == Leaf::indices ? Bad{} : bad_in(tape.numbers(node), record.shape->count());
}

// A number unexplained by the tape: written by a hook, or passed to backward.
template <class T>
NonFinite given(const Node<T>& node, const Bad& bad) {
  NonFinite found;
  found.pass = Pass::backward, found.error = true, found.node = node.index();
  found.kind = bad.nan ? ProblemKind::nan : ProblemKind::infinity;
  found.op = node.op();
  found.label = node.name().empty() ? join("node ", node.index()) : std::string(node.name());
  found.number = double(node.tape()->records()[node.index()].upstream[*bad.first]);
  found.element = detail::element_at(*bad.first, *node.tape()->records()[node.index()].shape);
  found.path = found.from = {node.index()};
  found.path_labels = found.from_labels = {found.label};
  found.message = "its upstream is " + detail::number_text(found.number) +
                  detail::place_text(found.element) +
                  ", which no node sent: a hook wrote it, or it was given to backward";
  found.fix = "Look at the hooks of this node and at what backward was given";
  return found;
}

template <class T>
class StopAtNonFinite final : public Watcher<T> {
 public:
  explicit StopAtNonFinite(const StopAt& options) : options_(options) {}

  void recorded(const Node<T>& node) override {
    Tape<T>& tape = *node.tape();
    const Record<T> record = tape.records()[node.index()];
    const Bad bad = bad_in(tape, node.index());
    if (!bad.first || (!bad.nan && !options_.infinity)) return;
    if (!bad.nan && record.leaf == Leaf::constant) return;
    for (int k = 0; k < record.arity; ++k) {
      const Bad input = bad_in(tape, tape.records().input_of(record, k));
      if (input.nan || (input.infinite && !bad.nan)) return;
    }
    NonFinite here = detail::explain_value(node);
    here.line = source_line();
    throw NonFiniteError(std::move(here));
  }

  void arrived(const Node<T>& node) override {
    const Record<T> record = node.tape()->records()[node.index()];
    const Bad bad = bad_in(record.upstream, record.shape->count());
    if (!bad.first || (!bad.nan && !options_.infinity)) return;
    const auto found = find_nonfinite(root(*node.tape()));
    throw NonFiniteError(found && found->error ? *found : given(node, bad));
  }

 private:
  static Node<T> root(Tape<T>& tape) {
    std::uint32_t i = tape.size() - 1;
    while (tape.upstreams().state(i) != Upstream::computed) --i;
    return tape.records().node(i);
  }
  StopAt options_;
};

struct Found {};  // thrown by LineOfNode when it has its line

template <class T>
class LineOfNode final : public Watcher<T> {
 public:
  LineOfNode(std::uint32_t node, std::optional<SourceLine>& line) : node_(node), line_(line) {}
  void recorded(const Node<T>& node) override {
    if (node.index() != node_) return;
    line_ = source_line();
    throw Found{};
  }
  void arrived(const Node<T>&) override {}

 private:
  std::uint32_t node_;
  std::optional<SourceLine>& line_;
};

std::string problem_of(const NonFinite& found) {
  std::string text = shown_name(found.label) + ": " + found.message;
  if (found.line) text += ", recorded at " + found.line->text();
  return text;
}

}  // namespace

NonFiniteError::NonFiniteError(NonFinite found)
    : Error(found.op, problem_of(found), found.fix), found_(std::move(found)) {}

template <class T>
void stop_at_nonfinite(Tape<T>& tape, const StopAt& options) {
  tape.watch(std::make_unique<StopAtNonFinite<T>>(options));
}

template <class T>
std::optional<SourceLine> line_of_node(std::uint32_t node, const Function<void(Tape<T>&)>& step) {
  std::optional<SourceLine> line;
  Tape<T> tape;
  tape.watch(std::make_unique<LineOfNode<T>>(node, line));
  try {
    step(tape);
  } catch (const Found&) {
  }
  return line;
}

template <class T>
std::optional<NonFinite> explain_step(const Function<Node<T>(Tape<T>&)>& step) {
  Tape<T> tape;
  const Node<T> cost = step(tape);
  if (tape.records().checked("explain_step", cost); tape.records()[cost.index()].active)
    tape.backward(cost);
  auto found = find_nonfinite(tape);
  if (found) found->line = line_of_node<T>(found->node, [&](Tape<T>& again) { step(again); });
  return found;
}

template void stop_at_nonfinite(Tape<float>&, const StopAt&);
template void stop_at_nonfinite(Tape<double>&, const StopAt&);
template std::optional<SourceLine> line_of_node(std::uint32_t, const Function<void(Tape<float>&)>&);
template std::optional<SourceLine> line_of_node(std::uint32_t,
                                                const Function<void(Tape<double>&)>&);
template std::optional<NonFinite> explain_step(const Function<Node<float>(Tape<float>&)>&);
template std::optional<NonFinite> explain_step(const Function<Node<double>(Tape<double>&)>&);

}  // namespace glassgrad

// The first number on a tape that is not finite. The search is nonfinite.cpp's, over a Snapshot
// that keeps statistics only; the operands are read off the tape, however large its arrays are.
#include <cmath>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/local.hpp"
#include "show/diagnose/find.hpp"
#include "show/snapshot/recompute.hpp"

namespace glassgrad {
namespace {

constexpr std::int64_t most_rows = 1024;  // of a Jacobian formed to find the factors

template <class T>
bool finite(const T* numbers, const Shape& shape) {
  bool all = true;
  for (std::int64_t i = 0; i < shape.count(); ++i) all &= bool(std::isfinite(numbers[i]));
  return all;
}
template <class T>
bool finite(const Record<T>& record) {
  return record.leaf == Leaf::indices || finite(record.value, *record.shape);
}

template <class T>
class TapeNumbers final : public detail::Numbers {
 public:
  TapeNumbers(const Snapshot& shot, Tape<T>& tape)
      : Numbers(shot),
        tape_(tape),
        upstreams_(detail::recomputed_upstreams(tape, shot.nodes[shot.cost].index)) {}

  bool elementwise(std::uint32_t node) const override {
    return record_of(node).leaf == Leaf::none && record_of(node).rule->elementwise;
  }

  std::optional<double> value(std::uint32_t node, std::int64_t at) const override {
    const Record<T> record = record_of(node);
    if (record.leaf == Leaf::indices) return Numbers::value(node, at);
    return double(record.value[at]);
  }
  std::optional<double> upstream(std::uint32_t node, std::int64_t at) const override {
    const std::uint32_t index = shot_.nodes[node].index;
    if (tape_.upstreams().state(index) == Upstream::computed)
      return double(record_of(node).upstream[at]);
    if (index >= upstreams_.size() || upstreams_[index].empty()) return {};
    return double(upstreams_[index][std::size_t(at)]);
  }
  // By the rule for single numbers, at this entry's operands.
  std::optional<double> local(std::uint32_t node, std::size_t slot,
                              std::int64_t at) const override {
    constexpr int few = 8;
    const Record<T> record = record_of(node);
    if (record.leaf != Leaf::none || !record.rule->elementwise || record.arity > few) return {};
    const T* numbers[few];
    T contributions[few] = {};
    for (int k = 0; k < record.arity; ++k) {
      const Record<T> input = tape_.records()[tape_.records().input_of(record, k)];
      numbers[k] = input.value + stretched(*input.shape, *record.shape, at);
    }
    record.rule->number_pull(record.attributes, numbers, record.value[at], T(1), contributions);
    return double(contributions[slot]);
  }
  std::optional<Met> met(std::uint32_t node, std::size_t slot, std::int64_t to) const override {
    const Record<T> record = record_of(node);
    const std::int64_t rows = record.shape->count();
    if (record.leaf != Leaf::none || rows > most_rows) return {};
    const Local<T> local = tape_.records().node(shot_.nodes[node].index).local(int(slot));
    std::vector<T> unit(std::size_t(rows), T(0));
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto upstream = this->upstream(node, i);
      if (!upstream) return {};
      unit[std::size_t(i)] = T(1);
      const double slope = double(local.times({unit.data(), record.shape})[std::size_t(to)]);
      unit[std::size_t(i)] = T(0);
      if (!std::isfinite(*upstream * slope)) return Met{i, *upstream, slope};
    }
    return {};
  }

 private:
  Record<T> record_of(std::uint32_t node) const { return tape_.records()[shot_.nodes[node].index]; }
  // The position in the argument that entry `at` of the result reads.
  static std::int64_t stretched(const Shape& shape, const Shape& of, std::int64_t at) {
    const auto element = detail::element_at(at, of);
    std::int64_t position = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const std::int64_t i = element[element.size() - std::size_t(shape.rank() - axis)];
      position = position * shape[axis] + (shape[axis] == 1 ? 0 : i);
    }
    return position;
  }
  Tape<T>& tape_;
  std::vector<std::vector<T>> upstreams_;
};

// The shortest way back to a parameter; else to an input, else to any leaf.
std::vector<std::uint32_t> way_from_leaf(const Snapshot& shot, std::uint32_t node) {
  std::vector<std::uint32_t> before(shot.nodes.size(), node), found{node};
  std::vector<char> seen(shot.nodes.size(), 0);
  seen[node] = 1;
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const SnapshotInput& input : shot.nodes[found[next]].inputs)
      if (!seen[input.node])
        seen[input.node] = 1, before[input.node] = found[next], found.push_back(input.node);
  for (const SnapshotKind kind :
       {SnapshotKind::parameter, SnapshotKind::input, SnapshotKind::constant})
    for (const std::uint32_t leaf : found) {
      if (shot.nodes[leaf].kind != kind) continue;
      std::vector<std::uint32_t> path{leaf};
      while (path.back() != node) path.push_back(before[path.back()]);
      return path;
    }
  return {node};
}

NonFinite on_tape(const Snapshot& shot, const detail::Finding& found) {
  const SnapshotNode& node = shot.nodes[found.problem.node];
  NonFinite all;
  static_cast<Problem&>(all) = found.problem;
  all.label = shot.path_of(found.problem.node), all.op = node.op, all.formula = node.formula;
  all.number = found.number;
  all.upstream = found.upstream, all.local = found.local, all.receiver = found.receiver;
  for (std::size_t k = 0; k < node.inputs.size(); ++k) {
    const SnapshotNode& from = shot.nodes[node.inputs[k].node];
    all.operands.push_back({from.index, from.label, from.value.shape,
                            k < found.operands.size() ? found.operands[k] : std::nullopt,
                            from.value.min, from.value.max});
  }
  const auto named = [&](std::vector<std::uint32_t>& path, std::vector<std::string>& labels) {
    for (std::uint32_t& at : path)
      labels.push_back(shot.nodes[at].label), at = shot.nodes[at].index;
  };
  all.from = way_from_leaf(shot, found.problem.node);
  named(all.from, all.from_labels);
  named(all.path, all.path_labels);
  all.node = node.index;
  return all;
}

template <class T>
Snapshot bare_snapshot(const Node<T>& cost) {
  return snapshot(cost,
                  SnapshotOptions{.keep = {std::string(detail::keep_nothing)}, .recompute = true});
}

template <class T>
std::optional<NonFinite> find_from(Tape<T>& tape, std::uint32_t cost) {
  const Snapshot shot = bare_snapshot(tape.records().node(cost));
  const TapeNumbers<T> numbers(shot, tape);
  std::vector<detail::Finding> found;
  if (!detail::find_forward(shot, numbers, found)) detail::find_backward(shot, numbers, found);
  if (found.empty()) return {};
  const auto error =
      std::find_if(found.begin(), found.end(), [](const auto& one) { return one.problem.error; });
  return on_tape(shot, error == found.end() ? found.front() : *error);
}

// The root of the last backward, or else the last node.
template <class T>
std::uint32_t root_of(const Tape<T>& tape) {
  for (std::uint32_t i = tape.size(); i-- > 0;)
    if (const auto state = tape.upstreams().state(i);
        state == Upstream::computed || state == Upstream::not_kept)
      return i;
  return tape.size() - 1;
}

}  // namespace

template <class T>
std::optional<NonFinite> find_nonfinite(Tape<T>& tape) {
  const std::uint32_t size = tape.size();
  if (size == 0) return {};
  parts_of(tape).values.restore();
  // Outside the root's dependencies, the first that is not finite though its inputs are: a number
  // computed for something else.
  const std::uint32_t root = root_of(tape);
  std::vector<char> needed(size, 0), led_to(size, 0);
  needed[root] = 1;
  for (std::uint32_t i = root + 1; i-- > 0;)
    for (int k = 0; needed[i] && k < tape.records()[i].arity; ++k)
      needed[tape.records().input_of(tape.records()[i], k)] = 1;
  std::uint32_t aside = size;
  for (std::uint32_t i = 0; i < size; ++i) {
    const Record<T> record = tape.records()[i];
    bool inputs = true;
    for (int k = 0; k < record.arity; ++k) {
      const std::uint32_t from = tape.records().input_of(record, k);
      inputs &= finite(tape.records()[from]);
      led_to[i] |= led_to[from];
    }
    if (aside == size && !needed[i] && inputs && !finite(record)) aside = i, led_to[i] = 1;
  }
  auto found = find_from(tape, root);
  if (aside == size) return found;
  std::uint32_t last = aside;
  for (std::uint32_t i = aside; i < size; ++i)
    if (led_to[i]) last = i;
  auto other = find_from(tape, last);
  const auto rank = [](const std::optional<NonFinite>& one) {
    return !one ? 3 : one->harmless() ? 2 : one->pass == Pass::backward ? 1 : 0;
  };
  if (rank(other) < rank(found)) return other;
  if (rank(other) == rank(found) && rank(other) != 1 && other && other->node < found->node)
    return other;
  return found;
}

template <class T>
std::optional<NonFinite> find_nonfinite(const Node<T>& cost) {
  cost.check_tape("find_nonfinite");
  if (!cost.tape())
    throw TapeError("find_nonfinite", "the cost is a plain number, on no tape",
                    "Compute it from nodes");
  return find_from(*cost.tape(), cost.tape()->records().checked("find_nonfinite", cost));
}

template <class T>
NonFinite detail::explain_value(const Node<T>& node) {
  const Snapshot shot = bare_snapshot(node);
  return on_tape(shot, forward_finding(shot, TapeNumbers<T>(shot, *node.tape()), shot.cost));
}
template NonFinite detail::explain_value(const Node<float>&);
template NonFinite detail::explain_value(const Node<double>&);

std::string NonFinite::text() const {
  const auto lines = [](std::string_view name, const std::string& rest) {
    return rest.empty() ? "" : join("  ", name, ": ", rest, "\n");
  };
  const std::string_view passes[] = {" after the step", " forward", " backward"};
  std::string text = join(
      word_of(kind), passes[int(pass)], harmless() ? ", harmless" : "", " at ", shown_name(label),
      pass == Pass::none ? "" : join(", node ", node, " of the tape"), "\n  ", message, "\n");
  constexpr std::size_t most_operands = 16;
  for (std::size_t k = 0; k < operands.size() && k < most_operands; ++k) {
    const NonFiniteOperand& operand = operands[k];
    const std::string range =
        join(operand.shape, " from ", to_text(operand.low, 4), " to ", to_text(operand.high, 4));
    if (operand.shape.rank() > 0) text += lines("operand " + shown_name(operand.label), range);
  }
  if (operands.size() > most_operands)
    text += lines("operands", join("... and ", operands.size() - most_operands, " more"));
  text += lines(from.size() > 1 ? "made from" : "",
                from.size() > 1 ? joined_names(from_labels, " -> ") : "");
  text += lines(pass == Pass::backward ? "sent back" : "leads to",
                path.size() > 1 ? joined_names(path_labels, " -> ") : "");
  text += lines("recorded at", line ? line->text() : "");
  return text + lines("to do", fix + ".");
}

template std::optional<NonFinite> find_nonfinite(Tape<float>&);
template std::optional<NonFinite> find_nonfinite(Tape<double>&);
template std::optional<NonFinite> find_nonfinite(const Node<float>&);
template std::optional<NonFinite> find_nonfinite(const Node<double>&);

}  // namespace glassgrad

// From a tape to plain data: the only file of show/ that looks into the engine.
#include "glassgrad/show/snapshot.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "glassgrad/core/local.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {

template <class T>
SnapshotArray summary(const T* numbers, const Shape& shape, std::int64_t limit) {
  SnapshotArray array;
  array.shape = shape;
  array.whole = shape.count() <= limit;
  if (array.whole) array.numbers.assign(numbers, numbers + shape.count());
  double sum = 0, squares = 0;
  std::int64_t finite = 0;
  for (std::int64_t i = 0; i < shape.count(); ++i) {
    const double x = double(numbers[i]);
    array.nan += std::isnan(x);
    array.infinite += std::isinf(x);
    array.plus_infinite += std::isinf(x) && x > 0;
    array.zeros += x == 0;
    if (!std::isfinite(x)) continue;
    array.min = finite ? std::min(array.min, x) : x;
    array.max = finite ? std::max(array.max, x) : x;
    sum += x, squares += x * x, ++finite;
  }
  array.mean = finite ? sum / double(finite) : 0;
  array.norm = std::sqrt(squares);
  double spread = 0;
  for (std::int64_t i = 0; i < shape.count(); ++i)
    if (const double x = double(numbers[i]); std::isfinite(x))
      spread += (x - array.mean) * (x - array.mean);
  array.deviation = finite ? std::sqrt(spread / double(finite)) : 0;
  return array;
}

// Which records the cost depends on.
template <class T>
std::vector<char> needed_by(const Tape<T>& tape, std::uint32_t cost) {
  std::vector<char> needed(cost + 1, 0);
  needed[cost] = 1;
  for (std::uint32_t i = cost + 1; i-- > 0;)
    for (int k = 0; needed[i] && k < tape.record(i).arity; ++k)
      needed[tape.input_of(tape.record(i), k)] = 1;
  return needed;
}

// The name; for a single constant its number; else v1, v2, ... Names used twice get a position.
class Labels {
 public:
  std::string of(std::string_view name, bool constant, const SnapshotArray& value,
                 std::uint32_t index) {
    if (!name.empty()) {
      std::string label(name);
      return taken_.insert(label).second ? label : label + "#" + std::to_string(index);
    }
    if (constant && value.shape.count() == 1 && value.whole) return to_text(value.numbers[0]);
    std::string label;
    do label = (constant ? "c" : "v") + std::to_string(++(constant ? constants_ : others_));
    while (!taken_.insert(label).second);
    return label;
  }

 private:
  std::set<std::string> taken_;
  int constants_ = 0, others_ = 0;
};

template <class T>
void add_inputs(const Tape<T>& tape, const Node<T>& node, const std::vector<std::uint32_t>& place,
                const Snapshot& shot, SnapshotNode& to) {
  const Record<T>& record = tape.record(node.index());
  const char* const letters[] = {"a", "b", "c", "d"};
  std::vector<std::string> labels;
  std::vector<Formula> named, slots;
  for (int k = 0; k < record.arity; ++k) {
    const std::uint32_t from = tape.input_of(record, k);
    SnapshotInput input;
    input.node = place[from];
    input.symbol = record.arity == 1 ? "x" : record.arity <= 4 ? letters[k] : join("x", k);
    labels.push_back(shot.nodes[input.node].label);
    named.push_back(Formula::symbol(labels.back(), *tape.record(from).shape));
    slots.push_back(Formula::symbol(input.symbol, *tape.record(from).shape));
    to.inputs.push_back(std::move(input));
  }
  to.formula = record.rule->value_formula(record.attributes, named).text();
  to.symbolic = record.rule->value_formula(record.attributes, slots).text();
  for (int k = 0; k < record.arity; ++k) {
    SnapshotInput& input = to.inputs[std::size_t(k)];
    const Record<T>& from = tape.record(tape.input_of(record, k));
    if (!from.active || !(record.rule->gradients >> std::min(k, 31) & 1)) continue;
    const Local<T> local = node.local(k);
    input.elementwise = local.elementwise();
    input.local_formula = local.formula(labels, to.label);
    input.slot_formula = local.formula();
    if (input.elementwise && record.shape->count() <= shot.limit)
      input.local = summary(local.values().data(), *record.shape, shot.limit);
    if (node.upstream_state() == Upstream::computed)
      input.contribution = summary(local.times(node.upstream()).data(), *from.shape, shot.limit);
  }
}

SnapshotKind kind_of(Leaf leaf) {
  switch (leaf) {
    case Leaf::none:
      return SnapshotKind::op;
    case Leaf::input:
      return SnapshotKind::input;
    case Leaf::parameter:
      return SnapshotKind::parameter;
    case Leaf::constant:
    case Leaf::indices:
      break;
  }
  return SnapshotKind::constant;
}

}  // namespace

template <class T>
Snapshot snapshot(const Node<T>& cost, std::int64_t limit) {
  if (!cost.tape())
    throw TapeError("snapshot", "the cost is a plain number, on no tape", "Compute it from nodes");
  Tape<T>& tape = *cost.tape();
  tape.checked("snapshot", cost);
  tape.check_parameters("snapshot");
  Snapshot shot;
  shot.limit = limit;
  shot.number_type = sizeof(T) == 8 ? "float64" : "float32";
  for (const auto& scope : tape.scopes())
    shot.scopes.push_back({std::string(scope.name), scope.parent});
  const std::vector<char> needed = needed_by(tape, cost.index());
  std::vector<std::uint32_t> place(cost.index() + 1, 0);
  Labels labels;
  for (std::uint32_t i = 0; i <= cost.index(); ++i) {
    if (!needed[i]) continue;
    const Record<T>& record = tape.record(i);
    const Node<T> node = tape.node(i);
    SnapshotNode to;
    to.op = std::string(node.op());
    to.kind = kind_of(record.leaf);
    to.name = std::string(node.name());
    to.scope = record.scope;
    to.derivative = record.origin != 0;
    if (record.leaf == Leaf::indices) {
      const auto* at = reinterpret_cast<const std::int64_t*>(record.value);
      const std::vector<double> copy(at, at + record.shape->count());
      to.value = summary(copy.data(), *record.shape, limit);
    } else {
      to.value = summary(record.value, *record.shape, limit);
    }
    to.label = labels.of(to.name, to.kind == SnapshotKind::constant, to.value, i);
    to.state = node.upstream_state();
    to.why = node.upstream_reason();
    if (to.state == Upstream::computed)
      to.upstream = summary(node.upstream().data, *record.shape, limit);
    if (record.leaf == Leaf::none) add_inputs(tape, node, place, shot, to);
    place[i] = std::uint32_t(shot.nodes.size());
    shot.nodes.push_back(std::move(to));
  }
  shot.cost = std::uint32_t(shot.nodes.size() - 1);
  return shot;
}
template Snapshot snapshot(const Node<float>&, std::int64_t);
template Snapshot snapshot(const Node<double>&, std::int64_t);

std::string Snapshot::scope_path(std::uint32_t scope) const {
  std::string path;
  for (; scope != 0; scope = scopes[scope].parent)
    path = path.empty() ? scopes[scope].name : scopes[scope].name + "/" + path;
  return path;
}

}  // namespace glassgrad

// Formulas, local gradients and contributions of a node's inputs, as a snapshot shows them.
#include "show/snapshot/snapshot_inputs.hpp"

#include <algorithm>
#include <string>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/local.hpp"
#include "show/snapshot/derived.hpp"
#include "show/snapshot/labels.hpp"
#include "show/snapshot/summary.hpp"

namespace glassgrad {
namespace {

// For how many columns and rows of a matrix of slopes all are 0.
template <class T>
void count_dead(const T* slopes, const Shape& shape, SnapshotInput& input) {
  const auto rows = std::size_t(shape[0]), columns = std::size_t(shape[1]);
  std::vector<char> row_lives(rows, 0), column_lives(columns, 0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      if (slopes[i * columns + j] != 0) row_lives[i] = column_lives[j] = 1;
  if (rows == 0 || columns == 0) return;
  input.dead_rows = std::count(row_lives.begin(), row_lives.end(), 0);
  input.dead_columns = std::count(column_lives.begin(), column_lives.end(), 0);
}

// The local gradient to argument k as text. The contribution to a broadcast argument is summed to
// its shape: "sum(upstream . b^T, to (2, 3))".
template <class T>
std::string local_text(const Record<T>& record, int k, const std::vector<Formula>& arguments,
                       const std::string& output) {
  if (!record.rule->local_formula) return "0";
  const Formula formula = record.rule->local_formula(record.attributes, k, arguments,
                                                     Formula::symbol(output, *record.shape));
  const Shape& to = arguments[std::size_t(k)].shape();
  if (record.rule->elementwise || formula.shape().count() <= to.count()) return formula.text();
  return Formula::call("sum", {formula, Formula::symbol("to " + to_text(to))}).text();
}

constexpr std::int64_t largest_matrix = 64;  // numbers; readable on a screen

}  // namespace

template <class T>
void add_inputs(const Tape<T>& tape, const Node<T>& node, const std::vector<std::uint32_t>& place,
                const Snapshot& shot, bool chosen, bool matrices, View<const T> upstream,
                SnapshotNode& to) {
  const Record<T> record = tape.records()[node.index()];
  std::vector<Formula> named, slots;
  to.inputs.reserve(std::size_t(record.arity));
  for (int k = 0; k < record.arity; ++k) {
    const std::uint32_t from = tape.records().input_of(record, k);
    SnapshotInput input;
    input.node = place[from];
    input.symbol = input_symbol(record.arity, k);
    named.push_back(Formula::symbol(shot.nodes[input.node].label, *tape.records()[from].shape));
    slots.push_back(Formula::symbol(input.symbol, *tape.records()[from].shape));
    to.inputs.push_back(std::move(input));
  }
  to.formula = record.rule->value_formula(record.attributes, named).text();
  to.symbolic = record.rule->value_formula(record.attributes, slots).text();
  std::vector<std::vector<T>> contributions;
  if (to.state == Upstream::computed) contributions = pulled_to_inputs(node, upstream);
  for (int k = 0; k < record.arity; ++k) {
    SnapshotInput& input = to.inputs[std::size_t(k)];
    const Record<T> from = tape.records()[tape.records().input_of(record, k)];
    if (!from.active || !record.rule->has_gradient(std::size_t(k))) continue;
    const Local<T> local(node, k);
    input.elementwise = local.elementwise();
    input.local_formula = local_text(record, k, named, to.label);
    input.slot_formula = local_text(record, k, slots, "y");
    const bool activation = record.arity == 1 && record.shape->rank() == 2;
    const bool small = record.shape->count() <= shot.limit && (chosen || !record.shape->rank());
    if (input.elementwise && (activation || small)) {
      const auto slopes = local.values();
      if (small) input.local = summary(slopes.data(), *record.shape, shot.limit);
      if (activation) count_dead(slopes.data(), *record.shape, input);
    }
    const std::int64_t rows = record.shape->count(), columns = from.shape->count();
    // Of an op that is linear in this argument the adjoint's formula says it all.
    if (matrices && !input.elementwise && rows * columns <= std::min(largest_matrix, shot.limit) &&
        (mentions(input.slot_formula, "y") || mentions(input.slot_formula, input.symbol)))
      input.matrix = summary(local.dense().data(), Shape{rows, columns}, shot.limit);
    if (to.state == Upstream::computed)
      input.contribution =
          summary(contributions[std::size_t(k)].data(), *from.shape, shot.limit, chosen);
  }
}

#define GLASSGRAD_INPUTS(T)                                                                   \
  template void add_inputs(const Tape<T>&, const Node<T>&, const std::vector<std::uint32_t>&, \
                           const Snapshot&, bool, bool, View<const T>, SnapshotNode&);
GLASSGRAD_INPUTS(float)
GLASSGRAD_INPUTS(double)
#undef GLASSGRAD_INPUTS

}  // namespace glassgrad

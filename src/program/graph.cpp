// From a tape's records to a graph.
#include "graph.hpp"

#include <algorithm>
#include <cstring>

#include "glassgrad/array/few.hpp"

namespace glassgrad::program {

template <class T>
Graph<T> graph_of(Tape<T>& tape, std::vector<Id> outputs, OptionalIndex fed) {
  Graph<T> graph;
  graph.outputs = std::move(outputs);
  // buffers are planned by use, even where a checkpoint dropped them
  if (tape.keep() != Keep::program) parts_of(tape).values.restore();
  graph.values.reserve(tape.size() + tape.size() / 8 + 8);  // passes add some
  graph.code.reserve(tape.size());
  for (Id i = 0; i < tape.size(); ++i) {
    const Record<T> record = tape.records()[i];
    Value<T> value{*record.shape, Origin::computed, record.value, i};
    switch (record.leaf) {
      case Leaf::none:
        break;
      case Leaf::constant:
        value.origin = Origin::constant;
        break;
      case Leaf::input:
      case Leaf::indices:
        value.origin = i < fed ? Origin::fed : Origin::constant;
        value.positions = record.leaf == Leaf::indices;
        break;
      case Leaf::parameter:
        value.origin = Origin::parameter;
        value.data = const_cast<T*>(parameter_of(record).value().data);
        break;
    }
    if (record.leaf == Leaf::none) {
      Instruction<T> instruction{record.rule, record.attributes, {}, i, record.pull};
      for (int k = 0; k < record.arity; ++k)
        instruction.in.push_back(tape.records().input_of(record, k));
      if (record.rule->alias) {
        value.root = graph.root(instruction.in[0]);
        value.origin = graph.values[value.root].origin;
      } else {
        graph.code.push_back(std::move(instruction));
      }
    }
    graph.values.push_back(value);
  }
  graph.run.assign(graph.code.size(), 0);
  graph.side = graph.run;
  return graph;
}

template <class T>
std::vector<std::uint32_t> Graph<T>::uses() const {
  std::vector<std::uint32_t> uses(values.size(), 0);
  for (const Instruction<T>& instruction : code)
    for (const Id x : instruction.in) ++uses[root(x)];
  for (const Id output : outputs) ++uses[root(output)];
  return uses;
}

template <class T>
void Graph<T>::keep_only(const std::vector<char>& keep) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (!keep[i]) continue;
    if (to != i) code[to] = std::move(code[i]);
    ++to;
  }
  code.resize(to);
  run.assign(to, 0);
  side.assign(to, 0);
}

template <class T>
bool Graph<T>::is_on_numbers(const Instruction<T>& instruction) const {
  return instruction.rule->elementwise && !instruction.pull &&
         std::all_of(instruction.in.begin(), instruction.in.end(),
                     [&](Id x) { return values[x].shape.count() == 1; });
}

template <class T>
bool Graph<T>::is_cut(const Instruction<T>& instruction, Id operand, std::int64_t n) const {
  const Shape& shape = values[operand].shape;
  if (shape.rank() == 0 || shape[0] != n) return false;
  if (!instruction.rule->broadcasts) return true;
  int rank = values[instruction.out].shape.rank();  // axes are counted from the end
  for (const Id x : instruction.in) rank = std::max(rank, values[x].shape.rank());
  return shape.rank() == rank;
}

template <class T>
bool Graph<T>::is_by_rows(const Instruction<T>& instruction, std::int64_t n) const {
  const Rule<T>& rule = *instruction.rule;
  if (instruction.onto || instruction.in.size() > max_run_inputs) return false;
  if (!is_cut(instruction, instruction.out, n)) return false;
  if (rule.elementwise) return true;
  if (!rule.by_rows) return false;
  Few<const Shape*> shapes(std::size_t(rule.arity));
  for (std::size_t k = 0; k < shapes.size(); ++k) shapes[k] = &values[instruction.in[k]].shape;
  if (!rule.by_rows(instruction.attributes, shapes)) return false;
  const bool all_cut = !rule.broadcasts || instruction.pull;
  return !all_cut || std::all_of(instruction.in.begin(), instruction.in.end(),
                                 [&](Id x) { return is_cut(instruction, x, n); });
}

template <class T>
void keep_what_is_used(Graph<T>& graph, Arena& arena) {
  std::vector<char> used(graph.values.size(), 0);
  for (Instruction<T>& instruction : graph.code) {
    for (const Id x : instruction.in) used[graph.root(x)] = 1;
    used[instruction.out] = 1;  // a constant, if computed from constants alone
    if (!instruction.rule->bytes) continue;
    void* const copy = arena.take_small(instruction.rule->bytes);
    std::memcpy(copy, instruction.attributes, instruction.rule->bytes);
    instruction.attributes = copy;
  }
  for (const Id output : graph.outputs) used[graph.root(output)] = 1;
  for (Id i = 0; i < graph.values.size(); ++i) {
    Value<T>& value = graph.values[i];
    if (value.origin == Origin::parameter) continue;
    const T* const from = value.data;
    value.data = nullptr;
    if (!from || !used[i] || value.root != i || value.origin == Origin::fed) continue;
    const std::int64_t count = value.shape.count();
    const std::size_t bytes = value.positions ? bytes_of<std::int64_t>(count) : bytes_of<T>(count);
    value.data = static_cast<T*>(bytes <= 16 ? arena.take_small(bytes) : arena.take(bytes));
    std::memcpy(value.data, from, bytes);
  }
}

#define GLASSGRAD_GRAPH(T)                                              \
  template struct Graph<T>;                                             \
  template Graph<T> graph_of(Tape<T>&, std::vector<Id>, OptionalIndex); \
  template void keep_what_is_used(Graph<T>&, Arena&);
GLASSGRAD_GRAPH(float)
GLASSGRAD_GRAPH(double)
#undef GLASSGRAD_GRAPH

}  // namespace glassgrad::program

// A graph as text, a line per instruction.
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/formula.hpp"
#include "graph.hpp"

namespace glassgrad::program {

template <class T>
std::string name_of(const Graph<T>& graph, Id id) {
  const Value<T>& value = graph.values[id];
  switch (graph.values[value.root].origin) {
    case Origin::constant:
      if (!graph.values[value.root].data) return "_";
      if (graph.values[value.root].is_constant_number())
        return to_text(double(*graph.values[value.root].data), 6);
      return join("constant", value.root);
    case Origin::fed:
      return join("input", value.root);
    case Origin::parameter:
      return join("parameter", value.root);
    case Origin::computed:
      break;
  }
  return join("%", value.root);
}

namespace {

// "matmul(%5, %6)", "tanh'(%1, %5, %8)"
template <class T>
std::string call_of(const Graph<T>& graph, const Instruction<T>& instruction) {
  std::string text(instruction.rule->name);
  if (instruction.pull) text += "'";
  if (instruction.pull && instruction.rule->arity > 1) text += to_text(int(instruction.pull - 1));
  for (std::size_t k = 0; k < instruction.in.size(); ++k)
    text += join(k == 0                                               ? "("
                 : instruction.onto && k + 1 == instruction.in.size() ? " onto "
                                                                      : ", ",
                 name_of(graph, instruction.in[k]));
  return text + ")";
}

// An op's settings (flags, axes, a slope) are in its formula: "sum(%5, axis 0)", "matmul(%5,
// %6^T)". Another form is shown beside the call: "slice(%5) = %5[2:4]", "mine(%5) = 3 * %5 + 1".
template <class T>
std::string with_settings(const Graph<T>& graph, const Instruction<T>& instruction) {
  if (!instruction.rule->bytes || instruction.pull) return call_of(graph, instruction);
  std::vector<Formula> in;
  for (const Id x : instruction.in)
    in.push_back(Formula::symbol(name_of(graph, x), graph.values[x].shape));
  const Formula formula = instruction.rule->value_formula(instruction.attributes, in);
  const auto& operands = formula.arguments();
  const bool call = formula.kind() == Formula::Kind::call;
  if (call && formula.head() == instruction.rule->name) return formula.text();
  std::string text(instruction.rule->name);
  bool short_form = (call || formula.kind() == Formula::Kind::infix) &&
                    operands.size() == in.size() && !in.empty();
  for (std::size_t k = 0; k < in.size() && short_form; ++k) {
    const std::string operand = operands[k].text(), name = in[k].text();
    short_form = operand == name || operand == name + "^T";
    text += (k == 0 ? "(" : ", ") + operand;
  }
  return short_form ? text + ")" : call_of(graph, instruction) + " = " + formula.text();
}

}  // namespace

template <class T>
std::string describe(const Graph<T>& graph) {
  std::string text;
  for (std::size_t i = 0; i < graph.code.size(); ++i) {
    const Instruction<T>& instruction = graph.code[i];
    const std::uint32_t run = graph.run[i], side = graph.side[i];
    if (run && (i == 0 || graph.run[i - 1] != run)) text += join("run ", run, "\n");
    if (side && (i == 0 || graph.side[i - 1] != side)) text += "at the same time\n";
    text +=
        join(run || side ? "  " : "", "%", instruction.out, " = ",
             with_settings(graph, instruction), "  ", graph.values[instruction.out].shape, "\n");
  }
  return text;
}

template std::string name_of(const Graph<float>&, Id);
template std::string name_of(const Graph<double>&, Id);
template std::string describe(const Graph<float>&);
template std::string describe(const Graph<double>&);

}  // namespace glassgrad::program

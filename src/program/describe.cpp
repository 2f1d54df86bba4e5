// A graph and a plan as text, a line per instruction.
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/formula.hpp"
#include "plan.hpp"

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
  if (instruction.pull && instruction.rule->arity > 1) text += join(*instruction.pull);
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

// "%12 = tanh(%7)  (32, 10)"
template <class T>
std::string line_of(const Graph<T>& graph, const Instruction<T>& instruction) {
  return join("%", instruction.out, " = ", with_settings(graph, instruction), "  ",
              graph.values[instruction.out].shape);
}

std::string place_of(const Place& place) {
  switch (place.in) {
    case Place::In::nowhere:
      break;
    case Place::In::leaf:
      return "where the leaf is";
    case Place::In::numbers:
      return join("number ", place.at);
    case Place::In::buffer:
      return join("buffer ", place.at);
    case Place::In::apart:
      return join("apart ", place.at);
    case Place::In::scratch:
      return join("scratch from ", place.at);
  }
  return "nowhere";
}

std::string heading_of(const Step& step) {
  switch (step.kind) {
    case Step::Kind::calls:
      break;
    case Step::Kind::side:
      return "at the same time";
    case Step::Kind::numbers:
      return "on numbers";
    case Step::Kind::run:
      return join("run of ", step.blocks(), " blocks, ", step.rows,
                  step.flat ? " numbers each" : " rows each");
  }
  return "in sequence";
}

}  // namespace

template <class T>
std::string describe(const Graph<T>& graph) {
  std::string text;
  for (std::size_t i = 0; i < graph.code.size(); ++i) {
    const std::uint32_t run = graph.run[i], side = graph.side[i];
    if (run && (i == 0 || graph.run[i - 1] != run)) text += join("run ", run, "\n");
    if (side && (i == 0 || graph.side[i - 1] != side)) text += "at the same time\n";
    text += join(run || side ? "  " : "", line_of(graph, graph.code[i]), "\n");
  }
  return text;
}

template <class T>
std::string describe(const Plan<T>& plan) {
  std::string text;
  for (const Step& step : plan.steps) {
    text += heading_of(step) + "\n";
    for (std::uint32_t i = step.first; i < step.end(); ++i) {
      const Instruction<T>& instruction = plan.graph.code[i];
      text += join("  ", line_of(plan.graph, instruction), "  in ",
                   place_of(plan.places[instruction.out]), "\n");
    }
  }
  text += join("numbers: ", plan.numbers, ", copies of leaves: ", plan.copied.size(), "\n");
  for (std::size_t i = 0; i < plan.buffers.size(); ++i)
    text += join("buffer ", i, ": ", plan.buffers[i], " numbers\n");
  return text + join("bytes: ", plan.bytes(), "\n");
}

template std::string name_of(const Graph<float>&, Id);
template std::string name_of(const Graph<double>&, Id);
template std::string describe(const Graph<float>&);
template std::string describe(const Graph<double>&);
template std::string describe(const Plan<float>&);
template std::string describe(const Plan<double>&);

}  // namespace glassgrad::program

#include "subject.hpp"

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

template <class T>
std::string_view op_of(const Record<T>& record) {
  constexpr std::string_view leaves[] = {"", "constant", "input", "parameter", "indices"};
  return record.leaf == Leaf::none ? record.rule->name : leaves[std::size_t(record.leaf)];
}

template <class T>
std::string subject(const Tape<T>& tape, std::uint32_t index) {
  const std::string_view op = op_of(tape.records()[index]), name = tape.records().name_of(index);
  if (name.empty()) return join("node ", index, " (", op, ")");
  const Record<T> record = tape.records()[index];
  std::string path(name);  // a parameter's own name says where it belongs: "layer1.W"
  for (std::uint32_t scope = record.leaf == Leaf::parameter ? 0 : tape.records().scope_of(index);
       scope != 0; scope = tape.records().scopes()[scope].parent)
    path = join(tape.records().scopes()[scope].name, "/", path);
  return join("node \"", shown_name(path), "\" (", op, ")");
}

template <class T>
std::string subject(const Node<T>& node) {
  if (node.is_plain_number()) return "a plain number";
  const Tape<T>* const tape = node.tape();
  if (!tape) return "a node";
  try {
    return subject(*tape, tape->records().checked("node", node));
  } catch (const TapeError&) {  // its record is forgotten
    return "a node";
  }
}

template <class T>
void check_input(std::string_view op, const Node<T>& node, int k) {
  if (k < 0 || k >= node.inputs())
    throw ShapeError(op, join("there is no input ", k, " of ", subject(node)),
                     join("It has ", node.inputs(), node.inputs() == 1 ? " input" : " inputs"));
}

template void check_input(std::string_view, const Node<float>&, int);
template void check_input(std::string_view, const Node<double>&, int);
template std::string_view op_of(const Record<float>&);
template std::string_view op_of(const Record<double>&);
template std::string subject(const Tape<float>&, std::uint32_t);
template std::string subject(const Tape<double>&, std::uint32_t);
template std::string subject(const Node<float>&);
template std::string subject(const Node<double>&);

}  // namespace glassgrad

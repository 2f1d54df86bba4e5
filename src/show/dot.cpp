// Graphviz text. Every string that people gave is quoted: names are data, never markup.
#include "glassgrad/show/dot.hpp"

#include <algorithm>

#include "glassgrad/io/file.hpp"
#include "show/numbers.hpp"

namespace glassgrad {
namespace {

constexpr const char* forward_colour = "#00705a";
constexpr const char* backward_colour = "#b23a00";

std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result + "\"";
}
// HTML-like labels allow colours within a box.
std::string escaped(const std::string& text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}
std::string row(const std::string& text, const char* colour = nullptr) {
  const std::string inside = escaped(text);
  return "<TR><TD ALIGN=\"LEFT\">" +
         (colour ? std::string("<FONT COLOR=\"") + colour + "\">" + inside + "</FONT>" : inside) +
         "</TD></TR>";
}
std::string shortened(const std::string& text) {
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

std::string upstream_line(const SnapshotNode& node, int digits) {
  switch (node.state) {
    case Upstream::computed:
      return "upstream " + shortened(numbers_text(*node.upstream, digits));
    case Upstream::pending:
      return "upstream: not computed yet";
    case Upstream::not_kept:
      return "upstream: not kept";
    case Upstream::none:
      break;
  }
  return "no upstream: " + node.why;
}

std::string box(const Snapshot& shot, std::size_t i, int digits) {
  const SnapshotNode& node = shot.nodes[i];
  const bool leaf = node.kind != SnapshotKind::op;
  std::string title = leaf ? node.label + " (" + node.op + ")" : node.formula;
  if (!leaf) title = node.label + " = " + title;
  return "n" + std::to_string(i) + " [id=\"n" + std::to_string(i) +
         "\" tooltip=" + in_quotes(node.label + ": " + node.op) + (leaf ? " style=rounded" : "") +
         " label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">" +
         row(shortened(title)) +
         row("value " + shortened(numbers_text(node.value, digits)), forward_colour) +
         row(upstream_line(node, digits), backward_colour) + "</TABLE>>];\n";
}

// A plain number stands in its consumer's formula: it needs no box.
bool stands_in_formula(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

std::string edge(const SnapshotInput& input, std::size_t to, int digits) {
  std::string label = input.local_formula.empty() || !input.elementwise
                          ? input.local_formula
                          : "local " + shortened(input.local_formula);
  if (input.local && input.local->whole && input.local->shape.count() <= 8)
    if (const std::string factor = numbers_text(*input.local, digits);
        factor != input.local_formula && input.local_formula != "1" && input.local_formula != "-1")
      label += "\n= " + factor;
  return "n" + std::to_string(input.node) + " -> n" + std::to_string(to) +
         (label.empty() ? std::string() : " [label=" + in_quotes(label) + "]") + ";\n";
}

void write_scope(const Snapshot& shot, std::uint32_t scope, int digits, const std::string& indent,
                 std::string& text) {
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    if (shot.nodes[i].scope == scope && !stands_in_formula(shot.nodes[i]))
      text += indent + box(shot, i, digits);
  for (std::uint32_t inner = scope + 1; inner < shot.scopes.size(); ++inner) {
    if (shot.scopes[inner].parent != scope) continue;
    std::string inside;
    write_scope(shot, inner, digits, indent + "  ", inside);
    if (!inside.empty())
      text += indent + "subgraph cluster_" + std::to_string(inner) + " {\n" + indent +
              "  label=" + in_quotes(shot.scopes[inner].name) + ";\n" + inside + indent + "}\n";
  }
}

}  // namespace

std::string to_dot(const Snapshot& shot, int digits) {
  std::string text =
      "digraph glassgrad {\n"
      "  rankdir=LR;\n"
      "  node [shape=box fontname=\"Helvetica\" fontsize=11];\n"
      "  edge [fontname=\"Helvetica\" fontsize=10 fontcolor=\"#555555\"];\n";
  write_scope(shot, 0, digits, "  ", text);
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    for (const SnapshotInput& input : shot.nodes[i].inputs)
      if (!stands_in_formula(shot.nodes[input.node])) text += "  " + edge(input, i, digits);
  return text + "}\n";
}

void write_dot(const Snapshot& shot, const std::filesystem::path& path) {
  write_file(path, to_dot(shot));
}

}  // namespace glassgrad

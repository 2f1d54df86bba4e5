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

std::string upstream_line(const SnapshotNode& node, Digits digits) {
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

std::string box(const Snapshot& shot, std::size_t i, Digits digits) {
  const SnapshotNode& node = shot.nodes[i];
  const bool leaf = node.kind != SnapshotKind::op;
  std::string title = leaf ? node.label + " (" + node.op + ")" : node.formula;
  if (!leaf) title = node.label + " = " + title;
  return "n" + std::to_string(i) + " [id=\"n" + std::to_string(i) +
         "\" tooltip=" + in_quotes(node.label + ": " + node.op) +
         (leaf          ? " style=rounded"
          : node.folded ? " penwidth=1.6"
                        : "") +
         " label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">" +
         row(shortened(title)) +
         row("value " + shortened(numbers_text(node.value, digits)), forward_colour) +
         row(upstream_line(node, digits), backward_colour) + "</TABLE>>];\n";
}

// A plain number stands in its consumer's formula: it needs no box.
bool stands_in_formula(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

// A pullback that takes its upstream apart, as softmax's does, is easier read as numbers.
bool twice(const std::string& formula) {
  return formula.find("upstream") != formula.rfind("upstream") || formula.empty();
}

std::string edge(const SnapshotInput& input, std::size_t to, Digits digits) {
  std::string label = input.local_formula;
  if (input.elementwise && input.has_local()) {
    label = "local " + shortened(input.local_formula);
    if (input.local && input.local->whole && input.local->shape.count() <= 8)
      if (const std::string factor = numbers_text(*input.local, digits);
          factor != label.substr(6) && label != "local 1" && label != "local -1")
        label += (input.local_formula.empty() ? "" : "\n= ") + factor;
  } else if (input.jacobian && twice(input.local_formula)) {
    label = "local";
    for (std::size_t row = 0, next = 1; row != std::string::npos; row = next) {
      const std::string all = numbers_text(*input.jacobian, digits);  // [[1 0]; [0 1]]
      next = all.find("; ", row + 1);
      label += "\n" + all.substr(row ? row + 2 : 1, next - (row ? row + 2 : 1));
      if (next == std::string::npos) label.pop_back();
    }
  }
  return "n" + std::to_string(input.node) + " -> n" + std::to_string(to) +
         (label.empty() ? std::string() : " [label=" + in_quotes(label) + "]") + ";\n";
}

void write_scope(const Snapshot& shot, std::uint32_t scope, Digits digits,
                 const std::string& indent, std::string& text) {
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

std::string to_dot(const Snapshot& shot, const DotOptions& options) {
  const Digits digits{options.digits, options.decimals};
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

void write_dot(const Snapshot& shot, const std::filesystem::path& path, const DotOptions& options) {
  write_file(path, to_dot(shot, options));
}

}  // namespace glassgrad

// Graphviz text. Every string that people gave is quoted: names are data, never markup.
#include "glassgrad/show/dot.hpp"

#include <algorithm>

#include "glassgrad/io/file.hpp"
#include "show/blocks.hpp"
#include "show/derived.hpp"
#include "show/find.hpp"
#include "show/numbers.hpp"
#include "show/svg_text.hpp"

namespace glassgrad {
namespace {

using svg::escaped;  // HTML-like labels, which allow colours within a box, want what XML wants

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
std::string row(const std::string& text, const char* colour = nullptr) {
  const std::string inside = escaped(text);
  return "<TR><TD ALIGN=\"LEFT\">" +
         (colour ? std::string("<FONT COLOR=\"") + colour + "\">" + inside + "</FONT>" : inside) +
         "</TD></TR>";
}
std::string shortened(const std::string& text) {
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

// A matrix that would make its box wide stands row by row.
std::string rows(const std::string& word, const std::string& numbers, const char* colour) {
  const auto breaks = std::count(numbers.begin(), numbers.end(), ';');
  if (numbers.size() <= 40 || breaks == 0 || breaks > 5)
    return row(word + shortened(numbers), colour);
  std::string text;
  for (std::size_t from = 0, to = 0; to != std::string::npos; from = to + 2) {
    to = numbers.find("; ", from);
    text += row((from == 0 ? word : "") + shortened(numbers.substr(from, to - from)), colour);
  }
  return text;
}

std::string upstream_rows(const SnapshotNode& node, Digits digits) {
  switch (node.state) {
    case Upstream::computed:
      return rows("upstream ", numbers_text(*node.upstream, digits), backward_colour);
    case Upstream::pending:
      return row("upstream: not computed yet", backward_colour);
    case Upstream::not_kept:
      return row("upstream: not kept", backward_colour);
    case Upstream::none:
      break;
  }
  return row("no upstream: " + node.why, backward_colour);
}

// A row per problem of the node, in bold, with its mark and its word.
std::string problem_rows(const Snapshot& shot, std::size_t i) {
  std::string text;
  for (const Problem& problem : shot.problems)
    if (problem.node == i)
      text += "<TR><TD ALIGN=\"LEFT\"><B>" + escaped(mark_of(problem.kind)) + " " +
              escaped(word_of(problem.kind)) + "</B></TD></TR>";
  return text;
}

std::string box(const Snapshot& shot, std::size_t i, Digits digits) {
  const SnapshotNode& node = shot.nodes[i];
  const std::string problems = problem_rows(shot, i);
  const bool leaf = node.kind != SnapshotKind::op;
  const bool plain = shot.nodes[shot.cost].folded && node.kind == SnapshotKind::constant;
  std::string title = leaf ? node.label + " (" + node.op + ")" : node.formula;
  if (!leaf) title = node.label + " = " + title;
  return "n" + std::to_string(i) + " [id=\"n" + std::to_string(i) +
         "\" tooltip=" + in_quotes(node.label + ": " + node.op) +
         (leaf          ? " style=rounded"
          : node.folded ? " penwidth=1.6"
                        : "") +
         (problems.empty() ? "" : " peripheries=2") +
         " label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">" +
         row(shortened(title)) + rows("value ", numbers_text(node.value, digits), forward_colour) +
         (plain ? "" : upstream_rows(node, digits)) + problems + "</TABLE>>];\n";
}

// A plain number stands in its consumer's formula: it needs no box.
bool stands_in_formula(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

// What a box does with its upstream, as a quotient of the slides where it is one factor:
// "dL/dyhat = -(y - yhat)", "dZ/dW = X^T".
std::string of_box(const Snapshot& shot, const SnapshotInput& input, const SnapshotNode& node) {
  const std::string& formula = input.local_formula;
  const std::string left = "upstream . ", right = " . upstream";
  const std::string quotient = "d" + node.label + "/d" + shot.nodes[input.node].label + " = ";
  if (input.elementwise) return quotient + shortened(formula);
  if (formula.starts_with(left)) return quotient + formula.substr(left.size());
  if (formula.ends_with(right)) return quotient + formula.substr(0, formula.size() - right.size());
  return formula;
}

std::string edge_label(const Snapshot& shot, const SnapshotInput& input, const SnapshotNode& node,
                       Digits digits) {
  std::string label =
      node.folded && input.has_local() ? of_box(shot, input, node) : input.local_formula;
  if (input.elementwise && input.has_local()) {
    if (!node.folded) label = "local " + shortened(input.local_formula);
    if (input.local && input.local->whole && input.local->shape.count() <= 8)
      if (const std::string factor = numbers_text(*input.local, digits);
          factor != input.local_formula && input.local_formula != "1" &&
          input.local_formula != "-1")
        label += (input.local_formula.empty() ? "" : "\n= ") + factor;
    if (const std::string sum = summed_text(node, input, shot); !sum.empty() && input.contribution)
      label += "\n" + sum;
  } else if (input.jacobian) {
    label = "d" + node.label + "/d" + shot.nodes[input.node].label + " =";
    const std::span<const double> numbers(input.jacobian->numbers);
    const Shape row{input.jacobian->shape[1]};
    for (std::size_t at = 0; at < numbers.size(); at += std::size_t(row.count()))
      label += "\n" + numbers_text(numbers.subspan(at, std::size_t(row.count())), row, digits);
  }
  return label;
}

std::string edge(const Snapshot& shot, const SnapshotInput& input, std::size_t to,
                 const DotOptions& options) {
  std::string label = edge_label(shot, input, shot.nodes[to], {options.digits, options.decimals});
  if (options.downwards && !label.empty()) {  // clear of the edge that it stands beside
    label = "  " + label;
    for (std::size_t at = 0; (at = label.find('\n', at)) != std::string::npos; ++at)
      label.insert(at + 1, "  ");
  }
  std::string looks = label.empty() ? "" : "label=" + in_quotes(label);
  if (detail::on_path(shot, input.node, std::uint32_t(to)))
    looks += std::string(looks.empty() ? "" : " ") + "penwidth=3";
  return "n" + std::to_string(input.node) + " -> n" + std::to_string(to) +
         (looks.empty() ? "" : " [" + looks + "]") + ";\n";
}

void write_scope(const Snapshot& shot, const std::vector<RepeatedScope>& blocks,
                 std::uint32_t scope, Digits digits, const std::string& indent, std::string& text) {
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    if (shot.nodes[i].scope == scope && !stands_in_formula(shot.nodes[i]))
      text += indent + box(shot, i, digits);
  for (std::uint32_t inner = scope + 1; inner < shot.scopes.size(); ++inner) {
    if (shot.scopes[inner].parent != scope) continue;
    std::string inside;
    write_scope(shot, blocks, inner, digits, indent + "  ", inside);
    if (!inside.empty())
      text += indent + "subgraph cluster_" + std::to_string(inner) + " {\n" + indent +
              "  label=" + in_quotes(detail::title_of(shot.scopes[inner], blocks[inner])) + ";\n" +
              inside + indent + "}\n";
  }
}

}  // namespace

std::string to_dot(const Snapshot& shot, const DotOptions& options) {
  const Digits digits{options.digits, options.decimals};
  std::string text = std::string("digraph glassgrad {\n") +
                     "  rankdir=" + std::string(options.downwards ? "TB" : "LR") +
                     ";\n"
                     "  graph [fontname=\"Helvetica\" fontsize=12];\n"
                     "  node [shape=box fontname=\"Helvetica\" fontsize=11];\n"
                     "  edge [fontname=\"Helvetica\" fontsize=10 fontcolor=\"#555555\"];\n";
  write_scope(shot, repeated_scopes(shot), 0, digits, "  ", text);
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    for (const SnapshotInput& input : shot.nodes[i].inputs)
      if (!stands_in_formula(shot.nodes[input.node])) text += "  " + edge(shot, input, i, options);
  return text + "}\n";
}

void write_dot(const Snapshot& shot, const std::string& path, const DotOptions& options) {
  write_file(path, to_dot(shot, options));
}

}  // namespace glassgrad

// Graphviz text. Every user string is quoted: names are data, never markup.
#include "glassgrad/show/picture/dot.hpp"

#include <algorithm>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/io/file.hpp"
#include "show/diagnose/find.hpp"
#include "show/picture/svg_text.hpp"
#include "show/snapshot/blocks.hpp"
#include "show/snapshot/derived.hpp"
#include "show/text/numbers.hpp"

namespace glassgrad {
namespace {

using svg::escaped, svg::stands_in_formula;  // HTML-like labels, which allow colours within a box,
                                             // are escaped like XML

constexpr const char* forward_colour = "#00705a";
constexpr const char* backward_colour = "#b23a00";

// Between quotes Graphviz reads backslashes, entities and nothing else; a newline stays a break.
std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else if (c == '&')
      result += "&amp;";
    else
      result += c;
  }
  return result + "\"";
}
// Some versions of Graphviz read a tooltip for \N twice: a zero-width space keeps the letter apart.
std::string in_tooltip(const std::string& text) {
  std::string apart;
  for (const char c : text) (apart += c) += c == '\\' ? "\u200c" : "";
  return in_quotes(apart);
}
// In an HTML-like label Graphviz still reads \N as the node's name and \G as the graph's.
std::string in_table(std::string_view text) {
  std::string result;
  for (const char c : escaped(text)) result.append(c == '\\' ? 2 : 1, c);
  return result;
}
std::string table_row(const std::string& text, const char* colour = nullptr) {
  const std::string inside = in_table(text);
  return "<TR><TD ALIGN=\"LEFT\">" +
         (colour ? std::string("<FONT COLOR=\"") + colour + "\">" + inside + "</FONT>" : inside) +
         "</TD></TR>";
}
std::string brief(const std::string& all) {
  const std::string text = shown_formula(all);
  if (text.size() <= 60) return text;
  std::size_t end = 57;
  while ((text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

// A matrix that would make its box wide stands row by row.
std::string rows(const std::string& word, const std::string& numbers, const char* colour) {
  const auto breaks = std::count(numbers.begin(), numbers.end(), ';');
  if (numbers.size() <= 40 || breaks == 0 || breaks > 5)
    return table_row(word + brief(numbers), colour);
  std::string text;
  for (std::size_t from = 0, to = 0; to != std::string::npos; from = to + 2) {
    to = numbers.find("; ", from);
    text += table_row((from == 0 ? word : "") + brief(numbers.substr(from, to - from)), colour);
  }
  return text;
}

std::string upstream_rows(const SnapshotNode& node, Digits digits) {
  switch (node.state) {
    case Upstream::computed:
      return rows("upstream ", numbers_text(*node.upstream, digits), backward_colour);
    case Upstream::pending:
      return table_row("upstream: not computed yet", backward_colour);
    case Upstream::not_kept:
      return table_row("upstream: not kept", backward_colour);
    case Upstream::none:
      break;
  }
  return table_row("no upstream: " + shown_formula(node.why), backward_colour);
}

// A row per problem of the node, in bold, with its mark and its word.
std::string problem_rows(const std::vector<const Problem*>& problems) {
  std::string text;
  for (const Problem* problem : problems)
    text += "<TR><TD ALIGN=\"LEFT\"><B>" + in_table(mark_of(problem->kind)) + " " +
            in_table(word_of(problem->kind)) + "</B></TD></TR>";
  return text;
}

std::string box(const Snapshot& shot, const detail::Marks& marks, std::uint32_t i, Digits digits) {
  const SnapshotNode& node = shot.nodes[i];
  const std::string problems = problem_rows(marks.of(i));
  const bool leaf = node.kind != SnapshotKind::op;
  const bool plain = shot.nodes[shot.cost].folded && node.kind == SnapshotKind::constant;
  const std::string title =
      leaf ? node.label + " (" + node.op + ")" : node.label + " = " + node.formula;
  return "n" + std::to_string(i) + " [id=\"n" + std::to_string(i) +
         "\" tooltip=" + in_tooltip(shown_name(node.label) + ": " + shown_name(node.op)) +
         (leaf          ? " style=rounded"
          : node.folded ? " penwidth=1.6"
                        : "") +
         (problems.empty() ? "" : " peripheries=2") +
         " label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">" +
         table_row(brief(title)) +
         rows("value ", numbers_text(node.value, digits), forward_colour) +
         (plain ? "" : upstream_rows(node, digits)) + problems + "</TABLE>>];\n";
}

// A box's local gradient, as a quotient like the slides' if it is one factor:
// "dL/dyhat = -(y - yhat)", "dZ/dW = X^T".
std::string of_box(const Snapshot& shot, const SnapshotInput& input, const SnapshotNode& node) {
  const std::string formula = shown_formula(input.local_formula);
  const std::string left = "upstream . ", right = " . upstream";
  const std::string quotient =
      "d" + shown_name(node.label) + "/d" + shown_name(shot.nodes[input.node].label) + " = ";
  if (input.elementwise) return quotient + brief(formula);
  if (formula.starts_with(left)) return quotient + formula.substr(left.size());
  if (formula.ends_with(right)) return quotient + formula.substr(0, formula.size() - right.size());
  return formula;
}

std::string edge_label(const Snapshot& shot, const SnapshotInput& input, const SnapshotNode& node,
                       Digits digits) {
  std::string label = node.folded && input.has_local() ? of_box(shot, input, node)
                                                       : shown_formula(input.local_formula);
  if (input.elementwise && input.has_local()) {
    if (!node.folded) label = "local " + brief(input.local_formula);
    if (input.local && input.local->whole && input.local->shape.count() <= 8)
      if (const std::string factor = numbers_text(*input.local, digits);
          factor != input.local_formula && input.local_formula != "1" &&
          input.local_formula != "-1")
        label += (input.local_formula.empty() ? "" : "\n= ") + factor;
    if (const std::string sum = summed_text(node, input, shot); !sum.empty() && input.contribution)
      label += "\n" + sum;
  } else if (input.jacobian) {
    label = "d" + shown_name(node.label) + "/d" + shown_name(shot.nodes[input.node].label) + " =";
    const std::span<const double> numbers(input.jacobian->numbers);
    const Shape row{input.jacobian->shape[1]};
    for (std::size_t at = 0; at < numbers.size(); at += std::size_t(row.count()))
      label += "\n" + numbers_text(numbers.subspan(at, std::size_t(row.count())), row, digits);
  }
  return label;
}

std::string edge(const Snapshot& shot, const detail::Marks& marks, const SnapshotInput& input,
                 std::uint32_t to, const DotOptions& options) {
  std::string label = edge_label(shot, input, shot.nodes[to], {options.digits, options.decimals});
  if (options.downwards && !label.empty()) {  // clear of the edge that it stands beside
    label = "  " + label;
    for (std::size_t at = 0; (at = label.find('\n', at)) != std::string::npos; ++at)
      label.insert(at + 1, "  ");
  }
  std::string looks = label.empty() ? "" : "label=" + in_quotes(label);
  if (marks.along(input.node, to)) looks += std::string(looks.empty() ? "" : " ") + "penwidth=3";
  return "n" + std::to_string(input.node) + " -> n" + std::to_string(to) +
         (looks.empty() ? "" : " [" + looks + "]") + ";\n";
}

// The scopes as clusters in each other, each with its own nodes first. Scopes in which nothing is
// shown are left out. Without recursion: scopes may nest arbitrarily deep.
class Clusters {
 public:
  Clusters(const Snapshot& shot, const detail::Marks& marks, Digits digits)
      : shot_(shot),
        marks_(marks),
        digits_(digits),
        blocks_(repeated_scopes(shot)),
        nodes_(shot.scopes.size()),
        inside_(shot.scopes.size()) {
    std::vector<char> shown(shot.scopes.size(), 0);
    for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
      if (!stands_in_formula(shot.nodes[i])) {
        nodes_[shot.nodes[i].scope].push_back(i);
        shown[shot.nodes[i].scope] = 1;
      }
    for (std::size_t s = shot.scopes.size(); s-- > 1;) shown[shot.scopes[s].parent] |= shown[s];
    for (std::uint32_t s = 1; s < shot.scopes.size(); ++s)
      if (shown[s]) inside_[shot.scopes[s].parent].push_back(s);
  }

  void write(std::string& text) {
    std::vector<std::size_t> next{0};  // of every open scope, the scope inside it to be opened next
    std::vector<std::uint32_t> open{0};
    write_nodes(0, indent(1), text);
    while (!open.empty()) {
      const std::string around = indent(open.size());
      if (next.back() < inside_[open.back()].size()) {
        const std::uint32_t scope = inside_[open.back()][next.back()++];
        const std::string title = detail::title_of(shot_.scopes[scope], blocks_[scope]);
        text += around + "subgraph cluster_" + std::to_string(scope) + " {\n" + around +
                "  label=" + in_quotes(shown_name(title)) + ";\n";
        open.push_back(scope), next.push_back(0);
        write_nodes(scope, indent(open.size()), text);
      } else {
        open.pop_back(), next.pop_back();
        if (!open.empty()) text += indent(open.size()) + "}\n";
      }
    }
  }

 private:
  static std::string indent(std::size_t depth) {
    constexpr std::size_t deepest = 20;
    return std::string(2 * std::min(depth, deepest), ' ');
  }
  void write_nodes(std::uint32_t scope, const std::string& indent, std::string& text) const {
    for (const std::uint32_t i : nodes_[scope]) text += indent + box(shot_, marks_, i, digits_);
  }

  const Snapshot& shot_;
  const detail::Marks& marks_;
  Digits digits_;
  std::vector<RepeatedScope> blocks_;
  std::vector<std::vector<std::uint32_t>> nodes_, inside_;
};

}  // namespace

std::string to_dot(const Snapshot& shot, const DotOptions& options) {
  const Digits digits{options.digits, options.decimals};
  std::string text = std::string("digraph glassgrad {\n") +
                     "  rankdir=" + std::string(options.downwards ? "TB" : "LR") +
                     ";\n"
                     "  graph [fontname=\"Helvetica\" fontsize=12];\n"
                     "  node [shape=box fontname=\"Helvetica\" fontsize=11];\n"
                     "  edge [fontname=\"Helvetica\" fontsize=10 fontcolor=\"#555555\"];\n";
  const detail::Marks marks(shot);
  Clusters(shot, marks, digits).write(text);
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    for (const SnapshotInput& input : shot.nodes[i].inputs)
      if (!stands_in_formula(shot.nodes[input.node]))
        text += "  " + edge(shot, marks, input, i, options);
  return text + "}\n";
}

void write_dot(const Snapshot& shot, const std::string& path, const DotOptions& options) {
  write_file(path, to_dot(shot, options));
}

}  // namespace glassgrad

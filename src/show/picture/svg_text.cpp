// Texts and numbers, in the order and wording of the trace.
#include "show/picture/svg_text.hpp"

#include <algorithm>
#include <cmath>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "show/snapshot/derived.hpp"

namespace glassgrad::svg {
namespace {

// ---- Numbers -----------------------------------------------------------------------------------

// An array's numbers on one line or, when that is long, row by row; a summary when there are many.
void write_numbers(const std::string& word, const SnapshotArray& array, const char* style,
                   Digits digits, std::vector<Line>& lines) {
  const std::string indent(word.size(), ' '), all = numbers_text(array, digits);
  std::vector<std::string> rows{all};
  if (text_columns(word + all) > widest_line) {
    rows.clear();
    for (std::size_t from = 0, to = 0; array.whole && to != all.npos; from = to + 2) {
      to = all.find("; ", from);
      rows.push_back((from ? " " : "") + all.substr(from, to - from));
    }
  }
  const auto fits = [&](const std::string& row) { return text_columns(word + row) <= widest_line; };
  if (rows.empty() || rows.size() > 8 || !std::all_of(rows.begin(), rows.end(), fits)) {
    const auto number = [&](double x) { return number_text(x, digits); };
    // a number that is cut is another number: where two do not fit, each has a row
    const auto add = [&](const std::string& first, std::string_view between,
                         const std::string& second) {
      rows.push_back(join(first, between, second));
      if (!fits(rows.back())) rows.back() = first, rows.push_back(second);
    };
    rows.clear();
    add(to_text(array.shape), " ", "mean " + number(array.mean));
    add("min " + number(array.min), ", ", "max " + number(array.max));
    if (array.nan) rows.push_back(to_text(array.nan) + " NaN");
    if (array.infinite) rows.push_back(to_text(array.infinite) + " infinite");
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    lines.push_back({fitted((i ? indent : word) + rows[i], widest_line), style});
}

void add_upstream(const SnapshotNode& node, Digits digits, std::vector<Line>& lines) {
  switch (node.state) {
    case Upstream::computed:
      return write_numbers("upstream ", *node.upstream, "backward", digits, lines);
    case Upstream::pending:
      return lines.push_back({"upstream: not computed yet", "muted"});
    case Upstream::not_kept:
      return lines.push_back({"upstream: not kept", "muted"});
    case Upstream::none:
      break;
  }
  lines.push_back({fitted("no upstream: " + shown_formula(node.why), widest_line), "muted"});
}

}  // namespace

std::string n(double x) { return to_text(std::round(x * 100) / 100 + 0.0); }

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
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

NodeText text_of(const Snapshot& shot, std::uint32_t i, const std::vector<const Problem*>& problems,
                 Digits digits) {
  const SnapshotNode& node = shot.nodes[i];
  const bool leaf = node.kind != SnapshotKind::op;
  const bool plain = shot.nodes[shot.cost].folded && node.kind == SnapshotKind::constant;
  NodeText text;
  text.title = fitted(shown_name(node.label), 28);
  text.aside = fitted(
      node.folded ? std::to_string(node.folded) + (node.folded == 1 ? " op" : " ops") : node.op,
      14);
  if (!leaf)
    text.lines.push_back({fitted("= " + shown_formula(node.formula), widest_line), "formula"});
  write_numbers("value ", node.value, "forward", digits, text.lines);
  if (!plain) add_upstream(node, digits, text.lines);
  for (const Problem* problem : problems)
    text.lines.push_back(
        {std::string(mark_of(problem->kind)) + " " + std::string(word_of(problem->kind)),
         "problem"});
  text.sentence = shown_name(node.label) +
                  (leaf ? " (" + shown_name(node.op) + ")" : " = " + shown_formula(node.formula)) +
                  " = " + numbers_text(node.value, digits);
  if (node.upstream) text.sentence += ", upstream " + numbers_text(*node.upstream, digits);
  for (const Problem* problem : problems)
    text.sentence += "; " + problem->message + ". " + problem->fix;
  return text;
}

EdgeText text_of(const Snapshot& shot, const SnapshotNode& node, const SnapshotInput& input,
                 Digits digits) {
  EdgeText text;
  const auto first_fitting = [](std::initializer_list<std::string> texts) {
    for (const std::string& one : texts)
      if (!one.empty() && text_columns(one) <= widest_label) return one;
    return fitted(*(texts.end() - 1), widest_label);
  };
  const std::string formula = shown_formula(input.local_formula);
  const std::string from = shown_name(shot.nodes[input.node].label);
  std::string whole;
  if (input.jacobian) {
    const std::string shape = "local: Jacobian " + to_text(input.jacobian->shape);
    whole = "local " + numbers_text(*input.jacobian, digits);
    text.local = first_fitting({whole, shape});
  } else if (input.elementwise && input.has_local()) {
    const std::string number = input.local ? numbers_text(*input.local, digits) : "";
    const bool plain = formula.find_first_not_of("0123456789.e-") == std::string::npos;
    const bool same = number.empty() || (plain && !formula.empty());
    whole = "local " + (same ? formula : formula.empty() ? number : formula + " = " + number);
    text.local = first_fitting({whole, formula.empty() ? "" : "local " + formula,
                                number.empty() ? "" : "local " + number,
                                "local " + (formula.empty() ? number : formula)});
  } else if (input.has_local()) {
    whole = text.local = formula;
    text.local = fitted(formula, widest_label);
  } else if (input.contribution && node.folded) {
    whole = text.local = "local: through its " + std::to_string(node.folded) + " ops";
  }
  text.sentence = from + " to " + shown_name(node.label);
  if (!whole.empty()) text.sentence += ": " + whole;
  if (!input.contribution) return text;
  std::string sent = "sends back " + numbers_text(*input.contribution, digits);
  const std::string shape = to_text(input.contribution->shape),
                    sum = summed_text(node, input, shot);
  if (sum.empty()) {
    text.sent = first_fitting({sent, "sends back " + shape});
  } else {
    sent += ", " + sum;
    text.sent = first_fitting({sent, "sends the sum " + numbers_text(*input.contribution, digits),
                               "sends the sum " + shape});
  }
  text.sentence += ", " + sent;
  return text;
}

bool stands_in_formula(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

}  // namespace glassgrad::svg

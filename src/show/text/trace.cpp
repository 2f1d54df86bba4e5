// The lines of a trace. Both texts are written at once; only the colour codes differ.
#include "glassgrad/show/text/trace.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ostream>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/show/snapshot/simplify.hpp"
#include "show/diagnose/find.hpp"
#include "show/snapshot/blocks.hpp"
#include "show/snapshot/derived.hpp"
#include "show/text/numbers.hpp"

namespace glassgrad {
namespace {

constexpr const char* green = "\033[32m";
constexpr const char* red = "\033[31m";
constexpr const char* plain = "\033[0m";

// Escapes a line, so that no name can break it or control a terminal.
class Lines {
 public:
  void add(const char* colour, const std::string& text) {
    const std::string line = printable(text);
    plain_ += line + "\n";
    coloured_ += colour ? colour + line + plain + "\n" : line + "\n";
  }
  std::string plain_, coloured_;
};

class Writer {
 public:
  Writer(const Snapshot& shot, const TraceOptions& options)
      : shot_(shot), options_(options), blocks_(repeated_scopes(shot)), marks_(shot) {}

  Lines write() {
    write_passes();
    if (!shot_.problems.empty()) lines_.add(nullptr, "problems");
    for (const Problem& problem : shot_.problems)
      lines_.add(nullptr, "  " + mark(problem) + " at " + to_text(problem, shot_));
    return std::move(lines_);
  }

 private:
  void write_passes() {
    lines_.add(nullptr, "forward");
    for (const SnapshotNode& node : shot_.nodes) forward(node);
    lines_.add(nullptr, "backward");
    if (shot_.nodes[shot_.cost].state != Upstream::computed) {
      return lines_.add(nullptr, "  " + not_computed(shot_.nodes[shot_.cost]));
    }
    expected_.resize(shot_.nodes.size(), 0), received_ = expected_;
    for (const SnapshotNode& node : shot_.nodes)
      for (const SnapshotInput& input : node.inputs)
        expected_[input.node] += input.contribution.has_value();
    lines_.add(red, "  " + shown_name(shot_.nodes[shot_.cost].label) + ": upstream " +
                        numbers(*shot_.nodes[shot_.cost].upstream));
    for (std::size_t i = shot_.nodes.size(); i-- > 0;) backward(shot_.nodes[i]);
  }
  std::string numbers(const SnapshotArray& array) const {
    return numbers_text(array, {options_.digits, options_.decimals});
  }
  static std::string not_computed(const SnapshotNode& cost) {
    if (cost.state == Upstream::pending)
      return "not computed yet: call backward(" + shown_name(cost.label) + ")";
    if (cost.state == Upstream::not_kept)
      return "not kept: the tape keeps the upstreams of parameters and inputs only";
    return "none: " + cost.why;
  }
  // A heading where the scope changes; returns how far to indent.
  std::string enter(std::uint32_t scope) {
    if (scope != scope_) {
      scope_ = scope;
      if (scope) lines_.add(nullptr, "  " + heading(scope) + ":");
    }
    return scope ? "    " : "  ";
  }
  // "net/block3, 3 of 12 equal"
  std::string heading(std::uint32_t scope) const {
    std::string text = shown_name(detail::title_of(shot_.scopes[scope], blocks_[scope]));
    std::uint32_t around = shot_.scopes[scope].parent;
    for (; around != 0 && text.size() < longest_name_shown; around = shot_.scopes[around].parent)
      text = shown_name(shot_.scopes[around].name) + "/" + text;
    return around == 0 ? text : ".../" + text;
  }
  void forward(const SnapshotNode& node) {
    if (node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1)
      return;  // a plain number stands in the formulas themselves
    const std::string indent = enter(node.scope);
    const bool op = node.kind == SnapshotKind::op;
    const std::string what = shown_name(node.label) + (op ? " = " + shown_formula(node.formula)
                                                          : " (" + shown_name(node.op) + ")");
    lines_.add(green, indent + what + " = " + numbers(node.value) + marks(node));
  }
  // "  ! NaN": what the list at the end is about
  std::string marks(const SnapshotNode& node) const {
    std::string text;
    for (const Problem* problem : marks_.of(std::uint32_t(&node - shot_.nodes.data())))
      text += "  " + mark(*problem);
    return text;
  }
  static std::string mark(const Problem& problem) {
    const bool first = problem.kind == ProblemKind::nan || problem.kind == ProblemKind::infinity;
    return "! " + std::string(word_of(problem.kind)) +
           (first && problem.pass == Pass::backward ? " backward" : "");
  }
  void backward(const SnapshotNode& node) {
    if (node.kind != SnapshotKind::op || !node.upstream) return;
    for (const SnapshotInput& input : node.inputs) {
      if (!input.contribution) continue;
      const std::string indent = enter(node.scope);
      const SnapshotNode& to = shot_.nodes[input.node];
      const std::string name = shown_name(to.label);
      std::string line = indent + shown_name(node.label);
      if (node.folded)
        line += ": " + box(node, input) + " -> " + name + ": " + numbers(*input.contribution);
      else if (input.elementwise)
        line += " -> " + name + ": " + elementwise(node, input);
      else
        line += " -> " + name + ": " + shown_formula(input.local_formula) + " = " +
                numbers(*input.contribution);
      const bool several = ++received_[input.node] > 1 || to.elsewhere;
      if (several && to.upstream && received_[input.node] == expected_[input.node])
        line += (to.elsewhere ? ", with " + numbers(*to.elsewhere) + " from elsewhere" : "") +
                ", in sum " + numbers(*to.upstream);
      lines_.add(red, line);
    }
  }
  // "upstream 0.5 x local (yhat * (1 - yhat) = 0.25) = 0.125", "upstream 1 x local -1 = -1"
  std::string elementwise(const SnapshotNode& node, const SnapshotInput& input) const {
    std::string local = shown_formula(input.local_formula);
    if (!is_number(local)) {
      if (input.local && input.local->whole) local += " = " + numbers(*input.local);
      local = "(" + local + ")";
    }
    return "upstream " + numbers(*node.upstream) + " x local " + local + summed(node, input) +
           " = " + numbers(*input.contribution);
  }
  // "upstream 1 x local -(y - yhat) = 0.5", "upstream [[0.03 -0.02]] . local X^T"
  std::string box(const SnapshotNode& node, const SnapshotInput& input) const {
    const std::string upstream = "upstream " + numbers(*node.upstream);
    const std::string formula = shown_formula(input.local_formula);
    if (input.elementwise) {
      std::string local = formula;
      if (input.local && !is_number(local))
        local += (local.empty() ? "" : " = ") + numbers(*input.local);
      return upstream + " x local " + (local.empty() ? through(node) : local) + summed(node, input);
    }
    if (input.jacobian) return upstream + " . local " + numbers(*input.jacobian);
    const std::string left = "upstream . ", right = " . upstream";
    if (formula.starts_with(left)) return upstream + " . local " + formula.substr(left.size());
    if (formula.ends_with(right))
      return "local " + formula.substr(0, formula.size() - right.size()) + " . " + upstream;
    return formula.empty() ? upstream + " " + through(node) : formula;
  }
  std::string summed(const SnapshotNode& node, const SnapshotInput& input) const {
    const std::string text = summed_text(node, input, shot_);
    return text.empty() ? "" : ", " + text;
  }
  static std::string through(const SnapshotNode& node) {
    return "through its " + std::to_string(node.folded) + " ops";
  }
  static bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789.e-") == std::string::npos;
  }

  const Snapshot& shot_;
  const TraceOptions& options_;
  const std::vector<RepeatedScope> blocks_;
  Lines lines_;
  const detail::Marks marks_;
  std::vector<std::int64_t> expected_, received_;  // contributions, by node
  std::uint32_t scope_ = 0;
};

}  // namespace

Trace::Trace(const Snapshot& snapshot, TraceOptions options) : options_(std::move(options)) {
  Lines lines = Writer(snapshot, options_).write();
  plain_ = std::move(lines.plain_);
  coloured_ = std::move(lines.coloured_);
}

// ---- Updates ---------------------------------------------------------------------------------

namespace {

// All numbers of a small array; "[(64, 10) mean 0.01]" of a large one, so that a line stays one.
std::string update_numbers(const UpdateNumbers& array, Digits digits, std::int64_t limit) {
  if (array.shape.count() <= limit) return numbers_text(array.numbers, array.shape, digits);
  double sum = 0;
  for (const double number : array.numbers) sum += number;
  return "[" + to_text(array.shape) + " mean " +
         number_text(sum / double(array.shape.count()), digits) + "]";
}

// The formula with numbers in the place of its symbols, and the signs of the slides.
std::string update_line(const Update& update, Digits digits, std::int64_t limit) {
  std::vector<Replacement> numbers;
  for (std::size_t k = 0; k < update.inputs.size(); ++k)
    numbers.push_back(
        {std::to_string(k), Formula::symbol(update_numbers(update.inputs[k], digits, limit))});
  std::string text = with_signs(substituted(update.formula, numbers), {{" * ", " x "}}).text();
  for (std::size_t at; (at = text.find(" - -")) != std::string::npos;)
    text.replace(at, 4, " + ");  // ascending descends at a negative rate
  return "  " + shown_name(update.changed) + " = " + text + " = " +
         update_numbers(update.result, digits, limit);
}

}  // namespace

Trace& Trace::add(const std::vector<Update>& updates) {
  Lines lines;
  lines.add(nullptr, "update");
  for (const Update& update : updates)
    lines.add(nullptr, update_line(update, {options_.digits, options_.decimals}, options_.limit));
  plain_ += lines.plain_;
  coloured_ += lines.coloured_;
  return *this;
}

void print(const Trace& trace) {
  const bool colour = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  const std::string text = trace.text(colour);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::ostream& operator<<(std::ostream& out, const Trace& trace) { return out << trace.text(); }

}  // namespace glassgrad

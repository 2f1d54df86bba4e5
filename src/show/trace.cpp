// The lines of a trace. Both texts are written at once; only the colour codes differ.
#include "glassgrad/show/trace.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ostream>

#include "show/numbers.hpp"

namespace glassgrad {
namespace {

constexpr const char* green = "\033[32m";
constexpr const char* red = "\033[31m";
constexpr const char* plain = "\033[0m";

class Lines {
 public:
  void add(const char* colour, const std::string& line) {
    plain_ += line + "\n";
    coloured_ += colour ? colour + line + plain + "\n" : line + "\n";
  }
  std::string plain_, coloured_;
};

class Writer {
 public:
  Writer(const Snapshot& shot, TraceOptions options) : shot_(shot), options_(options) {}

  Lines write() {
    lines_.add(nullptr, "forward");
    for (const SnapshotNode& node : shot_.nodes) forward(node);
    lines_.add(nullptr, "backward");
    if (shot_.nodes[shot_.cost].state != Upstream::computed) {
      lines_.add(nullptr, "  " + not_computed(shot_.nodes[shot_.cost]));
      return lines_;
    }
    received_.resize(shot_.nodes.size(), 0);
    lines_.add(red, "  " + shot_.nodes[shot_.cost].label + ": upstream " +
                        numbers(*shot_.nodes[shot_.cost].upstream));
    for (std::size_t i = shot_.nodes.size(); i-- > 0;) backward(shot_.nodes[i]);
    return lines_;
  }

 private:
  std::string numbers(const SnapshotArray& array) const {
    return numbers_text(array, options_.digits);
  }
  static std::string not_computed(const SnapshotNode& cost) {
    if (cost.state == Upstream::pending)
      return "not computed yet: call backward(" + cost.label + ")";
    if (cost.state == Upstream::not_kept)
      return "not kept: the tape keeps the upstreams of parameters and inputs only";
    return "none: " + cost.why;
  }
  // A heading where the scope changes; returns how far to indent.
  std::string enter(std::uint32_t scope) {
    if (scope != scope_) {
      scope_ = scope;
      if (scope) lines_.add(nullptr, "  " + shot_.scope_path(scope) + ":");
    }
    return scope ? "    " : "  ";
  }
  void forward(const SnapshotNode& node) {
    if (node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1)
      return;  // a plain number stands in the formulas themselves
    const std::string indent = enter(node.scope);
    const std::string what = node.kind == SnapshotKind::op ? node.label + " = " + node.formula
                                                           : node.label + " (" + node.op + ")";
    lines_.add(green, indent + what + " = " + numbers(node.value));
  }
  void backward(const SnapshotNode& node) {
    if (node.kind != SnapshotKind::op || !node.upstream) return;
    for (const SnapshotInput& input : node.inputs) {
      if (!input.contribution) continue;
      const std::string indent = enter(node.scope);
      const SnapshotNode& to = shot_.nodes[input.node];
      std::string line = indent + node.label + " -> " + to.label + ": ";
      if (input.elementwise)
        line += elementwise(node, input, to);
      else
        line += input.local_formula + " = " + numbers(*input.contribution);
      const int earlier = received_[input.node]++;
      if (earlier && to.upstream && last_contribution(input.node, earlier))
        line += ", in sum " + numbers(*to.upstream);
      lines_.add(red, line);
    }
  }
  // "upstream 0.5 x local (yhat * (1 - yhat) = 0.25) = 0.125", "upstream 1 x local -1 = -1"
  std::string elementwise(const SnapshotNode& node, const SnapshotInput& input,
                          const SnapshotNode& to) const {
    std::string local = input.local_formula;
    if (local.find_first_not_of("0123456789.e-") != std::string::npos) {
      if (input.local && input.local->whole) local += " = " + numbers(*input.local);
      local = "(" + local + ")";
    }
    const bool stretched = to.value.shape.count() != node.value.shape.count();
    return "upstream " + numbers(*node.upstream) + " x local " + local +
           (stretched ? ", summed to " + to_text(to.value.shape) : "") + " = " +
           numbers(*input.contribution);
  }
  bool last_contribution(std::uint32_t node, int earlier) const {
    int edges = 0;
    for (const SnapshotNode& from : shot_.nodes)
      for (const SnapshotInput& input : from.inputs)
        edges += input.node == node && input.contribution;
    return edges == earlier + 1;
  }

  const Snapshot& shot_;
  TraceOptions options_;
  Lines lines_;
  std::vector<int> received_;
  std::uint32_t scope_ = 0;
};

}  // namespace

Trace::Trace(const Snapshot& snapshot, TraceOptions options) {
  Lines lines = Writer(snapshot, options).write();
  plain_ = std::move(lines.plain_);
  coloured_ = std::move(lines.coloured_);
}

void print(const Trace& trace) {
  const bool colour = isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  std::fputs(trace.text(colour).c_str(), stdout);
}

std::ostream& operator<<(std::ostream& out, const Trace& trace) { return out << trace.text(); }

}  // namespace glassgrad

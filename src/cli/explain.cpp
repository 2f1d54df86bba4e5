// An expression and its values in; its trace, its check and the requested files out.
#include "explain.hpp"

#include <algorithm>
#include <map>

#include "glassgrad/array/names.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/check/nodes.hpp"
#include "glassgrad/explain/evaluate.hpp"
#include "glassgrad/explain/functions.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "glassgrad/show/text/trace.hpp"
#include "run_files.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

void print_functions() {
  for (const explain::Function& function : explain::functions())
    say("{}\n", explain::usage(function));
}

std::vector<explain::Given> given_in(const ExplainRequest& request) {
  std::vector<explain::Given> given;
  for (const std::string& value : request.values) given.push_back(explain::parse_given(value));
  for (const std::string& name : request.constants) {
    const auto found = std::find_if(given.begin(), given.end(),
                                    [&](const explain::Given& one) { return one.name == name; });
    if (found != given.end()) {
      found->constant = true;
      continue;
    }
    std::vector<std::string_view> valid;
    for (const explain::Given& one : given) valid.push_back(one.name);
    throw unknown_name("explain", "value", name, valid);
  }
  return given;
}

// A snapshot with each node's verdict, and its problems. A box has the verdict of its output.
Snapshot examined(const Node<>& cost, const SnapshotOptions& options, const NodeReport& report) {
  Snapshot shot = snapshot(cost, options);
  std::map<std::uint32_t, double> wrong;
  for (const NodeEntry& entry : report.entries)
    if (entry.verdict == Verdict::wrong) wrong[entry.index] = entry.error;
  for (SnapshotNode& node : shot.nodes)
    if (const auto found = wrong.find(node.index); found != wrong.end())
      node.check = SnapshotCheck{false, found->second, {}};
  add_problems(shot);
  return shot;
}

// Trace, DOT, SVG and JSON show boxes on request; the page folds by itself.
Trace write(const Node<>& cost, const Outputs& to, bool fold, const NodeReport& report) {
  const SnapshotOptions folded{.fold = fold, .boxes = !fold, .keep = to.keep};
  const Snapshot small = examined(cost, {.limit = 16, .fold = fold, .keep = to.keep}, report);
  const Trace trace(small, {.digits = to.digits, .decimals = to.decimals});
  if (!to.html.empty())
    write_html(examined(cost, {.boxes = true, .keep = to.keep}, report), to.html.string());
  if (!to.json.empty()) write_json(examined(cost, folded, report), to.json.string());
  if (!to.svg.empty())
    write_svg(small, to.svg.string(), {.digits = to.digits, .decimals = to.decimals});
  if (!to.dot.empty())
    write_dot(small, to.dot.string(), {.digits = to.digits, .decimals = to.decimals});
  if (!to.trace.empty()) write_file(to.trace.string(), trace.text());
  return trace;
}

}  // namespace

int explain(const ExplainRequest& request) {
  if (request.list) return print_functions(), 0;
  if (request.expression.empty())
    throw Error("explain", "there is no expression",
                "Write one in quotes, such as \"w*x + b\" w=0.5 x=1 b=0");
  const Outputs& to = request.outputs;
  RunFiles("explain")
      .writes("--html", to.html)
      .writes("--svg", to.svg)
      .writes("--dot", to.dot)
      .writes("--json", to.json)
      .writes("--trace", to.trace);
  const bool minus = request.expression.starts_with(" -");  // main.cpp put the space there
  const explain::Source source{request.expression.substr(minus ? 1 : 0), ""};
  const std::vector<explain::Given> given = given_in(request);
  explain::Explained explained;
  if (request.target.empty()) {
    explained = explain::evaluate(source, given, nullptr);
  } else {
    const explain::Given target = explain::parse_given(request.target);
    explained = explain::evaluate(source, given, &target);
  }
  const NodeReport report = check_nodes(*explained.tape);
  say_text(write(explained.cost, to, request.fold, report).text(on_coloured_terminal()));
  std::string checked = report.text();
  while (checked.ends_with('\n')) checked.pop_back();
  say("check\n  {}\n", report.ok ? checked.substr(0, checked.find('\n')) : checked);
  for (const auto& file : {to.html, to.svg, to.dot, to.json, to.trace})
    if (!file.empty()) say("wrote {}\n", shown(file.string()));
  return report.wrong ? 1 : 0;
}

}  // namespace glassgrad::cli

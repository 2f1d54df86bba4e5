// The list of problems, in its order, and their words. How each is found: nonfinite.cpp and
// health.cpp; on a tape: find_nonfinite.cpp.
#include "glassgrad/show/problems.hpp"

#include "glassgrad/core/text.hpp"
#include "show/find.hpp"

namespace glassgrad {

std::optional<double> gain(const SnapshotNode& node, const SnapshotInput& input) {
  if (!node.upstream || !input.contribution || !(node.upstream->norm > 0)) return {};
  if (!node.upstream->finite() || !input.contribution->finite()) return {};
  return input.contribution->norm / node.upstream->norm;
}

std::vector<Problem> find_problems(const Snapshot& shot, const Thresholds& thresholds) {
  const detail::Numbers numbers(shot);
  std::vector<detail::Finding> found;
  const bool finite =
      !detail::find_forward(shot, numbers, found) && !detail::find_backward(shot, numbers, found);
  std::vector<Problem> problems;
  for (detail::Finding& each : found) problems.push_back(std::move(each.problem));
  if (finite) detail::find_gains(shot, thresholds, problems);
  detail::find_dead(shot, thresholds, problems);
  detail::find_failed_checks(shot, problems);
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.error > b.error; });
  return problems;
}

void add_problems(Snapshot& shot, const Thresholds& thresholds) {
  shot.problems = find_problems(shot, thresholds);
  shot.thresholds = thresholds;
}

bool detail::on_path(const Snapshot& shot, std::uint32_t from, std::uint32_t to) {
  for (const Problem& problem : shot.problems)
    for (std::size_t p = 1; p < problem.path.size(); ++p) {
      const std::uint32_t a = problem.path[p - 1], b = problem.path[p];
      if ((a == from && b == to) || (a == to && b == from)) return true;
    }
  return false;
}

bool detail::on_path(const Snapshot& shot, std::uint32_t from) {
  const auto reads = [&](std::uint32_t node) {
    const auto& inputs = shot.nodes[node].inputs;
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](const SnapshotInput& input) { return input.node == from; });
  };
  for (const Problem& problem : shot.problems)
    for (const std::uint32_t node : problem.path)
      if (reads(node) && on_path(shot, from, node)) return true;
  return false;
}

std::string_view mark_of(ProblemKind kind) {
  constexpr std::string_view marks[] = {"\u2715", "\u221e", "\u25bd", "\u25b2", "\u2298", "\u2260"};
  return marks[int(kind)];
}
std::string_view word_of(ProblemKind kind) {
  constexpr std::string_view words[] = {"NaN",       "infinite",   "vanishing",
                                        "exploding", "dead units", "failed check"};
  return words[int(kind)];
}

std::string to_text(const Problem& problem, const Snapshot& shot) {
  return join(shot.nodes[problem.node].label, ": ", problem.message, ".",
              problem.fix.empty() ? "" : " " + problem.fix + ".");
}

}  // namespace glassgrad

// The list of problems, in order, and their texts. How each is found: nonfinite.cpp and health.cpp;
// on a tape: find_nonfinite.cpp.
#include "glassgrad/show/diagnose/problems.hpp"

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/find.hpp"

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

detail::Marks::Marks(const Snapshot& shot)
    : of_nodes_(shot.nodes.size()), from_(shot.nodes.size(), 0) {
  for (const Problem& problem : shot.problems) {
    of_nodes_[problem.node].push_back(&problem);
    for (std::size_t p = 1; p < problem.path.size(); ++p)
      edges_.push_back(std::minmax(problem.path[p - 1], problem.path[p]));
  }
  std::sort(edges_.begin(), edges_.end());
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  for (const auto& [low, high] : edges_)  // readers of a node come after it
    for (const SnapshotInput& input : shot.nodes[high].inputs)
      if (input.node == low) from_[low] = 1;
}

bool detail::Marks::along(std::uint32_t from, std::uint32_t to) const {
  return std::binary_search(edges_.begin(), edges_.end(),
                            std::pair<std::uint32_t, std::uint32_t>(std::minmax(from, to)));
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
  return join(shown_name(shot.nodes[problem.node].label), ": ", problem.message, ".",
              problem.fix.empty() ? "" : " " + problem.fix + ".");
}

}  // namespace glassgrad

// Gradients that are finite but of no use: vanished or exploded on their way, units whose slope is
// 0 for a whole batch; and local gradients that failed their check.
#include <cmath>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/find.hpp"

namespace glassgrad::detail {
namespace {

struct Way {
  std::vector<std::uint32_t> path;  // from the leaf to the cost
  // the edges of the smallest and the largest gain
  std::uint32_t weakest = 0, strongest = 0;  // positions in path of the end that receives
  double smallest = 0, largest = 0;
};

// Along the largest contributions.
Way way_of(const Snapshot& shot, const std::vector<std::vector<Use>>& uses, std::uint32_t leaf) {
  Way way;
  way.path.push_back(leaf);
  for (std::uint32_t at = leaf; at != shot.cost;) {
    const Use* best = nullptr;
    double most = -1;
    for (const Use& use : uses[at]) {
      const SnapshotInput& input = shot.nodes[use.node].inputs[use.slot];
      if (input.contribution && input.contribution->norm > most)
        most = input.contribution->norm, best = &use;
    }
    if (!best) break;
    const auto factor = gain(shot.nodes[best->node], shot.nodes[best->node].inputs[best->slot]);
    const auto place = std::uint32_t(way.path.size() - 1);
    if (factor && (way.smallest == 0 || *factor < way.smallest))
      way.smallest = *factor, way.weakest = place;
    if (factor && *factor > way.largest) way.largest = *factor, way.strongest = place;
    way.path.push_back(at = best->node);
  }
  return way;
}

std::string edge_text(const Snapshot& shot, const Way& way, std::uint32_t place) {
  return shown_name(shot.nodes[way.path[place + 1]].label) + " -> " +
         shown_name(shot.nodes[way.path[place]].label);
}

// The first hundred problems of a kind; finish() has the last of them count the rest.
constexpr std::size_t most_of_a_kind = 100;
class Collected {
 public:
  explicit Collected(std::vector<Problem>& problems) : problems_(problems) {}
  // Is there no room for one more? It is still counted.
  bool full() {
    const bool enough = taken_ >= most_of_a_kind;
    left_ += enough;
    return enough;
  }
  void add(Problem problem) {
    last_ = problems_.size(), ++taken_;
    problems_.push_back(std::move(problem));
  }
  void finish() {
    if (left_ > 0) problems_[last_].message += join("; there are ", left_, " more of this kind");
  }

 private:
  std::vector<Problem>& problems_;
  std::size_t taken_ = 0, left_ = 0, last_ = 0;
};

}  // namespace

bool is_leaf(const SnapshotNode& node) {
  return node.kind == SnapshotKind::parameter || node.kind == SnapshotKind::input;
}

Reference reference_of(const Snapshot& shot) {
  const SnapshotNode& cost = shot.nodes[shot.cost];
  if (!cost.upstream) return {};
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    if (is_leaf(shot.nodes[i]) && shot.nodes[i].upstream) leaves.push_back(i);
  std::uint32_t largest = shot.cost;
  if (leaves.size() > 1)
    largest = *std::max_element(leaves.begin(), leaves.end(), [&](auto a, auto b) {
      return shot.nodes[a].upstream->norm < shot.nodes[b].upstream->norm;
    });
  return {shot.nodes[largest].upstream->norm, cost.upstream->norm, largest};
}

bool vanishes(double norm, const Reference& reference, const Thresholds& thresholds) {
  return norm > 0 && norm < thresholds.vanishing * reference.largest;
}
bool explodes(double norm, const Reference& reference, const Thresholds& thresholds) {
  return reference.cost > 0 && norm > thresholds.exploding * reference.cost;
}

Units units_of(const Snapshot& shot, std::uint32_t i) {
  const bool columns = shot.stack && shot.stack->columns;
  const SnapshotNode& node = shot.nodes[i];
  if (node.inputs.size() != 1 || !node.inputs[0].elementwise || !node.inputs[0].has_local() ||
      node.value.shape.rank() != 2)
    return {};
  return {node.value.shape[columns ? 0 : 1],
          columns ? node.inputs[0].dead_rows : node.inputs[0].dead_columns,
          node.value.shape[columns ? 1 : 0]};
}

std::vector<std::vector<Use>> uses_of(const Snapshot& shot) {
  std::vector<std::vector<Use>> uses(shot.nodes.size());
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    for (std::size_t k = 0; k < shot.nodes[i].inputs.size(); ++k)
      uses[shot.nodes[i].inputs[k].node].push_back({i, k});
  return uses;
}

std::vector<std::int64_t> element_at(std::int64_t position, const Shape& shape) {
  std::vector<std::int64_t> element;
  for (int axis = shape.rank(); axis-- > 0; position /= shape[axis])
    element.insert(element.begin(), position % shape[axis]);
  return element;
}
std::string place_text(const std::vector<std::int64_t>& element) {
  std::string text;
  for (const std::int64_t i : element) text += (text.empty() ? " at (" : ", ") + to_text(i);
  return text.empty() ? "" : text + ")";
}
std::string number_text(double number) {
  if (std::isfinite(number)) return to_text(number, 4);
  return std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}

void find_gains(const Snapshot& shot, const Thresholds& thresholds,
                std::vector<Problem>& problems) {
  const SnapshotNode& cost = shot.nodes[shot.cost];
  const Reference by = reference_of(shot);
  if (!(by.cost > 0)) return;
  const auto uses = uses_of(shot);
  Collected vanished(problems), exploded(problems);
  for (std::uint32_t leaf = 0; leaf < shot.nodes.size(); ++leaf) {
    if (!is_leaf(shot.nodes[leaf]) || !shot.nodes[leaf].upstream) continue;
    const double norm = shot.nodes[leaf].upstream->norm;
    const bool vanishing = vanishes(norm, by, thresholds);
    const bool exploding = explodes(norm, by, thresholds);
    Collected& collected = vanishing ? vanished : exploded;
    if ((!vanishing && !exploding) || collected.full()) continue;
    const Way way = way_of(shot, uses, leaf);
    Problem problem;
    problem.kind = vanishing ? ProblemKind::vanishing : ProblemKind::exploding;
    problem.pass = Pass::backward, problem.node = leaf, problem.path = way.path;
    problem.message = "the norm of its upstream is " + number_text(norm) + ", " +
                      number_text(norm / (vanishing ? by.largest : by.cost)) +
                      (vanishing ? " of that of " + shown_name(shot.nodes[by.node].label)
                                 : " times that of " + shown_name(cost.label));
    if (vanishing && way.smallest > 0)
      problem.message += "; the weakest edge on the way is " + edge_text(shot, way, way.weakest) +
                         ", gain " + number_text(way.smallest);
    if (exploding && way.largest > 0)
      problem.message += "; the strongest edge on the way is " +
                         edge_text(shot, way, way.strongest) + ", gain " + number_text(way.largest);
    problem.fix = vanishing ? "Use activations that do not flatten, wider first weights, or fewer "
                              "layers between it and the cost"
                            : "Clip the gradient, lower the first weights, or scale the data";
    collected.add(std::move(problem));
  }
  vanished.finish(), exploded.finish();
}

void find_dead(const Snapshot& shot, const Thresholds& thresholds, std::vector<Problem>& problems) {
  Collected collected(problems);
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    const auto [units, dead, examples] = units_of(shot, i);
    if (dead == 0 || examples < thresholds.examples || collected.full()) continue;
    Problem problem;
    problem.kind = ProblemKind::dead, problem.pass = Pass::backward;
    problem.node = i, problem.path = {i, shot.nodes[i].inputs[0].node};
    problem.message =
        join("the slope is 0 for all ", examples, " examples in ", dead, " of ", units,
             units == 1 ? " unit" : " units", ", which pass nothing back in this batch");
    problem.fix = "If they stay dead, lower the rate or use leaky_relu";
    collected.add(std::move(problem));
  }
  collected.finish();
}

void find_failed_checks(const Snapshot& shot, std::vector<Problem>& problems) {
  Collected collected(problems);
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    const auto& check = shot.nodes[i].check;
    if (!check || check->ok || collected.full()) continue;
    Problem problem;
    problem.kind = ProblemKind::check, problem.error = true, problem.node = i;
    problem.message = "its local gradient differs from finite differences";
    if (check->error) problem.message += " by " + number_text(*check->error);
    problem.fix = "Look at the local gradient of " + shown_name(shot.nodes[i].op);
    collected.add(std::move(problem));
  }
  collected.finish();
}

}  // namespace glassgrad::detail

// Where the first NaN or infinity comes from. Forward: a node that is not finite though its inputs
// are. Backward: an edge that sends what is not finite though the upstream is. Which advice fits is
// read off the numbers that met there, so no op is known by name but `where`, which hides 0 x inf.
#include <cmath>

#include "glassgrad/core/text.hpp"
#include "show/find.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::size_t most_reported = 8;
constexpr double large = 80;  // beyond, an exponential leaves float32

ProblemKind kind_of(double number) {
  return std::isnan(number) ? ProblemKind::nan : ProblemKind::infinity;
}

// The array's number at the element of a broadcast result; none when it is not whole.
std::optional<double> number_at(const SnapshotArray& array, const Shape& of,
                                const std::vector<std::int64_t>& element) {
  if (!array.whole || !array.shape.stretches_to(of)) return {};
  std::int64_t at = 0;
  for (int axis = 0; axis < array.shape.rank(); ++axis) {
    const std::int64_t i = element[element.size() - std::size_t(array.shape.rank() - axis)];
    at = at * array.shape[axis] + (array.shape[axis] == 1 ? 0 : i);
  }
  return array.numbers[std::size_t(at)];
}

bool is_elementwise(const SnapshotNode& node) {
  const auto one = [](const SnapshotInput& input) {
    return input.elementwise && input.has_local();
  };
  return node.inputs.size() == 1 || std::any_of(node.inputs.begin(), node.inputs.end(), one);
}

struct Operand {
  std::string label;
  double number;
};
std::vector<Operand> operands_at(const Snapshot& shot, const SnapshotNode& node,
                                 const std::vector<std::int64_t>& element) {
  std::vector<Operand> operands;
  if (!is_elementwise(node)) return operands;
  for (const SnapshotInput& input : node.inputs) {
    const SnapshotNode& from = shot.nodes[input.node];
    const auto number = number_at(from.value, node.value.shape, element);
    if (number && from.label != to_text(*number)) operands.push_back({from.label, *number});
  }
  return operands;
}
std::string operands_text(const std::vector<Operand>& operands) {
  std::string text;
  for (const Operand& each : operands)
    text += (text.empty() ? ": " : ", ") + each.label + " is " + number_text(each.number);
  return text;
}

// What to do about a value that is not finite, by the numbers that it was made from.
std::string advice(const std::vector<Operand>& operands, bool nan) {
  for (const Operand& each : operands)
    if (each.number == 0)
      return "Keep " + each.label + " away from 0, for instance by adding 1e-12";
  for (const Operand& each : operands)
    if (each.number < 0 && nan)
      return "Keep " + each.label + " above 0, for instance by maximum(" + each.label + ", 1e-12)";
  for (const Operand& each : operands)
    if (std::abs(each.number) > large)
      return "Keep " + each.label + " small: subtract its largest entry first, as softmax does, " +
             "or scale the data";
  return "Scale the data, or look at what leads to its operands";
}

std::string advice_for_leaf(const SnapshotNode& leaf) {
  return leaf.kind == SnapshotKind::parameter
             ? "Go back to the parameters before the last step; lower the rate or clip gradients"
             : "Look at where it comes from: a missing value, a division by 0";
}

// From an origin forwards through what is not finite either; ends at the cost if it gets there.
std::vector<std::uint32_t> spread(const Snapshot& shot, const std::vector<std::vector<Use>>& uses,
                                  std::uint32_t from) {
  std::vector<std::uint32_t> before(shot.nodes.size(), from), found{from};
  std::vector<char> seen(shot.nodes.size(), 0);
  seen[from] = 1;
  for (std::size_t next = 0; next < found.size() && !seen[shot.cost]; ++next)
    for (const Use& use : uses[found[next]])
      if (!seen[use.node] && !shot.nodes[use.node].value.finite())
        seen[use.node] = 1, before[use.node] = found[next], found.push_back(use.node);
  std::vector<std::uint32_t> path{seen[shot.cost] ? shot.cost : found.back()};
  while (path.back() != from) path.push_back(before[path.back()]);
  return {path.rbegin(), path.rend()};
}

Problem forward_problem(const Snapshot& shot, std::uint32_t i, std::vector<std::uint32_t> path,
                        const std::vector<std::vector<Use>>& uses) {
  const SnapshotNode& node = shot.nodes[i];
  Problem problem;
  problem.pass = Pass::forward, problem.node = i, problem.path = std::move(path);
  problem.element = element_at(node.value.first_bad, node.value.shape);
  const double number = node.value.whole ? node.value.numbers[std::size_t(node.value.first_bad)]
                        : node.value.nan ? std::numeric_limits<double>::quiet_NaN()
                        : node.value.plus_infinite ? std::numeric_limits<double>::infinity()
                                                   : -std::numeric_limits<double>::infinity();
  problem.kind = kind_of(number);
  const bool leaf = node.kind != SnapshotKind::op;
  const auto operands = operands_at(shot, node, problem.element);
  problem.message = (leaf ? "the " + node.op : node.formula) + " is " + number_text(number) +
                    place_text(problem.element) + operands_text(operands);
  problem.fix = leaf ? advice_for_leaf(node) : advice(operands, std::isnan(number));
  problem.error = problem.path.back() == shot.cost;
  if (problem.error) return problem;
  problem.message += ", but the cost is finite";
  for (const Use& use : uses[problem.path.back()])
    if (shot.nodes[use.node].value.finite()) {
      problem.message += ": " + shot.nodes[use.node].label + " leaves it out";
      break;
    }
  return problem;
}

// ---- Backward ----------------------------------------------------------------------------------

// Is there a `where` between the node and the cost, reached through nodes whose upstream is 0 at
// its entry anyway?
bool behind_where(const Snapshot& shot, const std::vector<std::vector<Use>>& uses,
                  std::uint32_t node) {
  for (int steps = 0; steps < 8 && uses[node].size() == 1; ++steps) {
    node = uses[node][0].node;
    if (shot.nodes[node].op == "where") return true;
  }
  return false;
}

// Where an infinite upstream first meets a slope of 0 on its way on: -1 when it does not.
std::int64_t meets_zero(const Snapshot& shot, const std::vector<std::uint32_t>& path) {
  for (std::size_t p = 1; p + 1 < path.size(); ++p) {
    const SnapshotNode &node = shot.nodes[path[p]], &next = shot.nodes[path[p + 1]];
    if (node.upstream && node.upstream->nan == 0 && next.upstream && next.upstream->nan > 0)
      return std::int64_t(p);
  }
  return -1;
}

std::vector<std::uint32_t> way_back(const Snapshot& shot, std::uint32_t node, std::size_t slot) {
  std::vector<std::uint32_t> path{node, shot.nodes[node].inputs[slot].node};
  for (bool more = true; more;) {
    more = false;
    for (const SnapshotInput& input : shot.nodes[path.back()].inputs)
      if (input.contribution && !input.contribution->finite()) {
        path.push_back(input.node), more = true;
        break;
      }
  }
  return path;
}

Problem backward_problem(const Snapshot& shot, std::uint32_t i, std::size_t slot,
                         const std::vector<std::vector<Use>>& uses) {
  const SnapshotNode& node = shot.nodes[i];
  const SnapshotInput& input = node.inputs[slot];
  const SnapshotNode& from = shot.nodes[input.node];
  Problem problem;
  problem.pass = Pass::backward, problem.error = true, problem.node = i;
  problem.path = way_back(shot, i, slot);
  problem.kind = input.contribution->nan ? ProblemKind::nan : ProblemKind::infinity;
  const std::string edge = "what it sends to " + from.label + " is ";
  const std::string sum = from.label + " + 1e-12";
  if (!input.local || !input.local->whole || !node.upstream->whole) {
    problem.element = element_at(input.contribution->first_bad, input.contribution->shape);
    problem.message = edge + (input.contribution->nan ? "NaN" : "Infinity") +
                      place_text(problem.element) + ", though the upstream is finite";
    if (from.value.norm == 0 && from.value.finite()) problem.message += ": " + from.label + " is 0";
    problem.fix = "Keep " + from.label + " away from where the slope of " + node.op +
                  " is infinite, for instance by adding 1e-12";
    return problem;
  }
  const auto product = [&](std::size_t at) {
    const std::size_t of = input.local->numbers.size() == 1 ? 0 : at;
    return node.upstream->numbers[at] * input.local->numbers[of];
  };
  std::size_t at = 0;
  while (at + 1 < node.upstream->numbers.size() && std::isfinite(product(at))) ++at;
  problem.element = element_at(std::int64_t(at), node.value.shape);
  const double upstream = node.upstream->numbers[at];
  const double local = input.local->numbers[input.local->numbers.size() == 1 ? 0 : at];
  problem.message = edge + number_text(product(at)) + place_text(problem.element) + ": upstream " +
                    number_text(upstream) + " x local " + number_text(local);
  for (const Operand& each : operands_at(shot, node, problem.element))
    problem.message += ", " + each.label + " is " + number_text(each.number);
  const std::string call = node.op + "(";
  problem.fix = "Keep " + from.label + " away from there, for instance by " + call + sum + ")";
  if (upstream == 0 && behind_where(shot, uses, i)) {
    problem.message +=
        "; a where further on leaves this entry out, but 0 x Infinity is NaN all the same";
    problem.fix =
        "Use a where before " + node.op + ", too: " + call + "where(mask, " + from.label + ", 1))";
  }
  if (const auto p = meets_zero(shot, problem.path); p > 0)
    problem.message += "; from " + shot.nodes[problem.path[std::size_t(p)]].label + " to " +
                       shot.nodes[problem.path[std::size_t(p) + 1]].label +
                       " it meets a slope of 0, and 0 x Infinity is NaN";
  return problem;
}

}  // namespace

bool find_forward(const Snapshot& shot, std::vector<Problem>& problems) {
  const auto uses = uses_of(shot);
  bool found = false;
  for (std::uint32_t i = 0; i < shot.nodes.size() && problems.size() < most_reported; ++i) {
    const SnapshotNode& node = shot.nodes[i];
    const auto finite = [&](const SnapshotInput& input) {
      return shot.nodes[input.node].value.finite();
    };
    if (node.value.finite() || !std::all_of(node.inputs.begin(), node.inputs.end(), finite))
      continue;
    problems.push_back(forward_problem(shot, i, spread(shot, uses, i), uses));
    found |= problems.back().error;
  }
  return found;
}

bool find_backward(const Snapshot& shot, std::vector<Problem>& problems) {
  const auto uses = uses_of(shot);
  bool found = false;
  for (std::size_t i = shot.nodes.size(); i-- > 0;) {
    const SnapshotNode& node = shot.nodes[i];
    if (!node.upstream || !node.upstream->finite()) continue;
    for (std::size_t k = 0; k < node.inputs.size() && problems.size() < most_reported; ++k)
      if (node.inputs[k].contribution && !node.inputs[k].contribution->finite()) {
        problems.push_back(backward_problem(shot, std::uint32_t(i), k, uses));
        found = true;
      }
  }
  return found;
}

}  // namespace glassgrad::detail

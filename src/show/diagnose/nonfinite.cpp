// Where the first NaN or infinity comes from. Forward: a node that is not finite though its inputs
// are. Backward: an edge whose contribution is not finite though the upstream is. Advice is found
// by trying (show/snapshot/remedies.cpp), so no op is known by name but `where`, which hides 0 x
// inf.
#include <cmath>
#include <optional>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/find.hpp"
#include "show/snapshot/remedies.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::size_t most_reported = 8;

std::string name_of(const SnapshotNode& node) { return shown_name(node.label); }

ProblemKind kind_of(double number) {
  return std::isnan(number) ? ProblemKind::nan : ProblemKind::infinity;
}

struct Operand {
  std::string label;
  double number;
};
std::vector<std::optional<double>> numbers_at(const Snapshot& shot, const Numbers& numbers,
                                              std::uint32_t i,
                                              const std::vector<std::int64_t>& element) {
  const SnapshotNode& node = shot.nodes[i];
  std::vector<std::optional<double>> all(node.inputs.size());
  for (std::size_t k = 0; k < all.size() && numbers.elementwise(i); ++k) {
    const std::uint32_t from = node.inputs[k].node;
    const auto at = position_in(shot.nodes[from].value.shape, node.value.shape, element);
    if (at) all[k] = numbers.value(from, *at);
  }
  return all;
}
// Without nodes labelled by their own number.
std::vector<Operand> operands_of(const Snapshot& shot, const SnapshotNode& node,
                                 const std::vector<std::optional<double>>& numbers) {
  std::vector<Operand> operands;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const std::string& label = shot.nodes[node.inputs[k].node].label;
    if (numbers[k] && label != to_text(*numbers[k]))
      operands.push_back({shown_name(label), *numbers[k]});
  }
  return operands;
}
std::string operands_text(const std::vector<Operand>& operands) {
  std::string text;
  for (const Operand& each : operands)
    text += (text.empty() ? ": " : ", ") + each.label + " is " + number_text(each.number);
  return text;
}

// The advice for a value that is not finite: a tried remedy.
std::string advice(const Snapshot& shot, const SnapshotNode& node,
                   const std::vector<Operand>& operands, bool nan) {
  for (const Operand& each : operands)
    if (nan && std::isinf(each.number))
      return "Keep what is infinite out of " + each.label + " by a where before this op";
  if (!node.remedy) return "Scale the data, or look at what leads to its operands";
  const SnapshotNode& from = shot.nodes[node.inputs[std::size_t(node.remedy->slot)].node];
  const std::string name = name_of(from), with = written(*node.remedy, name);
  if (node.remedy->with == "@ + 1e-12" && from.value.zeros > 0)
    return "Keep " + name + " away from 0, for instance by adding 1e-12";
  if (with.starts_with("maximum(" + name + ", 1e-"))
    return "Keep " + name + " above 0, for instance by " + with;
  if (with.starts_with("clamp(" + name + ", -8"))
    return "Keep " + name + " small, for instance by " + with +
           "; of an exponential, subtract the largest entry first, as softmax does";
  return "Keep " + name + " away from there, for instance by " + with;
}

std::string advice_for_leaf(const SnapshotNode& leaf) {
  return leaf.kind == SnapshotKind::parameter
             ? "Go back to the parameters before the last step; lower the rate or clip gradients"
             : "Look at where it comes from: a missing value, a division by 0";
}

// From an origin forwards through further non-finite nodes; ends at the cost if it reaches it.
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

// ---- Backward ----------------------------------------------------------------------------------

// Is there a `where` between the node and the cost, reached through nodes whose upstream is 0 at
// that entry?
bool behind_where(const Snapshot& shot, const std::vector<std::vector<Use>>& uses,
                  std::uint32_t node) {
  for (int steps = 0; steps < 8 && uses[node].size() == 1; ++steps) {
    node = uses[node][0].node;
    if (shot.nodes[node].op == "where") return true;
  }
  return false;
}

// Where an infinite upstream first meets a slope of 0 on its way back.
std::optional<std::size_t> meets_zero(const Snapshot& shot,
                                      const std::vector<std::uint32_t>& path) {
  for (std::size_t p = 1; p + 1 < path.size(); ++p) {
    const SnapshotNode &node = shot.nodes[path[p]], &next = shot.nodes[path[p + 1]];
    if (node.upstream && node.upstream->nan == 0 && next.upstream && next.upstream->nan > 0)
      return p;
  }
  return {};
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

std::string for_instance(const Snapshot& shot, const SnapshotNode& node) {
  return node.remedy ? ", for instance by " + in_its_place(*node.remedy, shot, node) : "";
}

// The slope of an op that is not elementwise, or whose numbers are not known.
void describe_edge(const Snapshot& shot, const Numbers& numbers, const SnapshotNode& node,
                   std::size_t slot, Finding& found) {
  const SnapshotInput& input = node.inputs[slot];
  const SnapshotNode& from = shot.nodes[input.node];
  Problem& problem = found.problem;
  problem.element = element_at(*input.contribution->first_bad, input.contribution->shape);
  found.number = input.contribution->nan ? std::numeric_limits<double>::quiet_NaN()
                                         : std::numeric_limits<double>::infinity();
  problem.message = "what it sends to " + name_of(from) + " is " + number_text(found.number) +
                    place_text(problem.element);
  if (const auto met = numbers.met(problem.node, slot, *input.contribution->first_bad)) {
    found.upstream = met->upstream, found.local = met->local;
    problem.message += ": upstream " + number_text(met->upstream) +
                       place_text(element_at(met->at, node.value.shape)) + " x local " +
                       number_text(met->local);
    if (from.value.norm == 0 && from.value.finite())
      problem.message += ", " + name_of(from) + " is 0";
  } else {
    problem.message += ", though the upstream is finite";
    if (from.value.norm == 0 && from.value.finite())
      problem.message += ": " + name_of(from) + " is 0";
  }
  problem.fix = "Keep " + name_of(from) + " away from where the slope of " + shown_name(node.op) +
                " is infinite" + for_instance(shot, node);
}

Finding backward_finding(const Snapshot& shot, const Numbers& numbers, std::uint32_t i,
                         std::size_t slot, const std::vector<std::vector<Use>>& uses) {
  const SnapshotNode& node = shot.nodes[i];
  const SnapshotInput& input = node.inputs[slot];
  const SnapshotNode& from = shot.nodes[input.node];
  Finding found;
  Problem& problem = found.problem;
  problem.pass = Pass::backward, problem.error = true, problem.node = i;
  problem.path = way_back(shot, i, slot);
  problem.kind = input.contribution->nan ? ProblemKind::nan : ProblemKind::infinity;
  found.receiver = slot;
  const auto met = [&](std::int64_t at) {
    found.upstream = numbers.upstream(i, at), found.local = numbers.local(i, slot, at);
    return found.upstream && found.local;
  };
  if (!met(0)) {
    describe_edge(shot, numbers, node, slot, found);
    return found;
  }
  std::int64_t at = 0;
  while (at + 1 < node.value.shape.count() && met(at) &&
         std::isfinite(*found.upstream * *found.local))
    ++at;
  met(at);
  const double upstream = *found.upstream, local = *found.local;
  found.number = upstream * local;
  problem.element = element_at(at, node.value.shape);
  problem.message = "what it sends to " + name_of(from) + " is " + number_text(found.number) +
                    place_text(problem.element) + ": upstream " + number_text(upstream) +
                    " x local " + number_text(local);
  found.operands = numbers_at(shot, numbers, i, problem.element);
  for (const Operand& each : operands_of(shot, node, found.operands))
    problem.message += ", " + each.label + " is " + number_text(each.number);
  problem.fix = "Keep " + name_of(from) + " away from there" + for_instance(shot, node);
  if (upstream == 0 && behind_where(shot, uses, i)) {
    problem.message +=
        "; a where further on leaves this entry out, but 0 x Infinity is NaN all the same";
    problem.fix = advice_behind_where(shot, numbers, i, at, name_of(from));
  }
  if (const auto p = meets_zero(shot, problem.path))
    problem.message += "; from " + name_of(shot.nodes[problem.path[*p]]) + " to " +
                       name_of(shot.nodes[problem.path[*p + 1]]) +
                       " it meets a slope of 0, and 0 x Infinity is NaN";
  return found;
}

}  // namespace

Finding forward_finding(const Snapshot& shot, const Numbers& numbers, std::uint32_t i) {
  const auto uses = uses_of(shot);
  const SnapshotNode& node = shot.nodes[i];
  Finding found;
  Problem& problem = found.problem;
  problem.pass = Pass::forward, problem.node = i, problem.path = spread(shot, uses, i);
  problem.element = element_at(*node.value.first_bad, node.value.shape);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto known = numbers.value(i, *node.value.first_bad);
  found.number = known                      ? *known
                 : node.value.nan           ? std::numeric_limits<double>::quiet_NaN()
                 : node.value.plus_infinite ? infinity
                                            : -infinity;
  problem.kind = kind_of(found.number);
  const bool leaf = node.kind != SnapshotKind::op;
  found.operands = numbers_at(shot, numbers, i, problem.element);
  const auto operands = operands_of(shot, node, found.operands);
  problem.message = (leaf ? "the " + node.op : shown_formula(node.formula)) + " is " +
                    number_text(found.number) + place_text(problem.element) +
                    operands_text(operands);
  problem.fix =
      leaf ? advice_for_leaf(node) : advice(shot, node, operands, std::isnan(found.number));
  problem.error = problem.path.back() == shot.cost;
  if (problem.error) return found;
  problem.message += ", but the cost is finite";
  for (const Use& use : uses[problem.path.back()])
    if (shot.nodes[use.node].value.finite()) {
      problem.message += ": " + name_of(shot.nodes[use.node]) + " leaves it out";
      break;
    }
  return found;
}

bool find_forward(const Snapshot& shot, const Numbers& numbers, std::vector<Finding>& found) {
  bool error = false;
  for (std::uint32_t i = 0; i < shot.nodes.size() && found.size() < most_reported; ++i) {
    const SnapshotNode& node = shot.nodes[i];
    const auto finite = [&](const SnapshotInput& input) {
      return shot.nodes[input.node].value.finite();
    };
    if (node.value.finite() || !std::all_of(node.inputs.begin(), node.inputs.end(), finite))
      continue;
    found.push_back(forward_finding(shot, numbers, i));
    error |= found.back().problem.error;
  }
  return error;
}

bool find_backward(const Snapshot& shot, const Numbers& numbers, std::vector<Finding>& found) {
  const auto uses = uses_of(shot);
  bool error = false;
  for (std::size_t i = shot.nodes.size(); i-- > 0;) {
    const SnapshotNode& node = shot.nodes[i];
    if (!node.upstream || !node.upstream->finite()) continue;
    for (std::size_t k = 0; k < node.inputs.size() && found.size() < most_reported; ++k)
      if (node.inputs[k].contribution && !node.inputs[k].contribution->finite()) {
        found.push_back(backward_finding(shot, numbers, std::uint32_t(i), k, uses));
        error = true;
      }
  }
  return error;
}

}  // namespace glassgrad::detail

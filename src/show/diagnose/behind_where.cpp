// The remedy where an entry masked by a `where` contributes 0 times infinity: another where, before
// the op that made the infinity, not always the op that passes it on.
#include <cmath>
#include <utility>

#include "show/diagnose/find.hpp"
#include "show/snapshot/remedies.hpp"

namespace glassgrad::detail {

std::optional<std::int64_t> position_in(const Shape& shape, const Shape& of,
                                        const std::vector<std::int64_t>& element) {
  if (!shape.stretches_to(of)) return {};
  std::int64_t at = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const std::int64_t i = element[element.size() - std::size_t(shape.rank() - axis)];
    at = at * shape[axis] + (shape[axis] == 1 ? 0 : i);
  }
  return at;
}
namespace {

// The origin of the infinity behind an entry of a node: the node that made it from finite numbers,
// or a leaf; the node itself if its operands are finite.
struct Maker {
  std::uint32_t node;
  std::int64_t at;
  std::string label;  // the operand to mask
};
Maker maker_of(const Snapshot& shot, const Numbers& numbers, std::uint32_t node, std::int64_t at,
               std::string receiver) {
  Maker maker{node, at, std::move(receiver)};
  for (bool further = true; further;) {
    further = false;
    const SnapshotNode& now = shot.nodes[maker.node];
    const auto element = element_at(maker.at, now.value.shape);
    for (const SnapshotInput& input : now.inputs) {
      const SnapshotNode& from = shot.nodes[input.node];
      if (from.value.finite()) continue;
      const auto own = numbers.elementwise(maker.node)
                           ? position_in(from.value.shape, now.value.shape, element)
                           : from.value.first_bad;
      const auto number = own ? numbers.value(input.node, *own) : std::nullopt;
      if (!number || std::isfinite(*number)) continue;
      if (from.kind != SnapshotKind::op || from.inputs.empty())
        return {maker.node, maker.at, from.label};
      maker = {input.node, *own, shot.nodes[from.inputs.back().node].label};
      further = true;
      break;
    }
  }
  return maker;
}
// Without tried numbers: the labels alone.
std::string where_before(const Snapshot& shot, const SnapshotNode& node, const std::string& label) {
  const std::string use = "Use a where before " + node.op + ", too: ";
  if (node.chosen) return use + in_its_place(*node.chosen, shot, node);
  return use + "where(mask, " + label + ", 1) in place of " + label;
}

}  // namespace

std::string advice_behind_where(const Snapshot& shot, const Numbers& numbers, std::uint32_t node,
                                std::int64_t at, const std::string& receiver) {
  const Maker maker = maker_of(shot, numbers, node, at, receiver);
  return where_before(shot, shot.nodes[maker.node], maker.label);
}

}  // namespace glassgrad::detail

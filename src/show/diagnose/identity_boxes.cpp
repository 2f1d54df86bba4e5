// By places (nesting.hpp), so that it takes as long as the snapshot is large, however deep scopes
// are.
#include "show/diagnose/identity_boxes.hpp"

#include <algorithm>
#include <set>

#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/snapshot/nesting.hpp"

namespace glassgrad::detail {
namespace {

// The last op inside each scope.
std::vector<OptionalIndex> last_ops(const Snapshot& shot) {
  std::vector<OptionalIndex> last(shot.scopes.size());
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    if (shot.nodes[i].kind == SnapshotKind::op) last[shot.nodes[i].scope] = i;
  for (std::size_t s = last.size(); s-- > 1;) {
    OptionalIndex& around = last[shot.scopes[s].parent];
    if (last[s] && (!around || around < last[s])) around = last[s];
  }
  return last;
}

// Does a formula write it as a number?
bool is_written(const SnapshotNode& node) {
  return node.kind == SnapshotKind::constant && node.name.empty() && node.value.shape.count() == 1;
}

std::string called(const Snapshot& shot, std::uint32_t scope, std::uint32_t node) {
  return "box \"" + shown_name(shot.scope_path(scope)) + "\" to \"" +
         shown_name(shot.path_of(node)) + "\": ";
}

}  // namespace

std::vector<ScopeBox> boxes_of(const Snapshot& shot,
                               const std::vector<std::vector<EdgeUse>>& uses) {
  const std::vector<OptionalIndex> last = last_ops(shot);
  const Nesting nesting(shot.scopes);
  const auto place = [&](const EdgeUse& use) { return nesting.place(shot.nodes[use.node].scope); };
  const auto before = [&](const EdgeUse& a, const EdgeUse& b) { return place(a) < place(b); };
  const auto lies_before = [&](const EdgeUse& use, std::uint32_t at) { return place(use) < at; };
  std::vector<std::vector<EdgeUse>> by_place(shot.nodes.size());  // of edges that some box reads
  std::vector<ScopeBox> boxes;
  for (std::uint32_t s = 1; s < shot.scopes.size(); ++s) {
    if (shot.scopes[s].inputs.empty() || !last[s]) continue;
    ScopeBox& box = boxes.emplace_back(ScopeBox{s, *last[s], {}});
    for (const SnapshotInput& input : shot.scopes[s].inputs) {
      std::vector<EdgeUse>& sorted = by_place[input.node];
      if (sorted.empty())
        sorted = uses[input.node], std::stable_sort(sorted.begin(), sorted.end(), before);
      const auto from =
          std::lower_bound(sorted.begin(), sorted.end(), nesting.begin(s), lies_before);
      const auto to = std::lower_bound(from, sorted.end(), nesting.end(s), lies_before);
      auto& inside = box.inside.emplace_back(from, to);
      std::sort(inside.begin(), inside.end());
    }
  }
  return boxes;
}

std::vector<std::string> wrong_inputs(const Snapshot& shot) {
  const Nesting nesting(shot.scopes);
  // What ops read, by the reader's place.
  struct Read {
    std::uint32_t place, node;
  };
  std::vector<Read> reads;
  for (const SnapshotNode& node : shot.nodes)
    for (const SnapshotInput& input : node.inputs)
      reads.push_back({nesting.place(node.scope), input.node});
  std::stable_sort(reads.begin(), reads.end(),
                   [](const Read& a, const Read& b) { return a.place < b.place; });
  const auto lies_before = [](const Read& read, std::uint32_t at) { return read.place < at; };
  // Deeper ones are not written, and looking at all would take as long as the nesting is deep.
  constexpr int deepest = 64;
  std::vector<int> depths(shot.scopes.size(), 0);
  std::vector<std::string> wrong;
  for (std::uint32_t s = 1; s < shot.scopes.size(); ++s) {
    const SnapshotScope& scope = shot.scopes[s];
    depths[s] = std::min(deepest, depths[scope.parent] + 1);
    const bool boxed = !scope.inputs.empty() || !scope.formula.empty();
    if (!boxed || depths[s] == deepest) continue;
    std::set<std::uint32_t> missing;
    const auto from = std::lower_bound(reads.begin(), reads.end(), nesting.begin(s), lies_before);
    const auto to = std::lower_bound(from, reads.end(), nesting.end(s), lies_before);
    for (auto read = from; read != to; ++read) {
      const SnapshotNode& node = shot.nodes[read->node];
      if (node.kind != SnapshotKind::op || !nesting.lies_in(node.scope, s))
        missing.insert(read->node);
    }
    std::set<std::uint32_t> listed;
    for (const SnapshotInput& input : scope.inputs) {
      if (!listed.insert(input.node).second)
        wrong.push_back(called(shot, s, input.node) + "it is listed twice");
      else if (missing.erase(input.node) == 0)
        wrong.push_back(called(shot, s, input.node) + "it is listed, and nothing inside reads it");
      if (input.symbol != shot.nodes[input.node].label)
        wrong.push_back(called(shot, s, input.node) + "its slot is \"" + shown_name(input.symbol) +
                        "\"");
    }
    for (const std::uint32_t node : missing)
      if (!is_written(shot.nodes[node]))
        wrong.push_back(called(shot, s, node) + "it is read inside, and not listed");
  }
  return wrong;
}

}  // namespace glassgrad::detail

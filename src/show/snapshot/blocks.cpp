// Scopes are compared by a text of their contents, the innermost first.
#include "show/snapshot/blocks.hpp"

#include <algorithm>
#include <map>

#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {
namespace {

// What is in a scope: its own nodes, the scopes inside it, and where the first and last node stand.
struct Content {
  std::vector<std::uint32_t> nodes, scopes;
  OptionalIndex first;
  std::uint32_t last = 0, size = 0;
  int structure = 0;
};

std::vector<Content> contents(std::span<const SnapshotScope> scopes,
                              std::span<const BlockNode> nodes) {
  std::vector<Content> all(scopes.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i) all[nodes[i].scope].nodes.push_back(i);
  for (std::uint32_t s = std::uint32_t(scopes.size()); s-- > 0;) {
    Content& here = all[s];
    here.size += std::uint32_t(here.nodes.size());
    if (!here.nodes.empty()) {
      here.first = std::min<OptionalIndex>(here.first, here.nodes.front());
      here.last = std::max(here.last, here.nodes.back());
    }
    if (s == 0 || here.size == 0) continue;
    Content& around = all[scopes[s].parent];
    around.scopes.push_back(s);
    around.first = std::min(around.first, here.first);
    around.last = std::max(around.last, here.last);
    around.size += here.size;
  }
  for (Content& here : all)
    std::sort(here.scopes.begin(), here.scopes.end(),
              [&](std::uint32_t a, std::uint32_t b) { return all[a].first < all[b].first; });
  return all;
}

// A number per scope, the same for the same structure.
void number_structures(std::vector<Content>& all, std::span<const BlockNode> nodes) {
  std::map<std::string, int> numbers;
  for (std::size_t s = all.size(); s-- > 1;) {
    std::string text;
    for (const std::uint32_t i : all[s].nodes) {
      text += join(nodes[i].op, nodes[i].leaf ? "'" : "");
      for (const std::uint32_t from : nodes[i].inputs)
        text += nodes[from].scope == s ? " " + to_text(i - from) : " out";
      text += ";";
    }
    for (const std::uint32_t inner : all[s].scopes) text += "," + to_text(all[inner].structure);
    all[s].structure = numbers.try_emplace(text, int(numbers.size())).first->second;
  }
}

// Does an op of the parent itself stand between two of its scopes?
bool apart(const Content& parent, std::span<const BlockNode> nodes, std::uint32_t after,
           std::uint32_t before) {
  const auto first = std::upper_bound(parent.nodes.begin(), parent.nodes.end(), after);
  const auto last = std::lower_bound(first, parent.nodes.end(), before);
  return std::any_of(first, last, [&](std::uint32_t i) { return !nodes[i].leaf; });
}

}  // namespace

std::string name_without_number(const std::string& scope) {
  const std::size_t last = scope.find_last_not_of("0123456789_.");
  return last == std::string::npos ? scope : scope.substr(0, last + 1);
}

std::vector<RepeatedScope> repeated_scopes(std::span<const SnapshotScope> scopes,
                                           std::span<const BlockNode> nodes) {
  std::vector<Content> all = contents(scopes, nodes);
  number_structures(all, nodes);
  std::vector<RepeatedScope> blocks(scopes.size());
  for (std::uint32_t s = 0; s < scopes.size(); ++s) blocks[s].first = s;
  for (const Content& parent : all) {
    const std::vector<std::uint32_t>& siblings = parent.scopes;
    for (std::size_t from = 0, to; from < siblings.size(); from = to) {
      const std::uint32_t first = siblings[from];
      for (to = from + 1; to < siblings.size(); ++to)
        if (all[siblings[to]].structure != all[first].structure ||
            name_without_number(scopes[siblings[to]].name) !=
                name_without_number(scopes[first].name) ||
            apart(parent, nodes, all[siblings[to - 1]].last, *all[siblings[to]].first))
          break;
      if (to - from < 3 || all[first].size < 2) continue;
      for (std::size_t i = from; i < to; ++i)
        blocks[siblings[i]] = {first, int(i - from) + 1, int(to - from)};
    }
  }
  return blocks;
}

std::string title_of(const SnapshotScope& scope, const RepeatedScope& repeat) {
  if (repeat.times == 1) return scope.name;
  return join(scope.name, ", ", repeat.place, " of ", repeat.times, " equal");
}

}  // namespace glassgrad::detail

namespace glassgrad {

std::vector<RepeatedScope> repeated_scopes(const Snapshot& shot) {
  std::vector<detail::BlockNode> nodes;
  for (const SnapshotNode& node : shot.nodes) {
    nodes.push_back({node.op, node.scope, node.kind != SnapshotKind::op, {}});
    for (const SnapshotInput& input : node.inputs) nodes.back().inputs.push_back(input.node);
  }
  return detail::repeated_scopes(shot.scopes, nodes);
}

}  // namespace glassgrad

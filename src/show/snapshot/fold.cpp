// Which scope is folded into which.
#include "glassgrad/show/snapshot/fold.hpp"

#include <algorithm>
#include <set>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {
namespace {

std::string listed(std::span<const SnapshotScope> scopes) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> names;
  for (const SnapshotScope& scope : scopes.subspan(1))
    if (seen.insert(scope.name).second) names.push_back(scope.name);
  return listed_names(names);
}

// Is this the scope's name, or its path?
bool is_called(std::span<const SnapshotScope> scopes, std::uint32_t scope, std::string_view name) {
  if (name == scopes[scope].name) return true;
  for (; scope != 0; scope = scopes[scope].parent) {
    if (!name.ends_with(scopes[scope].name)) return false;
    name.remove_suffix(scopes[scope].name.size());
    if (scopes[scope].parent == 0) return name.empty();
    if (!name.ends_with('/')) return false;
    name.remove_suffix(1);
  }
  return false;
}

}  // namespace

Fold Fold::at_depth(Setting<"fold", "the depth", int, 1> depth) {
  Fold fold;
  fold.depth_ = depth;
  return fold;
}

Fold Fold::at_names() {
  Fold fold;
  fold.at_names_ = true;
  return fold;
}

Fold Fold::at_blocks() {
  Fold fold;
  fold.at_blocks_ = true;
  return fold;
}

std::vector<std::uint32_t> Fold::boxes(std::span<const SnapshotScope> scopes) const {
  std::vector<std::uint32_t> boxes(scopes.size(), 0);
  std::vector<int> depths(scopes.size(), 0);
  std::vector<char> found(names_.size(), 0);
  for (std::uint32_t i = 1; i < scopes.size(); ++i) {
    const std::uint32_t parent = scopes[i].parent;
    depths[i] = depths[parent] + 1;
    bool here = depths[i] == depth_;
    for (std::size_t n = 0; n < names_.size(); ++n)
      if (is_called(scopes, i, names_[n])) here = true, found[n] = 1;
    boxes[i] = boxes[parent] ? boxes[parent] : here ? i : 0;
  }
  for (std::size_t n = 0; n < names_.size(); ++n)
    if (!found[n])
      throw Error("fold", join("no scope is called \"", shown_name(names_[n]), "\""),
                  scopes.size() > 1 ? "Give one of " + listed(scopes)
                                    : "Open one with tape.scope(name), or use Fold::at_names()");
  return boxes;
}

}  // namespace glassgrad

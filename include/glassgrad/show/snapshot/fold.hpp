// Fold: which parts of a run read as one node each. A box has the value of its output, one local
// gradient per input (the output seeded with 1 and walked back inside), upstream and product.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct SnapshotScope;

class Fold {
 public:
  // Nothing, or with `true` every outermost scope: trace(cost, {.fold = true}).
  Fold() = default;
  template <std::same_as<bool> Choice>
  Fold(Choice outermost) : depth_(outermost ? 1 : 0) {}
  // The scopes of these names or paths: {.fold = {"z", "net/layer1"}}.
  Fold(std::initializer_list<std::string_view> scopes) : names_(scopes.begin(), scopes.end()) {}
  Fold(const char* scope) : names_{scope} {}
  // Every scope that lies inside depth - 1 others: 1 is outermost.
  static Fold at_depth(Setting<"fold", "the depth", int, 1> depth);
  // Without scopes: every named node is a box of the nodes between it and the named ones before it.
  static Fold at_names();
  // Three or more consecutive equal scopes are one box: "block x12".
  static Fold at_blocks();

  bool none() const { return depth_ == 0 && names_.empty() && !at_names_ && !at_blocks_; }
  bool by_names() const { return at_names_; }
  bool by_blocks() const { return at_blocks_; }
  // For every scope the scope it is folded into, or 0; scope 0 stands outside all. Throws Error for
  // a name that no scope has.
  std::vector<std::uint32_t> boxes(std::span<const SnapshotScope> scopes) const;

 private:
  int depth_ = 0;
  std::vector<std::string> names_;
  bool at_names_ = false, at_blocks_ = false;
};

}  // namespace glassgrad

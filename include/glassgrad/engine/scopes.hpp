// Scopes of a tape: in which one each node was recorded, and whose derivative it is. Nodes of one
// scope come in runs, so that a node by itself keeps neither.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace glassgrad {

// The node whose derivative a record is part of, and to which of its inputs.
struct Origin {
  std::uint32_t node = ~std::uint32_t(0);
  int input = 0;
  bool none() const { return node == ~std::uint32_t(0); }
  bool operator==(const Origin&) const = default;
};

struct Scope {
  std::string_view name;
  std::uint32_t parent;
};

struct Context {
  std::uint32_t scope = 0;
  Origin origin;
  bool operator==(const Context&) const = default;
};

class Scopes {
 public:
  const std::vector<Scope>& scopes() const { return scopes_; }  // the first is the tape itself
  const Context& now() const { return runs_.back().context; }

  Context of(std::uint32_t index) const {
    return (std::upper_bound(runs_.begin(), runs_.end(), index,
                             [](std::uint32_t i, const Run& run) { return i < run.first; }) -
            1)
        ->context;
  }

  // Records from `first` on, which are yet to come, are there.
  void go(std::uint32_t first, const Context& context) {
    if (now() == context) return;
    if (runs_.back().first == first && runs_.size() > 1) runs_.pop_back();
    if (runs_.back().first == first)
      runs_.back().context = context;
    else if (now() != context)
      runs_.push_back({first, context});
  }
  // A scope inside the one that is open; it is open now. Returns its number.
  std::uint32_t open(std::uint32_t first, std::string_view name);
  void close(std::uint32_t first, std::uint32_t scope, std::uint32_t outer);
  // The first `scopes` of the scopes and `size` of the records stay.
  void keep(std::size_t scopes, std::uint32_t size);

 private:
  struct Run {
    std::uint32_t first;
    Context context;
  };
  std::vector<Scope> scopes_{{{}, 0}};
  std::vector<Run> runs_{{0, {}}};
};

}  // namespace glassgrad

// Scopes of a tape: in which one each node was recorded, and whose derivative it is. Nodes of one
// scope come in runs, so that a node by itself keeps neither.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "glassgrad/array/optional_index.hpp"

namespace glassgrad {

// The node whose derivative a record is part of, and to which of its inputs.
struct Origin {
  OptionalIndex node;  // none: the record is no derivative
  int input = 0;
  bool operator==(const Origin&) const = default;
};

struct Scope {
  std::string_view name;
  std::uint32_t parent;
};

namespace detail {

struct Context {
  std::uint32_t scope = 0;
  Origin origin;
  bool operator==(const Context&) const = default;
};

class Scopes {
 public:
  // The first is the tape itself. Until the next scope begins.
  std::span<const Scope> scopes() const {
    return scopes_.empty() ? std::span(&tape_itself, 1) : std::span<const Scope>(scopes_);
  }
  const Context& now() const { return runs_.empty() ? outside : runs_.back().context; }

  const Context& of(std::uint32_t index) const {
    const auto behind =
        std::upper_bound(runs_.begin(), runs_.end(), index,
                         [](std::uint32_t i, const Run& run) { return i < run.first; });
    return behind == runs_.begin() ? outside : (behind - 1)->context;
  }

  // Records from `first` on, which are yet to come, are in that context, until its guard leaves it
  // for another: that needs no memory, and throws nothing.
  void enter(std::uint32_t first, const Context& context);
  void leave(std::uint32_t first, const Context& context) noexcept;
  // A scope inside the one that is open; it is open now. close() is its guard's, who says whether
  // it is still there.
  void open(std::uint32_t first, std::string_view name);
  void close(std::uint32_t first, bool there, std::uint32_t scope, std::uint32_t outer) noexcept;
  // The first `scopes` of the scopes and `size` of the records stay.
  void keep(std::size_t scopes, std::uint32_t size) {
    if (!runs_.empty() || scopes != this->scopes().size()) keep_some(scopes, size);
  }

 private:
  void go(std::uint32_t first, const Context& context);
  void keep_some(std::size_t scopes, std::uint32_t size);

  struct Run {
    std::uint32_t first;
    Context context;
  };
  static constexpr Scope tape_itself{{}, 0};
  static constexpr Context outside{};
  std::vector<Scope> scopes_;  // empty until there is one inside the tape itself
  std::vector<Run> runs_;      // what comes before the first is outside
  std::size_t entered_ = 0;    // contexts that are still to be left
};

}  // namespace detail
}  // namespace glassgrad

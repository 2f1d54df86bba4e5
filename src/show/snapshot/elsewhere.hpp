// Contributions to a snapshot's nodes from outside it: from another loss, from the rest of a run,
// from a seed passed to backward, or from a hook that rewrites an upstream. Without them the
// contributions would not add up.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/snapshot/summary.hpp"
#include "show/snapshot/uses.hpp"

namespace glassgrad::detail {

// Does record i, which the snapshot omits, contribute to one that it needs?
template <class T, class Needed>
bool sends_in(Tape<T>& tape, std::uint32_t i, const Needed& needed) {
  const Record<T> record = tape.records()[i];
  if (record.leaf != Leaf::none || tape.upstreams().state(i) == Upstream::none) return false;
  for (int k = 0; k < record.arity; ++k)
    if (needed(tape.records().input_of(record, k))) return true;
  return false;
}

// Where more may arrive than the snapshot's own contributions: at a node that an outside one
// contributes to, that has a hook, or that backward began with; if such a one is hidden in a box,
// anywhere.
class Open {
 public:
  template <class T, class Graph>
  Open(Tape<T>& tape, std::uint32_t cost, std::span<const std::uint32_t> senders,
       const Graph& graph)
      : open_(cost + 1, false) {
    const auto add = [&](std::uint32_t i) {
      open_[i] = true;
      everywhere_ = everywhere_ || !graph.shown(i);
    };
    for (const std::uint32_t i : senders)
      for (int k = 0; k < tape.records()[i].arity; ++k)
        if (const std::uint32_t input = tape.records().input_of(tape.records()[i], k);
            input <= cost)
          add(input);
    for (std::uint32_t i = 0; i < cost; ++i)
      if (tape.records()[i].hooked || tape.upstreams().was_given(i)) add(i);
  }
  bool operator()(const SnapshotNode& node) const { return everywhere_ || open_[node.index]; }

 private:
  std::vector<bool> open_;
  bool everywhere_ = false;
};

// An upstream minus the snapshot's own contributions, and whether that exceeds rounding.
class Rest {
 public:
  explicit Rest(bool is_float)
      : rounding_(is_float ? 1e-4 : 1e-9),
        least_(is_float ? std::numeric_limits<float>::denorm_min()
                        : std::numeric_limits<double>::denorm_min()),
        most_(is_float ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max()) {}

  void begin(std::size_t count) { sums_.assign(count, 0), sizes_.assign(count, 0); }
  void add(const std::vector<double>& sent) {
    for (std::size_t j = 0; j < sums_.size(); ++j)
      sums_[j] += sent[j], sizes_[j] += std::abs(sent[j]);
  }
  // The rest by element; {} when there is none.
  std::span<const double> of(const std::vector<double>& upstream) {
    bool more = false;
    for (std::size_t j = 0; j < sums_.size(); ++j) {
      const bool rounds = is_rounding(j, upstream[j]);
      sums_[j] = rounds ? 0 : upstream[j] - sums_[j];
      more = more || !rounds;
    }
    return more ? std::span<const double>(sums_) : std::span<const double>();
  }

 private:
  // Terms may cancel, so rounding is of their sizes; a sum of numbers that are not finite, or too
  // large to be added in any order, may be any number that is not finite.
  bool is_rounding(std::size_t j, double upstream) const {
    if (upstream == sums_[j]) return true;
    if (!(sizes_[j] <= most_)) return !std::isfinite(upstream) || std::isfinite(sums_[j]);
    return std::abs(upstream - sums_[j]) <= rounding_ * sizes_[j] + 8 * least_;
  }

  double rounding_, least_, most_;
  std::vector<double> sums_, sizes_;
};

// Of every node that is open(node) to it, but not the cost, where the run begins: its upstream
// minus the snapshot's own contributions. The rest came from other nodes, a seed or a hook. Only
// where all numbers are known, and beyond rounding. Nodes that are not open must add up.
inline void add_elsewhere(Snapshot& shot, const Open& open) {
  const auto uses = uses_of(shot);
  Rest rest(shot.number_type == "float32");
  const auto add = [&](const Use& use) {
    const SnapshotNode& node = shot.nodes[use.node];
    const auto& sent = node.inputs[use.slot].contribution;
    if (node.state == Upstream::not_kept || node.state == Upstream::pending) return false;
    if (sent && !sent->whole) return false;
    if (sent) rest.add(sent->numbers);
    return true;
  };
  for (std::size_t i = 0; i < shot.nodes.size(); ++i) {
    SnapshotNode& node = shot.nodes[i];
    if (i == shot.cost || !open(node) || !node.upstream || !node.upstream->whole) continue;
    rest.begin(node.upstream->numbers.size());
    if (!std::all_of(uses[i].begin(), uses[i].end(), add)) continue;
    const std::span<const double> more = rest.of(node.upstream->numbers);
    if (!more.empty()) node.elsewhere = summary(more.data(), node.upstream->shape, shot.limit);
  }
}

}  // namespace glassgrad::detail

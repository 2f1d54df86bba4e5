// What arrives at the nodes of a snapshot and was not sent by its nodes: of a run with two losses,
// shown for one of them; of a part of a run; by a seed, that is an upstream given to backward; or
// by a hook that rewrites one. Without it the contributions would not add up.
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

// Has record i, which the snapshot leaves out, sent something to one that it needs?
template <class T, class Needed>
bool sends_in(Tape<T>& tape, std::uint32_t i, const Needed& needed) {
  const Record<T> record = tape.record(i);
  if (record.leaf != Leaf::none || tape.upstream_state(i) == Upstream::none) return false;
  for (int k = 0; k < record.arity; ++k)
    if (needed(tape.input_of(record, k))) return true;
  return false;
}

// Where more may arrive than the snapshot's own nodes send: at a node that one outside sends to,
// that has a hook, or that backward began with; when such a one is hidden in a box, anywhere.
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
      for (int k = 0; k < tape.record(i).arity; ++k)
        if (const std::uint32_t input = tape.input_of(tape.record(i), k); input <= cost) add(input);
    for (std::uint32_t i = 0; i < cost; ++i)
      if (tape.record(i).hooked || tape.was_given(i)) add(i);
  }
  bool operator()(const SnapshotNode& node) const { return everywhere_ || open_[node.index]; }

 private:
  std::vector<bool> open_;
  bool everywhere_ = false;
};

// What is left of an upstream beside what the snapshot's own nodes sent, and whether it is more
// than rounding.
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
// without what the snapshot's own nodes sent. It came from other nodes, was given to backward, or
// is what a hook made of it. Only where all the numbers are there, and beyond rounding. What is not
// open must add up: nothing is explained away there.
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

// Graph: which records of a run are shown, and which of them are boxes that stand for others.
// Common to Snapshot and Chain.
#pragma once

#include <map>
#include <vector>

#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/snapshot/box.hpp"

namespace glassgrad {

// The tape's scopes, as plain data.
template <class T>
std::vector<SnapshotScope> scopes_of(const Tape<T>& tape);

// A plain number on a tape has no node of its own where boxes can write it into their formulas.
template <class T>
bool stands_in_formulas(const Tape<T>& tape, std::uint32_t i) {
  const Record<T> record = tape.records()[i];
  return record.leaf == Leaf::constant && record.shape->count() == 1 && !tape.records().is_named(i);
}

template <class T>
class Graph {
 public:
  // With a fold by blocks, the scope that stands for a run of them is called "block x12" from here
  // on.
  Graph(Tape<T>& tape, std::uint32_t cost, const Fold& fold, std::span<SnapshotScope> scopes);

  bool shown(std::uint32_t i) const { return shown_[i]; }
  bool needed(std::uint32_t i) const { return needed_[i]; }  // does the cost depend on it?
  // The box that a shown record is the output of; null: it stands for itself.
  const Box<T>* box(std::uint32_t i) const {
    const auto found = boxes_.find(i);
    return found == boxes_.end() ? nullptr : &found->second;
  }
  // The scope it is folded into, or 0.
  std::uint32_t scope(std::uint32_t i) const { return into_[tape_.records().scope_of(i)]; }

 private:
  bool folded(std::uint32_t i) const {
    return tape_.records()[i].leaf == Leaf::none && (names_ || scope(i) != 0);
  }
  void fold_blocks(std::span<SnapshotScope> scopes);
  void find_outputs(std::uint32_t cost);
  void show(std::uint32_t i);

  Tape<T>& tape_;
  bool names_;
  std::vector<std::uint32_t> into_;
  std::vector<char> needed_, output_, shown_;
  std::map<std::uint32_t, Box<T>> boxes_;
};

}  // namespace glassgrad

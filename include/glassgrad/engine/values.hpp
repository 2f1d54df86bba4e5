// Values: the numbers of records, computed again where a checkpoint has dropped them, or set() has
// written a leaf that they were computed from.
#pragma once

#include "glassgrad/engine/checkpoints.hpp"

namespace glassgrad::detail {

template <class T>
class Values {
 public:
  // `none`: of a program, which knows none of them.
  Values(Records<T>& records, Upstreams<T>& upstreams, Checkpoints<T>& checkpoints, bool none)
      : records_(records), upstreams_(upstreams), checkpoints_(checkpoints), none_(none) {}

  const T* of(std::uint32_t index) {
    if (index >= records_.stale || !records_.at(index).value()) restore(index);
    return records_.at(index).value();
  }
  void restore();  // everything that checkpoints dropped, until the tape is rewound
  void set(const Node<T>& leaf, std::int64_t position, T number);
  // Computes the values of records first, ..., last - 1 anew, in place: the tape is a program, and
  // what it reads may have been written by set(); so is whatever set() has left to be computed.
  // Throws ShapeError for no such records.
  void recompute(std::uint32_t first, std::uint32_t last);
  bool up_to_date() const { return !records_.stale; }
  void bring_up_to_date() {
    if (!up_to_date()) recompute(*records_.stale, records_.size());
  }
  void forget() { set_stale(records_.stale); }  // after the records were

 private:
  void restore(std::uint32_t index);
  void set_stale(OptionalIndex first) {
    records_.stale = first < records_.size() ? first : OptionalIndex();
  }

  Records<T>& records_;
  Upstreams<T>& upstreams_;
  Checkpoints<T>& checkpoints_;
  bool none_;
};

}  // namespace glassgrad::detail

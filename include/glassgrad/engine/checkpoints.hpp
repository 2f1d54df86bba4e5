// Checkpoints: values that were dropped when a part of a computation was through, and come back
// when a backward, a view or a derivative needs them. Their records are run again, in their order,
// by the kernels that ran them first, so that every bit is the same.
#pragma once

#include <vector>

#include "glassgrad/engine/records.hpp"
#include "glassgrad/engine/regions.hpp"
#include "glassgrad/engine/upstreams.hpp"

namespace glassgrad::detail {

template <class T>
class Checkpoints {
 public:
  using Mark = typename Records<T>::Mark;

  Checkpoints(Records<T>& records, Upstreams<T>& upstreams, bool drops)
      : records_(records), pool_(upstreams.pool), drops_(drops) {}

  // ---- Recording. Arrays that ops compute while one is open are in its arena, null: in the
  // tape's.
  std::uint64_t open();
  bool is_open(std::uint64_t id) const { return regions_.is_open(id); }
  bool is_innermost(std::uint64_t id) const { return is_open(id) && regions_.open.back().id == id; }
  std::size_t count_open() const { return regions_.open.size(); }
  std::uint32_t innermost() const { return regions_.open.back().first; }  // where it begins
  Arena* arena() const {
    return regions_.open.empty() || !drops_ ? nullptr : regions_.open.back().arena.get();
  }
  void close(std::span<const Node<T>> results);
  void forget(const Mark& mark) {  // after the records were
    if (!regions_.open.empty() || !regions_.closed.empty()) forget_some(mark);
  }

  // ---- Coming back. An op that throws now leaves the region dropped, and those around it.
  bool none() const { return regions_.closed.empty(); }
  // A value that is looked at stays until the tape is rewound.
  const T* numbers(std::uint32_t index) {
    if (!records_.at(index).value()) bring_back(index);
    return records_.at(index).value();
  }
  // Values of records first, ..., last - 1 are computed anew, in place.
  void compute_again(std::uint32_t first, std::uint32_t last);

  // ---- The sweep, from last to first: a region is restored when it is entered and dropped when it
  // is left, unless one of its values was looked at.
  void begin_sweep() {
    regions_.ahead = regions_.closed.size();
    regions_.entered.clear();
  }
  void cross(std::uint32_t index);  // the sweep has come to this record
  void end_sweep();

  std::size_t bytes() const { return regions_.bytes(); }

 private:
  using Region = Regions::Region;
  void forget_some(const Mark& mark);
  bool owned_by(const Region& region, std::uint32_t index) const;
  void bring_back(std::uint32_t index);
  void compute_again(Entry<T>& entry);
  void fill(std::size_t region, OptionalIndex within = {});
  void fill_records(std::size_t region, OptionalIndex within);
  void fill_record(std::size_t region, std::uint32_t index);
  void drop(std::size_t region);
  void leave();
  std::vector<std::size_t> live_in(std::uint32_t first, std::uint32_t last);
  static T* take(const Entry<T>& entry, Arena& arena) {
    return static_cast<T*>(arena.take(bytes_of<T>(entry.shape()->count())));
  }

  Records<T>& records_;
  Pool& pool_;
  bool drops_;  // false: a program keeps what its buffers have room for, whatever was recorded
  Regions regions_;
};

}  // namespace glassgrad::detail

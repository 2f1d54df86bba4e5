// Upstreams: what a backward pass has left at every record that it reached. The first contribution
// to reach a node is written (or moved), later ones are added; a buffer that two nodes hold is
// copied before it is added to.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "glassgrad/engine/arrays.hpp"
#include "glassgrad/engine/records.hpp"

namespace glassgrad {

template <class T>
class Upstreams {
 public:
  explicit Upstreams(const Records<T>& records) : records_(records) {}
  bool reached(const Entry<T>& entry) const { return entry.sweep == sweep_; }

  void begin();  // a backward: no record has one
  // It was ended when it had come to that record: those before it have a part of theirs at most.
  void end(std::uint32_t index);
  // Records behind are forgotten; numbers of this one have been set since.
  void forget(std::uint32_t size) { swept_ = std::min(swept_, size); }
  void forget_of(std::uint32_t index) {
    if (index < swept_) swept_ = 0;
  }

  // Where an op is to leave its contribution to this node; `as_block`: see Sink. Written where it
  // is wanted: a copy would wait for its parts to be written.
  void open(Entry<T>& entry, bool as_block, Sink<T>& sink);
  void add(Entry<T>& entry, View<const T> contribution) {
    Sink<T> sink;
    open(entry, true, sink);
    leave(contribution, sink, pool);
  }
  void add(Entry<T>& entry, T contribution) {  // to a single number
    if (entry.sweep == sweep_) {
      entry.upstream_number += contribution;
    } else {
      entry.upstream_number = contribution;
      entry.sweep = sweep_;
      entry.freed = false;
    }
  }
  void pass(const Entry<T>& from, Entry<T>& to);  // what arrived at `from`, as it is: both hold it
  void drop(Entry<T>& entry);
  void make_own(Entry<T>& entry);  // so that it can be written

  // What an earlier backward left, while a second one runs.
  struct Saved {
    std::uint32_t index;
    std::vector<T> upstream;
  };
  std::vector<Saved> save() const;
  void add_saved(const std::vector<Saved>& saved);

  // What can be said of them.
  Upstream state(std::uint32_t index) const;
  std::string reason(std::uint32_t index) const;  // why there is none, "" otherwise
  bool was_given(std::uint32_t index) const;      // did the last backward begin with it?
  // To the parameters' gradients. Throws TapeError unless they are whole and of this computation.
  void add_to_parameters() const;

  Pool pool;                         // of upstreams, and of whatever a sweep needs for a moment
  bool keeps = true;                 // false: Keep::values
  bool frees = false;                // they are given back as soon as they were passed on
  std::vector<std::uint32_t> given;  // where the last backward began
  std::uint32_t come_to = 0;         // the record where the sweep is, while a hook runs

 private:
  friend struct detail::Counters<T>;
  const Records<T>& records_;
  std::uint32_t sweep_ = 0;  // records whose `sweep` differs hold no upstream of this backward
  std::uint32_t swept_ = 0;  // records made after the last backward are still pending
  std::uint32_t ended_ = 0;  // the sweep that was ended before it had reached everything
};

}  // namespace glassgrad

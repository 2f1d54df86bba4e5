// Sweep: the backward pass. Records are visited from last to first; each passes upstream * local on
// to its inputs. A term is never skipped for being zero.
#pragma once

#include <vector>

#include "glassgrad/engine/keep.hpp"
#include "glassgrad/engine/observers.hpp"
#include "glassgrad/engine/values.hpp"

namespace glassgrad {

template <class T>
struct Root {
  Node<T> node;
  const Input<T>& upstream;
};

namespace detail {

template <class T>
class Sweep {
 public:
  Sweep(Keep keep, Records<T>& records, Upstreams<T>& upstreams, Checkpoints<T>& checkpoints,
        Values<T>& values, Observers<T>& observers)
      : keep_(keep),
        records_(records),
        upstreams_(upstreams),
        checkpoints_(checkpoints),
        values_(values),
        observers_(observers) {}

  // `add`: to what an earlier one left.
  void from(const Node<T>& cost, bool add);
  void from(std::span<const Root<T>> roots, bool add);

 private:
  void check_root(const Node<T>& node, const Shape* upstream) const;
  template <class Seeds>
  void run(std::uint32_t last, bool add, const Seeds& seeds);
  void visit(std::uint32_t last, const Hold<T>& hold);
  void end(std::uint32_t index);
  // Static where there is nothing else to it: what they work on stays in registers.
  static void pull_plain(const Records<T>& records, Upstreams<T>& upstreams, Entry<T>& entry);
  static void pull_number(const Records<T>& records, Upstreams<T>& upstreams, Entry<T>& entry,
                          const std::uint32_t* inputs);
  void pull(Entry<T>& entry, const std::uint32_t* inputs);
  unsigned pass_on(const Entry<T>& entry, const std::uint32_t* inputs);
  static bool wants(const Entry<T>& entry, int k, const Entry<T>& input) {
    return input.active && entry.rule->has_gradient(k);
  }

  Keep keep_;
  Records<T>& records_;
  Upstreams<T>& upstreams_;
  Checkpoints<T>& checkpoints_;
  Values<T>& values_;
  Observers<T>& observers_;
};

}  // namespace detail
}  // namespace glassgrad

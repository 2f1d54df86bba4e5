// The searches of find_problems. Each appends its findings; those for non-finite numbers return
// whether they found an error.
#pragma once

#include <algorithm>

#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/snapshot/uses.hpp"

namespace glassgrad::detail {

// A run's numbers at one place. A Snapshot has those it kept whole, the tape has all of them
// (find_nonfinite.cpp).
class Numbers {
 public:
  explicit Numbers(const Snapshot& shot) : shot_(shot) {}
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;
  virtual ~Numbers() = default;
  virtual bool elementwise(std::uint32_t node) const;
  virtual std::optional<double> value(std::uint32_t node, std::int64_t at) const;
  virtual std::optional<double> upstream(std::uint32_t node, std::int64_t at) const;
  // Of an elementwise node: d(its number at `at`) / d(the argument's number that was used there).
  virtual std::optional<double> local(std::uint32_t node, std::size_t slot, std::int64_t at) const;
  // Of another: the first of the node's numbers through which upstream * local to the argument's
  // number `to` is not finite.
  struct Met {
    std::int64_t at;
    double upstream, local;
  };
  virtual std::optional<Met> met(std::uint32_t, std::size_t, std::int64_t) const { return {}; }

 protected:
  const Snapshot& shot_;
};

// A number that is not finite, with the readings for its problem's text.
struct Finding {
  Problem problem;
  double number = 0;
  std::vector<std::optional<double>> operands;  // there; as many as the node has arguments
  std::optional<double> upstream, local;        // the factors
  std::optional<std::size_t> receiver;          // the argument that it contributes to
};
bool find_forward(const Snapshot& shot, const Numbers& numbers, std::vector<Finding>& found);
// Of this node, whose value is not finite.
Finding forward_finding(const Snapshot& shot, const Numbers& numbers, std::uint32_t node);
bool find_backward(const Snapshot& shot, const Numbers& numbers, std::vector<Finding>& found);
bool is_leaf(const SnapshotNode& node);  // a parameter or an input

// The position in an argument's array that an entry of a broadcast result reads; none if it is not
// broadcast to it.
std::optional<std::int64_t> position_in(const Shape& shape, const Shape& of,
                                        const std::vector<std::int64_t>& element);
// For a node behind a where that masks its entry `at`, and contributes 0 times infinity to
// `receiver`.
std::string advice_behind_where(const Snapshot& shot, const Numbers& numbers, std::uint32_t node,
                                std::int64_t at, const std::string& receiver);

// The reference norms of upstreams: the largest leaf's (the cost's, for a single leaf) and the
// cost's.
struct Reference {
  double largest = 0, cost = 0;
  std::uint32_t node = 0;  // with the largest
};
Reference reference_of(const Snapshot& shot);
bool vanishes(double norm, const Reference& reference, const Thresholds& thresholds);
bool explodes(double norm, const Reference& reference, const Thresholds& thresholds);

// Of an elementwise op of one matrix; no units of another node.
struct Units {
  std::int64_t all = 0, dead = 0, examples = 0;
};
Units units_of(const Snapshot& shot, std::uint32_t node);

void find_gains(const Snapshot& shot, const Thresholds& thresholds, std::vector<Problem>& problems);
void find_dead(const Snapshot& shot, const Thresholds& thresholds, std::vector<Problem>& problems);
void find_failed_checks(const Snapshot& shot, std::vector<Problem>& problems);

// The finding for one node of a tape whose value is not finite (find_nonfinite.cpp).
template <class T>
NonFinite explain_value(const Node<T>& node);

// The marks of a snapshot's problems, looked up once for all nodes and edges.
class Marks {
 public:
  explicit Marks(const Snapshot& shot);
  const std::vector<const Problem*>& of(std::uint32_t node) const { return of_nodes_[node]; }
  // Whether a problem's path runs along the edge, in either direction.
  bool along(std::uint32_t from, std::uint32_t to) const;
  // Whether it runs along any edge from this node to one that reads it.
  bool along(std::uint32_t from) const { return from_[from]; }

 private:
  std::vector<std::vector<const Problem*>> of_nodes_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges_;  // the lower node first, sorted
  std::vector<char> from_;
};

// Row-major position to indexes; none for a single number.
std::vector<std::int64_t> element_at(std::int64_t position, const Shape& shape);
// " at (3, 1)", or nothing for a single number.
std::string place_text(const std::vector<std::int64_t>& element);
std::string number_text(double number);  // 4 significant digits; NaN, Infinity, -Infinity

}  // namespace glassgrad::detail

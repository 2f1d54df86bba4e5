// OfTape: what stands on a tape, recorded once more by compile and run with the same numbers. Every
// leaf that has a gradient becomes a parameter of its own, so that the program gives all of them.
#pragma once

#include <cmath>
#include <deque>
#include <memory>
#include <sstream>

#include "glassgrad/array/text.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad::program {

// Where a backward pass starts, its upstream copied, for it may be the tape's own; empty: 1.
template <class T>
struct Start {
  Node<T> node;
  std::vector<T> upstream;
};

// The upstreams of all leaves, by index; empty where there is none.
template <class T>
std::vector<std::vector<T>> upstreams_of_leaves(Tape<T>& tape) {
  std::vector<std::vector<T>> all(tape.size());
  for (std::uint32_t i = 0; i < tape.size(); ++i) {
    if (tape.records()[i].leaf == Leaf::none || tape.upstreams().state(i) != Upstream::computed)
      continue;
    const View<const T> upstream = tape.records().node(i).upstream();
    all[i].assign(upstream.begin(), upstream.end());
  }
  return all;
}

template <class T>
class OfTape {
 public:
  // With `feeds` the program is fed with the tape's constant arrays and positions; else they are
  // constants of the program.
  OfTape(Tape<T>& tape, std::span<const Start<T>> starts, bool feeds)
      : tape_(tape), starts_(starts), feeds_(feeds) {
    for (const Start<T>& start : starts) size_ = std::max(size_, start.node.index() + 1);
    for (std::uint32_t i = 0; i < size_; ++i) {
      const Record<T> record = tape.records()[i];
      if (is_learnt(record)) {
        leaves_.emplace_back(join("leaf", i), view(i));
        leaves_.back().freeze(!record.active);
      } else if (is_fed(record)) {
        fed_.push_back(view(i));
        positions_.push_back(record.leaf == Leaf::indices);
      }
    }
  }

  // Against what backward left, which was added to `before` where that is not empty: the worst
  // |program - tape| / max(1, |tape|). Throws Error for numbers that differ: values by a bit,
  // unless a large sum is taken block by block inside a fused run; gradients, and those, by 1e-12.
  double difference(const std::vector<std::vector<T>>& before) {
    for (const Start<T>& start : starts_) {
      if (start.upstream.empty()) continue;
      const auto value = [&](Tape<T>& to, const Fed<T>& in) {
        return copy(to, in)[start.node.index()];
      };
      run(value, Gradients::none,
          [&](View<const T> got) { compare_values(got, start.node.value()); });
    }
    const auto cost = [&](Tape<T>& to, const Fed<T>& in) { return cost_of(to, copy(to, in)); };
    run(cost, Gradients::parameters, [&](View<const T> got) {
      if (starts_.front().upstream.empty()) compare_values(got, starts_.front().node.value());
      compare_gradients(before);
    });
    return worst_;
  }
  bool reordered() const { return reordered_; }  // such a sum has changed a value

 private:
  static bool is_learnt(const Record<T>& record) {
    return record.leaf == Leaf::input || record.leaf == Leaf::parameter;
  }
  bool is_fed(const Record<T>& record) const {
    return feeds_ && ((record.leaf == Leaf::constant && record.shape->count() > 1) ||
                      (record.leaf == Leaf::indices && record.shape->rank() == 1));
  }
  View<const T> view(std::uint32_t i) const { return {tape_.numbers(i), tape_.records()[i].shape}; }
  static std::span<const std::int64_t> positions(const View<const T>& view) {
    return {glassgrad::positions(view).data, view.size()};
  }

  Node<T> copied_leaf(Tape<T>& to, const Fed<T>& in, std::uint32_t i, std::size_t& learnt,
                      std::size_t& fed) {
    const Record<T> record = tape_.records()[i];
    if (is_learnt(record)) return to(leaves_[learnt++]);
    if (is_fed(record) && record.leaf == Leaf::indices) return in.indices(fed++).record();
    if (is_fed(record)) return in[fed++];
    if (record.leaf == Leaf::indices)
      return to.indices({}, positions(view(i)), *record.shape).record();
    return to.constant(view(i));
  }
  std::vector<Node<T>> copy(Tape<T>& to, const Fed<T>& in) {
    std::vector<Node<T>> nodes, inputs;
    std::size_t learnt = 0, fed = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      const Record<T> record = tape_.records()[i];
      inputs.clear();
      for (int k = 0; k < record.arity; ++k)
        inputs.push_back(nodes[tape_.records().input_of(record, k)]);
      nodes.push_back(record.leaf != Leaf::none
                          ? copied_leaf(to, in, i, learnt, fed)
                          : to.append(*record.rule, record.attributes, inputs));
    }
    return nodes;
  }
  // The starts weighted with their upstreams: its gradient is what backward gives.
  Node<T> cost_of(Tape<T>& to, const std::vector<Node<T>>& nodes) {
    if (starts_.front().upstream.empty()) return nodes[starts_.front().node.index()];
    Node<T> cost = 0;
    for (const Start<T>& start : starts_) {
      const View<const T> upstream{start.upstream.data(), &start.node.shape()};
      cost = cost + sum(nodes[start.node.index()] * to.constant(upstream));
    }
    return cost;
  }

  // Twice: a second run finds what the first one left in the buffers.
  template <class Look>
  void run(const CostFunction<T>& f, Gradients which, const Look& look) {
    std::vector<std::span<const std::int64_t>> spans;
    for (const View<const T>& fed : fed_) spans.push_back(positions(fed));
    std::vector<Feed<T>> feeds(spans.begin(), spans.end());
    for (std::size_t i = 0; i < feeds.size(); ++i)
      if (!positions_[i]) std::destroy_at(&feeds[i]), std::construct_at(&feeds[i], fed_[i]);
    Program<T> program(f, feeds, which);
    may_reorder_ = ends_a_run_in_a_sum(program.describe());
    for (int again = 0; again < 2; ++again) {
      for (Parameter<T>& leaf : leaves_) leaf.zero_gradient();
      look(program.run(feeds));
    }
  }

  // In what is left after the last pass.
  static bool ends_a_run_in_a_sum(const std::string& description) {
    std::istringstream lines(description.substr(description.rfind("-- schedule")));
    bool in_run = false;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  ")) in_run = line.starts_with("run ");
      if (in_run && line.find(" = sum") != std::string::npos) return true;
    }
    return false;
  }

  void compare(const std::string& what, std::int64_t at, double got, double wanted,
               bool to_the_bit) {
    constexpr double most = sizeof(T) == 4 ? 1e-5 : 1e-12;
    if (got == wanted || (std::isnan(got) && std::isnan(wanted))) return;
    const double off = std::abs(got - wanted) / std::max(1.0, std::abs(wanted));
    if (to_the_bit || !(off <= most))
      throw Error("program",
                  join(what, " entry ", at, " is ", to_text(got, 17), " of a program, ",
                       to_text(wanted, 17), " on the tape"),
                  "They must be the same");
    worst_ = std::max(worst_, off);
  }
  void compare_values(View<const T> got, View<const T> wanted) {
    if (got.shape() != wanted.shape())
      throw Error("program", join("the value is ", got.shape(), ", the tape's is ", wanted.shape()),
                  "They must be the same");
    const std::string what = "value";
    for (std::int64_t i = 0; i < wanted.count(); ++i) {
      compare(what, i, double(got[i]), double(wanted[i]), !may_reorder_);
      reordered_ |= got[i] != wanted[i] && !std::isnan(wanted[i]);
    }
  }
  void compare_gradients(const std::vector<std::vector<T>>& before) {
    std::size_t learnt = 0;
    for (std::uint32_t i = 0; i < size_; ++i) {
      if (!is_learnt(tape_.records()[i])) continue;
      const View<const T> got = leaves_[learnt++].gradient();
      const bool reached = tape_.upstreams().state(i) == Upstream::computed;
      const T* const wanted = reached ? tape_.records().node(i).upstream().data : nullptr;
      const T* const added = i < before.size() && !before[i].empty() ? before[i].data() : nullptr;
      const std::string what = join("gradient of leaf ", i);
      for (std::int64_t k = 0; k < got.count(); ++k)
        compare(what, k, double(got[k]) + (added ? double(added[k]) : 0.0),
                wanted ? double(wanted[k]) : 0.0, false);
    }
  }

  Tape<T>& tape_;
  std::span<const Start<T>> starts_;
  bool feeds_;
  std::uint32_t size_ = 0;
  double worst_ = 0;
  bool may_reorder_ = false, reordered_ = false;
  std::deque<Parameter<T>> leaves_;  // inputs and parameters, in the tape's order
  std::vector<View<const T>> fed_;
  std::vector<char> positions_;  // of fed_: integers
};

}  // namespace glassgrad::program

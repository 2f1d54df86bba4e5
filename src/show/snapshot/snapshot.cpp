// From a tape to plain data. The part of show/ that reads the engine: this file with
// snapshot_inputs.cpp, box.cpp and graph.cpp, which define the boxes, and show/text/chain.cpp.
#include "glassgrad/show/snapshot/snapshot.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/pattern.hpp"
#include "glassgrad/show/snapshot/simplify.hpp"
#include "show/snapshot/elsewhere.hpp"
#include "show/snapshot/graph.hpp"
#include "show/snapshot/labels.hpp"
#include "show/snapshot/nesting.hpp"
#include "show/snapshot/recompute.hpp"
#include "show/snapshot/remedies.hpp"
#include "show/snapshot/snapshot_inputs.hpp"
#include "show/snapshot/summary.hpp"
#include "show/snapshot/uses.hpp"

namespace glassgrad {
namespace {

SnapshotKind kind_of(Leaf leaf) {
  switch (leaf) {
    case Leaf::none:
      return SnapshotKind::op;
    case Leaf::input:
      return SnapshotKind::input;
    case Leaf::parameter:
      return SnapshotKind::parameter;
    case Leaf::constant:
    case Leaf::indices:
      break;
  }
  return SnapshotKind::constant;
}

template <class T>
class Taker {
 public:
  Taker(const Node<T>& cost, const SnapshotOptions& options)
      : tape_(*cost.tape()),
        cost_(cost.index()),
        options_(options),
        scopes_(scopes_of(tape_)),
        nesting_(scopes_),
        graph_(tape_, cost_, options.fold, scopes_),
        place_(cost_ + 1, 0) {
    shot_.limit = options.limit;
    shot_.number_type = sizeof(T) == 8 ? "float64" : "float32";
    shot_.scopes = scopes_;
    if (options.recompute) upstreams_ = detail::recomputed_upstreams(tape_, cost_);
  }

  Snapshot take() {
    parts_of(tape_).values.restore();
    std::size_t shown = 0;  // a node is a kilobyte: reserve exactly
    for (std::uint32_t i = 0; i <= cost_; ++i) shown += graph_.shown(i);
    shot_.nodes.reserve(shown);
    for (std::uint32_t i = 0; i <= cost_; ++i)
      if (graph_.shown(i)) add(i, graph_.box(i), graph_.box(i) ? graph_.scope(i) : 0);
    shot_.cost = std::uint32_t(shot_.nodes.size() - 1);
    chosen_ = true;
    detail::add_remedies(tape_, shot_);
    find_senders();
    detail::add_elsewhere(shot_, detail::Open(tape_, cost_, senders_, graph_));
    if (options_.boxes && options_.fold.none()) add_boxes_of_scopes();
    if (left_out_) say_what_is_left_out();
    return std::move(shot_);
  }

 private:
  Formula symbol(std::uint32_t i) const {
    const Record<T> record = tape_.records()[i];
    if (stands_in_formulas(tape_, i))
      return Formula(double(*record.value)).with_shape(*record.shape);
    return Formula::symbol(shot_.nodes[place_[i]].label, *record.shape);
  }

  void add(std::uint32_t i, const Box<T>* box, std::uint32_t scope) {
    const Record<T> record = tape_.records()[i];
    const Node<T> node = tape_.records().node(i);
    SnapshotNode to;
    to.op = std::string(node.op());
    to.kind = kind_of(record.leaf);
    to.name = std::string(node.name());
    // a leaf that was recorded inside a box is read from outside
    to.scope = graph_.scope(i) ? scopes_[graph_.scope(i)].parent : tape_.records().scope_of(i);
    to.derivative = bool(tape_.records().origin_of(i).node);
    to.index = i;
    if (box && scope && to.name.empty()) to.name = shot_.scopes[scope].name;
    const bool constant = to.kind == SnapshotKind::constant;
    chosen_ = true;
    to.value = value_of(record);
    to.label = labels_.of(to.name, constant, to.value, i);
    if (!options_.keep.empty()) choose(record, to);
    to.state = node.upstream_state();
    to.why = node.upstream_reason();
    View<const T> upstream;
    if (to.state == Upstream::computed) upstream = node.upstream();
    if (to.state == Upstream::not_kept && i < upstreams_.size() && !upstreams_[i].empty())
      to.state = Upstream::computed, upstream = {upstreams_[i].data(), record.shape};
    if (to.state == Upstream::computed)
      to.upstream = summary(upstream.data, *record.shape, options_.limit, chosen_);
    place_[i] = std::uint32_t(shot_.nodes.size());
    if (record.leaf == Leaf::none && !box)
      add_inputs(tape_, node, place_, shot_, chosen_, options_.boxes, upstream, to);
    if (!box) {
      shot_.nodes.push_back(std::move(to));
      return;
    }
    shot_.nodes.push_back(to);
    if (scope) to.op = shot_.scopes[scope].name;
    to.folded = int(box->nodes().size());
    add_box(*box, node, to.op, to.formula, to.inputs);
    to.symbolic = to.formula;
    shot_.nodes.back() = std::move(to);
  }

  void choose(const Record<T>& record, SnapshotNode& to) {
    if (options_.keep.size() == 1 && options_.keep[0] == detail::keep_nothing) {
      chosen_ = false;
    } else {
      const std::string scopes = shot_.scope_path(to.scope);
      chosen_ = fits_one(options_.keep, scopes.empty() ? to.label : scopes + "/" + to.label);
    }
    if (!chosen_) to.value = value_of(record);
    left_out_ += !chosen_ && record.shape->rank() > 0;
  }

  SnapshotArray value_of(const Record<T>& record) const {
    if (record.leaf != Leaf::indices)
      return summary(record.value, *record.shape, options_.limit, chosen_);
    const Positions positions = record.positions();
    const std::vector<double> copy(positions.begin(), positions.end());
    return summary(copy.data(), *record.shape, options_.limit, chosen_);
  }

  // A box shows formulas of at most 60 characters, else numbers.
  void add_box(const Box<T>& box, const Node<T>& output, const std::string& name,
               std::string& formula, std::vector<SnapshotInput>& inputs) {
    constexpr std::size_t readable = 60;
    const auto called = [this](std::uint32_t i) { return symbol(i); };
    std::vector<std::vector<T>> contributions(box.inputs().size());
    if (output.upstream_state() == Upstream::computed) contributions = box.pull(output.upstream());
    std::vector<Formula> arguments;
    for (std::size_t k = 0; k < box.inputs().size(); ++k) {
      const std::uint32_t from = box.inputs()[k];
      if (stands_in_formulas(tape_, from)) continue;
      arguments.push_back(symbol(from));
      SnapshotInput input;
      input.node = place_[from];
      input.symbol = shot_.nodes[input.node].label;
      const BoxLocal<T> local = box.local(k, called, options_.limit);
      input.elementwise = local.kind != BoxLocalKind::pullback;
      const std::string text = local.formula ? local.formula->text() : "";
      if (text.size() <= readable) input.local_formula = input.slot_formula = text;
      SnapshotArray numbers;
      if (!local.numbers.empty())
        numbers = summary(local.numbers.data(), local.shape, options_.limit, chosen_);
      // a product with the upstream is shown as it is, other pullbacks as numbers
      const bool product =
          !input.local_formula.empty() && occurrences(*local.formula, "upstream") == 1;
      if (!local.numbers.empty() && input.elementwise) input.local = numbers;
      if (!local.numbers.empty() && !input.elementwise && !product) input.jacobian = numbers;
      if (!contributions[k].empty())
        input.contribution =
            summary(contributions[k].data(), *tape_.records()[from].shape, options_.limit, chosen_);
      inputs.push_back(std::move(input));
    }
    const std::optional<Formula> value = box.value(called);
    formula = value ? value->text() : "";
    if (formula.empty() || formula.size() > readable)
      formula = Formula::call(name, arguments).text();
  }

  void say_what_is_left_out() {
    std::string patterns;
    for (const std::string& pattern : options_.keep)
      patterns += (patterns.empty() ? "\"" : ", \"") + pattern + "\"";
    shot_.dropped.push_back(join("The arrays of ", left_out_, left_out_ == 1 ? " node" : " nodes",
                                 " that ", patterns, " did not choose have statistics only."));
  }

  // For the JSON: each scope with one output as a box, beside the nodes inside it. Not the largest,
  // nor very deep ones: every level walks its nodes again.
  void add_boxes_of_scopes() {
    constexpr std::size_t largest = 4000;
    const std::vector<Outputs> outputs = outputs_of_scopes();
    std::vector<std::size_t> sizes(scopes_.size(), 0);
    for (std::uint32_t i = 0; i <= cost_; ++i)
      sizes[tape_.records().scope_of(i)] += graph_.needed(i);
    for (std::size_t s = scopes_.size(); s-- > 1;) sizes[scopes_[s].parent] += sizes[s];
    for (std::uint32_t s = 1; s < shot_.scopes.size(); ++s) {
      if (!outputs[s].one || sizes[s] > 2 * largest) continue;
      const Box<T> box(tape_, outputs[s].first, [&](std::uint32_t i) {
        return nesting_.lies_in(tape_.records().scope_of(i), s);
      });
      if (box.nodes().size() <= largest)
        add_box(box, tape_.records().node(box.output()), scopes_[s].name, shot_.scopes[s].formula,
                shot_.scopes[s].inputs);
    }
  }
  // Records outside the snapshot that contribute to nodes in it.
  void find_senders() {
    const auto needed = [this](std::uint32_t i) { return i <= cost_ && graph_.needed(i); };
    for (std::uint32_t i = 0; i < tape_.size(); ++i)
      if (!needed(i) && detail::sends_in(tape_, i, needed)) senders_.push_back(i);
  }
  // The op inside a scope that something outside reads (the cost is read, too), when it is one.
  struct Outputs {
    bool one = false, several = false;
    std::uint32_t first = 0;
  };
  // Of every scope inside at most `deepest - 1` others.
  std::vector<Outputs> outputs_of_scopes() const {
    constexpr std::uint32_t deepest = 32;
    std::vector<Outputs> outputs(scopes_.size());
    std::vector<std::uint32_t> depths(scopes_.size(), 0), near(scopes_.size(), 0);
    for (std::uint32_t s = 1; s < scopes_.size(); ++s) {
      depths[s] = depths[scopes_[s].parent] + 1;
      near[s] = depths[s] <= deepest ? s : near[scopes_[s].parent];
    }
    const auto read = [&](std::uint32_t from, std::uint32_t by) {
      if (tape_.records()[from].leaf != Leaf::none) return;
      for (std::uint32_t s = near[tape_.records().scope_of(from)];
           s != 0 && !nesting_.lies_in(near[by], s); s = scopes_[s].parent) {
        Outputs& of = outputs[s];
        of.several |= of.one && of.first != from;
        if (!of.one && !of.several) of.first = from;
        of.one = !of.several;
      }
    };
    const auto read_by = [&](std::uint32_t i, std::uint32_t scope) {
      for (int k = 0; k < tape_.records()[i].arity; ++k)
        read(tape_.records().input_of(tape_.records()[i], k), scope);
    };
    for (std::uint32_t i = 0; i <= cost_; ++i)
      if (graph_.needed(i)) read_by(i, tape_.records().scope_of(i));
    for (const std::uint32_t i : senders_) read_by(i, 0);
    for (const SnapshotNode& node : shot_.nodes)  // a seed's or a hook's part belongs to no box
      if (node.elsewhere) read(node.index, 0);
    read(cost_, 0);
    return outputs;
  }

  Tape<T>& tape_;
  std::uint32_t cost_;
  const SnapshotOptions& options_;
  std::vector<SnapshotScope> scopes_;
  detail::Nesting nesting_;
  Graph<T> graph_;
  std::vector<std::uint32_t> place_;
  std::vector<std::vector<T>> upstreams_;  // recomputed ones; empty: the tape has them
  std::vector<std::uint32_t> senders_;
  Labels labels_;
  bool chosen_ = true;  // whether the arrays of the node being added are kept
  std::int64_t left_out_ = 0;
  Snapshot shot_;
};

}  // namespace

template <class T>
Snapshot snapshot(const Node<T>& cost, const SnapshotOptions& options) {
  cost.check_tape("snapshot");
  if (!cost.tape())
    throw TapeError("snapshot", "the cost is a plain number, on no tape", "Compute it from nodes");
  cost.tape()->records().checked("snapshot", cost);
  cost.tape()->records().check_parameters("snapshot");
  return Taker<T>(cost, options).take();
}
template Snapshot snapshot(const Node<float>&, const SnapshotOptions&);
template Snapshot snapshot(const Node<double>&, const SnapshotOptions&);

std::string Snapshot::path_of(std::uint32_t node) const {
  const std::string scopes_around = scope_path(nodes[node].scope);
  return scopes_around.empty() ? nodes[node].label : scopes_around + "/" + nodes[node].label;
}

std::string Snapshot::scope_path(std::uint32_t scope) const {
  std::vector<std::uint32_t> around;
  for (; scope != 0; scope = scopes[scope].parent) around.push_back(scope);
  std::string path;
  for (std::size_t i = around.size(); i-- > 0;) path += scopes[around[i]].name + (i ? "/" : "");
  return path;
}

}  // namespace glassgrad

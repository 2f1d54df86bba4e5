// One pass over the edges for every state of the run: its own, and each replay.
#include "glassgrad/show/diagnose/identities.hpp"

#include <algorithm>

#include "array/columns.hpp"
#include "glassgrad/array/optional_index.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/identity_numbers.hpp"
#include "show/diagnose/identity_states.hpp"
#include "show/snapshot/nesting.hpp"

namespace glassgrad {
namespace {

using detail::Array, detail::difference;
using detail::Edge;
using detail::Expected;
using detail::factor_product;
using detail::jacobian_product;
using detail::State;
using detail::statistics_difference;
using detail::sum_of;

class Checker {
 public:
  explicit Checker(const Snapshot& shot) : shot_(shot), precision_(shot), uses_(shot.nodes.size()) {
    found_.nodes = std::int64_t(shot.nodes.size());
    for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
      found_.edges += std::int64_t(shot.nodes[i].inputs.size());
      found_.folds += shot.nodes[i].folded > 0;
      for (std::uint32_t k = 0; k < shot.nodes[i].inputs.size(); ++k)
        uses_[shot.nodes[i].inputs[k].node].push_back({i, k});
    }
    find_boxes();
  }

  Identities check() {
    check(detail::own_state(shot_));
    if (shot_.training)
      for (const Replay& replay : shot_.training->replays) check(detail::state_of(shot_, replay));
    return std::move(found_);
  }

 private:
  struct Use {
    std::uint32_t node, slot;
    auto operator<=>(const Use&) const = default;
  };
  // A scope that the snapshot reads as one box: its output, and for each input the edges inside.
  struct ScopeBox {
    std::uint32_t scope, output;
    std::vector<std::vector<Use>> inside;
  };

  void find_boxes() {
    const std::vector<OptionalIndex> last = last_ops();
    const detail::Nesting nesting(shot_.scopes);
    const auto place = [&](const Use& use) { return nesting.place(shot_.nodes[use.node].scope); };
    const auto before = [&](const Use& a, const Use& b) { return place(a) < place(b); };
    const auto lies_before = [&](const Use& use, std::uint32_t at) { return place(use) < at; };
    std::vector<std::vector<Use>> by_place(shot_.nodes.size());  // of edges that some box reads
    for (std::uint32_t s = 1; s < shot_.scopes.size(); ++s) {
      if (shot_.scopes[s].inputs.empty() || !last[s]) continue;
      ScopeBox& box = boxes_.emplace_back(ScopeBox{s, *last[s], {}});
      for (const SnapshotInput& input : shot_.scopes[s].inputs) {
        std::vector<Use>& uses = by_place[input.node];
        if (uses.empty())
          uses = uses_[input.node], std::stable_sort(uses.begin(), uses.end(), before);
        const auto from = std::lower_bound(uses.begin(), uses.end(), nesting.begin(s), lies_before);
        const auto to = std::lower_bound(from, uses.end(), nesting.end(s), lies_before);
        auto& inside = box.inside.emplace_back(from, to);
        std::sort(inside.begin(), inside.end());
      }
    }
    found_.folds += std::int64_t(boxes_.size());
  }
  // The last op inside each scope.
  std::vector<OptionalIndex> last_ops() const {
    std::vector<OptionalIndex> last(shot_.scopes.size());
    for (std::uint32_t i = 0; i < shot_.nodes.size(); ++i)
      if (shot_.nodes[i].kind == SnapshotKind::op) last[shot_.nodes[i].scope] = i;
    for (std::size_t s = last.size(); s-- > 1;) {
      OptionalIndex& around = last[shot_.scopes[s].parent];
      if (last[s] && (!around || around < last[s])) around = last[s];
    }
    return last;
  }

  std::string called(std::uint32_t i) const { return "\"" + fitted(shot_.path_of(i), 60) + "\""; }
  // An edge, of a node or of a scope's box. Its paths, as long as scopes are deep, are only written
  // on a violation.
  struct Between {
    std::uint32_t from, to;
    bool box;
  };
  std::string called(const Between& edge) const {
    return (edge.box ? "box \"" + fitted(shot_.scope_path(edge.from), 60) + "\""
                     : called(edge.from)) +
           " to " + called(edge.to) + ": ";
  }
  void report(const State& state, const std::string& what) {
    found_.violations.push_back("[check] " + state.where + what);
  }
  void report(const State& state, const Between& at, const std::string& what) {
    report(state, called(at) + what);
  }

  void check(const State& state) {
    ++found_.epochs;
    for (std::uint32_t i = 0; i < shot_.nodes.size(); ++i) {
      for (std::uint32_t k = 0; k < shot_.nodes[i].inputs.size(); ++k) check_edge(state, i, k);
      check_sum(state, i);
    }
    for (const ScopeBox& box : boxes_) check_box(state, box);
  }

  void check_edge(const State& state, std::uint32_t i, std::uint32_t k) {
    const SnapshotNode& node = shot_.nodes[i];
    const Edge& edge = state.inputs[i][k];
    const Between between{i, node.inputs[k].node, false};
    if (!edge.contribution) {
      if (state.own && node.upstream && node.inputs[k].has_local())
        report(state, between, "there is a local gradient and an upstream, and nothing was sent");
      return;
    }
    ++found_.products;
    if (!state.upstream[i]) {
      ++found_.unchecked_products;
      if (state.own) report(state, between, "something was sent, and there is no upstream");
      return;
    }
    if (!edge.local && !edge.jacobian && check_matrices(state, i, k, between)) return;
    check_product(state, between, *state.upstream[i], edge, *edge.contribution, node.folded > 0);
  }

  // "upstream . b^T": the adjoint of a product is recomputed from the file's matrices. False for
  // another formula, or if numbers are missing.
  bool check_matrices(const State& state, std::uint32_t i, std::uint32_t k,
                      const Between& between) {
    const SnapshotNode& node = shot_.nodes[i];
    std::string left = node.inputs[k].slot_formula, right;
    const std::size_t dot = left.find(" . ");
    if (dot == left.npos) return false;
    right = left.substr(dot + 3), left.resize(dot);
    const auto factor = [&](std::string& name) -> std::pair<Array, bool> {
      const bool turned = name.ends_with("^T");
      if (turned) name.resize(name.size() - 2);
      if (name == "upstream") return {state.upstream[i], turned};
      for (const SnapshotInput& input : node.inputs)
        if (input.symbol == name) return {state.value[input.node], turned};
      return {nullptr, turned};
    };
    const auto [a, a_turned] = factor(left);
    const auto [b, b_turned] = factor(right);
    const SnapshotArray& sent = *state.inputs[i][k].contribution;
    if (!a || !b || !a->whole || !b->whole || !sent.whole || sent.shape.rank() != 2) return false;
    const auto expected = detail::matrix_product(*a, a_turned, *b, b_turned);
    if (!expected || expected->numbers.size() != sent.numbers.size()) return false;
    const std::string wrong = difference(*expected, sent, precision_, node.folded > 0);
    if (!wrong.empty())
      report(state, between, node.inputs[k].local_formula + " is " + wrong + " as sent");
    return true;
  }

  void check_product(const State& state, const Between& between, const SnapshotArray& upstream,
                     const Edge& edge, const SnapshotArray& sent, bool box) {
    const Array local = edge.local ? edge.local : edge.jacobian;
    if (!local || !local->whole || !upstream.whole || !sent.whole) {
      ++found_.unchecked_products;
      return;
    }
    const auto expected = edge.local ? factor_product(upstream, *local, sent.shape)
                                     : jacobian_product(upstream, *local, sent.shape);
    if (!expected)
      return report(state, between,
                    join("a local gradient of shape ", glassgrad::to_text(local->shape),
                         " and an upstream of ", glassgrad::to_text(upstream.shape),
                         " cannot give ", glassgrad::to_text(sent.shape)));
    const std::string wrong = difference(*expected, sent, precision_, box || !edge.local);
    if (!wrong.empty()) report(state, between, "local x upstream is " + wrong + " as sent");
  }

  // The contributions that arrived at a node.
  std::vector<Array> arrived(const State& state, const std::vector<Use>& uses) const {
    std::vector<Array> terms;
    for (const Use& use : uses)
      if (const Array sent = state.inputs[use.node][use.slot].contribution) terms.push_back(sent);
    return terms;
  }
  // Is there a node whose upstream, and so its contributions, were not kept?
  bool incomplete(const State& state, const std::vector<Use>& uses) const {
    return std::any_of(uses.begin(), uses.end(), [&](const Use& use) {
      const SnapshotNode& node = shot_.nodes[use.node];
      if (state.inputs[use.node][use.slot].contribution) return false;
      return state.own ? node.state == Upstream::not_kept || node.state == Upstream::pending
                       : node.inputs[use.slot].contribution.has_value();
    });
  }

  void check_sum(const State& state, std::uint32_t i) {
    std::vector<Array> terms = arrived(state, uses_[i]);
    const Array upstream = state.upstream[i];
    if (state.elsewhere[i]) terms.push_back(state.elsewhere[i]);
    if (!upstream) {
      if (state.own && !terms.empty() && shot_.nodes[i].state == Upstream::none)
        report(state, called(i) + ": something arrived, and there is no upstream");
      return;
    }
    if (i == shot_.cost && terms.empty()) return;
    ++found_.sums;
    // what is added to a number that is not finite, to make it so, is no number
    const bool replaced = state.elsewhere[i] && !state.elsewhere[i]->finite();
    if (incomplete(state, uses_[i]) || replaced || (!state.own && shot_.nodes[i].elsewhere)) {
      ++found_.unchecked_sums;
      return;
    }
    if (terms.empty())
      return report(state, called(i) + ": there is an upstream, and nothing arrived");
    const bool boxes = std::any_of(uses_[i].begin(), uses_[i].end(), [&](const Use& use) {
      return shot_.nodes[use.node].folded > 0;
    });
    const std::string wrong = sum_difference(terms, *upstream, boxes);
    if (!wrong.empty())
      report(state, join(called(i), ": the sum of the ", terms.size(),
                         terms.size() == 1 ? " contribution is " : " contributions is ", wrong,
                         " as its upstream"));
  }

  std::string sum_difference(const std::vector<Array>& terms, const SnapshotArray& sum,
                             bool loose) {
    const auto whole = [](Array array) { return array->whole; };
    if (!sum.whole || !std::all_of(terms.begin(), terms.end(), whole)) {
      ++found_.unchecked_sums;
      return statistics_difference(terms, sum, precision_);
    }
    const std::optional<Expected> expected = sum_of(terms, sum.shape);
    return expected ? difference(*expected, sum, precision_, loose) : "of another shape";
  }

  // The box's local x its output's upstream = its nodes' contributions.
  void check_box(const State& state, const ScopeBox& box) {
    const Array upstream = state.upstream[box.output];
    const auto& inputs = shot_.scopes[box.scope].inputs;
    for (std::size_t k = 0; k < state.scope_inputs[box.scope].size(); ++k) {
      const Edge& edge = state.scope_inputs[box.scope][k];
      const std::vector<Array> terms = arrived(state, box.inside[k]);
      if (!upstream || terms.empty() || incomplete(state, box.inside[k])) continue;
      const Between between{box.scope, inputs[k].node, true};
      if (edge.contribution) {
        ++found_.sums;
        const std::string wrong = sum_difference(terms, *edge.contribution, true);
        if (!wrong.empty()) report(state, between, "inside it was sent " + wrong);
      }
      ++found_.products;
      check_product(state, between, *upstream, edge, added(terms), true);
    }
  }

  static SnapshotArray added(const std::vector<Array>& terms) {
    SnapshotArray sum = *terms[0];
    for (std::size_t t = 1; t < terms.size(); ++t) {
      sum.whole = sum.whole && terms[t]->whole && terms[t]->shape == sum.shape;
      for (std::size_t j = 0; sum.whole && j < sum.numbers.size(); ++j)
        sum.numbers[j] += terms[t]->numbers[j];
    }
    return sum;
  }

  const Snapshot& shot_;
  detail::Precision precision_;
  std::vector<std::vector<Use>> uses_;
  std::vector<ScopeBox> boxes_;
  Identities found_;
};

std::string counted(std::int64_t n, const char* one, const char* many) {
  return join(n, " ", n == 1 ? one : many);
}

}  // namespace

Identities check_identities(const Snapshot& shot) { return Checker(shot).check(); }

std::string to_text(const Identities& of) {
  const auto wrong = std::int64_t(of.violations.size());
  std::string text = join(
      "checked ", counted(of.nodes, "node", "nodes"), ", ", counted(of.edges, "edge", "edges"),
      ", ", counted(of.epochs, "epoch", "epochs"), ", ", counted(of.folds, "fold", "folds"), ": ",
      wrong == 0 ? "all hold" : join(wrong, wrong == 1 ? " does not hold" : " do not hold"));
  if (of.unchecked_products + of.unchecked_sums > 0)
    text += join("\n", of.unchecked_products, " of ", of.products, " products and ",
                 of.unchecked_sums, " of ", of.sums,
                 " sums by their statistics or not at all: their numbers are not in the file");
  return text + "\n";
}

}  // namespace glassgrad

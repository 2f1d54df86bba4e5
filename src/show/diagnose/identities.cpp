// One pass over the edges for every state of the run: its own, and each replay.
#include "glassgrad/show/diagnose/identities.hpp"

#include <algorithm>

#include "array/columns.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/identity_arrays.hpp"
#include "show/diagnose/identity_boxes.hpp"
#include "show/diagnose/identity_numbers.hpp"
#include "show/diagnose/identity_statements.hpp"
#include "show/diagnose/identity_states.hpp"

namespace glassgrad {
namespace {

using detail::Array, detail::difference, detail::disagreement;
using detail::Edge;
using detail::EdgeUse;
using detail::Expected;
using detail::factor_product;
using detail::jacobian_product;
using detail::ScopeBox;
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
    boxes_ = detail::boxes_of(shot, uses_);
    found_.folds += std::int64_t(boxes_.size());
  }

  Identities check() {
    for (const std::string& wrong : detail::wrong_statements(shot_))
      found_.violations.push_back("[check] " + wrong);
    check(detail::own_state(shot_));
    if (shot_.training)
      for (const Replay& replay : shot_.training->replays) check(detail::state_of(shot_, replay));
    return std::move(found_);
  }

 private:
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
      check_array(state, i, "value", state.value[i]);
      check_array(state, i, "upstream", state.upstream[i]);
      check_array(state, i, "part from elsewhere", state.elsewhere[i]);
      for (std::uint32_t k = 0; k < shot_.nodes[i].inputs.size(); ++k) check_edge(state, i, k);
      check_sum(state, i);
    }
    for (const ScopeBox& box : boxes_) check_box(state, box);
  }

  // What an array says of itself, and its shape: that of the node.
  void check_array(const State& state, std::uint32_t i, std::string_view what, Array array) {
    if (!array) return;
    const Shape& shape = shot_.nodes[i].value.shape;
    std::string wrong = disagreement(*array, precision_);
    if (wrong.empty() && array->shape != shape)
      wrong = join("its shape is ", glassgrad::to_text(array->shape), ", the node's ",
                   glassgrad::to_text(shape));
    if (!wrong.empty()) report(state, join(called(i), ", ", what, ": ", wrong));
  }
  void check_arrays(const State& state, const Between& between, const Edge& edge) {
    for (const auto& [what, array] :
         {std::pair{"local gradient", edge.local}, std::pair{"Jacobian", edge.jacobian},
          std::pair{"contribution", edge.contribution}}) {
      const std::string wrong = array ? disagreement(*array, precision_) : "";
      if (!wrong.empty()) report(state, between, join(what, ": ", wrong));
    }
  }

  void check_edge(const State& state, std::uint32_t i, std::uint32_t k) {
    const SnapshotNode& node = shot_.nodes[i];
    const Edge& edge = state.inputs[i][k];
    const Between between{i, node.inputs[k].node, false};
    check_arrays(state, between, edge);
    if (!edge.contribution) {
      const bool expected =
          state.own ? node.inputs[k].has_local() : node.inputs[k].contribution.has_value();
      if (state.upstream[i] && expected)
        report(state, between, "there is a local gradient and an upstream, and nothing was sent");
      return;
    }
    ++found_.products;
    if (!state.upstream[i]) {
      ++found_.unchecked_products;
      if (state.own) report(state, between, "something was sent, and there is no upstream");
      return;
    }
    if (!edge.local && !edge.jacobian &&
        (check_matrices(state, i, k, between) || check_spread(state, i, k, between)))
      return;
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

  // "broadcast(upstream / 4)", of a single number, and "reshape(upstream, (2, 3))".
  bool check_spread(const State& state, std::uint32_t i, std::uint32_t k, const Between& between) {
    const SnapshotInput& input = shot_.nodes[i].inputs[k];
    const SnapshotArray& sent = *state.inputs[i][k].contribution;
    if (!state.upstream[i]->whole || !sent.whole) return false;
    const auto expected = detail::spread(*state.upstream[i], input.slot_formula, sent.shape);
    if (!expected) return false;
    const std::string wrong = difference(*expected, sent, precision_, false);
    if (!wrong.empty()) report(state, between, input.local_formula + " is " + wrong + " as sent");
    return true;
  }

  void check_product(const State& state, const Between& between, const SnapshotArray& upstream,
                     const Edge& edge, const SnapshotArray& sent, bool box) {
    const Array local = edge.local ? edge.local : edge.jacobian;
    if (!local || !local->whole || !upstream.whole || !sent.whole) {
      ++(!local && upstream.whole && sent.whole ? found_.formulas : found_.unchecked_products);
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
  std::vector<Array> arrived(const State& state, const std::vector<EdgeUse>& uses) const {
    std::vector<Array> terms;
    for (const EdgeUse& use : uses)
      if (const Array sent = state.inputs[use.node][use.slot].contribution) terms.push_back(sent);
    return terms;
  }
  // Is there a node whose upstream, and so its contributions, were not kept?
  bool incomplete(const State& state, const std::vector<EdgeUse>& uses) const {
    return std::any_of(uses.begin(), uses.end(), [&](const EdgeUse& use) {
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
    if (i == shot_.cost && terms.empty()) {
      const auto one = [](double number) { return number == 1; };
      if (upstream->whole && !std::all_of(upstream->numbers.begin(), upstream->numbers.end(), one))
        report(state, called(i) + ": backward begins there, and its upstream is not 1");
      return;
    }
    ++found_.sums;
    // what is added to a number that is not finite, to make it so, is no number
    const bool replaced = state.elsewhere[i] && !state.elsewhere[i]->finite();
    if (incomplete(state, uses_[i]) || replaced || (!state.own && shot_.nodes[i].elsewhere)) {
      ++found_.unchecked_sums;
      return;
    }
    if (terms.empty())
      return report(state, called(i) + ": there is an upstream, and nothing arrived");
    const bool boxes = std::any_of(uses_[i].begin(), uses_[i].end(), [&](const EdgeUse& use) {
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
      const Between between{box.scope, inputs[k].node, true};
      check_arrays(state, between, edge);
      if (incomplete(state, box.inside[k])) continue;
      if (state.own && terms.empty() != !edge.contribution)
        report(state, between,
               terms.empty() ? "it sent something, and nothing was sent inside"
                             : "it sent nothing, and something was sent inside");
      if (!upstream || terms.empty()) continue;
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
  std::vector<std::vector<EdgeUse>> uses_;
  std::vector<ScopeBox> boxes_;
  Identities found_;
};

}  // namespace

Identities check_identities(const Snapshot& shot) { return Checker(shot).check(); }

}  // namespace glassgrad

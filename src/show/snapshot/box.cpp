// One reverse walk, twice: with numbers by Local::times, with formulas by the rules' own texts.
#include "show/snapshot/box.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/simplify.hpp"
#include "show/snapshot/walk_back.hpp"

namespace glassgrad {
namespace {

constexpr std::size_t most_boxed = 64;  // in a box whose formulas are formed
constexpr int most_leaves = 80;         // of a formula on the way
constexpr std::int64_t most_rows = 256, largest_jacobian = 64;

// What stands for input k of an op until it is replaced; no name contains such a character.
std::string slot(int k) { return "\x01" + std::to_string(k); }
const std::string output_slot = "\x01y";

}  // namespace

template <class T>
Box<T>::Box(Tape<T>& tape, std::uint32_t output, const Inside& inside) : tape_(tape) {
  // depth first, arguments from left to right: the order in which a formula is read. A node met
  // again before it was read is queued again: only its last entry counts.
  struct Waiting {
    std::uint32_t node;
    std::size_t entry;
  };
  std::unordered_map<std::uint32_t, std::optional<std::size_t>> last{{output, 0}};  // none: read
  std::vector<Waiting> waiting{{output, 0}};
  for (std::size_t entries = 1; !waiting.empty();) {
    const auto [at, entry] = waiting.back();
    waiting.pop_back();
    std::optional<std::size_t>& known = last[at];
    if (known != entry) continue;
    known.reset();
    const bool within = at == output || (record(at).leaf == Leaf::none && inside(at));
    (within ? nodes_ : inputs_).push_back(at);
    for (int k = within ? record(at).arity : 0; k-- > 0;) {
      const std::uint32_t from = tape.records().input_of(record(at), k);
      const auto [found, made] = last.try_emplace(from, entries);
      if (!made && !found->second) continue;
      found->second = entries;
      waiting.push_back({from, entries++});
    }
  }
  std::sort(nodes_.begin(), nodes_.end());
  for (std::size_t i = 0; i < inputs_.size(); ++i) places_.push_back({inputs_[i], i});
  std::sort(places_.begin(), places_.end());
  find_edges();
}

template <class T>
Box<T>::Box(Tape<T>& tape, std::uint32_t op) : tape_(tape), nodes_{op}, by_argument_(true) {
  for (int k = 0; k < record(op).arity; ++k)
    inputs_.push_back(tape.records().input_of(record(op), k));
  find_edges();
}

// Which inputs a gradient reaches; and to which of them it has one factor per entry: all ops on the
// way are elementwise, and no shape changes on it.
template <class T>
void Box<T>::find_edges() {
  const Shape& shape = *record(output()).shape;
  const bool single = shape.count() == 1;
  reads_.assign(inputs_.size(), 0), factors_.assign(inputs_.size(), 1);
  std::vector<char> plain(nodes_.size(), 1);  // are all ways from here to the output plain?
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Record<T> here = record(nodes_[i]);
    const bool on = single || (plain[i] && here.rule->elementwise && *here.shape == shape);
    for (int k = 0; k < here.arity; ++k) {
      if (!passes(nodes_[i], k)) continue;
      ++edges_;
      const std::uint32_t from = tape_.records().input_of(here, k);
      if (const std::size_t at = position(from); at < nodes_.size()) {
        plain[at] &= on;
      } else {
        const std::size_t input = input_at(nodes_[i], k);
        reads_[input] = 1, factors_[input] &= on;
      }
    }
  }
}

template <class T>
std::size_t Box<T>::position(std::uint32_t node) const {
  const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), node);
  return found != nodes_.end() && *found == node ? std::size_t(found - nodes_.begin())
                                                 : nodes_.size();
}

template <class T>
std::size_t Box<T>::input_at(std::uint32_t node, int k) const {
  if (by_argument_) return std::size_t(k);
  const std::uint32_t from = tape_.records().input_of(record(node), k);
  return std::lower_bound(places_.begin(), places_.end(), std::pair(from, std::size_t(0)))->second;
}

// Does this node contribute to its input k?
template <class T>
bool Box<T>::passes(std::uint32_t node, int k) const {
  const Record<T> here = record(node);
  return record(tape_.records().input_of(here, k)).active &&
         here.rule->has_gradient(std::size_t(k));
}

template <class T>
std::vector<std::vector<T>> Box<T>::pull(View<const T> upstream) const {
  std::vector<std::vector<T>> upstreams(nodes_.size()), result(inputs_.size());
  upstreams.back().assign(upstream.begin(), upstream.end());
  detail::walk_back(
      nodes_.size(), [&](std::size_t i) -> auto& { return upstreams[i]; },
      [&](std::size_t i, const std::vector<T>& arrived) {
        const View<const T> view{arrived.data(), record(nodes_[i]).shape};
        return pulled_to_inputs(tape_.records().node(nodes_[i]), view);
      },
      [&](std::size_t i, int k) {
        const std::size_t at = position(tape_.records().input_of(record(nodes_[i]), k));
        return at < nodes_.size() ? &upstreams[at] : &result[input_at(nodes_[i], k)];
      });
  return result;
}

// An inactive guard (clamp) reads as its argument.
template <class T>
bool Box<T>::changes_nothing(std::uint32_t node) const {
  const Record<T> here = record(node);
  if (!here.rule->guard || node == output()) return false;
  const Record<T> from = record(tape_.records().input_of(here, 0));
  return std::equal(here.value, here.value + here.shape->count(), from.value);
}

// Every node inside as a formula of the inputs.
template <class T>
std::vector<std::optional<Formula>> Box<T>::values(const Symbol& symbol, bool drop_guards) const {
  std::vector<std::optional<Formula>> all(nodes_.size());
  if (nodes_.size() > most_boxed) return all;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Record<T> here = record(nodes_[i]);
    std::vector<Formula> in;
    bool known = true;
    for (int k = 0; k < here.arity && known; ++k) {
      const std::uint32_t from = tape_.records().input_of(here, k);
      const std::size_t at = position(from);
      known = at == nodes_.size() || all[at];
      if (known) in.push_back(at == nodes_.size() ? symbol(from) : *all[at]);
    }
    if (!known) continue;
    const Formula formula = drop_guards && changes_nothing(nodes_[i])
                                ? in[0]
                                : here.rule->value_formula(here.attributes, in);
    if (leaves(formula) <= most_leaves) all[i] = formula.with_shape(*here.shape);
  }
  return all;
}

template <class T>
std::optional<Formula> Box<T>::value(const Symbol& symbol) const {
  const std::optional<Formula> value = values(symbol, false).back();
  if (!value) return value;
  return plain_vectors(*value);
}

// The formula walk: the contribution to one input for `seed` at the output.
template <class T>
std::optional<Formula> Box<T>::pulled(std::size_t input, const Symbol& symbol, const Formula& seed,
                                      bool sum_to_input) const {
  if (nodes_.size() > most_nodes || inputs_.size() > most_nodes) return std::nullopt;
  const std::vector<std::optional<Formula>> value = values(symbol, true);
  std::vector<std::optional<Formula>> contributions(nodes_.size());
  std::optional<Formula> result;
  contributions.back() = seed;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (!contributions[i]) continue;
    const Record<T> here = record(nodes_[i]);
    std::vector<Formula> slots;
    std::vector<Replacement> by{{"upstream", *contributions[i]}};
    for (int k = 0; k < here.arity; ++k) {
      const std::uint32_t from = tape_.records().input_of(here, k);
      const std::size_t at = position(from);
      slots.push_back(Formula::symbol(slot(k), *record(from).shape));
      if (at < nodes_.size() && !value[at]) return std::nullopt;
      by.push_back({slot(k), at < nodes_.size() ? *value[at] : symbol(from)});
    }
    const bool last = i + 1 == nodes_.size();
    if (!last && !value[i]) return std::nullopt;
    by.push_back({output_slot, last ? symbol(nodes_[i]) : *value[i]});
    for (int k = 0; k < here.arity; ++k) {
      const std::uint32_t from = tape_.records().input_of(here, k);
      const std::size_t at = position(from);
      if (!passes(nodes_[i], k) || (at == nodes_.size() && input_at(nodes_[i], k) != input))
        continue;
      const Shape& to = *record(from).shape;
      Formula part = *contributions[i];
      if (!changes_nothing(nodes_[i])) {
        part = substituted(here.rule->local_formula(here.attributes, k, slots,
                                                    Formula::symbol(output_slot, *here.shape)),
                           by);
        if (here.rule->elementwise) part = (*contributions[i] * part).with_shape(*here.shape);
        if (part.shape() != to && (at < nodes_.size() || sum_to_input))
          part = Formula::call("sum", {part, Formula::symbol("to " + to_text(to))}).with_shape(to);
      }
      std::optional<Formula>& sum = at < nodes_.size() ? contributions[at] : result;
      sum = tidied(sum ? *sum + part : part);
      if (leaves(*sum) > most_leaves) return std::nullopt;
    }
  }
  if (result) result = simplified(*result);
  return result;
}

template <class T>
std::optional<Formula> Box<T>::pullback(std::size_t input, const Symbol& symbol) const {
  const Formula upstream = Formula::symbol("upstream", *record(output()).shape);
  std::optional<Formula> formula = pulled(input, symbol, upstream, true);
  if (formula) formula = plain_vectors(*formula);
  return formula;
}

template <class T>
BoxLocal<T> Box<T>::local(std::size_t input, const Symbol& symbol, std::int64_t limit) const {
  BoxLocal<T> local;
  if (!reads(input)) return local;
  const Shape& out = *record(output()).shape;
  const Shape& in = *record(inputs_[input]).shape;
  const std::int64_t rows = out.count();
  const bool single = rows == 1;
  if (is_factor(input)) {
    local.kind = BoxLocalKind::factor;
    local.formula = pulled(input, symbol, Formula(1).with_shape(out), single);
    local.shape = single ? in : out;
    if (local.shape.count() > limit) return local;
    if (single || in.count() == rows) {
      const std::vector<T> ones(std::size_t(rows), T(1));
      if (of_ones_.empty()) of_ones_ = pull({ones.data(), &out});
      local.numbers = of_ones_[input];
    } else {  // stretched: one entry of the output at a time
      add_units();
      if (!sums_.empty()) local.numbers = sums_[input];
    }
    return local;
  }
  local.kind = BoxLocalKind::pullback;
  local.formula = pullback(input, symbol);
  local.shape = {rows, in.count()};
  if (rows * in.count() > std::min(limit, largest_jacobian)) return local;
  add_units();
  if (!jacobians_.empty()) local.numbers = jacobians_[input];
  return local;
}

// None if that would take too long.
template <class T>
void Box<T>::add_units() const {
  constexpr std::size_t most_pulled = 1 << 20;
  const Shape& out = *record(output()).shape;
  const std::int64_t rows = out.count();
  if (!sums_.empty() || rows > most_rows || std::size_t(rows) * edges_ > most_pulled) return;
  std::vector<T> unit(std::size_t(rows), T(0));
  sums_.resize(inputs_.size()), jacobians_.resize(inputs_.size());
  for (T& entry : unit) {
    entry = T(1);
    const std::vector<std::vector<T>> parts = pull({unit.data(), &out});
    entry = T(0);
    for (std::size_t k = 0; k < parts.size(); ++k) {
      T sum(0);
      for (const T number : parts[k]) sum += number;
      sums_[k].push_back(sum);
      if (rows * std::int64_t(parts[k].size()) <= largest_jacobian)
        jacobians_[k].insert(jacobians_[k].end(), parts[k].begin(), parts[k].end());
    }
  }
}

template class Box<float>;
template class Box<double>;

}  // namespace glassgrad

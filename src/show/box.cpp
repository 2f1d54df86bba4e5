// One reverse walk, twice: with numbers by Local::times, with formulas by the rules' own texts.
#include "show/box.hpp"

#include <algorithm>
#include <set>

#include "glassgrad/core/text.hpp"
#include "glassgrad/show/simplify.hpp"

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
  // depth first, arguments from left to right: the order in which a formula is read
  std::set<std::uint32_t> seen{output};
  std::vector<std::uint32_t> waiting{output};
  while (!waiting.empty()) {
    const std::uint32_t at = waiting.back();
    waiting.pop_back();
    const bool within = at == output || (record(at).leaf == Leaf::none && inside(at));
    (within ? nodes_ : inputs_).push_back(at);
    for (int k = within ? record(at).arity : 0; k-- > 0;) {
      const std::uint32_t from = tape.input_of(record(at), k);
      if (seen.insert(from).second) {
        waiting.push_back(from);
      } else if (const auto again = std::find(waiting.begin(), waiting.end(), from);
                 again != waiting.end()) {
        std::rotate(again, again + 1, waiting.end());  // met again before it was read
      }
    }
  }
  std::sort(nodes_.begin(), nodes_.end());
}

template <class T>
Box<T>::Box(Tape<T>& tape, std::uint32_t op) : tape_(tape), nodes_{op}, by_argument_(true) {
  for (int k = 0; k < record(op).arity; ++k) inputs_.push_back(tape.input_of(record(op), k));
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
  const std::uint32_t from = tape_.input_of(record(node), k);
  return std::size_t(std::find(inputs_.begin(), inputs_.end(), from) - inputs_.begin());
}

// Does a gradient go from this node to its input k?
template <class T>
bool Box<T>::passes(std::uint32_t node, int k) const {
  const Record<T>& here = record(node);
  return record(tape_.input_of(here, k)).active && (here.rule->gradients >> std::min(k, 31) & 1);
}

template <class T>
bool Box<T>::reads(std::size_t input) const {
  for (std::uint32_t at : nodes_)
    for (int k = 0; k < record(at).arity; ++k)
      if (input_at(at, k) == input && passes(at, k)) return true;
  return false;
}

template <class T>
std::vector<std::vector<T>> Box<T>::pull(View<const T> upstream) const {
  std::vector<std::vector<T>> shares(nodes_.size()), result(inputs_.size());
  shares.back().assign(upstream.begin(), upstream.end());
  const auto add = [](std::vector<T>& to, std::vector<T> share) {
    if (to.empty()) return to.swap(share);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += share[i];
  };
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (shares[i].empty()) continue;
    const Record<T>& here = record(nodes_[i]);
    const View<const T> share{shares[i].data(), here.shape};
    for (int k = 0; k < here.arity; ++k) {
      if (!passes(nodes_[i], k)) continue;
      const std::uint32_t from = tape_.input_of(here, k);
      const std::size_t at = position(from);
      std::vector<T> part = tape_.node(nodes_[i]).local(k).times(share);
      add(at < nodes_.size() ? shares[at] : result[input_at(nodes_[i], k)], std::move(part));
    }
  }
  return result;
}

// One factor per entry: all ops on the way are elementwise, and no shape changes on it.
template <class T>
bool Box<T>::is_factor(std::size_t input) const {
  const Shape& shape = *record(output()).shape;
  if (shape.count() == 1) return true;
  std::vector<char> plain(nodes_.size(), 1);  // are all ways from here to the output plain?
  bool all = true;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Record<T>& here = record(nodes_[i]);
    const bool on = plain[i] && here.rule->elementwise && *here.shape == shape;
    for (int k = 0; k < here.arity; ++k) {
      if (!passes(nodes_[i], k)) continue;
      const std::uint32_t from = tape_.input_of(here, k);
      if (const std::size_t at = position(from); at < nodes_.size())
        plain[at] &= on;
      else if (input_at(nodes_[i], k) == input)
        all &= on;
    }
  }
  return all;
}

// A guard (clamp) that holds no number back here reads as what it guards.
template <class T>
bool Box<T>::changes_nothing(std::uint32_t node) const {
  const Record<T>& here = record(node);
  if (!here.rule->guard || node == output()) return false;
  const Record<T>& from = record(tape_.input_of(here, 0));
  return std::equal(here.value, here.value + here.shape->count(), from.value);
}

// Every node inside as a formula of the inputs.
template <class T>
std::vector<std::optional<Formula>> Box<T>::values(const Symbol& symbol, bool drop_guards) const {
  std::vector<std::optional<Formula>> all(nodes_.size());
  if (nodes_.size() > most_boxed) return all;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Record<T>& here = record(nodes_[i]);
    std::vector<Formula> in;
    bool known = true;
    for (int k = 0; k < here.arity && known; ++k) {
      const std::uint32_t from = tape_.input_of(here, k);
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

// The formula walk: what reaches one input when `seed` is given at the output.
template <class T>
std::optional<Formula> Box<T>::pulled(std::size_t input, const Symbol& symbol, const Formula& seed,
                                      bool sum_to_input) const {
  const std::vector<std::optional<Formula>> value = values(symbol, true);
  std::vector<std::optional<Formula>> share(nodes_.size());
  std::optional<Formula> result;
  share.back() = seed;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (!share[i]) continue;
    const Record<T>& here = record(nodes_[i]);
    std::vector<Formula> slots;
    std::vector<Replacement> by{{"upstream", *share[i]}};
    for (int k = 0; k < here.arity; ++k) {
      const std::uint32_t from = tape_.input_of(here, k);
      const std::size_t at = position(from);
      slots.push_back(Formula::symbol(slot(k), *record(from).shape));
      if (at < nodes_.size() && !value[at]) return std::nullopt;
      by.push_back({slot(k), at < nodes_.size() ? *value[at] : symbol(from)});
    }
    const bool last = i + 1 == nodes_.size();
    if (!last && !value[i]) return std::nullopt;
    by.push_back({output_slot, last ? symbol(nodes_[i]) : *value[i]});
    for (int k = 0; k < here.arity; ++k) {
      const std::uint32_t from = tape_.input_of(here, k);
      const std::size_t at = position(from);
      if (!passes(nodes_[i], k) || (at == nodes_.size() && input_at(nodes_[i], k) != input))
        continue;
      const Shape& to = *record(from).shape;
      Formula part = *share[i];
      if (!changes_nothing(nodes_[i])) {
        part = substituted(here.rule->local_formula(here.attributes, k, slots,
                                                    Formula::symbol(output_slot, *here.shape)),
                           by);
        if (here.rule->elementwise) part = (*share[i] * part).with_shape(*here.shape);
        if (part.shape() != to && (at < nodes_.size() || sum_to_input))
          part = Formula::call("sum", {part, Formula::symbol("to " + to_text(to))}).with_shape(to);
      }
      std::optional<Formula>& sum = at < nodes_.size() ? share[at] : result;
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
  std::vector<T> seed(std::size_t(rows), T(1));
  const View<const T> given{seed.data(), &out};
  const bool single = rows == 1;
  if (is_factor(input)) {
    local.kind = BoxLocalKind::factor;
    local.formula = pulled(input, symbol, Formula(1).with_shape(out), single);
    local.shape = single ? in : out;
    if (local.shape.count() > limit) return local;
    if (single || in.count() == rows) {
      if (of_ones_.empty()) of_ones_ = pull(given);
      local.numbers = of_ones_[input];
    } else if (rows <= most_rows) {  // stretched: one entry of the output at a time
      std::fill(seed.begin(), seed.end(), T(0));
      for (std::size_t i = 0; i < seed.size(); ++i) {
        seed[i] = T(1);
        T sum(0);
        const std::vector<T> column = pull(given)[input];
        for (T number : column) sum += number;
        local.numbers.push_back(sum);
        seed[i] = T(0);
      }
    }
    return local;
  }
  local.kind = BoxLocalKind::pullback;
  local.formula = pullback(input, symbol);
  local.shape = {rows, in.count()};
  if (rows * in.count() > std::min(limit, largest_jacobian)) return local;
  std::fill(seed.begin(), seed.end(), T(0));
  for (std::size_t i = 0; i < seed.size(); ++i) {
    seed[i] = T(1);
    const std::vector<T> row = pull(given)[input];
    local.numbers.insert(local.numbers.end(), row.begin(), row.end());
    seed[i] = T(0);
  }
  return local;
}

template class Box<float>;
template class Box<double>;

}  // namespace glassgrad

// One walk over the terms per statement; an op's error is reported with its place.
#include "evaluator.hpp"

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/ops/ops.hpp"
#include "literal.hpp"

namespace glassgrad::explain {
namespace {

// An array of any shape, as tapes take it.
struct Numbers {
  const Literal& literal;
  std::span<const std::int64_t> shape() const {
    return {literal.shape.begin(), std::size_t(literal.shape.rank())};
  }
  auto begin() const { return literal.numbers.begin(); }
  auto end() const { return literal.numbers.end(); }
};

// Is argument k one of integers without a gradient?
bool is_position(const Function& function, std::size_t k) {
  return function.arrays != any_arity && int(k) >= function.arrays - function.positions &&
         int(k) < function.arrays;
}

}  // namespace

void Evaluator::record(const std::vector<Given>& order) {
  std::vector<char> position(terms_.size(), 0);
  for (std::size_t i = terms_.size(); i-- > 0;) {
    if (terms_[i].kind == Term::Kind::name && !position[i]) read_.insert(terms_[i].text);
    const Function* function =
        terms_[i].kind == Term::Kind::call ? find_function(terms_[i].text) : nullptr;
    if (!function || function->positions == 0) continue;
    const std::vector<std::size_t> parts = parts_of(terms_, i);
    for (std::size_t k = 0; k < parts.size(); ++k)
      for (std::size_t in = terms_[parts[k]].first; is_position(*function, k) && in <= parts[k];
           ++in)
        position[in] = 1;
  }
  for (const Given& one : order)
    if (read_.contains(one.name)) nodes_.emplace(one.name, leaf(one));
}

Node<> Evaluator::run(const Statement& statement) {
  if (statement.name.empty()) return value_of(statement.term);
  if (nodes_.contains(statement.name) || given_.contains(statement.name))
    refuse(statement.at, join("\"", shown_name(statement.name), "\" is given twice"),
           "Take another name");
  const auto guard = tape_.scope(statement.name);
  const Node<> result = value_of(statement.term);
  const bool fresh = result.tape() && result.inputs() > 0 && result.name().empty();
  if (fresh) name(statement.name, result);
  nodes_.emplace(statement.name, result);
  return result;
}
Node<> Evaluator::leaf(const Given& one) {
  const Literal numbers{one.shape, one.numbers};
  return one.constant ? tape_.constant(one.name, Numbers{numbers})
                      : tape_.input(one.name, Numbers{numbers});
}
// Open calls are on an explicit stack, the innermost last.
Node<> Evaluator::value_of(std::size_t root) {
  std::vector<Open> open;
  std::optional<Node<>> value = begin(root, open);
  for (;;) {
    if (value) {
      if (open.empty()) return *value;
      open.back().in.push_back(*value);
    }
    Open& last = open.back();
    const std::size_t next = last.in.size();
    if (next < last.arrays.size()) {
      if (is_position(*last.function, next))
        value = positions(last.arrays[next]);
      else
        value = begin(last.arrays[next], open);
    } else {
      const Open whole = std::move(last);
      open.pop_back();
      value = applied(whole);
    }
  }
}

std::optional<Node<>> Evaluator::begin(std::size_t term, std::vector<Open>& open) {
  const Term& of = terms_[term];
  switch (of.kind) {
    case Term::Kind::number:
      return Node<>(of.number);
    case Term::Kind::name:
      return named(of);
    case Term::Kind::list:
      return array(term);
    case Term::Kind::call:
      break;
  }
  open.push_back(checked_call(term));
  return {};
}

Node<> Evaluator::named(const Term& of) {
  used_.insert(of.text);
  const auto found = nodes_.find(of.text);
  if (found != nodes_.end()) return found->second;
  std::vector<std::string_view> valid;
  for (const auto& [name, node] : nodes_) valid.push_back(name);
  for (const auto& [name, one] : given_) valid.push_back(name);
  const std::string name = shown_name(of.text), give = join("give it, as in ", name, "=0.5");
  if (valid.empty())
    refuse(of.at, join("there is no value for \"", name, "\""), "G" + give.substr(1));
  refuse(of.at, join("there is no value for \"", name, "\""),
         join("Did you mean \"", shown_name(nearest_name(of.text.substr(0, 40), valid)),
              "\"? If not, ", give));
}

Node<> Evaluator::array(std::size_t term) {
  const auto found = literal(source_, terms_, term);
  if (!found)
    refuse(terms_[term].at, "a list holds numbers only", "Join arrays by concat([a, b], axis)");
  return tape_.constant(Numbers{*found});
}

// Positions are recorded with the name of the value they come from.
Node<> Evaluator::positions(std::size_t term) {
  const Term& of = terms_[term];
  const auto found = of.kind == Term::Kind::name ? given_.find(of.text) : given_.end();
  std::optional<Literal> numbers;
  if (found != given_.end()) {
    used_.insert(of.text);
    numbers = Literal{found->second.shape, found->second.numbers};
  } else {
    numbers = literal(source_, terms_, term);
  }
  if (!numbers || !fits(AttributeKind::shape, {numbers->numbers, true}))
    refuse(of.at, "positions are whole numbers, or the name of such", "Write [0, 2] or a name");
  check_size(term, "a position", position_type, numbers->numbers);
  const std::vector<std::int64_t> whole(numbers->numbers.begin(), numbers->numbers.end());
  const std::string name = found != given_.end() ? of.text : "";
  return at_the_place_of(of, [&] { return tape_.indices(name, whole, numbers->shape).record(); });
}

const Function& Evaluator::function_of(const Term& of) const {
  const Function* function = find_function(of.text);
  if (function) return *function;
  std::vector<std::string_view> names;
  for (const Function& one : functions()) names.push_back(one.name);
  const std::string name = of.text.substr(0, 40);
  refuse(
      of.at, join("there is no function \"", printable(name), "\""),
      join("Did you mean \"", nearest_name(name, names), "\"? glassgrad explain --list shows all"));
}

Evaluator::Open Evaluator::checked_call(std::size_t term) {
  const Term& of = terms_[term];
  const Function& function = function_of(of);
  const std::vector<std::size_t> parts = parts_of(terms_, term);
  const bool list = function.arrays == any_arity;
  const std::size_t arrays = list ? 1 : std::size_t(function.arrays);
  const std::size_t most = arrays + function.attributes.size();
  if (parts.size() < arrays || parts.size() > most)
    refuse(of.at,
           join(of.text, " takes ", arrays, most > arrays ? join(" to ", most) : "",
                most == 1 ? " argument" : " arguments", ", not ", parts.size()),
           "Write " + usage(function));
  if (list && terms_[parts[0]].kind != Term::Kind::list)
    refuse(terms_[parts[0]].at, of.text + " takes a list of arrays", "Write " + usage(function));
  Open open{term, &function, {}, {}, {}};
  open.attributes = attributes(function, of, std::span(parts).subspan(arrays), arrays);
  if (list)
    open.arrays = parts_of(terms_, parts[0]);
  else
    open.arrays.assign(parts.begin(), parts.begin() + std::ptrdiff_t(arrays));
  return open;
}

void Evaluator::check_size(std::size_t term, const std::string& what, const AttributeType& type,
                           std::span<const double> numbers) const {
  if (const double* number = beyond(type, numbers))
    refuse(terms_[term].at,
           join(what, " is ", to_text(*number), *number > 0 ? ", too large" : ", too far below 0"),
           join("Give a whole number from ", std::int64_t(type.least), " to ",
                std::int64_t(type.most)));
}

std::vector<Attribute> Evaluator::attributes(const Function& function, const Term& of,
                                             std::span<const std::size_t> parts,
                                             std::size_t first) {
  std::vector<Attribute> all;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto found = literal(source_, terms_, parts[k]);
    const AttributeKind kind = function.attributes[k].kind;
    Attribute attribute;
    if (found) attribute = {found->numbers, found->shape.rank() > 0};
    if (!found || found->shape.rank() > 1 || !fits(kind, attribute))
      refuse(terms_[parts[k]].at,
             join("argument ", first + k + 1, " of ", of.text, " is no ", word_for(kind)),
             "Write " + usage(function));
    check_size(parts[k], join("argument ", first + k + 1, " of ", of.text), function.attributes[k],
               attribute.numbers);
    all.push_back(std::move(attribute));
  }
  return all;
}

// Two ops have a wrapper that does more: for vectors, and for constant exponents.
Node<> Evaluator::applied(const Open& call) {
  const Term& of = terms_[call.term];
  return at_the_place_of(of, [&]() -> Node<> {
    if (of.text == "matmul" && call.attributes.empty()) return matmul(call.in[0], call.in[1]);
    if (of.text == "pow")
      if (const auto exponent = literal(source_, terms_, call.arrays[1]);
          exponent && !exponent->shape.rank())
        return exponent->numbers[0] == 2 ? square(call.in[0])
                                         : pow(call.in[0], exponent->numbers[0]);
    return call.function->apply(call.in, call.attributes);
  });
}

}  // namespace glassgrad::explain

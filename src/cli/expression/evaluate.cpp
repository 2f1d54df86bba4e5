// One walk over the tree per statement; an op's complaint is told with the place of the op.
#include "evaluate.hpp"

#include <map>

#include "functions.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/ops/ops.hpp"
#include "literal.hpp"

namespace glassgrad::cli {
namespace {

// An array of any shape, as what tapes take.
struct Numbers {
  const Literal& literal;
  std::span<const std::int64_t> shape() const {
    return {literal.shape.begin(), std::size_t(literal.shape.rank())};
  }
  auto begin() const { return literal.numbers.begin(); }
  auto end() const { return literal.numbers.end(); }
};

class Evaluator {
 public:
  Evaluator(const Source& source, Tape<>& tape, std::vector<Given> given)
      : source_(source), tape_(tape) {
    for (Given& one : given) given_.emplace(one.name, std::move(one));
  }

  // Records the given values that are read as arrays, outside all scopes, in their order.
  void record(const std::vector<Given>& order, const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) note_names(statement.term);
    for (const Given& one : order)
      if (read_.contains(one.name)) nodes_.emplace(one.name, leaf(one));
  }

  Node<> run(const Statement& statement) {
    if (statement.name.empty()) return term(statement.term);
    if (nodes_.contains(statement.name) || given_.contains(statement.name))
      refuse(statement.at, join("\"", statement.name, "\" is given twice"), "Take another name");
    const auto guard = tape_.scope(statement.name);
    const Node<> result = term(statement.term);
    const bool fresh = result.tape() && result.inputs() > 0 && result.name().empty();
    if (fresh) tape_.set_name(result, statement.name);
    nodes_.emplace(statement.name, result);
    return result;
  }
  bool knows(const std::string& name) const {
    return nodes_.contains(name) || given_.contains(name);
  }
  bool used(const std::string& name) const { return used_.contains(name); }

 private:
  Node<> leaf(const Given& one) {
    const Literal numbers{one.shape, one.numbers};
    return one.constant ? tape_.constant(one.name, Numbers{numbers})
                        : tape_.input(one.name, Numbers{numbers});
  }

  void note_names(const Term& of) {
    if (of.kind == Term::Kind::name) read_.insert(of.text);
    const Function* function = of.kind == Term::Kind::call ? find_function(of.text) : nullptr;
    for (std::size_t k = 0; k < of.parts.size(); ++k)
      if (!function || !is_position(*function, k)) note_names(of.parts[k]);
  }
  static bool is_position(const Function& function, std::size_t k) {
    return function.arrays != any_arity && int(k) >= function.arrays - function.positions &&
           int(k) < function.arrays;
  }

  Node<> term(const Term& of) {
    switch (of.kind) {
      case Term::Kind::number:
        return of.number;
      case Term::Kind::name:
        return named(of);
      case Term::Kind::list:
        return array(of);
      case Term::Kind::call:
        break;
    }
    try {
      return call(of);
    } catch (const ExpressionError&) {
      throw;
    } catch (const Error& error) {  // "[matmul] what. What to do.", at the column of the op
      const std::string text = error.what();
      const std::size_t end = text.find(". ");
      refuse(of.at, text.substr(0, end), text.substr(end + 2, text.size() - end - 3));
    }
  }

  Node<> named(const Term& of) {
    used_.insert(of.text);
    const auto found = nodes_.find(of.text);
    if (found != nodes_.end()) return found->second;
    std::vector<std::string_view> valid;
    for (const auto& [name, node] : nodes_) valid.push_back(name);
    for (const auto& [name, one] : given_) valid.push_back(name);
    const std::string give = join("give it, as in ", of.text, "=0.5");
    refuse(of.at, join("there is no value for \"", of.text, "\""),
           valid.empty()
               ? "G" + give.substr(1)
               : join("Did you mean \"", nearest_name(of.text, valid), "\"? If not, ", give));
  }

  Node<> array(const Term& of) {
    const auto found = literal(source_, of);
    if (!found) refuse(of.at, "a list holds numbers only", "Join arrays by concat([a, b], axis)");
    return tape_.constant(Numbers{*found});
  }

  // Positions are recorded with the name of the value they come from.
  Node<> positions(const Term& of) {
    const auto found = of.kind == Term::Kind::name ? given_.find(of.text) : given_.end();
    std::optional<Literal> numbers;
    if (found != given_.end()) {
      used_.insert(of.text);
      numbers = Literal{found->second.shape, found->second.numbers};
    } else {
      numbers = literal(source_, of);
    }
    if (!numbers || !fits(AttributeKind::shape, {numbers->numbers, true}))
      refuse(of.at, "positions are whole numbers, or the name of such", "Write [0, 2] or a name");
    const std::vector<std::int64_t> whole(numbers->numbers.begin(), numbers->numbers.end());
    const std::string name = found != given_.end() ? of.text : "";
    return tape_.indices(name, whole, numbers->shape).record();
  }

  Node<> call(const Term& of) {
    const Function* function = find_function(of.text);
    if (!function) {
      std::vector<std::string_view> names;
      for (const Function& one : functions()) names.push_back(one.name);
      refuse(of.at, join("there is no function \"", of.text.substr(0, 40), "\""),
             join("Did you mean \"", nearest_name(of.text.substr(0, 40), names),
                  "\"? glassgrad explain --list shows all"));
    }
    const bool list = function->arrays == any_arity;
    const std::size_t arrays = list ? 1 : std::size_t(function->arrays);
    const std::size_t most = arrays + function->attributes.size();
    if (of.parts.size() < arrays || of.parts.size() > most)
      refuse(of.at,
             join(of.text, " takes ", arrays, most > arrays ? join(" to ", most) : "",
                  most == 1 ? " argument" : " arguments", ", not ", of.parts.size()),
             "Write " + usage(*function));
    if (list && of.parts[0].kind != Term::Kind::list)
      refuse(of.parts[0].at, of.text + " takes a list of arrays", "Write " + usage(*function));
    const std::vector<Attribute> given = attributes(*function, of, arrays);
    std::vector<Node<>> in;
    for (std::size_t k = 0; k < (list ? of.parts[0].parts.size() : arrays); ++k) {
      const Term& part = list ? of.parts[0].parts[k] : of.parts[k];
      in.push_back(is_position(*function, k) ? positions(part) : term(part));
    }
    // Two ops have a function above them that does more: vectors, and exponents that are numbers.
    if (of.text == "matmul" && given.empty()) return matmul(in[0], in[1]);
    if (of.text == "pow")
      if (const auto exponent = literal(source_, of.parts[1]); exponent && !exponent->shape.rank())
        return exponent->numbers[0] == 2 ? square(in[0]) : pow(in[0], exponent->numbers[0]);
    return function->apply(in, given);
  }

  std::vector<Attribute> attributes(const Function& function, const Term& of, std::size_t first) {
    std::vector<Attribute> all;
    for (std::size_t k = first; k < of.parts.size(); ++k) {
      const auto found = literal(source_, of.parts[k]);
      const AttributeKind kind = function.attributes[k - first];
      Attribute attribute;
      if (found) attribute = {found->numbers, found->shape.rank() > 0};
      if (!found || found->shape.rank() > 1 || !fits(kind, attribute))
        refuse(of.parts[k].at, join("argument ", k + 1, " of ", of.text, " is no ", word_for(kind)),
               "Write " + usage(function));
      all.push_back(std::move(attribute));
    }
    return all;
  }

  [[noreturn]] void refuse(std::size_t at, const std::string& problem,
                           const std::string& remedy) const {
    throw ExpressionError(source_, at, problem, remedy);
  }

  const Source& source_;
  Tape<>& tape_;
  std::map<std::string, Given> given_;
  std::map<std::string, Node<>> nodes_;
  std::set<std::string> read_, used_;
};

// L = (y - yhat)^2 / 2, of the target and the last statement, which is called yhat if nothing else.
void add_target(std::vector<Statement>& statements, const Given& target) {
  Statement& last = statements.back();
  if (last.name.empty()) last.name = target.name + "hat";
  const auto call = [&](std::string op, std::vector<Term> parts) {
    return Term{Term::Kind::call, last.at, std::move(op), 0, std::move(parts)};
  };
  const auto name = [&](const std::string& of) {
    return Term{Term::Kind::name, last.at, of, 0, {}};
  };
  Term square = call("square", {call("sub", {name(target.name), name(last.name)})});
  if (target.shape.rank() > 0) square = call("sum", {square});
  const Term two{Term::Kind::number, last.at, "", 2, {}};
  statements.push_back({"L", last.at, call("div", {square, two})});
}

}  // namespace

Given parse_given(const std::string& text) {
  const Source source{text, "\"" + text.substr(0, 40) + "\""};
  const std::vector<Statement> statements = parse(source);
  if (statements.size() != 1 || statements[0].name.empty())
    throw ExpressionError(source, 0, "a value is written NAME=NUMBER",
                          "Write w=0.5, x=[1,2] or W=[[1,2],[3,4]]");
  const auto found = literal(source, statements[0].term);
  if (!found)
    throw ExpressionError(source, statements[0].term.at, "a value is a number or a list of numbers",
                          "Write w=0.5, x=[1,2] or W=[[1,2],[3,4]]");
  return {statements[0].name, found->shape, found->numbers};
}

Explained evaluate(const Source& source, std::vector<Given> given, const Given* target) {
  std::vector<Statement> statements = parse(source);
  for (std::size_t i = 0; i + 1 < statements.size(); ++i)
    if (statements[i].name.empty())
      throw ExpressionError(source, statements[i].at, "only the last statement may have no name",
                            "Write NAME = before it");
  if (target) {
    given.push_back(*target);
    given.back().constant = true;
    add_target(statements, *target);
  }
  for (std::size_t i = 0; i < given.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (given[i].name == given[j].name)
        throw Error("explain", join("\"", given[i].name, "\" is given twice"), "Leave one out");
  Explained explained{std::make_unique<Tape<>>(), {}};
  Evaluator evaluator(source, *explained.tape, given);
  evaluator.record(given, statements);
  for (const Statement& statement : statements) explained.cost = evaluator.run(statement);
  for (const Given& one : given)
    if (!evaluator.used(one.name))
      throw Error("explain", join("the expression does not use \"", one.name, "\""),
                  "Leave its value out");
  const std::size_t at = statements.back().at;
  if (!explained.cost.tape())
    throw ExpressionError(source, at, "this is a plain number: " + to_text(explained.cost.item()),
                          "Use a name, and give its value");
  if (explained.cost.shape().count() != 1)
    throw ExpressionError(source, at,
                          join("the result has the shape ", to_text(explained.cost.shape()),
                               ", backward starts from a single number"),
                          "Take its sum(...) or mean(...), or give a --target");
  explained.tape->backward(explained.cost);
  return explained;
}

}  // namespace glassgrad::cli

// The statements of an expression in their order, and the cost that a target makes of the last.
#include "glassgrad/explain/evaluate.hpp"

#include "evaluator.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "literal.hpp"

namespace glassgrad::explain {
namespace {

// L = (y - yhat)^2 / 2, of the target and the last statement, which is called yhat if unnamed.
void add_target(Parsed& parsed, const Given& target) {
  Statement& last = parsed.statements.back();
  if (last.name.empty()) last.name = target.name + "hat";
  Terms& terms = parsed.terms;
  const std::size_t first = terms.size(), at = last.at;
  const auto name = [&](const std::string& of) {
    terms.push_back({Term::Kind::name, at, of, 0, 0, terms.size()});
  };
  const auto call = [&](const char* op, std::size_t parts) {
    terms.push_back({Term::Kind::call, at, op, 0, parts, first});
  };
  name(target.name), name(last.name);
  call("sub", 2), call("square", 1);
  if (target.shape.rank() > 0) call("sum", 1);
  terms.push_back({Term::Kind::number, at, "", 2, 0, terms.size()});
  call("div", 2);
  parsed.statements.push_back({"L", at, terms.size() - 1});
}

}  // namespace

Given parse_given(const std::string& text) {
  const Source source{text, "\"" + printable(shortened(text, 40)) + "\""};
  const auto [terms, statements] = parse(source);
  if (statements.size() != 1 || statements[0].name.empty())
    throw ExpressionError(source, 0, "a value is written NAME=NUMBER",
                          "Write w=0.5, x=[1,2] or W=[[1,2],[3,4]]");
  const auto found = literal(source, terms, statements[0].term);
  if (!found)
    throw ExpressionError(source, terms[statements[0].term].at,
                          "a value is a number or a list of numbers",
                          "Write w=0.5, x=[1,2] or W=[[1,2],[3,4]]");
  return {statements[0].name, found->shape, found->numbers};
}

Explained evaluate(const Source& source, std::vector<Given> given, const Given* target) {
  Parsed parsed = parse(source);
  std::vector<Statement>& statements = parsed.statements;
  for (std::size_t i = 0; i + 1 < statements.size(); ++i)
    if (statements[i].name.empty())
      throw ExpressionError(source, statements[i].at, "only the last statement may have no name",
                            "Write NAME = before it");
  if (target) {
    given.push_back(*target);
    given.back().constant = true;
    add_target(parsed, *target);
  }
  std::set<std::string_view> names;
  for (const Given& one : given)
    if (!names.insert(one.name).second)
      throw Error("explain", join("\"", shown_name(one.name), "\" is given twice"),
                  "Leave one out");
  Explained explained{std::make_unique<Tape<>>(), {}};
  Evaluator evaluator(source, parsed.terms, *explained.tape, given);
  evaluator.record(given);
  for (const Statement& statement : statements) explained.cost = evaluator.run(statement);
  for (const Given& one : given)
    if (!evaluator.used(one.name))
      throw Error("explain", join("the expression does not use \"", shown_name(one.name), "\""),
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
  if (explained.cost.upstream_state() == Upstream::none)  // before backward: for good
    throw ExpressionError(source, at,
                          "the result has no gradient: " + explained.cost.upstream_reason(),
                          "Let it depend on a name that is no constant, by ops that have one");
  explained.tape->backward(explained.cost);
  return explained;
}

}  // namespace glassgrad::explain

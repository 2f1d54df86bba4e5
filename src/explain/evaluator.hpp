// Evaluator: the statements of one expression onto a tape, with open calls on an explicit stack, so
// that deep expressions need no recursion.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "glassgrad/explain/evaluate.hpp"
#include "glassgrad/explain/functions.hpp"

namespace glassgrad::explain {

class Evaluator {
 public:
  Evaluator(const Source& source, const Terms& terms, Tape<>& tape, std::vector<Given> given)
      : source_(source), terms_(terms), tape_(tape) {
    for (Given& one : given) given_.emplace(one.name, std::move(one));
  }

  // Records the given values that are read as arrays, in order, outside all scopes.
  void record(const std::vector<Given>& order);
  Node<> run(const Statement& statement);
  bool used(const std::string& name) const { return used_.contains(name); }

 private:
  // A call whose arguments are being evaluated: `in` has those known.
  struct Open {
    std::size_t term;
    const Function* function;
    std::vector<std::size_t> arrays;
    std::vector<Attribute> attributes;
    std::vector<Node<>> in;
  };

  Node<> leaf(const Given& one);
  Node<> value_of(std::size_t root);
  // The value of a term without parts; a call is opened, and has none yet.
  std::optional<Node<>> begin(std::size_t term, std::vector<Open>& open);
  Node<> named(const Term& of);
  Node<> array(std::size_t term);
  Node<> positions(std::size_t term);
  const Function& function_of(const Term& of) const;
  Open checked_call(std::size_t term);
  std::vector<Attribute> attributes(const Function& function, const Term& of,
                                    std::span<const std::size_t> parts, std::size_t first);
  void check_size(std::size_t term, const std::string& what, const AttributeType& type,
                  std::span<const double> numbers) const;
  Node<> applied(const Open& call);

  // "[matmul] what. What to do." is reported with the column of the op; the command's own errors
  // are complete.
  template <class F>
  Node<> at_the_place_of(const Term& of, F&& f) {
    try {
      return f();
    } catch (const ExpressionError&) {
      throw;
    } catch (const Error& error) {
      std::string text = error.what();
      constexpr std::string_view own = "[explain] ";
      if (text.starts_with(own)) text.erase(0, own.size());
      const std::size_t end = text.find(". ");
      refuse(of.at, text.substr(0, end), text.substr(end + 2, text.size() - end - 3));
    }
  }
  [[noreturn]] void refuse(std::size_t at, const std::string& problem,
                           const std::string& remedy) const {
    throw ExpressionError(source_, at, problem, remedy);
  }

  const Source& source_;
  const Terms& terms_;
  Tape<>& tape_;
  std::map<std::string, Given> given_;
  std::map<std::string, Node<>> nodes_;
  std::set<std::string> read_, used_;
};

}  // namespace glassgrad::explain

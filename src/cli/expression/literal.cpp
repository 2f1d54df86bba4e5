// Lists of lists become arrays, and + - * / ^ of plain numbers a number.
#include "literal.hpp"

#include <cmath>

#include "glassgrad/core/text.hpp"

namespace glassgrad::cli {
namespace {

std::optional<double> computed(const std::string& sign, const std::vector<double>& of) {
  if (sign == "neg") return -of[0];
  if (sign == "add") return of[0] + of[1];
  if (sign == "sub") return of[0] - of[1];
  if (sign == "mul") return of[0] * of[1];
  if (sign == "div") return of[0] / of[1];
  if (sign == "pow") return std::pow(of[0], of[1]);
  return {};
}

}  // namespace

std::optional<Literal> literal(const Source& source, const Term& term) {
  if (term.kind == Term::Kind::number) return Literal{{}, {term.number}};
  if (term.kind == Term::Kind::name) return {};
  std::vector<Literal> parts;
  for (const Term& part : term.parts) {
    const auto found = literal(source, part);
    if (!found) return {};
    parts.push_back(*found);
  }
  if (term.kind == Term::Kind::call) {
    std::vector<double> numbers;
    for (const Literal& part : parts) {
      if (part.shape.rank() > 0) return {};
      numbers.push_back(part.numbers[0]);
    }
    const auto number = computed(term.text, numbers);
    if (!number) return {};
    return Literal{{}, {*number}};
  }
  if (parts[0].shape.rank() == max_rank)
    throw ExpressionError(source, term.at, join("lists are nested more than ", max_rank, " deep"),
                          "Use at most 8 axes");
  Literal list;
  list.shape.push_back(std::int64_t(parts.size()));
  for (const std::int64_t size : parts[0].shape) list.shape.push_back(size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].shape != parts[0].shape)
      throw ExpressionError(source, term.parts[i].at,
                            join("this entry has the shape ", to_text(parts[i].shape),
                                 ", the first one ", to_text(parts[0].shape)),
                            "Give every row as many numbers");
    list.numbers.insert(list.numbers.end(), parts[i].numbers.begin(), parts[i].numbers.end());
  }
  return list;
}

}  // namespace glassgrad::cli

// Lists of lists become arrays, and + - * / ^ of plain numbers a number: terms are read in order,
// each consuming the literals of its parts.
#include "literal.hpp"

#include <cmath>
#include <span>

#include "glassgrad/array/text.hpp"

namespace glassgrad::explain {
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

// An array of the entries of a list.
Literal list_of(const Source& source, const Terms& terms, std::size_t term,
                std::span<const Literal> parts) {
  if (parts[0].shape.rank() == max_rank)
    throw ExpressionError(source, terms[term].at,
                          join("lists are nested more than ", max_rank, " deep"),
                          "Use at most 8 axes");
  Literal list;
  list.shape.push_back(std::int64_t(parts.size()));
  for (const std::int64_t size : parts[0].shape) list.shape.push_back(size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].shape != parts[0].shape)
      throw ExpressionError(source, terms[parts_of(terms, term)[i]].at,
                            join("this entry has the shape ", to_text(parts[i].shape),
                                 ", the first one ", to_text(parts[0].shape)),
                            "Give every row as many numbers");
    list.numbers.insert(list.numbers.end(), parts[i].numbers.begin(), parts[i].numbers.end());
  }
  return list;
}

// An operator applied to plain numbers.
std::optional<Literal> number_of(const Term& term, std::span<const Literal> parts) {
  std::vector<double> numbers;
  for (const Literal& part : parts) {
    if (part.shape.rank() > 0) return {};
    numbers.push_back(part.numbers[0]);
  }
  const auto number = computed(term.text, numbers);
  if (!number) return {};
  return Literal{{}, {*number}};
}

}  // namespace

std::optional<Literal> literal(const Source& source, const Terms& terms, std::size_t term) {
  std::vector<Literal> known;  // of the terms not yet consumed
  for (std::size_t i = terms[term].first; i <= term; ++i) {
    const Term& here = terms[i];
    if (here.kind == Term::Kind::name) return {};
    if (here.kind == Term::Kind::number) {
      known.push_back({{}, {here.number}});
      continue;
    }
    const std::span<const Literal> parts = std::span(known).last(here.parts);
    std::optional<Literal> found;
    if (here.kind == Term::Kind::list)
      found = list_of(source, terms, i, parts);
    else
      found = number_of(here, parts);
    if (!found) return {};
    known.resize(known.size() - here.parts);
    known.push_back(std::move(*found));
  }
  return std::move(known.back());
}

}  // namespace glassgrad::explain

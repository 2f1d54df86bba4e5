// Formula: the reading of an op that people see. Evaluating a rule with Formulas builds a small
// tree; its text is what trace, explain and the docs print, so the text cannot drift from the code.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/shape.hpp"

namespace glassgrad {

class Formula {
 public:
  enum class Kind { number, symbol, call, infix, prefix, postfix };

  template <class U>
  requires std::is_arithmetic_v<U> Formula(U number) : Formula(of_number(double(number))) {}
  static Formula of_number(double number);
  static Formula symbol(std::string text, const Shape& shape = {});
  // name(arguments...)
  static Formula call(std::string_view name, std::vector<Formula> arguments);
  // a + b and the like; a looser operator inside gets parentheses
  static Formula infix(std::string_view sign, int strength, const Formula& a, const Formula& b);
  static Formula prefix(std::string_view sign, int strength, const Formula& a);
  static Formula postfix(std::string_view sign, const Formula& a);

  std::string text() const;
  Kind kind() const;
  const std::string& head() const;  // the symbol, number, sign or function name
  const std::vector<Formula>& arguments() const;
  int strength() const;        // how tightly its outermost sign binds
  double number() const;       // of a number
  const Shape& shape() const;  // as far as the rule that built it needs it
  Formula with_shape(const Shape& shape) const;
  Formula with_arguments(std::vector<Formula> arguments) const;
  bool is_number(double number) const;

 private:
  struct Term;
  explicit Formula(std::shared_ptr<const Term> term) : term_(std::move(term)) {}
  std::shared_ptr<const Term> term_;
};

// Strengths of the infix signs, loosest first.
namespace strength {
inline constexpr int comparison = 1, sum = 2, product = 3, sign = 4, power = 5, atom = 6;
}

Formula operator+(const Formula& a, const Formula& b);
Formula operator-(const Formula& a, const Formula& b);
Formula operator*(const Formula& a, const Formula& b);
Formula operator/(const Formula& a, const Formula& b);
Formula operator-(const Formula& a);
Formula operator<(const Formula& a, const Formula& b);
Formula operator<=(const Formula& a, const Formula& b);
Formula operator>(const Formula& a, const Formula& b);
Formula operator>=(const Formula& a, const Formula& b);
Formula operator==(const Formula& a, const Formula& b);
Formula operator!=(const Formula& a, const Formula& b);

}  // namespace glassgrad

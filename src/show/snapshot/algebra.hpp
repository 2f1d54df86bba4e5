// Products and sums, the two normal forms that formulas are rewritten through: a product is a
// coefficient times powers of factors, a sum is a list of products. Factors and terms stay in the
// order in which they came. Next: simplify.cpp, which reads whole formulas.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/engine/formula.hpp"

namespace glassgrad::algebra {

inline bool is_infix(const Formula& f, std::string_view sign) {
  return f.kind() == Formula::Kind::infix && f.head() == sign;
}
inline bool is_minus(const Formula& f) {
  return f.kind() == Formula::Kind::prefix && f.head() == "-";
}
inline bool is_sum(const Formula& f) { return is_infix(f, " + ") || is_infix(f, " - "); }
inline bool is_call(const Formula& f, std::string_view name) {
  return f.kind() == Formula::Kind::call && f.head() == name;
}
inline bool is_transposed(const Formula& f) {
  return f.kind() == Formula::Kind::postfix && f.head() == "^T";
}
inline bool whole(double x) { return x == std::floor(x) && std::abs(x) < 1e15; }

struct Power {
  Formula base;
  double exponent;
  std::string text = base.text();  // which powers have the same base
};
struct Product {
  double over = 1, under = 1;  // the coefficient, a fraction
  std::vector<Power> powers;

  double coefficient() const { return over / under; }
  std::string key() const;  // equal for products that differ in their coefficients only
};
struct Sum {
  struct Term {
    Product product;
    Shape shape;
  };
  std::vector<Term> terms;
};

// to * f^exponent and to + sign * f. f has been rewritten; of a sum as a factor the sign is taken
// out: (-a - b)^n is (-1)^n (a + b)^n.
void multiply(Product& to, const Formula& f, double exponent);
void add(Sum& to, const Formula& f, double sign);

// As formulas again. With `shared` a coefficient common to all terms stands before the sum.
Formula written(const Product& product, const Shape& shape);
Formula written(Sum sum, const Shape& shape, bool shared = true);

}  // namespace glassgrad::algebra

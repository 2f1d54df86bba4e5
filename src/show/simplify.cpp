// A product is a coefficient times powers of factors, a sum is a list of products; every formula is
// read as one of the two, from the inside out, and written again. Whatever is neither (a call, a
// product of matrices) is a factor as it stands.
#include "glassgrad/show/simplify.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace glassgrad {
namespace {

using Kind = Formula::Kind;

bool is_infix(const Formula& f, std::string_view sign) {
  return f.kind() == Kind::infix && f.head() == sign;
}
bool is_minus(const Formula& f) { return f.kind() == Kind::prefix && f.head() == "-"; }
bool is_sum(const Formula& f) { return is_infix(f, " + ") || is_infix(f, " - "); }
bool is_call(const Formula& f, std::string_view name) {
  return f.kind() == Kind::call && f.head() == name;
}
bool whole(double x) { return x == std::floor(x) && std::abs(x) < 1e15; }

struct Power {
  Formula base;
  double exponent;
};
struct Product {
  double over = 1, under = 1;  // the coefficient, a fraction
  std::vector<Power> powers;

  double coefficient() const { return over / under; }
  std::string key() const {
    std::vector<std::string> parts;
    for (const Power& p : powers) parts.push_back(p.base.text() + "^" + std::to_string(p.exponent));
    std::sort(parts.begin(), parts.end());
    std::string all;
    for (const std::string& part : parts) all += part + "|";
    return all;
  }
};

Formula rewritten(const Formula& f);
Formula negated_sum(const Formula& f);

// ---- Products --------------------------------------------------------------------------------

void scale(Product& to, double number, double exponent) {
  if (exponent == 1)
    to.over *= number;
  else if (exponent == -1)
    to.under *= number;
  else
    to.over *= std::pow(number, exponent);
}

// (-a - b)^n is (-1)^n (a + b)^n
bool all_negative(const Formula& f) {
  if (is_infix(f, " - "))
    return all_negative(f.arguments()[0]) && !all_negative(f.arguments()[1]) &&
           !is_sum(f.arguments()[1]);
  if (is_infix(f, " + ")) return all_negative(f.arguments()[0]) && all_negative(f.arguments()[1]);
  if (is_infix(f, " * ") || is_infix(f, " / ")) return all_negative(f.arguments()[0]);
  return is_minus(f) || (f.kind() == Kind::number && f.number() < 0);
}

void multiply_power(Product& to, const Formula& base, double exponent) {
  const std::string text = base.text();
  for (std::size_t i = 0; i < to.powers.size(); ++i) {
    if (to.powers[i].base.text() != text) continue;
    to.powers[i].exponent += exponent;
    if (to.powers[i].exponent == 0) to.powers.erase(to.powers.begin() + std::ptrdiff_t(i));
    return;
  }
  to.powers.push_back({base, exponent});
}

// f^exponent, f being rewritten already
void multiply(Product& to, const Formula& f, double exponent) {
  const std::vector<Formula>& in = f.arguments();
  if (f.kind() == Kind::number) {
    scale(to, f.number(), exponent);
  } else if (is_minus(f) && whole(exponent)) {
    scale(to, -1, exponent);
    multiply(to, in[0], exponent);
  } else if (is_infix(f, " * ") && whole(exponent)) {
    multiply(to, in[0], exponent);
    multiply(to, in[1], exponent);
  } else if (is_infix(f, " / ") && whole(exponent)) {
    multiply(to, in[0], exponent);
    multiply(to, in[1], -exponent);
  } else if (is_infix(f, "^") && in[1].kind() == Kind::number && whole(exponent)) {
    multiply(to, in[0], exponent * in[1].number());
  } else if (is_sum(f) && all_negative(f) && whole(exponent)) {
    scale(to, -1, exponent);
    multiply_power(to, negated_sum(f), exponent);
  } else {
    multiply_power(to, f, exponent);
  }
}

// A factor that is stretched along others needs no word for it: broadcast(c) * x is c * x.
Product without_broadcasts(const Product& product, const Shape& shape) {
  Product result{product.over, product.under, {}};
  for (const Power& p : product.powers) {
    bool full = false;  // does another factor have the whole shape?
    for (const Power& other : product.powers)
      full |= &other != &p && other.base.shape() == shape && !is_call(other.base, "broadcast");
    const bool drop =
        full && is_call(p.base, "broadcast") && p.base.arguments()[0].shape().stretches_to(shape);
    multiply(result, drop ? p.base.arguments()[0] : p.base, p.exponent);
  }
  return result;
}

Formula power(const Power& p, double exponent) {
  if (exponent == 1) return p.base;
  if (is_infix(p.base, "^")) return Formula::call("pow", {p.base, exponent});
  return Formula::infix("^", strength::power, p.base, exponent);
}
void append(std::optional<Formula>& to, const Formula& f) {
  to = to ? Formula::infix(" * ", strength::product, *to, f) : f;
}

// The fraction of two whole numbers in lowest terms; of others one number, or 1 over a whole one.
void reduce(double& over, double& under) {
  if (under < 0) over = -over, under = -under;
  if (!whole(over) || !whole(under)) {
    const double one = over / under, back = 1 / one;
    const bool half = std::abs(back) == 2 || std::abs(back) == 4;
    const bool inverse = whole(back) && (half || (under != 1 && std::abs(back) > 1));
    over = inverse ? std::copysign(1, one) : one;
    under = inverse ? std::abs(back) : 1;
    return;
  }
  double a = std::abs(over), b = under;
  while (b != 0) a = std::exchange(b, std::fmod(a, b));
  if (a > 1) over /= a, under /= a;
}

Formula written(const Product& given, const Shape& shape) {
  const Product product = without_broadcasts(given, shape);
  double over = product.over, under = product.under;
  if (over == 0) return Formula(0).with_shape(shape);
  reduce(over, under);
  if (product.powers.empty()) return Formula(over / under).with_shape(shape);
  std::optional<Formula> above, below;
  if (std::abs(over) != 1) above = Formula(over);
  for (const Power& p : product.powers)
    if (p.exponent > 0) append(above, power(p, p.exponent));
  if (!above) above = Formula(std::abs(over));
  if (over == -1) {  // the sign goes to the first factor: -a * b / c
    const Formula first = *above;
    std::vector<Formula> left{first};
    while (is_infix(left.back(), " * ") && left.back().strength() == strength::product)
      left.push_back(left.back().arguments()[0]);
    Formula signed_first =
        left.back().kind() == Kind::number ? Formula(-left.back().number()) : -left.back();
    for (std::size_t i = left.size() - 1; i-- > 0;)
      signed_first = left[i].with_arguments({signed_first, left[i].arguments()[1]});
    above = signed_first;
  }
  if (under != 1) below = Formula(under);
  for (const Power& p : product.powers)
    if (p.exponent < 0) append(below, power(p, -p.exponent));
  const Formula all = below ? Formula::infix(" / ", strength::product, *above, *below) : *above;
  return all.with_shape(shape);
}

// ---- Sums ------------------------------------------------------------------------------------

struct Sum {
  struct Term {
    Product product;
    Shape shape;
  };
  std::vector<Term> terms;
};

void add(Sum& to, const Formula& f, double sign) {
  const std::vector<Formula>& in = f.arguments();
  if (is_sum(f)) {
    add(to, in[0], sign);
    add(to, in[1], f.head() == " + " ? sign : -sign);
    return;
  }
  if (is_minus(f)) return add(to, in[0], -sign);
  Product product;
  multiply(product, f, 1);
  product.over *= sign;
  const std::string key = product.key();
  for (Sum::Term& term : to.terms) {
    if (term.product.key() != key) continue;
    term.product.over = term.product.over * product.under + product.over * term.product.under;
    term.product.under *= product.under;
    if (f.shape().count() > term.shape.count()) term.shape = f.shape();
    return;
  }
  to.terms.push_back({product, f.shape()});
}

// With `shared` a coefficient that all terms have stands before the sum.
Formula written(Sum sum, const Shape& shape, bool shared = true);
Formula negated_sum(const Formula& f) {
  Sum sum;
  add(sum, f, -1);
  return written(sum, f.shape());
}

// broadcast(c) + x is c + x
void drop_broadcasts(Sum& sum, const Shape& shape) {
  for (Sum::Term& term : sum.terms) {
    if (term.product.powers.size() != 1 || !is_call(term.product.powers[0].base, "broadcast"))
      continue;
    const Formula inner = term.product.powers[0].base.arguments()[0];
    bool full = false;
    for (const Sum::Term& other : sum.terms) full |= &other != &term && other.shape == shape;
    if (!full || !inner.shape().stretches_to(shape)) continue;
    term.product.powers.clear();
    multiply(term.product, inner, 1);
    term.shape = inner.shape();
  }
}

Formula written(Sum sum, const Shape& shape, bool shared) {
  drop_broadcasts(sum, shape);
  std::erase_if(sum.terms, [](const Sum::Term& t) { return t.product.over == 0; });
  if (sum.terms.empty()) return Formula(0).with_shape(shape);
  const double size = std::abs(sum.terms[0].product.coefficient());
  for (const Sum::Term& term : sum.terms) shared &= std::abs(term.product.coefficient()) == size;
  if (sum.terms.size() > 1 && shared && size != 1) {
    Product around;
    around.over = std::abs(sum.terms[0].product.over);
    around.under = std::abs(sum.terms[0].product.under);
    for (Sum::Term& term : sum.terms) {
      term.product.over = term.product.coefficient() < 0 ? -1 : 1;
      term.product.under = 1;
    }
    multiply(around, written(sum, shape), 1);
    return written(around, shape);
  }
  const auto positive = [](const Sum::Term& t) { return t.product.coefficient() > 0; };
  const auto first = std::find_if(sum.terms.begin(), sum.terms.end(), positive);
  if (first != sum.terms.end()) std::rotate(sum.terms.begin(), first, first + 1);
  std::optional<Formula> all;
  for (Sum::Term& term : sum.terms) {
    const bool negative = term.product.coefficient() < 0;
    if (all && negative) term.product.over = -term.product.over;
    const Formula f = written(term.product, term.shape);
    if (!all)
      all = f;
    else
      all = Formula::infix(negative ? " - " : " + ", strength::sum, *all, f);
  }
  return all->with_shape(shape);
}

// ---- Everything else -------------------------------------------------------------------------

// sum and broadcast are linear: a number goes before them, and a number stretched or summed is one.
Formula linear(const Formula& f) {
  const Formula& x = f.arguments()[0];
  if (x.shape() == f.shape() && f.head() == "broadcast") return x;
  Product product;
  multiply(product, x, 1);
  const double times = f.head() == "sum" && f.shape().count() > 0
                           ? double(x.shape().count()) / double(f.shape().count())
                           : 1;
  if (product.powers.empty()) {
    product.over *= times;
    return written(product, f.shape());
  }
  const Product coefficient{product.over, product.under, {}};
  product.over = product.under = 1;
  const Formula inner = written(product, x.shape());
  if (f.head() == "sum" && is_call(inner, "broadcast") &&
      inner.arguments()[0].shape() == f.shape()) {
    Product result = coefficient;
    result.over *= times;
    multiply(result, inner.arguments()[0], 1);
    return written(result, f.shape());
  }
  if (f.head() == "broadcast" && is_call(inner, "broadcast")) {
    Product result = coefficient;
    result.powers = {{inner.with_shape(f.shape()), 1}};
    return written(result, f.shape());
  }
  std::vector<Formula> arguments = f.arguments();
  arguments[0] = inner;
  Product result = coefficient;
  result.powers = {{f.with_arguments(std::move(arguments)), 1}};
  return written(result, f.shape());
}

// A vector times a matrix reads as such, whatever axes of size 1 it goes through.
Formula without_row(const Formula& f) {
  const bool row =
      is_call(f, "reshape") && f.arguments()[0].shape().rank() == 1 && f.shape().rank() == 2;
  return row ? f.arguments()[0] : f;
}
Formula with_plain_vectors(const Formula& f) {
  std::vector<Formula> in;
  for (const Formula& argument : f.arguments()) in.push_back(with_plain_vectors(argument));
  if (in.empty()) return f;
  if (is_call(f, "reshape") && is_infix(in[0], " . ") && f.shape().rank() < 2)
    return in[0].with_shape(f.shape());
  if (is_infix(f, " . ")) {
    for (Formula& argument : in) {
      const bool turned = argument.kind() == Kind::postfix && argument.head() == "^T";
      argument = turned ? argument.with_arguments({without_row(argument.arguments()[0])})
                        : without_row(argument);
    }
  }
  return f.with_arguments(std::move(in));
}

// (2 * a) . (-b) is -2 * (a . b); a single number times a matrix is a multiple of it
Formula matrix_product(const Formula& f) {
  Product result;
  for (std::size_t i = 0; i < 2; ++i) {
    const Formula &one = f.arguments()[i], &other = f.arguments()[1 - i];
    if (one.kind() != Kind::number || one.shape().count() != 1) continue;
    multiply(result, one, 1);
    multiply(result, other, 1);
    return written(result, f.shape());
  }
  std::vector<Formula> inner;
  for (const Formula& argument : f.arguments()) {
    Product part;
    multiply(part, argument, 1);
    if (part.powers.empty()) {
      inner.push_back(argument);
      continue;
    }
    result.over *= part.over, result.under *= part.under;
    part.over = part.under = 1;
    inner.push_back(written(part, argument.shape()));
  }
  result.powers = {{f.with_arguments(std::move(inner)), 1}};
  return written(result, f.shape());
}

Formula rewritten(const Formula& f) {
  if (f.arguments().empty()) return f;
  std::vector<Formula> in;
  for (const Formula& argument : f.arguments()) in.push_back(rewritten(argument));
  const Formula g = f.with_arguments(in);
  if (is_sum(g)) {
    Sum sum;
    add(sum, g, 1);
    return written(sum, g.shape());
  }
  if (is_infix(g, " * ") || is_infix(g, " / ") || is_minus(g) || is_infix(g, "^")) {
    Product product;
    multiply(product, g, 1);
    return written(product, g.shape());
  }
  if (is_infix(g, " . ")) return matrix_product(g);
  if ((is_call(g, "sum") || is_call(g, "broadcast")) && !in.empty()) return linear(g);
  if (is_call(g, "reshape") && in[0].shape() == g.shape()) return in[0];
  if (g.kind() == Kind::postfix && g.head() == "^T" && in[0].kind() == Kind::postfix &&
      in[0].head() == "^T")
    return in[0].arguments()[0];
  if (is_call(g, "exp") && is_call(in[0], "log_softmax"))
    return Formula::call("softmax", in[0].arguments()).with_shape(g.shape());
  return g;
}

// ---- Multiplying out -------------------------------------------------------------------------

bool has_fraction(const Formula& sum) {
  if (is_sum(sum)) return has_fraction(sum.arguments()[0]) || has_fraction(sum.arguments()[1]);
  return is_infix(sum, " / ") || (is_minus(sum) && has_fraction(sum.arguments()[0]));
}

// Multiplies one sum among the factors of a product with the others; sums of fractions first, so
// that what they are divided by is still there to be cancelled. False: there is none.
bool multiply_out(const Product& product, const Shape& shape, std::optional<Formula>& result) {
  std::size_t at = product.powers.size();
  for (std::size_t i = 0; i < product.powers.size(); ++i) {
    const Power& p = product.powers[i];
    if (!is_sum(p.base) || p.exponent < 1 || !whole(p.exponent)) continue;
    if (at == product.powers.size() ||
        (has_fraction(p.base) && !has_fraction(product.powers[at].base)))
      at = i;
  }
  if (at == product.powers.size()) return false;
  Sum parts;
  add(parts, product.powers[at].base, 1);
  Sum sum;
  for (const Sum::Term& part : parts.terms) {
    Product term = product;
    if (--term.powers[at].exponent == 0)
      term.powers.erase(term.powers.begin() + std::ptrdiff_t(at));
    multiply(term, written(part.product, part.shape), 1);
    add(sum, written(term, shape), 1);
  }
  result = written(sum, shape, false);
  return true;
}

Formula expanded(const Formula& f, int& budget) {
  Sum sum, all;
  add(sum, f, 1);
  for (const Sum::Term& term : sum.terms) {
    std::optional<Formula> result;
    if (--budget > 0 && multiply_out(term.product, f.shape(), result))
      add(all, expanded(*result, budget), 1);
    else
      add(all, written(term.product, term.shape), 1);
  }
  return written(all, f.shape(), false);
}

}  // namespace

Formula plain_vectors(const Formula& formula) { return with_plain_vectors(formula); }

Formula simplified(const Formula& formula) {
  if (leaves(formula) > 300) return formula;
  const Formula plain = rewritten(formula);
  int budget = 64;
  const Formula flat = rewritten(expanded(plain, budget));
  return leaves(flat) < leaves(plain) ? flat : plain;
}

int leaves(const Formula& formula) {
  if (formula.arguments().empty()) return 1;
  int count = 0;
  for (const Formula& argument : formula.arguments())
    if ((count += leaves(argument)) > 1000000) return 1000000;
  return count;
}

int occurrences(const Formula& formula, const std::string& symbol) {
  int count = formula.kind() == Kind::symbol && formula.head() == symbol;
  for (const Formula& argument : formula.arguments()) count += occurrences(argument, symbol);
  return count;
}

Formula substituted(const Formula& formula, const std::vector<Replacement>& replacements) {
  if (formula.kind() == Kind::symbol) {
    for (const Replacement& r : replacements)
      if (r.symbol == formula.head()) return r.by.with_shape(formula.shape());
    return formula;
  }
  if (formula.arguments().empty()) return formula;
  std::vector<Formula> in;
  for (const Formula& argument : formula.arguments())
    in.push_back(substituted(argument, replacements));
  return formula.with_arguments(std::move(in));
}

Formula with_signs(const Formula& formula,
                   const std::vector<std::pair<std::string, std::string>>& signs) {
  if (formula.arguments().empty()) return formula;
  std::vector<Formula> in;
  for (const Formula& argument : formula.arguments()) in.push_back(with_signs(argument, signs));
  if (formula.kind() == Kind::infix)
    for (const auto& [from, to] : signs)
      if (from == formula.head())
        return Formula::infix(to, formula.strength(), in[0], in[1]).with_shape(formula.shape());
  return formula.with_arguments(std::move(in));
}

}  // namespace glassgrad

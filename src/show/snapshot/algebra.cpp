// Building products and sums from formulas, and writing them.
#include "show/snapshot/algebra.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace glassgrad::algebra {

using Kind = Formula::Kind;

std::string Product::key() const {
  std::vector<std::string> parts;
  for (const Power& p : powers)
    parts.push_back(p.text + (p.exponent == 1 ? "" : "^" + std::to_string(p.exponent)));
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) all += part + "|";
  return all;
}

// ---- Products --------------------------------------------------------------------------------

namespace {

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
  std::string text = base.text();
  for (std::size_t i = 0; i < to.powers.size(); ++i) {
    if (to.powers[i].text != text) continue;
    to.powers[i].exponent += exponent;
    if (to.powers[i].exponent == 0) to.powers.erase(to.powers.begin() + std::ptrdiff_t(i));
    return;
  }
  to.powers.push_back({base, exponent, std::move(text)});
}

}  // namespace

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
    Sum negated;
    add(negated, f, -1);
    multiply_power(to, written(negated, f.shape()), exponent);
  } else {
    multiply_power(to, f, exponent);
  }
}

namespace {

// A stretched factor beside others needs no broadcast: broadcast(c) * x is c * x.
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

// -a * b / c: the sign goes to the first factor.
Formula with_sign(const Formula& product) {
  std::vector<Formula> left{product};
  while (is_infix(left.back(), " * ") && left.back().strength() == strength::product)
    left.push_back(left.back().arguments()[0]);
  Formula first =
      left.back().kind() == Kind::number ? Formula(-left.back().number()) : -left.back();
  for (std::size_t i = left.size() - 1; i-- > 0;)
    first = left[i].with_arguments({first, left[i].arguments()[1]});
  return first;
}

}  // namespace

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
  if (over == -1) above = with_sign(*above);
  if (under != 1) below = Formula(under);
  for (const Power& p : product.powers)
    if (p.exponent < 0) append(below, power(p, -p.exponent));
  const Formula all = below ? Formula::infix(" / ", strength::product, *above, *below) : *above;
  return all.with_shape(shape);
}

// ---- Sums ------------------------------------------------------------------------------------

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

namespace {

bool is_stretched(const Sum::Term& term) {
  return term.product.powers.size() == 1 && is_call(term.product.powers[0].base, "broadcast");
}

// broadcast(c) + x is c + x
void drop_broadcasts(Sum& sum, const Shape& shape) {
  for (Sum::Term& term : sum.terms) {
    if (!is_stretched(term)) continue;
    const Formula inner = term.product.powers[0].base.arguments()[0];
    bool full = false;
    for (const Sum::Term& other : sum.terms)
      full |= &other != &term && other.shape == shape && !is_stretched(other);
    if (!full || !inner.shape().stretches_to(shape)) continue;
    term.product.powers.clear();
    multiply(term.product, inner, 1);
    term.shape = inner.shape();
  }
}

}  // namespace

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

}  // namespace glassgrad::algebra

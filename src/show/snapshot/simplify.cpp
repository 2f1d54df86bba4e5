// Every formula is read as a product or a sum (algebra.hpp), from the inside out, and written
// again. Anything else (a call, a matrix product) is an opaque factor.
#include "glassgrad/show/snapshot/simplify.hpp"

#include <optional>

#include "show/snapshot/algebra.hpp"
#include "show/snapshot/rebuild.hpp"

namespace glassgrad {
namespace {

using namespace algebra;
using algebra::Product;  // not that of op.hpp
using Kind = Formula::Kind;

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

// A vector times a matrix reads as such, despite axes of size 1.
Formula without_row(const Formula& f) {
  const bool row =
      is_call(f, "reshape") && f.arguments()[0].shape().rank() == 1 && f.shape().rank() == 2;
  return row ? f.arguments()[0] : f;
}
Formula with_plain_vectors(const Formula& f, std::vector<Formula> in) {
  if (in.empty()) return f;
  if (is_call(f, "reshape") && is_infix(in[0], " . ") && f.shape().rank() < 2)
    return in[0].with_shape(f.shape());
  if (is_infix(f, " . ")) {
    for (Formula& argument : in) {
      const bool turned = is_transposed(argument);
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

Formula rewritten(const Formula& f);

// A product in a product is read with the one around it: of n factors each once, not n times.
bool is_product(const Formula& f) { return is_infix(f, " * ") || is_minus(f); }
Formula as_factor(const Formula& f, const Shape& shape) {
  if (!is_product(f) || f.shape() != shape) return rewritten(f);
  std::vector<Formula> in;
  for (const Formula& argument : f.arguments()) in.push_back(as_factor(argument, shape));
  return f.with_arguments(std::move(in));
}

Formula rewritten(const Formula& f) {
  if (f.arguments().empty()) return f;
  std::vector<Formula> in;
  for (const Formula& argument : f.arguments())
    in.push_back(is_product(f) ? as_factor(argument, f.shape()) : rewritten(argument));
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
  if (is_transposed(g) && is_transposed(in[0])) return in[0].arguments()[0];
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
// that their denominators can still cancel. False: there is none.
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

namespace {

// Formulas short and shallow enough to rewrite.
bool may_be_rewritten(const Formula& formula) {
  constexpr int most_parts = 2000;
  return detail::parts_of(formula, most_parts) < most_parts && leaves(formula) <= 300;
}

}  // namespace

Formula plain_vectors(const Formula& formula) {
  return detail::rebuilt(formula, with_plain_vectors);
}

Formula tidied(const Formula& formula) {
  return may_be_rewritten(formula) ? rewritten(formula) : formula;
}

Formula simplified(const Formula& formula) {
  if (!may_be_rewritten(formula)) return formula;
  const Formula plain = rewritten(formula);
  if (leaves(plain) > 40) return plain;  // too long to multiply out
  int budget = 24;
  const Formula flat = rewritten(expanded(plain, budget));
  return leaves(flat) < leaves(plain) ? flat : plain;
}

int leaves(const Formula& formula) {
  constexpr int most = 1000000;
  int count = 0;
  detail::each_part(
      formula, [&](const Formula& part) { return (count += part.arguments().empty()) < most; });
  return count;
}

int occurrences(const Formula& formula, const std::string& symbol) {
  int count = 0;
  detail::each_part(formula, [&](const Formula& part) {
    count += part.kind() == Kind::symbol && part.head() == symbol;
    return true;
  });
  return count;
}

Formula substituted(const Formula& formula, const std::vector<Replacement>& replacements) {
  return detail::rebuilt(formula, [&](const Formula& f, std::vector<Formula> in) {
    if (f.kind() == Kind::symbol)
      for (const Replacement& r : replacements)
        if (r.symbol == f.head()) return r.by.with_shape(f.shape());
    return in.empty() ? f : f.with_arguments(std::move(in));
  });
}

Formula with_signs(const Formula& formula,
                   const std::vector<std::pair<std::string, std::string>>& signs) {
  return detail::rebuilt(formula, [&](const Formula& f, std::vector<Formula> in) {
    if (f.kind() == Kind::infix)
      for (const auto& [from, to] : signs)
        if (from == f.head())
          return Formula::infix(to, f.strength(), in[0], in[1]).with_shape(f.shape());
    return in.empty() ? f : f.with_arguments(std::move(in));
  });
}

}  // namespace glassgrad

// Paths through matrices: the rules' pullbacks composed, from the cost to the node, so that every
// factor stands on the side where the rules put it.
#include <algorithm>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/show/snapshot/simplify.hpp"
#include "show/snapshot/rebuild.hpp"
#include "show/text/chain_text.hpp"

namespace glassgrad {
namespace {

// Juxtaposition binds more tightly than o: W3^T (a3 - y) o g'(z2) needs no brackets.
Formula side_by_side(const Formula& a, const Formula& b) {
  return Formula::infix(" ", strength::sign, a, b);
}
bool is_infix(const Formula& f, std::string_view sign) {
  return f.kind() == Formula::Kind::infix && f.head() == sign;
}

// W3^T (a3 - y) o g'(z2): products of matrices without a sign, o for elementwise.
Formula as_in_notes(const Formula& formula) {
  return detail::rebuilt(formula, [](const Formula& f, std::vector<Formula> in) {
    if (in.empty()) return f;
    if (is_infix(f, " . ")) return side_by_side(in[0], in[1]);
    if (is_infix(f, " * ") && in[0].shape().count() > 1 && in[1].shape().count() > 1)
      return Formula::infix(" o ", f.strength(), in[0], in[1]);
    return f.with_arguments(std::move(in));
  });
}

// The same with the shape of every factor in its place.
Formula as_shapes(const Formula& f) {
  const std::vector<Formula>& in = f.arguments();
  if (is_infix(f, " . ")) return side_by_side(as_shapes(in[0]), as_shapes(in[1]));
  if (is_infix(f, " * ") && in[0].shape().count() > 1 && in[1].shape().count() > 1)
    return Formula::infix(" o ", f.strength(), as_shapes(in[0]), as_shapes(in[1]));
  if (is_infix(f, " * ")) return as_shapes(in[in[0].shape().count() > 1 ? 0 : 1]);
  if (is_infix(f, " / ") && in[1].shape().count() == 1) return as_shapes(in[0]);
  if (f.kind() == Formula::Kind::prefix) return as_shapes(in[0]);
  return Formula::symbol(to_text(f.shape()));
}

// A formula too long to read is replaced by its number of symbols.
Formula readable(const Formula& f) {
  constexpr int most_parts = 600;
  return detail::parts_of(f, most_parts) < most_parts
             ? f
             : Formula::symbol(join("(", leaves(f), " symbols)"), f.shape());
}

}  // namespace

// "sigmoid'(z2)", or "g'(z2)" for a box of the scope g: only for a function of one argument.
template <class T>
std::string ChainTexts<T>::derivative_name(const Step& step) const {
  const std::uint32_t at = step.box->output(), scope = graph_.scope(at);
  if (step.box->inputs().size() != 1) return "";
  const std::string argument = "'(" + label(from(step)) + ")";
  if (graph_.box(at) && scope && scopes_[scope].name != label(at))
    return shown_name(scopes_[scope].name) + argument;
  const auto called = [this](std::uint32_t i) { return symbol(i); };
  const std::optional<Formula> value = step.box->value(called);
  const bool function = value && value->kind() == Formula::Kind::call &&
                        value->arguments()[0].kind() == Formula::Kind::symbol;
  return function ? value->head() + argument : "";
}

// A product of matrices stays one also where its result is a matrix of one number: one example.
template <class T>
std::optional<Formula> ChainTexts<T>::matrix_product(const Step& step) const {
  const Shape& out = *tape_.records()[step.box->output()].shape;
  if (out.rank() != 2 || out.count() != 1) return std::nullopt;
  const auto called = [this](std::uint32_t i) { return symbol(i); };
  const std::optional<Formula> formula = step.box->pullback(step.input, called);
  if (!formula || !is_infix(*formula, " . ") || occurrences(*formula, "upstream") != 1)
    return std::nullopt;
  return formula;
}

// The contribution to the node along one path, for a cost's upstream of 1. With `named` the
// derivative of a function is written g'(z), unless it cancels against the factor before it.
template <class T>
Formula ChainTexts<T>::path_formula(const Path<T>& path, bool named) {
  Formula upstream(1);
  std::vector<Formula> factors;  // elementwise, since the last pullback
  std::vector<std::string> names;
  const auto multiply_factors = [&](const Shape& shape) {
    constexpr std::size_t at_once =
        64;  // simplified together: one by one a long path takes quadratic time
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const Formula factor =
          named && !names[i].empty() ? Formula::symbol(names[i], factors[i].shape()) : factors[i];
      upstream = (upstream * factor).with_shape(factor.shape());
      if (i % at_once == at_once - 1 || i + 1 == factors.size())
        upstream = readable(tidied(upstream));
    }
    if (upstream.shape() != shape) upstream = upstream.with_shape(shape);
    factors.clear(), names.clear();
  };
  for (const Step& step : path) {
    const BoxLocal<T>& l = local(step);
    const Shape& out = *tape_.records()[step.box->output()].shape;
    const Shape& in = *tape_.records()[from(step)].shape;
    const Formula unknown = Formula::symbol(quotient(step.box->output(), from(step)), l.shape);
    Formula formula = l.formula ? *l.formula : unknown;
    const std::optional<Formula> product = matrix_product(step);
    if (!product && l.kind == BoxLocalKind::factor && (in == out || out.count() == 1)) {
      formula = formula.with_shape(in);
      if (!factors.empty()) {
        const Formula merged = simplified((factors.back() * formula).with_shape(in));
        if (leaves(merged) < std::max(leaves(factors.back()), leaves(formula))) {
          factors.back() = merged, names.back() = "";
          continue;
        }
      }
      factors.push_back(formula);
      names.push_back(leaves(formula) > 1 ? derivative_name(step) : "");
      continue;
    }
    multiply_factors(out);
    if (product) {
      formula = substituted(*product, {{"upstream", upstream}});
    } else if (l.kind == BoxLocalKind::factor) {  // stretched: summed back
      const Formula contribution = (upstream * formula).with_shape(out);
      formula = Formula::call("sum", {contribution, Formula::symbol("to " + to_text(in))});
    } else if (l.formula) {
      formula = substituted(formula, {{"upstream", upstream}});
    } else {
      formula = Formula::infix(" . ", strength::product, upstream, unknown);
    }
    upstream = readable(simplified(formula.with_shape(in)));
  }
  multiply_factors(path.empty() ? Shape{} : *tape_.records()[from(path.back())].shape);
  return upstream;
}

template <class T>
std::string ChainTexts<T>::matrix(std::uint32_t cost, std::uint32_t node,
                                  const std::string& counted, const std::vector<Path<T>>& paths,
                                  const Chain& chain) {
  const Shape& shape = *tape_.records()[node].shape;
  const std::string name = "d" + label(node);
  const auto numbers = [&](const std::vector<double>& all) {
    return shape.count() <= options_.limit
               ? numbers_text(all, shape, {options_.digits, -1})
               : to_text(shape) + ", " + to_text(shape.count()) + " numbers";
  };
  std::string text = quotient(cost, node) + ": " + counted + "\n";
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<std::string> steps{label(node)};
    for (std::size_t k = paths[i].size(); k-- > 0;)
      steps.push_back(label(paths[i][k].box->output()));
    const std::string way = joined_names(steps, " -> ");
    const Formula formula = path_formula(paths[i], true);
    const std::string symbols = as_in_notes(formula).text();
    const std::string spelt = as_in_notes(path_formula(paths[i], false)).text();
    text += "  " + way + "\n  " + name + " = " + symbols + "\n";
    const std::string indent(name.size() + 2, ' ');
    if (spelt != symbols) text += indent + " = " + spelt + "\n";
    text += indent + " = " + numbers(chain.products[i]) + "\n";
    if (const std::string shapes = as_shapes(formula).text(); shapes != to_text(shape))
      text += "  " + to_text(shape) + " = " + shapes + "\n";
  }
  if (paths.size() == 1 && chain.paths == 1) return text;
  return text + name + " = " + numbers(chain.sum) + ", the sum over all paths\n";
}

template std::string ChainTexts<float>::matrix(std::uint32_t, std::uint32_t, const std::string&,
                                               const std::vector<Path<float>>&, const Chain&);
template std::string ChainTexts<double>::matrix(std::uint32_t, std::uint32_t, const std::string&,
                                                const std::vector<Path<double>>&, const Chain&);

}  // namespace glassgrad

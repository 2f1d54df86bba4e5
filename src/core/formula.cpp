// Building and printing formulas. Only what is certain is simplified: times 1, plus 0, --a, 2
// (1/a).
#include "glassgrad/core/formula.hpp"

#include <limits>

#include "glassgrad/core/text.hpp"

namespace glassgrad {

struct Formula::Term {
  Kind kind;
  std::string head;
  int strength = strength::atom;
  std::vector<Formula> arguments;
  Shape shape;
  double number = 0;
};

namespace {
// 1 - 0.9 is 0.09999999999999998: people are shown 0.1, the first 15 digits.
std::string number_text(double number) {
  const std::string exact = to_text(number), rounded = to_text(number, 15);
  return rounded.size() + 3 < exact.size() ? rounded : exact;
}
// Of a + b and the like: what broadcasting gives, else that of the operand with more axes.
Shape shape_of_both(const Shape& a, const Shape& b) {
  if (a.stretches_to(b)) return b;
  if (b.stretches_to(a)) return a;
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape shape = longer;
  for (int i = 1; i <= shorter.rank(); ++i)
    if (longer.from_end(i) == 1) shape = shape.with(longer.rank() - i, shorter.from_end(i));
  return shape;
}
}  // namespace

Formula Formula::of_number(double number) {
  return Formula(std::make_shared<Term>(Term{Kind::number,
                                             number_text(number),
                                             number < 0 ? strength::sign : strength::atom,
                                             {},
                                             {},
                                             number}));
}
Formula Formula::symbol(std::string text, const Shape& shape) {
  return Formula(
      std::make_shared<Term>(Term{Kind::symbol, std::move(text), strength::atom, {}, shape}));
}
Formula Formula::call(std::string_view name, std::vector<Formula> arguments) {
  const Shape shape = arguments.empty() ? Shape{} : arguments[0].shape();
  return Formula(std::make_shared<Term>(
      Term{Kind::call, std::string(name), strength::atom, std::move(arguments), shape}));
}
Formula Formula::infix(std::string_view sign, int strength, const Formula& a, const Formula& b) {
  return Formula(std::make_shared<Term>(
      Term{Kind::infix, std::string(sign), strength, {a, b}, shape_of_both(a.shape(), b.shape())}));
}
Formula Formula::prefix(std::string_view sign, int strength, const Formula& a) {
  return Formula(
      std::make_shared<Term>(Term{Kind::prefix, std::string(sign), strength, {a}, a.shape()}));
}
Formula Formula::postfix(std::string_view sign, const Formula& a) {
  return Formula(std::make_shared<Term>(
      Term{Kind::postfix, std::string(sign), strength::atom, {a}, a.shape()}));
}

Formula::Kind Formula::kind() const { return term_->kind; }
const std::string& Formula::head() const { return term_->head; }
const std::vector<Formula>& Formula::arguments() const { return term_->arguments; }
const Shape& Formula::shape() const { return term_->shape; }
int Formula::strength() const { return term_->strength; }
double Formula::number() const { return term_->number; }
bool Formula::is_number(double number) const {
  return term_->kind == Kind::number && term_->number == number;
}
Formula Formula::with_shape(const Shape& shape) const {
  Term term = *term_;
  term.shape = shape;
  return Formula(std::make_shared<Term>(std::move(term)));
}
Formula Formula::with_arguments(std::vector<Formula> arguments) const {
  Term term = *term_;
  term.arguments = std::move(arguments);
  return Formula(std::make_shared<Term>(std::move(term)));
}

std::string Formula::text() const {
  const auto inside = [this](std::size_t i, int least) {
    const Formula& argument = term_->arguments[i];
    std::string text = argument.text();
    return argument.term_->strength < least ? "(" + text + ")" : text;
  };
  const int own = term_->strength;
  switch (term_->kind) {
    case Kind::number:
    case Kind::symbol:
      return term_->head;
    case Kind::prefix:
      return term_->head + inside(0, own);
    case Kind::postfix:
      return inside(0, strength::atom) + term_->head;
    // a - (b - c) and a / (b c) need their parentheses: the right side binds one tighter
    case Kind::infix:
      return inside(0, own) + term_->head + inside(1, own + 1);
    case Kind::call:
      break;
  }
  std::string text = term_->head + "(";
  for (std::size_t i = 0; i < term_->arguments.size(); ++i)
    text += (i ? ", " : "") + term_->arguments[i].text();
  return text + ")";
}

namespace {
bool is_inverse(const Formula& f) {
  return f.kind() == Formula::Kind::infix && f.head() == " / " && f.arguments()[0].is_number(1);
}
}  // namespace

Formula operator+(const Formula& a, const Formula& b) {
  if (a.is_number(0)) return b;
  if (b.is_number(0)) return a;
  return Formula::infix(" + ", strength::sum, a, b);
}
Formula operator-(const Formula& a, const Formula& b) {
  if (b.is_number(0)) return a;
  if (a.is_number(0)) return -b;
  return Formula::infix(" - ", strength::sum, a, b);
}
Formula operator*(const Formula& a, const Formula& b) {
  if (a.is_number(1)) return b;
  if (b.is_number(1)) return a;
  if (a.is_number(-1)) return -b;
  if (b.is_number(-1)) return -a;
  if (a.kind() == Formula::Kind::number && is_inverse(b)) return a / b.arguments()[1];
  return Formula::infix(" * ", strength::product, a, b);
}
Formula operator/(const Formula& a, const Formula& b) {
  if (b.is_number(1)) return a;
  return Formula::infix(" / ", strength::product, a, b);
}
Formula operator-(const Formula& a) {
  if (a.kind() == Formula::Kind::prefix && a.head() == "-") return a.arguments()[0];
  if (is_inverse(a)) return Formula(-1) / a.arguments()[1];
  return Formula::prefix("-", strength::sign, a);
}
namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
Formula compare(std::string_view sign, const Formula& a, const Formula& b) {
  return Formula::infix(sign, strength::comparison, a, b);
}
}  // namespace
// Nothing is beyond infinity: such are the masks of one-sided bounds.
Formula operator<(const Formula& a, const Formula& b) {
  return b.is_number(-infinity) ? Formula(0) : compare(" < ", a, b);
}
Formula operator<=(const Formula& a, const Formula& b) { return compare(" <= ", a, b); }
Formula operator>(const Formula& a, const Formula& b) {
  return b.is_number(infinity) ? Formula(0) : compare(" > ", a, b);
}
Formula operator>=(const Formula& a, const Formula& b) { return compare(" >= ", a, b); }
Formula operator==(const Formula& a, const Formula& b) { return compare(" == ", a, b); }
Formula operator!=(const Formula& a, const Formula& b) { return compare(" != ", a, b); }

}  // namespace glassgrad

// Building and printing formulas. Only what is certain is simplified: times 1, plus 0, --a, 2
// (1/a).
#include "glassgrad/engine/formula.hpp"

#include <iterator>
#include <limits>

#include "glassgrad/array/text.hpp"

namespace glassgrad {

struct Formula::Term {
  Term(Kind k, std::string h, int s, std::vector<Formula> in, Shape of, double x = 0)
      : kind(k), head(std::move(h)), strength(s), arguments(std::move(in)), shape(of), number(x) {}
  Term(const Term&) = default;
  // However deep the tree is, one term after the other.
  ~Term() {
    std::vector<Formula> dropped = std::move(arguments);
    while (!dropped.empty()) {
      const Formula last = std::move(dropped.back());
      dropped.pop_back();
      if (last.term_.use_count() > 1) continue;
      // no other formula holds it, so none sees that its arguments are taken
      std::vector<Formula>& inside = const_cast<Term&>(*last.term_).arguments;
      std::move(inside.begin(), inside.end(), std::back_inserter(dropped));
      inside.clear();
    }
  }

  Kind kind;
  std::string head;
  int strength;
  std::vector<Formula> arguments;
  Shape shape;
  double number;
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

namespace {

constexpr std::size_t longest_text = 1 << 20;  // formulas that share parts double with every level
constexpr std::size_t most_written = 32, few_written = 16;  // arguments of a call

// What is still to be written, the next one last: a formula, or a sign between two.
struct Waiting {
  const Formula* formula;
  std::string text;
};

class Text {
 public:
  std::string of(const Formula& formula) {
    waiting_.push_back({&formula, {}});
    while (!waiting_.empty()) {
      const Waiting next = std::move(waiting_.back());
      waiting_.pop_back();
      if (next.formula)
        write(*next.formula);
      else
        text_ += next.text;
      if (text_.size() > longest_text) return text_ + "...";
    }
    return std::move(text_);
  }

 private:
  void later(std::string_view text) { waiting_.push_back({nullptr, std::string(text)}); }
  void later(const Formula& formula, int least) {
    const bool brackets = formula.strength() < least;
    if (brackets) later(")");
    waiting_.push_back({&formula, {}});
    if (brackets) later("(");
  }

  // What comes first is put on the list last.
  void write(const Formula& f) {
    const std::vector<Formula>& in = f.arguments();
    switch (f.kind()) {
      case Formula::Kind::number:
      case Formula::Kind::symbol:
        text_ += f.head();
        return;
      case Formula::Kind::prefix:
        text_ += f.head();
        return later(in[0], f.strength());
      case Formula::Kind::postfix:
        later(f.head());
        return later(in[0], strength::atom);
      // a - (b - c) and a / (b c) need their parentheses: the right side binds one tighter
      case Formula::Kind::infix:
        later(in[1], f.strength() + 1);
        later(f.head());
        return later(in[0], f.strength());
      case Formula::Kind::call:
        return write_call(f);
    }
  }
  // Of very many arguments the first ones and the last, which says how: concat(a, b, ..., 0).
  void write_call(const Formula& f) {
    const std::vector<Formula>& in = f.arguments();
    const bool many = in.size() > most_written;
    later(")");
    for (std::size_t i = in.size(); i-- > 0;) {
      if (many && i + 1 < in.size() && i >= few_written) {
        later("... and " + std::to_string(in.size() - 1 - few_written) + " more");
        i = few_written;
      } else {
        later(in[i], 0);
      }
      if (i) later(", ");
    }
    text_ += f.head() + "(";
  }

  std::string text_;
  std::vector<Waiting> waiting_;
};

}  // namespace

std::string Formula::text() const { return Text().of(*this); }

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

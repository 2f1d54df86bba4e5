// A recursive descent, one function per level of precedence.
#include <algorithm>
#include <cctype>
#include <charconv>

#include "glassgrad/core/text.hpp"
#include "syntax.hpp"

namespace glassgrad::cli {
namespace {

std::size_t letters(std::string_view text) {  // not bytes: those of UTF-8 that begin one
  std::size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

std::string_view line_of(std::string_view text, std::size_t at) {
  const std::size_t before = text.rfind('\n', at ? at - 1 : 0);
  const std::size_t begin = before == text.npos || before >= at ? 0 : before + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string place(const Source& source, std::size_t at) {
  const std::string_view text = source.text;
  const std::string_view line = line_of(text, at);
  const auto begin = std::size_t(line.data() - text.data());
  const std::size_t column = letters(text.substr(begin, at - begin)) + 1;
  std::string place = source.name.empty() ? "" : source.name + ", ";
  if (text.find('\n') != text.npos) {
    const std::string_view above = text.substr(0, begin);
    place += join("line ", 1 + std::count(above.begin(), above.end(), '\n'), ", ");
  }
  return place + join("column ", column, ": ");
}

constexpr int deepest = 200;

class Parser {
 public:
  explicit Parser(const Source& source) : source_(source), text_(source.text) {}

  std::vector<Statement> statements() {
    std::vector<Statement> all;
    for (;;) {
      while (take(";") || take("\n")) {
      }
      if (at_end()) break;
      all.push_back(statement());
      if (!at_end() && !is(";") && !is("\n")) expected("an operator, \";\" or the end");
    }
    if (all.empty()) refuse(at_, "there is no expression", "Write one, such as \"w*x + b\"");
    return all;
  }

 private:
  // ---- Levels, loosest first --------------------------------------------------------------------
  Statement statement() {
    skip();
    Statement statement{"", at_, {}};
    const std::size_t begin = at_;
    if (is_letter(peek())) {
      std::string name = word();
      if (!is("==") && take("="))
        statement.name = std::move(name);
      else
        at_ = begin;
    }
    statement.term = comparison();
    return statement;
  }

  Term comparison() {
    Term left = sum();
    const std::size_t sign = skip();
    const std::string op = take("<=")   ? "less_equal"
                           : take(">=") ? "greater_equal"
                           : take("==") ? "equal"
                           : take("!=") ? "not_equal"
                           : take("<")  ? "less"
                           : take(">")  ? "greater"
                                        : "";
    if (op.empty()) return left;
    left = call(sign, op, std::move(left), sum());
    for (const char* next : {"<", ">", "==", "!="})
      if (is(next)) refuse(at_, "comparisons do not chain", "Use parentheses");
    return left;
  }

  Term sum() {
    Term left = product();
    for (;;) {
      const std::size_t sign = skip();
      if (take("+"))
        left = call(sign, "add", std::move(left), product());
      else if (take("-") || take("\u2212"))
        left = call(sign, "sub", std::move(left), product());
      else
        return left;
    }
  }

  Term product() {
    Term left = unary();
    for (;;) {
      const std::size_t sign = skip();
      if (!is("**") && (take("*") || take("\u00d7") || take("\u00b7")))
        left = call(sign, "mul", std::move(left), unary());
      else if (take("/") || take("\u00f7"))
        left = call(sign, "div", std::move(left), unary());
      else if (take("@"))
        left = call(sign, "matmul", std::move(left), unary());
      else
        return left;
    }
  }

  Term unary() {
    const Depth depth(*this);
    const std::size_t sign = skip();
    if (take("+")) return unary();
    if (!take("-") && !take("\u2212")) return power();
    Term inside = unary();
    if (inside.kind != Term::Kind::number) return {Term::Kind::call, sign, "neg", 0, {inside}};
    inside.number = -inside.number;
    inside.at = sign;
    return inside;
  }

  Term power() {
    Term base = transposed();
    const std::size_t sign = skip();
    if (take("^") || take("**")) return call(sign, "pow", std::move(base), unary());
    return base;
  }

  Term transposed() {
    Term term = operand();
    for (std::size_t sign = skip(); is(".T"); sign = skip()) {
      at_ += 2;
      term = {Term::Kind::call, sign, "transpose", 0, {std::move(term)}};
    }
    return term;
  }

  Term operand() {
    const Depth depth(*this);
    const std::size_t begin = skip();
    if (std::isdigit(static_cast<unsigned char>(peek())) || peek() == '.') return number();
    if (take("(")) {
      ++brackets_;
      Term inside = comparison();
      --brackets_;
      close(")", "(", begin);
      return inside;
    }
    if (take("[")) return {Term::Kind::list, begin, "", 0, items("]", "[", begin)};
    if (!is_letter(peek())) expected("a number, a name, \"(\" or \"[\"");
    Term term{Term::Kind::name, begin, word(), 0, {}};
    const std::size_t bracket = skip();
    if (!take("(")) return term;
    term.kind = Term::Kind::call;
    term.parts = items(")", "(", bracket);
    return term;
  }

  // ---- Parts ------------------------------------------------------------------------------------
  std::vector<Term> items(const char* end, const char* begin, std::size_t opened) {
    std::vector<Term> all;
    ++brackets_;
    if (is(end)) expected("a number, a name, \"(\" or \"[\"");
    do all.push_back(comparison());
    while (take(","));
    --brackets_;
    close(end, begin, opened, "\",\" or ");
    return all;
  }
  void close(const char* end, const char* begin, std::size_t opened,
             const std::string& or_else = "") {
    if (take(end)) return;
    const std::size_t column =
        letters(line_of(text_, opened).substr(0, opened - line_begin(opened)));
    expected(or_else + join("\"", end, "\" for the \"", begin, "\" of column ", column + 1));
  }
  std::size_t line_begin(std::size_t at) const {
    return std::size_t(line_of(text_, at).data() - text_.data());
  }

  Term number() {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    Term term{Term::Kind::number, at_, "", 0, {}};
    const auto [stop, error] = std::from_chars(begin, end, term.number);
    if (error == std::errc::result_out_of_range)
      refuse(at_, join("\"", std::string(begin, stop), "\" does not fit a float64"),
             "Give a number from 1e-307 to 1e308");
    if (error != std::errc()) expected("a number, a name, \"(\" or \"[\"");
    at_ += std::size_t(stop - begin);
    return term;
  }

  static Term call(std::size_t at, std::string op, Term a, Term b) {
    Term term{Term::Kind::call, at, std::move(op), 0, {}};
    term.parts.push_back(std::move(a));
    term.parts.push_back(std::move(b));
    return term;
  }

  // ---- Letters ----------------------------------------------------------------------------------
  bool is_letter(char c) const {
    if (static_cast<unsigned char>(c) < 0x80)
      return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
    for (const std::string_view sign : {"\u2212", "\u00d7", "\u00b7", "\u00f7"})
      if (text_.substr(at_).starts_with(sign)) return false;
    return true;
  }
  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (is_letter(peek()) || std::isdigit(static_cast<unsigned char>(peek()))))
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  // Spaces; a line ends a statement unless a bracket is open.
  std::size_t skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' ||
                                  (text_[at_] == '\n' && brackets_ > 0)))
      ++at_;
    return at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool at_end() { return skip() == text_.size(); }
  bool is(std::string_view sign) { return skip(), text_.substr(at_).starts_with(sign); }
  bool take(std::string_view sign) {
    if (!is(sign)) return false;
    at_ += sign.size();
    return true;
  }

  [[noreturn]] void refuse(std::size_t at, const std::string& problem,
                           const std::string& remedy) const {
    throw ExpressionError(source_, at, problem, remedy);
  }
  [[noreturn]] void expected(const std::string& what) {
    if (at_end()) refuse(at_, what + " is expected, not the end", "Complete the expression");
    std::size_t end = at_ + 1;
    while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
    std::string found(text_.substr(at_, end - at_));
    if (is_letter(peek())) {
      const std::size_t begin = at_;
      found = word().substr(0, 40);
      at_ = begin;
    }
    const std::string_view shown = found == "\n" ? "the end of the line" : "";
    refuse(at_,
           what + " is expected, not " + (shown.empty() ? "\"" + found + "\"" : std::string(shown)),
           "Correct the expression there");
  }

  struct Depth {
    explicit Depth(Parser& of) : parser(of) {
      if (++parser.depth_ > deepest)
        parser.refuse(parser.at_, join("the expression is nested more than ", deepest / 2, " deep"),
                      "Give its parts names, as statements of their own");
    }
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0, brackets_ = 0;
};

}  // namespace

ExpressionError::ExpressionError(const Source& source, std::size_t at, const std::string& problem,
                                 const std::string& remedy)
    : Error("explain", place(source, at) + problem, remedy) {
  const std::string_view line = line_of(source.text, at);
  const auto begin = std::size_t(line.data() - source.text.data());
  picture_ = "  " + std::string(line) + "\n  " +
             std::string(letters(line.substr(0, at - begin)), ' ') + "^";
}

std::vector<Statement> parse(const Source& source) { return Parser(source).statements(); }

}  // namespace glassgrad::cli

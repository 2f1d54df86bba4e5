// A recursive descent, one function per level of precedence.
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "array/read_number.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/explain/syntax.hpp"
#include "places.hpp"

namespace glassgrad::explain {
namespace {

constexpr int deepest = 200;

class Parser {
 public:
  explicit Parser(const Source& source) : source_(source), text_(source.text) {}

  Parsed parse() {
    Parsed all;
    for (;;) {
      while (take(";") || take("\n")) {
      }
      if (at_end()) break;
      all.statements.push_back(statement());
      if (!at_end() && !is(";") && !is("\n")) expected("an operator, \";\" or the end");
    }
    if (all.statements.empty())
      refuse(at_, "there is no expression", "Write one, such as \"w*x + b\"");
    all.terms = std::move(terms_);
    return all;
  }

 private:
  // ---- Levels, loosest first: each leaves the term it read at the end of terms_ -----------------
  Statement statement() {
    skip();
    Statement statement{"", at_, 0};
    const std::size_t begin = at_;
    if (is_letter(peek())) {
      std::string name = word();
      if (!is("==") && take("="))
        statement.name = std::move(name);
      else
        at_ = begin;
    }
    comparison();
    statement.term = terms_.size() - 1;
    return statement;
  }

  void comparison() {
    const std::size_t first = terms_.size();
    sum();
    const std::size_t sign = skip();
    const std::string op = take("<=")   ? "less_equal"
                           : take(">=") ? "greater_equal"
                           : take("==") ? "equal"
                           : take("!=") ? "not_equal"
                           : take("<")  ? "less"
                           : take(">")  ? "greater"
                                        : "";
    if (op.empty()) return;
    sum();
    call(sign, op, 2, first);
    for (const char* next : {"<", ">", "==", "!="})
      if (is(next)) refuse(at_, "comparisons do not chain", "Use parentheses");
  }

  void sum() {
    const std::size_t first = terms_.size();
    product();
    for (;;) {
      const std::size_t sign = skip();
      const char* op = take("+") ? "add" : take("-") || take("\u2212") ? "sub" : nullptr;
      if (!op) return;
      product();
      call(sign, op, 2, first);
    }
  }

  void product() {
    const std::size_t first = terms_.size();
    unary();
    for (;;) {
      const std::size_t sign = skip();
      const char* op = !is("**") && (take("*") || take("\u00d7") || take("\u00b7")) ? "mul"
                       : take("/") || take("\u00f7")                                ? "div"
                       : take("@")                                                  ? "matmul"
                                                                                    : nullptr;
      if (!op) return;
      unary();
      call(sign, op, 2, first);
    }
  }

  void unary() {
    const Depth depth(*this);
    const std::size_t sign = skip(), first = terms_.size();
    if (take("+")) return unary();
    if (!take("-") && !take("\u2212")) return power();
    unary();
    Term& inside = terms_.back();
    if (inside.kind != Term::Kind::number) return call(sign, "neg", 1, first);
    inside.number = -inside.number;
    inside.at = sign;
  }

  void power() {
    const std::size_t first = terms_.size();
    transposed();
    const std::size_t sign = skip();
    if (!take("^") && !take("**")) return;
    unary();
    call(sign, "pow", 2, first);
  }

  void transposed() {
    const std::size_t first = terms_.size();
    operand();
    for (std::size_t sign = skip(); is(".T"); sign = skip()) {
      at_ += 2;
      call(sign, "transpose", 1, first);
    }
  }

  void operand() {
    const Depth depth(*this);
    const std::size_t begin = skip(), first = terms_.size();
    if (std::isdigit(static_cast<unsigned char>(peek())) || peek() == '.') return number();
    if (take("(")) {
      ++brackets_;
      comparison();
      --brackets_;
      return close(")", "(", begin);
    }
    if (take("[")) {
      const std::size_t parts = items("]", "[", begin);
      terms_.push_back({Term::Kind::list, begin, "", 0, parts, first});
      return;
    }
    if (!is_letter(peek())) expected("a number, a name, \"(\" or \"[\"");
    std::string name = word();
    const std::size_t bracket = skip();
    if (!take("(")) {
      terms_.push_back({Term::Kind::name, begin, std::move(name), 0, 0, first});
      return;
    }
    const std::size_t parts = items(")", "(", bracket);
    call(begin, std::move(name), parts, first);
  }

  // ---- Parts ------------------------------------------------------------------------------------
  std::size_t items(const char* end, const char* begin, std::size_t opened) {
    std::size_t parts = 0;
    ++brackets_;
    if (is(end)) expected("a number, a name, \"(\" or \"[\"");
    do comparison(), ++parts;
    while (take(","));
    --brackets_;
    close(end, begin, opened, "\",\" or ");
    return parts;
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

  void number() {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    Term term{Term::Kind::number, at_, "", 0, 0, terms_.size()};
    const auto [stop, error] = glassgrad::detail::read_number(begin, end, term.number);
    if (error == std::errc::result_out_of_range) {
      term.number = std::strtod(std::string(begin, stop).c_str(), nullptr);
      if (std::isinf(term.number))  // closer to 0 than the smallest number it is 0
        refuse(at_, join("\"", shortened({begin, stop}, 40), "\" does not fit a float64"),
               "Give a number up to 1.797e308");
    }
    if (error == std::errc::invalid_argument) expected("a number, a name, \"(\" or \"[\"");
    at_ += std::size_t(stop - begin);
    terms_.push_back(std::move(term));
  }

  void call(std::size_t at, std::string op, std::size_t parts, std::size_t first) {
    terms_.push_back({Term::Kind::call, at, std::move(op), 0, parts, first});
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
      found = shortened(word(), 40);
      at_ = begin;
    }
    refuse(at_,
           what + " is expected, not " +
               (found == "\n" ? "the end of the line" : "\"" + printable(found) + "\""),
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
  Terms terms_;
  std::size_t at_ = 0;
  int depth_ = 0, brackets_ = 0;
};

}  // namespace

std::vector<std::size_t> parts_of(const Terms& terms, std::size_t term) {
  std::vector<std::size_t> parts(terms[term].parts);
  std::size_t at = term;
  for (std::size_t k = parts.size(); k-- > 0; at = terms[parts[k]].first) parts[k] = at - 1;
  return parts;
}

Parsed parse(const Source& source) { return Parser(source).parse(); }

}  // namespace glassgrad::explain

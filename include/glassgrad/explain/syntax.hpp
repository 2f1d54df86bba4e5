// The language of `glassgrad explain`: from text to terms. Statements stand between semicolons,
//   z = w1*x1 + w2*x2; yhat = sigmoid(z); L = (y - yhat)^2/2
// Precedence as in mathematics and Python: ^ (or **, from the right), unary -, then * / @, then +
// -, then one comparison. What the functions are is not known here: see functions.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/error.hpp"

namespace glassgrad::explain {

// A place in the user's text; `source` is what messages put before the column.
struct Source {
  std::string text;
  std::string name;  // "" for the expression itself
};

// [explain] column 7: what is wrong there. What to do.
class ExpressionError : public Error {
 public:
  ExpressionError(const Source& source, std::size_t at, const std::string& problem,
                  const std::string& remedy);
  // The line of the text and a caret under the place, to be shown below the message.
  const std::string& picture() const { return picture_; }

 private:
  std::string picture_;
};

struct Term {
  enum class Kind { number, name, list, call };  // an operator is a call of its op: "add", "neg"
  Kind kind;
  std::size_t at;    // where it begins; of an operator, where its sign stands
  std::string text;  // the name, the function
  double number = 0;
  std::size_t parts = 0;  // how many terms it is made of
  std::size_t first = 0;  // where in Terms the first of them begins; it ends before this one
};
// All terms of a text in postfix order: "a + b*c" is a b c mul add. So no reader of an expression
// recurses, however deep it is.
using Terms = std::vector<Term>;
// The places of a term's parts, from left to right.
std::vector<std::size_t> parts_of(const Terms& terms, std::size_t term);

struct Statement {
  std::string name;  // "" when it has none
  std::size_t at;
  std::size_t term;  // in Parsed::terms
};
struct Parsed {
  Terms terms;
  std::vector<Statement> statements;
};

// Throws ExpressionError.
Parsed parse(const Source& source);

}  // namespace glassgrad::explain

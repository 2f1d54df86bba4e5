// Tables of mistakes: each is made on a tape that holds x, a (2, 3), and v, a (4). It must throw E
// with its exact text, and what was recorded before must still work, forward and backward.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

struct Mistake {
  std::string name;
  std::function<void(Tape<double>&, const Node<double>& x, const Node<double>& v)> make;
  std::string text;

  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }
};

template <class E>
void expect_mistake(const Mistake& mistake) {
  Tape<double> tape;
  const Node<double> x = tape.input({{1, 2, 3}, {4, 5, 6}});
  const Node<double> v = tape.input({1, 2, 3, 4});
  try {
    mistake.make(tape, x, v);
    ADD_FAILURE() << "nothing is thrown";
  } catch (const E& error) {
    EXPECT_EQ(std::string(error.what()), mistake.text);
  }
  const Node<double> y = sum(x * x);
  EXPECT_EQ(tape.records().scope_of(y.index()),
            tape.records().scope_of(x.index()));  // no scope is left open
  tape.backward(y);
  EXPECT_EQ(y.item(), 91);
  EXPECT_EQ(x.upstream()(1, 2), 12);
}

}  // namespace glassgrad

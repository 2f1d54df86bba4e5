// What may be given where a function is wanted: a plain function by its name, a pointer to one, an
// object.
#include <gtest/gtest.h>

#include <functional>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

int doubled(int x) { return 2 * x; }
Node<> squares(const Node<>& x) { return sum(square(x)); }
Node<> cost(Tape<>& tape) { return square(tape.input("x", 3.0)); }
Node<> fed_cost(Tape<>&, const Fed<double>& in) { return squares(in[0]); }
void set_to_one(View<double> upstream) { upstream[0] = 1; }

TEST(Function, IsAPlainFunctionAPointerOrAnObject) {
  const Function<int(int)> plain = doubled, pointer = &doubled,
                           object = [](int x) { return 2 * x; };
  for (const auto* const f : {&plain, &pointer, &object}) EXPECT_EQ((*f)(21), 42);
}
TEST(Function, OfNothingSaysSo) {
  int (*const none)(int) = nullptr;
  const Function<int(int)> empty, from_null = none, from_empty = std::function<int(int)>();
  for (const auto* const f : {&empty, &from_null, &from_empty}) {
    EXPECT_FALSE(*f);
    EXPECT_EQ(error_of([&] { (*f)(1); }),
              "[function] there is nothing to call. Give it a function.");
  }
}
// By name, as people write it first.
TEST(Function, PlainOnesAreTakenWhereverOneIsWanted) {
  Tape tape;
  const auto x = tape.input("x", {1.0, 2.0});
  tape.on_upstream(x, set_to_one);
  tape.backward(checkpoint(squares, x));
  EXPECT_EQ(x.upstream()[0], 1);
  EXPECT_EQ(x.upstream()[1], 4);
  EXPECT_TRUE(check_gradients(squares, {x.value()}).ok);
  EXPECT_FALSE(explain_step<double>(cost));
  const std::vector<double> numbers{1, 2};
  auto program = compile<double>(fed_cost, {numbers}, Gradients::none);
  EXPECT_EQ(program(numbers), 5);
  EXPECT_EQ(map_batch(squares, tape.constant({{1.0, 2.0}, {3.0, 4.0}})).value()[1], 25);
}

}  // namespace
}  // namespace glassgrad

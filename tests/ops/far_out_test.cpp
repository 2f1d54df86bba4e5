// Compositions whose parts overflow long before they do: value, slope and second slope far out.
#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

template <class T>
void expect_gelu_tanh(double x, double value, double slope) {
  Tape<T> tape;
  const Node<T> in = tape.input(T(x)), y = gelu_tanh(in);
  EXPECT_EQ(y.item(), T(value)) << x;
  const Node<T> first = grad(y, in);
  EXPECT_EQ(first.item(), T(slope)) << x;
  EXPECT_EQ(grad(first, in).item(), T(0)) << x;
}

TEST(FarOut, GeluTanhIsXOrNothing) {
  for (const double x : {31., 1e13, 1e20, 1e38}) {
    expect_gelu_tanh<float>(x, x, 1), expect_gelu_tanh<float>(-x, 0, 0);
    expect_gelu_tanh<double>(x, x, 1), expect_gelu_tanh<double>(-x, 0, 0);
  }
  expect_gelu_tanh<double>(1e200, 1e200, 1);
  expect_gelu_tanh<double>(-1e200, 0, 0);
}

}  // namespace
}  // namespace glassgrad

// Code of single numbers, compiled: they lie in one array, copies of leaves first.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

// Every way a number can come and go: fed, of a parameter that moves, a constant, the sum of an
// array, stretched over one, under another shape, from products of one entry that are added up;
// ops with attributes of their own between ops without.
template <class T>
struct Numbers {
  Parameter<T> w{"w", T(0.7)}, b{"b", T(-0.2)}, row{"row", {T(0.5), T(-1), T(2)}};
  Parameter<T> single{"single", View<const T>{&start, &one_by_one}};

  Node<T> cost(Tape<T>& tape, const Node<T>& x) {
    Node<T> y = x * tape(w) + tape(b);
    for (int i = 1; i < 6; ++i) y = tanh(leaky_relu(y - T(0.3) * T(i), 0.1 * i) * tape(w) + T(i));
    const Node<T> total = sum(tape(row) * y);
    const Node<T> product = matmul(reshape(total, {1, 1}), tape(single));
    const Node<T> again = matmul(product, tape(single));
    return sum(square(again + tape(single))) + exp(-total) / (T(1) + square(y));
  }
  std::vector<Parameter<T>*> parameters() { return {&w, &b, &row, &single}; }

 private:
  static constexpr T start = T(0.9);
  inline static const Shape one_by_one{1, 1};
};

template <class T>
void expect_a_tapes_numbers() {
  Numbers<T> eager, replayed;
  auto program = compile<T>(
      [&](Tape<T>& tape, const Fed<T>& in) { return replayed.cost(tape, in[0]); }, {T(0)});
  GradientDescent<T> one(0.05), other(0.05);
  for (int i = 0; i < 10; ++i) {
    const T x = T(std::sin(3.0 * i));
    Tape<T> tape;
    const Node<T> cost = eager.cost(tape, tape.input(x));
    tape.backward(cost);
    tape.add_to_parameters();
    const T given = program(x);
    const auto tolerance = 64 * std::numeric_limits<T>::epsilon();
    EXPECT_NEAR(given, cost.item(), tolerance * std::abs(cost.item()));
    for (std::size_t k = 0; k < 4; ++k) {
      const View<const T> right = eager.parameters()[k]->gradient();
      const View<const T> found = replayed.parameters()[k]->gradient();
      for (std::int64_t j = 0; j < right.count(); ++j)
        EXPECT_NEAR(found[j], right[j], tolerance * (1 + std::abs(right[j]))) << i << ' ' << k;
    }
    one.step(eager.parameters()), other.step(replayed.parameters());
  }
}
TEST(Numbers, AreATapes) {
  expect_a_tapes_numbers<double>();
  expect_a_tapes_numbers<float>();
}

TEST(Numbers, OfALongChainAreATapesToTheLastBit) {
  Parameter<double> x("x", 0.5), w("w", 0.999), b("b", 0.001);
  const auto chain = [&](Tape<double>& tape) {
    Node<double> y = tape(x);
    for (int i = 0; i < 2000; ++i) y = i % 3 ? y * tape(w) : y + tape(b);
    return y;
  };
  auto program =
      compile<double>([&](Tape<double>& tape, const Fed<double>&) { return chain(tape); }, {});
  for (int i = 0; i < 3; ++i) {
    Tape<double> tape;
    const Node<double> y = chain(tape);
    tape.backward(y);
    for (auto* parameter : {&x, &w, &b}) parameter->zero_gradient();
    EXPECT_EQ(program(), y.item());
    for (auto* parameter : {&x, &w, &b}) {
      EXPECT_EQ(parameter->gradient()[0], *tape(*parameter).upstream().data) << parameter->name();
      parameter->change()[0] += 0.01 * i;
    }
  }
}

TEST(Numbers, AskForNoMemory) {
  Numbers<double> numbers;
  auto program = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return numbers.cost(tape, in[0]); }, {0.0});
  const auto parameters = numbers.parameters();
  const auto step = [&](double x) {
    for (auto* parameter : parameters) parameter->zero_gradient();
    return program(x);
  };
  step(0.1), step(0.2);
  const auto before = allocations();
  step(0.3);
  EXPECT_EQ(allocations() - before, 0);
}

TEST(Numbers, GradientsOutliveTheProgram) {
  Parameter<double> x("x", 3.0);
  {
    auto program = compile<double>(
        [&](Tape<double>& tape, const Fed<double>&) { return square(tape(x)) * 2.0; }, {});
    EXPECT_EQ(program(), 18.0);
    EXPECT_EQ(program(), 18.0);
  }
  EXPECT_EQ(x.gradient()[0], 24.0);  // of both runs
}

}  // namespace
}  // namespace glassgrad

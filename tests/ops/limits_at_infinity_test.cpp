// What functions of one argument are at infinity and minus infinity: value, slope and second
// derivative are their limits, wherever there are some; no product of 0 and infinity is left.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Limit {
  double value, slope, second;
};
template <class T>
struct Limits {
  const char* name;
  Limit below, above;  // at minus infinity, at infinity
  std::function<Node<T>(const Node<T>&)> f;
};
constexpr Limit flat{0, 0, 0}, rising{infinity, 1, 0}, falling{-infinity, 1, 0};

template <class T>
std::vector<Limits<T>> with_limits() {
  using N = Node<T>;
  constexpr Limit bursting{infinity, infinity, infinity}, slower{infinity, 0, 0};
  const double right = std::numbers::pi / 2;
  const auto constant = [](double number) { return Limit{number, 0, 0}; };
  const auto one = [](const N& x) { return x.its_tape().constant(1.0); };
  return {
      {"sigmoid", flat, constant(1), [](const N& x) { return sigmoid(x); }},
      {"relu", flat, rising, [](const N& x) { return relu(x); }},
      {"leaky_relu", {-infinity, 0.25, 0}, rising, [](const N& x) { return leaky_relu(x, 0.25); }},
      {"elu", constant(-1), rising, [](const N& x) { return elu(x); }},
      {"celu", constant(-2), rising, [](const N& x) { return celu(x, 2); }},
      {"softplus", flat, rising, [](const N& x) { return softplus(x); }},
      {"softplus of 2", flat, rising, [](const N& x) { return softplus(x, 2); }},
      {"log_sigmoid", falling, flat, [](const N& x) { return log_sigmoid(x); }},
      {"gelu", flat, rising, [](const N& x) { return gelu(x); }},
      {"gelu_tanh", flat, rising, [](const N& x) { return gelu_tanh(x); }},
      {"silu", flat, rising, [](const N& x) { return silu(x); }},
      {"mish", flat, rising, [](const N& x) { return mish(x); }},
      {"hardswish", flat, rising, [](const N& x) { return hardswish(x); }},
      {"hardsigmoid", flat, constant(1), [](const N& x) { return hardsigmoid(x); }},
      {"softsign", constant(-1), constant(1), [](const N& x) { return softsign(x); }},
      {"tanhshrink", falling, rising, [](const N& x) { return tanhshrink(x); }},
      {"softshrink", falling, rising, [](const N& x) { return softshrink(x); }},
      {"tanh", constant(-1), constant(1), [](const N& x) { return tanh(x); }},
      {"atan", constant(-right), constant(right), [](const N& x) { return atan(x); }},
      {"erf", constant(-1), constant(1), [](const N& x) { return erf(x); }},
      {"erfc", constant(2), flat, [](const N& x) { return erfc(x); }},
      {"normal_cdf", flat, constant(1), [](const N& x) { return normal_cdf(x); }},
      // -x^2 / 2 and less: its slope is -x
      {"log_normal_cdf",
       {-infinity, infinity, -1},
       flat,
       [](const N& x) { return log_normal_cdf(x); }},
      {"sinc", flat, flat, [](const N& x) { return sinc(x); }},
      {"exp", flat, bursting, [](const N& x) { return exp(x); }},
      {"exp2", flat, bursting, [](const N& x) { return exp2(x); }},
      {"expm1", constant(-1), bursting, [](const N& x) { return expm1(x); }},
      {"log of 1 + |x|", slower, slower, [](const N& x) { return log1p(abs(x)); }},
      {"log of |x|", slower, slower, [](const N& x) { return log(abs(x)); }},
      {"sqrt of |x|", slower, slower, [](const N& x) { return sqrt(abs(x)); }},
      {"rsqrt of |x|", flat, flat, [](const N& x) { return rsqrt(abs(x)); }},
      {"1 / x", flat, flat, [](const N& x) { return 1 / x; }},
      {"square",
       {infinity, -infinity, 2},
       {infinity, infinity, 2},
       [](const N& x) { return square(x); }},
      {"logaddexp", constant(1), rising, [=](const N& x) { return logaddexp(x, one(x)); }},
      {"logaddexp of two", falling, rising, [](const N& x) { return logaddexp(x, x); }},
      {"logaddexp2", constant(1), rising, [=](const N& x) { return logaddexp2(x, one(x)); }},
      {"hypot", {infinity, -1, 0}, rising, [=](const N& x) { return hypot(x, one(x)); }},
      {"atan2", constant(-right), constant(right), [=](const N& x) { return atan2(x, one(x)); }},
      {"clamp", constant(-1), constant(1), [](const N& x) { return clamp(x, -1, 1); }},
  };
}
// On a tape, the derivatives recorded; by backward; and by a program. A row of numbers, as vectors
// compute other lanes beside an infinite one.
template <class T>
void expect_limits() {
  const Shape shape{5};
  for (const Limits<T>& of : with_limits<T>())
    for (const bool above : {false, true}) {
      const Limit& wanted = above ? of.above : of.below;
      const std::vector<T> at = {T(0.5), T(above ? infinity : -infinity), T(0.75), T(0.25), T(0.5)};
      const View<const T> numbers{at.data(), &shape};
      const std::string what = std::string(of.name) + (above ? " at infinity" : " at -infinity");
      const auto expect = [&](T got, double limit, const char* which) {
        if (std::isinf(limit))
          EXPECT_EQ(double(got), limit) << what << ", " << which;
        else
          EXPECT_NEAR(double(got), limit, 8 * double(std::numeric_limits<T>::epsilon()))
              << what << ", " << which;
      };
      Tape<T> tape;
      const Node<T> x = tape.input(numbers), y = of.f(x);
      expect(y.value()[1], wanted.value, "value");
      tape.backward(sum(y * tape.constant({0.0, 1.0, 0.0, 0.0, 0.0})));
      expect(x.upstream()[1], wanted.slope, "slope");
      const Node<T> slopes = grad(sum(of.f(x)), x);
      expect(slopes.value()[1], wanted.slope, "recorded slope");
      expect(grad(sum(slopes), x).value()[1], wanted.second, "second derivative");
      const auto of_program = [&](bool second) {
        auto program = compile<T>(
            [&](Tape<T>&, const Fed<T>& in) {
              const Node<T> first = grad(sum(of.f(in[0])), in[0]);
              return second ? grad(sum(first), in[0]) : first;
            },
            {numbers}, Gradients::none);
        const Feed<T> feeds[] = {numbers};
        return program.run(feeds)[1];
      };
      expect(of_program(false), wanted.slope, "slope in a program");
      expect(of_program(true), wanted.second, "second derivative in a program");
    }
}
TEST(LimitsAtInfinity, AreValuesAndSlopes) {
  expect_limits<float>();
  expect_limits<double>();
}

}  // namespace
}  // namespace glassgrad

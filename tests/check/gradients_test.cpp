// check_gradients on functions that are right: over many ops, shapes, both number types, both
// sizes.
#include "glassgrad/check/gradients.hpp"

#include <gtest/gtest.h>

#include <xtensor/xarray.hpp>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

void expect_good(const GradientReport& report) {
  EXPECT_TRUE(report.ok) << report.text();
  EXPECT_EQ(report.wrong + report.undefined, 0);
  EXPECT_GT(report.compared, 0);
}

TEST(CheckGradients, EveryElementaryFunctionInItsDomain) {
  struct Case {
    const char* name;
    N (*f)(const N&);
    double low, high;
  };
  const Case cases[] = {
      {"exp", [](const N& x) { return exp(x); }, -2, 2},
      {"expm1", [](const N& x) { return expm1(x); }, -2, 2},
      {"log", [](const N& x) { return log(x); }, 0.2, 3},
      {"log1p", [](const N& x) { return log1p(x); }, -0.6, 3},
      {"sqrt", [](const N& x) { return sqrt(x); }, 0.2, 3},
      {"rsqrt", [](const N& x) { return rsqrt(x); }, 0.3, 3},
      {"reciprocal", [](const N& x) { return reciprocal(x); }, 0.4, 3},
      {"square", [](const N& x) { return square(x); }, -3, 3},
      {"power", [](const N& x) { return pow(x, 2.5); }, 0.3, 3},
      {"abs", [](const N& x) { return abs(x); }, 0.1, 3},
      {"sin", [](const N& x) { return sin(x); }, -3, 3},
      {"cos", [](const N& x) { return cos(x); }, -3, 3},
      {"tan", [](const N& x) { return tan(x); }, -1.1, 1.1},
      {"asin", [](const N& x) { return asin(x); }, -0.8, 0.8},
      {"acos", [](const N& x) { return acos(x); }, -0.8, 0.8},
      {"atan", [](const N& x) { return atan(x); }, -3, 3},
      {"sinh", [](const N& x) { return sinh(x); }, -2, 2},
      {"cosh", [](const N& x) { return cosh(x); }, -2, 2},
      {"tanh", [](const N& x) { return tanh(x); }, -2, 2},
      {"sigmoid", [](const N& x) { return sigmoid(x); }, -3, 3},
      {"relu", [](const N& x) { return relu(x); }, 0.1, 3},
      {"leaky_relu", [](const N& x) { return leaky_relu(x, 0.2); }, -3, -0.1},
      {"elu", [](const N& x) { return elu(x); }, -3, -0.1},
      {"softplus", [](const N& x) { return softplus(x); }, -3, 3},
      {"gelu", [](const N& x) { return gelu(x); }, -3, 3},
      {"silu", [](const N& x) { return silu(x); }, -3, 3},
      {"softmax", [](const N& x) { return softmax(x); }, -3, 3},
      {"log_softmax", [](const N& x) { return log_softmax(x); }, -3, 3},
      {"logsumexp", [](const N& x) { return logsumexp(x); }, -3, 3},
      {"max", [](const N& x) { return max(x); }, -3, 3},
      {"min", [](const N& x) { return min(x); }, -3, 3},
      {"mean", [](const N& x) { return mean(x); }, -3, 3},
      {"slice", [](const N& x) { return slice(x, 0, 3, whole_axis, -2); }, -3, 3},
      {"clamp", [](const N& x) { return clamp(x, -10, 10); }, -3, 3},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    xt::xarray<double> x = xt::zeros<double>({5});
    for (std::size_t i = 0; i < 5; ++i)
      x(i) = one.low + (one.high - one.low) * (0.07 + 0.21 * double(i));
    expect_good(check_gradients(one.f, {x}));
  }
}

TEST(CheckGradients, SeveralInputsThatBroadcast) {
  const auto f = [](const N& w, const N& x, const N& b) {
    return mean(square(tanh(matmul(w, x) + b) - atan2(x, pow(w, x))));
  };
  const GradientReport report = check_gradients(
      f, {{"W", {{0.5, 1.2}, {0.7, 0.4}}}, {"X", {{0.3, 0.1}, {0.8, 1.5}}}, {"b", {{0.1}, {0.2}}}});
  expect_good(report);
  EXPECT_EQ(report.inputs, 3);
  EXPECT_EQ(report.compared, 4 + 4 + 2);
  EXPECT_EQ(report.text().substr(0, 42), "gradients agree: 10 slopes of 3 inputs\n  g");
  EXPECT_FALSE(report.entries[0].input.empty());
}

TEST(CheckGradients, AnOutputOfSeveralNumbersIsComparedWhole) {
  const GradientReport report =
      check_gradients([](const N& x) { return x * x; }, {{1.0, -2.0, 3.0}});
  expect_good(report);
  EXPECT_EQ(report.compared, 9);
}

TEST(CheckGradients, LargeInputsAlongRandomDirections) {
  const xt::xarray<double> x = xt::sin(xt::arange<double>(0, 6000)), w = xt::cos(x) + 1.5;
  CheckOptions options;
  options.directions = 3;
  const GradientReport report =
      check_gradients([](const N& a, const N& b) { return sigmoid(a * b) / b; }, {x, w}, options);
  expect_good(report);
  EXPECT_EQ(report.compared, 6);
  EXPECT_EQ(report.entries[0].element, "a random direction");
  EXPECT_EQ(report.entries[0].output, "a random upstream");
}

TEST(CheckGradients, Float) {
  const GradientReport report = check_gradients<float>(
      [](auto x, auto y) { return sum(exp(x) * sin(y)); }, {{0.5, -0.2}, {{1.0, 0.7}}});
  expect_good(report);
}

TEST(CheckGradients, TakesASpanOfNodesASingleNumberAndAnyExpression) {
  const auto f = [](std::span<const Node<double>> in) {
    N total = 0;
    for (const N& x : in) total += sum(x * x * x);
    return total;
  };
  const xt::xarray<double> a = {{1, 2}, {3, 4}};
  expect_good(check_gradients(f, {2.0, xt::transpose(a) * 2, std::vector<double>{1, 2}}));
}

TEST(CheckGradients, AFunctionThatIgnoresItsInputHasSlopeZero) {
  expect_good(check_gradients([](const N& x, const N& y) { return x + y * 0; }, {1.0, 2.0}));
  expect_good(check_gradients([](const N&) { return 3; }, {1.0}));
  expect_good(check_gradients([](const N& x) { return x; }, {{1.0, 2.0}}));
  const GradientReport empty =
      check_gradients([](const N& x) { return sum(x); }, {xt::xarray<double>::from_shape({0})});
  EXPECT_TRUE(empty.ok);
  EXPECT_EQ(empty.compared, 0);
}

TEST(CheckGradients, LargeNumbersAndLargeSlopes) {
  expect_good(check_gradients([](const N& x) { return x * x; }, {{1e5, -3e4}}));
  expect_good(check_gradients([](const N& x) { return sum(x * 1e6 + 1e6); }, {{1.0, 2.0}}));
}

TEST(CheckGradients, SaysWhatIsWrongWithItsArguments) {
  EXPECT_EQ(
      error_of([] { check_gradients([](const N& x, const N& y) { return x * y; }, {1.0}); }),
      "[check_gradients] the function takes 2 nodes, 1 input is given. Give one input per node.");
  int call = 0;
  EXPECT_EQ(error_of([&] {
              check_gradients([&](const N& x) { return call++ ? sum(x) : x; }, {{1.0, 2.0}});
            }),
            "[check_gradients] the function gives (2) and, asked again, (). Give a function whose "
            "result keeps its shape near the point.");
  EXPECT_EQ(error_of([] {
              check_gradients_by_hand([](const N& x) { return x; }, {{1.0, 2.0}}, {{1.0, 1.0}});
            }),
            "[check_gradients_by_hand] the function gives (2), not a single number. Reduce it with "
            "sum or mean.");
  EXPECT_EQ(
      error_of([] {
        check_gradients_by_hand([](const N& x) { return sum(x); }, {{"W", {1.0, 2.0}}}, {1.0});
      }),
      "[check_gradients_by_hand] W is (2), its gradient is (). A gradient has its input's "
      "shape.");
  EXPECT_EQ(error_of([] {
              check_gradients_by_hand([](const N& x) { return x; }, {1.0}, {1.0, 2.0});
            }),
            "[check_gradients_by_hand] 1 inputs and 2 gradients. Give one gradient per input.");
}

}  // namespace
}  // namespace glassgrad

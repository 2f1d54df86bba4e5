// Every loss where exponentials overflow and logarithms meet 0: outputs of +-1e4, in float and
// double, values and slopes against the exact ones.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glassgrad/nn/loss.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

template <class T>
class LossExtremes : public testing::Test {
 protected:
  using Cost = std::function<Node<T>(Tape<T>&, const Node<T>& z)>;
  // The cost of z and d(cost)/dz, entry by entry; z is of that shape.
  static void expect(const Cost& cost_of, const Shape& shape, const std::vector<double>& at,
                     double cost, const std::vector<double>& slopes, double within = 0) {
    const std::vector<T> numbers(at.begin(), at.end());
    Tape<T> tape;
    const Node<T> z = tape.input("z", View<const T>{numbers.data(), &shape});
    const Node<T> c = cost_of(tape, z);
    EXPECT_NEAR(c.item(), cost, within + std::abs(cost) * 1e-6);
    tape.backward(c);
    for (std::size_t i = 0; i < slopes.size(); ++i)
      EXPECT_NEAR(z.upstream().data[i], slopes[i], within) << "slope " << i;
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(LossExtremes, Types);

TYPED_TEST(LossExtremes, SquaredErrors) {
  using T = TypeParam;
  const auto y = [](Tape<T>& tape) { return tape.constant({{-1e4, 1e4}, {0, 0}}); };
  const Shape four{2, 2};
  const std::vector<double> z{1e4, -1e4, 0, 0};
  this->expect([&](auto& tape, auto& n) { return half_squared_error(n, y(tape)); }, four, z, 4e8,
               {2e4, -2e4, 0, 0});
  this->expect([&](auto& tape, auto& n) { return squared_cost(n, y(tape)); }, four, z, 2e8,
               {1e4, -1e4, 0, 0});
  this->expect([&](auto& tape, auto& n) { return mean_squared_error(n, y(tape)); }, four, z, 2e8,
               {1e4, -1e4, 0, 0});
}

TYPED_TEST(LossExtremes, BinaryCrossEntropyFromLogits) {
  using T = TypeParam;
  const auto cost = [](Tape<T>& tape, const Node<T>& z) {
    return binary_cross_entropy_from_logits(z, tape.constant({1, 0, 0, 1}));
  };
  this->expect(cost, {4}, {1e4, -1e4, 1e4, -1e4}, 5000, {0, 0, 0.25, -0.25});
}

// The probabilities are exactly 0 and 1 there: the clamp gives what a wrong one costs, and no
// slope.
TYPED_TEST(LossExtremes, BinaryCrossEntropyFromProbabilities) {
  using T = TypeParam;
  const std::vector<double> z{1e4, -1e4, 1e4, -1e4};
  const double wrong = -std::log(probability_clamp<T>), within = sizeof(T) == 4 ? 0.2 : 1e-3;
  const auto y = [](Tape<T>& tape) { return tape.constant({1, 0, 0, 1}); };
  this->expect([&](auto& tape, auto& n) { return binary_cross_entropy(sigmoid(n), y(tape)); },
               Shape{4}, z, wrong / 2, {0, 0, 0, 0}, within);
  this->expect([&](auto& tape, auto& n) { return binary_cross_entropy_sum(sigmoid(n), y(tape)); },
               Shape{4}, z, wrong * 2, {0, 0, 0, 0}, within);
}

TYPED_TEST(LossExtremes, SoftmaxCrossEntropyOfLabelsAndOneHot) {
  const Shape two{2, 3};
  const std::vector<double> z{1e4, -1e4, 0, 1e4, -1e4, 0};
  const std::vector<double> slopes{0, 0, 0, 0.5, -0.5, 0};
  this->expect(
      [](auto& tape, auto& n) {
        return softmax_cross_entropy(n, tape.indices({0, 1}));
      },
      two, z, 1e4, slopes);
  this->expect(
      [](auto& tape, auto& n) {
        return softmax_cross_entropy(n, tape.constant({{1, 0, 0}, {0, 1, 0}}));
      },
      two, z, 1e4, slopes);
  this->expect(
      [](auto& tape, auto& n) {
        return softmax_cross_entropy(n, tape.constant({{1, 0}, {0, 1}, {0, 0}}), Examples::columns);
      },
      {3, 2}, {1e4, 1e4, -1e4, -1e4, 0, 0}, 1e4, {0, 0.5, 0, -0.5, 0, 0});
}

TYPED_TEST(LossExtremes, CrossEntropyOfSoftmax) {
  using T = TypeParam;
  const auto cost = [](Tape<T>& tape, const Node<T>& z) {
    return cross_entropy(softmax(z), tape.constant({{1, 0, 0}, {0, 1, 0}}));
  };
  this->expect(cost, {2, 3}, {1e4, -1e4, 0, 1e4, -1e4, 0}, -std::log(probability_clamp<T>) / 2,
               {0, 0, 0, 0, 0, 0});
}

}  // namespace
}  // namespace glassgrad

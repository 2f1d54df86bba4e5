// bessel_i of large orders and norms of orders near 0: what is a number is not said to be infinite
// or 0 because a step on the way is. Digits by 60-digit series.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Known {
  int order;
  double x, value, slope;
};
TEST(LargeOrders, BesselIsANumberAsFarAsItIsOne) {
  for (const Known& of : {Known{300, 760, 6.50321270348265956e302, 6.98783289434697631e302},
                          Known{300, -760, 6.50321270348265956e302, -6.98783289434697631e302},
                          Known{1000, 1000, 2.72345364691084283e229, 3.85086440119158281e229},
                          Known{1000, 1100, 2.66402667973513491e289, 3.59966476284968075e289}}) {
    Tape tape;
    const Node<> x = tape.input(of.x), y = bessel_i(x, of.order);
    tape.backward(y);
    EXPECT_NEAR(y.item() / of.value, 1, 1e-14) << of.order << " " << of.x;
    EXPECT_NEAR(x.upstream()[0] / of.slope, 1, 1e-14) << of.order << " " << of.x;
  }
}
TEST(LargeOrders, BesselIsInfiniteBeyond) {
  const auto at = [](double x, int order) { return bessel_i(Node<>(x), order).item(); };
  for (const auto& [order, last] : {std::pair(300, 771), std::pair(1000, 1132)}) {
    EXPECT_TRUE(std::isfinite(at(last, order))) << order;
    EXPECT_EQ(at(last + 1, order), infinity) << order;
    EXPECT_EQ(at(1e300, order), infinity) << order;
    EXPECT_EQ(at(-1e300, order - 1), -infinity) << order;
  }
  EXPECT_TRUE(std::isfinite(at(713, 2)));
  EXPECT_EQ(at(-720, 1), -infinity);
}

template <class T>
double norm_of(const std::vector<T>& numbers, double p) {
  Tape<T> tape;
  return double(norm(tape.input(numbers), p, Axes{0}).item());
}
TEST(LargeOrders, NormsOfOrdersNearZeroStayInTheRange) {
  EXPECT_NEAR(norm_of<double>({1e-300, 1e-300}, 0.0009) / 3.00450519986772809e34, 1, 1e-12);
  EXPECT_NEAR(norm_of<double>({1e300, 1e300}, -0.0009) / 3.32833506177331485e-35, 1, 1e-12);
  EXPECT_NEAR(norm_of<float>(std::vector<float>(10000, 1e-20f), 0.1) / 9.99999968265517466e19, 1,
              1e-6);
}
TEST(LargeOrders, NormsThatAreZeroOrInfiniteSoRemain) {
  for (const double p : {0.0009, 0.5, 3.0}) {
    EXPECT_EQ(norm_of<double>({0, 0}, p), 0) << p;
    EXPECT_EQ(norm_of<double>({1, infinity}, p), infinity) << p;
    EXPECT_EQ(norm_of<double>({0, 1}, -p), 0) << p;
    EXPECT_TRUE(std::isnan(norm_of<double>({1, NAN}, p))) << p;
  }
  EXPECT_EQ(norm_of<double>({1, 1}, 0.0009), infinity);
}

TEST(LargeOrders, ACutThatIsNaNIsRefused) {
  Tape tape;
  const Node<> x = tape.input({{1.0, 2.0}, {3.0, 4.0}});
  EXPECT_EQ(error_of([&] { pinv(x, NAN); }),
            "[pinv] the cut is nan. Give a part of the largest singular value: 1e-10.");
  EXPECT_EQ(error_of([&] { pinv(x, 1e-10); }), "no error");
}
TEST(LargeOrders, OneNumberForEachChannelIsRefusedInTheNameOfTheFunction) {
  Tape tape;
  EXPECT_EQ(
      error_of([&] {
        batch_norm_with_moments(tape.zeros({1, 3}));
      }),
      "[batch_norm_with_moments] there are 1 numbers for each channel. A variance needs two.");
  EXPECT_EQ(error_of([&] { batch_norm_with_moments(tape.zeros({2, 3})); }), "no error");
}

}  // namespace
}  // namespace glassgrad

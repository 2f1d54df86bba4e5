// Numbers of a file that a model of float cannot hold are named, and nothing is changed.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

TEST(BeyondFloat, AModelOfDoubleIsNotLoadedIntoFloat) {
  const std::string path = "beyond_float.safetensors";
  Parameter<double> a("a", {1.0, 2.0}), b("b", {1.0, 1e300});
  const Parameters<double> large{&a, &b};
  save_model(path, large, "");
  Parameter<float> first("a", {5.0, 6.0}), second("b", {7.0, 8.0});
  const Parameters<float> small{&first, &second};
  EXPECT_EQ(
      error_of([&] { load_model(path, small, ""); }),
      "[load_model] beyond_float.safetensors: \"b\" holds 1e+300, which is beyond float. Load it "
      "into parameters of double.");
  EXPECT_EQ(first.value()[0], 5);
  load_model(path, large, "");  // the advice
  EXPECT_EQ(b.value()[1], 1e300);
  b.change()[1] = -std::numeric_limits<double>::infinity();  // what was infinite stays
  save_model(path, large, "");
  load_model(path, small, "");
  EXPECT_EQ(second.value()[1], -std::numeric_limits<float>::infinity());
  std::remove(path.c_str());
}

TEST(BeyondFloat, AnOptimizersStateIsNotLoadedIntoFloat) {
  Parameter<double> w("w", {1.0, 2.0});
  Momentum<double> large(0.1);
  large.restore({{"w", Shape{2}, 3, {{1.0, -1e300}}}});
  Safetensors file;
  put_parameters(file, Parameters<double>{&w});
  put_optimizer(file, large);
  Momentum<float> small(0.1);
  EXPECT_EQ(error_of([&] { get_optimizer(file, "FILE", small); }),
            "[load_model] FILE: \"optimizer/velocity/w\" holds -1e+300, which is beyond float. "
            "Load it into parameters of double.");
  EXPECT_TRUE(small.states().empty());
  Momentum<double> other(0.1);
  get_optimizer(file, "FILE", other);  // the advice
  EXPECT_EQ(other.states().front().slots[0][1], -1e300);
}

}  // namespace
}  // namespace glassgrad

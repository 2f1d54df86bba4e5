// The update lines that end the trace of a training step, of every optimizer.
#include <gtest/gtest.h>

#include "show/nets.hpp"

namespace glassgrad {
namespace {

using namespace nets;

// Two parameters with gradients -0.048, -0.0387 and 0.25; the second step has the first's only.
std::string updates(Optimizer<double>& optimizer, int steps = 2) {
  Parameter<> W("W", {0.1, 0.6}), b("b", 0.5);
  const Parameter<> to_W("g", {-0.048, -0.0387}), to_b("g", 0.25);
  Tape tape;
  Trace trace = glassgrad::trace(tape.input("c", 1.0) * 2, {.decimals = 4});
  const std::size_t before = trace.text().size();
  for (int i = 0; i < steps; ++i) {
    W.add_gradient(to_W.value());
    if (i == 0) b.add_gradient(to_b.value());
    trace.add(optimizer.recorded_step(W, b));
  }
  return trace.text().substr(before);
}
template <class O>
std::string updates(O optimizer, int steps = 2) {
  return updates(static_cast<Optimizer<double>&>(optimizer), steps);
}

TEST(Updates, EndTheTraceOfATrainingStepAsTheSlidesPrintThem) {
  Parameter<> W("W", {0.1, 0.6}), b("b", 0.0);
  Tape tape;
  const auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
  const auto Y = tape.constant("Y", {0, 1, 1, 1});
  const auto Yhat = sigmoid(matmul(tape(W), X) + tape(b));
  const auto C = name("C", sum(square(Y - Yhat)) / 8);
  tape.backward(C);
  Trace step = trace(C, {.decimals = 4, .fold = Fold::at_names()});
  tape.add_to_parameters();
  step.add(GradientDescent(1.0).recorded_step(W, b));
  EXPECT_TRUE(step.text().ends_with(R"(
update
  W = [0.1 0.6] - 1 x [-0.048 -0.0387] = [0.148 0.6387]
  b = 0 - 1 x -0.037 = 0.037
)")) << step.text();
  EXPECT_TRUE(step.text(true).ends_with("  b = 0 - 1 x -0.037 = 0.037\n"));
}

TEST(Updates, OfLargeArraysGiveShapeAndMean) {
  const std::vector<double> ones(20, 1.0);
  Parameter<> W("W", ones);
  W.add_gradient(Parameter<>("g", std::vector<double>(20, -0.5)).value());
  Tape tape;
  Trace trace = glassgrad::trace(tape.input("c", 1.0) * 2);
  trace.add(GradientDescent(0.5).recorded_step(W));
  EXPECT_TRUE(trace.text().ends_with(
      "update\n  W = [(20) mean 1] - 0.5 x [(20) mean -0.5] = [(20) mean 1.25]\n"))
      << trace.text();
}

TEST(Updates, GradientDescent) {
  EXPECT_EQ(updates(GradientDescent(1.0)), R"(update
  W = [0.1 0.6] - 1 x [-0.048 -0.0387] = [0.148 0.6387]
  b = 0.5 - 1 x 0.25 = 0.25
update
  W = [0.148 0.6387] - 1 x [-0.048 -0.0387] = [0.196 0.6774]
)");
}
TEST(Updates, Ascent) {
  EXPECT_EQ(updates(GradientDescent(1.0, {.ascend = true}), 1), R"(update
  W = [0.1 0.6] + 1 x [-0.048 -0.0387] = [0.052 0.5613]
  b = 0.5 + 1 x 0.25 = 0.75
)");
}
TEST(Updates, Momentum) {
  EXPECT_EQ(updates(Momentum(1.0)), R"(update
  v = 0.9 x [0 0] + 0.1 x [-0.048 -0.0387] = [-0.0048 -0.0039]
  W = [0.1 0.6] - 1 x [-0.0048 -0.0039] = [0.1048 0.6039]
  v = 0.9 x 0 + 0.1 x 0.25 = 0.025
  b = 0.5 - 1 x 0.025 = 0.475
update
  v = 0.9 x [-0.0048 -0.0039] + 0.1 x [-0.048 -0.0387] = [-0.0091 -0.0074]
  W = [0.1048 0.6039] - 1 x [-0.0091 -0.0074] = [0.1139 0.6112]
)");
}
TEST(Updates, ClassicalMomentum) {
  EXPECT_EQ(updates(ClassicalMomentum(0.1)), R"(update
  v = 0.9 x [0 0] + [-0.048 -0.0387] = [-0.048 -0.0387]
  W = [0.1 0.6] - 0.1 x [-0.048 -0.0387] = [0.1048 0.6039]
  v = 0.9 x 0 + 0.25 = 0.25
  b = 0.5 - 0.1 x 0.25 = 0.475
update
  v = 0.9 x [-0.048 -0.0387] + [-0.048 -0.0387] = [-0.0912 -0.0735]
  W = [0.1048 0.6039] - 0.1 x [-0.0912 -0.0735] = [0.1139 0.6112]
)");
}
TEST(Updates, Nesterov) {
  EXPECT_EQ(updates(Nesterov(0.1)), R"(update
  v = 0.9 x [0 0] + [-0.048 -0.0387] = [-0.048 -0.0387]
  g = 0.9 x [-0.048 -0.0387] + [-0.048 -0.0387] = [-0.0912 -0.0735]
  W = [0.1 0.6] - 0.1 x [-0.0912 -0.0735] = [0.1091 0.6074]
  v = 0.9 x 0 + 0.25 = 0.25
  g = 0.9 x 0.25 + 0.25 = 0.475
  b = 0.5 - 0.1 x 0.475 = 0.4525
update
  v = 0.9 x [-0.048 -0.0387] + [-0.048 -0.0387] = [-0.0912 -0.0735]
  g = 0.9 x [-0.0912 -0.0735] + [-0.048 -0.0387] = [-0.1301 -0.1049]
  W = [0.1091 0.6074] - 0.1 x [-0.1301 -0.1049] = [0.1221 0.6178]
)");
}
TEST(Updates, Adagrad) {
  EXPECT_EQ(updates(Adagrad(0.01)), R"(update
  s = [0 0] + [-0.048 -0.0387]^2 = [0.0023 0.0015]
  W = [0.1 0.6] - 0.01 x [-0.048 -0.0387] / (sqrt([0.0023 0.0015]) + 1e-10) = [0.11 0.61]
  s = 0 + 0.25^2 = 0.0625
  b = 0.5 - 0.01 x 0.25 / (sqrt(0.0625) + 1e-10) = 0.49
update
  s = [0.0023 0.0015] + [-0.048 -0.0387]^2 = [0.0046 0.003]
  W = [0.11 0.61] - 0.01 x [-0.048 -0.0387] / (sqrt([0.0046 0.003]) + 1e-10) = [0.1171 0.6171]
)");
}
TEST(Updates, RMSProp) {
  EXPECT_EQ(updates(RMSProp(0.001)), R"(update
  s = 0.9 x [0 0] + 0.1 x [-0.048 -0.0387]^2 = [0.0002304 0.0001498]
  W = [0.1 0.6] - 0.001 x [-0.048 -0.0387] / (sqrt([0.0002304 0.0001498]) + 1e-08) = [0.1032 0.6032]
  s = 0.9 x 0 + 0.1 x 0.25^2 = 0.0062
  b = 0.5 - 0.001 x 0.25 / (sqrt(0.0062) + 1e-08) = 0.4968
update
  s = 0.9 x [0.0002304 0.0001498] + 0.1 x [-0.048 -0.0387]^2 = [0.0004378 0.0002846]
  W = [0.1032 0.6032] - 0.001 x [-0.048 -0.0387] / (sqrt([0.0004378 0.0002846]) + 1e-08) = [0.1055 0.6055]
)");
}
TEST(Updates, Adam) {
  EXPECT_EQ(updates(Adam(0.001)), R"(update
  m = 0.9 x [0 0] + 0.1 x [-0.048 -0.0387] = [-0.0048 -0.0039]
  s = 0.999 x [0 0] + 0.001 x [-0.048 -0.0387]^2 = [2.304e-06 1.498e-06]
  W = [0.1 0.6] - 0.001 x ([-0.0048 -0.0039] / 0.1) / (sqrt([2.304e-06 1.498e-06] / 0.001) + 1e-08) = [0.101 0.601]
  m = 0.9 x 0 + 0.1 x 0.25 = 0.025
  s = 0.999 x 0 + 0.001 x 0.25^2 = 6.25e-05
  b = 0.5 - 0.001 x (0.025 / 0.1) / (sqrt(6.25e-05 / 0.001) + 1e-08) = 0.499
update
  m = 0.9 x [-0.0048 -0.0039] + 0.1 x [-0.048 -0.0387] = [-0.0091 -0.0074]
  s = 0.999 x [2.304e-06 1.498e-06] + 0.001 x [-0.048 -0.0387]^2 = [4.606e-06 2.994e-06]
  W = [0.101 0.601] - 0.001 x ([-0.0091 -0.0074] / 0.19) / (sqrt([4.606e-06 2.994e-06] / 0.002) + 1e-08) = [0.102 0.602]
)");
}
TEST(Updates, AdamW) {
  EXPECT_EQ(updates(AdamW(0.001)), R"(update
  W = [0.1 0.6] - 0.001 x 0.01 x [0.1 0.6] = [0.1 0.6]
  m = 0.9 x [0 0] + 0.1 x [-0.048 -0.0387] = [-0.0048 -0.0039]
  s = 0.999 x [0 0] + 0.001 x [-0.048 -0.0387]^2 = [2.304e-06 1.498e-06]
  W = [0.1 0.6] - 0.001 x ([-0.0048 -0.0039] / 0.1) / (sqrt([2.304e-06 1.498e-06] / 0.001) + 1e-08) = [0.101 0.601]
  b = 0.5 - 0.001 x 0.01 x 0.5 = 0.5
  m = 0.9 x 0 + 0.1 x 0.25 = 0.025
  s = 0.999 x 0 + 0.001 x 0.25^2 = 6.25e-05
  b = 0.5 - 0.001 x (0.025 / 0.1) / (sqrt(6.25e-05 / 0.001) + 1e-08) = 0.499
update
  W = [0.101 0.601] - 0.001 x 0.01 x [0.101 0.601] = [0.101 0.601]
  m = 0.9 x [-0.0048 -0.0039] + 0.1 x [-0.048 -0.0387] = [-0.0091 -0.0074]
  s = 0.999 x [2.304e-06 1.498e-06] + 0.001 x [-0.048 -0.0387]^2 = [4.606e-06 2.994e-06]
  W = [0.101 0.601] - 0.001 x ([-0.0091 -0.0074] / 0.19) / (sqrt([4.606e-06 2.994e-06] / 0.002) + 1e-08) = [0.102 0.602]
)");
}
TEST(Updates, ClippedAndDecayed) {
  const StepOptions options{.clip_value = 0.04, .clip_norm = 0.1, .weight_decay = 0.1};
  EXPECT_EQ(updates(GradientDescent(1.0, options), 1), R"(update
  g = [-0.048 -0.0387] x 0.3884 = [-0.0186 -0.015]
  g = clamp([-0.0186 -0.015], -0.04, 0.04) = [-0.0186 -0.015]
  g = 0.1 x [0.1 0.6] + [-0.0186 -0.015] = [-0.0086 0.045]
  W = [0.1 0.6] - 1 x [-0.0086 0.045] = [0.1086 0.555]
  g = 0.25 x 0.3884 = 0.0971
  g = clamp(0.0971, -0.04, 0.04) = 0.04
  g = 0.1 x 0.5 + 0.04 = 0.09
  b = 0.5 - 1 x 0.09 = 0.41
)");
}

TEST(Updates, RecordingAStepDoesNotChangeIt) {
  Parameter<> first("w", {0.1, 0.6}), second("w", {0.1, 0.6});
  const Parameter<> g("g", {-0.3, 0.7});
  Adam<> plain(0.01), recorded(0.01);
  for (int i = 0; i < 5; ++i) {
    first.add_gradient(g.value());
    second.add_gradient(g.value());
    plain.step(first);
    EXPECT_EQ(recorded.recorded_step(second).size(), 3u);
  }
  for (int i = 0; i < 2; ++i) EXPECT_EQ(first.value()[i], second.value()[i]);
  EXPECT_EQ(plain.states()[0].slots, recorded.states()[0].slots);
}

TEST(Updates, AFailedStepRecordsNothingAndLeavesTheOptimizerAsItWas) {
  Parameter<> a("w", 1.0), twin("w", 2.0);
  GradientDescent<> descent(1.0);
  a.add_gradient(Parameter<>("g", 1.0).value());
  EXPECT_THROW(descent.recorded_step(a, twin), TapeError);
  EXPECT_EQ(a.item(), 1.0);
  descent.step(a);
  EXPECT_EQ(a.item(), 0.0);
}

}  // namespace
}  // namespace glassgrad

// A run that is watched: what is kept, how it is thinned, and that it is the same every time.
#include "glassgrad/show/snapshot/recorder.hpp"

#include <gtest/gtest.h>

#include "glassgrad/nn/sequential.hpp"
#include "glassgrad/optim/descent.hpp"
#include "show/nets.hpp"
#include "support/error_of.hpp"
#include "support/schema.hpp"

namespace glassgrad {
namespace {

// The OR gate of the slides, trained for some steps and recorded.
struct Watched {
  explicit Watched(int steps, RecorderOptions options) : recorder(std::move(options)) {
    Parameter<> W("W", {{0.1, 0.6}}), b("b", {{0.0}});
    Tape tape;
    for (int step = 0; step <= steps; ++step) {
      tape.clear();
      const auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
      const auto Y = tape.constant("Y", {{0, 1, 1, 1}});
      const auto yhat = name("Yhat", sigmoid(matmul(tape(W), X) + tape(b)));
      const auto C = name("C", sum(square(Y - yhat)) / 8);
      tape.backward(C);
      recorder.record(step, C);
      costs.push_back(C.item());
      shot = snapshot(C);
      tape.add_to_parameters();
      GradientDescent(1.0).step(W, b);
    }
    recorder.finish(shot);
  }
  Recorder recorder;
  std::vector<double> costs;
  Snapshot shot;
};

TEST(Recorder, KeepsCurvesNormsAndReplays) {
  const Watched run(5, {});
  const TrainingRecord& training = run.shot.training.value();
  EXPECT_EQ(training.step, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
  ASSERT_EQ(training.curves.size(), 1U);
  EXPECT_EQ(training.curves[0].name, "C");
  EXPECT_EQ(training.curves[0].values, run.costs);
  ASSERT_EQ(training.gradient_norms.size(), 2U);
  EXPECT_EQ(training.gradient_norms[1].name, "W");
  // the slides' first gradient: (-0.04801, -0.03866), computed here by hand
  EXPECT_NEAR(training.gradient_norms[1].values[0], 0.061639, 1e-5);
  ASSERT_EQ(training.replays.size(), 6U);
  const ReplayedNode& cost = training.replays[3].nodes.back();
  EXPECT_EQ(cost.value->numbers, std::vector<double>{run.costs[3]});
  EXPECT_EQ(cost.upstream->numbers, std::vector<double>{1});
  EXPECT_TRUE(run.shot.dropped.empty());
}

TEST(Recorder, ThinsWhenALimitIsReachedAndSaysSo) {
  const Watched run(100, {.samples = 20, .replays = 4});
  const TrainingRecord& training = run.shot.training.value();
  EXPECT_EQ(training.step.size(), 13U);  // 0, 8, ..., 96
  for (std::size_t i = 0; i < training.step.size(); ++i) {
    EXPECT_EQ(training.step[i], std::int64_t(8 * i));
    EXPECT_EQ(training.curves[0].values[i], run.costs[8 * i]);
  }
  std::vector<std::int64_t> replayed;
  for (const Replay& replay : training.replays) replayed.push_back(replay.step);
  EXPECT_EQ(replayed, (std::vector<std::int64_t>{0, 32, 64, 96}));
  EXPECT_EQ(run.shot.dropped,
            (std::vector<std::string>{
                "Curves have every 8th step: at most 20 points.",
                "Replays have every 32nd step: at most 4 of them, in 8388608 bytes."}));
}

TEST(Recorder, StaysWithinItsBytes) {
  const Watched run(50, {.bytes = 20000});
  EXPECT_LE(run.recorder.bytes(), 20000);
  EXPECT_FALSE(run.shot.training->replays.empty());
  const Watched none(3, {.bytes = 100});
  EXPECT_TRUE(none.shot.training->replays.empty());
  EXPECT_EQ(none.recorder.bytes(), 0);
  EXPECT_EQ(none.shot.dropped,
            std::vector<std::string>{"There are no replays: one is larger than 100 bytes."});
}

TEST(Recorder, EveryKStepsAndByPattern) {
  const Watched run(10, {.unit = "epoch", .every = 5, .keep = {"W", "C"}});
  EXPECT_EQ(run.shot.training->step, (std::vector<std::int64_t>{0, 5, 10}));
  EXPECT_EQ(run.shot.training->unit, "epoch");
  for (const Replay& replay : run.shot.training->replays) EXPECT_EQ(replay.nodes.size(), 2U);
  EXPECT_EQ(run.shot.dropped,
            std::vector<std::string>{"Replays hold the nodes that \"W\", \"C\" chose."});
}

TEST(Recorder, IsTheSameEveryTimeAndFitsTheSchema) {
  const std::string json = to_json(Watched(40, {.samples = 10}).shot, "or");
  EXPECT_EQ(to_json(Watched(40, {.samples = 10}).shot, "or"), json);
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
  const std::string fault = schema_fault(json);
  if (fault == "skip") GTEST_SKIP() << "no jsonschema for Python";
  EXPECT_EQ(fault, "");
}

TEST(Recorder, RefusesWhatDoesNotBelong) {
  Recorder recorder;
  const Measure loss{"loss", 1}, other{"cost", 1};
  recorder.sample(3, {&loss, 1});
  EXPECT_EQ(error_of([&] {
              recorder.sample(3, {&loss, 1});
            }),
            "[recorder] step 3 comes after step 3. Record rising steps.");
  EXPECT_EQ(
      error_of([&] {
        recorder.sample(4, {&other, 1});
      }),
      "[recorder] the measures are 1, of other names than the 1 before. Give the same ones at "
      "every step, NaN for what is not known.");
  Tape tape;
  recorder.replay(3, snapshot(tape.input("x", 1.0)));
  EXPECT_EQ(
      error_of([&] { recorder.replay(4, snapshot(exp(tape.input("y", 1.0)))); }),
      "[recorder] the graph of step 4 is another than that of step 3. Record one model with one "
      "Recorder.");
  EXPECT_EQ(error_of([] { Recorder({.every = 0}); }),
            "[recorder] every is 0, outside 1 to 9223372036854775807. Use one in that range.");
  EXPECT_EQ(error_of([&] { recorder.frame(1, {1}); }),
            "[recorder] a frame without a field. Call set_field first.");
  recorder.set_field({});
  EXPECT_EQ(
      error_of([&] { recorder.frame(1, {1}); }),
      "[recorder] the frame has 1 values, the field is 48 x 48. Give one value per cell, row by "
      "row.");
}

TEST(Recorder, FindsTheLayersOfADenseStack) {
  Random random(1);
  auto model = make_network<double>({2, {"3", "tanh", "dropout:0.5", "1"}}, random);
  Tape tape;
  const auto z = model(tape.input("x", {{0.0, 1.0}, {1.0, 0.0}}));
  const auto cost = sum(square(z - 1));
  const Snapshot shot = snapshot(cost);
  const Stack stack = find_stack(shot).value();
  ASSERT_EQ(stack.layers.size(), 2U);
  EXPECT_FALSE(stack.columns);
  EXPECT_EQ(shot.nodes[stack.input].label, "x");
  EXPECT_EQ(shot.nodes[stack.layers[0].weight].label, "layer1.W");
  EXPECT_EQ(shot.nodes[*stack.layers[0].bias].label, "layer1.b");
  EXPECT_EQ(shot.nodes[*stack.layers[0].before].label, "layer1.z");
  EXPECT_EQ(stack.layers[1].output, *stack.layers[1].before);
  nets::VectorisedOrGate gate;
  gate.run();
  EXPECT_FALSE(find_stack(snapshot(gate.C)));
}

}  // namespace
}  // namespace glassgrad

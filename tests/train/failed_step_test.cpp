// A step that goes wrong is kept whole and done again bit for bit; what can be wrong with the file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/train/failed_step.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// y = exp(w . x) learnt far too fast: the second step or a later one overflows.
template <class T>
struct Model {
  explicit Model(double rate) : adam(rate) {}
  Parameter<T> w{"w", {{T(0.5)}, {T(-0.25)}}}, b{"b", {T(0)}};
  Adam<T> adam;
  TrainingStep<T> step{{&w, &b}, &adam, [this](Tape<T>& tape, const Batch& batch) {
                         const auto x = constant_of(tape, batch, "x");
                         const auto z = name("z", matmul(x, tape(w)) + tape(b));
                         const auto y = name("y", exp(z));
                         return name("cost", mean(square(y - constant_of(tape, batch, "y"))));
                       }};
};
template <class T>
Batch batch_of(int i) {
  return {{"x", {3, 2}, std::vector<T>{T(1 + i), 2, -3, 0, 1, T(0.5)}},
          {"y", {3, 1}, std::vector<T>{1, 0, T(0.1)}}};
}

class FailedStepTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("glassgrad-failed-" + std::to_string(::getpid()) + "-" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    path = (folder / "failed.safetensors").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  // Trains until it stops; the text that it stops with.
  template <class T>
  std::string fail(Model<T>& model, int* steps = nullptr) {
    StepGuard<T> guard(model.step, path);
    for (int i = 0; i < 50; ++i) {
      before.assign(model.w.value().begin(), model.w.value().end());
      if (steps) *steps = i;
      const std::string text = error_of([&] {
        guard.take(batch_of<T>(i), {{"step", std::to_string(i)}});
      });
      if (text != "no error") return text;
    }
    return "it never failed";
  }
  std::filesystem::path folder;
  std::string path;
  std::vector<double> before;
};

TEST_F(FailedStepTest, IsDoneAgainBitForBitByAnotherModelAndOptimizer) {
  Model<double> model(1000);
  int steps = 0;
  const std::string text = fail(model, &steps);
  EXPECT_TRUE(text.starts_with("[exp] y: exp(z) is Infinity at (")) << text;
  EXPECT_GT(steps, 0);  // Adam has a state
  EXPECT_EQ(std::vector<double>(model.w.value().begin(), model.w.value().end()), before);
  EXPECT_EQ(model.adam.states()[0].steps, steps);

  const FailedStep failed = read_failed_step(path);
  EXPECT_EQ(failed.facts.at("step"), std::to_string(steps));
  EXPECT_EQ(failed.rate, 1000);
  EXPECT_EQ(failed.batch, batch_of<double>(steps));
  EXPECT_EQ(parse_snapshot(failed.snapshot).problems.front().pass, Pass::forward);
  Model<double> other(1);
  const StepReplay again = replay_step(failed, other.step);
  EXPECT_TRUE(again.same) << again.difference;
  EXPECT_EQ(again.nodes, 10U);
  EXPECT_EQ(again.found->text(), failed.explanation);
  EXPECT_EQ(again.found->op, "exp");
  EXPECT_EQ(again.found->from_labels, (std::vector<std::string>{"b", "z", "y"}));
  ASSERT_TRUE(again.found->line);
  EXPECT_TRUE(again.found->line->file.ends_with("failed_step_test.cpp"));
  EXPECT_EQ(std::vector<double>(other.w.value().begin(), other.w.value().end()), before);
}

TEST_F(FailedStepTest, SaysWhatIsAnother) {
  Model<double> model(1000);
  fail(model);
  const FailedStep failed = read_failed_step(path);
  Model<double> other(1);
  TrainingStep<double> step = other.step;
  step.cost = [&](Tape<>& tape, const Batch& batch) {
    const auto x = constant_of(tape, batch, "x");
    const auto z = matmul(x, tape(other.w)) + tape(other.b);
    return mean(square(exp(z * 1.0000001) - constant_of(tape, batch, "y")));
  };
  EXPECT_EQ(replay_step(failed, step).difference,
            "the step records 12 nodes, the one that failed 10");
  step.cost = [&](Tape<>& tape, const Batch& batch) {
    const auto x = constant_of(tape, batch, "x");
    const auto z = matmul(x, tape(other.w)) + tape(other.b);
    const auto y = expm1(z);
    return mean(square(y - constant_of(tape, batch, "y")));
  };
  EXPECT_EQ(replay_step(failed, step).difference, "the value of node 5, expm1, is another");
}

TEST_F(FailedStepTest, InFloatAndInAGradient) {
  Parameter<float> w("w", {0.0F, 4.0F});
  GradientDescent<float> descent(1);
  const TrainingStep<float> step{{&w}, &descent, [&](Tape<float>& tape, const Batch& batch) {
                                   return sum(sqrt(tape(w)) * constant_of(tape, batch, "x"));
                                 }};
  StepGuard<float> guard(step, path);
  const Batch batch{{"x", {2}, std::vector<float>{1, 2}}};
  EXPECT_EQ(error_of([&] { guard.take(batch); }).substr(0, 79),
            "[sqrt] v1: what it sends to w is Infinity at (0): upstream 1 x local Infinity, ");
  EXPECT_EQ(w.value()[1], 4);
  EXPECT_FALSE(w.has_gradient());
  const FailedStep failed = read_failed_step(path);
  EXPECT_TRUE(replay_step(failed, step).same);
  Model<double> model(1);
  EXPECT_EQ(error_of([&] { replay_step(failed, model.step); }),
            "[replay] " + path +
                " is of float32 numbers. Replay it with the same, not with "
                "float64.");
}

TEST_F(FailedStepTest, InTheUpdate) {
  Parameter<> w("w", {1.0, 2.0});
  GradientDescent<> descent(1e308);
  const TrainingStep<> step{{&w}, &descent, [&](Tape<>& tape, const Batch& batch) {
                              return sum(tape(w) * constant_of(tape, batch, "x"));
                            }};
  StepGuard<> guard(step, path);
  const Batch batch{{"x", {2}, std::vector<double>{1, 200}}};
  EXPECT_EQ(error_of([&] { guard.take(batch); }),
            "[update] w: the step makes it -inf at (1): it was 2, its gradient 200, the rate "
            "1e+308. Lower the rate, or clip the gradients.");
  const StepReplay again = replay_step(read_failed_step(path), step);
  EXPECT_TRUE(again.same);
  FailedStep slower = read_failed_step(path);
  slower.rate = 1e307;
  EXPECT_EQ(replay_step(slower, step).difference, "parameter w is another after the step");
  EXPECT_EQ(again.found->text(),
            "infinite after the step at w\n  the step makes it -inf at (1): it was 2, its gradient "
            "200, the rate 1e+308\n  to do: Lower the rate, or clip the gradients.\n");
}

TEST_F(FailedStepTest, FilesThatAreNoFailedSteps) {
  const std::string remedy =
      " Give a file that StepGuard or glassgrad train --stop-nonfinite wrote.";
  EXPECT_EQ(error_of([&] { StepGuard<> guard({}, folder / "no" / "f"); }),
            "[step_guard] " + (folder / "no" / "f").string() +
                " cannot be written: there is no folder " + (folder / "no").string() +
                ". Make the folder, or give another path.");
  EXPECT_EQ(error_of([&] { StepGuard<> guard({}, folder); }),
            "[step_guard] " + folder.string() + " is a folder. Give the path of a file.");
  Model<double> model(1000);
  save_model(path, model.step.parameters);
  EXPECT_EQ(error_of([&] { read_failed_step(path); }),
            "[replay] " + path + " holds no failed step." + remedy);
  fail(model);
  const auto without = [&](auto&& change, auto&& use) {
    Safetensors file = read_safetensors(path);
    change(file);
    const std::string other = (folder / "other").string();
    write_safetensors(other, file.tensors, file.metadata);
    std::string text = error_of([&] { use(other); });
    const auto at = text.find(other);
    return at == text.npos ? text : text.replace(at, other.size(), "FILE");
  };
  for (const char* key : {"type", "rate", "facts", "explanation", "snapshot"})
    EXPECT_EQ(without([&](Safetensors& file) { file.metadata.erase(key); }, read_failed_step),
              join("[replay] FILE is damaged: it has no \"", key, "\". Keep the step again."));
  EXPECT_EQ(without([](Safetensors& file) { file.metadata["rate"] = "fast"; }, read_failed_step),
            "[replay] FILE is damaged: its metadata cannot be read. Keep the step again.");
  const auto replayed = [&](const std::string& file) {
    replay_step(read_failed_step(file), model.step);
  };
  const auto drop = [](std::string name) {
    return [name](Safetensors& file) {
      std::erase_if(file.tensors, [&](const NamedTensor& one) { return one.name == name; });
    };
  };
  EXPECT_EQ(without(drop("replay/upstreams"), replayed),
            "[replay] FILE is damaged: it has no \"replay/upstreams\". Keep the step again.");
  EXPECT_EQ(without(drop("batch/y"), replayed),
            "[batch] it has no \"y\". Give the batch that the step reads.");
  EXPECT_EQ(without(drop("w"), replayed),
            "[load_model] FILE has no \"w\", only \"b\". Build the model that was saved, or load "
            "another file.");
  // cut short, and a byte changed: the file's own checks
  std::string bytes = read_file(path);
  write_file(path, bytes.substr(0, bytes.size() - 9));
  EXPECT_TRUE(error_of([&] { read_failed_step(path); }).starts_with("[read_safetensors] "));
  bytes[bytes.size() - 20] = char(bytes[bytes.size() - 20] ^ 1);
  write_file(path, bytes);
  EXPECT_TRUE(error_of([&] { read_failed_step(path); }).starts_with("[read_safetensors] "));
}

TEST_F(FailedStepTest, BatchesThatAreNotWhatIsRead) {
  Tape tape;
  const Batch batch{{"x", {2}, std::vector<float>{1, 2}}, {"y", {2}, std::vector<std::int64_t>{1}}};
  EXPECT_EQ(error_of([&] { constant_of(tape, batch, "x"); }),
            "[batch] \"x\" is no float64 array of shape (2). Give numbers of the tape's type, as "
            "many as the shape holds.");
  EXPECT_EQ(error_of([&] { indices_of(tape, batch, "x"); }),
            "[batch] \"x\" is no int64 array. Give positions.");
  EXPECT_EQ(error_of([&] { integer_in(batch, "x"); }),
            "[batch] \"x\" is no single integer. Give one int64.");
  EXPECT_EQ(
      error_of([&] { indices_of(tape, batch, "y"); }),
      "[indices] 1 positions given for shape (2). Give as many positions as the shape holds.");
}

}  // namespace
}  // namespace glassgrad

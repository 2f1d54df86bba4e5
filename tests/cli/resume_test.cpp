// Interrupted, killed, resumed: the model that comes out has the bits of a run that was left alone.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

// Every optimizer and whatever else a run remembers: its schedule, its dropout masks, the order of
// its examples, how long it has waited for a better epoch.
TEST_F(Command, ResumedIsUninterruptedForEveryOptimizer) {
  write("two.csv", two_classes());
  const std::string common =
      "train two.csv --layers 8,relu,dropout:0.3,4,tanh --batch 7 --seed 5 --save-every 1 "
      "--patience 6 --keep-best --weight-decay 0.01 --clip 1 --clip-value 0.5 "
      "--schedule step:2:0.7 --warm-up 1.5 --optimizer ";
  for (const char* optimizer :
       {"gradient_descent --rate 0.1", "momentum --rate 0.1", "classical_momentum --rate 0.02",
        "nesterov --rate 0.02 --type float32", "rmsprop", "adagrad --rate 0.05", "adam",
        "adamw --type float32"}) {
    const std::string flags = common + optimizer;
    ASSERT_EQ(run(flags + " --epochs 9 --save whole.model --metrics whole.csv").code, 0);
    ASSERT_EQ(run(flags + " --epochs 3 --save part.model").code, 0);
    const auto resumed = run("train two.csv --resume part.model --epochs 9 --metrics part.csv");
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_NE(resumed.out.find("resumed after epoch 3\n"), std::string::npos);
    EXPECT_EQ(text("part.model"), text("whole.model")) << optimizer;
    EXPECT_EQ(text("part.csv"), text("whole.csv")) << optimizer;
  }
}

// The cosine's length is its epochs: such a run is not prolonged, but it is resumed.
TEST_F(Command, ResumedIsUninterruptedUnderACosine) {
  write("two.csv", two_classes());
  const std::string flags =
      "train two.csv --epochs 6 --schedule cosine --warm-up 1 --save-every 1 ";
  ASSERT_EQ(run(flags + "--save whole.model").code, 0);
  ASSERT_EQ(killed_at_save(3, flags + "--save part.model"), 128 + 9);
  const auto resumed = run("train two.csv --resume part.model");
  EXPECT_NE(resumed.out.find("resumed after epoch 2\n"), std::string::npos) << resumed.out;
  EXPECT_EQ(text("part.model"), text("whole.model"));
  expect_refused("train two.csv --resume part.model --epochs 8",
                 "[train] --epochs is 8, part.model was trained with 6. "
                 "Leave the flag out, or train anew.");
}

// Stopped early is over: resumed, it says so and changes nothing.
TEST_F(Command, AStoppedRunStaysStopped) {
  write("two.csv", two_classes());
  const auto stopped =
      run("train two.csv --optimizer gradient_descent --rate 0 --patience 2 --epochs 50 --save "
          "m.model");
  ASSERT_EQ(stopped.code, 0) << stopped.err;
  const std::string said =
      "stopped after epoch 3: the validation loss is not below that of epoch 1 for 2 epochs\n";
  EXPECT_NE(stopped.out.find(said), std::string::npos) << stopped.out;
  const std::string before = text("m.model");
  const auto resumed = run("train two.csv --resume m.model");
  EXPECT_NE(resumed.out.find(said), std::string::npos) << resumed.out;
  EXPECT_EQ(text("m.model"), before);
}

// The process is killed at every call that touches the file while it is saved: after each kill the
// path holds the old model or the new, to the byte, it answers, and going on from it ends where an
// uninterrupted run ends.
TEST_F(Command, KilledAtEveryWriteTheModelIsTheOldOrTheNew) {
  write("two.csv", two_classes());
  const std::string flags = "train two.csv --layers 8,relu,dropout:0.2 --keep-best --seed 3 ";
  ASSERT_EQ(run(flags + "--epochs 2 --save old.model").code, 0);
  ASSERT_EQ(run(flags + "--epochs 3 --save new.model").code, 0);
  ASSERT_EQ(run(flags + "--epochs 5 --save whole.model").code, 0);
  const std::string old_model = text("old.model"), new_model = text("new.model");
  ASSERT_NE(old_model, new_model);
  int kills = 0, olds = 0, news = 0;
  for (int call = 1;; ++call) {
    write("m.model", old_model);
    const auto outcome = run("train two.csv --resume m.model --epochs 3", kill_at(call));
    const std::string now = text("m.model");
    if (outcome.code == 0) {
      EXPECT_EQ(now, new_model);
      break;
    }
    ASSERT_EQ(outcome.code, 128 + 9) << outcome.err;
    ++kills;
    ASSERT_TRUE(now == old_model || now == new_model) << "killed at call " << call;
    ++(now == old_model ? olds : news);
    EXPECT_EQ(run("predict m.model two.csv").code, 0);
    ASSERT_EQ(run("train two.csv --resume m.model --epochs 5").code, 0);
    EXPECT_EQ(text("m.model"), text("whole.model")) << "killed at call " << call;
    EXPECT_EQ(leftovers(), 0) << "killed at call " << call;  // swept up by the next write
  }
  EXPECT_GT(olds, 20);  // create, every tensor half and not written, flush
  EXPECT_EQ(news, 1);   // after the rename, before the folder is flushed
  EXPECT_EQ(kills, olds + news);
}

// Killed again and again, at whatever it was doing, a run that is resumed ends where it would have.
TEST_F(Command, KilledAtAnyTimeAndResumedIsUninterrupted) {
  const std::string run_of = "train DIGITS --epochs 12 --save-every 1 --save ";
  ASSERT_EQ(run(run_of + "whole.model").code, 0);
  int kills = 0;
  for (double seconds = 0.02;; seconds += 0.01) {
    const bool begun = exists("part.model");
    const auto attempt =
        run(begun ? "train DIGITS --resume part.model --save-every 1" : run_of + "part.model",
            "timeout -s KILL " + std::to_string(seconds) + " ");
    if (attempt.code == 0) break;
    ASSERT_EQ(attempt.code, 128 + 9) << attempt.err;
    ++kills;
  }
  EXPECT_GT(kills, 0);
  EXPECT_EQ(text("part.model"), text("whole.model"));
}

}  // namespace
}  // namespace glassgrad

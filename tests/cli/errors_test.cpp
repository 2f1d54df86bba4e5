// What the command line refuses, in its exact words: one line, exit code 2, no file touched.
#include "command.hpp"
#include "glassgrad/kernels/isa.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::Outcome;
using testing_cli::two_classes;

TEST_F(Command, BadFiles) {
  write("empty.csv", "");
  write("header.csv", "a,b,label\n");
  write("short.csv", "a,b,label\n1,2,0\n1,2\n");
  write("text.csv", "a,b,label\n1,2,0\n1,x,1\n");
  write("nan.csv", "a,b,label\n1,2,0\n1,nan,1\n");
  write("old.model", "precious words");
  const std::string save = " --save old.model --metrics m.csv";
  expect_refused("train missing.csv" + save,
                 "[read_csv] missing.csv does not exist. Check the path.");
  expect_refused("train empty.csv" + save,
                 "[read_csv] empty.csv is empty. Give at least one line of numbers.");
  expect_refused("train header.csv" + save,
                 "[read_csv] header.csv has a header but no rows. Give at least one.");
  expect_refused("train short.csv" + save,
                 "[read_csv] short.csv, line 3 has 2 columns, line 1 has 3. "
                 "Give every line the same number of columns.");
  expect_refused("train text.csv" + save,
                 "[read_csv] text.csv, line 3, column 2 \"b\": \"x\" is not a number. "
                 "Write a number, or ? for a missing one and set --missing to mean, median or "
                 "drop.");
  EXPECT_EQ(run("train nan.csv" + save).code, 2);
  expect_refused("train short.csv --label colour" + save,
                 "[read_csv] short.csv has no column \"colour\". "
                 "Its columns are \"a\", \"b\", \"label\".");
  expect_refused("predict old.model short.csv",
                 "[read_safetensors] old.model is no safetensors file: "
                 "it begins with \"precious \". Check the path.");
  EXPECT_EQ(text("old.model"), "precious words");
}

TEST_F(Command, SaysItsVersionAndItsKernels) {
  const Outcome said = run("--version");
  EXPECT_EQ(said.out, "0.1.0, kernels for " + std::string(isa()) + "\n");
  EXPECT_EQ(said.code, 0);
}

TEST_F(Command, UnknownNames) {
  expect_refused("trian DIGITS",
                 "[glassgrad] there is no command \"trian\". Did you mean \"train\"? "
                 "There are train, predict, explain, view, replay, check.");
  expect_refused("train DIGITS --layers 64,rleu",
                 "[layers] there is no layer \"rleu\". Did you mean \"relu\"? There are identity, "
                 "step, sigmoid, tanh, atan, relu, leaky_relu, prelu, elu, softplus, gelu, silu, "
                 "sin, softmax, log_softmax, dropout.");
  expect_refused("train DIGITS --optimizer adma",
                 "[train] there is no --optimizer \"adma\". Did you mean \"adam\"? There are "
                 "gradient_descent, momentum, classical_momentum, nesterov, rmsprop, adagrad, "
                 "adam, adamw.");
  expect_refused("train DIGITS --loss mse",
                 "[train] there is no --loss \"mse\". Did you mean \"mean_squared_error\"? "
                 "There are cross_entropy, binary_cross_entropy, mean_squared_error.");
  expect_refused("train DIGITS --init he_nromal",
                 "[init] there is no init \"he_nromal\". Did you mean \"he_normal\"? There are "
                 "constant, normal, glorot_uniform, glorot_normal, he_uniform, he_normal, zeros.");
  expect_refused("train DIGITS --type float16",
                 "[train] there is no --type \"float16\". Did you mean \"float64\"? "
                 "There are float64, float32.");
  expect_refused("train DIGITS --schedule cosin",
                 "[train] there is no --schedule \"cosin\". Did you mean \"cosine\"? "
                 "There are constant, cosine, exponential, step.");
  expect_refused("train DIGITS --bogus",
                 "[glassgrad] train has no flag \"--bogus\". Did you mean \"--loss\"? "
                 "See glassgrad train --help.");
  expect_refused("train DIGITS extra",
                 "[glassgrad] The following argument was not expected: extra. "
                 "See glassgrad train --help.");
}

TEST_F(Command, NumbersOutOfRange) {
  expect_refused("train DIGITS --epochs 0",
                 "[train] --epochs is 0. Give a number from 1 to 1000000000.");
  expect_refused("train DIGITS --epochs many",
                 "[train] --epochs is \"many\", which is no whole number. Give a number from 1 to "
                 "1000000000.");
  expect_refused("train DIGITS --batch 0",
                 "[train] --batch is 0. Give a number from 1 to 1000000000.");
  expect_refused("train DIGITS --rate nan",
                 "[train] --rate is nan. Give a finite number of at least 0.");
  expect_refused("train DIGITS --test-fraction 1",
                 "[train] --test-fraction is 1. Give a number from 0 to 0.99.");
  expect_refused("train DIGITS --seed -1",
                 "[train] --seed is -1. Give a number from 0 to 9000000000000000000.");
  expect_refused("train DIGITS --layers 0",
                 "[layers] \"0\" is no size of a layer. Give an integer from 1 to 1000000.");
  expect_refused("train DIGITS --schedule step:3",
                 "[train] --schedule has 1 numbers, not 2. "
                 "Write constant, cosine, exponential:0.95 or step:10:0.5.");
  expect_refused("train DIGITS --loss binary_cross_entropy",
                 "[train] binary_cross_entropy is for 2 classes, the data have 10. "
                 "Use --loss cross_entropy.");
}

TEST_F(Command, FilesThatCannotBeWritten) {
  expect_refused("train DIGITS --save nowhere/x.model",
                 "[train] nowhere/x.model cannot be written: there is no folder nowhere. "
                 "Make the folder, or give another path.");
  expect_refused("train DIGITS --metrics .", "[train] . is a folder. Give the path of a file.");
  expect_refused("train DIGITS --save x.model --seeds 2",
                 "[train] --save and --resume are for one model, --seeds trains several. "
                 "Leave out one of them.");
}

TEST_F(Command, ADivergingRateStops) {
  write("two.csv", two_classes());
  const std::string flags =
      "train two.csv --optimizer gradient_descent --save m.model --metrics m.csv";
  // One feature: of two, whose products overflow, a fused sum is inf and another nan.
  std::string one = "a,kind\n";
  for (int i = 0; i < 60; ++i) one += std::to_string(i) + (i % 7 < 3 ? ",odd\n" : ",even\n");
  write("one.csv", one);
  expect_refused("train one.csv --optimizer gradient_descent --rate 1e308 --batch 8",
                 "[train] training diverged: the loss is inf in epoch 1, batch 2, at rate 1e+308. "
                 "Lower --rate, or set --clip.");
  // The rate grows a billion times every three epochs: what was good until then is kept.
  const auto outcome =
      run(flags + " --rate 0.01 --batch 48 --schedule step:3:1e9 --layers 8,identity --epochs 90");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with("[train] training diverged: ")) << outcome.err;
  EXPECT_NE(outcome.err.find("the parameters are those of epoch 3"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.out.find("saved m.model after epoch 3\n"), std::string::npos) << outcome.out;
  const auto kept = run("predict m.model two.csv");
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_EQ(kept.out.find("nan"), std::string::npos);
}

TEST_F(Command, OtherDataThanTheModelLearnt) {
  write("two.csv", two_classes());
  ASSERT_EQ(run("train two.csv --epochs 2 --save m.model").code, 0);
  write("wide.csv", "a,b,c,d\n1,2,3,4\n4,5,6,7\n");
  expect_refused("predict m.model wide.csv",
                 "[predict] wide.csv has 4 features, the model 2. "
                 "Give the columns it was trained on, with or without the label.");
  write("turned.csv", "b,a,kind\n1,2,above\n4,5,below\n");
  expect_refused("predict m.model turned.csv",
                 "[predict] column 1 of turned.csv is \"b\", the model learnt \"a\". "
                 "Give the columns it was trained on, in their order.");
  write("other.csv", two_classes() + "1,90,above\n");
  expect_refused("train other.csv --resume m.model",
                 "[train] m.model learnt from other data than other.csv. "
                 "Resume with the same file, or train anew.");
  expect_refused("train two.csv --resume m.model --batch 7",
                 "[train] --batch is 7, m.model was trained with 32. "
                 "Leave the flag out, or train anew.");
  write("short.model", text("m.model").substr(0, 900));
  EXPECT_EQ(run("predict short.model two.csv").code, 2);
}

}  // namespace
}  // namespace glassgrad

// The limits of options in docs/limits.md: each at the limit, and one beyond it.
#include "command.hpp"

namespace glassgrad::testing_cli {
namespace {

class Limits : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    std::string csv;
    for (int i = 0; i < 200; ++i)
      csv += std::to_string(i * 37 % 101) + "," + std::to_string(i % 2) + "\n";
    write("d.csv", csv);
  }
  void expect_trained(const std::string& flags) const {
    const Outcome outcome = run("train d.csv --layers none --tolerance 1e9 " + flags);
    EXPECT_EQ(outcome.code, 0) << flags << "\n" << outcome.err;
  }
};

TEST_F(Limits, OfCounts) {
  for (const std::string option : {"epochs", "batch", "patience", "save-every"}) {
    const std::string least = option == "epochs" || option == "batch" ? "1" : "0";
    expect_trained("--" + option + " 1000000000 --save m.model");
    expect_refused(
        "train d.csv --save n.model --" + option + " 1000000001",
        "[train] --" + option + " is 1000000001. Give a number from " + least + " to 1000000000.");
  }
  expect_trained("--warm-up 1000000000");
  EXPECT_EQ(run("train d.csv --warm-up 1000000001").code, 2);
}

TEST_F(Limits, OfASeed) {
  expect_trained("--epochs 1 --seed 9000000000000000000");
  expect_refused(
      "train d.csv --seed 9000000000000000001",
      "[train] --seed is 9000000000000000001. Give a number from 0 to 9000000000000000000.");
}

TEST_F(Limits, OfShares) {
  expect_trained("--epochs 1 --test-fraction 0.99");
  expect_trained("--epochs 1 --patience 3 --validation-fraction 0.9 --test-fraction 0.1");
  for (const std::string share : {"test", "validation"})
    expect_refused("train d.csv --patience 1 --" + share + "-fraction 0.991",
                   "[train] --" + share + "-fraction is 0.991. Give a number from 0 to 0.99.");
}

TEST_F(Limits, OfALayer) {
  const Outcome outcome = run("train d.csv --layers 1000000 --type float32 --epochs 1 --batch 8");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  expect_refused("train d.csv --layers 1000001",
                 "[layers] \"1000001\" is no size of a layer. Give an integer from 1 to 1000000.");
}

}  // namespace
}  // namespace glassgrad::testing_cli

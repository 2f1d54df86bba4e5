// When training ends: patience, the best epoch, convergence; what --price says.
#include <cmath>

#include "command.hpp"
#include "glassgrad/data/csv.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

// The row of metrics.csv whose validation loss is the lowest.
std::int64_t best_row(const Table& table, std::int64_t column) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < table.numbers.rows; ++i)
    if (table.numbers(i, column) < table.numbers(best, column)) best = i;
  return best;
}

// A network that learns by heart what it is shown, with labels that are partly noise: its
// validation loss falls, then rises.
std::string noisy() {
  std::string csv = "a,b,label\n";
  for (int i = 0; i < 120; ++i) {
    const int a = i * 37 % 101, b = i * 53 % 97;
    csv += std::to_string(a) + "," + std::to_string(b) + "," +
           std::to_string(i % 4 == 0 ? a > b : b > a) + "\n";
  }
  return csv;
}

TEST_F(Command, StopsWhenPatienceEndsAndKeepsTheBest) {
  write("d.csv", noisy());
  const auto outcome =
      run("train d.csv --layers 64,tanh,64,tanh --rate 0.02 --epochs 200 --patience 8 --keep-best "
          "--validation-fraction 0.3 --save m.model --metrics m.csv --test-fraction 0");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("84 examples to train on, 36 to validate on, 0 held out"),
            std::string::npos)
      << outcome.out;
  const Table table = read_csv(folder / "m.csv", {.missing = Missing::keep});
  const std::int64_t best = best_row(table, 6), epochs = table.numbers.rows;
  EXPECT_EQ(epochs, best + 1 + 8);
  EXPECT_LT(epochs, 200);
  const std::string number = std::to_string(best + 1);
  EXPECT_NE(outcome.out.find("stopped after epoch " + std::to_string(epochs) +
                             ": the validation loss is not below that of epoch " + number +
                             " for 8 epochs\nkept the parameters of epoch " + number + ", "),
            std::string::npos)
      << outcome.out;
  // The kept model is that of a run which ended at the best epoch: it answers alike.
  ASSERT_EQ(run("train d.csv --layers 64,tanh,64,tanh --rate 0.02 --epochs " + number +
                " --patience 8 --validation-fraction 0.3 --save b.model --test-fraction 0")
                .code,
            0);
  EXPECT_EQ(run("predict m.model d.csv --probabilities").out,
            run("predict b.model d.csv --probabilities").out);
}

TEST_F(Command, StopsAtConvergence) {
  write("d.csv", two_classes());
  const std::string flags =
      "train d.csv --layers identity --batch 60 --test-fraction 0 --optimizer gradient_descent "
      "--rate 0.5 --epochs 4000 --metrics m.csv ";
  const auto by_loss = run(flags + "--tolerance 1e-4");
  EXPECT_NE(by_loss.out.find(": the loss changed by "), std::string::npos) << by_loss.out;
  Table table = read_csv(folder / "m.csv", {.missing = Missing::keep});
  std::int64_t last = table.numbers.rows - 1;
  ASSERT_GT(last, 2);
  ASSERT_LT(last, 3999);
  const auto change = [&](std::int64_t i) {
    return std::abs(table.numbers(i, 3) - table.numbers(i - 1, 3));
  };
  EXPECT_LE(change(last), 1e-4);
  EXPECT_GT(change(last - 1), 1e-4);
  const auto by_gradient = run(flags + "--gradient-tolerance 0.02");
  EXPECT_NE(by_gradient.out.find(": the gradient's norm is "), std::string::npos)
      << by_gradient.out;
  table = read_csv(folder / "m.csv", {.missing = Missing::keep});
  last = table.numbers.rows - 1;
  EXPECT_LE(table.numbers(last, 5), 0.02);
  EXPECT_GT(table.numbers(last - 1, 5), 0.02);
}

TEST_F(Command, StoppingNeedsItsNumbers) {
  expect_refused("train DIGITS --patience 3 --validation-fraction 0",
                 "[train] --patience needs a validation part, --validation-fraction is 0. "
                 "Give a fraction above 0.");
  expect_refused("train DIGITS --keep-best --validation-fraction 0",
                 "[train] --keep-best needs a validation part, --validation-fraction is 0. "
                 "Give a fraction above 0.");
  expect_refused("train DIGITS --patience -1",
                 "[train] --patience is -1. Give a number from 0 to 1000000000.");
  expect_refused("train DIGITS --tolerance -1",
                 "[train] --tolerance is -1. Give a finite number of at least 0.");
}

// One line, and the model that is trained has the same bits.
TEST_F(Command, ThePriceOfAGradient) {
  write("d.csv", two_classes());
  const std::string flags = "train d.csv --layers 3,tanh,dropout:0.5 --epochs 2 --save ";
  const auto outcome = run(flags + "a.model --price");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto at = outcome.out.find("price of a gradient of 17 parameters: one backward ");
  ASSERT_NE(at, std::string::npos) << outcome.out;
  const std::string line = outcome.out.substr(at, outcome.out.find('\n', at) - at);
  for (const char* part : {"; by differences 2n = 34 forward passes of ", " times as long (34 ",
                           "they differ from backward by at most "})
    EXPECT_NE(line.find(part), std::string::npos) << line;
  EXPECT_LT(std::stod(line.substr(line.rfind("most ") + 5)), 1e-8) << line;
  ASSERT_EQ(run(flags + "b.model").code, 0);
  EXPECT_EQ(text("a.model"), text("b.model"));
}

}  // namespace
}  // namespace glassgrad

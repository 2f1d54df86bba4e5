// A run of many epochs keeps some of them: the model stays small, a resumed run has the bits of one
// that was left alone, and metrics have a line for every epoch.
#include "command.hpp"
#include "glassgrad/io/safetensors.hpp"

namespace glassgrad::testing_cli {
namespace {

class LongRun : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    std::string csv;
    for (int i = 0; i < 10; ++i)
      csv += std::to_string(i) + "," + std::to_string(i % 2 ? 3 * i + 1 : 2 - i) + "\n";
    write("d.csv", csv);
  }
  std::vector<double> epochs_in(const std::string& model) const {
    const Safetensors file = read_safetensors(folder / model);
    const NamedTensor& history = file.tensor("training/history");
    const auto numbers = numbers_of(history);
    std::vector<double> epochs;
    for (std::size_t i = 0; i < numbers.size(); i += std::size_t(history.shape[1]))
      epochs.push_back(numbers[i]);
    return epochs;
  }
  std::string flags(const std::string& more) const {
    return "train d.csv --loss mean_squared_error --layers none --optimizer gradient_descent "
           "--rate " +
           more;
  }
};

TEST_F(LongRun, ResumedIsUninterrupted) {
  const std::string some = flags("0.001 --keep-best --patience 1000000 --type float32 ");
  ASSERT_EQ(run(some + "--epochs 41000 --save whole.model").code, 0);
  const std::string wanted = text("whole.model");
  for (const std::string at : {"9999", "10000", "10001", "20003", "40999"}) {
    ASSERT_EQ(run(some + "--epochs " + at + " --save part.model").code, 0);
    const Outcome resumed = run("train d.csv --resume part.model --epochs 41000 --save r.model");
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_NE(resumed.out.find("resumed after epoch " + at + "\n"), std::string::npos);
    EXPECT_EQ(text("r.model"), wanted) << at;
  }
  const std::vector<double> epochs = epochs_in("whole.model");
  EXPECT_LE(epochs.size(), 10'003U);
  EXPECT_GT(epochs.size(), 5'000U);
  EXPECT_EQ((std::vector<double>(epochs.begin(), epochs.begin() + 3)),
            (std::vector<double>{1, 9, 17}));
  EXPECT_EQ((std::vector<double>(epochs.end() - 2, epochs.end())),
            (std::vector<double>{40'999, 41'000}));
  EXPECT_EQ(run("predict whole.model d.csv").code, 0);
}

TEST_F(LongRun, HasALineOfMetricsForEveryEpoch) {
  ASSERT_EQ(run(flags("0.001 --epochs 25000 --metrics m.csv --save a.model")).code, 0);
  const std::string lines = text("m.csv");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 25'001);
  ASSERT_EQ(run(flags("0.001 --epochs 25000 --save b.model")).code, 0);
  EXPECT_EQ(text("a.model"), text("b.model"));
  EXPECT_LT(text("b.model").size(), 2'200'000U);
}

TEST_F(LongRun, AtTheLimitAllAreKept) {
  ASSERT_EQ(run(flags("0.001 --epochs 10000 --save m.model")).code, 0);
  EXPECT_EQ(epochs_in("m.model").size(), 10'000U);
  ASSERT_EQ(run(flags("0.001 --epochs 10001 --save m.model")).code, 0);
  EXPECT_EQ(epochs_in("m.model").size(), 5'002U);  // every second, and the last two
}

TEST_F(LongRun, StopsWhereItWould) {
  const std::string some = flags("1e-9 --patience 12000 --type float32 --epochs ");
  const Outcome whole = run(some + "60000 --save whole.model");
  ASSERT_EQ(run(some + "11000 --save part.model").code, 0);
  const Outcome part = run("train d.csv --resume part.model --epochs 60000 --save r.model");
  const auto said = whole.out.find("stopped after epoch ");
  ASSERT_NE(said, whole.out.npos) << whole.out.substr(whole.out.size() - 300);
  const std::string line = whole.out.substr(said, whole.out.find('\n', said) - said);
  EXPECT_NE(part.out.find(line), part.out.npos) << line;
  EXPECT_EQ(text("r.model"), text("whole.model"));
  const Outcome again = run("train d.csv --resume r.model");
  EXPECT_NE(again.out.find(line), again.out.npos) << again.out.substr(again.out.size() - 300);
}

}  // namespace
}  // namespace glassgrad::testing_cli

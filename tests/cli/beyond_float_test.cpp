// Numbers that float32 cannot hold are named before a network is trained on infinity.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

std::string rows(const std::string& header, const std::string& large) {
  std::string csv = header;
  for (int i = 0; i < 12; ++i)
    csv += std::to_string(i) + "," + (i == 5 ? large : std::to_string(i % 5)) + "," +
           (i % 2 ? "a" : "b") + "\n";
  return csv;
}

TEST_F(Command, FeaturesBeyondFloatAreNamed) {
  write("f.csv", rows("one,two,kind\n", "1e39"));
  write("g.csv", rows("", "-1e300"));
  const std::string train = "train f.csv --type float32 --epochs 1 --batch 2 --test-fraction 0";
  expect_refused(train + " --scale none",
                 "[train] feature 2 (\"two\") has 1e+39, which is beyond float32. Use --scale "
                 "standardise, or --type float64.");
  EXPECT_EQ(run(train + " --scale standardise").code, 0);
  const auto wide = run("train f.csv --epochs 1 --batch 2 --test-fraction 0 --scale none");
  EXPECT_EQ(wide.err.find("float32"), wide.err.npos) << wide.err;
  expect_refused("train g.csv --type float32 --epochs 1 --scale none",
                 "[train] feature 2 has -1e+300, which is beyond float32. Divide it by a power of "
                 "ten.");
}

TEST_F(Command, TargetsBeyondFloatAreNamed) {
  std::string csv = "x,y\n";
  for (int i = 0; i < 12; ++i)
    csv += std::to_string(i) + "," + (i == 5 ? "1e39" : std::to_string(i % 5)) + "\n";
  write("t.csv", csv);
  const std::string train =
      "train t.csv --type float32 --loss mean_squared_error --label y --epochs 1 "
      "--test-fraction 0";
  expect_refused(train + " --scale none",
                 "[train] the target has 1e+39, which is beyond float32. Use --scale standardise, "
                 "or --type float64.");
  EXPECT_EQ(run(train).code, 0);
}

// Scaled by what the training part has, a row that is tested on may still be beyond.
TEST_F(Command, RowsToTestOnBeyondFloatAreNamed) {
  write("f.csv", rows("one,two,kind\n", "3"));
  write("t.csv", rows("one,two,kind\n", "1e60"));
  const std::string train = "train f.csv --test t.csv --epochs 1 --batch 4";
  const auto outcome = run(train + " --type float32");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with("[train] feature 2 (\"two\"), scaled, has 7."))
      << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with("which is beyond float32. Use --type float64.\n"))
      << outcome.err;
  EXPECT_EQ(run(train).code, 0);
}

}  // namespace
}  // namespace glassgrad

// Numbers with any number of decimals: whole in every view, or refused with the range.
#include <regex>

#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

constexpr auto net =
    "explain 'z = matmul(W, x) + b; a = tanh(z); L = sum((y - a)^2)/2' "
    "'W=[[0.1,0.6],[0.3,12.34567]]' 'x=[[1],[20]]' 'b=[[0.5],[-3]]' 'y=[[0.5],[123456.75]]' ";

TEST_F(Command, DecimalsAreWholeInEveryView) {
  for (const char* decimals : {"0", "1", "4", "17"}) {
    const auto outcome =
        run(std::string(net) + "--decimals " + decimals + " --svg a.svg --dot a.dot --trace a.txt");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    // a number that is cut in the middle reads as another one
    for (const char* file : {"a.svg", "a.dot", "a.txt"})
      EXPECT_FALSE(std::regex_search(text(file), std::regex("[0-9]\xE2\x80\xA6")))
          << file << decimals;
    EXPECT_EQ(outcome.out.substr(0, text("a.txt").size()), text("a.txt"));
  }
  const std::string digits = text("a.svg");
  for (const char* row : {"min 0.10000000000000001<", "max 12.34567000000000014<"})
    EXPECT_NE(digits.find(row), digits.npos) << row;
}

TEST_F(Command, DecimalsHaveARange) {
  for (const char* decimals : {"18", "-1"})
    expect_refused(
        std::string(net) + "--decimals " + decimals,
        std::string("[explain] --decimals is ") + decimals + ". Give a number from 0 to 17.");
}

}  // namespace
}  // namespace glassgrad

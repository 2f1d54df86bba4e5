// `glassgrad check`: what the program itself writes holds; what was changed does not; and what
// is no snapshot is refused.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

constexpr auto or_gate =
    R"(explain "z = w1*x1 + w2*x2 + b; yhat = sigmoid(z); L = (y - yhat)^2/2" )"
    "x1=1 x2=0 y=0 w1=0.1 w2=0.6 b=0 --constants x1,x2,y";

TEST_F(Command, CheckHoldsWhatIsWritten) {
  ASSERT_EQ(run(std::string(or_gate) + " --json a.json --html a.html").code, 0);
  const std::string holds = "checked 15 nodes, 14 edges, 1 epoch, 3 folds: all hold\n";
  auto outcome = run("check a.json");
  EXPECT_EQ(outcome.out, holds);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.code, 0);
  outcome = run("check a.html a.json");
  EXPECT_EQ(outcome.out, "a.html: " + holds + "a.json: " + holds);
  EXPECT_EQ(outcome.code, 0);
}

TEST_F(Command, CheckHoldsEveryEpochOfAReport) {
  write("points.csv", two_classes());
  ASSERT_EQ(run("train points.csv --layers 4,tanh --epochs 6 --report r.html").code, 0);
  const auto outcome = run("check r.html");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_NE(outcome.out.find("checked 15 nodes, 14 edges, 7 epochs, 3 folds: all hold\n"),
            outcome.out.npos)
      << outcome.out;
}

TEST_F(Command, CheckFindsAChangedNumber) {
  spoils_snapshots = true;
  ASSERT_EQ(run("explain 'y = w*x; L = y*y' w=0.5 x=3 --json a.json").code, 0);
  std::string json = text("a.json");
  const std::string sent = "\"contribution\":9.0";
  const auto at = json.rfind(sent);  // after that of the box: the edge's own
  ASSERT_NE(at, json.npos) << json;
  write("b.json", json.replace(at, sent.size(), "\"contribution\":9.0000000000001"));
  const auto outcome = run("check b.json");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(
      outcome.out,
      "checked 4 nodes, 4 edges, 1 epoch, 2 folds: 2 do not hold\n"
      "[check] \"w\": the sum of the 1 contribution is 9.0000000000001, not 9 as its upstream\n"
      "[check] \"y/y\" to \"w\": local x upstream is 9, not 9.0000000000001 as sent\n");
}

TEST_F(Command, CheckRefusesWhatIsNoSnapshot) {
  write("page.html", "<!doctype html><p>nothing</p>");
  write("text.json", "{\"format\": 1}");
  expect_refused("check missing.json", "[check] missing.json does not exist. Check the path.");
  expect_refused("check page.html",
                 "[read_json] page.html is a page without a snapshot. Give what explain --html or "
                 "train --report wrote.");
  expect_refused("check text.json",
                 "[read_json] text.json is no snapshot: its \"format\" is not \"glassgrad.trace\". "
                 "Give what explain --json or train --report wrote.");
  expect_refused("check", "[glassgrad] files is required. See glassgrad check --help.");
}

}  // namespace
}  // namespace glassgrad

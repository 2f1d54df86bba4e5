// Advice was tried: a command that fails, what it says to the letter, and the command line that its
// advice leads to, which goes well.
#include <regex>

#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

struct Advice {
  std::string fails, says, then;
};

class Advised : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("d.csv", two_classes());
    write("three.csv", "a,label\n1,0\n2,1\n4,2\n3,0\n5,1\n6,2\n");
    ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
    ASSERT_EQ(run("explain 'a*b' a=1 b=2 --json v.json").code, 0);
  }
  void expect(const Advice& advice) const {
    const auto outcome = run(advice.fails);
    EXPECT_EQ(outcome.code, 2) << advice.fails;
    EXPECT_EQ(outcome.err.substr(0, outcome.err.find('\n')), advice.says) << advice.fails;
    // no words that only a program knows
    const std::regex own(
        "::|Keep|tape|compile|read_csv\\(|missing_marks|write_json|Imputer|LabelKind|C\\+\\+");
    const std::string words = outcome.err.substr(outcome.err.find(']') + 1);
    EXPECT_FALSE(std::regex_search(words, own)) << outcome.err;
    if (advice.then.empty()) return;
    const auto after = run(advice.then);
    EXPECT_EQ(after.code, 0) << advice.then << "\n" << after.err;
  }
};

const std::string all = " --test-fraction 0 --epochs 1";

TEST_F(Advised, OfOptions) {
  for (const Advice& advice : {
           Advice{"train d.csv --epochs 0",
                  "[train] --epochs is 0. Give a number from 1 to 1000000000.",
                  "train d.csv --epochs 1"},
           Advice{"train d.csv --bach 3",
                  "[glassgrad] train has no flag \"--bach\". Did you mean \"--batch\"? See "
                  "glassgrad train --help.",
                  "train d.csv --epochs 1 --batch 3"},
           Advice{"train", "[glassgrad] data is required. See glassgrad train --help.",
                  "train --help"},
           Advice{"train d.csv --init zeros:1",
                  "[init] \"zeros:1\" takes no number. Write zeros, or constant:0.5.",
                  "train d.csv --epochs 1 --init constant:0.5"},
           Advice{"train d.csv --init normal",
                  "[init] \"normal\" lacks a number. Write constant:0.5 or normal:0.1; the others "
                  "stand alone.",
                  "train d.csv --epochs 1 --init normal:0.1"},
           Advice{"train d.csv --patience 2 --validation-fraction 0",
                  "[train] --patience needs a validation part, --validation-fraction is 0. Give a "
                  "fraction above 0.",
                  "train d.csv --epochs 1 --patience 2 --validation-fraction 0.2"},
           Advice{"train d.csv --save-every 1",
                  "[train] --save-every is given without --save. Say with --save where to.",
                  "train d.csv --epochs 1 --save-every 1 --save e.model"},
           Advice{"train d.csv --keep 'layer1/*'",
                  "[train] --keep is given without --report. Say with --report where to.",
                  "train d.csv --epochs 1 --keep 'layer1/*' --report r.html"},
           Advice{"train d.csv --report r.pdf",
                  "[train] the form of r.pdf is not known. End its name in .html or .json.",
                  "train d.csv --epochs 1 --report r.json"},
           Advice{"train d.csv --layers 64,dropout",
                  "[layers] \"dropout\" says no probability from 0 to below 1. Write dropout:0.5.",
                  "train d.csv --epochs 1 --layers 64,dropout:0.5"},
           Advice{"train d.csv --schedule step:1",
                  "[train] --schedule has 1 numbers, not 2. Write constant, cosine, "
                  "exponential:0.95 or step:10:0.5.",
                  "train d.csv --epochs 1 --schedule step:10:0.5"},
           Advice{"train d.csv --separator ''",
                  "[train] --separator is empty. Give it a value, or leave it out.",
                  "train d.csv --epochs 1"},
           Advice{"train d.csv --save no/x.model",
                  "[train] no/x.model cannot be written: there is no folder no. Make the folder, "
                  "or give another path.",
                  "train d.csv --epochs 1 --save x.model"},
           Advice{"train d.csv --seeds 2 --save s.model",
                  "[train] --save and --resume are for one model, --seeds trains several. Leave "
                  "out one of them.",
                  "train d.csv --epochs 1 --save s.model"},
           Advice{"view v.json -o v.pdf",
                  "[view] the form of v.pdf is not known. End its name in .html, .svg, .dot, .json "
                  "or .txt.",
                  "view v.json -o v.svg"},
       })
    expect(advice);
}

// A message speaks of the option, not of the function that it calls.
TEST_F(Advised, OfPartsThatAreEmpty) {
  write("two.csv", "1,0\n2,1\n");
  for (const Advice& advice : {
           Advice{"train two.csv",
                  "[train] --test-fraction 0.2 of 2 examples leaves a part empty. Give more "
                  "examples, or --test-fraction 0.5.",
                  "train two.csv --epochs 1 --test-fraction 0.5"},
           Advice{"train two.csv --test-fraction 0.9",
                  "[train] --test-fraction 0.9 of 2 examples leaves a part empty. Give more "
                  "examples, or --test-fraction 0.5.",
                  "train two.csv --epochs 1 --test-fraction 0.5"},
           Advice{"train two.csv --test-fraction 0 --patience 2",
                  "[train] --validation-fraction 0.1 of 2 examples leaves a part empty. Give more "
                  "examples, or --validation-fraction 0.5.",
                  "train two.csv --epochs 1 --test-fraction 0 --patience 2 "
                  "--validation-fraction 0.5"},
       })
    expect(advice);
}

// Whatever is wrong with files: no word of these messages is one of C++.
TEST_F(Advised, NoMessageNamesCpp) {
  write("cut.json", "{\"format\": \"glass");
  write("no.json", "12 34");
  write("half.model", text("m.model").substr(0, 900));
  const std::regex own(
      "::|Keep|tape|missing_marks|write_json|Imputer|LabelKind|C\\+\\+|std|json\\.");
  for (const std::string command : {"train semi.csv",
                                    "predict m.model semi.csv",
                                    "predict m.model text.csv",
                                    "predict m.model gap.csv",
                                    "predict d.csv d.csv",
                                    "predict v.json d.csv",
                                    "predict half.model d.csv",
                                    "view m.model",
                                    "view cut.json",
                                    "view no.json",
                                    "view d.csv",
                                    "replay m.model",
                                    "replay v.json",
                                    "replay cut.json",
                                    "train d.csv --resume v.json",
                                    "train d.csv --resume half.model",
                                    "train d.csv --test three.csv",
                                    "train .",
                                    "explain 'sum(x, 7)' x=[1,2]",
                                    "explain 'x @ y' x=[1,2] y=[1,2,3]",
                                    "explain 'x' x=[1,2]",
                                    "explain 'reshape(x, [5])' x=[1,2]",
                                    "explain 'f(x)' x=1"}) {
    const auto outcome = run(command);
    EXPECT_EQ(outcome.code, 2) << command;
    const std::string words = outcome.err.substr(outcome.err.find(']') + 1);
    EXPECT_FALSE(std::regex_search(words, own)) << command << "\n" << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("[")) << command << "\n" << outcome.err;
  }
}

TEST_F(Advised, OfSizes) {
  const auto outcome = run("train d.csv --layers 1000000,1000000");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with(
      "[train] a network of 1000006000002 parameters needs at least 32 TB, there are "))
      << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with(". Give --layers smaller sizes.\n")) << outcome.err;
  // of many columns the nearest
  std::string wide;
  for (int i = 0; i < 100000; ++i) wide += "column" + std::to_string(i) + ",";
  write("wide.csv", wide + "kind\n" + std::string(100000, '1').replace(0, 0, "") + "\n");
  const auto asked = run("train wide.csv --label column100001");
  EXPECT_EQ(asked.code, 2);
  EXPECT_LT(asked.err.size(), 600U) << asked.err.substr(0, 2000);
}

}  // namespace
}  // namespace glassgrad

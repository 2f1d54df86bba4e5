// Labels that are the same number in other letters, numbers that no 64 bits hold, numbers among
// names: one class or several, but never without a word; and the advice is taken.
#include "command.hpp"

namespace glassgrad::testing_cli {
namespace {

class LabelTexts : public Command {
 protected:
  void table(const std::string& file, const std::vector<std::string>& labels) const {
    std::string csv;
    for (int i = 0; i < 40; ++i)
      csv += std::to_string(i % int(labels.size())) + "," + std::to_string(i % 7) + "," +
             labels[std::size_t(i) % labels.size()] + "\n";
    write(file, csv);
  }
  std::string trained(const std::string& arguments, const std::string& before = "") const {
    const Outcome outcome = run("train " + arguments + " --epochs 1", before);
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
    return outcome.out;
  }
  static std::string line(const std::string& text, int number) {
    std::size_t begin = 0;
    for (; number > 1; --number) begin = text.find('\n', begin) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
};

const std::string letters = "sed -E 's/,([^,]*)$/,c\\1/' d.csv > c.csv && ";

TEST_F(LabelTexts, ZerosInFrontAreAsked) {
  table("d.csv", {"1", "2", "01"});
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 3, column 3: label \"01\" is the number \"1\" of line 1 "
                 "in another way. Write it in one way; if they are two classes, write names for "
                 "all, as c01.");
  EXPECT_EQ(line(trained("c.csv", letters), 1), "c.csv: 40 examples, 2 features, 3 classes");
  EXPECT_EQ(line(trained("o.csv", "sed 's/,01$/,1/' d.csv > o.csv && "), 1),
            "o.csv: 40 examples, 2 features, 2 classes");
  for (const std::vector<std::string>& labels :
       {std::vector<std::string>{"-1", "-01"}, {"0", "00"}, {"007", "07"}, {"01.0", "1"}}) {
    table("d.csv", labels);
    EXPECT_EQ(run("train d.csv").code, 2) << labels[0];
    EXPECT_EQ(line(trained("c.csv", letters), 1), "c.csv: 40 examples, 2 features, 2 classes");
  }
  table("d.csv", {"01", "02", "10"});  // codes of one width stay what they are
  trained("d.csv --save m.model");
  EXPECT_EQ(run("predict m.model d.csv").code, 0);
  table("n.csv", {"1", "2", "10"});
  expect_refused("train d.csv --test n.csv",
                 "[read_csv] n.csv, line 1, column 3: label \"1\" is none of the 3 classes. Write "
                 "one of \"01\", \"02\", \"10\".");
  EXPECT_EQ(run("predict m.model n.csv").code, 2);
  table("z.csv", {"0", "1"});
  table("d.csv", {"00", "01"});
  expect_refused("train z.csv --test d.csv",
                 "[read_csv] d.csv, line 1, column 3: label \"00\" is not how class 0 is written. "
                 "Write 0.");
}

TEST_F(LabelTexts, OneNumberInOtherLettersIsOneClassAndSaid) {
  table("d.csv", {"1", "2", "1.0", "+2", "2e0"});
  const std::string out = trained("d.csv --save m.model");
  EXPECT_EQ(line(out, 1), "d.csv: 40 examples, 2 features, 2 classes");
  EXPECT_EQ(line(out, 2), "the labels \"1\", \"1.0\" are one class, \"1\"");
  EXPECT_EQ(line(out, 3), "the labels \"2\", \"+2\", \"2e0\" are one class, \"2\"");
  EXPECT_EQ(run("predict m.model d.csv").code, 0);
  table("d.csv", {"1.0", "1"});
  expect_refused("train d.csv",
                 "[train] d.csv has one class, \"1\" (the labels \"1.0\", \"1\" are one class, "
                 "\"1\"): there is nothing to tell apart. Give examples of two classes or more, or "
                 "another column with --label.");
}

TEST_F(LabelTexts, NumbersAmongNames) {
  table("d.csv", {"1", "x"});
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 2, column 3: label \"x\" is not an integer. Write names "
                 "for all classes, as c1, or numbers for all; if the first line is a header, set "
                 "--header to present.");
  EXPECT_EQ(line(trained("c.csv", letters), 1), "c.csv: 40 examples, 2 features, 2 classes");
  trained("n.csv", "sed 's/,x$/,2/' d.csv > n.csv && ");
  table("d.csv", {"1", "01", "x"});
  EXPECT_EQ(run("train d.csv").code, 2);
  EXPECT_EQ(line(trained("c.csv", letters), 1), "c.csv: 40 examples, 2 features, 3 classes");
}

TEST_F(LabelTexts, IntegersOfAnyLength) {
  const std::vector<std::string> labels{"12345678901234567891", "-3", "12345678901234567890"};
  table("d.csv", labels);
  EXPECT_EQ(line(trained("d.csv --rate 0.1 --save m.model"), 1),
            "d.csv: 40 examples, 2 features, 3 classes");
  run("train d.csv --resume m.model --epochs 60");
  std::string wanted = "prediction\n";
  for (std::size_t i = 0; i < 40; ++i) wanted += labels[i % 3] + "\n";
  EXPECT_EQ(run("predict m.model d.csv").out, wanted);
}

TEST_F(LabelTexts, FractionsAreNamesOrTargets) {
  table("d.csv", {"0.1", "0.10"});
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 1, column 3: label \"0.1\" is not an integer. Write "
                 "integers for all classes, or names for all, as c0.1; to learn numbers set --loss "
                 "to mean_squared_error.");
  EXPECT_EQ(line(trained("c.csv", letters), 1), "c.csv: 40 examples, 2 features, 2 classes");
  EXPECT_EQ(line(trained("d.csv --loss mean_squared_error"), 2),
            "all targets are 0.1: there is nothing to learn");
}

TEST_F(LabelTexts, ManyNumbersAreRatherTargets) {
  std::string csv;
  for (int i = 0; i < 60; ++i)
    csv += std::to_string(i) + "," + std::to_string(i % 7) + "," + std::to_string(i % 25) + "\n";
  write("d.csv", csv);
  EXPECT_EQ(line(trained("d.csv"), 2),
            "each of the 25 numbers in the label's column is a class, of 2.4 examples on average; "
            "to learn numbers set --loss mean_squared_error");
  const std::string out = trained("d.csv --loss mean_squared_error");
  EXPECT_EQ(out.find("to learn numbers"), out.npos) << out;
  EXPECT_EQ(trained("DIGITS").find("to learn numbers"), out.npos);
}

TEST_F(LabelTexts, ADecimalCommaBeforeTheLabelIsAsked) {
  for (const std::string between : {";", "|", "\t", " "}) {
    std::string csv;
    for (int i = 0; i < 20; ++i)
      csv += std::to_string(i - 20) + ",5" + between + std::to_string(i % 3) + between +
             std::to_string(i % 2) + "\n";
    write("d.csv", csv);
    const bool tab = between == "\t", blank = between == " ";
    const std::string flag = tab ? "tab" : blank ? "space" : "'" + between + "'";
    const std::string name = tab ? "a tab" : blank ? "blanks" : "'" + between + "'";
    const std::string shown = tab ? "\\t" : between;
    const std::string problem = "[read_csv] d.csv, line 1, column 2: label \"5" + shown + "0" +
                                shown +
                                "0\" follows \"-20\": they may be a number with a decimal comma. "
                                "Set --separator to " +
                                flag + "; or write the labels without " + name + ".";
    expect_refused("train d.csv", problem);
    expect_refused("train d.csv --loss mean_squared_error", problem);
    trained("p.csv --separator " + flag, "tr , . < d.csv > p.csv && ");
    trained("n.csv", "tr '" + between + "' _ < d.csv > n.csv && ");
  }
  write("o.csv", "-20,5;0;0\n-19;1;1\n");  // a whole number in the second line
  expect_refused(
      "train o.csv",
      "[read_csv] o.csv, line 1, column 2: label \"5;0;0\" follows \"-20\": they may be a "
      "number with a decimal comma. Set --separator to ';'; or write the labels without "
      "';'.");
  write("h.csv", "a,kind\n1,5;0\n2,6;1\n1,5;0\n2,6;1\n1,5;0\n2,6;1\n1,5;0\n2,6;1\n");
  trained("h.csv");  // a header with the same commas leaves no doubt
}

}  // namespace
}  // namespace glassgrad::testing_cli

// What `train` and `predict` read: every input is opened once, whatever it is, and what it says is
// known when it is read. Each advice is taken, and the error is gone.
#include <zlib.h>

#include "cli/command.hpp"

namespace glassgrad::testing_cli {
namespace {

class Reading : public Command {
 protected:
  // So many rows of two classes, told apart by a + b > 0.
  static std::string rows(int count, const std::string& no = "0", const std::string& yes = "1") {
    std::string csv = "a,b,label\n";
    for (int i = 0; i < count; ++i) {
      const int a = i * 37 % 201 - 100, b = i * 53 % 101 - 50;
      csv += std::to_string(a) + "," + std::to_string(b) + "," + (a + b > 0 ? yes : no) + "\n";
    }
    return csv;
  }
  void write_gzip(const std::string& name, const std::string& contents) const {
    const gzFile file = gzopen((folder / name).c_str(), "wb");
    ASSERT_EQ(gzwrite(file, contents.data(), unsigned(contents.size())), int(contents.size()));
    gzclose(file);
  }
  void expect_trained(const std::string& arguments, const std::string& said,
                      const std::string& before = "") const {
    const Outcome outcome = run("train " + arguments + " --epochs 1", before);
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
    EXPECT_EQ(outcome.out.substr(0, said.size()), said);
  }
};

TEST_F(Reading, EveryRowOfAPipeAFifoAndAnArchive) {
  const std::string csv = rows(20000);
  write("d.csv", csv);
  write_gzip("d.csv.gz", csv);
  write_gzip("no-name-for-it", csv);
  const std::string said = ": 20000 examples, 2 features, 2 classes\n";
  expect_trained("d.csv", "d.csv" + said);
  expect_trained("d.csv.gz", "d.csv.gz" + said);
  expect_trained("no-name-for-it", "no-name-for-it" + said);
  expect_trained("/dev/stdin", "stdin" + said, "cat d.csv | ");
  expect_trained("-", "standard input" + said, "cat d.csv | ");
  expect_trained("fifo", "fifo" + said, "mkfifo fifo && (cat d.csv > fifo &) && ");
}

TEST_F(Reading, LabelsComeBackAsTheyWere) {
  for (const auto& [no, yes] : {std::pair{"1", "2"}, {"2", "4"}, {"-1", "1"}, {"no", "yes"}}) {
    write("d.csv", rows(200, no, yes));
    const Outcome trained = run("train d.csv --epochs 5 --save m.model");
    ASSERT_EQ(trained.code, 0) << trained.err;
    const std::string out = "\n" + run("predict m.model d.csv").out;
    EXPECT_NE(out.find("\n" + std::string(no) + "\n"), out.npos) << out;
    EXPECT_NE(out.find("\n" + std::string(yes) + "\n"), out.npos) << out;
  }
}

TEST_F(Reading, OneClassIsNothingToTellApart) {
  write("d.csv", "1,x\n2,x\n1,x\n2,x\n");
  expect_refused(
      "train d.csv",
      "[train] d.csv has one class, \"x\": there is nothing to tell apart. Give examples "
      "of two classes or more, or another column with --label.");
}

TEST_F(Reading, TextThatIsNotUtf8IsSaidWhereItStands) {
  write("d.csv", "caf\xe9,b,label\n" + rows(200).substr(10));
  expect_refused("train d.csv --save m.model",
                 "[read_csv] d.csv, line 1, column 1: \"caf\\xe9\" is no UTF-8 text. Convert it "
                 "with iconv -f latin1 -t UTF-8 d.csv > utf8-d.csv.");
  expect_trained("utf8-d.csv", "utf8-d.csv: 200 examples",
                 "iconv -f latin1 -t UTF-8 d.csv > utf8-d.csv && ");
}

TEST_F(Reading, OtherPeoplesDialectsAreNamed) {
  using std::string_literals::operator""s;
  write("utf16.csv",
        "\xff\xfe"
        "a\0,\0b\0\n\0"s);
  expect_refused("train utf16.csv",
                 "[read_csv] utf16.csv is UTF-16 (little-endian) text. Convert it with iconv -f "
                 "UTF-16 -t UTF-8 utf16.csv > utf8-utf16.csv.");
  write("d.csv", "a;label\n1,5;0\n2,5;1\n");
  expect_refused("train d.csv",
                 "[read_csv] d.csv has 1 column, the label, and no features. Set --separator to "
                 "';'.");
  expect_refused(
      "train d.csv --separator ';'",
      "[read_csv] d.csv, line 2, column 1 \"a\": \"1,5\" has a decimal comma. Write 1.5, "
      "with a point.");
  write("t.csv", "a,label\n\"1,234\",0\n5,1\n");
  expect_refused("train t.csv",
                 "[read_csv] t.csv, line 2, column 1 \"a\": \"1,234\" has a thousands separator, "
                 "\",\". Write 1234 without it.");
}

TEST_F(Reading, ANumberBelowTheSmallestIsZeroAndAMarkOfOrderIsNoName) {
  write("d.csv", "\xef\xbb\xbf" + rows(200) + "1e-400,1,1\n");
  expect_trained("d.csv --label label", "d.csv: 201 examples, 2 features, 2 classes\n");
}

TEST_F(Reading, AHeaderOfTwoLinesIsTheSameInTrainAndPredict) {
  write("d.csv", "\"a\nb\",c,label\n" + rows(200).substr(10));
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  EXPECT_EQ(run("predict m.model d.csv").code, 0);
}

}  // namespace
}  // namespace glassgrad::testing_cli

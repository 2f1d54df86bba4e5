// Tables in forms that nobody meant: read, or one line that says what to do, which works.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;

class BrokenReading : public Command {
 protected:
  static std::string rows(const std::string& head) {
    std::string csv = head;
    for (int i = 0; i < 40; ++i)
      csv += std::to_string(i * 7 % 11) + "," + std::to_string(i % 3) + (i % 2 ? ",a\n" : ",b\n");
    return csv;
  }
  // The command in "... it with COMMAND." is run; what it makes is trained on.
  void expect_made(const std::string& arguments, const std::string& problem,
                   const std::string& made) const {
    const auto outcome = run("train " + arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_TRUE(outcome.err.starts_with(problem)) << outcome.err;
    const auto with = outcome.err.find("it with ");
    ASSERT_NE(with, std::string::npos) << outcome.err;
    const std::string command = outcome.err.substr(with + 8, outcome.err.size() - with - 10);
    ASSERT_EQ(std::system(("cd '" + folder.string() + "' && " + command).c_str()), 0) << command;
    const auto trained = run("train " + made + " --epochs 1");
    EXPECT_EQ(trained.code, 0) << trained.err << text(made);
  }
};

TEST_F(BrokenReading, JsonAndMarkdownAreConverted) {
  std::string objects, lines, lists = "[\n[\"x\",\"y\",\"kind\"]",
                              table = "| x | y | kind |\n|---|:-:|--|\n";
  for (int i = 0; i < 40; ++i) {
    const std::string x = std::to_string(i % 7), kind = i % 2 ? "a" : "b";
    const std::string one = "{\"x\": " + x + ", \"y\": 2, \"kind\": \"" + kind + "\"}";
    objects += (i ? ",\n " : "[\n ") + one;
    lines += one + "\n";
    lists += ",\n[" + x + ",2,\"" + kind + "\"]";
    table += "| " + x + " | 2 | " + kind + " |\n";
  }
  write("o.json", objects + "]\n");
  write("l.jsonl", lines);
  write("r.json", lists + "]\n");
  write("t.md", table);
  const std::string begin = ", line 1 begins a file in ";
  expect_made("o.json", "[read_csv] o.json" + begin + "JSON. ", "o.csv");
  expect_made("l.jsonl", "[read_csv] l.jsonl" + begin + "JSON. ", "l.csv");
  expect_made("r.json", "[read_csv] r.json" + begin + "JSON. ", "r.csv");
  expect_made("t.md", "[read_csv] t.md" + begin + "Markdown. ", "t.csv");
}

TEST_F(BrokenReading, ASeparatorAtTheEndOfEveryLineIsRemoved) {
  for (const char* end : {",\n", " ,\r\n", ", \n"}) {
    std::string csv;
    for (const char letter : rows("x,y,kind\n")) letter == '\n' ? csv += end : csv += letter;
    write("d.csv", csv);
    expect_made("d.csv",
                "[read_csv] d.csv has an empty last column: its first lines end with ','. ",
                "new-d.csv");
  }
}

TEST_F(BrokenReading, GzipInGzipIsUnpackedTwice) {
  write("d.csv", rows("x,y,kind\n"));
  ASSERT_EQ(std::system(("cd '" + folder.string() +
                         "' && gzip -c d.csv > d.csv.gz && gzip -c d.csv.gz > e.csv.gz.gz")
                            .c_str()),
            0);
  EXPECT_EQ(run("train d.csv.gz --epochs 1").code, 0);
  expect_made("e.csv.gz.gz", "[read_csv] e.csv.gz.gz is packed with gzip twice. ", "e.csv");
}

TEST_F(BrokenReading, ColumnsOfTheTestHaveTheNamesOfTheTraining) {
  write("d.csv", rows("x,y,kind\n"));
  write("t.csv", rows("y,x,kind\n"));
  write("n.csv", rows(""));
  write("one.csv", "x,kind\n1,a\n2,b\n");
  expect_refused("train d.csv --test t.csv",
                 "[train] feature 1 of t.csv is \"y\", of the training data \"x\". Give the same "
                 "columns, in their order.");
  expect_refused("train d.csv --test one.csv",
                 "[train] one.csv has 1 feature, the training data 2. Give the same columns.");
  write("t.csv", rows("x,y,label\n"));  // whose name does not matter
  EXPECT_EQ(run("train d.csv --test t.csv --epochs 1").code, 0);
  EXPECT_EQ(run("train d.csv --test n.csv --epochs 1").code, 0);
}

TEST_F(BrokenReading, YearsAboveNamesAreAHeaderWhenSaid) {
  write("d.csv", rows("2019,2020,2021\n"));
  expect_refused(
      "train d.csv",
      "[read_csv] d.csv, line 2, column 3: label \"b\" is not an integer. Write names for "
      "all classes, as c2021, or numbers for all; if the first line is a header, set "
      "--header to present.");
  EXPECT_EQ(run("train d.csv --header present --epochs 1").code, 0);
}

}  // namespace
}  // namespace glassgrad

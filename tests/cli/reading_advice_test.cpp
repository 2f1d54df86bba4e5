// What is said about a table that cannot be read, when it is packed, cut at the wrong places or has
// names with blanks: the advice is taken, and the error is gone. And what a damaged model says.
#include <zlib.h>

#include "cli/command.hpp"
#include "glassgrad/io/safetensors.hpp"

namespace glassgrad::testing_cli {
namespace {

class ReadingAdvice : public Command {
 protected:
  static std::string rows(const std::string& head, const std::string& between,
                          const std::string& ending = "") {
    std::string csv = head;
    for (int i = 0; i < 40; ++i) {
      const int a = i * 37 % 41 - 20;
      csv += std::to_string(a) + ending + between + std::to_string(i % 7) + ending + between +
             std::to_string(int(a > 0)) + "\n";
    }
    return csv;
  }
  void write_gzip(const std::string& name, const std::string& contents) const {
    const gzFile file = gzopen((folder / name).c_str(), "wb");
    ASSERT_EQ(gzwrite(file, contents.data(), unsigned(contents.size())), int(contents.size()));
    gzclose(file);
  }
  void expect_trained(const std::string& arguments, const std::string& before = "") const {
    const Outcome outcome = run("train " + arguments + " --epochs 1", before);
    EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
  }
};

TEST_F(ReadingAdvice, PackedTextIsUnpackedBeforeItIsConverted) {
  const std::string latin = rows("caf\xe9,b,label\n", ",");
  const std::string command = "gzip -dc < d.csv.gz | iconv -f latin1 -t UTF-8 > utf8-d.csv";
  write_gzip("d.csv.gz", latin);
  expect_refused("train d.csv.gz",
                 "[read_csv] d.csv.gz, line 1, column 1: \"caf\\xe9\" is no UTF-8 text. Convert it "
                 "with " +
                     command + ".");
  expect_trained("utf8-d.csv", command + " && ");
  std::string wide = "\xff\xfe";
  for (const char letter : rows("a,b,label\n", ",")) (wide += letter) += '\0';
  const std::string other = "gzip -dc < 'w 1' | iconv -f UTF-16 -t UTF-8 > 'utf8-w 1'";
  write_gzip("w 1", wide);  // known by its bytes, whatever it is called
  expect_refused("train 'w 1'",
                 "[read_csv] w 1 is UTF-16 (little-endian) text. Convert it with " + other + ".");
  expect_trained("'utf8-w 1'", other + " && ");
  const Outcome piped = run("train -", "cat 'w 1' | ");
  EXPECT_EQ(piped.err,
            "[read_csv] standard input is UTF-16 (little-endian) text. Convert it with gzip -dc | "
            "iconv -f UTF-16 -t UTF-8.\n");
  expect_trained("-", "cat 'w 1' | gzip -dc | iconv -f UTF-16 -t UTF-8 | ");
}

TEST_F(ReadingAdvice, ALineOfDecimalCommasWithoutAHeaderNamesItsSeparator) {
  write("d.csv", rows("", ";", ",5"));
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 1, column 2: \"5;0\" is text, but other fields of the "
                 "line are numbers. Set --separator to ';'.");
  expect_refused("train d.csv --separator ';'",
                 "[read_csv] d.csv, line 1, column 1: \"-20,5\" has a decimal comma. Write -20.5, "
                 "with a point.");
  expect_trained("p.csv --separator ';'", "tr , . < d.csv > p.csv && ");
}

TEST_F(ReadingAdvice, ABlankInANameIsNoSeparator) {
  write("d.csv", rows("a,b,label\n", ",") + "New York,3,1\n");
  expect_refused("train d.csv",
                 "[read_csv] d.csv, line 42, column 1 \"a\": \"New York\" is not a number. Write a "
                 "number, or ? for a missing one and set --missing to mean, median or drop.");
  expect_trained("m.csv --missing mean", "sed 's/New York/?/' d.csv > m.csv && ");
  write("one.csv", "petal length\n1.5\n2.5\n");
  expect_refused("train one.csv",
                 "[read_csv] one.csv has 1 column, the label, and no features. Give features "
                 "beside it.");
  write("all.csv", "x, 1 2, 3\n1,2,0\n");
  expect_refused("train all.csv --header absent",
                 "[read_csv] all.csv, line 1, column 1: \"x\" is not a number. Write a number, or "
                 "set --header to present.");
}

TEST_F(ReadingAdvice, ImagesOfOneClassHaveNoOtherColumn) {
  using std::string_literals::operator""s;
  write("x.idx", "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x01"s + "ab");
  write("y.idx", "\0\0\x08\x01\0\0\0\x02\x03\x03"s);
  expect_refused("train x.idx --labels y.idx",
                 "[train] x.idx has one class, \"3\": there is nothing to tell apart. Give "
                 "examples of two classes or more.");
}

TEST_F(ReadingAdvice, ADamagedModelIsNamedInOneShortLine) {
  write("d.csv", rows("a,b,label\n", ","));
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  const Safetensors good = read_safetensors(folder / "m.model");
  const auto damaged = [&](const std::string& key, const std::string& from, const std::string& to) {
    Safetensors file = good;
    std::string& text = file.metadata.at(key);
    const std::size_t at = from.empty() ? 0 : text.find(from);
    ASSERT_NE(at, text.npos) << text;
    text.replace(at, from.empty() ? text.size() : from.size(), to);
    write_safetensors(folder / "f.model", file.tensors, file.metadata);
  };
  damaged("settings", "\"batch\":32", "\"batch\":0");
  expect_refused("predict f.model d.csv",
                 "[train] the model's settings are damaged: [train] --batch is 0. Give a number "
                 "from 1 to 1000000000. Train it again.");
  const std::string meta = "[load_model] f.model has damaged metadata. Train the model again.";
  damaged("architecture", "\"inputs\":2", "\"inputs\":2.5");  // is not cut to 2
  expect_refused("predict f.model d.csv", meta);
  damaged("architecture", "\"rows\"", "\"sideways\"");
  expect_refused("predict f.model d.csv", meta);
  damaged("classes", "", "[\"a\"]");
  expect_refused("predict f.model d.csv",
                 "[load_model] f.model has 1 class and an output layer \"2\". Train the model "
                 "again.");
  damaged("optimizer", "", "x\n" + std::string(1000, 'y'));
  expect_refused("train d.csv --epochs 2 --resume f.model",
                 "[get_optimizer] f.model: its state is that of x\\n" + std::string(198, 'y') +
                     "... and 802 more bytes, not of adam. Use the optimizer that was saved, or "
                     "start with a new one.");
}

}  // namespace
}  // namespace glassgrad::testing_cli

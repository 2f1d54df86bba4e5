// What the command line reads, however it comes: files, pipes, FIFOs, standard input, gzip; and
// text that is not what it should be, with advice that is followed here.
#include "command.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "support/paths.hpp"
#include "support/sanitized.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::Outcome;
using testing_cli::two_classes;

class Inputs : public Command {
 protected:
  // `before | glassgrad arguments`, whatever shell it takes.
  Outcome shell(const std::string& line) const {
    std::string command = line;
    for (auto at = command.find("GG"); at != command.npos; at = command.find("GG"))
      command.replace(at, 2, "'" + command_path() + "'");
    write("line.sh", command + "\n");
    const int status = std::system(
        ("cd '" + folder.string() + "' && timeout 60 bash line.sh > .out 2> .err").c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(".out"), text(".err")};
    for (const char* file : {".out", ".err", "line.sh"}) std::filesystem::remove(folder / file);
    return outcome;
  }
  // Trains on a file once it was made what the error says.
  void expect_converted(const std::string& file, const std::string& made, const std::string& error,
                        const std::string& advice) const {
    expect_refused("train " + file + " --save m.model",
                   error + ". Convert it with " + advice + ".");
    ASSERT_EQ(shell(advice).code, 0) << advice;
    const auto trained = run("train " + made + " --epochs 1 --save m.model");
    EXPECT_EQ(trained.code, 0) << trained.err;
    EXPECT_EQ(run("predict m.model " + made).code, 0);
  }
};

std::string many_rows(int n) {
  std::string csv;
  for (int i = 0; i < n; ++i)
    csv += std::to_string(i * 37 % 1009) + ".25," + std::to_string(i * 53 % 997) + "," +
           std::to_string(i % 2) + "\n";
  return csv;
}

// 20,000 rows are more than any buffer: what is looked at to tell the format is not lost.
TEST_F(Inputs, EveryWayToGiveAFileGivesAllOfIt) {
  write("d.csv", many_rows(20'000));
  const std::string flags = " --epochs 1 --layers none --batch 1000 --save ";
  ASSERT_EQ(run("train d.csv" + flags + "file.model").code, 0);
  const std::string wanted = text("file.model");
  for (const std::string& line :
       {"cat d.csv | GG train /dev/stdin" + flags + "m.model",
        "GG train -" + flags + "m.model < d.csv", "cat d.csv | GG train -" + flags + "m.model",
        "GG train <(cat d.csv)" + flags + "m.model",
        "mkfifo f; cat d.csv > f & GG train f" + flags + "m.model; code=$?; rm f; exit $code"}) {
    const auto outcome = shell(line);
    EXPECT_EQ(outcome.code, 0) << line << outcome.err;
    EXPECT_NE(outcome.out.find(": 20000 examples, 2 features, 2 classes\n"), std::string::npos)
        << outcome.out;
    EXPECT_EQ(text("m.model"), wanted) << line;
  }
  const std::string answers = run("predict file.model d.csv").out;
  for (const char* line : {"cat d.csv | GG predict file.model -", "GG predict - d.csv < file.model",
                           "GG predict <(cat file.model) <(cat d.csv)",
                           "gzip -k d.csv file.model; GG predict file.model.gz d.csv.gz",
                           "cat d.csv.gz | GG predict file.model.gz /dev/stdin"})
    EXPECT_EQ(shell(line).out, answers) << line;
  // trained from gzip; what it holds counts, however it is packed
  ASSERT_EQ(run("train d.csv.gz" + flags + "gz.model").code, 0);
  EXPECT_EQ(text("gz.model"), wanted);
  EXPECT_EQ(run("train d.csv.gz --resume gz.model --epochs 2").code, 0);
  EXPECT_EQ(shell("GG train - --resume gz.model --epochs 3 < d.csv.gz").code, 0);
  EXPECT_EQ(run("train d.csv --resume gz.model --epochs 4").code, 0);
  EXPECT_EQ(
      shell("gzip -1 < d.csv > again.gz; GG train again.gz --resume gz.model --epochs 5").code, 0);
  EXPECT_EQ(shell("sed 1d d.csv | gzip > less.gz; GG train less.gz --resume gz.model").err,
            "[train] gz.model learnt from other data than less.gz. Resume with the same file, or "
            "train anew.\n");
  EXPECT_EQ(shell("GG predict - - < d.csv").err,
            "[glassgrad] standard input is given for two files. Give the path of one of them.\n");
}

TEST_F(Inputs, TextThatIsNotUtf8) {
  const std::string rows = "1,2,0\n3,4,1\n1,3,0\n3,5,1\n2,2,0\n4,4,1\n1,2,0\n3,4,1\n";
  write("l.csv",
        "gr\xF6\xDF"
        "e,b,y\n" +
            rows);
  expect_converted("l.csv", "utf8-l.csv",
                   "[read_csv] l.csv, line 1, column 1: \"gr\\xf6\\xdfe\" is no UTF-8 text",
                   "iconv -f latin1 -t UTF-8 l.csv > utf8-l.csv");
  std::string named;
  for (int i = 0; i < 20; ++i) named += std::to_string(i) + (i % 2 ? ",caf\xE9\n" : ",th\x93\n");
  write("n 1.csv", named);
  expect_refused(
      "train 'n 1.csv'",
      "[read_csv] n 1.csv, line 1, column 2: label \"th\\x93\" is no UTF-8 text. Convert "
      "it with iconv -f windows-1252 -t UTF-8 'n 1.csv' > 'utf8-n 1.csv'.");
  const auto wide = [&](const std::string& ascii, bool little) {
    std::string bytes;
    for (const char letter : ascii)
      bytes += little ? std::string{letter, '\0'} : std::string{'\0', letter};
    return bytes;
  };
  write("u.csv", "\xFF\xFE" + wide("a,b,y\n" + rows, true));
  expect_converted("u.csv", "utf8-u.csv", "[read_csv] u.csv is UTF-16 (little-endian) text",
                   "iconv -f UTF-16 -t UTF-8 u.csv > utf8-u.csv");
  write("b.csv", "\xFE\xFF" + wide("a,b,y\n" + rows, false));
  expect_converted("b.csv", "utf8-b.csv", "[read_csv] b.csv is UTF-16 (big-endian) text",
                   "iconv -f UTF-16 -t UTF-8 b.csv > utf8-b.csv");
  write("w.csv", wide("a,b,y\n" + rows, true));
  expect_converted("w.csv", "utf8-w.csv", "[read_csv] w.csv is UTF-16 (little-endian) text",
                   "iconv -f UTF-16LE -t UTF-8 w.csv > utf8-w.csv");
  write("m.csv",
        "\xEF\xBB\xBF"
        "a,b,y\n" +
            rows);
  EXPECT_EQ(run("train m.csv --label a --loss mean_squared_error --epochs 1").code, 0);
  write("nul.csv", std::string("1,2,0\n3,\0,1\n", 12));
  expect_refused("train nul.csv",
                 "[read_csv] nul.csv, line 2 holds a NUL byte: it is no text. "
                 "Give a CSV file, or IDX for images.");
}

TEST_F(Inputs, NumbersAndColumnsAsOtherPeopleWriteThem) {
  write("s.csv", "a;b;y\n1,5;2,25;0\n3,75;4,5;1\n");
  expect_refused("train s.csv",
                 "[read_csv] s.csv has 1 column, the label, and no features. Set --separator to "
                 "';'.");
  expect_refused(
      "train s.csv --separator ';'",
      "[read_csv] s.csv, line 2, column 1 \"a\": \"1,5\" has a decimal comma. Write 1.5, "
      "with a point.");
  EXPECT_EQ(shell("sed -i 's/,/./g' s.csv; GG train s.csv --separator ';' --test-fraction 0 "
                  "--epochs 1")
                .code,
            0);
  write("t.csv", "a,y\n\"1,234\",0\n\"5,678\",1\n");
  expect_refused("train t.csv",
                 "[read_csv] t.csv, line 2, column 1 \"a\": \"1,234\" has a thousands separator, "
                 "\",\". Write 1234 without it.");
  write("p.csv", "1.5 2.25 0\n3.75 4.5 1\n");
  expect_refused("train p.csv",
                 "[read_csv] p.csv has 1 column, the label, and no features. Set --separator to "
                 "space.");
  const auto spaced =
      run("train p.csv --separator space --test-fraction 0 --epochs 1 --save m.model");
  EXPECT_EQ(spaced.code, 0) << spaced.err;
  EXPECT_TRUE(spaced.out.starts_with("p.csv: 2 examples, 2 features, 2 classes\n")) << spaced.out;
  write("q.csv", " 1.5\t 2.25 \n3.75    4.5\n");
  EXPECT_EQ(run("predict m.model q.csv").code, 0);
  write("tab.csv", "a\tb\ty\n1\t2\t0\n3\t4\t1\n\t\t\n");
  write("comma.csv", "a,b,y\n1,2,0\n3,4,1\n,,\n");
  expect_refused(
      "train tab.csv --separator tab",
      "[read_csv] tab.csv, line 4, column 1 \"a\": the value is missing. Write a number, "
      "or set --missing to mean, median or drop.");
  expect_refused("train comma.csv",
                 "[read_csv] comma.csv, line 4, column 1 \"a\": the value is missing. Write a "
                 "number, or set --missing to mean, median or drop.");
  EXPECT_EQ(run("train tab.csv --separator tab --missing drop --test-fraction 0 --epochs 1").code,
            0);
  write("tiny.csv", "1e-400,0\n-1e-999999999999999999999,1\n1,0\n2,1\n");
  EXPECT_EQ(run("train tiny.csv --test-fraction 0 --epochs 1").code, 0);
}

// Labels are trained as people have them, and come back as they were.
TEST_F(Inputs, LabelsComeBackAsTheyWere) {
  const auto table = [](const std::vector<std::string>& labels) {
    std::string csv;
    for (int i = 0; i < 40; ++i)
      csv += std::to_string(i % int(labels.size())) + "," + labels[std::size_t(i) % labels.size()] +
             "\n";
    return csv;
  };
  const auto answers = [&](const std::vector<std::string>& labels, const std::string& flags) {
    write("d.csv", table(labels));
    const auto trained = run("train d.csv --rate 0.1 --epochs 60 --save m.model " + flags);
    EXPECT_EQ(trained.code, 0) << trained.err;
    std::string wanted = "prediction\n";
    for (int i = 0; i < 40; ++i) wanted += labels[std::size_t(i) % labels.size()] + "\n";
    const auto outcome = run("predict m.model d.csv");
    EXPECT_EQ(outcome.out, wanted) << labels[0];
    EXPECT_EQ(outcome.err, "accuracy 1.0000 (40 of 40)\n");
    EXPECT_EQ(run("train d.csv --resume m.model --epochs 61").code, 0) << labels[0];
    EXPECT_EQ(run("predict m.model d.csv").out, wanted) << labels[0];
  };
  answers({"1", "2", "3"}, "");
  answers({"2", "4"}, "");
  answers({"-1", "+1"}, "--loss binary_cross_entropy");
  answers({"1.0", "0.0"}, "");
  answers({"yes", "no"}, "--type float32");
  answers({"-9223372036854775808", "9223372036854775807"}, "");
  write("one.csv", "1,x\n2,x\n1,x\n2,x\n1,x\n");
  expect_refused("train one.csv --save x.model",
                 "[train] one.csv has one class, \"x\": there is nothing to tell apart. Give "
                 "examples of two classes or more, or another column with --label.");
}

TEST_F(Inputs, AQuotedHeaderOfTwoLinesIsTheSameToTrainAndPredict) {
  std::string csv = "\"a\nx\",b,y\n";
  for (int i = 0; i < 30; ++i)
    csv += std::to_string(i % 7) + "," + std::to_string(i % 5) + "," + std::to_string(i % 2) + "\n";
  write("d.csv", csv);
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model").code, 0);
  const auto outcome = run("predict m.model d.csv");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 31);
}

// What a model file says is checked as the flags are.
TEST_F(Inputs, AModelsMeaningIsChecked) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 1 --layers 4,tanh --save m.model").code, 0);
  const Safetensors file = read_safetensors(folder / "m.model");
  const auto refused = [&](const auto& change, const std::string& problem) {
    Safetensors other = file;
    change(other);
    write_safetensors(folder / "o.model", other.tensors, other.metadata);
    expect_refused("predict o.model d.csv", problem);
    expect_refused("train d.csv --resume o.model", problem);
  };
  const auto with = [&](const char* key, const std::string& value) {
    return [=](Safetensors& other) { other.metadata[key] = value; };
  };
  const std::string again = ". Train the model again.";
  const auto setting = [&](const std::string& from, const std::string& to) {
    std::string json = file.metadata.at("settings");
    json.replace(json.find(from), from.size(), to);
    return with("settings", json);
  };
  refused(
      [](Safetensors& other) {
        other.metadata["objective"] = "binary_cross_entropy";
        other.metadata["classes"] = "[\"x\"]";
        other.metadata["architecture"] =
            R"({"inputs":2,"layers":["4","tanh","1"],"examples":"rows"})";
      },
      "[load_model] o.model learnt binary_cross_entropy of 1 class" + again);
  refused(with("classes", "[\"a\",\"a\"]"), "[load_model] o.model has a class twice" + again);
  refused(with("features", "[\"a\"]"), "[load_model] o.model has 1 names for 2 inputs" + again);
  refused(with("classes", "[1e400]"), "[load_model] o.model has damaged metadata" + again);
  Safetensors huge = file;  // no network is made for it
  huge.metadata["architecture"] =
      R"({"inputs":2,"layers":["1000000","1000000","2"],"examples":"rows"})";
  write_safetensors(folder / "o.model", huge.tensors, huge.metadata);
  expect_refused("predict o.model d.csv",
                 "[load_model] o.model has 103 numbers, its network needs 1000006000002" + again);
  refused(setting("\"epochs\":1", "\"epochs\":1e300"),
          "[train] the model's settings are damaged: epochs is of another kind. Train it again.");
  refused(
      setting("\"loss\":\"cross_entropy\"", "\"loss\":\"mean_squared_error\""),
      "[load_model] o.model learnt another loss than its settings say, mean_squared_error" + again);
  const auto number = [](const char* name, double value) {
    return [=](Safetensors& other) {
      for (NamedTensor& tensor : other.tensors)
        if (tensor.name == name) std::get<std::vector<double>>(tensor.data)[0] = value;
    };
  };
  refused(number("input/scale", 0), "[load_model] o.model has 0 in \"input/scale\"" + again);
  refused(number("input/mean", 1.0 / 0.0),
          "[load_model] o.model has inf in \"input/mean\"" + again);
  refused(number("training/history", 7),
          "[load_model] o.model has epochs that are not counted from 1" + again);
}

// Endless input ends when it is known to be wrong, and takes little memory until then.
TEST_F(Inputs, EndlessInputIsRefused) {
  write("d.csv", many_rows(50));
  ASSERT_EQ(run("train d.csv --epochs 1 --layers none --save m.model").code, 0);
  const std::string no_file = " is a device, not a file. Give the path of a file.\n";
  for (const std::string device : {"/dev/zero", "/dev/urandom", "/dev/full"}) {
    EXPECT_EQ(run("predict m.model " + device).err, "[read_csv] " + device + no_file);
    EXPECT_EQ(run("predict " + device + " d.csv").err, "[read_safetensors] " + device + no_file);
    EXPECT_EQ(run("view " + device).err, "[view] " + device + no_file);
  }
  EXPECT_EQ(shell("GG train - < /dev/zero").err, "[read_csv] standard input" + no_file);
  EXPECT_EQ(run("train /dev/null").err,
            "[read_csv] /dev/null is empty. Give at least one line of numbers.\n");
  EXPECT_EQ(shell("cat /dev/zero | GG train -").err,
            "[read_csv] standard input begins with zeros: it is neither text nor IDX. Give a CSV "
            "file, or IDX for images.\n");
  EXPECT_EQ(shell("yes | GG predict m.model -").err,
            "[predict] standard input has 1 feature, the model 2. Give the columns it was trained "
            "on, with or without the label.\n");
  EXPECT_EQ(
      shell(at_most_2_gigabytes + "(printf '1,\"2'; tr '\\0' 3 < /dev/zero) | GG predict m.model -")
          .err,
      "[read_csv] standard input, line 1 is longer than 268435456 bytes. Close its last quote "
      "with \".\n");
  // rows are answered as they come
  EXPECT_EQ(shell("yes 1,2 | GG predict m.model - | head -20000 | wc -l").out, "20000\n");
}

}  // namespace
}  // namespace glassgrad

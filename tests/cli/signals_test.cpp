// SIGINT, SIGTERM and SIGHUP while something is learnt: the batch is finished, the model saved, and
// a resumed run ends with the bits of one that was never stopped. SIGXFSZ, SIGPIPE, SIGKILL.
#include <algorithm>
#include <chrono>
#include <regex>
#include <thread>

#include "command.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "process.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::Process;
using testing_cli::two_classes;

// Epochs so long that a signal comes inside one, on a busy machine too.
std::string many_rows() {
  const std::string once = two_classes();
  const std::size_t rows = once.find('\n') + 1;
  std::string csv = once;
  for (int i = 1; i < 30; ++i) csv += once.substr(rows);
  return csv;
}

struct Stopped {
  int status = 0;
  std::int64_t epochs = 0, batches = 0;  // that were done
  std::string printed;
};

// Starts a training that would never end, and ends it in its second epoch or later.
Stopped stopped(const std::filesystem::path& folder, const std::string& arguments, int signal) {
  Process process(folder, arguments + " --epochs 900000000");
  EXPECT_TRUE(process.wait_for("/900000000")) << process.printed;
  // just after the line it is between two epochs: let it go on for a while
  static int calls = 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(calls++ % 4));
  process.send(signal);
  Stopped end{process.end(), 0, 0, process.printed};
  std::smatch found;
  const std::regex done("stopped by SIG[A-Z]+ after epoch (\\d+)(?: and (\\d+) batch)?");
  EXPECT_TRUE(std::regex_search(end.printed, found, done)) << end.printed;
  if (found.size() == 3) {
    end.epochs = std::stoll(found[1]);
    if (found[2].matched) end.batches = std::stoll(found[2]);
  }
  return end;
}

TEST_F(Command, SignalsSaveAndSayWhichTheyWere) {
  write("d.csv", two_classes());
  struct Case {
    int signal, code;
    const char* name;
  };
  for (const auto& [signal, code, name] :
       {Case{SIGINT, 130, "SIGINT"}, Case{SIGTERM, 143, "SIGTERM"}, Case{SIGHUP, 129, "SIGHUP"}}) {
    const Stopped end = stopped(folder, "train d.csv --save m.model --metrics m.csv", signal);
    ASSERT_TRUE(WIFEXITED(end.status)) << name;
    EXPECT_EQ(WEXITSTATUS(end.status), code);
    EXPECT_NE(end.printed.find(std::string("stopped by ") + name + " after epoch "),
              std::string::npos);
    EXPECT_NE(end.printed.find("\nsaved m.model after epoch "), std::string::npos) << end.printed;
    EXPECT_EQ(text(".err"), "");
    EXPECT_EQ(run("predict m.model d.csv").code, 0);
    const std::string metrics = text("m.csv");
    EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), end.epochs + 1);
    EXPECT_EQ(leftovers(), 0);
  }
  const Stopped lost = stopped(folder, "train d.csv", SIGTERM);
  EXPECT_EQ(WEXITSTATUS(lost.status), 143);
  EXPECT_NE(lost.printed.find("\nnothing is saved without --save\n"), std::string::npos);
}

// The model of a run that was stopped twice and then went to its end, and of one that was not.
TEST_F(Command, AStoppedRunGoesOnToTheBit) {
  write("d.csv", many_rows());
  int cut = 0, many = 0;
  for (const std::string kind :
       {"gradient_descent", "momentum", "classical_momentum", "nesterov", "rmsprop", "adagrad",
        "adam", "adamw --type float32 --patience 1000000 --keep-best"}) {
    const std::string flags =
        " d.csv --rate 0.001 --batch 1 --layers 6,tanh,dropout:0.3 --optimizer " + kind;
    const Stopped first = stopped(folder, "train" + flags + " --save a.model", SIGTERM);
    const Stopped again = stopped(folder, "train d.csv --resume a.model", SIGINT);
    EXPECT_GE(again.epochs, first.epochs);
    cut += first.batches > 0, cut += again.batches > 0, many += 2;
    const std::string epochs = " --epochs " + std::to_string(again.epochs + 2);
    ASSERT_EQ(run("train d.csv --resume a.model" + epochs + " --metrics a.csv").code, 0) << kind;
    ASSERT_EQ(run("train" + flags + epochs + " --save b.model --metrics b.csv").code, 0) << kind;
    EXPECT_EQ(text("a.model"), text("b.model")) << kind;
    EXPECT_EQ(text("a.csv"), text("b.csv")) << kind;
    std::filesystem::remove(folder / "a.model");
  }
  EXPECT_GT(cut, 0) << "of " << many << " signals some should come inside an epoch";
}

// What a run goes back to when it diverges after that: what the last whole epoch left.
TEST_F(Command, AStoppedRunKnowsItsLastWholeEpoch) {
  write("d.csv", many_rows());
  const std::string flags = " d.csv --optimizer adam --batch 1 --layers 8,tanh ";
  Stopped end;
  for (int tries = 0; tries < 20 && end.batches == 0; ++tries)
    end = stopped(folder, "train" + flags + "--save a.model", SIGINT);
  ASSERT_GT(end.batches, 0);
  ASSERT_EQ(run("train" + flags + "--save b.model --epochs " + std::to_string(end.epochs)).code, 0);
  const Safetensors cut = read_safetensors(folder / "a.model");
  const Safetensors whole = read_safetensors(folder / "b.model");
  int compared = 0;
  for (const NamedTensor& tensor : whole.tensors) {
    if (!tensor.name.starts_with("layer") && !tensor.name.starts_with("optimizer/")) continue;
    EXPECT_EQ(cut.tensor("epoch/" + tensor.name).data, tensor.data) << tensor.name;
    ++compared;
  }
  EXPECT_EQ(compared, 4 * 4);  // two weights, two biases; Adam's m, v and steps of each
}

TEST_F(Command, ASecondSignalEndsAtOnce) {
  write("d.csv", two_classes());
  Process process(folder, "train d.csv --save m.model --epochs 900000000");
  ASSERT_TRUE(process.wait_for("/900000000"));
  process.send(SIGSTOP);  // so that both are there before it goes on
  process.send(SIGINT), process.send(SIGTERM);
  process.send(SIGCONT);
  const int status = process.end();
  EXPECT_TRUE(WIFSIGNALED(status)) << process.printed;
  EXPECT_FALSE(exists("m.model"));
}

TEST_F(Command, NohupIsLeftAlone) {
  write("d.csv", two_classes());
  Process process(folder, "train d.csv --save m.model --epochs 900000000", "trap '' HUP;");
  ASSERT_TRUE(process.wait_for("/900000000"));
  process.send(SIGHUP);
  process.send(SIGTERM);
  EXPECT_EQ(WEXITSTATUS(process.end()), 143);
  EXPECT_NE(process.printed.find("stopped by SIGTERM"), std::string::npos) << process.printed;
}

TEST_F(Command, AReaderThatLeavesDoesNotStopATraining) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 40 --save whole.model").code, 0);
  const std::string train = "train d.csv --epochs 40 --save m.model; echo $? > code) | head -1";
  EXPECT_EQ(run(train, "(").code, 0);
  EXPECT_EQ(text("code"), "141\n");
  EXPECT_EQ(text("m.model"), text("whole.model"));
}

TEST_F(Command, AFileSizeLimitKeepsTheOldFile) {
  write("d.csv", two_classes());
  write("m.model", "precious");
  const auto outcome = run("train d.csv --epochs 1 --save m.model", "ulimit -f 4 && ");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "[write_file] m.model cannot be written: File too large. Make room or choose another "
            "place; an older file is unchanged.\n");
  EXPECT_EQ(text("m.model"), "precious");
  EXPECT_EQ(leftovers(), 0);
}

}  // namespace
}  // namespace glassgrad

// Short of memory or of threads: an error in one line, and an end.
#include "command.hpp"
#include "support/sanitized.hpp"

#ifndef GLASSGRAD_SANITIZED

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

// OpenBLAS wants 128 MB of addresses for each of its threads, and where there is no room for them
// it waits for them at exit. It is loaded by linear algebra alone, and starts no threads for it.
TEST_F(Command, RunsInTooLittleRoomForTheThreadsOfOpenBlas) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 2 --save wanted.model").code, 0);
  const std::string limit = "ulimit -v 100000; GLASSGRAD_THREADS=1 timeout 60 ";
  EXPECT_EQ(run("--version", limit).code, 0);
  EXPECT_EQ(run("train d.csv --epochs 2 --save m.model", limit).code, 0);
  EXPECT_EQ(text("m.model"), text("wanted.model"));
  EXPECT_EQ(run("explain 'a*b' a=1 b=2", limit).code, 0);
  EXPECT_EQ(run("explain 'sum(inverse(A))' A=[[2,1],[1,3]]", "ulimit -v 300000; timeout 60 ").code,
            0);
}

#ifdef GLASSGRAD_LAPACK
// OpenBLAS asks again and again for a buffer that it is not given.
TEST_F(Command, SaysThatThereIsNoRoomForTheBuffersOfOpenBlas) {
  int refused = 0;
  for (int limit = 60000; limit < 320000; limit += 20000) {
    const auto outcome = run("explain 'sum(inverse(A))' A=[[2,1],[1,3]]",
                             "ulimit -v " + std::to_string(limit) + "; timeout 60 ");
    if (outcome.code == 127 || outcome.code == 0) continue;
    EXPECT_EQ(outcome.code, 2) << limit;
    refused += outcome.err ==
               "[explain] column 5: [lapack] there is no memory for OpenBLAS's buffer of 128 MiB. "
               "Allow the program more (ulimit -v).\n  sum(inverse(A))\n      ^\n";
  }
  EXPECT_GT(refused, 0);
}
#endif

// Every limit from far too little to plenty: 0, or 2 and one line; never a signal, never a hang.
TEST_F(Command, EveryMemoryLimitIsAnErrorOrNone) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model --layers 100,relu --report r.json").code, 0);
  int refused = 0, done = 0;
  for (const std::string command :
       {"view r.json -o r.html", "predict m.model d.csv", "explain 'a*b' a=1 b=2 --html e.html",
        "train d.csv --epochs 1 --layers 2000,relu,2000 --batch 20"})
    for (int limit = 60000; limit < 400000; limit += limit / 4) {
      const std::string before = "ulimit -v " + std::to_string(limit) + "; timeout 100 ";
      const auto outcome = run(command, before);
      if (outcome.code == 127) continue;  // not even loaded
      EXPECT_TRUE(outcome.code == 0 || outcome.code == 2) << before << command << outcome.code;
      (outcome.code == 2 ? refused : done) += 1;
      if (outcome.code != 2) continue;
      const std::string line =
          outcome.err.substr(outcome.err.rfind('\n', outcome.err.size() - 2) + 1);
      EXPECT_TRUE(line.starts_with("[")) << before << command << "\n" << outcome.err;
    }
  EXPECT_GT(done, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace glassgrad

#endif

// LAPACK is loaded by what calls it and by nothing else.
#include "command.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

const std::string inverts = "explain 'sum(inverse(A))' A=[[2,1],[1,3]]";

#ifdef GLASSGRAD_LAPACK

// What the loader says it loaded is a line for each library.
TEST_F(Command, LoadsLapackWhenItIsFirstCalled) {
  write("d.csv", two_classes());
  const auto loads = [&](const std::string& command) {
    const auto outcome = run(command, "LD_DEBUG=files ");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("libc.so"), std::string::npos);
    const auto says = [&](const char* file) { return outcome.err.find(file) != std::string::npos; };
    return says("file=libopenblas") || says("file=liblapack") || says("file=libblas");
  };
  EXPECT_FALSE(loads("--version"));
  EXPECT_FALSE(loads("explain 'a*b' a=1 b=2"));
  EXPECT_FALSE(loads("train d.csv --epochs 2"));
  EXPECT_TRUE(loads(inverts));
}

TEST_F(Command, SaysThatThereIsNoLapack) {
  const std::string advice =
      ". Install a LAPACK, or set the environment's GLASSGRAD_LAPACK to the file of one, or build "
      "with -DGLASSGRAD_LAPACK=OFF.\n  sum(inverse(A))\n      ^\n";
  auto outcome = run(inverts, "GLASSGRAD_LAPACK=/none/liblapack.so.3 ");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "[explain] column 5: [lapack] LAPACK cannot be loaded: /none/liblapack.so.3: cannot "
            "open shared object "
            "file: No such file or directory" +
                advice);
  outcome = run(inverts, "GLASSGRAD_LAPACK=libm.so.6 ");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "[explain] column 5: [lapack] libm.so.6 has no dgetrf_" + advice);
  EXPECT_EQ(run(inverts, "GLASSGRAD_LAPACK=liblapack.so.3 ").code, 0);  // as it was advised
  EXPECT_EQ(run(inverts, "GLASSGRAD_LAPACK= ").code, 0);
}

#endif

}  // namespace
}  // namespace glassgrad

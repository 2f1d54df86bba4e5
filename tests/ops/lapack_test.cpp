// LAPACK's BLAS runs on one thread, whatever the program asked of it: the same bits every time.
#include <gtest/gtest.h>

#include "glassgrad/array/random.hpp"
#include "glassgrad/ops/ops.hpp"

extern "C" {
int openblas_get_num_threads();
void openblas_set_num_threads(int);
}

namespace glassgrad {
namespace {

TEST(Lapack, RunsOnOneThreadWhateverWasAskedOfBlas) {
  const int before = openblas_get_num_threads();
  Random random(8);
  std::vector<double> numbers(300 * 300);
  for (double& number : numbers) number = random.uniform(-1, 1);
  std::vector<double> first;
  for (const int count : {1, 2, 4}) {
    openblas_set_num_threads(count);  // also after it was used before
    Tape tape;
    const Node<double> x = reshape(tape.input(numbers), {300, 300});
    const Node<double> y = inverse(x);
    EXPECT_EQ(openblas_get_num_threads(), 1);
    tape.backward(sum(y * y));
    const std::vector<double> got(x.upstream().begin(), x.upstream().end());
    if (first.empty()) first = got;
    EXPECT_EQ(got, first);
  }
  openblas_set_num_threads(before);
}

}  // namespace
}  // namespace glassgrad

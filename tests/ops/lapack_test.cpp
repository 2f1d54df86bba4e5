// LAPACK's BLAS runs on one thread, whatever the program asked of it, and the program's number is
// as before after every call. Not tested here: that it is loaded when it is first called, which
// tests/cli/lapack_test.cpp does.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "glassgrad/array/random.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/sanitized.hpp"

namespace glassgrad {
namespace {

// The functions of the OpenBLAS in this process, if there is one.
class OpenBlas : public testing::Test {
 protected:
  void SetUp() override {
    if (!get || !set) GTEST_SKIP() << "it is not OpenBLAS that computes";
    before = get();
  }
  void TearDown() override {
    if (get && set) set(before);
  }
  static void* function(const char* name) {
    Tape tape;
    inverse(tape.input({{2, 1}, {1, 2}}));  // loads LAPACK
    void* const library = ::dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
    return library ? ::dlsym(library, name) : nullptr;
  }
  static std::vector<double> drawn(std::int64_t n) {
    Random random(8);
    std::vector<double> numbers(std::size_t(n * n));
    for (double& number : numbers) number = random.uniform(-1, 1);
    return numbers;
  }
  int (*get)() = reinterpret_cast<int (*)()>(function("openblas_get_num_threads"));
  void (*set)(int) = reinterpret_cast<void (*)(int)>(function("openblas_set_num_threads"));
  int before = 1;

  int give(int count) {  // and what it has then: 1 where it was built without threads
    set(count);
    return get();
  }
};

TEST_F(OpenBlas, WorksOnOneThreadAndKeepsTheNumberOfItsUser) {
  const std::vector<double> numbers = drawn(300);
  std::vector<double> first;
  for (const int count : {1, 2, 4}) {
    const int given = give(count);  // also after it was used before
    Tape tape;
    const Node<double> x = reshape(tape.input(numbers), {300, 300});
    const Node<double> y = inverse(x);
    EXPECT_EQ(get(), given);
    tape.backward(sum(y * y));
    const std::vector<double> got(x.upstream().begin(), x.upstream().end());
    if (first.empty()) first = got;
    EXPECT_EQ(got, first);
  }
}

TEST_F(OpenBlas, KeepsTheNumberAfterEveryRoutineAndAfterErrors) {
  const int given = give(3);
  Tape tape;
  const Node<double> x = tape.input({{4, 1}, {1, 3}}), singular = tape.input({{1, 2}, {2, 4}});
  const auto keeps = [&](const auto& call) {
    call();
    EXPECT_EQ(get(), given);
  };
  keeps([&] { solve(x, x); });
  keeps([&] { solve_triangular(x, x); });
  keeps([&] { cholesky(x); });
  keeps([&] { det(x); });
  keeps([&] { qr(x); });
  keeps([&] { eigh(x); });
  keeps([&] { svd(x); });
  keeps([&] { matrix_exp(x); });
  keeps([&] { EXPECT_THROW(inverse(singular), Error); });
}

TEST_F(OpenBlas, KeepsTheNumberWhenSeveralThreadsCallIt) {
  const std::vector<double> numbers = drawn(60);
  const int given = give(3);
  const auto work = [&] {
    for (int k = 0; k < 50; ++k) {
      Tape tape;
      inverse(reshape(tape.input(numbers), {60, 60}));
    }
  };
  std::thread first(work), second(work);
  first.join(), second.join();
  EXPECT_EQ(get(), given);
}

// What svd and pinv promise beyond the samples of every_op_test.cpp: any rank, any scale.
TEST(LinearAlgebra, SingularValuesOfAnyRankAndScale) {
  const double eps = 1e-14;
  for (const double scale : {1.0, 1e200, 1e-200})
    for (const auto& [m, n] : {std::pair{3, 3}, {5, 3}, {3, 5}, {1, 4}})
      for (const int rank : {0, 1, 2, 3}) {
        Tape tape;
        const auto column = [&](int count, int k) {
          std::vector<double> numbers;
          for (int i = 0; i < count; ++i) numbers.push_back(std::cos(1.0 + 3 * i + k * k));
          return reshape(tape.input(numbers), {count, 1});
        };
        Node<double> x = tape.zeros({m, n});
        for (int k = 0; k < rank; ++k) x = x + matmul(column(m, k), transpose(column(n, k + 5)));
        const auto [u, s, v] = svd(x * scale);
        const auto near = [&, m = m, n = n](const Node<double>& a, const Node<double>& b) {
          EXPECT_LT(max(abs(a - b)).item(), 20 * eps) << m << " x " << n << ", rank " << rank;
        };
        near(matmul(u * (s / scale), transpose(v)), x);
        const Node<double> ones = tape.zeros({std::min(m, n), std::min(m, n)}) + 1.0;
        const Node<double> one = triu(tril(ones));
        near(matmul(transpose(u), u), one);
        near(matmul(transpose(v), v), one);
      }
}

// Its buffers of 128 MiB are for ever tried for where there is no room: with limited addresses
// calls take turns, and one that finds no room for the first says so. Here is room for one.
TEST_F(OpenBlas, ThreadsDoNotWaitForEverWhereAddressesAreLimited) {
#ifdef GLASSGRAD_SANITIZED
  GTEST_SKIP() << "the sanitizer takes all addresses";
#endif
  set(1);  // after a fork it would start its threads again, which want room too
  const auto numbers = drawn(64);
  const auto child = [&] {
    ::alarm(120);
    std::atomic<int> ready = 0;
    std::atomic<bool> limited = false;
    const auto work = [&] {
      Tape<double> tape;
      const Shape square{64, 64};
      const auto x = tape.input(View<const double>{numbers.data(), &square});
      for (++ready; !limited;) std::this_thread::yield();
      try {
        for (int i = 0; i < 30; ++i) inverse(x);
      } catch (const std::exception&) {  // no room
      }
    };
    std::thread first(work), second(work), third(work);
    while (ready < 3) std::this_thread::yield();
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = rlim_t(pages) * rlim_t(::sysconf(_SC_PAGESIZE)) + (rlim_t(170) << 20);
    const ::rlimit limit{most, most};
    ::setrlimit(RLIMIT_AS, &limit);
    limited = true;
    first.join(), second.join(), third.join();
    std::_Exit(0);
  };
  GTEST_FLAG_SET(death_test_style, "fast");
  for (int trial = 0; trial < 10; ++trial) EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace glassgrad

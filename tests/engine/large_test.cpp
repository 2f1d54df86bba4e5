// Depth and threads: a chain of a million nodes on a stack of 256 KiB, and one tape per thread over
// parameters that all of them read.
#include <pthread.h>

#include <thread>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

void on_a_small_stack(void (*run)()) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t(256) << 10), 0);
  pthread_t thread;
  const auto call = [](void* f) -> void* {
    reinterpret_cast<void (*)()>(f)();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, call, reinterpret_cast<void*>(run)), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Large, AMillionNumbersInARow) {
  on_a_small_stack([] {
    Tape tape;
    const auto x = tape.input(1.0);
    Node<> y = x;
    for (int i = 0; i < 1000000; ++i) y = sin(y);
    EXPECT_EQ(tape.size(), 1000001u);
    tape.backward(y);
    EXPECT_GT(x.upstream()[0], 0);
    EXPECT_LT(x.upstream()[0], 1e-5);
    tape.clear();
    EXPECT_EQ(tape.size(), 0u);
  });
}

TEST(Large, AMillionSumsOfArrays) {
  on_a_small_stack([] {
    Tape tape(Keep::parameters);
    const auto x = tape.input({1.0, 2.0});
    Node<> y = x;
    for (int i = 0; i < 1000000; ++i) y = y + x;
    tape.backward(y, {1.0, 1.0});
    expect_near(x.upstream(), {1000001, 1000001});
  });
}

TEST(Large, ALongChainDifferentiatedAsAGraphBothWays) {
  on_a_small_stack([] {
    Tape tape;
    const auto x = tape.input(0.5);
    Node<> y = x;
    for (int i = 0; i < 200000; ++i) y = y * 0.999999 + 1e-6;
    EXPECT_NEAR(grad(y, x).item(), std::pow(0.999999, 200000), 1e-9);
    EXPECT_NEAR(jvp(y, x, tape.constant(1)).item(), std::pow(0.999999, 200000), 1e-9);
  });
}

TEST(Large, MatmulAndSoftmaxNeedLittleStack) {
  on_a_small_stack([] {
    Tape tape;
    const auto x = tape.input(xt::eval(xt::ones<double>({120, 120})));
    tape.backward(sum(softmax(matmul(x, x)) * x));
    EXPECT_EQ(x.upstream().shape(), (Shape{120, 120}));
  });
}

TEST(Threads, OneTapeEachOverSharedParameters) {
  Parameter W("W", xt::eval(xt::sin(xt::reshape_view(xt::arange<double>(0, 600), {20, 30})))),
      b("b", 0.1);
  const auto work = [&](std::vector<double>& result) {
    Tape tape;
    for (int i = 0; i < 20; ++i) {
      tape.clear();
      const auto x = tape.input(xt::eval(xt::ones<double>({40, 20})));
      const auto y = sum(log_softmax(tanh(matmul(x, tape(W))) + tape(b)) * 0.1);
      tape.backward(y);
      result = numbers(tape(W).upstream());
      result.push_back(grad(y, tape(b)).item());
    }
  };
  std::vector<std::vector<double>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) threads.emplace_back([&] { work(result); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

}  // namespace
}  // namespace glassgrad

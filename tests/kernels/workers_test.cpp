// The pool of threads: every task once, the same bits for any number of threads, nested use,
// errors.
#include "glassgrad/kernels/workers.hpp"

#include <atomic>
#include <thread>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

// Puts the number of threads back.
struct WorkersTest : testing::Test {
  ~WorkersTest() override { set_threads(before); }
  const int before = threads();
};

TEST_F(WorkersTest, EveryTaskIsDoneOnce) {
  for (int count : {1, 2, 5}) {
    set_threads(count);
    EXPECT_EQ(threads(), count);
    for (std::int64_t tasks : {0, 1, 2, 7, 1000}) {
      std::vector<int> done(std::size_t(tasks), 0);
      workers::run(tasks, [&](std::int64_t i) { ++done[std::size_t(i)]; });
      EXPECT_EQ(done, std::vector<int>(std::size_t(tasks), 1));
    }
  }
}

TEST_F(WorkersTest, TheyWorkAtTheSameTime) {
  set_threads(3);
  std::atomic<int> inside{0};  // each task waits until the three are there
  workers::run(3, [&](std::int64_t) {
    ++inside;
    while (inside < 3) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 3);
}

TEST_F(WorkersTest, AJobInsideAJobRunsWhereItIs) {
  set_threads(4);
  std::atomic<int> done{0};
  workers::run(8, [&](std::int64_t) {
    const auto here = std::this_thread::get_id();
    workers::run(5, [&](std::int64_t) { done += std::this_thread::get_id() == here; });
  });
  EXPECT_EQ(done, 40);
}

TEST_F(WorkersTest, TwoThreadsThatPostAtOnceBothGetTheirs) {
  set_threads(2);
  std::atomic<int> done{0};
  const auto post = [&] {
    for (int round = 0; round < 200; ++round) workers::run(10, [&](std::int64_t) { ++done; });
  };
  std::thread other(post);
  post();
  other.join();
  EXPECT_EQ(done, 4000);
}

// A step whose products are tiled and whose arrays are cut into chunks.
std::vector<float> gradients(int count) {
  set_threads(count);
  Random random(7);
  const auto draw = [&](const Shape& shape) {
    std::vector<float> x(std::size_t(shape.count()));
    for (float& number : x) number = float(random.normal());
    return x;
  };
  const Shape x_shape{300, 400}, w_shape{400, 350}, b_shape{350};
  const std::vector<float> x = draw(x_shape), w = draw(w_shape), b = draw(b_shape);
  Parameter<float> W("W", View<const float>{w.data(), &w_shape}), B("b", b);
  Tape<float> tape;
  const auto X = tape.input("X", View<const float>{x.data(), &x_shape});
  const auto C = sum(tanh(matmul(X, tape(W)) + tape(B)) * 0.01F);
  tape.backward(C);
  std::vector<float> all{C.item()};
  for (const auto& node : {X, tape(W), tape(B)})
    all.insert(all.end(), node.upstream().begin(), node.upstream().end());
  return all;
}

TEST_F(WorkersTest, TheirNumberChangesNoBit) {
  const std::vector<float> alone = gradients(1);
  EXPECT_EQ(gradients(2), alone);
  EXPECT_EQ(gradients(3), alone);
}

TEST_F(WorkersTest, ACountMustMakeSense) {
  const int count = threads();
  EXPECT_EQ(error_of([] { set_threads(0); }),
            "[threads] the number of threads is 0, outside 1 to 1024. Use one in that range.");
  EXPECT_EQ(error_of([] { set_threads(1025); }),
            "[threads] the number of threads is 1025, outside 1 to 1024. Use one in that range.");
  EXPECT_EQ(threads(), count);
}

}  // namespace
}  // namespace glassgrad

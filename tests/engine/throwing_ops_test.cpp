// An op of one's own that throws, in its value or its local, on this thread or on others: what it
// threw comes out of the call, of several the first, and the tape is as it was.
#include <atomic>
#include <stdexcept>

#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"
#include "glassgrad/kernels/workers.hpp"

namespace glassgrad {
namespace {

enum class Bad { nothing, value, local };
Bad bad = Bad::nothing;

struct Twice {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "twice";
  [[maybe_unused]] static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    if (bad == Bad::value) throw std::runtime_error("value");
    return x * 2;
  }
  auto local(const auto& x, const auto&) const {
    if (bad == Bad::local) throw std::runtime_error("local");
    return x * 0 + 2;
  }
};

class WithThreads : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { bad = Bad::nothing, set_threads(before_); }

 private:
  int before_ = threads();
};

std::string thrown_by(const auto& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing";
}

TEST_P(WithThreads, AnOpThatThrowsLeavesTheTape) {
  for (const std::size_t n : {1, 3, 1000000}) {
    Tape<> tape;
    const Node<> a = n == 1 ? tape.input(1.0) : tape.input(std::vector<double>(n, 1.0));
    const auto cost_of = [&] { return sum(apply(Twice{}, a)); };
    bad = Bad::value;
    EXPECT_EQ(thrown_by(cost_of), "value") << n;
    EXPECT_EQ(tape.size(), 1u);
    bad = Bad::nothing;
    const Node<> cost = cost_of();
    EXPECT_EQ(cost.item(), 2.0 * double(n));
    bad = Bad::local;
    EXPECT_EQ(thrown_by([&] { tape.backward(cost); }), "local") << n;
    EXPECT_EQ(a.upstream_state(), Upstream::none);
    EXPECT_EQ(a.upstream_reason(), "backward was ended before it was reached");
    bad = Bad::nothing;
    tape.backward(cost);
    EXPECT_EQ(a.upstream()[n / 2], 2);
  }
}

TEST_P(WithThreads, InAProgramToo) {
  const std::vector<double> x(1000000, 1.0);
  Parameter<> w("w", 3.0);
  auto program = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) { return sum(apply(Twice{}, in[0] * tape(w))); },
      {x});
  bad = Bad::value;
  EXPECT_EQ(thrown_by([&] { program(x); }), "value");
  EXPECT_FALSE(w.has_gradient());
  bad = Bad::nothing;
  EXPECT_EQ(program(x), 6e6);
  EXPECT_EQ(w.gradient()[0], 2e6);
}

// A region whose records cannot be computed again is dropped still, and so are those around it.
TEST_P(WithThreads, InACheckpointThatComesBack) {
  for (const bool nested : {false, true}) {
    Tape<> tape;
    const Node<> a = tape.input(std::vector<double>(1000, 1.0));
    Node<> inside;
    const auto f = [&](const Node<>& x) {
      inside = apply(Twice{}, x * 3);
      return inside * inside;
    };
    const auto around = [&](const Node<>& x) { return checkpoint(f, x * 1) * (x * 2); };
    const Node<> cost = sum(nested ? checkpoint(around, a) : checkpoint(f, a));
    bad = Bad::value;
    for (int turn = 0; turn < 2; ++turn) {
      EXPECT_EQ(thrown_by([&] { tape.backward(cost); }), "value") << nested;
      EXPECT_EQ(thrown_by([&] { inside.value(); }), "value") << nested;
    }
    bad = Bad::nothing;
    tape.backward(cost);
    EXPECT_EQ(a.upstream()[999], nested ? 216 : 72);
    EXPECT_EQ(inside.value()[999], 6);
  }
}

// Of several that throw, the first in the order of the tasks, whichever came first in time.
TEST_P(WithThreads, TheFirstTaskThatThrewIsHeard) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> called = 0;
    try {
      workers::run(64, [&](std::int64_t i) {
        ++called;
        if (i % 3 == 2) throw i;
      });
      ADD_FAILURE();
    } catch (std::int64_t i) {
      EXPECT_EQ(i, 2);
    }
    EXPECT_GE(called, 3);
    called = 0;
    workers::run(64, [&](std::int64_t) { ++called; });  // and the pool works on
    EXPECT_EQ(called, 64);
  }
}
INSTANTIATE_TEST_SUITE_P(Threads, WithThreads, testing::Values(1, 4));

}  // namespace
}  // namespace glassgrad

// What was forgotten and is read all the same, through a View kept too long or a pointer, is
// reported in sanitized builds; memory that is taken anew is not.
#include "glassgrad/array/poison.hpp"

#include "engine/expect.hpp"
#include "glassgrad/engine/tape.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

[[maybe_unused]] double read(const double* p) { return *static_cast<const volatile double*>(p); }
constexpr const char* needs_sanitizer =
    "memory is poisoned in builds with AddressSanitizer (scripts/test-sanitized engine) only";

class Poison : public testing::Test {
 protected:
  void SetUp() override {
    if (!poisons) GTEST_SKIP() << needs_sanitizer;
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
  }
  void caught(const double* stale) {
    EXPECT_DEATH(read(stale), "use-after-poison") << "read from " << stale;
  }
};

TEST_F(Poison, ValuesAfterClear) {
  Tape<> tape;
  const View<const double> seen = (tape.input({1.0, 2.0, 3.0}) * 2).value();
  EXPECT_EQ(read(seen.data), 2);
  tape.clear();
  caught(seen.data);
  caught(seen.data + 2);
  const View<const double> now = (tape.input({4.0, 5.0, 6.0}) * 2).value();
  EXPECT_EQ(read(now.data + 2), 12);
}

TEST_F(Poison, ValuesAfterARewindAndNotThoseBeforeTheMark) {
  Tape<> tape;
  const Node<> x = tape.input({1.0, 2.0, 3.0});
  const auto mark = tape.mark();
  std::vector<double> many(100000, 1.5);  // in a chunk of its own
  const View<const double> near = exp(x).value(), far = tape.input(many).value();
  tape.rewind(mark);
  caught(near.data);
  caught(far.data);
  caught(far.data + 99999);
  EXPECT_EQ(read(x.value().data + 2), 3);
}

TEST_F(Poison, ValuesThatACheckpointHasDropped) {
  Tape<> tape;
  const Node<> x = tape.input({1.0, 2.0, 3.0});
  View<const double> inside;
  const Node<> y = checkpoint(
      [&](const Node<>& a) {
        const Node<> b = exp(a);
        inside = b.value();
        return b * a;
      },
      x);
  caught(inside.data);
  EXPECT_EQ(read(y.value().data), y.value()[0]);
}

TEST_F(Poison, UpstreamsAfterTheNextBackwardAndGivenBackOnes) {
  for (const std::int64_t n : {3, 5000}) {  // small buffers are in an arena, large ones alone
    Tape<> tape(Keep::parameters);
    const std::vector<double> numbers(std::size_t(n), 0.5);
    const Node<> x = tape.input(numbers), y = sin(x), cost = sum(exp(y));
    const double* inside = nullptr;
    tape.on_upstream(y, [&](View<double> upstream) { inside = upstream.data; });
    tape.backward(cost);
    caught(inside);
    const View<const double> of_x = x.upstream();
    EXPECT_GT(read(of_x.data), 0);
    tape.clear();
    caught(of_x.data);
  }
}

TEST_F(Poison, AnArenaAndAPool) {
  Arena arena;
  auto* const first = static_cast<double*>(arena.take(64));
  const Arena::Mark mark = arena.mark();
  auto* const second = static_cast<double*>(arena.take(64));
  first[0] = second[0] = 1;
  caught(second + 8);  // nobody has taken it yet
  arena.rewind(mark);
  EXPECT_EQ(read(first), 1);
  caught(second);
  Pool pool;
  auto* const buffer = static_cast<double*>(pool.take(8192));
  buffer[0] = 2;
  const Pool::Lease lent = pool.lend(buffer);
  pool.release(buffer);
  EXPECT_EQ(read(buffer), 2);  // lent
  auto* const other = static_cast<double*>(pool.take(8192));
  pool.release(other);
  caught(other);
  EXPECT_EQ(pool.take(8192), other);
  EXPECT_NO_FATAL_FAILURE(read(other));
}

}  // namespace
}  // namespace glassgrad

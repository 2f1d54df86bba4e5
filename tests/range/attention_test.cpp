// Attention whose products of queries and keys leave the range where the scores, a part of them,
// do not.
#include "glassgrad/ops/functions/normalization.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// One query of d entries 2^power, and two equal keys: each has half of the weight. Whatever the
// upstream u of the one value, the scores' are u (v0 - v1) / 4 and minus that.
template <class T>
void expect_halves(std::int64_t d, int power, int mask) {
  const std::string what = std::to_string(d) + " entries 2^" + std::to_string(power);
  Tape<T> tape;
  const T size = std::ldexp(T(1), power);
  const Numbers<T> entries(std::size_t(d), size), pair(std::size_t(2 * d), size);
  const Node<T> q = input(tape, entries, {1, d}), k = input(tape, pair, {2, d});
  const Node<T> v = tape.input({{1.0}, {3.0}});
  const Node<T> all = tape.constant({{1.0, 1.0}});
  const Node<T> y = mask == 0 ? attention(q, k, v) : attention(q, k, v, all);
  EXPECT_EQ(y.item(), 2) << what;
  const T upstream = T(0.375);
  tape.backward(sum(y * upstream));
  for (const T slope : q.upstream()) EXPECT_EQ(slope, 0) << what;
  EXPECT_EQ(list<T>(v.upstream()), Numbers<T>(2, upstream / 2)) << what;
  const Wide own = Wide(upstream) * -2 / 4 * Wide(size) / sqrt(Wide(d));
  for (std::int64_t i = 0; i < 2 * d; ++i)
    EXPECT_LE(ulps(k.upstream()[i], i < d ? own : Wide(-own)), 2) << what << ", " << i;
}
TEST(Attention, ScoresMayBeWithinRangeWhereProductsAreNot) {
  for (const int mask : {0, 1}) {
    expect_halves<double>(64, 509, mask);  // 2^1024 of 64 entries, an eighth of it
    expect_halves<double>(100, 509, mask);
    expect_halves<float>(64, 61, mask);
    expect_halves<float>(100, 61, mask);
    expect_halves<double>(64, 0, mask);
  }
}
// Four products of 0.42 times the largest number are more than there is, half of them is not.
template <class T>
void expect_the_largest_score() {
  Tape<T> tape;
  const T a = T(0.65) * std::sqrt(std::numeric_limits<T>::max()), b = T(0.875) * a;
  const Node<T> q = input(tape, Numbers<T>{a, a, a, a}, {1, 4});
  const Node<T> k = input(tape, Numbers<T>{b, a, a, a, a, a, a, a}, {2, 4});
  const Node<T> v = tape.input({{5.0}, {7.0}}), y = attention(q, k, v);
  tape.backward(y * T(1.5));
  EXPECT_EQ(y.item(), 7);
  for (const Node<T>& x : {q, k})
    for (const T slope : x.upstream()) EXPECT_EQ(slope, 0);
  EXPECT_EQ(list<T>(v.upstream()), (Numbers<T>{0, 1.5}));
}
TEST(Attention, ChoosesTheLargestScoreWhereProductsLeaveTheRange) {
  expect_the_largest_score<double>();
  expect_the_largest_score<float>();
}

}  // namespace
}  // namespace glassgrad

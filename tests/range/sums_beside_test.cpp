// What reaches a stretched input is added to what is there. Where the terms alone leave the range
// and what is there takes them back, the total is right; where it does not, it is infinite.
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// A power of two of which two are too many.
template <class T>
const T large = std::ldexp(T(1), std::numeric_limits<T>::max_exponent - 1);

// x gets `there` from a use that comes first on the way back, and rows of `terms` from another.
template <class T>
T total_of(T there, const Numbers<T>& terms, const Shape& x) {
  const std::int64_t n = x.count(), rows = std::int64_t(terms.size());
  Numbers<T> all;
  for (const T term : terms) all.insert(all.end(), std::size_t(n), term);
  const Shape stretched = x.rank() ? Shape{rows, n} : Shape{rows};
  Tape<T> tape;
  const Node<T> at = input(tape, Numbers<T>(std::size_t(n)), x);
  const Node<T> later = sum(at * input(tape, all, stretched));
  tape.backward(later + sum(at * input(tape, Numbers<T>(std::size_t(n), there), x)));
  const Numbers<T> got = list<T>(at.upstream());
  for (const T each : got) EXPECT_TRUE(each == got.front() || std::isnan(got.front()));
  return got.front();
}

template <class T>
void expect_totals() {
  const T m = large<T>, infinity = std::numeric_limits<T>::infinity();
  Numbers<T> many(70, m / 64);
  many.insert(many.end(), 70, m / 64), many.insert(many.end(), 76, -m / 64);
  for (const Shape& x : {Shape{}, Shape{3}, Shape{100}, Shape{1100}}) {
    EXPECT_EQ(total_of<T>(-m, {m, m, -m / 2}, x), m / 2) << to_text(x);
    EXPECT_EQ(total_of<T>(m, {-m, -m, -m / 4, m / 2}, x), -m / 4 * 3) << to_text(x);
    EXPECT_EQ(total_of<T>(-m / 2, {m / 2, m, m / 2}, x), m / 2 * 3) << to_text(x);
    EXPECT_EQ(total_of<T>(-m, many, x), 0) << to_text(x);
    EXPECT_EQ(total_of<T>(1, {m, m, -m, -m}, x), 1) << to_text(x);
    EXPECT_EQ(total_of<T>(m, {m, m, -m / 2}, x), infinity) << to_text(x);
    EXPECT_EQ(total_of<T>(-m, {m, m, m, m}, x), infinity) << to_text(x);
    EXPECT_EQ(total_of<T>(m / 2, {-m, -m, -m}, x), -infinity) << to_text(x);
    EXPECT_TRUE(std::isnan(total_of<T>(-m, {infinity, m, -infinity}, x))) << to_text(x);
  }
}
TEST(SumsBeside, ArePartOfTheTotal) {
  expect_totals<double>();
  expect_totals<float>();
}

}  // namespace
}  // namespace glassgrad

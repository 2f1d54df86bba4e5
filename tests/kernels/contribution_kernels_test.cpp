// What meets where an input broadcasts, against the same sums of an input that is stretched first:
// for rows and planes that end just before, at and behind the piece that is written at once, and
// for each way in which contributions are read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

template <class T>
using Of = std::function<Node<T>(const Node<T>& x, const Node<T>& small)>;

template <class T>
void expect_sums_of_the_stretched(const Of<T>& f, const Shape& full, const Shape& own) {
  Random random(5);
  std::vector<T> numbers(std::size_t(full.count())), few(std::size_t(own.count()));
  for (T& number : numbers) number = T(random.uniform(0.5, 2));
  for (T& number : few) number = T(random.uniform(0.5, 2));
  Tape<T> tape;
  const auto x = tape.input(View<const T>{numbers.data(), &full});
  const auto small = tape.input(View<const T>{few.data(), &own});
  const auto stretched = tape.input(View<const T>{few.data(), &own});
  tape.backward(sum(sin(f(x, small))) + sum(sin(f(x, broadcast_to(stretched, full)))));
  const double epsilon = std::numeric_limits<T>::epsilon();
  const double terms = double(full.count()) / double(own.count());
  for (std::size_t i = 0; i < few.size(); ++i) {
    const double wanted = double(stretched.upstream().data[i]);
    ASSERT_NEAR(small.upstream().data[i], wanted,
                8 * epsilon * std::max(std::sqrt(terms), std::abs(wanted)))
        << i;
  }
}
template <class T>
void expect_all(std::int64_t rows, std::int64_t length) {
  const Of<T> all[] = {[](const auto& x, const auto& s) { return x + s; },
                       [](const auto& x, const auto& s) { return x - s; },
                       [](const auto& x, const auto& s) { return x * s; },
                       [](const auto& x, const auto& s) { return x / s; },
                       [](const auto& x, const auto& s) { return hypot(s, x); },
                       [](const auto& x, const auto& s) { return where(x > s, s * 2, x); }};
  for (const Of<T>& f : all) {
    SCOPED_TRACE(testing::Message() << rows << " x " << length);
    for (const Shape& own : {Shape{length}, Shape{rows, 1}, Shape{1, 1}, Shape{1, length}})
      expect_sums_of_the_stretched<T>(f, Shape{rows, length}, own);
    expect_sums_of_the_stretched<T>(f, Shape{3, rows, length}, Shape{3, 1, length});
    expect_sums_of_the_stretched<T>(f, Shape{3, rows, length}, Shape{rows, length});
  }
}
TEST(Contributions, AreSummedInPiecesAsInOne) {
  for (const std::int64_t length : {1, 255, 256, 1023, 1025, 2047, 2048, 2049, 4097})
    for (const std::int64_t rows : {1, 3, 5})
      expect_all<double>(rows, length), expect_all<float>(rows, length);
  for (const std::int64_t rows : {63, 64, 65, 129, 255, 2049})
    for (const std::int64_t length : {1, 7, 8, 9, 40})
      expect_all<double>(rows, length), expect_all<float>(rows, length);
}
TEST(Contributions, OfNothingAreNothing) {
  Tape<double> tape;
  const Shape none{0, 4};
  const auto x = tape.input(View<const double>{nullptr, &none});
  const auto row = tape.input({1, 2, 3, 4});
  tape.backward(sum(x * row) + sum(row));
  for (const double number : row.upstream()) EXPECT_EQ(number, 1);
}

}  // namespace
}  // namespace glassgrad

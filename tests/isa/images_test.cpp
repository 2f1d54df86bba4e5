// Convolution and pooling under every instruction set: against windows that are written out, at
// sizes around the blocks of their kernels, and the same bits for any number of threads.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glassgrad/array/random.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/kernels/workers.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

template <class T>
Node<T> draw(Tape<T>& tape, Random& random, const Shape& shape) {
  std::vector<T> all(std::size_t(shape.count()));
  for (T& number : all) number = T(random.uniform(-1, 1));
  return tape.input(View<const T>{all.data(), &shape});
}
template <class T>
std::vector<T> copied(const View<const T>& view) {
  return {view.begin(), view.end()};
}
template <class T>
void expect_near(const std::vector<T>& a, const std::vector<T>& b) {
  ASSERT_EQ(a.size(), b.size());
  double largest = 1;
  for (const T& number : b) largest = std::max(largest, std::abs(double(number)));
  const double tolerance = (std::is_same_v<T, double> ? 1e-13 : 1e-5) * largest;
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], tolerance) << "entry " << i;
}

// Windows as an array, and one product of matrices for each group of channels.
template <class T>
Node<T> by_windows(const Node<T>& x, const Node<T>& w, const Sliding& s) {
  const Margin margins[] = {{2, s.padding.rows, s.padding.rows},
                            {3, s.padding.columns, s.padding.columns}};
  const Node<T> padded = pad(x, std::span<const Margin>(margins));
  const Shape& of_w = w.shape();
  const Node<T> windows = apply(Windows{2,
                                        {of_w[2], s.stride.rows, s.dilation.rows},
                                        {of_w[3], s.stride.columns, s.dilation.columns}},
                                padded);
  const std::int64_t n = x.shape()[0], g = s.groups, depth = of_w[1] * of_w[2] * of_w[3];
  const std::int64_t i = windows.shape()[4], j = windows.shape()[5];
  const Node<T> y =
      matmul(reshape(w, Shape{g, of_w[0] / g, depth}), reshape(windows, Shape{n, g, depth, i * j}));
  return reshape(y, Shape{n, of_w[0], i, j});
}

template <class T>
struct Results {
  std::vector<T> y, x, w;  // the last two: gradients
};
template <class T, class F>
Results<T> results(Tape<T>& tape, const F& f, const Node<T>& x, const Node<T>& w,
                   const std::vector<T>& upstream) {
  const Node<T> y = f(x, w);
  tape.backward(y, View<const T>{upstream.data(), &y.shape()});
  return {copied(y.value()), copied(x.upstream()), copied(w.upstream())};
}

struct Size {
  Shape x, w;
  Sliding sliding;
};
const Size sizes[] = {
    {{2, 3, 5, 6}, {4, 3, 2, 3}, {}},
    {{1, 2, 1, 17}, {3, 2, 1, 16}, {}},
    {{3, 4, 7, 9}, {6, 2, 3, 3}, {{2, 1}, {1, 2}, {1, 2}, 2}},
    {{2, 5, 8, 8}, {7, 5, 1, 1}, {}},
    {{2, 5, 8, 8}, {7, 5, 1, 1}, {{2, 1}}},
    {{2, 1, 4, 4}, {1, 1, 4, 4}, {1, 3}},
    {{3, 6, 140, 150}, {9, 6, 3, 3}, {1, 1}},   // some rows of results at a time
    {{2, 30, 9, 1100}, {4, 30, 3, 5}, {2, 2}},  // a row of results is more than that
    {{9, 16, 30, 33}, {32, 16, 3, 3}, {1, 1}},  // shared among threads
};

template <class T>
class Images : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Images, Numbers);

TYPED_TEST(Images, AreConvolvedAsTheirWindowsAreMultiplied) {
  using T = TypeParam;
  for (const Size& size : sizes) {
    SCOPED_TRACE(to_text(size.x) + " by " + to_text(size.w));
    Tape<T> tape;
    Random random(5);
    const Node<T> x = draw(tape, random, size.x), w = draw(tape, random, size.w);
    const auto expected_y = by_windows(x, w, size.sliding);
    const auto upstream = copied(draw(tape, random, expected_y.shape()).value());
    const auto expected = results(
        tape, [&](const auto& a, const auto& b) { return by_windows(a, b, size.sliding); }, x, w,
        upstream);
    const auto got = results(
        tape, [&](const auto& a, const auto& b) { return conv2d(a, b, size.sliding); }, x, w,
        upstream);
    expect_near(got.y, expected.y);
    expect_near(got.x, expected.x);
    expect_near(got.w, expected.w);
    // contributions that meet others
    const auto twice = results(
        tape,
        [&](const auto& a, const auto& b) {
          return conv2d(a, b, size.sliding) + conv2d(a, b, size.sliding);
        },
        x, w, upstream);
    const auto doubled = [](std::vector<T> all) {
      for (T& number : all) number *= 2;
      return all;
    };
    expect_near(twice.x, doubled(expected.x));
    expect_near(twice.w, doubled(expected.w));
  }
}

TYPED_TEST(Images, HaveTheSameBitsForAnyNumberOfThreads) {
  using T = TypeParam;
  const int before = threads();
  for (const Size& size : {sizes[6], sizes[8]}) {
    Results<T> first;
    for (const int count : {1, 2, 3, 7}) {
      set_threads(count);
      Tape<T> tape;
      Random random(6);
      const Node<T> x = draw(tape, random, size.x), w = draw(tape, random, size.w);
      const auto f = [&](const auto& a, const auto& b) { return conv2d(a, b, size.sliding); };
      const auto upstream = copied(draw(tape, random, f(x, w).shape()).value());
      const auto got = results(tape, f, x, w, upstream);
      if (count == 1) first = got;
      EXPECT_EQ(got.y, first.y);
      EXPECT_EQ(got.x, first.x);
      EXPECT_EQ(got.w, first.w);
    }
  }
  set_threads(before);
}

TYPED_TEST(Images, OfNoneHaveResultsOfNoneAndNoGradient) {
  using T = TypeParam;
  Tape<T> tape;
  const Node<T> x = tape.input(tape.zeros({0, 2, 5, 5}).value());
  const Node<T> w = tape.input(tape.constant(std::vector<T>(36, T(3))).value());
  const Node<T> y = conv2d(x, reshape(w, {2, 2, 3, 3}));
  EXPECT_EQ(y.shape(), (Shape{0, 2, 3, 3}));
  tape.backward(sum(y));
  EXPECT_EQ(copied(w.upstream()), std::vector<T>(36, T(0)));
}

// Windows side by side: by plain loops, ties sharing what arrives.
TYPED_TEST(Images, ArePooledTileByTile) {
  using T = TypeParam;
  Random random(7);
  for (const Pair size : {Pair(2), Pair(3), Pair(1, 2), Pair(2, 5), Pair(4, 3)})
    for (const Pair count :
         {Pair(1, 2), Pair(2, 3), Pair(3, 7), Pair(5, 14), Pair(2, 17), Pair(2, 40), Pair(1, 257)})
      for (const bool ties : {false, true}) {
        Tape<T> tape;
        const Shape shape{2, 3, count.rows * size.rows, count.columns * size.columns};
        Node<T> x = draw(tape, random, shape);
        if (ties) x = tape.input(floor(x * 3).value());
        const Node<T> y = max_pool2d(x, size);
        const Node<T> u = draw(tape, random, y.shape());
        tape.backward(y, u.value());
        for (std::int64_t i = 0; i < y.shape().count(); ++i) {
          const std::int64_t row = i / count.columns, column = i % count.columns;
          std::vector<std::int64_t> tile;
          for (std::int64_t k = 0; k < size.rows; ++k)
            for (std::int64_t l = 0; l < size.columns; ++l)
              tile.push_back((row * size.rows + k) * shape[3] + column * size.columns + l);
          T best = -std::numeric_limits<T>::infinity();
          int seen = 0;
          for (const auto at : tile) best = std::max(best, x.value()[at]);
          for (const auto at : tile) seen += x.value()[at] == best;
          ASSERT_EQ(y.value()[i], best);
          for (const auto at : tile)
            ASSERT_NEAR(x.upstream()[at], x.value()[at] == best ? u.value()[i] / T(seen) : T(0),
                        1e-7);
        }
      }
}
// Tiles without rows: what nothing adds up to, whatever was in that memory before.
TYPED_TEST(Images, TilesOfNothingAddUpToNothing) {
  using T = TypeParam;
  Tape<T> tape;
  const auto mark = tape.mark();
  for (int i = 0; i < 4; ++i) tape.constant({{7, 7, 7, 7, 7}, {7, 7, 7, 7, 7}});
  tape.rewind(mark);
  const Node<T> x = tape.input(tape.zeros({2, 0, 5, 2}).value());
  EXPECT_EQ(copied(sum(x, {-3, -1}).value()), std::vector<T>(10, T(0)));
  EXPECT_EQ(sum(x, {-3, -1}).shape(), (Shape{2, 5}));
}
TYPED_TEST(Images, PoolNaNWhereverItIs) {
  using T = TypeParam;
  Tape<T> tape;
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  for (int at = 0; at < 8; ++at) {
    std::vector<T> numbers{1, 2, 3, 4, 5, 6, 7, 8};
    numbers[std::size_t(at)] = nan;
    const Node<T> y = max_pool2d(reshape(tape.input(numbers), {2, 4}), 2);
    EXPECT_EQ(std::isnan(y.value()[0]), at % 4 < 2) << at;
    EXPECT_EQ(std::isnan(y.value()[1]), at % 4 > 1) << at;
  }
}

}  // namespace
}  // namespace glassgrad

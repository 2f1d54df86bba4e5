// Compositions of the structure family on small arrays that one can check by eye; those that
// PyTorch's cases cover are in tests/cases. Second derivatives come from the rules' own tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(Structure, Axes) {
  Tape tape;
  const N x = tape.input({{1, 2, 3}, {4, 5, 6}});
  EXPECT_EQ(swapaxes(x, 0, 1).shape(), (Shape{3, 2}));
  EXPECT_EQ(swapaxes(x, 1, -1).shape(), (Shape{2, 3}));
  EXPECT_EQ(movedim(tape.zeros({2, 3, 4}), 0, -1).shape(), (Shape{3, 4, 2}));
  EXPECT_EQ(atleast_nd(x, 4).shape(), (Shape{1, 1, 2, 3}));
  EXPECT_EQ(expand(tape.zeros({2, 1}), {5, -1, 3}).shape(), (Shape{5, 2, 3}));
  EXPECT_EQ(to_text(fliplr(x)), "[[3 2 1]; [6 5 4]]");
  EXPECT_EQ(to_text(flipud(x)), "[[4 5 6]; [1 2 3]]");
  EXPECT_EQ(to_text(rot90(x)), "[[3 6]; [2 5]; [1 4]]");
  EXPECT_EQ(to_text(roll(x, 1)), "[[6 1 2]; [3 4 5]]");
}

TEST(Structure, StacksAndGrids) {
  Tape tape;
  const N a = tape.input({1, 2}), b = tape.input({3, 4}), c = tape.input({{5}});
  EXPECT_EQ(to_text(dstack(std::span<const N>(std::array{a, b}))), "[[[1 3]; [2 4]]]");
  EXPECT_EQ(to_text(block_diag(std::span<const N>(std::array{a, c}))), "[[1 2 0]; [0 0 5]]");
  const auto grid = meshgrid(std::span<const N>(std::array{a, b}));
  EXPECT_EQ(to_text(grid[0]), "[[1 1]; [2 2]]");
  EXPECT_EQ(to_text(grid[1]), "[[3 4]; [3 4]]");
  tape.backward(sum(grid[0] * grid[1]));
  EXPECT_EQ(a.upstream()[0], 7);
  EXPECT_EQ(b.upstream()[1], 3);
}

TEST(Structure, WindowsAndBack) {
  Tape tape;
  const N x = tape.input({1, 2, 3, 4});
  EXPECT_EQ(to_text(unfold(x, 0, 2)), "[[1 2]; [2 3]; [3 4]]");
  EXPECT_EQ(to_text(fold(unfold(x, 0, 2), 0, 4)), "[1 4 6 4]");  // 2 and 3 are in two windows
  const N image = tape.input({{1, 2, 3}, {4, 5, 6}});
  const Windows pairs{0, {2}, {2}};  // all of a window's first entries side by side
  EXPECT_EQ(to_text(apply(pairs, image)), "[[[[1 2]]; [[2 3]]]; [[[4 5]]; [[5 6]]]]");
  EXPECT_EQ(to_text(apply(AddWindows{pairs, 2, 3}, apply(pairs, image))), "[[1 4 3]; [4 10 6]]");
  const N longer = fold(image, 0, 9, 4);  // room for a third window
  EXPECT_EQ(to_text(longer), "[1 2 3 0 4 5 6 0 0]");
  tape.backward(sum(longer * longer));
  EXPECT_EQ(to_text(image.upstream()), "[[2 4 6]; [8 10 12]]");
  EXPECT_EQ(to_text(pad(x, Margin{0, 2, 3}, Padding::reflect)), "[3 2 1 2 3 4 3 2 1]");
  EXPECT_EQ(to_text(pad(x, Margin{0, -1, 1}, Padding::constant, 9)), "[2 3 4 9]");
}

// Long and short axes in every place: a copy goes along a long one, whichever that is.
TEST(Structure, LongAndShortAxes) {
  Tape tape;
  Random random(1);
  std::vector<double> numbers(std::size_t(3 * 20 * 2 * 11));
  for (double& number : numbers) number = random.normal();
  const Shape shape{3, 20, 2, 11};
  const N x = tape.input(View<const double>{numbers.data(), &shape});
  int orders = 0;
  std::array<int, 4> order{0, 1, 2, 3};
  do {
    const N y = transpose(x, Axes(std::span<const int>(order)));
    std::int64_t at[4], i = 0;
    for (at[0] = 0; at[0] < 3; ++at[0])
      for (at[1] = 0; at[1] < 20; ++at[1])
        for (at[2] = 0; at[2] < 2; ++at[2])
          for (at[3] = 0; at[3] < 11; ++at[3], ++i) {
            std::int64_t place = 0;
            for (const int axis : order) place = place * shape[axis] + at[axis];
            ASSERT_EQ(y.value()[place], numbers[std::size_t(i)]) << orders;
          }
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 24);
  for (int axis = 0; axis < 4; ++axis) {
    const std::int64_t size = shape[axis] > 2 ? 3 : 2, n = shape[axis];
    const Windows windows{axis, {size}};
    const N back = apply(AddWindows{windows, n}, apply(windows, x));
    std::int64_t inner = 1;
    for (int i = axis + 1; i < 4; ++i) inner *= shape[i];
    for (std::int64_t i = 0; i < x.shape().count(); ++i) {
      const std::int64_t place = i / inner % n;  // in so many windows:
      const auto times = std::min({place + 1, n - place, size, n - size + 1});
      ASSERT_NEAR(back.value()[i], double(times) * numbers[std::size_t(i)], 1e-13)
          << "axis " << axis;
    }
  }
}

// Over the last axes, over all but the first, over all but one in the middle.
TEST(Structure, ReductionsOverTheLastAxes) {
  Tape tape;
  Random random(2);
  std::vector<double> numbers(std::size_t(37 * 3 * 2 * 4));
  for (double& number : numbers) number = random.normal();
  const Shape shape{37, 3, 2, 4};
  const N x = tape.input(View<const double>{numbers.data(), &shape});
  const N sums = sum(x, {-1, -2}), peaks = max(x, {1, 2, 3}), whole = sum(x, {0, 2, 3});
  for (std::int64_t i = 0; i < 37; ++i) {
    double peak = -1e9;
    for (std::int64_t j = 0; j < 3; ++j) {
      double total = 0;
      for (std::int64_t k = 0; k < 8; ++k) {
        const double number = numbers[std::size_t((i * 3 + j) * 8 + k)];
        total += number, peak = std::max(peak, number);
      }
      EXPECT_NEAR(sums.value()(i, j), total, 1e-14);
    }
    EXPECT_EQ(peaks.value()[i], peak);
  }
  EXPECT_NEAR(whole.value()[0] + whole.value()[1] + whole.value()[2], sum(x).item(), 1e-12);
}

TEST(Structure, Products) {
  Tape tape;
  const N a = tape.input({{1, 2}, {3, 4}}), v = tape.input({1, 10});
  EXPECT_EQ(vdot(a, a).item(), 30);
  EXPECT_EQ(to_text(kron(v, a)), "[[1 2 10 20]; [3 4 30 40]]");
  EXPECT_EQ(to_text(einsum("ij,j", {a, v})), "[21 43]");
  EXPECT_EQ(to_text(einsum("ii->i", {a})), "[1 4]");
  EXPECT_EQ(to_text(einsum("ij->ji", {a})), "[[1 3]; [2 4]]");
  EXPECT_EQ(einsum("i,ij,j->", {v, a, v}).item(), 1 * 21 + 10 * 43);
  EXPECT_EQ(to_text(tensordot(a, a, Axes{0, 1}, Axes{1, 0})), "29");  // sum a_ij a_ji
}

// A matrix that serves a whole batch, and its gradient, which is the sum of theirs.
TEST(Structure, OneMatrixForABatch) {
  Tape tape;
  Random random(3);
  const auto draw = [&](const Shape& shape) {
    std::vector<double> numbers(std::size_t(shape.count()));
    for (double& number : numbers) number = random.normal();
    return tape.input(View<const double>{numbers.data(), &shape});
  };
  for (const bool transposed : {false, true})
    for (const bool with_axis : {false, true}) {
      const N a = draw({5, 7, 9});
      const Shape matrix = transposed ? Shape{11, 9} : Shape{9, 11};
      const N b = draw(with_axis ? Shape{1, matrix[0], matrix[1]} : matrix), u = draw({5, 7, 11});
      const N y = apply(Matmul{false, transposed}, a, b);
      ASSERT_EQ(y.shape(), (Shape{5, 7, 11}));
      tape.backward(sum(y * u));
      const auto of_b = [&](std::int64_t p, std::int64_t j) {
        return transposed ? j * 9 + p : p * 11 + j;
      };
      for (std::int64_t j = 0; j < 11; ++j) {
        for (std::int64_t i = 0; i < 35; ++i) {
          double total = 0;
          for (std::int64_t p = 0; p < 9; ++p)
            total += a.value()[i * 9 + p] * b.value()[of_b(p, j)];
          EXPECT_NEAR(y.value()[i * 11 + j], total, 1e-13);
        }
        for (std::int64_t p = 0; p < 9; ++p) {
          double total = 0;
          for (std::int64_t i = 0; i < 35; ++i)
            total += a.value()[i * 9 + p] * u.value()[i * 11 + j];
          EXPECT_NEAR(b.upstream()[of_b(p, j)], total, 1e-13);
        }
      }
    }
}

TEST(Structure, Positions) {
  Tape tape;
  const N x = tape.input({{1, 2}, {3, 4}, {5, 6}}), s = tape.input({{10, 20}, {30, 40}});
  const auto at = tape.indices({2, 0});
  EXPECT_EQ(to_text(index_copy(x, 0, at, s)), "[[30 40]; [3 4]; [10 20]]");
  EXPECT_EQ(to_text(index_fill(x, 1, tape.indices({1, 1}), -1)), "[[1 -1]; [3 -1]; [5 -1]]");
  EXPECT_EQ(
      to_text(index_select(x, 1, tape.indices({}, std::array<std::int64_t, 2>{1, 0}, {2, 1}))),
      "[[[2]; [1]]; [[4]; [3]]; [[6]; [5]]]");
  const N y = index_copy(x, 0, at, s);
  tape.backward(sum(y * y));
  EXPECT_EQ(x.upstream()(0, 0), 0);  // covered by the copy
  EXPECT_EQ(x.upstream()(1, 1), 8);
  EXPECT_EQ(s.upstream()(0, 1), 40);
  EXPECT_EQ(to_text(one_hot(tape.indices({2, 0}), 3)), "[[0 0 1]; [1 0 0]]");
}

TEST(Structure, APaddingRowIsGivenOutAndNotLearnt) {
  Tape tape;
  const N table = tape.input({{1, 2}, {3, 4}});
  const N y = embedding(table, tape.indices({0, 1, 0}), 0);
  EXPECT_EQ(to_text(y), "[[1 2]; [3 4]; [1 2]]");
  tape.backward(sum(y));
  EXPECT_EQ(table.upstream()(0, 0), 0);
  EXPECT_EQ(table.upstream()(1, 1), 1);
}

TEST(Structure, ScatterReduce) {
  Tape tape;
  const N x = tape.input({1, 2, 3}), s = tape.input({4, 5, 0, 7});
  const auto at = tape.indices({0, 0, 2, 0});
  const auto y = [&](Reduced how, bool own = true) {
    return to_text(scatter_reduce(x, 0, at, s, how, own));
  };
  EXPECT_EQ(y(Reduced::sum), "[17 2 3]");
  EXPECT_EQ(y(Reduced::mean), "[4.25 2 1.5]");
  EXPECT_EQ(y(Reduced::prod), "[140 2 0]");
  EXPECT_EQ(y(Reduced::amax), "[7 2 3]");
  EXPECT_EQ(y(Reduced::amin), "[1 2 0]");
  EXPECT_EQ(y(Reduced::sum, false), "[16 2 0]");
  EXPECT_EQ(y(Reduced::amax, false), "[7 2 0]");
  tape.backward(sum(scatter_reduce(x, 0, at, s, Reduced::prod)));
  EXPECT_EQ(x.upstream()[2], 0);
  EXPECT_EQ(s.upstream()[2], 3);  // right though its own value is 0
}

TEST(Structure, Choosing) {
  Tape tape;
  const N x = tape.input({{3, 1, 2}, {5, 5, 4}});
  EXPECT_EQ(argmax(x, 1).values()[1], 0);  // the first of equal ones
  EXPECT_EQ(argmin(x, 0).values()[2], 0);
  EXPECT_EQ(argmax(x, 1).shape(), Shape{2});
  const auto third = kthvalue(x, 3, 1);
  EXPECT_EQ(to_text(third.values), "[3 5]");
  EXPECT_EQ(third.positions.values()[1], 1);
  EXPECT_EQ(to_text(msort(x)), "[[3 1 2]; [5 5 4]]");
  EXPECT_EQ(to_text(sort(x, 1, true).values), "[[3 2 1]; [5 5 4]]");
  EXPECT_EQ(median(x).item(), 3);
}

TEST(Structure, RunningProductsAreRightAtZeroInEveryOrder) {
  Tape tape;
  const N x = tape.input({2, 0, 3, 0});
  const N y = cumprod(x, 0);
  EXPECT_EQ(to_text(y), "[2 0 0 0]");
  const N first = grad(select(y, 0, 2), x);
  EXPECT_EQ(to_text(first), "[0 6 0 0]");  // d(x0 x1 x2)
  const N second = grad(select(first, 0, 1), x);
  EXPECT_EQ(to_text(second), "[3 0 2 0]");
}

TEST(Structure, RunningLogSumsDoNotOverflow) {
  Tape tape;
  const N x = tape.input({1000, 1000, -1000});
  const N y = logcumsumexp(x, 0);
  EXPECT_EQ(y.value()[0], 1000);
  EXPECT_NEAR(y.value()[2], 1000 + std::log(2.0), 1e-12);
  tape.backward(sum(y));
  EXPECT_NEAR(x.upstream()[0], 2, 1e-12);
}

}  // namespace
}  // namespace glassgrad

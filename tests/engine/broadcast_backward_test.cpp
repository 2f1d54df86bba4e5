// What a stretched input gets: the sum over the places it was stretched to, of few rows in order,
// however the kernel goes about it, of many to the last few bits; and what a sum passes on to all
// its places.
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "engine/expect.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

template <class T>
struct Random {
  std::mt19937 bits{7};
  std::vector<T> numbers(std::int64_t count) {
    std::uniform_real_distribution<T> some(T(0.5), T(2));
    std::vector<T> all(std::size_t(count), T(0));
    for (T& x : all) x = some(bits);
    return all;
  }
};

template <class T>
class BroadcastBackward : public testing::Test {
 protected:
  using N = Node<T>;
  struct Case {
    std::function<N(const N& x, const N& b)> op;
    std::function<T(T x, T b)> local;  // to b
  };

  // The gradient of b, which stands under each of the rows of x and then of y.
  void check(std::int64_t rows, std::int64_t columns, const Case& c) {
    Random<T> random;
    const Shape full{rows, columns};
    const auto xs = random.numbers(rows * columns), ys = random.numbers(rows * columns),
               bs = random.numbers(columns), us = random.numbers(rows * columns);
    Tape<T> tape;
    const N x = tape.input(View<const T>{xs.data(), &full});
    const N y = tape.input(View<const T>{ys.data(), &full}), b = tape.input(bs);
    const N first = c.op(x, b), second = c.op(y, b);
    const View<const T> upstream{us.data(), &full};
    tape.backward({{first, upstream}, {second, upstream}});
    for (std::int64_t j = 0; j < columns; ++j) {
      T wanted = 0;
      long double exact = 0;
      for (const auto* all : {&ys, &xs}) {  // the last recorded comes first
        T apart = 0;  // two are added to what is there, more are a sum of their own
        T& sum = rows > 2 ? apart : wanted;
        for (std::int64_t i = 0; i < rows; ++i) {
          const auto at = std::size_t(i * columns + j);
          const T share = us[at] * c.local((*all)[at], bs[std::size_t(j)]);
          sum += share, exact += share;
        }
        wanted += apart;
      }
      const auto which = ::testing::Message() << rows << " x " << columns << ", column " << j;
      if (rows <= 9) {
        ASSERT_EQ(b.upstream()[j], wanted) << which;
      } else {  // two nodes' sums, each rounded, and their own
        const T off = 3 * std::numeric_limits<T>::epsilon() * std::abs(T(exact));
        ASSERT_NEAR(b.upstream()[j], T(exact), off) << which;
      }
    }
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(BroadcastBackward, Types);

TYPED_TEST(BroadcastBackward, RowsAreAddedUp) {
  using T = TypeParam;
  using X = Node<T>;
  const typename TestFixture::Case cases[] = {
      {[](const X& x, const X& b) { return x + b; }, [](T, T) { return T(1); }},
      {[](const X& x, const X& b) { return x * b; }, [](T x, T) { return x; }},
      {[](const X& x, const X& b) { return b - x; }, [](T, T) { return T(1); }},
      {[](const X& x, const X& b) { return b / x; }, [](T x, T) { return T(1) / x; }},
  };
  for (const auto& c : cases) {
    for (const std::int64_t rows : {2, 3, 9})  // one column is a single run: it has partial sums
      for (std::int64_t columns = 2; columns <= 40; ++columns) this->check(rows, columns, c);
    this->check(5, 129, c);
    this->check(5, 300, c);
    this->check(900, 16, c);  // too many numbers for one look at all rows
  }
}

TEST(SumBackward, GoesToEveryPlaceAndOnTopOfWhatIsThere) {
  Tape tape;
  const auto x = tape.input({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  const auto columns = sum(x, Axes{0}), rows = sum(x, Axes{1}), kept = sum(x, Axes{1}, true);
  const auto all = sum(x);
  tape.backward({{columns, {10.0, 20.0, 30.0}}});
  expect_near(x.upstream(), {10, 20, 30, 10, 20, 30}, 0);
  tape.backward({{columns, {10.0, 20.0, 30.0}}, {rows, {1.0, 2.0}}, {all, 0.5}});
  expect_near(x.upstream(), {11.5, 21.5, 31.5, 12.5, 22.5, 32.5}, 0);
  tape.backward({{kept, {{100.0}, {200.0}}}, {all, 7.0}});
  expect_near(x.upstream(), {107, 107, 107, 207, 207, 207}, 0);
}

}  // namespace
}  // namespace glassgrad

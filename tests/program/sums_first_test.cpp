// Sums that a program takes before the products they were asked of: where they leave the range, and
// those that were asked for do not, the program gives what a tape gives.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

template <class T>
using Numbers = std::vector<T>;
template <class T>
Numbers<T> list(const View<const T>& view) {
  return {view.begin(), view.end()};
}
const Shape rows{4, 3}, columns{3, 2};
template <class T>
const T large = std::ldexp(T(1), std::numeric_limits<T>::max_exponent - 1);  // two are too many
template <class T>
const T tiny = 8 / large<T>;

// A cost of x, 4 rows that are fed, and a parameter w; and numbers with which the sum that is taken
// first leaves the range.
template <class T>
struct Case {
  std::string_view what;
  std::function<Node<T>(const Node<T>& x, const Node<T>& w)> cost;
  Numbers<T> x, w;
};
template <class T>
std::vector<Case<T>> cases() {
  using N = Node<T>;
  const T m = large<T>;
  const Numbers<T> high(12, m), low(6, tiny<T>);
  return {
      {"rows", [](const N& x, const N& w) { return tiny<T> * sum(sum(matmul(x, w), 0)); }, high,
       low},
      {"columns",
       [](const N& x, const N& w) {
         return tiny<T> * sum(sum(matmul(transpose(w), transpose(x)), 1));
       },
       high, low},
      {"a factor", [](const N& x, const N& w) { return tiny<T> * sum(sum(sum(w) * x, 0)); }, high,
       low},
      {"a product and a factor",
       [](const N& x, const N& w) { return tiny<T> * sum(sum(T(0.25) * matmul(x, w), 0)); }, high,
       low},
      {"what cancels after the sum",
       [](const N& x, const N& w) { return tiny<T> * sum(sum(matmul(x, w), 0)); },
       Numbers<T>(12, m / 16 * 7),
       {4, 4, -4, -4, 0.5, 0.5}},
      {"the gradient of a row that is added",
       [](const N& x, const N& w) {
         const Numbers<T> low_square(9, tiny<T>);
         const Shape square{3, 3};
         const N c = x.its_tape().constant(View<const T>{low_square.data(), &square});
         return sum(matmul(x * T(0) + sum(w, 1), c) * x);
       },
       high, low},
  };
}

template <class T>
struct Both {
  T cost;
  Numbers<T> gradient;
};
template <class T>
Both<T> on_tape(const Case<T>& of, const Numbers<T>& x, const Numbers<T>& w) {
  Tape<T> tape;
  const Node<T> at = tape.input(View<const T>{w.data(), &columns});
  const Node<T> cost = of.cost(tape.input(View<const T>{x.data(), &rows}), at);
  tape.backward(cost);
  return {cost.item(), list<T>(at.upstream())};
}
template <class T>
void expect_near(const Both<T>& got, const Both<T>& wanted, const Case<T>& of) {
  const auto near = [&](T a, T b) {
    EXPECT_TRUE(std::isfinite(b)) << of.what;
    EXPECT_LE(std::abs(a - b), 64 * std::numeric_limits<T>::epsilon() * std::abs(b))
        << of.what << ": " << a << " for " << b;
  };
  near(got.cost, wanted.cost);
  for (std::size_t i = 0; i < wanted.gradient.size(); ++i)
    near(got.gradient[i], wanted.gradient[i]);
}

template <class T>
void expect_what_a_tape_gives() {
  const Numbers<T> usual{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, weights{6, 5, 4, 3, 2, 1};
  for (const Case<T>& of : cases<T>()) {
    Parameter<T> w("w", View<const T>{weights.data(), &columns});
    auto program =
        compile<T>([&](Tape<T>& tape, const Fed<T>& in) { return of.cost(in[0], tape(w)); },
                   {View<const T>{usual.data(), &rows}});
    const auto run = [&](const Numbers<T>& x, const Numbers<T>& at) {
      w.assign(View<const T>{at.data(), &columns});
      w.zero_gradient();
      const T cost = program(View<const T>{x.data(), &rows});
      return Both<T>{cost, list<T>(w.gradient())};
    };
    const Both<T> before = run(usual, weights);
    expect_near(before, on_tape(of, usual, weights), of);
    std::size_t asked = 0;
    for (int i = 0; i < 4; ++i) {
      if (i == 2) asked = allocations();
      (void)run(of.x, of.w);
    }
    EXPECT_LE(allocations() - asked, 4u) << of.what;  // the lists that run() gives
    expect_near(run(of.x, of.w), on_tape(of, of.x, of.w), of);
    const Both<T> after = run(usual, weights);
    EXPECT_EQ(after.cost, before.cost) << of.what;
    EXPECT_EQ(after.gradient, before.gradient) << of.what;
    const Numbers<T> infinite(12, std::numeric_limits<T>::infinity());
    EXPECT_FALSE(std::isfinite(run(infinite, weights).cost)) << of.what;
  }
}
TEST(SumsFirst, ThatLeaveTheRangeAreTakenAsTheyWereAskedFor) {
  expect_what_a_tape_gives<double>();
  expect_what_a_tape_gives<float>();
}

// With the optimizer's step in the program the parameter moves as on a tape.
TEST(SumsFirst, ThatLeaveTheRangeMoveParametersAsATapeDoes) {
  for (const Case<double>& of : cases<double>()) {
    Parameter<double> w("w", View<const double>{of.w.data(), &columns});
    GradientDescent<double> descent(tiny<double> / 64);
    auto step = compile<double>(
        [&](Tape<double>& tape, const Fed<double>& in) { return of.cost(in[0], tape(w)); },
        {View<const double>{of.x.data(), &rows}}, descent);
    const Both<double> wanted = on_tape(of, of.x, of.w);
    step(View<const double>{of.x.data(), &rows});
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_DOUBLE_EQ(w.value()[std::int64_t(i)], of.w[i] - tiny<double> / 64 * wanted.gradient[i])
          << of.what;
  }
}

// Where there is no memory for a second layout the results stay as they were, and nothing is
// thrown.
TEST(SumsFirst, StayAsTheyAreWithoutMemory) {
  const Case<double> of = cases<double>().front();
  const Both<double> wanted = on_tape(of, of.x, of.w);
  for (std::size_t demand = 1;; ++demand) {
    Parameter<double> w("w", View<const double>{of.w.data(), &columns});
    auto program = compile<double>(
        [&](Tape<double>& tape, const Fed<double>& in) { return of.cost(in[0], tape(w)); },
        {View<const double>{of.x.data(), &rows}}, Gradients::none);
    const Feed<double> feeds[] = {View<const double>{of.x.data(), &rows}};
    const Numbers<double> ones(12, 1);
    const Feed<double> usual[] = {View<const double>{ones.data(), &rows}};
    (void)program.run(usual);
    fail_allocation(demand);
    const double first = program.run(feeds)[0];
    const bool failed = allocation_failed();
    fail_allocation(0);
    EXPECT_TRUE(first == wanted.cost || (failed && !std::isfinite(first))) << demand;
    EXPECT_EQ(program.run(feeds)[0], wanted.cost) << demand;
    if (!failed) {
      EXPECT_GT(demand, 3u);
      break;
    }
  }
}

}  // namespace
}  // namespace glassgrad

// The check over everything a double can be: of an op that is right it never says WRONG, and of
// one that is off by a part in ten thousand always, where people use it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/broken_ops.hpp"
#include "glassgrad/check/gradients.hpp"
#include "glassgrad/check/nodes.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

std::vector<double> points() {
  std::vector<double> all{0, 0.5, 1, 1.5707963267948966, 2, 3.141592653589793, 37, 709};
  for (int e = -308; e < 308; e += 11) all.push_back(1.37 * std::pow(10, e));
  const std::size_t positive = all.size();
  for (std::size_t i = 0; i < positive; ++i) all.push_back(-all[i]);
  return all;
}

template <class Op>
constexpr bool tried() {
  // Optimizers' steps and slots: their slopes are not asked for, overflow on the way to where they
  // fit, and a negative mean of squares stands for a root (updates.hpp).
  if constexpr (requires { Op::domain; })
    return !Op::name.starts_with("descend") && !Op::name.ends_with("_square");
  return false;
}

// f(op, its arguments' number, its name) of every elementwise op.
template <class F, class... Ops>
void each_elementwise(List<Ops...>, const F& f) {
  const auto one = [&]<class Op>(const Op& op) {
    if constexpr (tried<Op>()) f(op);
  };
  (one(Ops{}), ...);
}

TEST(Scales, NoRightOpIsCalledWrongAnywhere) {
  const std::vector<double> all = points();
  int told = 0, asked = 0;
  each_elementwise(EveryOp{}, [&]<class Op>(const Op& op) {
    Random random(7);
    for (std::size_t i = 0; i < all.size(); ++i) {
      Tape tape;
      std::vector<N> in;
      std::string at;
      for (int k = 0; k < arity<Op>; ++k) {
        const double x = k == 0 ? all[i] : all[std::size_t(random.uniform() * double(all.size()))];
        in.push_back(tape.input(x));
        at += fmt::format(" {}", x);
      }
      apply_all(op, std::span<const N>(in));
      const NodeReport report = check_nodes(tape);
      EXPECT_EQ(report.wrong, 0) << Op::name << at << "\n" << report.text();
      asked += int(report.compared),
          told += int(report.compared - report.undefined - report.unclear);
    }
  });
  EXPECT_GT(told, asked * 3 / 4) << told << " of " << asked;
}

TEST(Scales, APartInTenThousandIsFound) {
  int asked = 0;
  each_elementwise(EveryOp{}, [&]<class Op>(const Op& op) {
    if constexpr (arity<Op> == 1) {
      Random random(3);
      for (int i = 0; i < 12; ++i) {
        const double x = random.uniform(Op::domain[0].low, Op::domain[0].high);
        Tape tape;
        const N in[] = {tape.input(x)};
        const N y = apply_all(op, std::span<const N>(in));
        if (!tape.records()[y.index()].active) continue;
        tape.backward(y);
        const double slope = in[0].upstream()[0];
        const auto f = [&](const N& a) { return apply_all(op, std::span<const N>(&a, 1)); };
        EXPECT_EQ(check_gradients_by_hand(f, {x}, {slope}).wrong, 0) << Op::name << " at " << x;
        if (std::abs(slope) < 1e-3) continue;
        ++asked;
        EXPECT_EQ(check_gradients_by_hand(f, {x}, {slope * 1.0001}).wrong, 1)
            << Op::name << " at " << x;
      }
    }
  });
  EXPECT_GT(asked, 400);
}

struct Place {
  const char* name;
  N (*f)(const N&);
  double x;
};

// Where the step of 6e-6 does not fit, the sign and the size are still told.
TEST(Scales, AWrongSlopeIsFoundAtSmallAndLargeNumbers) {
  for (const Place& place : {
           Place{"reciprocal", [](const N& x) { return 1 / x; }, 1e-20},
           Place{"log", [](const N& x) { return log(x); }, 1e-7},
           Place{"log", [](const N& x) { return log(x); }, 1e-300},
           Place{"sqrt", [](const N& x) { return sqrt(x); }, 1e-12},
           Place{"sin", [](const N& x) { return sin(x); }, 1e10},
           Place{"tan", [](const N& x) { return tan(x); }, 1.5707963},
           Place{"atan2", [](const N& x) { return atan2(x, 1e-200); }, 1e-200},
           Place{"div", [](const N& x) { return 1e-200 / x; }, 1e-200},
           Place{"div", [](const N& x) { return x / 1e-200; }, 1e-200},
           Place{"relu", [](const N& x) { return relu(x); }, 1e-20},
           Place{"add", [](const N& x) { return x + 1e100; }, 1e-200},
           Place{"cube", [](const N& x) { return x * x * x; }, 1e-60},
           Place{"norm", [](const N& x) { return norm(x); }, -1e-250},
       }) {
    Tape tape;
    const N x = tape.input(place.x);
    tape.backward(place.f(x));
    const double slope = x.upstream()[0];
    const auto report = [&](double claim) {
      return check_gradients_by_hand(place.f, {place.x}, {claim});
    };
    EXPECT_TRUE(report(slope).ok) << place.name << report(slope).text();
    for (const double factor : {1.0001, 0.5, -1.0})
      EXPECT_EQ(report(slope * factor).wrong, 1)
          << place.name << " x " << factor << ": " << report(slope * factor).text();
  }
}

std::string told(const N& y) {
  const std::string text = check_nodes(*y.tape()).text();
  return text.substr(text.find('\n') + 1);
}

// What differences cannot see is said so, with the reason; no rule is blamed.
TEST(Scales, WhatCannotBeToldIsSaid) {
  Tape tape;
  const N cost = fmod(tape.input("a", 1e300), 4);
  EXPECT_EQ(told(cost),
            "  cannot tell fmod, node 2, input 0 (a): local 1; the numbers right beside this one "
            "are too far away to see it\n");
  Tape wave;
  const std::string text = told(sin(wave.input("x", 1e14)));
  EXPECT_EQ(text.substr(0, text.find(": local")), "  cannot tell sin, node 1, input 0 (x)") << text;
  Tape one_rank;
  const NodeReport report = [&] {
    pinv(one_rank.input("A", {{1.0, 2.0}, {2.0, 4.0}}));
    return check_nodes(one_rank);
  }();
  EXPECT_EQ(report.wrong, 0);
  EXPECT_GT(report.unclear, 0);
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.text().substr(0, 36), "local gradients cannot be told: 16 o") << report.text();
  EXPECT_EQ(report.entries[0].verdict, Verdict::unclear);
  EXPECT_FALSE(report.entries[0].reason.empty());
}

// Where rules are far off, arrays of very different numbers, float.
TEST(Scales, LargeArraysOfSmallNumbers) {
  std::vector<double> numbers(9000);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = std::pow(10, -12 * double(i) / 9000) * (i == 77 ? 1e-30 : 1);
  const auto report =
      check_gradients([](const N& x) { return sum(log(x)); }, {{"x", numbers}}, {.directions = 1});
  EXPECT_EQ(report.wrong, 0) << report.text();
  EXPECT_TRUE(report.ok) << report.text();
  const auto single =
      check_gradients<float>([](const Node<float>& x) { return 1 / x; }, {{1e-15, 1e10, 3}});
  EXPECT_TRUE(single.ok) << single.text();
  EXPECT_EQ(
      check_gradients_by_hand<float>([](const Node<float>& x) { return 1 / x; }, {1e-10}, {-0.9e20})
          .wrong,
      1);
}

}  // namespace
}  // namespace glassgrad

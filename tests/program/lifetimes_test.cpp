// What a program is given to work with: parameters that move, go or are replaced, inputs that are
// read where they lie, shapes that are new.
#include <gtest/gtest.h>

#include <deque>
#include <optional>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;
Numbers numbers_of(View<const double> view) { return {view.begin(), view.end()}; }

TEST(Lifetimes, AParameterMayBeMoved) {
  std::vector<Parameter<double>> all;
  all.emplace_back("w", Input<double>{2.0, 3.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(square(tape(all[0])) * in[0]); },
      {Numbers{1, 1}});
  EXPECT_EQ(step(Numbers{1, 1}), 13);
  all[0].zero_gradient();
  for (int i = 0; i < 10; ++i) all.emplace_back("other" + std::to_string(i), Input<double>(0.0));
  EXPECT_EQ(step(Numbers{1, 10}), 94);
  EXPECT_EQ(numbers_of(all[0].gradient()), (Numbers{4, 60}));
}

// describe() runs the passes once more, on what was kept of the recording alone.
TEST(Lifetimes, DescribingNeedsNoParameterAndChangesNothing) {
  std::optional<Parameter<double>> w(std::in_place, "w", Input<double>{2.0, 3.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(exp(tape(*w) * 1 * in[0])); },
      {Numbers{1, 1}});
  const std::string before = step.describe();
  EXPECT_NE(before.find("-- clean_algebra"), std::string::npos);
  EXPECT_EQ(before.find("too many to list"), std::string::npos);
  const double cost = step(Numbers{1, 2});
  EXPECT_EQ(step.describe(), before);
  EXPECT_EQ(step(Numbers{1, 2}), cost);
  w.reset();
  EXPECT_EQ(step.describe(), before);
}

// A result that is no number of the program's own is a copy: of a parameter before the step, of
// what was fed.
TEST(Lifetimes, AResultStaysWhatItWas) {
  Parameter<double> w("w", 3.0), one_by_one("one", {{3.0}});
  GradientDescent<double> descent(0.5);
  auto itself =
      compile<double>([&](Tape<double>& tape, const Fed<double>&) { return tape(w); }, {}, descent);
  EXPECT_EQ(itself(), 3.0);
  EXPECT_EQ(w.item(), 2.5);
  EXPECT_EQ(itself(), 2.5);
  auto reshaped =
      compile<double>([&](Tape<double>& tape,
                          const Fed<double>&) { return reshape(tape(one_by_one), Shape{}) * 1.0; },
                      {}, descent);
  EXPECT_EQ(reshaped(), 3.0);
  auto fed = compile<double>(
      [](Tape<double>&, const Fed<double>& in) {
        return reshape(in[0], {2, 1});
      },
      {Numbers{1, 2}}, Gradients::none);
  Numbers given{5, 6};
  const Feed<double> feeds[] = {given};
  const View<const double> result = fed.run(feeds);
  given.assign({7, 8});
  EXPECT_EQ(numbers_of(result), (Numbers{5, 6}));
}

// The memory of one recording serves the next, also where one has failed or lies in another.
TEST(Lifetimes, ARecordingLeavesNothingToTheNext) {
  const Numbers x{0.5, -1.5, 2.0};
  Node<double> kept;
  const auto with = [&](double slope, Numbers constant, auto&& inside) {
    return compile<double>(
        [&kept, slope, constant, inside](Tape<double>& tape, const Fed<double>& in) {
          const auto scope = tape.scope("layer");
          const auto k = kept = name("K", tape.constant(constant) * in[0]);
          inside();
          return sum(leaky_relu(k, slope) + leaky_relu(in[0], 2 * slope));
        },
        {x}, Gradients::none);
  };
  const auto value = [&](double slope, const Numbers& constant) {
    const auto leaky = [](double by, double z) { return z < 0 ? by * z : z; };
    double total = 0;
    for (std::size_t i = 0; i < 3; ++i)
      total += leaky(slope, constant[i] * x[i]) + leaky(2 * slope, x[i]);
    return total;
  };
  const auto nothing = [] {};
  auto first = with(0.25, {1, 2, 3}, nothing);
  const std::string text = first.describe();
  EXPECT_EQ(
      error_of([&] { kept + 1.0; }),
      "[add] a node was recorded before the tape was cleared or rewound. Record it again after "
      "clear() or rewind().");
  EXPECT_EQ(error_of([&] {
              with(0.5, {7, 7, 7}, [] { throw Error("mine", "no", "Stop"); });
            }),
            "[mine] no. Stop.");
  std::optional<Program<double>> inner;
  auto outer = with(0.125, {4, 5, 6}, [&] { inner.emplace(with(0.5, {8, 9, 10}, nothing)); });
  auto last = with(0.25, {1, 2, 3}, nothing);
  EXPECT_EQ(last.describe(), text);
  EXPECT_EQ(first.describe(), text);
  EXPECT_DOUBLE_EQ(first(x), value(0.25, {1, 2, 3}));
  EXPECT_DOUBLE_EQ(outer(x), value(0.125, {4, 5, 6}));
  EXPECT_DOUBLE_EQ((*inner)(x), value(0.5, {8, 9, 10}));
  EXPECT_DOUBLE_EQ(last(x), value(0.25, {1, 2, 3}));
}

TEST(Lifetimes, AVeryLargeProgramIsDescribedByItsSize) {
  Parameter<double> w("w", 1.0);
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>&) {
        auto y = tape(w);
        for (int i = 0; i < 10001; ++i) y = sin(y);
        return y;
      },
      {}, Gradients::none);
  EXPECT_NE(step.describe().find("-- schedule: 10001 instructions\n(too many to list)\n"),
            std::string::npos);
}

TEST(Lifetimes, AParameterThatIsGoneIsNamed) {
  std::optional<Parameter<double>> w(std::in_place, "w", Input<double>{2.0, 3.0});
  Parameter<double> b("b", 1.0);
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>&) { return sum(tape(*w)) * tape(b); }, {});
  EXPECT_EQ(step(), 5);
  b.zero_gradient();
  const std::string said =
      "[program] parameter \"w\" was destroyed or replaced since. Keep it as long as the program, "
      "or compile again.";
  *w = Parameter<double>("w", {1.0, 2.0, 3.0});  // resized
  EXPECT_EQ(error_of([&] { step(); }), said);
  EXPECT_EQ(error_of([&] { step.look(); }), said);
  w.reset();
  EXPECT_EQ(error_of([&] { step(); }), said);
  EXPECT_FALSE(b.has_gradient());
}

TEST(Lifetimes, InputsAreReadWhereTheyLieOrCopied) {
  Parameter<double> w("w", {1.0, 1.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(tape(w) * in[0] * in[0]); },
      {Numbers{0, 0}});
  Numbers first{1, 2};
  const std::deque<double> second{3, 4};  // not in a row
  const std::vector<float> third{5, 6};   // of another type
  EXPECT_EQ(step(first), 5);
  first[0] = 3;
  EXPECT_EQ(step(first), 13);
  EXPECT_EQ(step(second), 25);
  EXPECT_EQ(step(third), 61);
  EXPECT_EQ(step(Numbers{7, 8}), 113);
  EXPECT_EQ(step(first), 13);
}

TEST(Lifetimes, AnInputMayBeTheResult) {
  auto same = compile<double>([](Tape<double>&, const Fed<double>& in) { return in[0] * 1.0; },
                              {Numbers{0, 0}}, Gradients::none);
  for (const Numbers& x : {Numbers{1, 2}, Numbers{3, 4}}) {
    const Feed<double> feeds[] = {x};
    EXPECT_EQ(numbers_of(same.run(feeds)), x);
  }
}

// Positions and inputs that the function makes itself are what they were when it was recorded.
template <class T>
void expect_own_leaves() {
  Parameter<T> w("w", {1.0, 2.0, 3.0});
  auto step = compile<T>(
      [&](Tape<T>& tape, const Fed<T>& in) {
        const auto picked = rows(tape(w) * tape.input({2.0, 2.0, 2.0}), tape.indices({2, 0, 2}));
        return sum(picked * in[0]) + sum(rows(in[0], tape.indices({1})));
      },
      {std::vector<T>{0, 0, 0}});
  EXPECT_EQ(step(std::vector<T>{1, 10, 100}), 6 + 20 + 600 + 10);
  const auto gradient = w.gradient();
  EXPECT_EQ(std::vector<T>(gradient.begin(), gradient.end()), (std::vector<T>{20, 0, 202}));
  EXPECT_EQ(step.look(std::vector<T>{1, 10, 100}).item(), 636);
}
TEST(Lifetimes, LeavesOfTheFunctionStayWhatTheyWere) {
  expect_own_leaves<double>();
  expect_own_leaves<float>();
}

// Two factorisations of middling size stand side by side; what one throws on whatever thread comes
// out of the program.
TEST(Lifetimes, WhatAKernelThrowsComesOut) {
  constexpr std::int64_t n = 100;
  Numbers good(n * n, 0.0);
  for (std::int64_t i = 0; i < n; ++i) good[std::size_t(i * n + i)] = 2;
  Numbers bad = good;
  bad.back() = -1;
  const Shape shape{n, n};
  const auto view = [&](const Numbers& x) { return View<const double>{x.data(), &shape}; };
  auto program = compile<double>(
      [](Tape<double>&, const Fed<double>& in) { return sum(cholesky(in[0]) + cholesky(in[1])); },
      {view(good), view(good)}, Gradients::none);
  ASSERT_NE(program.describe().find("at the same time"), std::string::npos);
  const double value = program(view(good), view(good));
  EXPECT_NEAR(value, 2 * n * std::sqrt(2.0), 1e-12 * value);
  for (int i = 0; i < 20; ++i) EXPECT_THROW(program(view(i % 2 ? good : bad), view(bad)), Error);
  EXPECT_EQ(program(view(good), view(good)), value);
}

TEST(Lifetimes, NewShapesAreRecompiledWhenAsked) {
  Parameter<double> w("w", 2.0);
  GradientDescent<double> descent(0.0);
  int recorded = 0;
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) {
        ++recorded;
        return sum(tape(w) * in[0]);
      },
      {Numbers{1, 1}}, {descent, NewShapes::recompile});
  EXPECT_EQ(step(Numbers{1, 2}), 6);
  EXPECT_EQ(step(Numbers{1, 2, 3}), 12);
  EXPECT_EQ(step(Numbers{4, 2}), 12);
  EXPECT_EQ(step(Numbers{3, 2, 3}), 16);
  EXPECT_EQ(recorded, 2);
  EXPECT_EQ(descent.states()[0].steps, 4);
  EXPECT_EQ(error_of([&] { step(std::vector<std::int64_t>{1}); }),
            "[program] input 0 is positions, it was recorded as numbers. Feed what the program was "
            "compiled with.");
}

}  // namespace
}  // namespace glassgrad

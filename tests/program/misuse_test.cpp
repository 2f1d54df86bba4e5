// A program says what it cannot be: inputs of the other kind or out of range, random draws that
// would be the same in every run, an optimizer or a program that is gone.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <thread>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;
using Positions = std::vector<std::int64_t>;

TEST(ProgramMisuse, AnInputOutOfRangeSaysHowManyThereAre) {
  Parameter<> w("w", {1.0, 2.0});
  const Numbers x{1, 2};
  const auto with = [&](std::size_t k) {
    return compile<double>(
        [&](Tape<>& tape, const Fed<double>& in) { return sum(in[k] * tape(w)); }, {x});
  };
  EXPECT_EQ(error_of([&] { with(1); }),
            "[program] input 1 is out of range: there is 1 input. They go from 0 to 0.");
  EXPECT_EQ(
      error_of([&] { with(std::size_t(-1)); }),
      "[program] input 18446744073709551615 is out of range: there is 1 input. They go from 0 "
      "to 0.");
  EXPECT_EQ(error_of([&] {
              compile<double>([](Tape<>&, const Fed<double>& in) { return sum(in[0]); }, {});
            }),
            "[program] input 0 is out of range: there are 0 inputs. Give compile() an example of "
            "each input.");
  EXPECT_EQ(error_of([&] {
              compile<double>([](Tape<>&, const Fed<double>& in) { return sum(in[3]); }, {x, x});
            }),
            "[program] input 3 is out of range: there are 2 inputs. They go from 0 to 1.");
  EXPECT_EQ(with(0)(x), 5);
}

TEST(ProgramMisuse, PositionsAndNumbersAreToldApart) {
  Parameter<> w("w", {0.0, 0.0});
  const Numbers x{1, 2}, y{1, 3};
  const Positions whole{1, 3};
  const CostFunction<double> cost = [&](Tape<>& tape, const Fed<double>& in) {
    return mean_squared_error(in[0] * tape(w), in[1]);
  };
  EXPECT_EQ(error_of([&] {
              compile<double>(cost, {x, whole});
            }),
            "[program] input 1 is positions, and is asked for as numbers. Read it with "
            "in.indices(1), or feed it numbers of the program's type.");
  auto step = compile<double>(cost, {x, y});  // the advice
  EXPECT_EQ(step(x, y), 5);
  EXPECT_NE(w.gradient()[1], 0);
  EXPECT_EQ(error_of([&] { step(x, whole); }),
            "[program] input 1 is positions, it was recorded as numbers. Feed what the program was "
            "compiled with.");
  const auto picks = [&](bool as_positions) {
    return [&w, as_positions](Tape<>& tape, const Fed<double>& in) {
      return as_positions ? sum(rows(tape(w), in.indices(0))) : sum(in[0] * tape(w));
    };
  };
  EXPECT_EQ(error_of([&] { compile<double>(picks(true), {x}); }),
            "[program] input 0 is numbers, and is asked for as positions. Read it with in[0], or "
            "feed it a std::vector<std::int64_t>.");
  auto rows_of = compile<double>(picks(true), {Positions{0, 1}});  // the advice
  EXPECT_EQ(rows_of(Positions{1, 1}), 0);
  EXPECT_EQ(compile<double>(picks(false), {x})(x), 0);
  const auto look = [](Tape<>&, const Fed<double>& in) { return in.indices(0).record() * 2; };
  EXPECT_EQ(error_of([&] { compile<double>(look, {whole}); }),
            "[mul] input 0, node 0 (indices), holds positions, which are no numbers. Give it "
            "numbers, as tape.constant(...) does, or use one_hot(positions, n).");
}

TEST(ProgramMisuse, DropoutIsFedItsDraw) {
  Random random(3);
  Dropout<double> dropout("dropout", 0.5, random);
  const Numbers ones(64, 1.0);
  EXPECT_EQ(
      error_of([&] {
        compile<double>([&](Tape<>&, const Fed<double>& in) { return sum(dropout(in[0])); },
                        {ones});
      }),
      "[dropout] a program would draw one mask, the same in every run. Feed the number of the "
      "draw, layer(x, in.indices(k)), or call eval().");
  auto masked =
      compile<double>([&](Tape<>&, const Fed<double>& in) { return dropout(in[0], in.indices(1)); },
                      {ones, Positions{0}}, Gradients::none);
  std::vector<Numbers> masks;
  for (std::int64_t draw = 0; draw < 6; ++draw) {
    const Positions number{draw};
    const Feed<double> feeds[] = {ones, number};
    const View<const double> y = masked.run(feeds);
    const Numbers mask(y.begin(), y.end());
    for (const Numbers& other : masks) EXPECT_NE(mask, other);
    masks.push_back(mask);
    Tape<> tape;  // it is the mask that the layer draws itself
    dropout.seek(draw);
    const View<const double> own = dropout(tape.constant(ones)).value();
    EXPECT_EQ(mask, Numbers(own.begin(), own.end()));
  }
  dropout.eval();  // the other advice
  auto through =
      compile<double>([&](Tape<>&, const Fed<double>& in) { return sum(dropout(in[0])); }, {ones});
  EXPECT_EQ(through(ones), 64);
}

TEST(ProgramMisuse, RandomNumbersAreDrawnOutside) {
  Random random(3);
  const Numbers x{1, 2};
  const std::string said =
      "[random] a program that is recorded would draw the same number in every run. Draw outside "
      "and "
      "feed the numbers, or feed the draw of a dropout_mask.";
  const auto state = random.state();
  EXPECT_EQ(error_of([&] {
              compile<double>(
                  [&](Tape<>&, const Fed<double>& in) { return sum(in[0] + random.normal()); },
                  {x});
            }),
            said);
  EXPECT_EQ(error_of([&] {
              compile<double>(
                  [&](Tape<>&, const Fed<double>& in) { return sum(in[0] * random.uniform(0, 1)); },
                  {x});
            }),
            said);
  EXPECT_EQ(random.state(), state);
  auto noisy = compile<double>([](Tape<>&, const Fed<double>& in) { return sum(in[0] + in[1]); },
                               {x, Numbers{0.0}});
  const double first = noisy(x, Numbers{random.normal()});  // the advice
  EXPECT_NE(noisy(x, Numbers{random.normal()}), first);
}

TEST(ProgramMisuse, AnOptimizerMayMoveAndIsMissedWhenItIsGone) {
  Parameter<> w("w", {1.0, 2.0}), same("w", {1.0, 2.0});
  const Numbers x{1, 2};
  std::vector<Adam<double>> all;
  all.emplace_back(0.1);
  auto step = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) { return sum(in[0] * square(tape(w))); }, {x},
      all[0]);
  Adam<double> eager(0.1);
  const auto both = [&] {
    step(x);
    Tape<> tape;
    tape.backward(sum(tape.constant(x) * square(tape(same))));
    tape.add_to_parameters();
    eager.step(same);
    EXPECT_EQ(w.value()[0], same.value()[0]);
    EXPECT_EQ(w.value()[1], same.value()[1]);
  };
  both();
  for (int i = 0; i < 10; ++i) all.emplace_back(0.5);  // which moves the first
  both();
  EXPECT_EQ(all[0].states()[0].steps, 2);
  Adam<double> elsewhere = std::move(all[0]);
  both();
  elsewhere.set_rate(0.2), eager.set_rate(0.2);
  both();
  EXPECT_EQ(error_of([&] { all[0].step(w); }),
            "[adam] no parameter has got a gradient since the last step. Call backward(cost) and "
            "add_to_parameters() before each step.");
  { const Adam<double> short_lived = std::move(elsewhere); }
  const double before = w.value()[0];
  const std::string said =
      "[program] the optimizer that it steps with was destroyed since. Keep it as long as the "
      "program, or compile again.";
  EXPECT_EQ(error_of([&] { step(x); }), said);
  EXPECT_EQ(error_of([&] { step.look(x); }), said);
  EXPECT_EQ(w.value()[0], before);
  EXPECT_NE(step.describe().find("the optimizer or a parameter was destroyed"), std::string::npos);
}

TEST(ProgramMisuse, AProgramThatWasMovedFrom) {
  Parameter<> w("w", {1.0, 2.0});
  const Numbers x{1, 2};
  auto program = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) { return sum(in[0] * tape(w)); }, {x});
  auto moved = std::move(program);
  EXPECT_EQ(moved(x), 5);
  const std::string said = "[program] this one was moved from. Use the one that it was moved into.";
  EXPECT_EQ(error_of([&] { program(x); }), said);
  EXPECT_EQ(error_of([&] { program.look(x); }), said);
  EXPECT_EQ(error_of([&] { program.describe(); }), said);
  EXPECT_EQ(error_of([&] { program.bytes(); }), said);
  program = std::move(moved);
  EXPECT_EQ(program(x), 5);
}

TEST(ProgramMisuse, WhatLookGaveSaysWhenItIsGone) {
  Parameter<> w("w", {1.0, 2.0});
  const Numbers x{1, 2};
  auto program = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) { return sum(in[0] * tape(w)); }, {x});
  const Node<> first = program.look(x);
  EXPECT_EQ(first.item(), 5);
  const Node<> second = program.look(Numbers{2, 4});
  EXPECT_EQ(second.item(), 10);
  EXPECT_EQ(error_of([&] { first.item(); }),
            "[value] the tape of this node is gone. Keep the tape as long as its nodes, or read "
            "their numbers before.");
}

TEST(ProgramMisuse, FunctionsThatCannotBeRecorded) {
  const Numbers x{1, 2};
  EXPECT_EQ(error_of([&] { compile<double>(CostFunction<double>(), {x}); }),
            "[compile] the function is empty. Give one that records a cost.");
  std::function<Node<>(Tape<>&, const Fed<double>&)> none;
  EXPECT_EQ(error_of([&] { compile<double>(none, {x}); }),
            "[compile] the function is empty. Give one that records a cost.");
  EXPECT_EQ(error_of([&] {
              compile<double>(
                  [](Tape<>& tape, const Fed<double>& in) {
                    tape.clear();
                    return sum(in[0]);
                  },
                  {x});
            }),
            "[clear] compile is recording its function, and what it is fed with cannot be "
            "forgotten. Call "
            "it when compile has returned.");
  Tape<> other;
  const Node<> o = other.input({1.0, 2.0});
  EXPECT_EQ(error_of([&] {
              compile<double>([&](Tape<>&, const Fed<double>& in) { return sum(in[0] * o); }, {x});
            }),
            "[mul] node 0 (input) belongs to another tape. Record everything on one tape.");
  Parameter<> v("v", {1.0, 2.0});
  const auto with_hook = [&](bool hooked) {
    return compile<double>(
        [&, hooked](Tape<>& tape, const Fed<double>& in) {
          if (hooked) tape.on_upstream(tape(v), [](View<double>) {});
          return sum(in[0] * tape(v));
        },
        {x});
  };
  EXPECT_EQ(error_of([&] { with_hook(true); }),
            "[on_upstream] a program that is recorded would never call the hook. Leave it out, or "
            "take the steps without compile.");
  EXPECT_EQ(with_hook(false)(x), 5);
  std::optional<Parameter<>> w(std::in_place, "w", Input<double>({1, 2}));
  EXPECT_EQ(
      error_of([&] {
        compile<double>(
            [&](Tape<>& tape, const Fed<double>& in) {
              const Node<> cost = sum(in[0] * tape(*w));
              w.reset();
              return cost;
            },
            {x});
      }),
      "[program] parameter \"w\" was destroyed since it was recorded, or another one was put in "
      "its place. Keep it until the tape is cleared, or record the computation again.");
}

// Each run gives the right number or says why there is none.
TEST(ProgramMisuse, OneProgramOnTwoThreads) {
  Program<double> program =
      compile<double>([](Tape<double>&, const Fed<double>& in) { return sum(exp(-square(in[0]))); },
                      {std::vector<double>(5000)});
  const auto work = [&](double x, double right) {
    const std::vector<double> numbers(5000, x);
    for (int i = 0; i < 300; ++i) {
      double got = right;
      const std::string said = error_of([&] { got = program.run({{Feed<double>(numbers)}})[0]; });
      if (said == "no error") continue;
      EXPECT_EQ(said,
                "[program] another thread is running it. Compile one for each thread, or let "
                "them take turns.");
    }
  };
  std::thread other(work, 0.0, 5000.0);
  work(1.0, 5000 * std::exp(-1.0));
  other.join();
  EXPECT_EQ(program(std::vector<double>(5000, 0.0)), 5000) << "taking turns";
}

}  // namespace
}  // namespace glassgrad

// An optimizer's state is a parameter's own, not a name's; a step that has nothing to go by says
// so.
#include <gtest/gtest.h>

#include <optional>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using P = Parameter<double>;

void give(P& parameter, double number) {
  const std::vector<double> all(parameter.value().size(), number);
  parameter.add_gradient({all.data(), &parameter.shape()});
}

TEST(OptimizerLives, AStepWithoutAnyGradientIsAnError) {
  P w("w", 1.0), b("b", 1.0);
  Adam<double> adam(0.1);
  const std::string said =
      "[adam] no parameter has got a gradient since the last step. Call backward(cost) and "
      "add_to_parameters() before each step.";
  EXPECT_EQ(error_of([&] { adam.step(w, b); }), said);
  EXPECT_TRUE(adam.states().empty());
  const auto gradient = [&] {  // the advice
    Tape<> tape;
    tape.backward(tape(w) * 2.0);
    tape.add_to_parameters();
  };
  gradient();
  adam.step(w, b);  // b has none, and stays
  EXPECT_EQ(b.item(), 1);
  EXPECT_NE(w.item(), 1);
  const double once = w.item();
  EXPECT_EQ(error_of([&] { adam.step(w, b); }), said);  // twice after one backward
  EXPECT_EQ(w.item(), once);
  gradient();
  adam.step(w, b);
  EXPECT_EQ(adam.states()[0].steps, 2);
  w.freeze(), b.freeze();
  adam.step(w, b);  // nothing is there to learn
  b.unfreeze();
  EXPECT_EQ(error_of([&] { adam.step(w, b); }), said);
}

TEST(OptimizerLives, ANullAddressIsAnError) {
  P w("w", 1.0);
  give(w, 1);
  GradientDescent<double> descent(0.5);
  P* const both[] = {&w, nullptr};
  EXPECT_EQ(error_of([&] { descent.step(both); }),
            "[gradient_descent] the address of a parameter is null. Give those of parameters.");
  EXPECT_EQ(w.item(), 1);
  descent.step(std::span<P* const>(both, 1));
  EXPECT_EQ(w.item(), 0.5);
}

TEST(OptimizerLives, OneOfSeveralWithoutAGradientStays) {
  P w("w", 1.0), b("b", 1.0);
  Momentum<double> momentum(1);
  give(w, 1);
  momentum.step(w, b);
  EXPECT_EQ(b.item(), 1);
  EXPECT_EQ(momentum.states()[0].steps, 1);
  EXPECT_EQ(momentum.states()[1].steps, 0);
  EXPECT_LT(w.item(), 1);
}

TEST(OptimizerLives, StateDoesNotFollowANameIntoAnotherModel) {
  P first("w", 1.0), second("w", 1.0);
  Momentum<double> momentum(1), own(1);
  give(first, 1), give(second, 1);
  momentum.step(first);
  EXPECT_EQ(error_of([&] { momentum.step(second); }),
            "[momentum] it has the state of another parameter named \"w\". Make another optimizer "
            "for another model.");
  EXPECT_EQ(second.item(), 1);
  own.step(second);  // the advice
  EXPECT_EQ(second.item(), first.item());
}

TEST(OptimizerLives, StateEndsWithItsParameter) {
  Momentum<double> momentum(1);
  std::optional<P> w(std::in_place, "w", 1.0);
  give(*w, 1);
  momentum.step(*w);
  w.emplace("w", Input<double>({1.0, 2.0}));  // at its place, of its name, and of another shape
  give(*w, 1);
  momentum.step(*w);
  P fresh("w", {1.0, 2.0});
  give(fresh, 1);
  Momentum<double>(1).step(fresh);
  EXPECT_EQ(w->value()[1], fresh.value()[1]);
  EXPECT_EQ(momentum.states().size(), 1u);
  EXPECT_EQ(momentum.states()[0].steps, 1);
}

TEST(OptimizerLives, WhatWasRestoredIsTakenByNameOnce) {
  P w("w", 1.0), other("w", 1.0);
  Momentum<double> momentum(1), again(1);
  give(w, 1);
  momentum.step(w);
  again.restore(momentum.states());
  P loaded("w", w.value());
  give(loaded, 1), give(w, 1), give(other, 1);
  again.step(loaded), momentum.step(w);
  EXPECT_EQ(loaded.item(), w.item());
  EXPECT_EQ(error_of([&] { again.step(other); }),
            "[momentum] it has the state of another parameter named \"w\". Make another optimizer "
            "for another model.");
}

TEST(OptimizerLives, GroupsKnowTheirParametersToo) {
  P w("w", 1.0), twin("w", 1.0);
  GradientDescent<double> descent(1), other(1);
  P* const members[] = {&w};
  descent.add_group(members, {.rate_factor = 0.5});
  P moved = std::move(w);
  give(moved, 1), give(twin, 1);
  descent.step(moved);
  EXPECT_EQ(moved.item(), 0.5);
  P* const moved_members[] = {&moved};
  EXPECT_EQ(error_of([&] { descent.add_group(moved_members, {}); }),
            "[gradient_descent] parameter \"w\" is in a group. Give each parameter to one group.");
  other.step(twin);
  EXPECT_EQ(twin.item(), 0);
}

TEST(OptimizerLives, AMovedOptimizerGoesOnAndACopyBegins) {
  P w("w", 1.0);
  Momentum<double> momentum(1);
  give(w, 1);
  momentum.step(w);
  Momentum<double> copy = momentum, moved = std::move(momentum);
  EXPECT_EQ(copy.states()[0].steps, 1);
  give(w, 1);
  EXPECT_EQ(error_of([&] { momentum.step(w); }),
            "[optimizer] this one was moved from. Use the one that it was moved into.");
  moved.step(w);
  EXPECT_EQ(moved.states()[0].steps, 2);
  EXPECT_EQ(copy.states()[0].steps, 1);
  give(w, 1);
  copy.step(w);
  EXPECT_EQ(copy.states()[0].steps, 2);
  momentum = copy;
  give(w, 1);
  momentum.step(w);
  EXPECT_EQ(momentum.states()[0].steps, 3);
}

TEST(OptimizerLives, PairsOfLbfgsAreOfTheirParameters) {
  P w("w", {3.0, -2.0}), other("w", {3.0, -2.0});
  const auto minimise = [](Lbfgs<double>& lbfgs, P& parameter) {
    P* const all[] = {&parameter};
    return lbfgs.step(all, [&](Tape<>& tape) {
      const Node<> p = tape(parameter);
      return sum(square(p) * square(p) + p);
    });
  };
  Lbfgs<double> lbfgs;
  minimise(lbfgs, w);
  ASSERT_FALSE(lbfgs.states().empty());
  EXPECT_EQ(error_of([&] { minimise(lbfgs, other); }),
            "[lbfgs] it has pairs of other parameters, or of these in another order. Make another "
            "Lbfgs for other parameters.");
  EXPECT_EQ(other.value()[0], 3);
  P moved = std::move(w);
  minimise(lbfgs, moved);
  Lbfgs<double> again;
  again.restore(lbfgs.states());
  P loaded("w", moved.value());
  minimise(again, loaded), minimise(lbfgs, moved);
  EXPECT_EQ(loaded.value()[0], moved.value()[0]);
  EXPECT_EQ(error_of([&] {
              P* const all[] = {&moved};
              lbfgs.step(all, {});
            }),
            "[lbfgs] the cost is empty. Give a function that records it.");
}

}  // namespace
}  // namespace glassgrad

// What all optimizers share: state by name, errors in full, no allocation.
#include "glassgrad/optim/optimizer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "glassgrad/optim/optim.hpp"
#include "support/allocations.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

void give_gradient(Parameter<double>& w, double g) {
  const std::vector<double> all(w.value().size(), g);
  w.add_gradient(View<const double>{all.data(), &w.shape()});
}

std::vector<std::unique_ptr<Optimizer<double>>> every_optimizer() {
  const StepOptions all{.clip_value = 0.5, .clip_norm = 2, .weight_decay = 0.01};
  std::vector<std::unique_ptr<Optimizer<double>>> list;
  list.push_back(std::make_unique<GradientDescent<double>>(0.1, all));
  list.push_back(std::make_unique<Momentum<double>>(0.1, 0.9, all));
  list.push_back(std::make_unique<ClassicalMomentum<double>>(0.1, 0.9, all));
  list.push_back(std::make_unique<Nesterov<double>>(0.1, 0.9, all));
  list.push_back(std::make_unique<Adagrad<double>>(0.1, 1e-10, all));
  list.push_back(std::make_unique<RMSProp<double>>(0.1, 0.9, 1e-8, all));
  list.push_back(std::make_unique<Adam<double>>(0.1, AdamSettings{}, all));
  list.push_back(std::make_unique<AdamW<double>>(0.1, AdamSettings{}, all));
  return list;
}

TEST(Optimizer, AllocatesNothingOnceWarm) {
  for (const auto& optimizer : every_optimizer()) {
    Parameter<double> W("W", {{1, 2, 3}, {4, 5, 6}}), b("b", {1, 2, 3});
    give_gradient(W, 1), give_gradient(b, 2);
    optimizer->step(W, b);
    give_gradient(W, 3), give_gradient(b, 4);
    const std::size_t before = allocations();
    optimizer->step(W, b);
    EXPECT_EQ(allocations(), before) << optimizer->name();
  }
}

// A copy of the state goes on as the original does, bit for bit.
TEST(Optimizer, RestoresItsState) {
  auto originals = every_optimizer(), others = every_optimizer();
  for (std::size_t i = 0; i < originals.size(); ++i) {
    Parameter<double> w("w", {1, -2}), again("w", {1, -2});
    for (const double g : {1.0, -0.5}) {
      give_gradient(w, g);
      originals[i]->step(w);
    }
    others[i]->restore(originals[i]->states());
    again.assign(w.value());
    for (const double g : {0.25, 0.75}) {
      give_gradient(w, g), give_gradient(again, g);
      originals[i]->step(w), others[i]->step(again);
    }
    EXPECT_EQ(w.value()[0], again.value()[0]) << originals[i]->name();
    EXPECT_EQ(w.value()[1], again.value()[1]) << originals[i]->name();
  }
}

// A parameter that moves in memory, or comes in another order, keeps its state.
TEST(Optimizer, KnowsParametersWhereverTheyAre) {
  Parameter<double> a("a", {1.0}), b("b", {1.0});
  Momentum<double> momentum(1);
  give_gradient(a, 1), give_gradient(b, 5);
  momentum.step(a, b);
  Parameter<double> moved = std::move(a);
  give_gradient(moved, 1), give_gradient(b, 5);
  momentum.step(b, moved);
  EXPECT_NEAR(moved.item(), 1 - 0.1 - 0.19, 1e-15);
  EXPECT_NEAR(b.item(), 1 - 0.5 - 0.95, 1e-15);
  EXPECT_EQ(momentum.states().size(), 2U);
}

TEST(Optimizer, RefusesWhatDoesNotFitAndChangesNothing) {
  Parameter<double> a("w", {1, 2}), twin("w", {3, 4}), wide("w", {1, 2, 3});
  Adam<double> adam;
  give_gradient(a, 1), give_gradient(twin, 1), give_gradient(wide, 1);
  EXPECT_EQ(error_of([&] { adam.step(a, twin); }),
            "[adam] two parameters of a step are named \"w\". "
            "Give each parameter a name of its own, and each step a parameter once.");
  EXPECT_EQ(error_of([&] { adam.step(a, a); }),
            "[adam] two parameters of a step are named \"w\". "
            "Give each parameter a name of its own, and each step a parameter once.");
  EXPECT_TRUE(adam.states().empty());
  EXPECT_EQ(a.value()[0], 1);
  EXPECT_TRUE(a.has_gradient());
  adam.step(a);
  EXPECT_EQ(error_of([&] { adam.step(wide); }),
            "[adam] parameter \"w\" is (3), it was (2). "
            "Make another optimizer for another model.");
  EXPECT_EQ(wide.value()[0], 1);
}

TEST(Optimizer, RefusesSettingsOutOfRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(error_of([] { GradientDescent<double>(-1); }),
            "[optimizer] the rate is -1. Give a finite number of at least 0.");
  EXPECT_EQ(error_of([&] { Adam<double> adam(nan); }),
            "[optimizer] the rate is nan. Give a finite number of at least 0.");
  EXPECT_EQ(error_of([] { Momentum<double>(0.1, 1); }),
            "[momentum] beta is 1. Give a number from 0 to below 1.");
  EXPECT_EQ(error_of([] { Adam<double>(0.1, {.beta2 = 1.5}); }),
            "[adam] beta2 is 1.5. Give a number from 0 to below 1.");
  EXPECT_EQ(error_of([] { GradientDescent<double>(0.1, {.clip_norm = -2}); }),
            "[optimizer] clip_norm is -2. Give a finite number of at least 0.");
  GradientDescent<double> descent(0.1);
  EXPECT_EQ(error_of([&] { descent.set_rate(-3); }),
            "[gradient_descent] the rate is -3. Give a finite number of at least 0.");
  EXPECT_EQ(descent.rate(), 0.1);
}

TEST(Optimizer, RefusesAnothersState) {
  Parameter<double> w("w", {1.0});
  Momentum<double> momentum(0.1);
  give_gradient(w, 1);
  momentum.step(w);
  Adam<double> adam;
  EXPECT_EQ(error_of([&] { adam.restore(momentum.states()); }),
            "[adam] the state of \"w\" is not this optimizer's. "
            "Restore what states() gave, of the same kind of optimizer.");
}

}  // namespace
}  // namespace glassgrad

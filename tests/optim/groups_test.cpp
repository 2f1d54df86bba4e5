// Parameter groups, and ascent: descent on the negated cost, to the bit, for every optimizer.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/allocations.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using Optimizers = std::vector<std::unique_ptr<Optimizer<double>>>;

Optimizers every_optimizer(const StepOptions& options) {
  Optimizers list;
  list.push_back(std::make_unique<GradientDescent<double>>(0.1, options));
  list.push_back(std::make_unique<Momentum<double>>(0.1, 0.9, options));
  list.push_back(std::make_unique<ClassicalMomentum<double>>(0.1, 0.9, options));
  list.push_back(std::make_unique<Nesterov<double>>(0.1, 0.9, options));
  list.push_back(std::make_unique<Adagrad<double>>(0.1, 1e-10, options));
  list.push_back(std::make_unique<RMSProp<double>>(0.1, 0.9, 1e-8, options));
  list.push_back(std::make_unique<Adam<double>>(0.1, AdamSettings{}, options));
  list.push_back(std::make_unique<AdamW<double>>(0.1, AdamSettings{}, options));
  return list;
}
void give(Parameter<double>& w, double g) {
  const std::vector<double> all(w.value().size(), g);
  w.add_gradient(View<const double>{all.data(), &w.shape()});
}
void group(Optimizer<double>& optimizer, Parameter<double>& w, const GroupOptions& options) {
  Parameter<double>* const all[] = {&w};
  optimizer.add_group(all, options);
}

TEST(Groups, HaveTheirOwnRate) {
  Parameter<double> a("a", {1.0}), b("b", {1.0}), still("still", {1.0});
  GradientDescent<double> descent(0.5);
  group(descent, b, {.rate_factor = 0.1});
  group(descent, still, {.rate_factor = 0});
  give(a, 1), give(b, 1), give(still, 1);
  descent.step(a, b, still);
  EXPECT_EQ(a.item(), 0.5);
  EXPECT_DOUBLE_EQ(b.item(), 0.95);
  EXPECT_EQ(still.item(), 1);
  descent.set_rate(1);  // a schedule moves all
  give(a, 1), give(b, 1);
  descent.step(b, a);
  EXPECT_EQ(a.item(), -0.5);
  EXPECT_DOUBLE_EQ(b.item(), 0.85);
}

// The usual ones: no decay for biases, clipping for one layer.
TEST(Groups, HaveTheirOwnDecayAndClipping) {
  Parameter<double> W("W", {10.0}), b("b", {10.0}), wild("wild", {0.0});
  GradientDescent<double> descent(1, {.weight_decay = 0.1});
  group(descent, b, {.weight_decay = 0});
  group(descent, wild, {.clip_value = 2});
  give(W, 1), give(b, 1), give(wild, 50);
  descent.step(W, b, wild);
  EXPECT_EQ(W.item(), 8);
  EXPECT_EQ(b.item(), 9);
  EXPECT_EQ(wild.item(), -2);
}

TEST(Groups, AdamWDecaysEachApart) {
  Parameter<double> W("W", {10.0}), b("b", {10.0});
  AdamW<double> adamw(0.5, {}, {.weight_decay = 0.1});
  group(adamw, b, {.rate_factor = 2, .weight_decay = 0});
  give(W, 0), give(b, 0);
  adamw.step(W, b);
  EXPECT_EQ(W.item(), 9.5);
  EXPECT_EQ(b.item(), 10);
}

// A group says the same as an optimizer of its own, bit for bit, for all of them.
TEST(Groups, AreOptimizersOfTheirOwn) {
  Optimizers together = every_optimizer({.weight_decay = 0.01}),
             apart = every_optimizer({.clip_value = 1, .weight_decay = 0.5});
  for (std::size_t i = 0; i < together.size(); ++i) {
    Parameter<double> a("a", {1.0}), b("b", {1.0}), alone("b", {1.0});
    group(*together[i], b, {.rate_factor = 2, .weight_decay = 0.5, .clip_value = 1});
    apart[i]->set_rate(together[i]->rate() * 2);
    for (const double g : {3.0, -0.25, 0.75}) {
      give(a, g), give(b, g), give(alone, g);
      together[i]->step(a, b), apart[i]->step(alone);
    }
    EXPECT_EQ(b.item(), alone.item()) << together[i]->name();
    EXPECT_NE(a.item(), b.item()) << together[i]->name();
  }
}

TEST(Groups, AllocateNothingOnceWarm) {
  Parameter<double> a("a", {1.0}), b("b", {1.0});
  Adam<double> adam(0.1);
  group(adam, b, {.rate_factor = 0.5, .weight_decay = 0.1, .clip_value = 1});
  std::size_t before = 0;
  for (int step = 0; step < 3; ++step) {
    give(a, 1), give(b, 1);
    if (step == 2) before = allocations();
    adam.step(a, b);
    if (step == 2) {
      EXPECT_EQ(allocations(), before);
    }
  }
}

TEST(Groups, RefuseWhatTheyCannotHold) {
  Parameter<double> w("w", {1.0});
  Adam<double> adam;
  group(adam, w, {});
  EXPECT_EQ(error_of([&] { group(adam, w, {}); }),
            "[adam] parameter \"w\" is in a group. Give each parameter to one group.");
  EXPECT_EQ(error_of([&] { group(adam, w, {.rate_factor = -1}); }),
            "[adam] rate_factor is -1. Give a finite number of at least 0.");
}

// Climbing a log-likelihood is descending its negative, whatever the optimizer keeps or clips.
TEST(Ascent, IsDescentOnTheNegatedCostToTheBit) {
  const StepOptions down{.clip_value = 0.4, .clip_norm = 0.9, .weight_decay = 0.01};
  StepOptions up = down;
  up.ascend = true;
  Optimizers climbers = every_optimizer(up), descenders = every_optimizer(down);
  for (std::size_t i = 0; i < climbers.size(); ++i) {
    Random random(3);
    auto a = make_network<double>({2, {"3", "tanh", "1"}}, random);
    random = Random(3);
    auto b = make_network<double>({2, {"3", "tanh", "1"}}, random);
    for (int step = 0; step < 20; ++step) {
      const auto cost_of = [](Module<double>& model, Tape<double>& tape) {
        const Node<double> z = model(tape.constant({{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
        return binary_cross_entropy_from_logits(z, tape.constant({{0}, {1}, {1}, {0}}));
      };
      Tape<double> of_a, of_b;
      of_a.backward(-cost_of(a, of_a));  // the log-likelihood
      of_b.backward(cost_of(b, of_b));
      of_a.add_to_parameters(), of_b.add_to_parameters();
      climbers[i]->step(a.parameters()), descenders[i]->step(b.parameters());
    }
    for (std::size_t p = 0; p < a.parameters().size(); ++p)
      for (std::int64_t j = 0; j < a.parameters()[p]->value().count(); ++j)
        EXPECT_EQ(a.parameters()[p]->value()[j], b.parameters()[p]->value()[j])
            << climbers[i]->name();
  }
}

}  // namespace
}  // namespace glassgrad

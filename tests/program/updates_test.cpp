// A program with an optimizer moves the parameters as a tape and the optimizer's own step do, bit
// by bit, whatever the optimizer; and says what stands in its way before anything has moved.
#include <gtest/gtest.h>

#include <memory>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

std::vector<double> numbers_of(View<const double> view) { return {view.begin(), view.end()}; }

struct Net {
  std::int64_t inputs, hidden, batch;
  Random random{3};
  Sequential<double> model =
      make_network<double>({inputs, {std::to_string(hidden), "tanh", "3"}}, random);
  Shape shape{batch, inputs};
  std::vector<double> x = {};
  std::vector<std::int64_t> labels = {};
  void draw() {
    x.clear(), labels.clear();
    for (std::int64_t i = 0; i < batch * inputs; ++i) x.push_back(random.normal());
    for (std::int64_t i = 0; i < batch; ++i) labels.push_back(std::int64_t(random.below(3)));
  }
  View<const double> view() const { return {x.data(), &shape}; }
  Node<double> cost(const Node<double>& input, const Indices<double>& truth) {
    return softmax_cross_entropy(model(input), truth);
  }
  void eager_step(Optimizer<double>& optimizer) {
    Tape<double> tape;
    tape.backward(cost(tape.input(view()), tape.indices(labels)));
    tape.add_to_parameters();
    optimizer.step(model.parameters());
  }
  Program<double> compiled(Optimizer<double>& optimizer, NewShapes shapes = NewShapes::refuse) {
    return compile<double>(
        [this](Tape<double>&, const Fed<double>& in) { return cost(in[0], in.indices(1)); },
        {view(), labels}, {optimizer, shapes});
  }
};

using Maker = std::unique_ptr<Optimizer<double>> (*)();
template <class X>
std::unique_ptr<Optimizer<double>> made() {
  return std::make_unique<X>(0.02);
}
constexpr StepOptions bounded{.clip_value = 0.02, .clip_norm = 0.05, .weight_decay = 0.1};

const Maker makers[] = {
    &made<GradientDescent<double>>,
    &made<Momentum<double>>,
    &made<ClassicalMomentum<double>>,
    &made<Nesterov<double>>,
    &made<Adagrad<double>>,
    &made<RMSProp<double>>,
    &made<Adam<double>>,
    &made<AdamW<double>>,
    []() -> std::unique_ptr<Optimizer<double>> {
      return std::make_unique<Nesterov<double>>(0.1, 0.9, bounded);
    },
    []() -> std::unique_ptr<Optimizer<double>> {
      return std::make_unique<AdamW<double>>(0.01, AdamSettings{}, bounded);
    },
    []() -> std::unique_ptr<Optimizer<double>> {
      return std::make_unique<Adam<double>>(0.01, AdamSettings{}, StepOptions{.ascend = true});
    },
};

void expect_same_steps(const Maker& maker, Net eager, Net replayed) {
  const auto one = maker(), other = maker();
  eager.draw(), replayed.draw();
  auto step = replayed.compiled(*other);
  const auto parameters = eager.model.parameters(), again = replayed.model.parameters();
  for (int i = 0; i < 6; ++i) {
    if (i == 3) one->set_rate(0.003), other->set_rate(0.003);  // as a schedule does
    eager.eager_step(*one);
    step(replayed.view(), replayed.labels);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      ASSERT_EQ(numbers_of(again[k]->value()), numbers_of(parameters[k]->value()))
          << one->name() << ", step " << i << ", " << parameters[k]->name();
      EXPECT_FALSE(again[k]->has_gradient());
    }
    ASSERT_EQ(other->states().size(), one->states().size());
    for (std::size_t k = 0; k < one->states().size(); ++k) {
      EXPECT_EQ(other->states()[k].steps, one->states()[k].steps);
      EXPECT_EQ(other->states()[k].slots, one->states()[k].slots);
    }
    eager.draw(), replayed.draw();
  }
}
TEST(Updates, AreThoseOfTheOptimizer) {
  for (const Maker& maker : makers) {
    expect_same_steps(maker, {5, 7, 4}, {5, 7, 4});
    expect_same_steps(maker, {40, 30, 8}, {40, 30, 8});  // many blocks
  }
}

TEST(Updates, FollowAStateThatIsRestoredAndAGroup) {
  Net eager{5, 7, 4}, replayed{5, 7, 4};
  Adam<double> one(0.01, {}, {.weight_decay = 0.1}), other(0.01, {}, {.weight_decay = 0.1});
  eager.draw(), replayed.draw();
  auto step = replayed.compiled(other);
  const auto parameters = eager.model.parameters(), again = replayed.model.parameters();
  const auto both = [&] {
    eager.eager_step(one);
    step(replayed.view(), replayed.labels);
    EXPECT_EQ(numbers_of(again[0]->value()), numbers_of(parameters[0]->value()));
  };
  both();
  one.restore(std::vector(one.states())), other.restore(std::vector(other.states()));
  both();
  one.add_group(std::span(parameters).first(1), {.rate_factor = 2, .weight_decay = 0.3});
  other.add_group(std::span(again).first(1), {.rate_factor = 2, .weight_decay = 0.3});
  both(), both();
}

TEST(Updates, AskForNoMemory) {
  Net net{5, 7, 4};
  net.draw();
  Adam<double> adam(0.01, {}, bounded);
  auto step = net.compiled(adam);
  step(net.view(), net.labels);
  const std::size_t before = allocations();
  for (int i = 0; i < 5; ++i) step(net.view(), net.labels);
  EXPECT_EQ(allocations(), before);
}

// d(cost)/dw is the input itself: nothing is computed, and no other numbers may be written over.
TEST(Updates, TakeAGradientThatIsAnInput) {
  Parameter<double> w("w", {1.0, 2.0});
  GradientDescent<double> descent(0.5);
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(tape(w) * in[0]); },
      {std::vector<double>{0, 0}}, descent);
  const std::vector<double> x{4, -2};
  EXPECT_EQ(step(x), 0);
  EXPECT_EQ(numbers_of(w.value()), (std::vector<double>{-1, 3}));
  EXPECT_EQ(step(x), -10);
  EXPECT_EQ(x, (std::vector<double>{4, -2}));
}

TEST(Updates, MakeATapeSayThatItsParametersHaveChanged) {
  Net net{5, 7, 4};
  net.draw();
  GradientDescent<double> descent(0.1);
  auto step = net.compiled(descent);
  Tape<double> tape;
  const auto cost = net.cost(tape.input(net.view()), tape.indices(net.labels));
  step(net.view(), net.labels);
  EXPECT_EQ(error_of([&] { tape.backward(cost); }),
            "[backward] parameter \"layer1.W\" has changed since it was recorded. Record the "
            "computation again on a cleared tape, or read it before the update.");
}

TEST(Updates, SayWhatStandsInTheirWay) {
  Net net{5, 7, 4};
  net.draw();
  Adam<double> adam(0.01);
  auto step = net.compiled(adam);
  const auto parameters = net.model.parameters();
  const auto before = numbers_of(parameters[1]->value());
  parameters[0]->freeze();
  EXPECT_EQ(error_of([&] { step(net.view(), net.labels); }),
            "[program] parameter \"layer1.W\" was frozen since. Unfreeze it, or compile again.");
  parameters[0]->unfreeze();
  adam.measure(true);
  EXPECT_EQ(error_of([&] { step(net.view(), net.labels); }),
            "[adam] its steps are measured, which a program does not do. Turn measuring off: "
            "optimizer.measure(false).");
  EXPECT_EQ(numbers_of(parameters[1]->value()), before);
  EXPECT_EQ(adam.states()[0].steps, 0);
  adam.measure(false);
  step(net.view(), net.labels);
  EXPECT_EQ(adam.states()[0].steps, 1);
}

TEST(Updates, AreDescribed) {
  Parameter<double> w("w", {1.0, 2.0, 3.0});
  Adam<double> adam(0.25);
  const auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>&) { return sum(square(tape(w))); }, {}, adam);
  const std::string text = step.describe();
  const std::size_t at = text.find("-- updates");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.substr(at, text.find("-- buffers") - at),
            "-- updates\n"
            "w.means = blend(w.means, %7)  (3)\n"
            "w.squares = blend_square(w.squares, %7)  (3)\n"
            "w = descend_adam(w, w.means, w.squares, 0.25, 0.1, 0.001)  (3)\n");
}

}  // namespace
}  // namespace glassgrad

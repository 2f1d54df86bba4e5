// A whole step of a network: forward, cost, backward, update. Once warm it allocates nothing.
#include <gtest/gtest.h>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

void expect_no_allocation(Keep keep) {
  Random random(1);
  auto model = make_network<double>({8, {"16", "relu", "dropout:0.2", "16", "tanh", "4"}}, random);
  const auto parameters = model.parameters();
  model.parameter("layer2.W").freeze();
  Adam<double> adam(0.01, {}, {.clip_norm = 1, .weight_decay = 0.01});
  Tape<double> tape(keep);
  std::vector<double> x(32 * 8);
  std::vector<std::int64_t> labels(32);
  for (double& number : x) number = random.normal();
  for (std::int64_t& label : labels) label = std::int64_t(random.below(4));
  const Shape shape{32, 8};
  double first = 0, last = 0;
  std::size_t before = 0;
  for (int step = 0; step < 30; ++step) {
    if (step == 3) before = allocations();
    tape.clear();
    model.seek(step);
    const Node<double> z = model(tape.constant("x", View<const double>{x.data(), &shape}));
    const Node<double> cost = softmax_cross_entropy(z, tape.indices(labels));
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
    (step == 0 ? first : last) = cost.item();
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_LT(last, 0.75 * first);
}

TEST(TrainingStep, AllocatesNothingOnceWarm) {
  expect_no_allocation(Keep::all);
  expect_no_allocation(Keep::parameters);
}

}  // namespace
}  // namespace glassgrad

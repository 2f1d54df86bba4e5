// A step that is refused leaves every state as it was: those that were restored are still for the
// right model, those of parameters that are gone still there.
#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

Parameter<double> with_gradient(const char* name, std::vector<double> numbers) {
  Parameter<double> w(name, numbers);
  w.add_gradient(View<const double>{numbers.data(), &w.shape()});
  return w;
}
std::vector<ParameterState<double>> states_of_a_step() {
  auto W = with_gradient("W", {1, 2}), b = with_gradient("b", {3, 4});
  Adam<double> adam(0.1);
  adam.step(W, b);
  return {adam.states().begin(), adam.states().end()};
}
const std::string other_model =
    "[adam] parameter \"b\" is (3), it was (2). Make another optimizer for another model.";

TEST(RefusedSteps, LeaveRestoredStatesToTheRightModel) {
  Adam<double> adam(0.1), never_refused(0.1);
  adam.restore(states_of_a_step()), never_refused.restore(states_of_a_step());
  auto W = with_gradient("W", {1, 2}), wrong = with_gradient("b", {3, 4, 5});
  EXPECT_EQ(error_of([&] { adam.step(W, wrong); }), other_model);
  auto right_W = with_gradient("W", {1, 2}), right_b = with_gradient("b", {3, 4});
  auto other_W = with_gradient("W", {1, 2}), other_b = with_gradient("b", {3, 4});
  EXPECT_EQ(error_of([&] { adam.step(right_W, right_b); }), "no error");
  never_refused.step(other_W, other_b);
  EXPECT_EQ(right_W.value()[1], other_W.value()[1]);
  EXPECT_EQ(adam.states()[0].steps, 2);
  EXPECT_EQ(adam.states()[0].slots, never_refused.states()[0].slots);
}

TEST(RefusedSteps, LeaveTheStatesOfParametersThatAreGone) {
  Adam<double> adam(0.1);
  {
    auto W = with_gradient("W", {1, 2});
    adam.step(W);
  }
  auto b = with_gradient("b", {3, 4});
  adam.step(b);
  const std::vector<ParameterState<double>> before{adam.states().begin(), adam.states().end()};
  auto W = with_gradient("W", {1, 2, 3}), wrong = with_gradient("b", {3, 4, 5}),
       fresh = with_gradient("new", {1});
  EXPECT_NE(error_of([&] { adam.step(fresh, W, wrong); }), "no error");
  ASSERT_EQ(adam.states().size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(adam.states()[i].parameter, before[i].parameter);
    EXPECT_EQ(adam.states()[i].shape, before[i].shape);
    EXPECT_EQ(adam.states()[i].slots, before[i].slots);
    EXPECT_EQ(adam.states()[i].steps, before[i].steps);
  }
  EXPECT_EQ(error_of([&] { adam.step(fresh, W); }), "no error");
}

}  // namespace
}  // namespace glassgrad

// Gradients down to the smallest number there is, without an epsilon: the size of a step does not
// depend on theirs, nothing is divided by 0, and who had no gradient stays where it is.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

template <class T>
using Maker = std::function<std::unique_ptr<Optimizer<T>>()>;
template <class T>
std::vector<std::pair<const char*, Maker<T>>> without_epsilon() {
  return {{"adagrad", [] { return std::make_unique<Adagrad<T>>(0.125, 0); }},
          {"rmsprop", [] { return std::make_unique<RMSProp<T>>(0.125, 0.9, 0); }},
          {"adam", [] { return std::make_unique<Adam<T>>(0.125, AdamSettings{.epsilon = 0}); }},
          {"adamw", [] {
             return std::make_unique<AdamW<T>>(0.125, AdamSettings{.epsilon = 0}, StepOptions{});
           }}};
}
// How far each of the weights went with constant gradients.
template <class T>
std::vector<double> ways(Optimizer<T>& optimizer, const std::vector<T>& gradients, int steps) {
  Parameter<T> w("w", std::vector<double>(gradients.size(), 0.0));
  const Shape shape{std::int64_t(gradients.size())};
  for (int i = 0; i < steps; ++i) {
    w.zero_gradient();
    w.add_gradient(View<const T>{gradients.data(), &shape});
    optimizer.step(w);
  }
  return {w.value().begin(), w.value().end()};
}

template <class T>
void expect_steps_of_any_gradient() {
  using L = std::numeric_limits<T>;
  const T bit = L::denorm_min(), least = L::min();
  const std::vector<T> usual = {1, -1},
                       gradients = {least, -64 * least, T(-1) / L::max(), 0, -T(0)};
  for (const auto& [name, make] : without_epsilon<T>()) {
    const double way = ways<T>(*make(), usual, 20)[0];
    const std::vector<double> got = ways<T>(*make(), gradients, 20);
    EXPECT_NEAR(got[0], way, 1e-5 * std::abs(way)) << name;
    EXPECT_NEAR(got[1], -way, 1e-5 * std::abs(way)) << name;
    EXPECT_NEAR(got[2], -way, 1e-5 * std::abs(way)) << name;
    EXPECT_EQ(got[3], 0) << name;
    EXPECT_EQ(got[4], 0) << name;
    // a number of one to twenty bits has no size to a tenth: steps are down, and not far
    for (int bits = 1; bits <= 20; ++bits) {
      const double moved = ways<T>(*make(), {T(bits) * bit}, 20)[0];
      EXPECT_TRUE(moved <= 0 && moved >= 32 * way) << name << " " << bits << ": " << moved;
    }
  }
}
TEST(TinyGradients, MoveAsAnyOthersDo) {
  expect_steps_of_any_gradient<double>();
  expect_steps_of_any_gradient<float>();
}
// Kingma and Ba: a constant gradient moves by the rate. Its square is 0.
TEST(TinyGradients, OfAConstantSizeMoveByTheRate) {
  Adam<double> adam(0.125, {.epsilon = 0});
  for (const double each : ways<double>(adam, {1e-170, 1e-300, 1e-200, 1e200}, 8))
    EXPECT_NEAR(each, -1, 1e-12);
}

// One gradient, none after it: its mean is gone before its square is, which divides it.
template <class T>
void expect_to_come_to_rest() {
  for (const auto& [name, make] : without_epsilon<T>())
    for (T size = std::numeric_limits<T>::denorm_min(); size < 1e-20; size *= T(1.7)) {
      Parameter<T> w("w", {0.0});
      const Shape one{1};
      const auto optimizer = make();
      for (int i = 0; i < 200; ++i) {
        const T g = i == 0 ? size : T(0);
        w.zero_gradient();
        w.add_gradient(View<const T>{&g, &one});
        optimizer->step(w);
      }
      ASSERT_TRUE(std::abs(double(w.value()[0])) <= 2) << name << " " << size;
    }
}
TEST(TinyGradients, ComeToRestWhenThereAreNoMore) {
  expect_to_come_to_rest<double>();
  expect_to_come_to_rest<float>();
}

// Bits that a tape gives, with gradients that come and go.
TEST(TinyGradients, AreTheSameInAProgram) {
  const double bit = std::numeric_limits<double>::denorm_min();
  const std::vector<double> sizes = {bit, -3 * bit, 1e-310, 1e-170, 0, -1e-160, 1, 1e200, 1e-308};
  const std::vector<double> none(sizes.size(), 0.0), start(sizes.size(), 0.5);
  const Shape shape{std::int64_t(sizes.size())};
  const View<const double> fed{sizes.data(), &shape}, nothing{none.data(), &shape};
  for (const auto& [name, make] : without_epsilon<double>()) {
    Parameter<double> a("a", start), b("b", start);
    const auto of_tape = make(), of_program = make();
    auto program = compile<double>(
        [&b = b](Tape<double>& tape, const Fed<double>& in) { return sum(tape(b) * in[0]); }, {fed},
        *of_program);
    Tape<double> tape;
    for (int i = 0; i < 60; ++i) {
      const View<const double> now = i % 3 == 2 ? nothing : fed;
      tape.clear();
      a.zero_gradient();
      tape.backward(sum(tape(a) * tape.constant(now)));
      tape.add_to_parameters();
      of_tape->step(a);
      program(now);
    }
    for (std::int64_t i = 0; i < shape[0]; ++i) {
      EXPECT_EQ(a.value()[i], b.value()[i]) << name << " " << i;
      EXPECT_TRUE(std::isfinite(a.value()[i])) << name << " " << i;
    }
    EXPECT_EQ(a.value()[4], 0.5) << name;
    EXPECT_EQ(of_tape->states()[0].slots, of_program->states()[0].slots) << name;
  }
}

}  // namespace
}  // namespace glassgrad

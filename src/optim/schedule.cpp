// The formulas of schedule.hpp.
#include "glassgrad/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

void check_positive(std::string_view schedule, std::string_view what, std::int64_t number) {
  if (number < 1)
    throw Error(schedule, join(what, " is ", number), "Give a positive number of steps");
}

}  // namespace

Schedule constant_rate(double rate) {
  return [=](std::int64_t) { return rate; };
}

Schedule step_decay(double rate, Setting<"step_decay", "every"> every, double factor) {
  check_positive("step_decay", "every", every);
  return [=](std::int64_t step) { return rate * std::pow(factor, double(step / every)); };
}

Schedule exponential_decay(double rate, double factor) {
  return [=](std::int64_t step) { return rate * std::pow(factor, double(step)); };
}

Schedule cosine_decay(double rate, Setting<"cosine_decay", "steps"> steps, double lowest) {
  check_positive("cosine_decay", "steps", steps);
  return [=](std::int64_t step) {
    const double passed = double(std::min<std::int64_t>(step, steps)) / double(steps);
    return lowest + (rate - lowest) * (1 + std::cos(std::numbers::pi * passed)) / 2;
  };
}

Schedule warm_up(Schedule then, Setting<"warm_up", "steps"> steps) {
  check_positive("warm_up", "steps", steps);
  return [then = std::move(then), steps](std::int64_t step) {
    if (step >= steps) return then(step - steps);
    return then(0) * double(step + 1) / double(steps);
  };
}

}  // namespace glassgrad

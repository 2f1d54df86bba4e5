// The cost of a gradient, by backward and by differences, measured on the first batch.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "training.hpp"

namespace glassgrad::cli {
namespace {

constexpr double seconds_of_differences = 0.5;
constexpr int backward_runs = 5;

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Two digits, or all that stand before the point.
std::string rounded(double number) {
  return number >= 100 ? fmt::format("{:.0f}", number) : fmt::format("{:.2g}", number);
}
std::string duration(double seconds) {
  if (seconds >= 1) return rounded(seconds) + " s";
  return seconds >= 1e-3 ? rounded(seconds * 1e3) + " ms" : rounded(seconds * 1e6) + " us";
}

}  // namespace

// A difference quotient needs two forward passes for each of n parameters; they are taken one by
// one for half a second. Parameters are restored to the bit.
template <class T>
std::string Training<T>::price() {
  const auto rows = batches_.rows(0, 0);
  const auto forward = [&](Tape<T>& tape) {
    tape.clear();
    model.seek(0);  // the same dropout every time
    return problem_.cost(model(problem_.x(tape, rows)), rows);
  };
  double one_backward = 1e300;
  for (int run = 0; run < backward_runs; ++run) {
    const Node<T> cost = forward(tape_);
    const auto start = Clock::now();
    tape_.backward(cost);
    one_backward = std::min(one_backward, since(start));
  }
  std::int64_t passes = 0;
  double worst = 0;
  const auto start = Clock::now();
  for (Parameter<T>* parameter : parameters_) {
    const View<const T> g = tape_(*parameter).upstream();
    for (std::int64_t i = 0; i < g.count() && since(start) < seconds_of_differences; ++i) {
      const T before = parameter->value()[i];
      const T h = T(std::cbrt(double(std::numeric_limits<T>::epsilon()))) *
                  std::max(T(1), std::abs(before));
      parameter->change().data[i] = before + h;
      const double above = double(forward(values_).item());
      parameter->change().data[i] = before - h;
      const double below = double(forward(values_).item());
      parameter->change().data[i] = before;
      worst = std::max(worst, std::abs((above - below) / (2 * double(h)) - double(g[i])));
      passes += 2;
    }
  }
  const double one_forward = since(start) / double(std::max<std::int64_t>(passes, 1));
  values_.clear(), tape_.clear();
  model.seek(0);
  const double all = 2 * double(model.parameter_count());
  return fmt::format(
      "price of a gradient of {} parameters: one backward {}; by differences 2n = {:.0f} forward "
      "passes of {} = {}, {} times as long ({} passes measured, they differ from backward by "
      "at "
      "most {:.1g})",
      model.parameter_count(), duration(one_backward), all, duration(one_forward),
      duration(all * one_forward), rounded(all * one_forward / one_backward), passes, worst);
}

template std::string Training<float>::price();
template std::string Training<double>::price();

}  // namespace glassgrad::cli

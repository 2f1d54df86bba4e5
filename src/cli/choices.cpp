// The tables of names.
#include "choices.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "glassgrad/array/names.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::string_view optimizers[] = {"gradient_descent",
                                           "momentum",
                                           "classical_momentum",
                                           "nesterov",
                                           "rmsprop",
                                           "adagrad",
                                           "adam",
                                           "adamw"};
constexpr std::string_view schedules[] = {"constant", "cosine", "exponential", "step"};

void check_name(std::string_view flag, std::string_view name,
                std::span<const std::string_view> valid) {
  if (std::find(valid.begin(), valid.end(), name) == valid.end())
    throw unknown_name("train", flag, name, valid);
}

// "step:10:0.5" -> {10, 0.5}
std::vector<double> numbers_after(std::string_view text, std::size_t wanted) {
  std::vector<double> numbers;
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':')) {
    text.remove_prefix(colon + 1);
    const std::string_view word = text.substr(0, text.find(':'));
    double number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    if (read.ec != std::errc{} || read.ptr != word.data() + word.size() || !(number > 0))
      throw Error("train", join("\"", word, "\" in --schedule is no positive number"),
                  "Write constant, cosine, exponential:0.95 or step:10:0.5");
    if (number > 1e9)
      throw Error("train", join("\"", word, "\" in --schedule is more than 1000000000"),
                  "Write constant, cosine, exponential:0.95 or step:10:0.5");
    numbers.push_back(number);
  }
  if (numbers.size() != wanted)
    throw Error("train", join("--schedule has ", numbers.size(), " numbers, not ", wanted),
                "Write constant, cosine, exponential:0.95 or step:10:0.5");
  return numbers;
}

}  // namespace

Objective objective_of(const Settings& settings) {
  return objective_from(settings.loss, "train", "--loss");
}

void check_optimizer_name(std::string_view name) { check_name("--optimizer", name, optimizers); }

void check_choice(std::string_view flag, std::string_view name,
                  std::initializer_list<std::string_view> valid) {
  check_name(flag, name, valid);
}

Schedule schedule_from(const Settings& s, std::int64_t iterations) {
  const std::string_view name = std::string_view(s.schedule).substr(0, s.schedule.find(':'));
  check_name("--schedule", name, schedules);
  const auto numbers = numbers_after(s.schedule, name == "exponential" ? 1
                                                 : name == "step"      ? 2
                                                                       : 0);
  const auto updates = [&](double epochs) {
    return std::max<std::int64_t>(1, std::llround(epochs * double(iterations)));
  };
  const std::int64_t rising = s.warm_up > 0 ? updates(s.warm_up) : 0;
  Schedule rate = constant_rate(s.rate);
  if (name == "cosine")
    rate = cosine_decay(s.rate, std::max<std::int64_t>(1, updates(double(s.epochs)) - rising));
  if (name == "exponential")
    rate = exponential_decay(s.rate, std::pow(numbers[0], 1 / double(iterations)));
  if (name == "step") rate = step_decay(s.rate, updates(numbers[0]), numbers[1]);
  return rising ? warm_up(rate, rising) : rate;
}

template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const Settings& s) {
  check_optimizer_name(s.optimizer);
  const StepOptions options{
      .clip_value = s.clip_value, .clip_norm = s.clip, .weight_decay = s.weight_decay};
  const std::string_view name = s.optimizer;
  if (name == "momentum") return std::make_unique<Momentum<T>>(s.rate, s.momentum, options);
  if (name == "classical_momentum")
    return std::make_unique<ClassicalMomentum<T>>(s.rate, s.momentum, options);
  if (name == "nesterov") return std::make_unique<Nesterov<T>>(s.rate, s.momentum, options);
  if (name == "rmsprop") return std::make_unique<RMSProp<T>>(s.rate, 0.9, 1e-8, options);
  if (name == "adagrad") return std::make_unique<Adagrad<T>>(s.rate, 1e-10, options);
  if (name == "adam") return std::make_unique<Adam<T>>(s.rate, AdamSettings{}, options);
  if (name == "adamw") return std::make_unique<AdamW<T>>(s.rate, AdamSettings{}, options);
  return std::make_unique<GradientDescent<T>>(s.rate, options);
}
template std::unique_ptr<Optimizer<float>> make_optimizer(const Settings&);
template std::unique_ptr<Optimizer<double>> make_optimizer(const Settings&);

}  // namespace glassgrad::cli

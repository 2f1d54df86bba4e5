// Names on the command line, and what they stand for.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "glassgrad/optim/optim.hpp"
#include "glassgrad/train/trained_model.hpp"
#include "settings.hpp"

namespace glassgrad::cli {

// All throw Error that names the flag and the nearest valid name.
Objective objective_of(const Settings& settings);
void check_optimizer_name(std::string_view name);
void check_choice(std::string_view flag, std::string_view name,
                  std::initializer_list<std::string_view> valid);
// The rate at every update, for so many updates in an epoch.
Schedule schedule_from(const Settings& settings, std::int64_t iterations);
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const Settings& settings);

}  // namespace glassgrad::cli

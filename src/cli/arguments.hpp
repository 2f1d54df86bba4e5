// Common to the options of every command: numbers are parsed whole and range-checked, and errors
// are one line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "numbers.hpp"

namespace glassgrad::cli {

// An option that takes a number, read as numbers.hpp says.
template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& flag, Number& value, Range range,
                        const std::string& help) {
  const auto read = [&app, flag, &value, range](const std::string& text) {
    value = number_from<Number>(app.get_name(), flag, text, range);
  };
  return app.add_option_function<std::string>(flag, read, help)
      ->type_name(std::is_integral_v<Number> ? "INT" : "FLOAT");
}

// [train] --save is empty. Give it a value, or leave it out.
void refuse_empty_values(const CLI::App& command);
// The same for "--save=", for which CLI11 would take the next word as the value.
void refuse_empty_values(std::string_view command, const std::vector<std::string>& words);

// GLASSGRAD_THREADS, which would otherwise be known to be no number only by its having no effect.
void check_environment();

// CLI11's error for the command line of `app`, as one of ours. `command` is the recognised one, if
// any.
Error refusal(const CLI::ParseError& error, const CLI::App& app, const CLI::App* command);

}  // namespace glassgrad::cli

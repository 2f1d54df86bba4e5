// Settings to JSON and back, and what values they may have.
#include "settings.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "choices.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/nn/sequential.hpp"

namespace glassgrad::cli {
namespace {

using Json = nlohmann::json;

constexpr double unbounded = std::numeric_limits<double>::max();

void check_range(const char* setting, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error("train", join(flag_of(setting), " is ", value),
              high == unbounded
                  ? join("Give a finite number of at least ", low)
                  : join("Give a number from ", to_text(low, 9), " to ", to_text(high, 9)));
}

}  // namespace

std::string flag_of(const std::string& setting) {
  std::string flag = "--" + setting;
  for (char& letter : flag)
    if (letter == '_') letter = '-';
  return flag;
}

std::string to_json(const Settings& settings) {
  Json json;
  each_setting(settings, [&](Flag flag, const auto& value) { json[flag.name] = value; });
  return json.dump();
}

namespace {

// Whether JSON holds a value of the kind; no number is cut to an integer.
bool holds(const Json& json, const std::string&) { return json.is_string(); }
bool holds(const Json& json, bool) { return json.is_boolean(); }
bool holds(const Json& json, double) { return json.is_number(); }
bool holds(const Json& json, std::int64_t) {
  return json.is_number_integer() &&
         (!json.is_number_unsigned() || std::in_range<std::int64_t>(json.get<std::uint64_t>()));
}

}  // namespace

Settings settings_from(const std::string& json) {
  const auto refuse = [](const std::string& problem) {
    throw DataError("train", "the model's settings are damaged" + problem, "Train it again");
  };
  Settings settings;
  try {
    const Json object = Json::parse(json);
    each_setting(settings, [&](Flag flag, auto& value) {
      const Json& found = object.at(flag.name);
      if (!holds(found, value)) refuse(join(": ", flag.name, " is of another kind"));
      found.get_to(value);
    });
  } catch (const Json::exception&) {
    refuse("");
  }
  try {
    check(settings);
  } catch (const Error& error) {
    refuse(join(": ", error.what()));
  }
  return settings;
}

void check(const Settings& s) {
  constexpr double most = 1e9;
  layers_from(s.layers);
  init_from(s.init);
  objective_of(s);
  check_optimizer_name(s.optimizer);
  schedule_from(s, 1);
  check_choice("--header", s.header, {"detect", "present", "absent"});
  check_choice("--missing", s.missing, {"refuse", "mean", "median", "drop"});
  check_choice("--scale", s.scale, {"standardise", "none"});
  check_choice("--type", s.type, {"float64", "float32"});
  check_range("rate", s.rate, 0, unbounded);
  check_range("momentum", s.momentum, 0, std::nextafter(1.0, 0.0));
  check_range("weight_decay", s.weight_decay, 0, most);
  check_range("clip", s.clip, 0, unbounded);
  check_range("clip_value", s.clip_value, 0, unbounded);
  check_range("warm_up", s.warm_up, 0, most);
  check_range("epochs", double(s.epochs), 1, most);
  check_range("batch", double(s.batch), 1, most);
  check_range("seed", double(s.seed), 0, 9e18);
  check_range("test_fraction", s.test_fraction, 0, 0.99);
  check_range("validation_fraction", s.validation_fraction, 0, 0.99);
  check_range("patience", double(s.patience), 0, most);
  check_range("tolerance", s.tolerance, 0, unbounded);
  check_range("gradient_tolerance", s.gradient_tolerance, 0, unbounded);
  if (s.watches() && s.validation_fraction == 0)
    throw Error("train",
                join(s.patience > 0 ? "--patience" : "--keep-best",
                     " needs a validation part, --validation-fraction is 0"),
                "Give a fraction above 0");
  if (s.separator.size() != 1 && s.separator != "tab" && s.separator != "space")
    throw Error("train", join("--separator is \"", s.separator, "\""),
                "Give one character, tab or space");
  if (s.separator.find_first_of("\"\r\n") != s.separator.npos)
    throw Error("train", "--separator is a quote or a line end", "Give another character");
  if (s.label.empty() || s.label == "0")
    throw Error("train", join("--label is \"", s.label, "\""),
                "Give a name, or a place from 1 or from the end from -1");
}

}  // namespace glassgrad::cli

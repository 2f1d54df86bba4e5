// Settings to JSON and back, and what values they may have.
#include "settings.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "array/json_limits.hpp"
#include "choices.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/sequential.hpp"

namespace glassgrad::cli {
namespace {

using Json = nlohmann::json;

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
    const Json object = Json::parse(detail::within_json_limits(json));
    each_setting(settings, [&](Flag flag, auto& value) {
      const Json& found = object.at(flag.name);
      if (!holds(found, value)) refuse(join(": ", flag.name, " is of another kind"));
      found.get_to(value);
    });
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    refuse("");
  }
  try {
    check(settings);
  } catch (const Error& error) {
    std::string problem = error.what();
    if (problem.ends_with('.')) problem.pop_back();
    refuse(": " + problem);
  }
  return settings;
}

namespace {
// Float32's weights are refused before they are drawn; a normal one is below ten deviations.
void check_init(const Settings& s) {
  const Init init = init_from(s.init);
  const double most = double(std::numeric_limits<float>::max());
  const double largest = std::abs(init.number) * (init.kind == Init::Kind::normal ? 10 : 1);
  if (s.type == "float32" && largest > most)
    throw Error("train", join("--init ", s.init, " draws numbers beyond float32"),
                "Give a smaller number, or --type float64");
}
}  // namespace

void check(const Settings& s) {
  layers_from(s.layers);
  check_init(s);
  objective_of(s);
  check_optimizer_name(s.optimizer);
  schedule_from(s, 1);
  check_choice("--header", s.header, {"detect", "present", "absent"});
  check_choice("--missing", s.missing, {"refuse", "mean", "median", "drop"});
  check_choice("--scale", s.scale, {"standardise", "none"});
  check_choice("--type", s.type, {"float64", "float32"});
  each_setting(s, [](Flag flag, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>)
      check_range("train", flag_of(flag.name), double(value), flag.range);
  });
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

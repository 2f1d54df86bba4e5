// Architectures as text: the short form for users, and the JSON that is kept with the weights.
#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "array/json_limits.hpp"
#include "array/read_number.hpp"
#include "glassgrad/array/narrow.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/nn/sequential.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::json;

// All names: the activations' and dropout.
std::vector<std::string_view> layer_names() {
  const auto activations = activation_names();
  std::vector<std::string_view> names(activations.begin(), activations.end());
  names.push_back("dropout");
  return names;
}

void check_dropout(std::string_view layer) {
  const std::string_view number = layer.substr(std::min(layer.size(), layer.find(':') + 1));
  double probability = -1;
  const auto read = detail::read_number(number.data(), number.data() + number.size(), probability);
  if (layer == "dropout" || read.ec != std::errc{} || read.ptr != number.data() + number.size() ||
      !(probability >= 0 && probability < 1))
    throw Error("layers", join("\"", layer, "\" says no probability from 0 to below 1"),
                "Write dropout:0.5");
}

void check_layer(std::string_view layer) {
  const bool number = !layer.empty() && (layer[0] == '-' || (layer[0] >= '0' && layer[0] <= '9'));
  if (!number) {
    const auto names = layer_names();
    if (layer.substr(0, layer.find(':')) == "dropout") return check_dropout(layer);
    if (std::find(names.begin(), names.end(), layer) != names.end()) return;
    if (layer.empty())
      throw Error("layers", "a layer is empty", "Write sizes and activations: 64,relu,32,tanh");
    throw unknown_name("layers", "layer", layer, names);
  }
  std::int64_t size = 0;
  const auto read = std::from_chars(layer.data(), layer.data() + layer.size(), size);
  if (read.ec != std::errc{} || read.ptr != layer.data() + layer.size() || size < 1 ||
      size > largest_layer)
    throw Error("layers", join("\"", layer, "\" is no size of a layer"),
                join("Give an integer from 1 to ", largest_layer));
}

}  // namespace

std::vector<std::string> layers_from(std::string_view text) {
  std::vector<std::string> layers;
  if (text == "none") return layers;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view layer = text.substr(0, comma);
    while (layer.starts_with(' ')) layer.remove_prefix(1);
    while (layer.ends_with(' ')) layer.remove_suffix(1);
    check_layer(layer);
    layers.emplace_back(layer);
    if (comma == text.npos) return layers;
    text.remove_prefix(comma + 1);
  }
}

void check_network(const Architecture& architecture) {
  for (const std::string& layer : architecture.layers) check_layer(layer);
  if (architecture.inputs < 1 || architecture.inputs > most_inputs)
    throw Error("architecture", join("it has ", architecture.inputs, " inputs"),
                join("Give it 1 to ", most_inputs));
}

std::string to_json(const Architecture& architecture) {
  check_network(architecture);
  return Json{{"inputs", std::int64_t{architecture.inputs}},
              {"layers", architecture.layers},
              {"examples", architecture.examples == Examples::rows ? "rows" : "columns"}}
      .dump();
}

// Dense layers have inputs * outputs + outputs; a prelu's one number is not counted.
std::int64_t parameter_count(const Architecture& architecture) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t width = architecture.inputs, count = 0;
  for (const std::string& layer : architecture.layers) {
    std::int64_t size = 0, product = 0;
    const auto read = std::from_chars(layer.data(), layer.data() + layer.size(), size);
    if (read.ec != std::errc{}) continue;
    if (!multiply(width + 1, size, product) || product > most - count) return most;
    count += product, width = size;
  }
  return count;
}

Architecture architecture_from(std::string_view json) {
  try {
    const Json object = Json::parse(detail::within_json_limits(json));
    const auto examples = object.at("examples").get<std::string>();
    if (!object.at("inputs").is_number_integer() || (examples != "rows" && examples != "columns"))
      throw Error("architecture", "no such inputs or examples", "Save it again");
    Architecture architecture{object.at("inputs").get<std::int64_t>(),
                              object.at("layers").get<std::vector<std::string>>(),
                              examples == "columns" ? Examples::columns : Examples::rows};
    check_network(architecture);
    return architecture;
  } catch (const std::exception&) {
    throw DataError("architecture",
                    join("\"", printable(shortened(json, 60)), "\" is no architecture"),
                    R"(Write {"inputs": 64, "layers": ["64", "relu", "10"], "examples": "rows"})");
  }
}

}  // namespace glassgrad

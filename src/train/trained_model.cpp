// From a file to answers: the description as tensors and metadata, and the network evaluated.
#include "glassgrad/train/trained_model.hpp"
#include "glassgrad/io/model_parts.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "array/json_limits.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/data/metrics.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::json;
constexpr std::string_view names[] = {"cross_entropy", "binary_cross_entropy",
                                      "mean_squared_error"};
constexpr std::int64_t rows_at_once = 256;

NamedTensor tensor(std::string name, std::vector<double> numbers) {
  const auto size = std::int64_t(numbers.size());
  return {std::move(name), {size}, std::move(numbers)};
}

[[noreturn]] void refuse(std::string_view source, const std::string& problem) {
  throw DataError("load_model", join(source, " ", problem), "Train the model again");
}

// That many finite numbers; a scale must be above 0, as it divides.
std::vector<double> numbers_in(const Safetensors& file, std::string_view source,
                               const std::string& name, std::int64_t size, bool scale = false) {
  if (!file.has(name)) refuse(source, join("has no \"", name, "\""));
  std::vector<double> found = numbers_of(file.tensor(name));
  if (std::int64_t(found.size()) != size)
    refuse(source, join("has ", found.size(), " numbers in \"", name, "\", not ", size));
  for (const double number : found)
    if (!std::isfinite(number) || (scale && !(number > 0)))
      refuse(source, join("has ", number, " in \"", name, "\""));
  return found;
}

// Task, classes and outputs must fit together.
void check_meaning(const ModelDescription& d, std::string_view source) {
  const auto classes = std::int64_t(d.classes.size());
  const bool numbers = d.objective == Objective::mean_squared_error;
  const bool two = d.objective == Objective::binary_cross_entropy;
  const std::int64_t wanted = numbers || two ? 1 : classes;
  const std::string& last = d.architecture.layers.empty() ? "" : d.architecture.layers.back();
  if (last != std::to_string(wanted))
    refuse(source, join("has ", classes, classes == 1 ? " class" : " classes",
                        " and an output layer \"", last, "\""));
  if (numbers ? classes != 0 : two ? classes != 2 : classes < 2)
    refuse(source, join("learnt ", names[std::size_t(d.objective)], " of ", classes,
                        classes == 1 ? " class" : " classes"));
  const std::set<std::string_view> different(d.classes.begin(), d.classes.end());
  if (different.size() != d.classes.size()) refuse(source, "has a class twice");
}

// A network is only built if the file can hold its numbers.
Architecture affordable(const ModelDescription& d, const Safetensors& file,
                        std::string_view source) {
  constexpr std::int64_t little = std::int64_t{1} << 20;
  std::int64_t there = 0;
  for (const NamedTensor& tensor : file.tensors)
    there += std::visit([](const auto& all) { return std::int64_t(all.size()); }, tensor.data);
  const std::int64_t wanted = parameter_count(d.architecture);
  if (wanted > little && wanted > there)
    refuse(source, join("has ", there, " numbers, its network needs ", wanted));
  return d.architecture;
}

}  // namespace

std::span<const std::string_view> objective_names() { return names; }

Objective objective_from(std::string_view name, std::string_view where, std::string_view kind) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) throw unknown_name(where, kind, name, names);
  return Objective(found - names);
}

void Fitted::apply(Matrix& x) const {
  if (!fill.fill.empty()) fill.apply(x);
  inputs.apply(x);
}

void put_description(Safetensors& file, const ModelDescription& d) {
  file.tensors.push_back(tensor("input/mean", d.fitted.inputs.mean));
  file.tensors.push_back(tensor("input/scale", d.fitted.inputs.scale));
  if (!d.fitted.fill.fill.empty()) file.tensors.push_back(tensor("input/fill", d.fitted.fill.fill));
  file.tensors.push_back(tensor("target/mean", d.fitted.targets.mean));
  file.tensors.push_back(tensor("target/scale", d.fitted.targets.scale));
  file.metadata["architecture"] = to_json(d.architecture);
  file.metadata["objective"] = std::string(names[std::size_t(d.objective)]);
  file.metadata["features"] = Json(d.features).dump();
  file.metadata["classes"] = Json(d.classes).dump();
}

ModelDescription description_in(const Safetensors& file, std::string_view source) {
  ModelDescription d;
  const auto& metadata = file.metadata;
  if (!metadata.contains("objective"))
    throw DataError("load_model", join(source, " was not saved by glassgrad train"),
                    "Check the path; from C++ load_model reads any safetensors file");
  try {
    d.architecture = architecture_from(metadata.at("architecture"));
    d.objective = objective_from(metadata.at("objective"));
    d.features = Json::parse(detail::within_json_limits(metadata.at("features")))
                     .get<std::vector<std::string>>();
    d.classes = Json::parse(detail::within_json_limits(metadata.at("classes")))
                    .get<std::vector<std::string>>();
  } catch (const std::exception&) {
    refuse(source, "has damaged metadata");
  }
  check_meaning(d, source);
  const std::int64_t inputs = d.architecture.inputs;
  d.fitted.inputs = {numbers_in(file, source, "input/mean", inputs),
                     numbers_in(file, source, "input/scale", inputs, true)};
  d.fitted.targets = {numbers_in(file, source, "target/mean", 1),
                      numbers_in(file, source, "target/scale", 1, true)};
  if (!d.features.empty() && std::int64_t(d.features.size()) != inputs)
    refuse(source, join("has ", d.features.size(), " names for ", inputs, " inputs"));
  if (file.has("input/fill")) d.fitted.fill.fill = numbers_in(file, source, "input/fill", inputs);
  return d;
}

TrainedModel::TrainedModel(const std::string& path) : TrainedModel(read_safetensors(path), path) {}

TrainedModel::TrainedModel(const Safetensors& file, std::string_view source)
    : description_(description_in(file, source)),
      network_(make_network<double>(affordable(description_, file, source), random_)) {
  get_parameters(file, source, network_.parameters());
  network_.eval();
}

Matrix TrainedModel::outputs(const Matrix& x) {
  const std::int64_t inputs = description_.architecture.inputs;
  if (x.columns != inputs)
    throw DataError("predict", join("x has ", x.columns, " columns, the model ", inputs),
                    "Give the columns it was trained on, without the label");
  const bool numbers = description_.objective == Objective::mean_squared_error;
  const bool two = description_.objective == Objective::binary_cross_entropy;
  Matrix prepared = x;
  description_.fitted.apply(prepared);
  Matrix out(x.rows, numbers ? 1 : std::int64_t(description_.classes.size()));
  auto to = out.numbers.begin();
  for (std::int64_t from = 0; from < x.rows; from += rows_at_once) {
    const Shape shape{std::min(rows_at_once, x.rows - from), inputs};
    const auto start = tape_.mark();
    const Node<double> z =
        network_(tape_.constant("x", View<const double>{prepared.row(from).data(), &shape}));
    const Node<double> y = numbers ? z : two ? sigmoid(z) : softmax(z);
    for (const double number : y.value()) {
      if (two) *to++ = 1 - number;
      *to++ = numbers ? number * description_.fitted.targets.scale[0] +
                            description_.fitted.targets.mean[0]
                      : number;
    }
    tape_.rewind(start);
  }
  return out;
}

std::vector<std::string> TrainedModel::predict(const Matrix& x) {
  const Matrix out = outputs(x);
  std::vector<std::string> answers;
  if (description_.objective == Objective::mean_squared_error) {
    for (const double number : out.numbers) answers.push_back(to_text(number));
  } else {
    for (const std::int64_t c : argmax_rows(out))
      answers.push_back(description_.classes[std::size_t(c)]);
  }
  return answers;
}

}  // namespace glassgrad

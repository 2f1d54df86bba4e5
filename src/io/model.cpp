// Parameters into tensors and back. What is read is compared name by name before anything changes.
#include "glassgrad/io/model_parts.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "array/json_limits.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "guarded.hpp"
#include "quoted.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::json;
constexpr std::string_view loading_model = "load_model";
constexpr auto other_model = "Build the model that was saved, or load another file";

bool is_parameter(const NamedTensor& tensor) { return tensor.name.find('/') == std::string::npos; }

template <class T>
const NamedTensor& its_tensor(const Safetensors& file, const detail::TensorIndex& tensors,
                              std::string_view source, const Parameter<T>& parameter) {
  const NamedTensor* found = tensors.find(parameter.name());
  if (!found) {
    std::vector<std::string> names;
    for (const NamedTensor& tensor : file.tensors)
      if (is_parameter(tensor)) names.push_back(tensor.name);
    throw DataError(loading_model,
                    join(source, " has no \"", parameter.name(), "\", ",
                         names.empty() ? "nor any parameter" : "only " + detail::in_quotes(names)),
                    other_model);
  }
  const NamedTensor& tensor = *found;
  const Shape shape{std::span(tensor.shape)};
  if (shape != parameter.shape())
    throw DataError(loading_model,
                    join(source, " has \"", parameter.name(), "\" as ", shape, ", the model as ",
                         parameter.shape()),
                    other_model);
  if (std::holds_alternative<std::vector<std::int64_t>>(tensor.data))
    throw DataError(loading_model, join(source, " has \"", parameter.name(), "\" as integers"),
                    "Save it as float32 or float64");
  return tensor;
}

}  // namespace

template <class T>
void put_parameters(Safetensors& file, const Parameters<T>& parameters) {
  for (const Parameter<T>* parameter : parameters) {
    if (parameter->name().find('/') != std::string::npos)
      throw DataError("save_model", join("a parameter is named \"", parameter->name(), "\""),
                      "Leave the slash out of its name");
    const View<const T> value = parameter->value();
    file.tensors.push_back({parameter->name(),
                            std::vector<std::int64_t>(value.shape().begin(), value.shape().end()),
                            std::vector<T>(value.begin(), value.end())});
  }
}

template <class T>
void detail::check_numbers(const NamedTensor& tensor, std::string_view source) {
  std::visit(
      [&](const auto& numbers) {
        for (const auto number : numbers)
          if (std::isinf(T(number)) && !std::isinf(double(number)))
            throw DataError(loading_model,
                            join(source, ": \"", tensor.name, "\" holds ", double(number),
                                 ", which is beyond float"),
                            "Load it into parameters of double");
      },
      tensor.data);
}

template <class T>
void get_parameters(const Safetensors& file, std::string_view source,
                    const Parameters<T>& parameters) {
  const detail::TensorIndex index(file);
  std::vector<const NamedTensor*> tensors;
  for (const Parameter<T>* parameter : parameters)
    tensors.push_back(&its_tensor(file, index, source, *parameter));
  const std::unordered_set<const NamedTensor*> wanted(tensors.begin(), tensors.end());
  for (const NamedTensor& tensor : file.tensors)
    if (is_parameter(tensor) && !wanted.contains(&tensor))
      throw DataError(loading_model,
                      join(source, " has \"", tensor.name, "\", which the model has not"),
                      other_model);
  for (const NamedTensor* tensor : tensors) detail::check_numbers<T>(*tensor, source);
  for (std::size_t i = 0; i < tensors.size(); ++i)
    std::visit(
        [&](const auto& numbers) {
          const View<T> value = parameters[i]->change();
          std::transform(numbers.begin(), numbers.end(), value.begin(),
                         [](auto number) { return T(number); });
        },
        tensors[i]->data);
}

void check_architecture(const Safetensors& file, std::string_view source,
                        std::string_view architecture) {
  const auto saved = file.metadata.find("architecture");
  if (saved == file.metadata.end() || architecture.empty()) return;
  const auto parsed = [](std::string_view text) {
    return detail::beyond_json_limits(text).empty() ? Json::parse(text, nullptr, false) : Json();
  };
  if (parsed(saved->second) != parsed(architecture))
    throw DataError(loading_model,
                    join(source, " holds ", printable(shortened(saved->second, 1000)),
                         ", the model is ", printable(shortened(architecture, 1000))),
                    other_model);
}

std::string architecture_in(const Safetensors& file, std::string_view source) {
  const auto saved = file.metadata.find("architecture");
  if (saved == file.metadata.end())
    throw DataError(loading_model, join(source, " is no model: it names no architecture"),
                    "Check the path, or load its tensors with read_safetensors");
  return saved->second;
}

template <class T>
void save_model(const std::string& path, const Parameters<T>& parameters,
                std::string_view architecture) {
  Safetensors file;
  put_parameters(file, parameters);
  if (!architecture.empty()) file.metadata["architecture"] = std::string(architecture);
  write_safetensors(path, file.tensors, file.metadata);
}

template <class T>
void load_model(const std::string& path, const Parameters<T>& parameters,
                std::string_view architecture) {
  const Safetensors file = read_safetensors(path);
  check_architecture(file, path, architecture);
  get_parameters(file, path, parameters);
}

std::string saved_architecture(const std::string& path) {
  return architecture_in(read_safetensors(path), path);
}

template void put_parameters(Safetensors&, const Parameters<float>&);
template void put_parameters(Safetensors&, const Parameters<double>&);
template void get_parameters(const Safetensors&, std::string_view, const Parameters<float>&);
template void get_parameters(const Safetensors&, std::string_view, const Parameters<double>&);
template void save_model(const std::string&, const Parameters<float>&, std::string_view);
template void save_model(const std::string&, const Parameters<double>&, std::string_view);
template void load_model(const std::string&, const Parameters<float>&, std::string_view);
template void load_model(const std::string&, const Parameters<double>&, std::string_view);

namespace detail {

template void check_numbers<float>(const NamedTensor&, std::string_view);
template void check_numbers<double>(const NamedTensor&, std::string_view);

std::string slot_name(std::string_view slot, std::string_view parameter) {
  return join(optimizer_prefix, slot, "/", parameter);
}

std::vector<std::string> optimized(const Safetensors& file) {
  const std::string prefix = slot_name("steps", "");
  std::vector<std::string> names;
  for (const NamedTensor& tensor : file.tensors)
    if (tensor.name.starts_with(prefix)) names.push_back(tensor.name.substr(prefix.size()));
  return names;
}

void check_optimizer(const Safetensors& file, std::string_view source, std::string_view name) {
  const auto saved = file.metadata.find("optimizer");
  if (saved == file.metadata.end()) refuse_state(source, "it holds no optimizer's state");
  if (saved->second != name)
    refuse_state(source,
                 join("its state is that of ", shown_name(saved->second), ", not of ", name));
}

TensorIndex::TensorIndex(const Safetensors& file) {
  for (const NamedTensor& tensor : file.tensors) by_name_.emplace(tensor.name, &tensor);
}

const NamedTensor* TensorIndex::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const NamedTensor& state_tensor(const TensorIndex& tensors, std::string_view source,
                                const std::string& name) {
  const NamedTensor* tensor = tensors.find(name);
  if (!tensor) refuse_state(source, join("it has no \"", name, "\""));
  return *tensor;
}

void refuse_state(std::string_view source, std::string_view problem) {
  throw DataError("get_optimizer", join(source, ": ", problem),
                  "Use the optimizer that was saved, or start with a new one");
}

}  // namespace detail
}  // namespace glassgrad

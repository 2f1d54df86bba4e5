// What is kept beside the weights, and where: numbers as tensors, names as JSON.
#include "model_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "glassgrad/core/text.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {
namespace {

using Json = nlohmann::json;
constexpr auto kind = "glassgrad model 1";
constexpr std::size_t row_width = sizeof(EpochRow) / sizeof(double);

NamedTensor tensor(std::string name, std::vector<double> numbers) {
  const auto size = std::int64_t(numbers.size());
  return {std::move(name), {size}, std::move(numbers)};
}

NamedTensor history_tensor(const std::vector<EpochRow>& rows) {
  std::vector<double> numbers;
  for (const EpochRow& row : rows)
    numbers.insert(numbers.end(),
                   {row.epoch, row.rate, row.loss, row.quality, row.test_loss, row.test_quality});
  return {"training/history", {std::int64_t(rows.size()), row_width}, std::move(numbers)};
}

std::vector<EpochRow> history_in(const Safetensors& file) {
  const auto n = numbers_of(file.tensor("training/history"));
  std::vector<EpochRow> rows;
  for (std::size_t i = 0; i + row_width <= n.size(); i += row_width)
    rows.push_back({n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4], n[i + 5]});
  return rows;
}

Standardizer standardizer_in(const Safetensors& file, const std::string& name, std::size_t size) {
  Standardizer found{numbers_of(file.tensor(name + "/mean")),
                     numbers_of(file.tensor(name + "/scale"))};
  if (found.mean.size() != size || found.scale.size() != size)
    throw DataError("load_model",
                    join("\"", name, "\" has ", found.mean.size(), " columns, not ", size),
                    "Train the model again");
  return found;
}

}  // namespace

std::string checksum_of(const std::filesystem::path& data) {
  return fmt::format("{:08x}", crc32(read_file(data, "read_csv")));
}

template <class T>
void save(const std::filesystem::path& path, const Settings& settings, Training<T>& training,
          const Dataset& data, const std::string& data_checksum) {
  Safetensors file;
  put_parameters(file, training.model.parameters());
  put_optimizer(file, *training.optimizer);
  file.tensors.push_back(tensor("input/mean", training.fitted.inputs.mean));
  file.tensors.push_back(tensor("input/scale", training.fitted.inputs.scale));
  file.tensors.push_back(tensor("target/mean", training.fitted.targets.mean));
  file.tensors.push_back(tensor("target/scale", training.fitted.targets.scale));
  file.tensors.push_back(history_tensor(training.history));
  file.metadata.insert({{"format", kind},
                        {"architecture", to_json(training.architecture)},
                        {"settings", to_json(settings)},
                        {"features", Json(data.features).dump()},
                        {"classes", Json(data.classes).dump()},
                        {"data", data_checksum}});
  write_safetensors(path, file.tensors, file.metadata);
}

SavedModel read_model(const std::filesystem::path& path) {
  SavedModel saved;
  saved.file = read_safetensors(path);
  saved.source = path.string();
  const auto& metadata = saved.file.metadata;
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kind)
    throw DataError("load_model", join(saved.source, " was not saved by glassgrad train"),
                    "Check the path; from C++ load_model reads any safetensors file");
  try {
    saved.architecture = architecture_from(metadata.at("architecture"));
    saved.settings = settings_from(metadata.at("settings"));
    saved.features = Json::parse(metadata.at("features")).get<std::vector<std::string>>();
    saved.classes = Json::parse(metadata.at("classes")).get<std::vector<std::string>>();
    saved.data_checksum = metadata.at("data");
  } catch (const std::exception&) {
    throw DataError("load_model", join(saved.source, " has damaged metadata"),
                    "Train the model again");
  }
  const auto inputs = std::size_t(saved.architecture.inputs);
  saved.fitted = {standardizer_in(saved.file, "input", inputs),
                  standardizer_in(saved.file, "target", 1)};
  saved.history = history_in(saved.file);
  return saved;
}

template <class T>
void resume(const SavedModel& saved, Training<T>& training) {
  check_architecture(saved.file, saved.source, to_json(training.architecture));
  get_parameters(saved.file, saved.source, training.model.parameters());
  get_optimizer(saved.file, saved.source, *training.optimizer);
  training.history = saved.history;
  training.remember();
}

template void save(const std::filesystem::path&, const Settings&, Training<float>&, const Dataset&,
                   const std::string&);
template void save(const std::filesystem::path&, const Settings&, Training<double>&, const Dataset&,
                   const std::string&);
template void resume(const SavedModel&, Training<float>&);
template void resume(const SavedModel&, Training<double>&);

}  // namespace glassgrad::cli

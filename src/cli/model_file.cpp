// What is kept beside the weights, and where: numbers as tensors, names as JSON.
#include "model_file.hpp"

#include <cmath>
#include <limits>

#include "choices.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "part_of_epoch.hpp"

namespace glassgrad::cli {
namespace {

constexpr auto kind = "glassgrad model 1";
constexpr auto last = "last/";
constexpr double unrecorded = std::numeric_limits<double>::quiet_NaN();

constexpr auto history_name = "training/history";
constexpr double most_epochs = 1e9;  // that --epochs takes

[[noreturn]] void refuse(std::string_view source, std::string_view problem) {
  throw DataError("load_model", join(source, " ", problem), "Train the model again");
}

NamedTensor history_tensor(const std::vector<EpochRow>& rows) {
  std::vector<double> numbers;
  for (const EpochRow& row : rows)
    each_column(row, [&](const char*, double number) { numbers.push_back(number); });
  const std::int64_t width = rows.empty() ? 0 : std::int64_t(numbers.size() / rows.size());
  return {history_name, {std::int64_t(rows.size()), width}, std::move(numbers)};
}

// An older file lacks the last columns, which stay unknown.
std::vector<EpochRow> history_in(const Safetensors& file, std::string_view source) {
  if (!file.has(history_name)) refuse(source, "has no \"training/history\"");
  const NamedTensor& tensor = file.tensor(history_name);
  const auto numbers = numbers_of(tensor);
  const std::size_t width = tensor.shape.size() == 2 ? std::size_t(tensor.shape[1]) : 0;
  std::vector<EpochRow> rows(width > 0 ? numbers.size() / width : 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t column = 0;
    each_column(rows[i], [&](const char*, double& number) {
      if (column < width) number = numbers[i * width + column];
      ++column;
    });
    const double before = i == 0 ? 0 : rows[i - 1].epoch, epoch = rows[i].epoch;
    const bool some = double(rows.size()) > double(most_epochs_kept / 2);  // not all
    if (!(epoch > before && epoch <= most_epochs) || std::trunc(epoch) != epoch ||
        ((i == 0 || !some) && epoch != before + 1))
      refuse(source, "has epochs that are not counted from 1");
  }
  return rows;
}

constexpr auto norms_name = "training/norms";

// [epochs, parameters, norms]; an epoch from before they were measured has NaN
NamedTensor norms_tensor(const std::vector<EpochRow>& rows) {
  const std::size_t parameters = rows.empty() ? 0 : rows.back().steps.size();
  std::vector<double> numbers;
  for (const EpochRow& row : rows)
    for (std::size_t i = 0; i < parameters; ++i) {
      const StepNorms unknown{{}, unrecorded, unrecorded, unrecorded, unrecorded};
      each_norm(i < row.steps.size() ? row.steps[i] : unknown,
                [&](const char*, double number) { numbers.push_back(number); });
    }
  return {norms_name, {std::int64_t(rows.size()), std::int64_t(parameters), 4}, numbers};
}

template <class T>
void add_norms(const Safetensors& file, const Parameters<T>& parameters,
               std::vector<EpochRow>& rows) {
  if (!file.has(norms_name)) return;
  const auto numbers = numbers_of(file.tensor(norms_name));
  if (numbers.size() != rows.size() * parameters.size() * 4) return;
  auto next = numbers.begin();
  for (EpochRow& row : rows)
    for (const Parameter<T>* parameter : parameters) {
      StepNorms& step = row.steps.emplace_back();
      step.parameter = parameter->name();
      each_norm(step, [&](const char*, double& number) { number = *next++; });
    }
}

}  // namespace

template <class T>
void save(const std::filesystem::path& path, const Settings& settings, Training<T>& training,
          const std::string& data_checksum) {
  Safetensors file;
  const Parameters<T> parameters = training.model.parameters();
  if (settings.keep_best && training.stopping.best_epoch() > 0) {
    const Kept<T> now(parameters);
    training.best.restore();
    put_parameters(file, parameters);
    now.restore();
    for (std::size_t i = 0; i < parameters.size(); ++i)
      file.tensors.push_back({last + file.tensors[i].name, file.tensors[i].shape, now.values()[i]});
  } else {
    put_parameters(file, parameters);
  }
  put_optimizer(file, *training.optimizer);
  put_description(file, training.description);
  const std::vector<EpochRow> epochs = training.history.kept();
  file.tensors.push_back(history_tensor(epochs));
  file.tensors.push_back(norms_tensor(epochs));
  put_part(file, training);
  file.metadata.insert(
      {{"format", kind}, {"settings", to_json(settings)}, {"data", data_checksum}});
  write_safetensors(path, file.tensors, file.metadata);
}

template <class T>
void check_savable(const Settings& settings, Training<T>& training) {
  Safetensors file;
  put_parameters(file, training.model.parameters());
  put_description(file, training.description);
  file.metadata.insert({{"format", kind}, {"settings", to_json(settings)}});
  check_safetensors(file.tensors, file.metadata);
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
  saved.description = description_in(saved.file, saved.source);
  if (!metadata.contains("settings") || !metadata.contains("data"))
    refuse(saved.source, "has damaged metadata");
  saved.settings = settings_from(metadata.at("settings"));
  if (objective_of(saved.settings) != saved.description.objective)
    refuse(saved.source, join("learnt another loss than its settings say, ", saved.settings.loss));
  saved.data_checksum = metadata.at("data");
  saved.history = history_in(saved.file, saved.source);
  return saved;
}

template <class T>
void resume(const SavedModel& saved, Training<T>& training) {
  check_architecture(saved.file, saved.source, to_json(training.description.architecture));
  if (saved.description.classes.size() != training.description.classes.size())
    refuse(saved.source, "learnt other classes");
  training.description.classes = saved.description.classes;  // as they were written then
  const Parameters<T> parameters = training.model.parameters();
  get_parameters(saved.file, saved.source, parameters);
  training.best.keep();
  if (!parameters.empty() && saved.file.has(last + parameters.front()->name())) {
    Safetensors newest;
    for (NamedTensor tensor : saved.file.tensors)
      if (tensor.name.starts_with(last)) {
        tensor.name = tensor.name.substr(std::string_view(last).size());
        newest.tensors.push_back(std::move(tensor));
      }
    get_parameters(newest, saved.source, parameters);
  }
  get_optimizer(saved.file, saved.source, *training.optimizer);
  std::vector<EpochRow> history = saved.history;
  add_norms(saved.file, parameters, history);
  training.resume_after(history);
  get_part(saved.file, saved.source, training);
}

template void save(const std::filesystem::path&, const Settings&, Training<float>&,
                   const std::string&);
template void save(const std::filesystem::path&, const Settings&, Training<double>&,
                   const std::string&);
template void check_savable(const Settings&, Training<float>&);
template void check_savable(const Settings&, Training<double>&);
template void resume(const SavedModel&, Training<float>&);
template void resume(const SavedModel&, Training<double>&);

}  // namespace glassgrad::cli

// glassgrad predict: a saved model's answers to the rows of a CSV file or the images of an IDX
// file, one line each. When the data also have the answers, as the training data had, they are
// compared.
#include <algorithm>
#include <cstdio>

#include "glassgrad/core/text.hpp"
#include "glassgrad/data/idx.hpp"
#include "glassgrad/data/metrics.hpp"
#include "glassgrad/io/file.hpp"
#include "model_file.hpp"
#include "read_data.hpp"
#include "run_files.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

// How many columns the first line has, with its quotes minded.
std::int64_t columns_of(const std::filesystem::path& path, char separator) {
  const std::string text = read_file(path, "read_csv");
  bool quoted = false;
  std::int64_t columns = 1;
  for (const char letter : std::string_view(text).substr(0, text.find_first_of("\r\n"))) {
    if (letter == '"') quoted = !quoted;
    columns += letter == separator && !quoted;
  }
  return columns;
}

// With a label where it is one column wider than the model's inputs.
Dataset read_table(const std::filesystem::path& path, const SavedModel& model) {
  CsvOptions options = csv_options(model.settings);
  if (options.missing == Missing::drop) options.missing = Missing::refuse;  // every row is answered
  if (columns_of(path, options.separator) != model.description.architecture.inputs + 1) {
    Table table = read_csv(path, options);
    return {.x = std::move(table.numbers), .features = std::move(table.columns)};
  }
  LabelOptions label = label_options(model.settings);
  if (!model.description.classes.empty()) label = among_classes(label, model.description.classes);
  return read_labelled_csv(path, label, options);
}

Dataset read_images(const DataFiles& files, const SavedModel& model) {
  if (files.labels.empty()) return {.x = read_idx_images(files.data, pixel_scale)};
  return read_labelled_idx(files.data, files.labels, pixel_scale,
                           std::int64_t(model.description.classes.size()));
}

Dataset read_data(const DataFiles& files, const SavedModel& model) {
  const bool idx = is_idx(files.data);
  if (!idx && !files.labels.empty())
    throw DataError("predict",
                    join(files.data.string(), " is no IDX file, but ", files.labels.string(),
                         " is given for its labels"),
                    "The labels of a CSV file are one of its columns");
  const Dataset data = idx ? read_images(files, model) : read_table(files.data, model);
  const std::string source = files.data.string();
  const std::int64_t inputs = model.description.architecture.inputs;
  if (data.x.columns != inputs)
    throw DataError("predict",
                    join(source, " has ", data.x.columns, " features, the model ", inputs),
                    "Give the columns it was trained on, with or without the label");
  const auto& known = model.description.features;
  for (std::size_t j = 0; j < std::min(data.features.size(), known.size()); ++j)
    if (data.features[j] != known[j])
      throw DataError("predict",
                      join("column ", j + 1, " of ", source, " is \"", data.features[j],
                           "\", the model learnt \"", known[j], "\""),
                      "Give the columns it was trained on, in their order");
  return data;
}

std::string field(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string quoted = "\"";
  for (const char letter : name) quoted.append(letter == '"' ? 2 : 1, letter);
  return quoted + "\"";
}

// The whole answer as CSV.
std::string answers_as_csv(const Matrix& out, const std::vector<std::string>& classes,
                           bool probabilities) {
  std::string text = "prediction";
  if (probabilities)
    for (const std::string& name : classes) text += "," + field("p_" + name);
  text += "\n";
  const auto best = classes.empty() ? std::vector<std::int64_t>{} : argmax_rows(out);
  for (std::int64_t i = 0; i < out.rows; ++i) {
    text +=
        classes.empty() ? to_text(out(i, 0)) : field(classes[std::size_t(best[std::size_t(i)])]);
    if (probabilities && !classes.empty())
      for (const double p : out.row(i)) text += join(",", p);
    text += "\n";
  }
  return text;
}

// How good they are, to stderr, when the data say.
void report(const Dataset& data, const Matrix& out) {
  if (!data.labels.empty()) {
    const double quality = accuracy(data.labels, argmax_rows(out));
    complain(fmt::format("accuracy {:.4f} ({:.0f} of {})\n", quality, quality * double(data.size()),
                         data.size()));
  }
  if (!data.targets.empty())
    complain(fmt::format("R2 {:.6f}\n", r_squared(data.targets, out.numbers)));
}

}  // namespace

void predict(const PredictRequest& request) {
  RunFiles("predict")
      .reads("the model", request.model)
      .reads("the data", request.files.data)
      .reads("--labels", request.files.labels)
      .writes("--output", request.output);
  const SavedModel saved = read_model(request.model);
  TrainedModel model(saved.file, saved.source);
  const Dataset data = read_data(request.files, saved);
  const Matrix out = model.outputs(data.x);
  const std::string answers = answers_as_csv(out, saved.description.classes, request.probabilities);
  if (request.output.empty())
    say_text(answers);
  else
    write_file(request.output, answers);
  report(data, out);
}

}  // namespace glassgrad::cli

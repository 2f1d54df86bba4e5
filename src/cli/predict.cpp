// glassgrad predict: a saved model's answers to the rows of a CSV file, one line each. When the
// file also has the answers, as the training data had, they are compared.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "glassgrad/core/text.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/data/metrics.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/ops/activations.hpp"
#include "glassgrad/ops/reduce.hpp"
#include "model_file.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::int64_t rows_at_once = 256;

// Whether the file has a label column: its header names it, or it is one column wider.
struct Layout {
  bool labelled = false;
  LabelOptions label;
};

Layout layout_of(const std::filesystem::path& path, const SavedModel& model) {
  const std::string text = read_file(path, "read_csv");
  const std::string_view first = std::string_view(text).substr(0, text.find_first_of("\r\n"));
  bool quoted = false;
  std::int64_t columns = 1;
  for (const char letter : first) {
    if (letter == '"') quoted = !quoted;
    columns += letter == ',' && !quoted;
  }
  Layout layout;
  layout.labelled = columns == model.architecture.inputs + 1;
  layout.label.name = model.settings.label;
  if (objective_from(model.settings.loss) == Objective::mean_squared_error) {
    layout.label.kind = LabelKind::targets;
    return layout;
  }
  bool numbered = true;
  for (std::size_t i = 0; i < model.classes.size(); ++i)
    numbered &= model.classes[i] == std::to_string(i);
  if (numbered)
    layout.label.classes = std::int64_t(model.classes.size());
  else
    layout.label.class_names = model.classes;
  return layout;
}

Dataset read_data(const std::filesystem::path& path, const SavedModel& model) {
  const Layout layout = layout_of(path, model);
  Dataset data;
  if (layout.labelled) {
    data = read_labelled_csv(path, layout.label);
  } else {
    Table table = read_csv(path);
    data = {.x = std::move(table.numbers), .features = std::move(table.columns)};
  }
  if (data.x.columns != model.architecture.inputs)
    throw DataError("predict",
                    join(path.string(), " has ", data.x.columns, " features, the model ",
                         model.architecture.inputs),
                    "Give the columns it was trained on, with or without the label");
  for (std::size_t j = 0; j < std::min(data.features.size(), model.features.size()); ++j)
    if (data.features[j] != model.features[j])
      throw DataError("predict",
                      join("column ", j + 1, " of ", path.string(), " is \"", data.features[j],
                           "\", the model learnt \"", model.features[j], "\""),
                      "Give the columns it was trained on, in their order");
  return data;
}

template <class T>
class Predictor {
 public:
  Predictor(const SavedModel& saved, bool probabilities)
      : saved_(saved),
        objective_(objective_from(saved.settings.loss)),
        probabilities_(probabilities),
        model_(make_network<T>(saved.architecture, random_)) {
    get_parameters(saved.file, saved.source, model_.parameters());
  }

  // The whole answer as CSV; prints how good it is to stderr when the data say.
  std::string run(const Dataset& data) {
    const Dataset inputs{.x = data.x};
    Problem<T> problem(inputs, saved_.fitted, Objective::mean_squared_error);
    std::string text = header();
    for (std::int64_t from = 0; from < data.size(); from += rows_at_once) {
      std::vector<std::int64_t> rows;
      for (std::int64_t i = from; i < std::min(data.size(), from + rows_at_once); ++i)
        rows.push_back(i);
      const auto start = tape_.mark();
      const Node<T> z = model_(problem.x(tape_, rows));
      add_lines(z, data, from, text);
      tape_.rewind(start);
    }
    report(data);
    return text;
  }

 private:
  std::string header() const {
    std::string text = "prediction";
    if (probabilities_)
      for (const std::string& name : saved_.classes) text += ",p_" + name;
    return text + "\n";
  }

  void add_lines(const Node<T>& z, const Dataset& data, std::int64_t from, std::string& text) {
    const View<const T> out = z.value();
    const auto columns = std::size_t(z.shape()[1]);
    const bool one = objective_ == Objective::binary_cross_entropy;
    const bool numbers = objective_ == Objective::mean_squared_error;
    const Node<T> p = numbers ? z : one ? sigmoid(z) : softmax(z);
    for (std::int64_t i = 0; i < z.shape()[0]; ++i) {
      const std::span row(out.data + i * std::int64_t(columns), columns);
      const auto at = std::size_t(from + i);
      if (numbers) {
        const double y =
            double(row[0]) * saved_.fitted.targets.scale[0] + saved_.fitted.targets.mean[0];
        text += to_text(y) + "\n";
        answers_.push_back(y);
        continue;
      }
      const std::int64_t c = predicted_class(row);
      text += field(saved_.classes.at(std::size_t(c)));
      if (!data.labels.empty()) right_ += data.labels[at] == c;
      if (probabilities_) {
        const std::span q(p.value().data + i * std::int64_t(columns), columns);
        if (one) text += join(",", 1 - q[0]);
        for (const T number : q) text += join(",", number);
      }
      text += "\n";
    }
  }

  static std::string field(const std::string& name) {
    if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
    std::string quoted = "\"";
    for (const char letter : name) quoted.append(letter == '"' ? 2 : 1, letter);
    return quoted + "\"";
  }

  void report(const Dataset& data) const {
    if (!data.labels.empty())
      fmt::print(stderr, "accuracy {:.4f} ({} of {})\n", double(right_) / double(data.size()),
                 right_, data.size());
    if (!data.targets.empty()) fmt::print(stderr, "R2 {:.6f}\n", r_squared(data.targets, answers_));
  }

  const SavedModel& saved_;
  Objective objective_;
  bool probabilities_;
  Random random_{0};
  Sequential<T> model_;
  Tape<T> tape_{Keep::values};
  std::int64_t right_ = 0;
  std::vector<double> answers_;
};

}  // namespace

void predict(const PredictRequest& request) {
  const SavedModel saved = read_model(request.model);
  const Dataset data = read_data(request.data, saved);
  const std::string answers = saved.settings.type == "float32"
                                  ? Predictor<float>(saved, request.probabilities).run(data)
                                  : Predictor<double>(saved, request.probabilities).run(data);
  if (request.output.empty())
    fmt::print("{}", answers);
  else
    write_file(request.output, answers);
}

}  // namespace glassgrad::cli

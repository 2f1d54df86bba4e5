#include "predict_data.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"
#include "glassgrad/data/idx.hpp"
#include "io/guarded.hpp"
#include "io/quoted.hpp"

namespace glassgrad::cli {

PredictData::PredictData(const DataFiles& files, const SavedModel& model)
    : model_(model),
      source_(open_data(files, "predict", idx_)),
      options_(csv_options(model.settings)),
      label_(label_options(model.settings)) {
  const std::string where = idx_ ? "read_idx" : "read_csv";
  glassgrad::detail::guarded(where, source_.name(), [&] {
    if (idx_)
      begin_images(files);
    else
      begin_table();
  });
}

void PredictData::check_columns(std::int64_t columns) const {
  const std::int64_t inputs = model_.description.architecture.inputs;
  if (columns != inputs)
    throw DataError("predict",
                    join(source_.name(), " has ", columns, columns == 1 ? " feature" : " features",
                         ", the model ", inputs),
                    "Give the columns it was trained on, with or without the label");
}

// With a label where it is one column wider than the model's inputs.
void PredictData::begin_table() {
  options_.asker = Asker::predict;
  if (options_.missing == Missing::drop) options_.missing = Missing::refuse;  // all are answered
  table_ = std::make_unique<detail::CsvReader>(source_, options_);
  const auto columns = std::int64_t(table_->columns());
  labelled_ = columns == model_.description.architecture.inputs + 1;
  if (!model_.description.classes.empty())
    label_ = among_classes(label_, model_.description.classes);
  table_->begin(labelled_ ? &label_ : nullptr);
  check_columns(columns - (labelled_ ? 1 : 0));
  const std::vector<std::string> names = table_->features();
  const auto& known = model_.description.features;
  for (std::size_t j = 0; j < std::min(names.size(), known.size()); ++j)
    if (names[j] != known[j])
      throw DataError("predict",
                      join("column ", j + 1, " of ", source_.name(), " is ",
                           glassgrad::detail::in_quotes(names[j]), ", the model learnt ",
                           glassgrad::detail::in_quotes(known[j])),
                      "Give the columns it was trained on, in their order");
}

void PredictData::begin_images(const DataFiles& files) {
  images_ = std::make_unique<detail::IdxReader>(source_);
  images_->check_images();
  check_columns(images_->columns());
  labelled_ = !files.labels.empty();
  if (!labelled_) return;
  Source labels = open_labels(files.labels);
  labels_ = idx_labels(labels, images_->shape(), source_.name(), model_.description.classes);
}

Dataset PredictData::next(std::int64_t rows) {
  const std::string where = idx_ ? "read_idx" : "read_csv";
  return glassgrad::detail::guarded(where, source_.name(), [&] {
    Dataset data;
    if (ended_) return data;
    if (idx_) {
      ended_ = !images_->read(rows, pixel_scale, data.x);
      if (!labelled_) return data;
      const auto from = labels_.begin() + std::ptrdiff_t(taken_);
      data.labels.assign(from, from + data.x.rows);
      taken_ += data.labels.size();
      return data;
    }
    std::vector<detail::LabelText> labels;
    ended_ = !table_->read(rows, data.x, labels);
    if (labelled_)
      detail::read_labels(labels, label_, source_.name(), table_->label_column(), options_.asker,
                          data);
    return data;
  });
}

}  // namespace glassgrad::cli

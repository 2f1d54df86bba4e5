// Which reader a file is for, and what it is told.
#include "read_data.hpp"

#include <fmt/format.h>

#include <charconv>

#include "choices.hpp"
#include "glassgrad/core/error.hpp"
#include "glassgrad/core/text.hpp"
#include "glassgrad/data/idx.hpp"
#include "glassgrad/io/file.hpp"

namespace glassgrad::cli {
namespace {

// True for IDX. Throws DataError when the files are not what they should be.
bool are_idx(const DataFiles& files) {
  const bool idx = is_idx(files.data);
  if (idx && files.labels.empty())
    throw DataError("train", join(files.data.string(), " holds images and no labels"),
                    "Give the file of labels with --labels, or with --test-labels for --test");
  if (!idx && !files.labels.empty() && std::filesystem::exists(files.data))
    throw DataError("train",
                    join(files.data.string(), " is no IDX file, but ", files.labels.string(),
                         " is given for its labels"),
                    "The labels of a CSV file are one of its columns (--label)");
  return idx;
}

}  // namespace

bool learns_numbers(const Settings& settings) {
  return objective_of(settings) == Objective::mean_squared_error;
}

CsvOptions csv_options(const Settings& settings) {
  CsvOptions options;
  if (settings.header != "detect")
    options.header = settings.header == "present" ? CsvHeader::present : CsvHeader::absent;
  options.separator = settings.separator == "tab" ? '\t' : settings.separator.at(0);
  if (settings.missing == "drop") options.missing = Missing::drop;
  if (settings.missing == "mean" || settings.missing == "median") options.missing = Missing::keep;
  return options;
}

LabelOptions label_options(const Settings& settings) {
  LabelOptions label;
  const std::string& text = settings.label;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), label.place);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) label.name = text;
  if (learns_numbers(settings)) label.kind = LabelKind::targets;
  return label;
}

LabelOptions among_classes(LabelOptions label, const std::vector<std::string>& classes) {
  bool numbered = true;
  for (std::size_t i = 0; i < classes.size(); ++i) numbered &= classes[i] == std::to_string(i);
  if (numbered)
    label.classes = std::int64_t(classes.size());
  else
    label.class_names = classes;
  return label;
}

Dataset read_training(const DataFiles& files, const Settings& settings) {
  if (are_idx(files)) return read_labelled_idx(files.data, files.labels, pixel_scale);
  return read_labelled_csv(files.data, label_options(settings), csv_options(settings));
}

Dataset read_test(const DataFiles& files, const Settings& settings, const Dataset& train) {
  const auto classes = std::int64_t(train.classes.size());
  Dataset data;
  if (are_idx(files)) {
    data = read_labelled_idx(files.data, files.labels, pixel_scale, classes);
  } else {
    const LabelOptions label = label_options(settings);
    data = read_labelled_csv(files.data,
                             train.classes.empty() ? label : among_classes(label, train.classes),
                             csv_options(settings));
  }
  if (data.x.columns != train.x.columns)
    throw DataError("train",
                    join(files.data.string(), " has ", data.x.columns,
                         " features, the training data ", train.x.columns),
                    "Give the same columns");
  return data;
}

std::string checksum_of(const DataFiles& train, const DataFiles& test) {
  std::uint32_t sum = 0;
  for (const auto& path : {train.data, train.labels, test.data, test.labels})
    if (!path.empty()) sum = crc32(read_file(path, "read_csv"), sum);
  return fmt::format("{:08x}", sum);
}

}  // namespace glassgrad::cli

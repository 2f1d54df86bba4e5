// Chooses a file's reader and its options.
#include "read_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "choices.hpp"
#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/data/idx.hpp"
#include "io/quoted.hpp"

namespace glassgrad::cli {
namespace {

void check_zipped(const std::filesystem::path& path, Source& source) {
  if (path.extension() == ".gz" && !source.is_gzip())
    source.fail("is not gzip, though its name ends in .gz", "Fetch the file again, or rename it");
}

// CSV, or images with their labels. `classes` are those that the labels must be among, if any.
Dataset read(const DataFiles& files, const Settings& settings,
             const std::vector<std::string>& classes, Checksum& sum) {
  bool idx = false;
  Source data = open_data(files, "train", idx);
  Dataset read;
  if (!idx) {
    const LabelOptions label = label_options(settings);
    read = read_labelled_csv(data, classes.empty() ? label : among_classes(label, classes),
                             csv_options(settings));
    sum = joined(sum, data.checksum());
    return read;
  }
  if (files.labels.empty())
    throw DataError("train", join(data.name(), " holds images and no labels"),
                    "Give the file of labels with --labels, or with --test-labels for --test");
  Source labels = open_labels(files.labels);
  read = read_labelled_idx(data, labels, pixel_scale, classes);
  sum = joined(joined(sum, data.checksum()), labels.checksum());
  return read;
}

}  // namespace

bool learns_numbers(const Settings& settings) {
  return objective_of(settings) == Objective::mean_squared_error;
}

CsvOptions csv_options(const Settings& settings) {
  CsvOptions options;
  if (settings.header != "detect")
    options.header = settings.header == "present" ? CsvHeader::present : CsvHeader::absent;
  options.separator = settings.separator == "tab"     ? '\t'
                      : settings.separator == "space" ? ' '
                                                      : settings.separator.at(0);
  if (settings.missing == "drop") options.missing = Missing::drop;
  if (settings.missing == "mean" || settings.missing == "median") options.missing = Missing::keep;
  options.asker = Asker::train;
  return options;
}

LabelOptions label_options(const Settings& settings) {
  LabelOptions label;
  const std::string& text = settings.label;
  std::int64_t place = label.place;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), place);
  label.place = place;
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

Source open_data(const DataFiles& files, std::string_view where, bool& idx) {
  Source source(files.data.string(), files.labels.empty() ? "read_csv" : "read_idx");
  using namespace std::string_view_literals;
  idx = is_idx(source);
  if (source.peek(4) == "\0\0\0\0"sv)
    source.fail("begins with zeros: it is neither text nor IDX",
                "Give a CSV file, or IDX for images");
  if (idx || !files.labels.empty()) source.asked_by("read_idx");
  if (!files.labels.empty()) check_zipped(files.data, source);
  if (!idx && !files.labels.empty())
    throw DataError(where,
                    join(source.name(), " is no IDX file, but ", files.labels.string(),
                         " is given for its labels"),
                    where == "predict"
                        ? "The labels of a CSV file are one of its columns"
                        : "The labels of a CSV file are one of its columns (--label)");
  return source;
}

Source open_labels(const std::filesystem::path& path) {
  Source labels(path.string(), "read_idx");
  check_zipped(path, labels);
  return labels;
}

Dataset read_training(const DataFiles& files, const Settings& settings, Checksum& sum) {
  Dataset data = read(files, settings, {}, sum);
  if (!learns_numbers(settings) && data.classes.size() == 1)
    throw DataError("train",
                    join(files.data.string(), " has one class, ", detail::in_quotes(data.classes),
                         data.notes.empty() ? "" : join(" (", data.notes.front(), ")"),
                         ": there is nothing to tell apart"),
                    files.labels.empty()
                        ? "Give examples of two classes or more, or another column with --label"
                        : "Give examples of two classes or more");
  return data;
}

Dataset read_test(const DataFiles& files, const Settings& settings, const Dataset& train,
                  Checksum& sum) {
  Dataset data = read(files, settings, train.classes, sum);
  if (data.x.columns != train.x.columns)
    throw DataError("train",
                    join(files.data.string(), " has ", data.x.columns,
                         data.x.columns == 1 ? " feature" : " features", ", the training data ",
                         train.x.columns),
                    "Give the same columns");
  for (std::size_t j = 0; j < std::min(data.features.size(), train.features.size()); ++j)
    if (data.features[j] != train.features[j])
      throw DataError("train",
                      join("feature ", j + 1, " of ", files.data.string(), " is ",
                           detail::in_quotes(data.features[j]), ", of the training data ",
                           detail::in_quotes(train.features[j])),
                      "Give the same columns, in their order");
  return data;
}

std::string checksum_text(const Checksum& sum) { return fmt::format("{:08x}", sum.sum); }

void check_standard_input(const std::vector<std::filesystem::path>& files) {
  const auto is_standard_input = [](const std::filesystem::path& file) {
    return file == "-" || file == "/dev/stdin";
  };
  if (std::count_if(files.begin(), files.end(), is_standard_input) > 1)
    throw DataError("glassgrad", "standard input is given for two files",
                    "Give the path of one of them");
}

}  // namespace glassgrad::cli

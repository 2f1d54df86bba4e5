// Whole tables, read by csv_reader.cpp.
#include "glassgrad/data/csv.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "../io/guarded.hpp"
#include "advice.hpp"
#include "csv_reader.hpp"
#include "glassgrad/array/error.hpp"
#include "glassgrad/data/prepare.hpp"

namespace glassgrad {
namespace {

constexpr std::string_view reading_csv = "read_csv";

Dataset read(Source& source, const LabelOptions* label, const CsvOptions& options) {
  detail::CsvReader reader(source, options);
  reader.begin(label);
  Dataset data;
  data.features = reader.features();
  std::vector<detail::LabelText> labels;
  reader.read(std::numeric_limits<std::int64_t>::max(), data.x, labels);
  if (data.x.rows == 0) {
    throw DataError(reading_csv, fmt::format("{} has a missing value in every row", source.name()),
                    detail::told(options.asker, "Choose another way than Missing::drop",
                                 "Set --missing to another way than drop", "Give whole rows"));
  }
  if (options.missing == Missing::mean || options.missing == Missing::median ||
      options.missing == Missing::constant) {
    Imputer::fit(data.x, options.missing, options.constant).apply(data.x);
  }
  if (label != nullptr)
    detail::read_labels(labels, *label, source.name(), reader.label_column(), options.asker, data);
  return data;
}

Dataset guarded_read(Source& source, const LabelOptions* label, const CsvOptions& options) {
  return detail::guarded(reading_csv, source.name(), [&] { return read(source, label, options); });
}

Table table_of(Dataset data) { return {std::move(data.features), std::move(data.x)}; }

}  // namespace

Table read_csv(Source& source, const CsvOptions& options) {
  return table_of(guarded_read(source, nullptr, options));
}

Dataset read_labelled_csv(Source& source, const LabelOptions& label, const CsvOptions& options) {
  return guarded_read(source, &label, options);
}

Table parse_csv(std::string_view text, std::string_view name, const CsvOptions& options) {
  Source source(text, name, reading_csv);
  return read_csv(source, options);
}

Dataset parse_labelled_csv(std::string_view text, std::string_view name, const LabelOptions& label,
                           const CsvOptions& options) {
  Source source(text, name, reading_csv);
  return read_labelled_csv(source, label, options);
}

Table read_csv(const std::string& path, const CsvOptions& options) {
  Source source(path, reading_csv);
  return read_csv(source, options);
}

Dataset read_labelled_csv(const std::string& path, const LabelOptions& label,
                          const CsvOptions& options) {
  Source source(path, reading_csv);
  return read_labelled_csv(source, label, options);
}

}  // namespace glassgrad

// What `predict` reads, block by block, so that any number of rows takes little memory: the rows of
// a CSV file, with the label or without, or the images of an IDX file, with labels or without.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/csv_reader.hpp"
#include "data/idx_reader.hpp"
#include "model_file.hpp"
#include "read_data.hpp"

namespace glassgrad::cli {

class PredictData {
 public:
  // Throws DataError: not the model's columns.
  PredictData(const DataFiles& files, const SavedModel& model);

  // The next rows, at most so many; none at the end.
  Dataset next(std::int64_t rows);

 private:
  void begin_table();
  void begin_images(const DataFiles& files);
  void check_columns(std::int64_t columns) const;

  const SavedModel& model_;
  bool idx_ = false, labelled_ = false, ended_ = false;
  Source source_;
  CsvOptions options_;
  LabelOptions label_;
  std::unique_ptr<detail::CsvReader> table_;
  std::unique_ptr<detail::IdxReader> images_;
  std::vector<std::int64_t> labels_;  // of all images
  std::size_t taken_ = 0;             // of those
};

}  // namespace glassgrad::cli

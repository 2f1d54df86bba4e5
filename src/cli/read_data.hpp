// The files of a run, CSV or IDX, as data sets.
#pragma once

#include <string>

#include "glassgrad/data/csv.hpp"
#include "settings.hpp"

namespace glassgrad::cli {

// Bytes of images are read as 0 ... 1.
inline constexpr double pixel_scale = 1.0 / 255;

bool learns_numbers(const Settings& settings);

// How the settings say a CSV file is to be read, and which column is its label.
CsvOptions csv_options(const Settings& settings);
LabelOptions label_options(const Settings& settings);

// Throws DataError as the readers do, and for images without labels or labels beside a CSV file.
Dataset read_training(const DataFiles& files, const Settings& settings);
// The same with the classes of the training data, which it must keep to.
Dataset read_test(const DataFiles& files, const Settings& settings, const Dataset& train);
// Options by which a label column is read as one of these classes.
LabelOptions among_classes(LabelOptions label, const std::vector<std::string>& classes);

// crc32 of all the files: --resume refuses other data.
std::string checksum_of(const DataFiles& train, const DataFiles& test);

}  // namespace glassgrad::cli

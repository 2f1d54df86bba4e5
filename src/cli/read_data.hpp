// The files of a run, CSV or IDX, as data sets. Each is opened once, and read once from its first
// byte to its last, so that it may be a pipe.
#pragma once

#include <string>

#include "glassgrad/data/csv.hpp"
#include "glassgrad/io/source.hpp"
#include "settings.hpp"

namespace glassgrad::cli {

// Bytes of images are read as 0 ... 1.
inline constexpr double pixel_scale = 1.0 / 255;

bool learns_numbers(const Settings& settings);

// Options for a CSV file and its label column, from the settings.
CsvOptions csv_options(const Settings& settings);
LabelOptions label_options(const Settings& settings);

// The file of examples, opened; `idx` says what it is. Throws DataError when it cannot be read, for
// labels beside a CSV file, and for a name ending in .gz without gzip inside.
Source open_data(const DataFiles& files, std::string_view where, bool& idx);
Source open_labels(const std::filesystem::path& labels);

// Throws DataError as the readers do, and for images without labels, labels beside a CSV file, and
// classes of which there is only one. Adds what the files hold, unpacked, to `sum`.
Dataset read_training(const DataFiles& files, const Settings& settings, Checksum& sum);
// The same with the classes of the training data, to which it must keep.
Dataset read_test(const DataFiles& files, const Settings& settings, const Dataset& train,
                  Checksum& sum);
// Options by which a label column is read as one of these classes.
LabelOptions among_classes(LabelOptions label, const std::vector<std::string>& classes);

// crc32 of what all the files hold: --resume refuses other data.
std::string checksum_text(const Checksum& sum);

// Throws DataError if standard input is named for two of the files.
void check_standard_input(const std::vector<std::filesystem::path>& files);

}  // namespace glassgrad::cli

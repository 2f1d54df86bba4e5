// The file that `train --save` writes and that `predict` and `--resume` read: parameters and the
// optimizer's state (io/model.hpp), how the inputs were scaled, the classes, every setting, the
// epochs done.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training.hpp"

namespace glassgrad::cli {

// All of the file but the weights.
struct SavedModel {
  Safetensors file;
  std::string source;  // what errors call it
  Settings settings;
  Architecture architecture;
  Fitted fitted;
  std::vector<std::string> features, classes;
  std::vector<EpochRow> history;
  std::string data_checksum;
};

// crc32 of the data's file: --resume refuses other data.
std::string checksum_of(const std::filesystem::path& data);

template <class T>
void save(const std::filesystem::path& path, const Settings& settings, Training<T>& training,
          const Dataset& data, const std::string& data_checksum);

// Throws DataError: no such file, not one of glassgrad's, damaged.
SavedModel read_model(const std::filesystem::path& path);

// Puts a run back where it was saved. Throws DataError when the data are not those it learnt from.
template <class T>
void resume(const SavedModel& saved, Training<T>& training);

}  // namespace glassgrad::cli

// The file that `train --save` writes and that `predict` and `--resume` read: parameters and what
// belongs to them (train/trained_model.hpp), the optimizer's state, every setting, the epochs done.
// With --keep-best the parameters are the best epoch's, and the last epoch's stand beside them as
// "last/<name>", for --resume.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "glassgrad/io/safetensors.hpp"
#include "training.hpp"

namespace glassgrad::cli {

// All of the file but the weights.
struct SavedModel {
  Safetensors file;
  std::string source;  // what errors call it
  Settings settings;
  ModelDescription description;
  std::vector<EpochRow> history;
  std::string data_checksum;
};

template <class T>
void save(const std::filesystem::path& path, const Settings& settings, Training<T>& training,
          const std::string& data_checksum);

// Throws DataError now, before training, if save() would later: names too long in total for the
// file's header.
template <class T>
void check_savable(const Settings& settings, Training<T>& training);

// Throws DataError: no such file, not one of glassgrad's, damaged, or parts of it that do not fit
// together.
SavedModel read_model(const std::filesystem::path& path);

// Puts a run back where it was saved. Throws DataError when its network is another.
template <class T>
void resume(const SavedModel& saved, Training<T>& training);

}  // namespace glassgrad::cli

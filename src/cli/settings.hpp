// The settings of a training run, each once, with its flag, default and description. From this one
// list come the flags, what is saved with a model, and what --resume compares.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "numbers.hpp"

namespace glassgrad::cli {

struct Settings {
  std::string label = "-1";
  std::string header = "detect";
  std::string separator = ",";
  std::string missing = "refuse";
  std::string scale = "standardise";
  double test_fraction = 0.2;
  double validation_fraction = 0.1;
  std::string layers = "64,relu";
  std::string loss = "cross_entropy";
  std::string init = "glorot_uniform";
  std::string type = "float64";
  std::string optimizer = "adam";
  double rate = 0.003;
  double momentum = 0.9;
  double weight_decay = 0;
  double clip = 0;
  double clip_value = 0;
  std::string schedule = "constant";
  double warm_up = 0;
  std::int64_t epochs = 30;
  std::int64_t batch = 32;
  std::int64_t seed = 1;
  std::int64_t patience = 0;
  bool keep_best = false;
  double tolerance = 0;
  double gradient_tolerance = 0;

  // Whether a validation part is needed.
  bool watches() const { return patience > 0 || keep_best; }
};

// A setting's name (its flag is --name with - for _), the group of its flag, its description; for a
// number its range.
struct Flag {
  const char *name, *group, *help;
  Range range = {};
};

// f(flag, member) for every setting.
template <class S, class F>
void each_setting(S& s, F&& f) {
  constexpr double most = 1e9;
  constexpr Range at_least_0{0}, count_or_0{0, most}, count{1, most}, part{0, 0.99};
  constexpr auto data = "Data", network = "Network", learning = "Learning", end = "The end";
  f(Flag{"label", data,
         "the label's column: its name, or its place from 1, or from the end from -1"},
    s.label);
  f(Flag{"header", data, "whether the first line names the columns: detect, present or absent"},
    s.header);
  f(Flag{"separator", data,
         "between columns: one character, tab, or space for any number of blanks"},
    s.separator);
  f(Flag{"missing", data,
         "an empty field, ?, NA or N/A: refuse, mean or median (the training part's, kept with the "
         "model), drop (the row)"},
    s.missing);
  f(Flag{"scale", data, "standardise (by the training part's mean and deviation) or none"},
    s.scale);
  f(Flag{"test_fraction", data, "held out to test on, of every class alike; unused with --test",
         part},
    s.test_fraction);
  f(Flag{"validation_fraction", data,
         "of the training part, watched by --patience and --keep-best; unused without them", part},
    s.validation_fraction);
  f(Flag{"layers", network,
         "sizes, activations and dropout:P, or none, before the output layer, which is added"},
    s.layers);
  f(Flag{"loss", network, "cross_entropy, binary_cross_entropy (2 classes) or mean_squared_error"},
    s.loss);
  f(Flag{"init", network, "glorot_uniform, he_normal, ..., normal:SIGMA, constant:C, zeros"},
    s.init);
  f(Flag{"type", network, "float64 or float32"}, s.type);
  f(Flag{"optimizer", learning,
         "gradient_descent, momentum, classical_momentum, nesterov, rmsprop, adagrad, adam, adamw"},
    s.optimizer);
  f(Flag{"rate", learning, "the learning rate", at_least_0}, s.rate);
  f(Flag{"momentum", learning, "beta of the three optimizers with momentum", Range{0, 1, true}},
    s.momentum);
  f(Flag{"weight_decay", learning, "of all parameters, as the optimizer does it", count_or_0},
    s.weight_decay);
  f(Flag{"clip", learning, "the gradient's largest norm; 0 does not clip", at_least_0}, s.clip);
  f(Flag{"clip_value", learning, "the largest size of its entries; 0 does not clip", at_least_0},
    s.clip_value);
  f(Flag{"schedule", learning,
         "constant, cosine, exponential:FACTOR (an epoch), step:EPOCHS:FACTOR"},
    s.schedule);
  f(Flag{"warm_up", learning, "epochs over which the rate rises to its full value", count_or_0},
    s.warm_up);
  f(Flag{"epochs", learning, "how many times every training example is seen, at most", count},
    s.epochs);
  f(Flag{"batch", learning,
         "examples per update; 1 is stochastic, as many as there are is batch descent", count},
    s.batch);
  f(Flag{"seed", learning, "of the split, the first weights, dropout and the order of examples",
         Range{0, 9e18}},
    s.seed);
  f(Flag{"patience", end,
         "stop after so many epochs without a new lowest validation loss; 0 does not", count_or_0},
    s.patience);
  f(Flag{"keep_best", end, "keep the parameters of the epoch with the lowest validation loss"},
    s.keep_best);
  f(Flag{"tolerance", end, "stop once the loss changes by at most this in an epoch; 0 does not",
         at_least_0},
    s.tolerance);
  f(Flag{"gradient_tolerance", end,
         "stop once the norm of an epoch's last gradient is at most this; 0 does not", at_least_0},
    s.gradient_tolerance);
}

std::string flag_of(const std::string& setting);
std::string to_json(const Settings& settings);
Settings settings_from(const std::string& json);  // throws DataError
// Throws Error that names the flag, for numbers out of range and names that do not exist.
void check(const Settings& settings);

// Examples in one CSV file, or as IDX in a file of images and one of labels.
struct DataFiles {
  std::filesystem::path data, labels;
};
struct SavedModel;  // model_file.hpp
struct TrainRequest {
  DataFiles train, test;
  std::filesystem::path save, metrics, trace, dot, resume, stop_nonfinite;
  std::vector<std::filesystem::path> report;
  std::vector<std::string> keep;  // patterns: whose arrays the report holds; none: all
  std::int64_t seeds = 1, save_every = 0;
  bool price = false;
  Settings settings;
  std::shared_ptr<const SavedModel> resumed;  // what --resume names, read once
};
struct PredictRequest {
  DataFiles files;
  std::filesystem::path model, output;
  bool probabilities = false;
};

struct ReplayRequest {
  std::filesystem::path file, html, json;
};

// Checks settings; that no option lacks the one it belongs to; that every output can be written and
// is neither an input nor another output. Throws Error and DataError.
void check(const TrainRequest& request);
// The exit code: 0, or 128 and the number of the signal that ended it early (signals.hpp).
int train(const TrainRequest& request);
// 0 if the step repeats to the bit, 1 if anything differs. Throws DataError.
int replay(const ReplayRequest& request);
void predict(const PredictRequest& request);

}  // namespace glassgrad::cli

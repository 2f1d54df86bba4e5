// What a training run is made of: every setting once, with its flag, its default and its words.
// From this one list come the flags, what is saved with a model, and what --resume compares.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace glassgrad::cli {

struct Settings {
  std::string label;
  std::string layers = "64,relu";
  std::string loss = "cross_entropy";
  std::string init = "glorot_uniform";
  std::string optimizer = "adam";
  double rate = 0.003;
  double momentum = 0.9;
  double weight_decay = 0;
  double clip = 0;
  std::string schedule = "constant";
  double warm_up = 0;
  std::int64_t epochs = 30;
  std::int64_t batch = 32;
  std::int64_t seed = 1;
  double test_fraction = 0.2;
  std::string scale = "standardise";
  std::string type = "float64";
};

// f(name, member, help) for every setting; the flag is --name with - for _.
template <class S, class F>
void each_setting(S& s, F&& f) {
  f("label", s.label, "the label's column by its name in the header; else it is the last");
  f("layers", s.layers, "sizes and activations, before the output layer that is added");
  f("loss", s.loss, "cross_entropy, binary_cross_entropy (2 classes) or mean_squared_error");
  f("init", s.init, "glorot_uniform, he_normal, ..., normal:SIGMA, constant:C, zeros");
  f("optimizer", s.optimizer,
    "gradient_descent, momentum, classical_momentum, nesterov, rmsprop, adagrad, adam, adamw");
  f("rate", s.rate, "the learning rate");
  f("momentum", s.momentum, "beta of the three optimizers with momentum");
  f("weight_decay", s.weight_decay, "of all parameters, as the optimizer does it");
  f("clip", s.clip, "the gradient's largest norm; 0 does not clip");
  f("schedule", s.schedule, "constant, cosine, exponential:FACTOR (an epoch), step:EPOCHS:FACTOR");
  f("warm_up", s.warm_up, "epochs over which the rate rises to its full value");
  f("epochs", s.epochs, "how many times every training example is seen");
  f("batch", s.batch,
    "examples per update; 1 is stochastic, as many as there are is batch descent");
  f("seed", s.seed, "of the split, the first weights and the order of examples");
  f("test_fraction", s.test_fraction, "held out, of every class alike; 0 holds out nothing");
  f("scale", s.scale, "standardise (by the training part's mean and deviation) or none");
  f("type", s.type, "float64 or float32");
}

std::string flag_of(const std::string& setting);
std::string to_json(const Settings& settings);
Settings settings_from(const std::string& json);  // throws DataError
// Throws Error that names the flag, for numbers out of range and names that do not exist.
void check(const Settings& settings);

struct TrainRequest {
  std::filesystem::path data, save, metrics, trace, dot, resume;
  std::int64_t seeds = 1, save_every = 0;
  Settings settings;
};
struct PredictRequest {
  std::filesystem::path model, data, output;
  bool probabilities = false;
};

void train(const TrainRequest& request);
void predict(const PredictRequest& request);

}  // namespace glassgrad::cli

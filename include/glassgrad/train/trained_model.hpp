// A trained model, loaded for use: the network, how its inputs are filled and scaled, what its
// outputs mean. What `glassgrad predict` does, from C++:
//   TrainedModel model("digits.safetensors");
//   const Table table = read_csv("new.csv");
//   for (const std::string& answer : model.predict(table.numbers)) std::puts(answer.c_str());
// Bare parameters are saved by io/model.hpp, which this uses. Next: failed_step.hpp, for training
// that stops where a number goes wrong.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/data/prepare.hpp"
#include "glassgrad/io/model.hpp"
#include "glassgrad/nn/sequential.hpp"

namespace glassgrad {

// The task, named after the loss: one of several classes, one of two, or a number.
enum class Objective { cross_entropy, binary_cross_entropy, mean_squared_error };
std::span<const std::string_view> objective_names();
// Throws Error that names the nearest; `kind` describes the name, `where` the caller.
Objective objective_from(std::string_view name, std::string_view where = "objective",
                         std::string_view kind = "objective");

// Preprocessing fitted on the training part, part of the model from then on.
struct Fitted {
  Imputer fill;          // empty when missing values were refused
  Standardizer inputs;   // mean 0 and scale 1 throughout when nothing is scaled
  Standardizer targets;  // of one column, for numbers to predict

  // Fills and scales; throws DataError when x is not as wide.
  void apply(Matrix& x) const;
};

// A model file's contents besides the weights and the state of training.
struct ModelDescription {
  Architecture architecture;
  Objective objective = Objective::cross_entropy;
  Fitted fitted;
  std::vector<std::string> features, classes;  // names; empty without a header, or for numbers
};
void put_description(Safetensors& file, const ModelDescription& description);
// Throws DataError: the file was not written by put_description, or parts of it do not fit
// together.
ModelDescription description_in(const Safetensors& file, std::string_view source);

class TrainedModel {
 public:
  // Throws DataError: no such file, damaged, or not of a trained model.
  explicit TrainedModel(const std::string& path);
  TrainedModel(const Safetensors& file, std::string_view source);

  // The answer to every row of x, as text: the class's name, or the number.
  std::vector<std::string> predict(const Matrix& x);
  // Classes: the probability of each, [rows, classes]. Numbers: [rows, 1].
  // Both throw DataError unless x has a column for every input. NaN in x is a missing value.
  Matrix outputs(const Matrix& x);

  const ModelDescription& description() const { return description_; }
  Sequential<double>& network() { return network_; }

 private:
  ModelDescription description_;
  Random random_{0};
  Sequential<double> network_;
  Tape<double> tape_{Keep::values};
};

}  // namespace glassgrad

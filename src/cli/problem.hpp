// Problem: the prepared data of a run. Scaled, in the tape's number type, examples as rows, batches
// gathered without allocation; and readings of a network's output: the cost, and how many
// predictions are right.
#pragma once

#include <span>
#include <vector>

#include "choices.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/train/failed_step.hpp"

namespace glassgrad::cli {

// Fits the preprocessing of the settings on the training part.
Fitted fit(const Dataset& train, const Settings& settings);
// How many outputs a network needs to learn these data. Throws DataError when it cannot.
std::int64_t outputs_for(Objective objective, const Dataset& data);

template <class T>
class Problem {
 public:
  // Throws DataError when the data are not of that kind, not as wide as `fitted`, or when a number
  // is beyond T.
  Problem(Dataset data, const Fitted& fitted, Objective objective);

  std::int64_t size() const { return size_; }
  std::int64_t label(std::int64_t row) const { return labels_[std::size_t(row)]; }
  // Scaled, as the network reads them.
  std::span<const T> inputs(std::int64_t row) const {
    return {x_.data() + row * inputs_, std::size_t(inputs_)};
  }

  // The inputs of some examples, as a constant; valid until the next call.
  Node<T> x(Tape<T>& tape, std::span<const std::int64_t> rows);
  // The mean cost of the network's output z for the same examples.
  Node<T> cost(const Node<T>& z, std::span<const std::int64_t> rows);
  // The same examples as named arrays: "x", "y", and "update", the number of the update.
  Batch batch(std::span<const std::int64_t> rows, std::int64_t update);
  // Classes: how many are right. Numbers: minus the sum of squared errors.
  double score(View<const T> z, std::span<const std::int64_t> rows) const;
  // From the sum of scores over all examples: accuracy, or R^2.
  double quality(double scores) const;

 private:
  View<const T> gather(const std::vector<T>& from, std::span<const std::int64_t> rows,
                       std::int64_t columns);

  Objective objective_;
  std::int64_t size_ = 0, inputs_ = 0;
  std::vector<T> x_, targets_;
  std::vector<std::int64_t> labels_;
  std::vector<T> batch_;
  std::vector<std::int64_t> batch_labels_;
  Shape shape_;
};

// The cost of the network for such a batch, recorded as x() and cost() do.
template <class T>
Node<T> network_cost(Sequential<T>& model, Objective objective, Tape<T>& tape, const Batch& batch);

// The class with the largest output; for one output, 1 where it is positive.
template <class T>
std::int64_t predicted_class(std::span<const T> row);

}  // namespace glassgrad::cli

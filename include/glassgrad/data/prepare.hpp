// From a data set to batches: missing values, standardization, one-hot, splitting, shuffling.
// Everything is a function of the data and a seed, the same on every platform; what is fitted on
// the training part is plain numbers, which apply to any other data. Next: metrics.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "glassgrad/data/table.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

// Fills missing values, which are NaN in the matrix, by one number per column.
struct Imputer {
  std::vector<double> fill;  // [columns]

  // The mean or median of the column's values, or the constant. Throws DataError on a column
  // without any value, and on Missing::refuse, keep and drop, which fill nothing.
  static Imputer fit(const Matrix& x, Missing missing, double constant = 0);
  void apply(Matrix& x) const;
};

// x -> (x - mean) / scale, column by column: training data get mean 0 and variance 1.
// scale is the standard deviation (sum of squares over n), also of huge or tiny numbers; a constant
// column gets scale 1 and becomes 0.
struct Standardizer {
  std::vector<double> mean;   // [columns]
  std::vector<double> scale;  // [columns], no zeros

  // Throws DataError on no rows, or on NaN or infinity.
  static Standardizer fit(const Matrix& x);
  void apply(Matrix& x) const;
};

// Row i is 1 in column labels[i], else 0: [labels, classes]. Throws DataError on other labels.
Matrix one_hot(std::span<const std::int64_t> labels, Setting<"one_hot", "classes"> classes);

// The examples in a random order.
Dataset shuffled(const Dataset& data, Seed<"shuffled"> seed);

struct Split {
  Dataset train;
  Dataset test;
};

// round(held_out * n) examples at random go to the test part, the rest to the training part, both
// in random order. Throws DataError unless both get some.
Split split(const Dataset& data, double held_out, Seed<"split"> seed);

// The same, each class in the proportion it has in all the data: of n_c examples held_out * n_c,
// rounded down or up so that the total is round(held_out * n) (largest remainders); but every class
// keeps an example to train on.
Split split_stratified(const Dataset& data, double held_out, Seed<"split_stratified"> seed);

// The row numbers of every mini-batch of every epoch. An epoch's order depends on seed and epoch
// alone, so a resumed run draws the batches it would have drawn. The last batch may be short.
class Batches {
 public:
  enum class Order { shuffled, as_given };

  // Throws DataError unless examples and batch_size are positive.
  Batches(Setting<"Batches", "examples"> examples, Setting<"Batches", "batch_size"> batch_size,
          Seed<"Batches"> seed, Order order = Order::shuffled);

  std::int64_t examples() const { return examples_; }
  std::int64_t batch_size() const { return batch_size_; }
  std::int64_t iterations() const;  // per epoch: ceil(examples / batch_size)

  // The rows of batch `iteration` of `epoch`, both from 0; valid until another epoch is asked for.
  std::span<const std::int64_t> rows(Setting<"Batches", "epoch"> epoch,
                                     Setting<"Batches", "iteration"> iteration);

 private:
  std::int64_t examples_;
  std::int64_t batch_size_;
  std::uint64_t seed_;
  Order order_;
  std::optional<std::int64_t> epoch_;  // the one whose order `all_` holds
  std::vector<std::int64_t> all_;
};

}  // namespace glassgrad

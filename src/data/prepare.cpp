// Fitting and applying, splitting, batching. Every random order has a stream of its own, so that
// one seed serves initialization, splitting and batches without sharing draws.
#include "glassgrad/data/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/named.hpp"
#include "glassgrad/array/narrow.hpp"
#include "glassgrad/array/random.hpp"

namespace glassgrad {
namespace {

constexpr std::uint64_t shuffle_stream = 0x53485546'00000000;  // "SHUF" in ASCII
constexpr std::uint64_t split_stream = 0x53504C54'00000000;    // "SPLT"
constexpr std::uint64_t batch_stream = 0x42544348'00000000;    // "BTCH", plus the epoch

std::vector<double> column_of(const Matrix& x, std::int64_t j) {
  std::vector<double> column;
  column.reserve(static_cast<std::size_t>(x.rows));
  for (std::int64_t i = 0; i < x.rows; ++i) column.push_back(x(i, j));
  return column;
}

void check_columns(std::string_view where, const Matrix& x, std::size_t fitted) {
  if (static_cast<std::size_t>(x.columns) != fitted) {
    throw DataError(where, fmt::format("x has {} columns, the fit was on {}", x.columns, fitted),
                    "Give the features it was fitted on");
  }
}

double mean_of(const std::vector<double>& values) {
  double mean = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double change = values[i] - mean;
    const auto n = static_cast<double>(i + 1);
    mean += std::isfinite(change) ? change / n : values[i] / n - mean / n;
  }
  return mean;
}

void check_finite(const Matrix& x) {
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const auto row = x.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (std::isfinite(row[j])) continue;
      throw DataError("Standardizer",
                      fmt::format("row {}, column {} of x is {}", i + 1, j + 1, row[j]),
                      "Give finite numbers; fill missing ones with an Imputer");
    }
  }
}

struct Spread {
  double mean, scale;
};

// Mean and standard deviation of 2^-up x, times 2^up. mean = first + sum (x - first) / n, so that a
// constant column has exactly its mean.
Spread spread_by(const std::vector<double>& x, int up) {
  const auto n = static_cast<double>(x.size());
  const double first = std::ldexp(x[0], -up);
  double mean = 0;
  double squares = 0;
  for (const double value : x) mean += std::ldexp(value, -up) - first;
  mean = first + mean / n;
  for (const double value : x) {
    const double off = std::ldexp(value, -up) - mean;
    squares += off * off;
  }
  return {std::ldexp(mean, up), std::ldexp(std::sqrt(squares / n), up)};
}

// Scaled by the power of two that brings the largest difference from the first near 1.
Spread scaled_spread_of(const std::vector<double>& x) {
  double most = 0;
  double half = 0;  // of numbers whose difference overflows
  for (const double value : x) {
    most = std::max(most, std::abs(value - x[0]));
    half = std::max(half, std::abs(value / 2 - x[0] / 2));
  }
  if (most == 0) return {x[0], 1};
  const Spread spread = spread_by(x, std::ilogb(most > 1 ? half : most) + 1);
  return {spread.mean, std::max(spread.scale, std::numeric_limits<double>::denorm_min())};
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  const double gap = values[half] - values[half - 1];
  return std::isfinite(gap) ? values[half - 1] + gap / 2 : values[half - 1] / 2 + values[half] / 2;
}

// How many of n examples are held out: round(held_out * n).
std::int64_t held_out_of(std::int64_t n, double held_out) {
  const double exact = held_out * static_cast<double>(n);
  const auto count = held_out > 0 && held_out < 1 ? static_cast<std::int64_t>(exact + 0.5) : 0;
  if (count < 1 || count >= n) {
    throw DataError("split",
                    fmt::format("holding out {} of {} examples leaves a part empty", held_out, n),
                    "Give more examples, or a fraction between 0 and 1 that leaves some in both");
  }
  return count;
}

Split split_at(const Dataset& data, std::span<const std::int64_t> order, std::int64_t held_out) {
  const auto count = static_cast<std::size_t>(held_out);
  return {take(data, order.subspan(count)), take(data, order.first(count))};
}

// How many of each class to hold out: floor(held_out * n_c), and one more for the classes with the
// largest remainders, first of several, until the total is reached.
std::vector<std::int64_t> quotas(const std::vector<std::vector<std::int64_t>>& members,
                                 double held_out, std::int64_t total) {
  constexpr double grain = 0x1.0p-30;  // remainders closer than this are equal but for rounding
  std::vector<std::int64_t> quota;
  std::vector<std::pair<double, std::size_t>>
      remainders;  // negative, so that the largest sort first
  for (std::size_t c = 0; c < members.size(); ++c) {
    const auto size = static_cast<std::int64_t>(members[c].size());
    const double exact = held_out * static_cast<double>(size);
    const auto count = static_cast<std::int64_t>(exact + grain);
    const double remainder = std::floor((exact - static_cast<double>(count)) / grain + 0.5);
    quota.push_back(std::clamp<std::int64_t>(count, 0, std::max<std::int64_t>(size - 1, 0)));
    total -= quota.back();
    if (remainder > 0 && count + 1 < size) remainders.emplace_back(-remainder, c);
  }
  std::sort(remainders.begin(), remainders.end());
  for (const auto& [remainder, c] : remainders) {
    if (total-- <= 0) break;
    ++quota[c];
  }
  return quota;
}

}  // namespace

Imputer Imputer::fit(const Matrix& x, Missing missing, double constant) {
  if (missing == Missing::refuse || missing == Missing::keep || missing == Missing::drop) {
    throw DataError("Imputer", "Missing::refuse, keep and drop fill nothing",
                    "Choose mean, median or constant");
  }
  Imputer imputer;
  for (std::int64_t j = 0; j < x.columns; ++j) {
    std::vector<double> values = column_of(x, j);
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (missing == Missing::constant) {
      imputer.fill.push_back(constant);
    } else if (values.empty()) {
      throw DataError("Imputer", fmt::format("column {} has no value at all", j + 1),
                      "Remove the column, or fill it with a constant");
    } else {
      imputer.fill.push_back(missing == Missing::mean ? mean_of(values)
                                                      : median_of(std::move(values)));
    }
  }
  return imputer;
}

void Imputer::apply(Matrix& x) const {
  check_columns("Imputer", x, fill.size());
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::int64_t j = 0; j < x.columns; ++j) {
      if (std::isnan(x(i, j))) x(i, j) = fill[static_cast<std::size_t>(j)];
    }
  }
}

Standardizer Standardizer::fit(const Matrix& x) {
  if (x.rows == 0) {
    throw DataError("Standardizer", "x has no rows", "Give at least one example");
  }
  check_finite(x);
  const auto n = static_cast<double>(x.rows);
  const auto first = x.row(0);
  Standardizer fitted{std::vector<double>(first.size()), std::vector<double>(first.size())};
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const auto row = x.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) fitted.mean[j] += row[j] - first[j];
  }
  for (std::size_t j = 0; j < first.size(); ++j) {
    fitted.mean[j] = first[j] + fitted.mean[j] / n;
  }
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const auto row = x.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      fitted.scale[j] += (row[j] - fitted.mean[j]) * (row[j] - fitted.mean[j]);
    }
  }
  for (std::size_t j = 0; j < first.size(); ++j) {
    fitted.scale[j] = std::sqrt(fitted.scale[j] / n);
    if (fitted.scale[j] > 0x1p-400 && fitted.scale[j] < 0x1p400) continue;
    // constant, or sums or squares have left the range
    const Spread spread = scaled_spread_of(column_of(x, static_cast<std::int64_t>(j)));
    fitted.mean[j] = spread.mean;
    fitted.scale[j] = spread.scale;
  }
  return fitted;
}

void Standardizer::apply(Matrix& x) const {
  check_columns("Standardizer", x, mean.size());
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const auto row = x.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      const double usual = (row[j] - mean[j]) / scale[j];
      // for numbers whose difference overflows, all scaled by 1/4
      row[j] = std::isfinite(usual) ? usual : (row[j] / 4 - mean[j] / 4) / (scale[j] / 4);
    }
  }
}

Matrix one_hot(std::span<const std::int64_t> labels, Setting<"one_hot", "classes"> classes) {
  Matrix hot(static_cast<std::int64_t>(labels.size()), classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes) {
      throw DataError("one_hot", fmt::format("label {} of row {} is out of range", labels[i], i),
                      fmt::format("Labels go from 0 to {}", classes - 1));
    }
    hot(static_cast<std::int64_t>(i), labels[i]) = 1;
  }
  return hot;
}

Dataset shuffled(const Dataset& data, Seed<"shuffled"> seed) {
  return take(data, Random(seed, shuffle_stream).permutation(data.size()));
}

Split split(const Dataset& data, double held_out, Seed<"split"> seed) {
  const std::int64_t count = held_out_of(data.size(), held_out);
  return split_at(data, Random(seed, split_stream).permutation(data.size()), count);
}

Split split_stratified(const Dataset& data, double held_out, Seed<"split_stratified"> seed) {
  check_dataset(data);
  if (data.labels.empty()) {
    throw DataError("split_stratified", "the data have no labels",
                    "Use split, or give every example a class");
  }
  const std::int64_t total = held_out_of(data.size(), held_out);
  Random random(seed, split_stream);
  const auto largest = *std::max_element(data.labels.begin(), data.labels.end());
  auto members = room_for<std::vector<std::int64_t>>("split_stratified", bounded_sum(largest, 1));
  for (const std::int64_t row : random.permutation(data.size())) {
    members[static_cast<std::size_t>(data.labels[static_cast<std::size_t>(row)])].push_back(row);
  }
  const std::vector<std::int64_t> quota = quotas(members, held_out, total);
  std::vector<std::int64_t> test;
  std::vector<std::int64_t> train;
  for (std::size_t c = 0; c < members.size(); ++c) {
    const auto cut = members[c].begin() + quota[c];
    test.insert(test.end(), members[c].begin(), cut);
    train.insert(train.end(), cut, members[c].end());
  }
  random.shuffle(test);
  random.shuffle(train);
  return {take(data, train), take(data, test)};
}

Batches::Batches(Setting<"Batches", "examples"> examples,
                 Setting<"Batches", "batch_size"> batch_size, Seed<"Batches"> seed, Order order)
    : examples_(examples), batch_size_(batch_size), seed_(seed), order_(order) {
  if (examples < 1 || batch_size < 1) {
    throw DataError("Batches", fmt::format("{} examples in batches of {}", examples, batch_size),
                    "Give at least one of each");
  }
}

std::int64_t Batches::iterations() const { return (examples_ - 1) / batch_size_ + 1; }

std::span<const std::int64_t> Batches::rows(Setting<"Batches", "epoch"> epoch,
                                            Setting<"Batches", "iteration"> iteration) {
  if (epoch < 0 || iteration < 0 || iteration >= iterations()) {
    throw DataError("Batches", fmt::format("no iteration {} in epoch {}", iteration, epoch),
                    fmt::format("Count epochs from 0, iterations from 0 to {}", iterations() - 1));
  }
  if (epoch != epoch_) {
    all_ = room_for<std::int64_t>("Batches", examples_);
    std::iota(all_.begin(), all_.end(), std::int64_t{0});
    if (order_ == Order::shuffled) {
      Random(seed_, batch_stream + static_cast<std::uint64_t>(epoch)).shuffle(all_);
    }
    epoch_ = epoch;
  }
  const std::int64_t begin = iteration * batch_size_;
  const std::int64_t count = std::min(batch_size_, examples_ - begin);
  return std::span<const std::int64_t>(all_).subspan(static_cast<std::size_t>(begin),
                                                     static_cast<std::size_t>(count));
}

}  // namespace glassgrad

// Gathering batches, costs and scores.
#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::cli {
namespace {

Standardizer as_they_are(std::int64_t columns) {
  const auto n = std::size_t(columns);
  return {std::vector<double>(n, 0.0), std::vector<double>(n, 1.0)};
}

Matrix column(const std::vector<double>& numbers) {
  return Matrix(std::int64_t(numbers.size()), 1, numbers);
}

template <class T>
Node<T> cost_of_numbers(Objective objective, const Node<T>& z, const Node<T>& y) {
  return objective == Objective::mean_squared_error ? mean_squared_error(z, y)
                                                    : binary_cross_entropy_from_logits(z, y);
}

void check_kind(const Dataset& data, Objective objective) {
  if (objective == Objective::mean_squared_error || !data.labels.empty()) return;
  throw DataError("train", "the data have no classes", "Use --loss mean_squared_error");
}

// The error for a number that float32 cannot hold, with the two remedies.
[[noreturn]] void refuse_number(const std::string& place, double number, bool scaled) {
  constexpr double squared = 1e150;  // beyond, a column is too large to be standardised
  throw DataError(
      "train",
      join(place, scaled ? ", scaled, has " : " has ", number, ", which is beyond float32"),
      scaled                       ? "Use --type float64"
      : std::abs(number) < squared ? "Use --scale standardise, or --type float64"
                                   : "Divide it by a power of ten");
}

std::string feature_name(const Dataset& data, std::size_t j) {
  const std::string number = join("feature ", j + 1);
  return data.features.empty() ? number : join(number, " (\"", shown_name(data.features[j]), "\")");
}

Imputer fill_of(const Dataset& train, const std::string& missing) {
  for (std::int64_t j = 0; j < train.x.columns; ++j) {
    bool any = false;
    for (std::int64_t i = 0; i < train.x.rows && !any; ++i)
      any = !std::isnan(train.x.numbers[std::size_t(i * train.x.columns + j)]);
    if (!any)
      throw DataError("train",
                      join(feature_name(train, std::size_t(j)),
                           " has no value in any example that is learnt from"),
                      join("Remove its column, or give it values: --missing ", missing,
                           " fills from what there is"));
  }
  return Imputer::fit(train.x, missing == "mean" ? Missing::mean : Missing::median);
}

// The numbers as T; place(i) names the i-th in errors.
template <class T, class Place>
std::vector<T> numbers_as(std::vector<double> numbers, bool scaled, const Place& place) {
  if constexpr (std::is_same_v<T, double>) {
    return numbers;
  } else {
    std::vector<T> result(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      result[i] = T(numbers[i]);
      if (std::isinf(result[i]) && !std::isinf(numbers[i]))
        refuse_number(place(i), numbers[i], scaled);
    }
    return result;
  }
}

bool scales(const Standardizer& standardizer) {
  const auto is = [](double number) { return [=](double other) { return other == number; }; };
  return !std::all_of(standardizer.mean.begin(), standardizer.mean.end(), is(0)) ||
         !std::all_of(standardizer.scale.begin(), standardizer.scale.end(), is(1));
}

}  // namespace

Fitted fit(const Dataset& train, const Settings& settings) {
  Fitted fitted{{}, as_they_are(train.x.columns), as_they_are(1)};
  const bool fills = settings.missing == "mean" || settings.missing == "median";
  if (fills) fitted.fill = fill_of(train, settings.missing);
  if (settings.scale == "none") return fitted;
  if (fills) {
    Matrix filled = train.x;
    fitted.fill.apply(filled);
    fitted.inputs = Standardizer::fit(filled);
  } else {
    fitted.inputs = Standardizer::fit(train.x);
  }
  if (!train.targets.empty()) fitted.targets = Standardizer::fit(column(train.targets));
  return fitted;
}

std::int64_t outputs_for(Objective objective, const Dataset& data) {
  check_kind(data, objective);
  if (objective == Objective::mean_squared_error) return 1;
  const std::int64_t classes = std::int64_t(data.classes.size());
  if (objective == Objective::cross_entropy) return classes;
  if (classes != 2)
    throw DataError("train", join("binary_cross_entropy is for 2 classes, the data have ", classes),
                    "Use --loss cross_entropy");
  return 1;
}

template <class T>
Problem<T>::Problem(Dataset data, const Fitted& fitted, Objective objective)
    : objective_(objective), size_(data.size()), inputs_(data.x.columns), labels_(data.labels) {
  check_kind(data, objective);
  fitted.apply(data.x);
  const auto feature = [&](std::size_t i) { return feature_name(data, i % std::size_t(inputs_)); };
  x_ = numbers_as<T>(std::move(data.x.numbers), scales(fitted.inputs), feature);
  Matrix y = column(data.targets);
  if (!data.targets.empty()) fitted.targets.apply(y);
  targets_ = numbers_as<T>(std::move(y.numbers), scales(fitted.targets),
                           [](std::size_t) { return "the target"; });
  if (objective == Objective::binary_cross_entropy) targets_.assign(labels_.begin(), labels_.end());
}

template <class T>
View<const T> Problem<T>::gather(const std::vector<T>& from, std::span<const std::int64_t> rows,
                                 std::int64_t columns) {
  batch_.resize(rows.size() * std::size_t(columns));
  auto to = batch_.begin();
  for (const std::int64_t row : rows) to = std::copy_n(from.begin() + row * columns, columns, to);
  shape_ = Shape{std::int64_t(rows.size()), columns};
  return {batch_.data(), &shape_};
}

template <class T>
Node<T> Problem<T>::x(Tape<T>& tape, std::span<const std::int64_t> rows) {
  return tape.constant("x", gather(x_, rows, inputs_));
}

template <class T>
Node<T> Problem<T>::cost(const Node<T>& z, std::span<const std::int64_t> rows) {
  Tape<T>& tape = z.its_tape();
  if (objective_ != Objective::cross_entropy)
    return cost_of_numbers(objective_, z, tape.constant("y", gather(targets_, rows, 1)));
  batch_labels_.clear();
  for (const std::int64_t row : rows) batch_labels_.push_back(labels_[std::size_t(row)]);
  const Shape shape{std::int64_t(rows.size())};
  return softmax_cross_entropy(z, tape.indices("y", batch_labels_, shape));
}

template <class T>
Batch Problem<T>::batch(std::span<const std::int64_t> rows, std::int64_t update) {
  const auto n = std::int64_t(rows.size());
  Batch batch{{"update", {}, std::vector<std::int64_t>{update}}};
  const View<const T> x = gather(x_, rows, inputs_);
  batch.push_back({"x", {n, inputs_}, std::vector<T>(x.begin(), x.end())});
  if (objective_ == Objective::cross_entropy) {
    std::vector<std::int64_t> labels;
    for (const std::int64_t row : rows) labels.push_back(labels_[std::size_t(row)]);
    batch.push_back({"y", {n}, std::move(labels)});
  } else {
    const View<const T> y = gather(targets_, rows, 1);
    batch.push_back({"y", {n, 1}, std::vector<T>(y.begin(), y.end())});
  }
  return batch;
}

template <class T>
Node<T> network_cost(Sequential<T>& model, Objective objective, Tape<T>& tape, const Batch& batch) {
  model.seek(integer_in(batch, "update"));
  const Node<T> z = model(constant_of(tape, batch, "x"));
  return name("cost", objective == Objective::cross_entropy
                          ? softmax_cross_entropy(z, indices_of(tape, batch, "y"))
                          : cost_of_numbers(objective, z, constant_of(tape, batch, "y")));
}
template Node<float> network_cost(Sequential<float>&, Objective, Tape<float>&, const Batch&);
template Node<double> network_cost(Sequential<double>&, Objective, Tape<double>&, const Batch&);

template <class T>
std::int64_t predicted_class(std::span<const T> row) {
  if (row.size() == 1) return row[0] > 0 ? 1 : 0;
  return std::max_element(row.begin(), row.end()) - row.begin();
}
template std::int64_t predicted_class(std::span<const float>);
template std::int64_t predicted_class(std::span<const double>);

template <class T>
double Problem<T>::score(View<const T> z, std::span<const std::int64_t> rows) const {
  const std::size_t columns = z.size() / rows.size();
  double score = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = std::size_t(rows[i]);
    if (objective_ == Objective::mean_squared_error) {
      const double error = double(z.data[i]) - double(targets_[row]);
      score -= error * error;
    } else if (predicted_class(std::span<const T>(z.data + i * columns, columns)) == labels_[row]) {
      ++score;
    }
  }
  return score;
}

template <class T>
double Problem<T>::quality(double scores) const {
  if (objective_ != Objective::mean_squared_error) return scores / double(size_);
  const double mean =
      std::accumulate(targets_.begin(), targets_.end(), 0.0) / double(targets_.size());
  double spread = 0;
  for (const T y : targets_) spread += (double(y) - mean) * (double(y) - mean);
  return spread > 0 ? 1 + scores / spread : scores == 0 ? 1 : 0;
}

template class Problem<float>;
template class Problem<double>;

}  // namespace glassgrad::cli

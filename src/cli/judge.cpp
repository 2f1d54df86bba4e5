// For reports on a trained network: each example's loss and answer, and its answers anywhere in the
// plane.
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/reduce.hpp"
#include "training.hpp"

namespace glassgrad::cli {
namespace {

template <class T>
std::vector<double> as_read(std::span<const T> scaled, const Standardizer& by) {
  std::vector<double> inputs;
  for (std::size_t i = 0; i < scaled.size(); ++i)
    inputs.push_back(double(scaled[i]) * by.scale[i] + by.mean[i]);
  return inputs;
}

}  // namespace

template <class T>
std::vector<typename Training<T>::Judged> Training<T>::judge() {
  std::vector<Judged> all;
  if (description.objective == Objective::mean_squared_error) return all;
  const Evaluating evaluating(model);
  Problem<T>& problem = test_ ? *test_ : validation_ ? *validation_ : problem_;
  const auto start = values_.mark();
  for (std::int64_t row = 0; row < problem.size(); ++row) {
    const std::int64_t rows[] = {row};
    const Node<T> z = model(problem.x(values_, rows));
    const View<const T> outputs = z.value();
    all.push_back({row, problem.label(row),
                   predicted_class(std::span<const T>(outputs.data, outputs.size())),
                   double(problem.cost(z, rows).item())});
    values_.rewind(start);
  }
  return all;
}

template <class T>
std::string Training<T>::judged_part() const {
  return test_ ? "held out to test on" : validation_ ? "held out to validate on" : "trained on";
}
template <class T>
std::vector<double> Training<T>::judged_inputs(std::int64_t row) const {
  return as_read(judged().inputs(row), description.fitted.inputs);
}
template <class T>
std::vector<double> Training<T>::training_inputs(std::int64_t row) const {
  return as_read(problem_.inputs(row), description.fitted.inputs);
}

template <class T>
std::vector<double> Training<T>::second_class(Matrix inputs) {
  description.fitted.apply(inputs);
  const std::vector<T> numbers(inputs.numbers.begin(), inputs.numbers.end());
  const Shape shape{inputs.rows, inputs.columns};
  const Evaluating evaluating(model);
  const auto start = values_.mark();
  const Node<T> z = model(values_.constant(View<const T>{numbers.data(), &shape}));
  const bool one = z.shape()[1] == 1;
  const Node<T> p = one ? sigmoid(z) : softmax(z, 1);
  std::vector<double> answers;
  for (std::int64_t i = 0; i < inputs.rows; ++i)
    answers.push_back(double(p.value().data[one ? i : 2 * i + 1]));
  values_.rewind(start);
  return answers;
}

template std::vector<Training<float>::Judged> Training<float>::judge();
template std::string Training<float>::judged_part() const;
template std::vector<double> Training<float>::judged_inputs(std::int64_t) const;
template std::vector<double> Training<float>::training_inputs(std::int64_t) const;
template std::vector<double> Training<float>::second_class(Matrix);
template std::vector<Training<double>::Judged> Training<double>::judge();
template std::string Training<double>::judged_part() const;
template std::vector<double> Training<double>::judged_inputs(std::int64_t) const;
template std::vector<double> Training<double>::training_inputs(std::int64_t) const;
template std::vector<double> Training<double>::second_class(Matrix);

}  // namespace glassgrad::cli

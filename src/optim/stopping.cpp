// The rules of stopping.hpp.
#include "glassgrad/optim/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "glassgrad/array/text.hpp"
#include "glassgrad/optim/optimizer.hpp"

namespace glassgrad {

Stopping::Stopping(const StopOptions& options) : options_(options) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  checked_setting("stopping", "patience", double(options.patience), 0, infinity);
  checked_setting("stopping", "tolerance", options.tolerance, 0, infinity);
  checked_setting("stopping", "gradient_tolerance", options.gradient_tolerance, 0, infinity);
}

bool Stopping::after_epoch(double loss, double validation_loss, double gradient) {
  ++epochs_;
  const bool better = validation_loss < best_;
  if (better) best_ = validation_loss, best_epoch_ = epochs_;
  const std::int64_t waited = epochs_ - best_epoch_;
  const double change = std::abs(loss - last_);
  last_ = loss;
  if (stop_ != Stop::no) return better;
  if (options_.patience > 0 && waited >= options_.patience) {
    stop_ = Stop::patience;
    reason_ = join("the validation loss is not below that of epoch ", best_epoch_, " for ", waited,
                   waited == 1 ? " epoch" : " epochs");
  } else if (options_.tolerance > 0 && change <= options_.tolerance) {
    stop_ = Stop::tolerance;
    reason_ = join("the loss changed by ", to_text(change, 3), " in the last epoch");
  } else if (options_.gradient_tolerance > 0 && gradient <= options_.gradient_tolerance) {
    stop_ = Stop::gradient;
    reason_ = join("the gradient's norm is ", to_text(gradient, 3));
  }
  return better;
}

void Stopping::stand_after(std::int64_t epochs, std::int64_t best_epoch, double best,
                           double last_loss) {
  epochs_ = epochs, best_epoch_ = best_epoch, best_ = best, last_ = last_loss;
}

template <class T>
void Kept<T>::keep() {
  values_.resize(parameters_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const View<const T> value = std::as_const(*parameters_[i]).value();
    values_[i].assign(value.begin(), value.end());
  }
}

template <class T>
void Kept<T>::restore() const {
  for (std::size_t i = 0; i < values_.size(); ++i)
    std::copy(values_[i].begin(), values_[i].end(), parameters_[i]->change().data);
}

template class Kept<float>;
template class Kept<double>;

template <class T>
std::string divergence(double loss, double usual, std::span<Parameter<T>* const> parameters) {
  constexpr double hopeless = 1e6;
  if (std::isnan(loss)) return "the loss is nan";  // to_text would show its sign
  if (!std::isfinite(loss)) return join("the loss is ", loss);
  if (loss > hopeless * std::max(1.0, usual))
    return join("the loss is ", to_text(loss, 3), ", it was ", to_text(usual, 3));
  for (const Parameter<T>* parameter : parameters)
    for (const T number : parameter->value())
      if (!std::isfinite(number))
        return join("\"", parameter->name(), "\" holds ", std::isnan(number) ? "nan" : "inf");
  return "";
}
template std::string divergence(double, double, std::span<Parameter<float>* const>);
template std::string divergence(double, double, std::span<Parameter<double>* const>);

template <class T>
void throw_if_diverged(double loss, double usual, Kept<T>& good) {
  const std::string what = divergence(loss, usual, good.parameters());
  if (what.empty()) return good.keep();
  good.restore();
  throw Diverged("train", join("training diverged: ", what),
                 "Lower the rate, or clip the gradient; the parameters are the last good ones");
}
template void throw_if_diverged(double, double, Kept<float>&);
template void throw_if_diverged(double, double, Kept<double>&);

}  // namespace glassgrad

// The update lines of adaptive.hpp.
#include "glassgrad/optim/adaptive.hpp"

#include <cmath>
#include <limits>

#include "optim/least_normal.hpp"

namespace glassgrad {
namespace {

constexpr std::string_view squares_only[] = {"squares"};
constexpr std::string_view means_and_squares[] = {"means", "squares"};

// Is epsilon so small that roots of denormal squares count beside it?
template <class T>
bool small_counts(double epsilon) {
  return epsilon < std::sqrt(least_normal<T>) / double(std::numeric_limits<T>::epsilon());
}

double checked_epsilon(std::string_view name, double epsilon) {
  return checked_setting(name, "epsilon", epsilon, 0, std::numeric_limits<double>::infinity());
}

}  // namespace

template <class T>
Adagrad<T>::Adagrad(double rate, double epsilon, const StepOptions& options)
    : Optimizer<T>(rate, options), epsilon_(checked_epsilon("adagrad", epsilon)) {}

template <class T>
std::span<const std::string_view> Adagrad<T>::slots() const {
  return squares_only;
}

template <class T>
void Adagrad<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> s = step.slot(0);
  this->run(GatherSquare{small_counts<T>(epsilon_)}, s, s, step.g);
  this->run(DescendScaled{epsilon_}, step.w, step.w, step.g, s, step.rate);
}

template <class T>
RMSProp<T>::RMSProp(double rate, double beta, double epsilon, const StepOptions& options)
    : Optimizer<T>(rate, options),
      beta_(checked_setting("rmsprop", "beta", beta, 0, 1)),
      epsilon_(checked_epsilon("rmsprop", epsilon)) {}

template <class T>
std::span<const std::string_view> RMSProp<T>::slots() const {
  return squares_only;
}

template <class T>
void RMSProp<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> s = step.slot(0);
  this->run(BlendSquare{beta_, least_normal<T>, small_counts<T>(epsilon_)}, s, s, step.g);
  this->run(DescendScaled{epsilon_}, step.w, step.w, step.g, s, step.rate);
}

template <class T>
Adam<T>::Adam(double rate, const AdamSettings& settings, const StepOptions& options)
    : Optimizer<T>(rate, options), settings_(settings) {
  checked_setting("adam", "beta1", settings.beta1, 0, 1);
  checked_setting("adam", "beta2", settings.beta2, 0, 1);
  checked_epsilon("adam", settings.epsilon);
}

template <class T>
std::span<const std::string_view> Adam<T>::slots() const {
  return means_and_squares;
}

template <class T>
void Adam<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> m = step.slot(0), s = step.slot(1);
  const auto t = double(step.count);
  const T c1 = T(1 - std::pow(settings_.beta1, t)), c2 = T(1 - std::pow(settings_.beta2, t));
  const bool small = small_counts<T>(settings_.epsilon);
  // without an epsilon the mean dies before the root that divides it, which may be
  // 1 / sqrt(1 - beta2) times smaller
  const double ratio = small ? std::max(1024.0, 2 / std::sqrt(1 - settings_.beta2)) : 1;
  this->run(Blend{settings_.beta1, ratio * least_normal<T>}, m, m, step.g);
  this->run(BlendSquare{settings_.beta2, least_normal<T>, small}, s, s, step.g);
  this->run(DescendAdam{settings_.epsilon}, step.w, step.w, m, s, step.rate, c1, c2);
}

template <class T>
AdamW<T>::AdamW(double rate, const AdamSettings& settings, const StepOptions& options)
    : Adam<T>(rate, settings, options) {}

template <class T>
void AdamW<T>::update(const typename Optimizer<T>::Step& step) {
  this->run(Shrink{step.decay}, step.w, step.w, std::abs(*step.rate.data));
  Adam<T>::update(step);
}

template class Adagrad<float>;
template class Adagrad<double>;
template class RMSProp<float>;
template class RMSProp<double>;
template class Adam<float>;
template class Adam<double>;
template class AdamW<float>;
template class AdamW<double>;

}  // namespace glassgrad

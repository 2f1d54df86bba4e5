// The update lines of descent.hpp.
#include "glassgrad/optim/descent.hpp"

#include "optim/least_normal.hpp"

namespace glassgrad {

template <class T>
GradientDescent<T>::GradientDescent(double rate, const StepOptions& options)
    : Optimizer<T>(rate, options) {}

template <class T>
void GradientDescent<T>::update(const typename Optimizer<T>::Step& step) {
  this->run(Descend{}, step.w, step.w, step.g, step.rate);
}

template <class T>
WithVelocity<T>::WithVelocity(std::string_view name, double rate, double beta,
                              const StepOptions& options)
    : Optimizer<T>(rate, options), beta_(checked_setting(name, "beta", beta, 0, 1)) {}

template <class T>
std::span<const std::string_view> WithVelocity<T>::slots() const {
  static constexpr std::string_view names[] = {"velocity"};
  return names;
}

template <class T>
void Momentum<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> v = step.slot(0);
  this->run(Blend{this->beta_, least_normal<T>}, v, v, step.g);
  this->run(Descend{}, step.w, step.w, v, step.rate);
}

template <class T>
void ClassicalMomentum<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> v = step.slot(0);
  this->run(Gather{this->beta_, least_normal<T>}, v, v, step.g);
  this->run(Descend{}, step.w, step.w, v, step.rate);
}

template <class T>
void Nesterov<T>::update(const typename Optimizer<T>::Step& step) {
  const View<T> v = step.slot(0), ahead = this->scratch(*step.w.sizes);
  this->run(Gather{this->beta_, least_normal<T>}, v, v, step.g);
  this->run(Gather{this->beta_, least_normal<T>}, ahead, v, step.g);
  this->run(Descend{}, step.w, step.w, ahead, step.rate);
}

template class GradientDescent<float>;
template class GradientDescent<double>;
template class WithVelocity<float>;
template class WithVelocity<double>;
template class Momentum<float>;
template class Momentum<double>;
template class ClassicalMomentum<float>;
template class ClassicalMomentum<double>;
template class Nesterov<float>;
template class Nesterov<double>;

}  // namespace glassgrad

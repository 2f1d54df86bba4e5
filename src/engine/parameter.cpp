// Parameters own their value. A gradient stays in the pool of the tape that computed it until a
// second one is added: for a large matrix that saves a copy per step.
#include "glassgrad/engine/parameter.hpp"

#include <algorithm>
#include <utility>

#include "glassgrad/array/text.hpp"

namespace glassgrad {

template <class T>
Parameter<T>::Parameter(std::string_view name, const Input<T>& value)
    : home_(std::make_shared<Home>(
          Home{std::string(name), value.shape(), std::hash<std::string_view>{}(name), this})),
      value_(allocate_aligned(bytes_of<T>(value.shape().count()))) {
  value.copy_to(numbers(value_));
}

template <class T>
Parameter<T>& Parameter<T>::operator=(Parameter&& other) noexcept {
  if (this == &other) return *this;
  leave_home();
  home_ = std::move(other.home_);
  value_ = std::move(other.value_);
  gradient_ = std::move(other.gradient_);
  lease_ = std::move(other.lease_);
  lent_ = std::exchange(other.lent_, nullptr);
  version_ = other.version_;
  has_gradient_ = other.has_gradient_;
  frozen_ = other.frozen_;
  zeros_written_ = other.zeros_written_;
  if (home_) home_->self = this;
  return *this;
}

template <class T>
void Parameter<T>::refuse_moved() {
  throw TapeError("parameter", "this one was moved from", "Use the one that it was moved into");
}

template <class T>
T* Parameter<T>::own_gradient() const {
  if (!gradient_) gradient_ = allocate_aligned(bytes_of<T>(shape().count()));
  return numbers(gradient_);
}

template <class T>
View<const T> Parameter<T>::gradient() const {
  if (lent_) return {lent_, &shape()};
  T* const g = own_gradient();
  if (!has_gradient_ && !zeros_written_) {
    std::fill(g, g + shape().count(), T(0));
    zeros_written_ = true;
  }
  return {g, &shape()};
}

template <class T>
T Parameter<T>::item() const {
  if (shape().count() != 1)
    throw ShapeError("item",
                     join("parameter \"", name(), "\" is ", shape(), ", not a single number"),
                     "Read it with value()");
  return *numbers(value_);
}

template <class T>
void Parameter<T>::assign(const Input<T>& value) {
  if (value.shape() != shape())
    throw ShapeError("parameter",
                     join("\"", name(), "\" is ", shape(), ", the new value is ", value.shape()),
                     "Assign an array of the same shape, or make another parameter");
  value.copy_to(change().data);
}

template <class T>
void Parameter<T>::add_gradient(View<const T> contribution, Pool::Lease lease) {
  detail::check_view(contribution.data, contribution.sizes);
  if (contribution.shape() != shape())
    throw ShapeError(
        "parameter",
        join("\"", name(), "\" is ", shape(), ", the gradient is ", contribution.shape()),
        "A gradient has its parameter's shape");
  if (!has_gradient_ && lease) {
    lease_ = std::move(lease);
    lent_ = contribution.data;
  } else {
    T* const g = own_gradient();
    const T* const earlier = lent_ ? lent_ : g;
    for (std::int64_t i = 0; i < contribution.count(); ++i)
      g[i] = has_gradient_ ? earlier[i] + contribution[i] : contribution[i];
    give_back();
  }
  has_gradient_ = true;
  zeros_written_ = false;
}

template <class T>
void Parameter<T>::give_back() {
  lent_ = nullptr;
  lease_.reset();
}

template <class T>
void Parameter<T>::zero_gradient() {
  has_gradient_ = zeros_written_ = false;
  give_back();
}

template class Parameter<float>;
template class Parameter<double>;

}  // namespace glassgrad

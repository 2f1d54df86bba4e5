// Parameters own aligned numbers: the value and, behind it, the gradient.
#include "glassgrad/core/parameter.hpp"

#include <algorithm>

#include "glassgrad/core/text.hpp"

namespace glassgrad {

template <class T>
Parameter<T>::Parameter(std::string_view name, const Input<T>& value)
    : name_(name), shape_(std::make_unique<Shape>(value.shape())) {
  const std::int64_t line = std::int64_t(alignment / sizeof(T));
  padded_ = (shape_->count() + line - 1) / line * line;
  numbers_ = allocate_aligned(std::size_t(2 * padded_) * sizeof(T));
  value.copy_to(number(0));
}

template <class T>
View<const T> Parameter<T>::gradient() const {
  if (!has_gradient_ && !zeros_written_) {
    std::fill(number(1), number(1) + shape_->count(), T(0));
    zeros_written_ = true;
  }
  return {number(1), shape_.get()};
}

template <class T>
T Parameter<T>::item() const {
  if (shape_->count() != 1)
    throw ShapeError("item",
                     join("parameter \"", name_, "\" is ", *shape_, ", not a single number"),
                     "Read it with value()");
  return *number(0);
}

template <class T>
void Parameter<T>::assign(const Input<T>& value) {
  if (value.shape() != *shape_)
    throw ShapeError("parameter",
                     join("\"", name_, "\" is ", *shape_, ", the new value is ", value.shape()),
                     "Assign an array of the same shape, or make another parameter");
  value.copy_to(change().data);
}

template <class T>
void Parameter<T>::add_gradient(View<const T> share) {
  if (share.shape() != *shape_)
    throw ShapeError("parameter",
                     join("\"", name_, "\" is ", *shape_, ", the gradient is ", share.shape()),
                     "A gradient has its parameter's shape");
  T* g = number(1);
  if (has_gradient_) {
    for (std::int64_t i = 0; i < share.count(); ++i) g[i] += share[i];
  } else {
    std::copy(share.begin(), share.end(), g);
  }
  has_gradient_ = true;
  zeros_written_ = false;
}

template <class T>
void Parameter<T>::zero_gradient() {
  has_gradient_ = zeros_written_ = false;
}

template class Parameter<float>;
template class Parameter<double>;

}  // namespace glassgrad

// The one place where xtensor arrays and ours meet. Going in, any xtensor expression is taken as it
// is; coming out, a view is adapted (no copy) or copied. No xtensor type enters the library itself.
#pragma once

#include <vector>
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>

#include "glassgrad/array/array.hpp"

namespace glassgrad {

// The numbers where they are, as an xtensor view; it lasts as long as the View does.
template <class T>
auto as_xtensor(View<T> view) {
  const std::vector<std::size_t> shape(view.shape().begin(), view.shape().end());
  return xt::adapt(view.data, view.size(), xt::no_ownership(), shape);
}
// A copy that lasts.
template <class T>
xt::xarray<std::remove_const_t<T>> to_xtensor(View<T> view) {
  return as_xtensor(view);
}

}  // namespace glassgrad

// Normalisation of rows: layer_norm, group_norm and instance_norm. Next:
// ops/functions/normalization.hpp, the public functions.
#pragma once

#include <cmath>

#include "glassgrad/ops/rules/lengths.hpp"
#include "glassgrad/ops/rules/norm.hpp"

namespace glassgrad {

// y = (x - m) / sqrt(v + eps), m the mean over the last `axes` axes and v that of (x - m)^2.
// J. L. Ba, J. R. Kiros and G. Hinton, "Layer Normalization" (2016).
struct Normalize {
  using Kind = Custom<>;
  static constexpr std::string_view name = "normalize";
  int axes = 1;
  double eps = 1e-5;
  Shape shape(const Shape& x) const;
  std::int64_t row(const Shape& x) const {  // numbers normalised together
    std::int64_t n = 1;
    for (int axis = 1; axis <= axes; ++axis) n *= x.from_end(axis);
    return n;
  }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::normalize(x, row(x.shape()), T(eps), y);
  }
  // The local gradient is symmetric: (I - 1 1^T / n - y y^T / n) / sqrt(v + eps).
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return push(x, y, upstream);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream,
                    const Sink<T>& to, Pool&) const {
    kernels::normalize_adjoint(x, row(x.shape()), T(eps), upstream, to.data, to.add);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    const auto mean = [this](const auto& of) { return apply(Mean{{last(), true}}, of); };
    const auto across = tangent - mean(tangent) - y * mean(tangent * y);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(x)>, Formula>) {
      const Formula centred = x - mean(x);
      return apply(Rsqrt{}, mean(centred * centred) + eps) * across;
    } else {  // squares may leave the range
      const auto size = apply(Norm{2, {last(), true}}, apply(Centre{{last(), true}}, x));
      return across / apply(Hypot{}, size / std::sqrt(double(row(x.shape()))), std::sqrt(eps));
    }
  }
  Formula text(const Formula& x) const;
  Normalize batched(std::int64_t, const Shape&) const { return *this; }
  bool by_rows(const Shape& x) const { return x.rank() > axes; }

 private:
  Axes last() const {
    std::vector<int> all;
    for (int axis = 1; axis <= axes; ++axis) all.push_back(-axis);
    return Axes(std::span<const int>(all));
  }
};

using NormalizeOps = List<Normalize>;
GLASSGRAD_FAMILY(NormalizeOps)

}  // namespace glassgrad

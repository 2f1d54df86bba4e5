// Convolution of images, and its two adjoints: three multilinear products, each one's derivatives
// being the other two. Next: ops/functions/convolution.hpp, the public functions.
#pragma once

#include "glassgrad/kernels/convolution.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// Images x are (..., C, H, W), weights w (..., O, C, rows * columns), results y (..., O, I, J) of
//   y[o, i, j] = sum over c, k, l of w[o, c, k l] x[c, i s + k d - p, j s + l d - p];
// leading axes broadcast: images of a batch, groups of channels.
namespace detail {
// Images are independent unless the operands have batch axes of different sizes.
inline bool images_go_apart(const Shape& a, const Shape& b) {
  return std::max(a.rank(), b.rank()) > 3 && (a.rank() != b.rank() || a[0] == b[0]);
}
}  // namespace detail

struct Convolve {
  using Kind = Multilinear<2>;
  static constexpr std::string_view name = "conv2d";
  static constexpr bool broadcasts = true;
  kernels::Filter filter;
  Shape shape(const Shape& x, const Shape& w) const;
  template <class T>
  void value(View<const T> x, View<const T> w, View<T> y, Pool& pool) const {
    kernels::convolve(filter, x, w, y, false, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& w, const auto&, const auto& upstream) const;
  auto adjoint(To<1>, const auto& x, const auto& w, const auto&, const auto& upstream) const;
  template <int k, class T>
  void adjoint_into(To<k>, View<const T> x, View<const T> w, View<const T>, View<const T> upstream,
                    const Sink<T>& to, Pool& pool) const {
    if constexpr (k == 0)
      kernels::convolve_input(filter, w, upstream, View<T>{to.data, x.sizes}, to.add, pool);
    else
      kernels::convolve_weights(filter, x, upstream, View<T>{to.data, w.sizes}, to.add, pool);
  }
  Formula text(const Formula& x, const Formula& w) const;
  Convolve batched(std::int64_t, const Shape&, const Shape&) const { return *this; }
  bool by_rows(const Shape& a, const Shape& b) const { return detail::images_go_apart(a, b); }
};

// x from weights and results: every result, times each weight, added to the entry of the (height x
// width) image it came from: a transposed convolution.
struct ConvolveInput {
  using Kind = Multilinear<2>;
  static constexpr std::string_view name = "conv2d_input";
  static constexpr bool broadcasts = true;
  kernels::Filter filter;
  std::int64_t height = 0, width = 0;
  Shape shape(const Shape& w, const Shape& y) const;
  template <class T>
  void value(View<const T> w, View<const T> y, View<T> x, Pool& pool) const {
    kernels::convolve_input(filter, w, y, x, false, pool);
  }
  auto adjoint(To<0>, const auto& w, const auto& y, const auto&, const auto& upstream) const;
  auto adjoint(To<1>, const auto& w, const auto&, const auto&, const auto& upstream) const {
    return apply(Convolve{filter}, upstream, w);
  }
  template <int k, class T>
  void adjoint_into(To<k>, View<const T> w, View<const T> y, View<const T>, View<const T> upstream,
                    const Sink<T>& to, Pool& pool) const {
    if constexpr (k == 0)
      kernels::convolve_weights(filter, upstream, y, View<T>{to.data, w.sizes}, to.add, pool);
    else
      kernels::convolve(filter, upstream, w, View<T>{to.data, y.sizes}, to.add, pool);
  }
  Formula text(const Formula& w, const Formula& y) const;
  ConvolveInput batched(std::int64_t, const Shape&, const Shape&) const { return *this; }
  bool by_rows(const Shape& a, const Shape& b) const { return detail::images_go_apart(a, b); }
};

// w from images and results: every weight is the sum of results times the entries it multiplied.
struct ConvolveWeights {
  using Kind = Multilinear<2>;
  static constexpr std::string_view name = "conv2d_weights";
  static constexpr bool broadcasts = true;
  kernels::Filter filter;
  Shape shape(const Shape& x, const Shape& y) const;
  template <class T>
  void value(View<const T> x, View<const T> y, View<T> w, Pool& pool) const {
    kernels::convolve_weights(filter, x, y, w, false, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto&, const auto& upstream) const {
    return apply(ConvolveInput{filter, x.shape().from_end(2), x.shape().from_end(1)}, upstream, y);
  }
  auto adjoint(To<1>, const auto& x, const auto&, const auto&, const auto& upstream) const {
    return apply(Convolve{filter}, x, upstream);
  }
  template <int k, class T>
  void adjoint_into(To<k>, View<const T> x, View<const T> y, View<const T>, View<const T> upstream,
                    const Sink<T>& to, Pool& pool) const {
    if constexpr (k == 0)
      kernels::convolve_input(filter, upstream, y, View<T>{to.data, x.sizes}, to.add, pool);
    else
      kernels::convolve(filter, x, upstream, View<T>{to.data, y.sizes}, to.add, pool);
  }
  Formula text(const Formula& x, const Formula& y) const;
  ConvolveWeights batched(std::int64_t, const Shape&, const Shape&) const { return *this; }
  bool by_rows(const Shape& a, const Shape& b) const { return detail::images_go_apart(a, b); }
};

auto Convolve::adjoint(To<0>, const auto& x, const auto& w, const auto&,
                       const auto& upstream) const {
  return apply(ConvolveInput{filter, x.shape().from_end(2), x.shape().from_end(1)}, w, upstream);
}
auto Convolve::adjoint(To<1>, const auto& x, const auto&, const auto&, const auto& upstream) const {
  return apply(ConvolveWeights{filter}, x, upstream);
}
auto ConvolveInput::adjoint(To<0>, const auto&, const auto& y, const auto&,
                            const auto& upstream) const {
  return apply(ConvolveWeights{filter}, upstream, y);
}

using ConvolveOps = List<Convolve, ConvolveInput, ConvolveWeights>;
GLASSGRAD_FAMILY(ConvolveOps)

}  // namespace glassgrad

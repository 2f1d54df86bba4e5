// Reductions over any axes.
#include "core/reducing.hpp"
#include "core/tiles.hpp"

namespace glassgrad::kernels {
namespace {
struct IsShift {
  static auto map(const auto& x, const auto& shift) { return is(x, shift); }
  template <class V>
  static V is(const V& x, const V& y) {
    return where(x == y, V(1), V(0));
  }
};
struct ExtremeShare {
  using Kind = Elementwise<4>;
  auto value(const auto& x, const auto& y, const auto& upstream, const auto& part) const {
    return upstream * (IsShift::is(x, y) * part);
  }
};
}  // namespace

namespace {
template <class T, class How>
void reduce_as(View<const T> x, const Shape& kept, T* y) {
  const Tiles tiles(x.shape(), kept);
  if (tiles.found) return reduce_tiles<T, How>(tiles, x.data, y);
  reduce_runs<T, How, Same>(x, kept, nullptr, y);
}
}  // namespace

template <class T>
void reduce(Reduction how, View<const T> x, const Shape& kept, T* y, T scale) {
  switch (how) {
    case Reduction::sum:
      reduce_as<T, AddUp>(x, kept, y);
      break;
    case Reduction::max:
      reduce_as<T, Largest>(x, kept, y);
      break;
    case Reduction::min:
      reduce_as<T, Smallest>(x, kept, y);
      break;
  }
  if (scale != T(1))
    for (std::int64_t i = 0; i < kept.count(); ++i) y[i] *= scale;
}

template <class T>
void extreme_adjoint(View<const T> x, const Shape& kept, const T* y, const T* upstream, View<T> to,
                     Pool& pool) {
  const Tiles tiles(x.shape(), kept);
  if (tiles.found) return extreme_tiles_adjoint(tiles, x.data, y, upstream, to.data);
  T* const part = static_cast<T*>(pool.take(bytes_of<T>(kept.count())));
  reduce_runs<T, AddUp, IsShift>(x, kept, y, part);
  for (std::int64_t i = 0; i < kept.count(); ++i) part[i] = T(1) / part[i];
  const View<const T> in[] = {x, {y, &kept}, {upstream, &kept}, {part, &kept}};
  const ExtremeShare op;
  detail::ElementwiseKernel<ExtremeShare, T>::forward(&op, in, to, pool);
  pool.release(part);
}

#define GLASSGRAD_KERNELS(T)                                           \
  template void reduce(Reduction, View<const T>, const Shape&, T*, T); \
  template void extreme_adjoint(View<const T>, const Shape&, const T*, const T*, View<T>, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels

// Reductions over any axes.
#include "core/reducing.hpp"

namespace glassgrad::kernels {

template <class T>
void reduce(Reduction how, View<const T> x, const Shape& kept, T* y, T scale) {
  switch (how) {
    case Reduction::sum:
      reduce_runs<T, AddUp, Same>(x, kept, nullptr, y);
      break;
    case Reduction::max:
      reduce_runs<T, Largest, Same>(x, kept, nullptr, y);
      break;
    case Reduction::min:
      reduce_runs<T, Smallest, Same>(x, kept, nullptr, y);
      break;
  }
  if (scale != T(1))
    for (std::int64_t i = 0; i < kept.count(); ++i) y[i] *= scale;
}

#define GLASSGRAD_KERNELS(T) template void reduce(Reduction, View<const T>, const Shape&, T*, T);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels

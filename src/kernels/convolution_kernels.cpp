// Convolution over a batch: pairing images, weights and results, splitting work among threads, and
// the order of sums. A single image is in image.hpp.
#include "glassgrad/kernels/workers.hpp"
#include "kernels/image.hpp"
#include "kernels/linear_sums.hpp"

namespace glassgrad::kernels {
namespace {

// From this many multiplications on images are split among threads, as large products are.
constexpr std::int64_t large = std::int64_t(1) << 23;

// Pairs images, weights and results, whose leading axes broadcast.
struct Batch {
  Shape full, leading[3];

  Batch(std::initializer_list<const Shape*> all) {
    for (int k = 0; const Shape* shape : all) {
      for (int i = 0; i + 3 < shape->rank(); ++i) leading[k].push_back((*shape)[i]);
      full = broadcast("conv2d", full, leading[k++]);
    }
  }
  std::int64_t place(int k, std::int64_t position) const {
    std::int64_t place = 0, stride = 1;
    for (int axis = 1; axis <= leading[k].rank(); ++axis) {
      const std::int64_t size = leading[k].from_end(axis);
      if (size != 1) place += position % size * stride;
      stride *= size, position /= full.from_end(axis);
    }
    return place;
  }
};

// Calls image.*product(scratch, a's, b's, out's, accumulate?) for a whole batch.
template <class T>
void each_image(const Image<T>& image, View<const T> a, View<const T> b, View<T> out, bool add,
                Pool& pool, void (Image<T>::*product)(T*, const T*, const T*, T*, bool) const) {
  const Batch batch{a.sizes, b.sizes, out.sizes};
  const auto size = [&](int k, std::int64_t count) {
    return count / std::max<std::int64_t>(1, batch.leading[k].count());
  };
  const std::int64_t of_a = size(0, a.count()), of_b = size(1, b.count());
  const std::int64_t of_out = size(2, out.count());
  const std::int64_t n = batch.full.count(), each = image.scratch();
  const bool summed = batch.leading[2].count() != n;
  if (summed && !add) std::fill_n(out.data, out.count(), T(0));
  if (n == 0) return;
  // Sums are split by shape, into parts that take little memory; other work by the number of
  // threads.
  constexpr std::int64_t most_parts = 8, most_numbers = std::int64_t(1) << 20;
  std::int64_t tasks = 1;
  if (n * image.multiplications() >= large)
    tasks = std::min<std::int64_t>(
        n, summed ? std::clamp<std::int64_t>(most_numbers / std::max<std::int64_t>(1, out.count()),
                                             1, most_parts)
                  : threads());
  const std::int64_t sums = summed ? (tasks - 1) * out.count() : 0;
  T* const scratch = static_cast<T*>(pool.take(bytes_of<T>(tasks * each + sums)));
  T* const parts = scratch + tasks * each;
  std::fill_n(parts, sums, T(0));
  workers::run(tasks, [&](std::int64_t task) {
    T* const to = summed && task > 0 ? parts + (task - 1) * out.count() : out.data;
    for (std::int64_t i = n * task / tasks; i < n * (task + 1) / tasks; ++i)
      (image.*product)(scratch + task * each, a.data + batch.place(0, i) * of_a,
                       b.data + batch.place(1, i) * of_b, to + batch.place(2, i) * of_out,
                       add || summed);
  });
  for (std::int64_t task = 1; sums && task < tasks; ++task)
    for (std::int64_t i = 0; i < out.count(); ++i)
      out.data[i] += parts[(task - 1) * out.count() + i];
  pool.release(scratch);
}

}  // namespace

template <class T>
void convolve(const Filter& filter, View<const T> x, View<const T> w, View<T> y, bool add,
              Pool& pool) {
  each_image({filter, x.shape(), y.shape()}, x, w, y, add, pool, &Image<T>::output);
}
// Contributions are linear in the upstream y, and small beside the products that form them.
template <class T>
void convolve_input(const Filter& filter, View<const T> w, View<const T> y, View<T> x, bool add,
                    Pool& pool) {
  linear_sums(y, y.count(), x, add, pool, [&](const T* from, T* to) {
    each_image({filter, x.shape(), y.shape()}, w, View<const T>{from, y.sizes},
               View<T>{to, x.sizes}, false, pool, &Image<T>::input);
  });
}
template <class T>
void convolve_weights(const Filter& filter, View<const T> x, View<const T> y, View<T> w, bool add,
                      Pool& pool) {
  linear_sums(y, y.count(), w, add, pool, [&](const T* from, T* to) {
    each_image({filter, x.shape(), y.shape()}, x, View<const T>{from, y.sizes},
               View<T>{to, w.sizes}, false, pool, &Image<T>::weights);
  });
}

#define GLASSGRAD_KERNELS(T)                                                                       \
  template void convolve(const Filter&, View<const T>, View<const T>, View<T>, bool, Pool&);       \
  template void convolve_input(const Filter&, View<const T>, View<const T>, View<T>, bool, Pool&); \
  template void convolve_weights(const Filter&, View<const T>, View<const T>, View<T>, bool, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels

// References of convolution and its two adjoints.
#pragma once

#include "glassgrad/ops/rules/convolve.hpp"
#include "reference/reference.hpp"

namespace glassgrad {

// body(entry of x, of w, of y) for every product; the output, a sum of them, has the leading axes
// to which the others broadcast.
void each_product(const kernels::Filter& filter, auto& x, auto& w, auto& y, const Shape& leading,
                  const auto& body) {
  Shape full;  // y's, if it had them
  for (int axis = 0; axis + 3 < leading.rank(); ++axis) full.push_back(leading[axis]);
  for (int axis = 3; axis > 0; --axis) full.push_back(y.shape.from_end(axis));
  const kernels::Along &rows = filter.rows, &columns = filter.columns;
  const auto o = std::size_t(full.rank() - 3), i = o + 1, j = o + 2;
  y.zeros(full).each([&](const auto& of_y) {
    auto of_w = of_y, of_x = of_y;
    for (std::int64_t c = 0; c < x.shape.from_end(3); ++c)
      for (std::int64_t entry = 0; entry < rows.size * columns.size; ++entry) {
        of_w[i] = of_x[o] = c, of_w[j] = entry;
        of_x[i] = of_y[i] * rows.step + entry / columns.size * rows.dilation - rows.padding;
        of_x[j] =
            of_y[j] * columns.step + entry % columns.size * columns.dilation - columns.padding;
        const bool inside = of_x[i] >= 0 && of_x[i] < x.shape.from_end(2) && of_x[j] >= 0;
        if (inside && of_x[j] < x.shape.from_end(1))
          body(x.stretched(of_x, full), w.stretched(of_w, full), y.stretched(of_y, full));
      }
  });
}

// Images, weights and results, of which each op takes two: one entry, a window as it is, one with
// everything else, one for images of several groups.
struct Convolved {
  kernels::Filter filter;
  Shape x, w, y;
};
inline constexpr Convolved convolved[] = {
    {{}, {1, 1, 2}, {1, 1, 1}, {1, 1, 2}},
    {{{2, 1, 1, 0}, {3, 1, 1, 0}}, {2, 3, 4}, {2, 2, 6}, {2, 2, 2}},
    {{{2, 2, 1, 1}, {3, 1, 2, 2}}, {2, 1, 4, 3}, {2, 1, 6}, {2, 2, 3, 3}},
    {{{1, 2, 1, 0}, {2, 1, 1, 1}}, {2, 2, 1, 3, 2}, {2, 1, 1, 2}, {2, 2, 1, 2, 3}},
};

template <>
struct Reference<Convolve> {
  static void value(const Convolve& op, const auto& x, const auto& w, auto& y) {
    each_product(op.filter, x, w, y, y.shape, [](auto& a, auto& b, auto& sum) { sum += a * b; });
  }
  static auto samples() {
    return samples_of(convolved, [](auto& c) { return Sample<Convolve>{{c.filter}, {c.x, c.w}}; });
  }
};

template <>
struct Reference<ConvolveInput> {
  static void value(const ConvolveInput& op, const auto& w, const auto& y, auto& x) {
    each_product(op.filter, x, w, y, x.shape, [](auto& sum, auto& a, auto& b) { sum += a * b; });
  }
  static auto samples() {
    return samples_of(convolved, [](auto& c) {
      return Sample<ConvolveInput>{{c.filter, c.x.from_end(2), c.x.from_end(1)}, {c.w, c.y}};
    });
  }
};

template <>
struct Reference<ConvolveWeights> {
  static void value(const ConvolveWeights& op, const auto& x, const auto& y, auto& w) {
    each_product(op.filter, x, w, y, w.shape, [](auto& a, auto& sum, auto& b) { sum += a * b; });
  }
  static auto samples() {
    return samples_of(convolved, [](auto& c) {
      return Sample<ConvolveWeights>{{c.filter}, {c.x, c.y}};
    });
  }
};

}  // namespace glassgrad

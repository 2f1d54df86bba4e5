// Ops that draw random numbers. Draws are a function of a seed and of input positions, never of a
// generator's state, so that a step can be repeated, resumed and replayed.
#pragma once

#include <cstdint>

#include "glassgrad/array/random.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// y[i] = 0 with the given probability, else 1 / (1 - probability), so that the mean is 1
// ("inverted" dropout; Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014). Entry i is
// decided by draw number i of stream `draw` of the seed; the draw is its only input.
struct DropoutMask {
  using Kind = Linear<1>;
  static constexpr std::string_view name = "dropout_mask";
  static constexpr int index_inputs = 1;
  Shape target;
  double probability = 0.5;
  std::uint64_t seed = 0;
  Shape shape(const Shape& draw) const;
  template <class T>
  void value(Positions draw, View<T> y, Pool&) const {
    const auto stream = std::uint64_t(draw[0]);
    const T kept = T(1 / (1 - probability));
    for (std::int64_t i = 0; i < y.count(); i += 2) {
      const auto bits = random_block(seed, stream, std::uint64_t(i / 2));
      for (std::int64_t j = i; j < i + 2 && j < y.count(); ++j)
        y.data[j] = uniform_from(bits[std::size_t(j - i)]) < probability ? T(0) : kept;
    }
  }
  auto text(const Formula& draw) const { return Formula::call(name, {draw, probability}); }
};

using RandomOps = List<DropoutMask>;
GLASSGRAD_FAMILY(RandomOps)

// The mask of that draw for an array of that shape; dropout multiplies by it, see nn/dropout.hpp.
// Throws ShapeError unless there is exactly one draw, and unless
// 0 <= probability < 1.
template <class T>
Node<T> dropout_mask(const Indices<T>& draw, const Shape& shape, double probability,
                     Seed<"dropout_mask"> seed) {
  return apply(DropoutMask{shape, probability, seed}, draw.record());
}

}  // namespace glassgrad

// What is true of functions whose examples know nothing of each other, along the first axis:
// batches may be permuted, cut, joined, and mapped example by example; of columns, along the last.
#include "glassgrad/ops/functions/map_batch.hpp"
#include "property/random_images.hpp"
#include "property/random_matrices.hpp"
#include "property/random_ops.hpp"
#include "property/random_rows.hpp"

namespace glassgrad {
namespace {

using namespace property;

template <class Family>
class RandomBatches : public testing::Test {};
template <class Family>
class RandomMaps : public testing::Test {};
using Batched = testing::Types<RowGraphs, ImageGraphs>;
TYPED_TEST_SUITE(RandomBatches, Batched, Names);
using Mapped = testing::Types<RowGraphs, ImageGraphs, OpGraphs>;
TYPED_TEST_SUITE(RandomMaps, Mapped, Names);

// Values, and slopes to x and w, of two ways to the same thing.
template <class G>
void expect_same(G& g, const N& y, const N& z) {
  expect_close(list(y.value()), list(z.value()), 1e-13, g.what());
  const N weights = g.drawn_as(y.shape(), 3);
  const auto a = grad(sum(y * weights), {g.x, g.w}), b = grad(sum(z * weights), {g.x, g.w});
  expect_close(list(a[0].value()), list(b[0].value()), 1e-12, "slopes of " + g.what());
  expect_close(list(a[1].value()), list(b[1].value()), 1e-11, "slopes to w of " + g.what());
}

TYPED_TEST(RandomBatches, MayBePermuted) {
  each_graph<TypeParam>(1, {}, [](auto& g) {
    const std::int64_t n = g.shape[0];
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < n; ++i)
      order.push_back((i * 2 + 1) % std::max<std::int64_t>(1, n));
    if (n % 2 == 0)
      for (std::int64_t i = 0; i < n; ++i) order[std::size_t(i)] = n - 1 - i;
    const Indices<double> at = g.tape.indices(order);
    expect_same(g, rows(g.at(g.x), at), g.at(rows(g.x, at)));
  });
}

TYPED_TEST(RandomBatches, MayBeCutAndJoined) {
  each_graph<TypeParam>(1, {}, [](auto& g) {
    const std::int64_t half = g.shape[0] / 2;
    expect_same(g, concat({g.at(slice(g.x, 0, 0, half)), g.at(slice(g.x, 0, half))}), g.at(g.x));
  });
}

// map_batch over (3, shape of x) against a loop, whatever f does with the example, but for what
// map_batch refuses by name.
TYPED_TEST(RandomMaps, AreLoops) {
  each_graph<TypeParam>(1, {.recorded = true, .mapped = true}, [](auto& g) {
    if (g.shape.count() == 0) return;
    const std::vector<N> examples{g.x, g.drawn_as(g.shape, 6), sin(g.x)};
    const N x = stack(std::span<const N>(examples));
    std::vector<N> each;
    for (std::int64_t i = 0; i < 3; ++i) each.push_back(g.at(select(x, 0, i)));
    expect_same(g, map_batch([&](const N& example) { return g.at(example); }, x),
                stack(std::span<const N>(each)));
  });
}

// Reductions along axis 0 of random columns, one after the other.
N of_columns(const N& x, std::uint64_t seed) {
  N y = x;
  for (int i = 0; i < 4; ++i) y = sin(along_columns(y, seed / std::uint64_t(1 + 11 * i) + i)) + y;
  return y;
}
TEST(RandomColumns, MayBePermutedCutAndJoined) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    Tape<double> tape;
    const std::int64_t n = std::int64_t(1 + seed % 7), columns = std::int64_t(seed % 4);
    const Shape shape{n, columns};
    const N x = input(tape, drawn<double>(shape.count(), seed), shape);
    const N weights = input(tape, drawn<double>(shape.count(), seed + 1), shape);
    const N whole = of_columns(x, seed), back = flip(of_columns(flip(x, 1), seed), 1);
    const N cut = concat(
        {of_columns(slice(x, 1, 0, columns / 2), seed), of_columns(slice(x, 1, columns / 2), seed)},
        1);
    const auto slopes = [&](const N& y) { return list(grad(sum(y * weights), x).value()); };
    for (const N& other : {back, cut}) {
      expect_close(list(other.value()), list(whole.value()), 1e-13, to_text(shape));
      expect_close(slopes(other), slopes(whole), 1e-12, "slopes of " + to_text(shape));
    }
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace glassgrad

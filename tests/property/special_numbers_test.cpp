// Random graphs of numbers that are not like others, zeros of both signs, denormal, huge and
// infinite ones, NaN: compiled and checkpointed is plain then too, and map_batch a loop. To the
// bit, but for what sums in another order round.
#include <limits>

#include "glassgrad/engine/checkpoint.hpp"
#include "glassgrad/ops/functions/map_batch.hpp"
#include "glassgrad/program/program.hpp"
#include "property/random_images.hpp"
#include "property/random_matrices.hpp"
#include "property/random_ops.hpp"
#include "property/random_rows.hpp"

namespace glassgrad {
namespace {

using namespace property;

template <class Family>
class SpecialNumbers : public testing::Test {};
using Families = testing::Types<RowGraphs, MatrixGraphs, ImageGraphs, OpGraphs>;
TYPED_TEST_SUITE(SpecialNumbers, Families, Names);

// One in `every` of them is special. Without huge ones: they make much of the last bit.
std::vector<double> with_specials(std::vector<double> numbers, std::uint64_t seed,
                                  std::size_t every, bool huge) {
  using L = std::numeric_limits<double>;
  const double specials[] = {0.0,           -0.0,           L::denorm_min(), -L::min() / 8, 1e-300,
                             L::infinity(), -L::infinity(), L::quiet_NaN(),  1e305,         -1e300};
  Dice dice(seed * 7 + every);
  for (double& number : numbers)
    if (dice.below(every) == 0) number = specials[dice.below(huge ? 10 : 8)];
  return numbers;
}
bool alike(double a, double b, double tolerance, bool signs) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return !signs || std::signbit(a) == std::signbit(b);
  return std::isfinite(a) && std::isfinite(b) &&
         std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}
// What was compared so far: where all is NaN, little is.
struct Compared {
  std::size_t numbers = 0, finite = 0;
} compared;
void expect_alike(const std::vector<double>& got, const std::vector<double>& wanted,
                  double tolerance, const std::string& what, bool signs = true) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ++compared.numbers, compared.finite += std::isfinite(wanted[i]);
    ASSERT_TRUE(alike(got[i], wanted[i], tolerance, signs))
        << what << " at " << i << ": " << got[i] << " for " << wanted[i];
  }
}
// f(graph, x, w) of each of the family's graphs.
template <class Family, class F>
void each_special(std::uint64_t rounds, const Kinds& kinds, const F& f) {
  compared = {};
  for (std::uint64_t round = 0; round < rounds; ++round)
    each_graph<Family>(1, kinds, [&](auto& g) {
      if (g.shape.count() == 0) return;
      const std::uint64_t seed = g.seed * 3 + round;
      const bool huge = !kinds.mapped;
      f(g, with_specials(list(g.x.value()), seed, 3, huge),
        with_specials(list(g.w.value()), seed, 9, huge));
    });
  EXPECT_GT(compared.finite, compared.numbers / 20) << "of " << compared.numbers;
}

TYPED_TEST(SpecialNumbers, MayBeCompiled) {
  each_special<TypeParam>(2, {.recorded = true}, [](auto& g, const auto& x, const auto& w) {
    Parameter<double> weights("w", View<const double>{w.data(), &g.shape_of_w});
    const View<const double> fed{x.data(), &g.shape};
    const Feed<double> feeds[] = {fed};
    const auto f = [&](Tape<double>& tape, const N& of) {
      return TypeParam::at(of, tape(weights), g.seed, g.kinds);
    };
    Tape<double> tape;
    const N y = f(tape, input(tape, x, g.shape));
    auto values =
        compile<double>([&](Tape<double>& of, const Fed<double>& in) { return f(of, in[0]); },
                        {fed}, Gradients::none);
    expect_alike(list(values.run(feeds)), list(y.value()), 0, g.what());
    tape.backward(sum(y));
    const N node = tape(weights);
    auto slopes = compile<double>(
        [&](Tape<double>& of, const Fed<double>& in) { return sum(f(of, in[0])); }, {fed});
    slopes(fed);
    if (node.upstream_state() != Upstream::computed) return;
    expect_alike(list(weights.gradient()), list(node.upstream()), 1e-9, "slopes of " + g.what());
  });
}

TYPED_TEST(SpecialNumbers, MayBeCheckpointed) {
  each_special<TypeParam>(1, {}, [](auto& g, const auto& x, const auto& w) {
    g.x = input(g.tape, x, g.shape), g.w = input(g.tape, w, g.shape_of_w);
    const N plain = g.at(g.x);
    g.tape.backward(sum(plain));
    if (g.x.upstream_state() != Upstream::computed) return;
    const auto wanted = list(g.x.upstream());
    const N kept = checkpoint([&](const N& of) { return g.at(of); }, g.x);
    expect_alike(list(kept.value()), list(plain.value()), 0, g.what());
    g.tape.backward(sum(kept));
    expect_alike(list(g.x.upstream()), wanted, 0, "slopes of " + g.what());
  });
}

template <class Family>
class SpecialBatches : public testing::Test {};
using Mapped = testing::Types<RowGraphs, ImageGraphs, OpGraphs>;
TYPED_TEST_SUITE(SpecialBatches, Mapped, Names);
// Zeros that are added up, of other rows, may have another sign.
TYPED_TEST(SpecialBatches, AreLoops) {
  each_special<TypeParam>(
      1, {.recorded = true, .mapped = true}, [](auto& g, const auto& x, const auto& w) {
        g.x = input(g.tape, x, g.shape), g.w = input(g.tape, w, g.shape_of_w);
        const std::vector<N> examples{g.x, g.drawn_as(g.shape, 6), g.x};
        const N batch = stack(std::span<const N>(examples));
        std::vector<N> each;
        for (std::int64_t i = 0; i < 3; ++i) each.push_back(g.at(select(batch, 0, i)));
        const N mapped = map_batch([&](const N& example) { return g.at(example); }, batch);
        const N looped = stack(std::span<const N>(each));
        expect_alike(list(mapped.value()), list(looped.value()), 1e-13, g.what(), false);
        const auto a = grad(sum(mapped), {g.x, g.w}), b = grad(sum(looped), {g.x, g.w});
        expect_alike(list(a[0].value()), list(b[0].value()), 1e-9, "slopes of " + g.what(), false);
        expect_alike(list(a[1].value()), list(b[1].value()), 1e-9, "slopes to w of " + g.what(),
                     false);
      });
}

}  // namespace
}  // namespace glassgrad

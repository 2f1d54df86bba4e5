// What is true of every function, asked of random ones of each family: backward is forward turned
// and what differences say, second derivatives are symmetric, compiled and checkpointed is plain,
// float32 is float64 with fewer digits, and what a snapshot shows adds up.
#include "glassgrad/engine/checkpoint.hpp"
#include "glassgrad/program/program.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "property/random_images.hpp"
#include "property/random_matrices.hpp"
#include "property/random_ops.hpp"
#include "property/random_rows.hpp"
#include "show/adds_up.hpp"

namespace glassgrad {
namespace {

using namespace property;

template <class Family>
class RandomGraphs : public testing::Test {};
using Families = testing::Types<RowGraphs, MatrixGraphs, ImageGraphs, OpGraphs>;
TYPED_TEST_SUITE(RandomGraphs, Families, Names);

bool reached(const N& x) { return x.upstream_state() == Upstream::computed; }

TYPED_TEST(RandomGraphs, AreTheSameForwardAndInReverse) {
  each_graph<TypeParam>(1, {}, [](auto& g) {
    const N y = g.at(g.x), u = g.drawn_as(g.shape, 3), t = g.drawn_as(g.shape, 4);
    const N s = g.drawn_as(g.shape_of_w, 5);
    const N pushed = jvp(y, {g.x, g.w}, {t, s});
    const auto pulled = grad(sum(y * u), {g.x, g.w});
    const double forward = product(u, pushed);
    const double reverse = product(pulled[0], t) + product(pulled[1], s);
    ASSERT_NEAR(forward, reverse, 1e-10 * std::max(1.0, std::abs(forward))) << g.what();
    g.tape.backward(sum(y * u));
    if (!reached(g.x)) return;
    expect_close(list(g.x.upstream()), list(pulled[0].value()), 1e-11, g.what());
  });
}

// In a direction, against (8 (f(h) - f(-h)) - (f(2 h) - f(-2 h))) / 12 h, right up to h^4. A kink
// of f may be within 2 h of x: then it is not within the smaller one.
TYPED_TEST(RandomGraphs, HaveTheSlopesOfTheirDifferences) {
  each_graph<TypeParam>(1, {.smooth = true}, [](auto& g) {
    const N u = g.drawn_as(g.shape, 3), t = g.drawn_as(g.shape, 4);
    const double slope = product(grad(sum(g.at(g.x) * u), g.x), t);
    const auto across = [&](double by) {
      return product(g.at(g.x + t * by) - g.at(g.x - t * by), u);
    };
    const auto difference = [&](double h) { return (8 * across(h) - across(2 * h)) / (12 * h); };
    const double bound = 1e-6 * std::max(1.0, std::abs(slope)), usual = difference(1e-5);
    if (std::abs(slope - usual) <= bound) return;
    ASSERT_NEAR(slope, difference(1e-6), bound) << g.what() << ", and " << usual;
  });
}

TYPED_TEST(RandomGraphs, HaveSymmetricSecondDerivatives) {
  each_graph<TypeParam>(2, {}, [](auto& g) {
    const N slope = grad(sum(square(g.at(g.x))), g.x);
    const N a = g.drawn_as(g.shape, 3), b = g.drawn_as(g.shape, 4);
    const double left = product(grad(sum(slope * a), g.x), b);
    const double right = product(grad(sum(slope * b), g.x), a);
    ASSERT_NEAR(left, right, 1e-8 * std::max(1.0, std::abs(left))) << g.what();
  });
}

TYPED_TEST(RandomGraphs, MayBeCompiled) {
  each_graph<TypeParam>(2, {.recorded = true}, [](auto& g) {
    const std::vector<double> w = list(g.w.value()), x = list(g.x.value());
    Parameter<double> weights("w", View<const double>{w.data(), &g.shape_of_w});
    const auto cost = [&](Tape<double>& tape, const N& of) {
      return sum(square(TypeParam::at(of, tape(weights), g.seed, g.kinds)));
    };
    Tape<double> tape;
    const N eager = cost(tape, input(tape, x, g.shape));
    tape.backward(eager);
    const N node = tape(weights);
    const View<const double> fed{x.data(), &g.shape};
    auto program = compile<double>(
        [&](Tape<double>& of, const Fed<double>& in) { return cost(of, in[0]); }, {fed});
    ASSERT_NEAR(program(fed), eager.item(), 1e-12 * std::max(1.0, std::abs(eager.item())))
        << g.what();
    if (!reached(node)) return;
    expect_close(list(weights.gradient()), list(node.upstream()), 1e-10, g.what());
  });
}

TYPED_TEST(RandomGraphs, MayBeCheckpointed) {
  each_graph<TypeParam>(2, {}, [](auto& g) {
    const N plain = sum(square(g.at(g.x)));
    g.tape.backward(plain);
    if (!reached(g.x)) return;
    const auto wanted = list(g.x.upstream());
    const N kept = sum(square(checkpoint([&](const N& x) { return g.at(x); }, g.x)));
    ASSERT_EQ(kept.item(), plain.item()) << g.what();
    g.tape.backward(kept);
    ASSERT_EQ(list(g.x.upstream()), wanted) << g.what();
  });
}

// Single precision has half the digits; steps may fall on another side.
TYPED_TEST(RandomGraphs, InFloat32AreThoseInFloat64) {
  each_graph<TypeParam>(1, {.smooth = true}, [](auto& g) {
    const std::vector<double> x = list(g.x.value()), w = list(g.w.value());
    Tape<float> tape;
    const Node<float> of = input(tape, std::vector<float>(x.begin(), x.end()), g.shape);
    const Node<float> weights = input(tape, std::vector<float>(w.begin(), w.end()), g.shape_of_w);
    const Node<float> y = TypeParam::at(of, weights, g.seed, g.kinds);
    expect_close(list(y.value()), list(g.at(g.x).value()), 2e-3, g.what());
  });
}

// Of long arrays a snapshot keeps statistics only.
TYPED_TEST(RandomGraphs, AddUpInASnapshot) {
  each_graph<TypeParam>(4, {}, [](auto& g) {
    if (g.shape.count() == 0 || g.shape.count() > 40) return;
    const N cost = sum(g.at(g.x));
    g.tape.backward(cost);
    SCOPED_TRACE(g.what());
    SnapshotOptions all;
    all.limit = 4096;
    expect_adds_up(snapshot(cost, all));
  });
}

}  // namespace
}  // namespace glassgrad

// What is true of every function of rows, asked of random ones: batches may be permuted, cut and
// joined, mapped, compiled and checkpointed; backward is forward turned, second derivatives are
// symmetric, float32 is float64 with fewer digits, and what a snapshot shows adds up.
#include "property/random_rows.hpp"

#include "glassgrad/core/checkpoint.hpp"
#include "glassgrad/ops/map_batch.hpp"
#include "glassgrad/ops/positions.hpp"
#include "glassgrad/replay/program.hpp"
#include "glassgrad/show/snapshot.hpp"
#include "show/adds_up.hpp"

namespace glassgrad {
namespace {

using namespace property;
using N = Node<double>;

struct Graph {
  Tape<double> tape;
  Shape shape;
  std::uint64_t seed;
  Kinds kinds;
  N x, w;
  Graph(std::uint64_t of, const Shape& rows, const Kinds& which = {})
      : shape(rows), seed(of), kinds(which) {
    x = input(tape, drawn<double>(shape.count(), seed + 1), shape);
    w = input(tape, drawn<double>(shape[1] * shape[1], seed + 2), {shape[1], shape[1]});
  }
  N at(const N& rows) const { return random_rows(rows, w, seed, kinds); }
  N drawn_as(const Shape& of, std::uint64_t more) {
    return input(tape, drawn<double>(of.count(), seed + more), of);
  }
  std::string what() const { return seed_text(seed, shape); }
};
template <class F>
void each_graph(std::uint64_t count, const Kinds& kinds, const F& f) {
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    Graph graph(seed * 17, shapes[seed % std::size(shapes)], kinds);
    f(graph);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(RandomRows, MayBePermuted) {
  each_graph(90, {}, [](Graph& g) {
    const std::int64_t n = g.shape[0];
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < n; ++i)
      order.push_back((i * 2 + 1) % std::max<std::int64_t>(1, n));
    if (n % 2 == 0) std::reverse(order.begin(), order.end());
    const Indices<double> at = g.tape.indices(order);
    const N weights = g.drawn_as(g.shape, 3), y = rows(g.at(g.x), at), z = g.at(rows(g.x, at));
    expect_close(list<double>(y.value()), list<double>(z.value()), 1e-13, g.what());
    const auto slopes = [&](const N& of) {
      return list<double>(grad(sum(of * weights), g.x).value());
    };
    expect_close(slopes(y), slopes(z), 1e-12, "slopes of " + g.what());
  });
}

TEST(RandomRows, MayBeCutAndJoined) {
  each_graph(90, {}, [](Graph& g) {
    const std::int64_t n = g.shape[0];
    const N parts = concat({g.at(slice(g.x, 0, 0, n / 2)), g.at(slice(g.x, 0, n / 2))});
    const N whole = g.at(g.x), weights = g.drawn_as(g.shape, 3);
    expect_close(list<double>(parts.value()), list<double>(whole.value()), 1e-13, g.what());
    const N slopes[] = {grad(sum(parts * weights), g.x), grad(sum(whole * weights), g.x)};
    expect_close(list<double>(slopes[0].value()), list<double>(slopes[1].value()), 1e-12, g.what());
    // and what all rows share gets the sum of what each gives
    const N shared[] = {grad(sum(parts * weights), g.w), grad(sum(whole * weights), g.w)};
    expect_close(list<double>(shared[0].value()), list<double>(shared[1].value()), 1e-12, g.what());
  });
}

TEST(RandomRows, MayBeMapped) {
  each_graph(60, {.batched = true}, [](Graph& g) {
    if (g.shape[0] == 0) return;
    const N x = reshape(g.x, Shape{g.shape[0], 1, g.shape[1]});
    const N mapped = map_batch([&](const N&row) { return g.at(row); }, x), whole = g.at(g.x);
    expect_close(list<double>(mapped.value()), list<double>(whole.value()), 1e-13, g.what());
    const N slopes[] = {grad(sum(mapped * mapped), g.x), grad(sum(whole * whole), g.x)};
    expect_close(list<double>(slopes[0].value()), list<double>(slopes[1].value()), 1e-12, g.what());
  });
}

double product(const N& a, const N& b) { return sum(a * b).item(); }
TEST(RandomRows, AreTheSameForwardAndInReverse) {
  each_graph(120, {}, [](Graph& g) {
    const N y = g.at(g.x), u = g.drawn_as(g.shape, 3), t = g.drawn_as(g.shape, 4);
    const N s = g.drawn_as(g.w.shape(), 5);
    const N pushed = jvp(y, {g.x, g.w}, {t, s});
    const auto pulled = grad(sum(y * u), {g.x, g.w});
    const double forward = product(u, pushed);
    const double reverse = product(pulled[0], t) + product(pulled[1], s);
    ASSERT_NEAR(forward, reverse, 1e-11 * std::max(1.0, std::abs(forward))) << g.what();
    const N cost = sum(y * u);
    g.tape.backward(cost);
    if (g.x.upstream_state() != Upstream::computed) return;
    expect_close(list<double>(g.x.upstream()), list<double>(pulled[0].value()), 1e-12, g.what());
  });
}

TEST(RandomRows, HaveSymmetricSecondDerivatives) {
  each_graph(60, {}, [](Graph& g) {
    const N cost = sum(square(g.at(g.x)));
    const N slope = grad(cost, g.x), a = g.drawn_as(g.shape, 3), b = g.drawn_as(g.shape, 4);
    const N along_a = grad(sum(slope * a), g.x), along_b = grad(sum(slope * b), g.x);
    const double left = product(along_a, b), right = product(along_b, a);
    ASSERT_NEAR(left, right, 1e-9 * std::max(1.0, std::abs(left))) << g.what();
  });
}

TEST(RandomRows, MayBeCompiled) {
  each_graph(60, {}, [](Graph& g) {
    const std::vector<double> w = list<double>(g.w.value()), x = list<double>(g.x.value());
    const Shape square_shape{g.shape[1], g.shape[1]};
    Parameter<double> weights("w", View<const double>{w.data(), &square_shape});
    const auto cost = [&](Tape<double>& tape, const N& rows) {
      return sum(square(random_rows(rows, tape(weights), g.seed, g.kinds)));
    };
    Tape<double> tape;
    const N eager = cost(tape, input(tape, x, g.shape));
    tape.backward(eager);
    const N node = tape(weights);
    const View<const double> fed{x.data(), &g.shape};
    auto program = compile<double>(
        [&](Tape<double>& of, const Fed<double>& in) { return cost(of, in[0]); }, {fed});
    const double result = program(fed);
    ASSERT_NEAR(result, eager.item(), 1e-12 * std::max(1.0, std::abs(result))) << g.what();
    if (node.upstream_state() != Upstream::computed) return;
    expect_close(list<double>(weights.gradient()), list<double>(node.upstream()), 1e-11, g.what());
  });
}

TEST(RandomRows, MayBeCheckpointed) {
  each_graph(60, {}, [](Graph& g) {
    const N plain = sum(square(g.at(g.x)));
    g.tape.backward(plain);
    const bool reached = g.x.upstream_state() == Upstream::computed;
    const auto wanted = reached ? list<double>(g.x.upstream()) : std::vector<double>();
    const N kept = sum(square(checkpoint([&](const N& x) { return g.at(x); }, g.x)));
    EXPECT_EQ(kept.item(), plain.item()) << g.what();
    g.tape.backward(kept);
    if (!reached) return;
    EXPECT_EQ(list<double>(g.x.upstream()), wanted) << g.what();
  });
}

// Single precision has half the digits; steps and kinks may fall on another side.
TEST(RandomRows, InFloat32AreThoseInFloat64) {
  each_graph(90, {.smooth = true}, [](Graph& g) {
    const std::vector<double> x = list<double>(g.x.value()), w = list<double>(g.w.value());
    Tape<float> tape;
    const Node<float> rows = input(tape, {x.begin(), x.end()}, g.shape);
    const Node<float> weights = input(tape, {w.begin(), w.end()}, g.w.shape());
    const Node<float> y = random_rows(rows, weights, g.seed, g.kinds);
    expect_close(list<float>(y.value()), list<double>(g.at(g.x).value()), 2e-3, g.what());
  });
}

TEST(RandomRows, AddUpInASnapshot) {
  each_graph(30, {}, [](Graph& g) {
    if (g.shape.count() == 0 || g.shape[1] > 16) return;  // of w it would keep statistics only
    const N cost = sum(g.at(g.x));
    g.tape.backward(cost);
    expect_adds_up(snapshot(cost));
  });
}

}  // namespace
}  // namespace glassgrad

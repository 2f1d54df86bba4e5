// What is true of every function of a matrix, asked of random ones with reductions along axis 0 and
// linear algebra in them; and of columns, what random_rows_test.cpp asks of rows.
#include "property/random_matrices.hpp"

#include "glassgrad/core/checkpoint.hpp"
#include "glassgrad/ops/rearrange.hpp"
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
  N x, w;
  Graph(std::uint64_t of, std::int64_t n) : shape({n, n}), seed(of) {
    x = drawn_as(shape, 1), w = drawn_as(shape, 2);
  }
  N at(const N& matrix) const { return random_matrices(matrix, w, seed); }
  N drawn_as(const Shape& of, std::uint64_t more) {
    return input(tape, drawn<double>(of.count(), seed + more), of);
  }
  std::string what() const { return seed_text(seed, shape); }
};
template <class F>
void each_graph(std::uint64_t count, const F& f) {
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    Graph graph(seed * 23, std::int64_t(1 + seed % 5));
    f(graph);
    if (testing::Test::HasFatalFailure()) return;
  }
}
double product(const N& a, const N& b) { return sum(a * b).item(); }

TEST(RandomMatrices, AreTheSameForwardAndInReverse) {
  each_graph(150, [](Graph& g) {
    const N y = g.at(g.x), u = g.drawn_as(g.shape, 3), t = g.drawn_as(g.shape, 4);
    const N s = g.drawn_as(g.shape, 5);
    const auto pulled = grad(sum(y * u), {g.x, g.w});
    const double forward = product(u, jvp(y, {g.x, g.w}, {t, s}));
    const double reverse = product(pulled[0], t) + product(pulled[1], s);
    ASSERT_NEAR(forward, reverse, 1e-10 * std::max(1.0, std::abs(forward))) << g.what();
    g.tape.backward(sum(y * u));
    if (g.x.upstream_state() != Upstream::computed) return;
    expect_close(list<double>(g.x.upstream()), list<double>(pulled[0].value()), 1e-11, g.what());
  });
}

// In a direction, against (f(x + h t) - f(x - h t)) / 2 h and its error.
TEST(RandomMatrices, HaveTheSlopesOfTheirDifferences) {
  each_graph(100, [](Graph& g) {
    const N u = g.drawn_as(g.shape, 3), t = g.drawn_as(g.shape, 4);
    const double slope = product(grad(sum(g.at(g.x) * u), g.x), t), h = 1e-5;
    const double up = product(g.at(g.x + t * h), u), down = product(g.at(g.x - t * h), u);
    ASSERT_NEAR(slope, (up - down) / (2 * h), 1e-5 * std::max(1.0, std::abs(slope))) << g.what();
  });
}

TEST(RandomMatrices, HaveSymmetricSecondDerivatives) {
  each_graph(60, [](Graph& g) {
    const N slope = grad(sum(square(g.at(g.x))), g.x);
    const N a = g.drawn_as(g.shape, 3), b = g.drawn_as(g.shape, 4);
    const double left = product(grad(sum(slope * a), g.x), b);
    const double right = product(grad(sum(slope * b), g.x), a);
    ASSERT_NEAR(left, right, 1e-8 * std::max(1.0, std::abs(left))) << g.what();
  });
}

TEST(RandomMatrices, MayBeCompiled) {
  each_graph(60, [](Graph& g) {
    const std::vector<double> w = list<double>(g.w.value()), x = list<double>(g.x.value());
    Parameter<double> weights("w", View<const double>{w.data(), &g.shape});
    const auto cost = [&](Tape<double>& tape, const N& matrix) {
      return sum(square(random_matrices(matrix, tape(weights), g.seed)));
    };
    Tape<double> tape;
    const N eager = cost(tape, input(tape, x, g.shape));
    tape.backward(eager);
    const N node = tape(weights);
    const View<const double> fed{x.data(), &g.shape};
    auto program = compile<double>(
        [&](Tape<double>& of, const Fed<double>& in) { return cost(of, in[0]); }, {fed});
    ASSERT_NEAR(program(fed), eager.item(), 1e-12 * std::max(1.0, eager.item())) << g.what();
    if (node.upstream_state() != Upstream::computed) return;
    expect_close(list<double>(weights.gradient()), list<double>(node.upstream()), 1e-10, g.what());
  });
}

TEST(RandomMatrices, MayBeCheckpointed) {
  each_graph(60, [](Graph& g) {
    const N plain = sum(square(g.at(g.x)));
    g.tape.backward(plain);
    if (g.x.upstream_state() != Upstream::computed) return;
    const auto wanted = list<double>(g.x.upstream());
    const N kept = sum(square(checkpoint([&](const N& x) { return g.at(x); }, g.x)));
    EXPECT_EQ(kept.item(), plain.item()) << g.what();
    g.tape.backward(kept);
    EXPECT_EQ(list<double>(g.x.upstream()), wanted) << g.what();
  });
}

TEST(RandomMatrices, InFloat32AreThoseInFloat64) {
  each_graph(100, [](Graph& g) {
    const std::vector<double> x = list<double>(g.x.value()), w = list<double>(g.w.value());
    Tape<float> tape;
    const Node<float> matrix = input(tape, {x.begin(), x.end()}, g.shape);
    const Node<float> y =
        random_matrices(matrix, input(tape, {w.begin(), w.end()}, g.shape), g.seed);
    expect_close(list<float>(y.value()), list<double>(g.at(g.x).value()), 2e-3, g.what());
  });
}

TEST(RandomMatrices, AddUpInASnapshot) {
  each_graph(30, [](Graph& g) {
    const N cost = sum(g.at(g.x));
    g.tape.backward(cost);
    expect_adds_up(snapshot(cost));
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
    const auto slopes = [&](const N& y) { return list<double>(grad(sum(y * weights), x).value()); };
    for (const N& other : {back, cut}) {
      expect_close(list<double>(other.value()), list<double>(whole.value()), 1e-13, to_text(shape));
      expect_close(slopes(other), slopes(whole), 1e-12, "slopes of " + to_text(shape));
    }
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace glassgrad

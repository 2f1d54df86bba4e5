// Gradients as nodes, of any order, and the forward mode.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(Grad, ThirdOrderOfAFourthPower) {
  Tape tape;
  const N x = tape.input("x", {1.0, 2.0, -0.5});
  const N y = sum(x * x * x * x);
  const N d1 = grad(y, x), d2 = grad(sum(d1), x), d3 = grad(sum(d2), x), d4 = grad(sum(d3), x);
  expect_near(d1, {4, 32, -0.5});
  expect_near(d2, {12, 48, 3});
  expect_near(d3, {24, 48, -12});
  expect_near(d4, {24, 24, 24});
  expect_near(grad(sum(d4), x), {0, 0, 0});
  const N p = sum(pow(x, 4.0));
  expect_near(grad(sum(grad(sum(grad(p, x)), x)), x), {24, 48, -12});
  const N s = sum(square(square(x)));
  expect_near(grad(sum(grad(sum(grad(s, x)), x)), x), {24, 48, -12});
}

TEST(Grad, KnownHigherDerivatives) {
  Tape tape;
  const N x = tape.input(2.0);
  const N d1 = grad(tanh(x), x), d2 = grad(d1, x), d3 = grad(d2, x);
  const double t = std::tanh(2.0), s = 1 - t * t;
  EXPECT_NEAR(d1.item(), s, 1e-15);
  EXPECT_NEAR(d2.item(), -2 * t * s, 1e-15);
  EXPECT_NEAR(d3.item(), s * (6 * t * t - 2), 1e-14);
  N y = 1 / tape.input(4.0);
  const N at = y.input(1);
  for (int k = 0; k < 6; ++k) y = grad(y, at);
  EXPECT_NEAR(y.item(), 720 / std::pow(4, 7), 1e-15);
}

TEST(Grad, IsDifferentiatedByBackwardToo) {
  Tape tape;
  const N x = tape.input({0.3, -0.7}), w = tape.input({{0.5, 1.0}, {-1.0, 2.0}});
  const N y = sum(sigmoid(matmul(w, x)));
  const N penalty = sum(square(grad(y, x)));
  tape.backward(penalty);
  const std::vector<double> reverse = numbers(w.upstream());
  const auto penalty_at = [](std::size_t k, double h) {
    std::vector<double> moved = {0.5, 1.0, -1.0, 2.0};
    moved[k] += h;
    Tape other;
    const N u = other.input({0.3, -0.7});
    const N v = reshape(other.input(moved), {2, 2});
    return sum(square(grad(sum(sigmoid(matmul(v, u))), u))).item();
  };
  for (std::size_t k = 0; k < 4; ++k)
    EXPECT_NEAR(reverse[k], (penalty_at(k, 1e-5) - penalty_at(k, -1e-5)) / 2e-5, 1e-9);
}

TEST(Grad, EqualsBackwardAndWritesNoUpstream) {
  Tape tape;
  const N x = tape.input({{0.3, -0.7}}), b = tape.input({0.1});
  const N y = mean(log_softmax(x * b + x) * x);
  const std::vector<N> xs = {x, b};
  const auto result = grad(y, std::span<const N>(xs));
  EXPECT_EQ(x.upstream_state(), Upstream::pending);
  tape.backward(y);
  expect_near(result[0], numbers(x.upstream()), 1e-15);
  expect_near(result[1], numbers(b.upstream()), 1e-15);
}

TEST(Grad, GivenUpstreamsConstantsAndNodesWithin) {
  Tape tape;
  const N x = tape.input({1.0, 2.0}), c = tape.constant({3.0, 4.0}), other = tape.input(1.0);
  const N h = x * c, y = h * h;
  const std::vector<N> xs = {x, h, c, other, y};
  const auto result = grad(y, std::span<const N>(xs), tape.constant({1.0, 10.0}));
  expect_near(result[0], {18, 640});  // 2 h c u
  expect_near(result[1], {6, 160});   // any node may be an x
  expect_near(result[2], {6, 320});   // even a constant
  expect_near(result[3], {0});        // y does not depend on it
  expect_near(result[4], {1, 10});
  EXPECT_EQ(error_of([&] { grad(y, std::span<const N>(xs), other); }),
            "[grad] the upstream is (), node 4 (mul) is (2). Give both the same shape.");
}

TEST(Jvp, IsReverseModeTurnedRound) {
  Tape tape;
  const N x = tape.input({0.3, -0.7, 0.2}), w = tape.input({{0.5, 1.0, 0.1}, {-1.0, 2.0, 0.4}});
  const N y = softmax(matmul(w, tanh(x))) + sum(x, 0, true);
  const N v = tape.constant({1.0, -2.0, 0.5}), u = tape.constant({0.7, -0.3});
  const N pushed = jvp(y, x, v);
  const std::vector<N> xs = {x};
  const N pulled = grad(y, std::span<const N>(xs), u)[0];
  EXPECT_NEAR(sum(u * pushed).item(), sum(pulled * v).item(), 1e-14);
}

TEST(Jvp, OfAGradientIsTheGradientOfAGradient) {
  Tape tape;
  const N x = tape.input({0.3, -0.7, 0.2}), v = tape.constant({1.0, -2.0, 0.5});
  const N y = sum(exp(sin(x)) * x * slice(x, 0, 2, whole_axis, -1));
  const N g = grad(y, x);
  const N forward_over_reverse = jvp(g, x, v), reverse_over_reverse = grad(sum(g * v), x);
  expect_near(forward_over_reverse, numbers(reverse_over_reverse.value()), 1e-13);
  const N third = jvp(forward_over_reverse, x, v);
  expect_near(third, numbers(grad(sum(reverse_over_reverse * v), x).value()), 1e-12);
}

TEST(Jvp, SeveralInputsAndInnerNodes) {
  Tape tape;
  const N a = tape.input(2.0), b = tape.input(5.0);
  const N y = log(a) + a * b - sin(b);
  const std::vector<N> xs = {a, b}, tangents = {tape.constant(1.0), tape.constant(0.0)};
  EXPECT_NEAR(jvp(y, std::span<const N>(xs), std::span<const N>(tangents)).item(), 5.5, 1e-14);
  const N h = a * a, z = h * h * a;
  const std::vector<N> inner = {h, a}, both = {tape.constant(1.0), tape.constant(1.0)};
  // dz/dh = 2 h a beside what a sends through h: 5 a^4
  EXPECT_EQ(jvp(z, std::span<const N>(inner), std::span<const N>(both)).item(), 16 + 80);
  EXPECT_EQ(jvp(z, b, tape.constant(1.0)).item(), 0);
  EXPECT_EQ(jvp(z, a, N(3)).item(), 240);  // a plain number is a tangent
  EXPECT_EQ(error_of([&] { jvp(z, std::span<const N>(xs), std::span<const N>()); }),
            "[jvp] 2 nodes and 0 tangents. Give one tangent per node.");
}

TEST(FloatTapes, DoTheSameInSinglePrecision) {
  Parameter<float> W("W", {{0.1, 0.6}});
  Tape<float> tape;
  const auto X = tape.input({{0, 0, 1, 1}, {0, 1, 0, 1}});
  const auto Y = tape.constant({{0, 1, 1, 1}});
  const auto C = sum(square(Y - sigmoid(matmul(tape(W), X)))) / 8;
  tape.backward(C);
  static_assert(std::is_same_v<decltype(C.item()), float>);
  EXPECT_NEAR(C.item(), 0.088912947523, 1e-7);
  expect_near(tape(W).upstream(), {-0.048006462916, -0.038658823817}, 1e-7);
  expect_near(grad(C, tape(W)), {-0.048006462916, -0.038658823817}, 1e-7);
  expect_near(jvp(C, tape(W), tape.constant({{1, 0}})), {-0.048006462916}, 1e-7);
}

TEST(Grad, UpstreamsAndTangentsOfSeveralNodes) {
  Tape tape, other;
  const N a = tape.input({1.0, 2.0}), b = tape.input({3.0, 5.0}), y = a * b;
  const N u = tape.constant({10.0, 100.0}), foreign = other.constant({1.0, 1.0});
  const auto d = grad(y, {a, b}, u);
  expect_near(d[0], {30, 500});
  expect_near(d[1], {10, 200});
  expect_near(jvp(y, {a, b}, {u, u}), {40, 700});
  const std::string another =
      "node 0 (constant) belongs to another tape. Record everything on one tape.";
  EXPECT_EQ(error_of([&] { grad(y, {a, b}, foreign); }), "[grad] " + another);
  EXPECT_EQ(error_of([&] { jvp(y, a, foreign); }), "[jvp] " + another);
  const std::string plain =
      "a node is a plain number, on no tape. Make it with "
      "tape.constant(...), or compute it from nodes.";
  EXPECT_EQ(error_of([&] { tape.backward(N(3.0)); }), "[backward] " + plain);
  EXPECT_EQ(error_of([&] { grad(y, {N(1.0)}, u); }), "[grad] " + plain);
}

}  // namespace
}  // namespace glassgrad

// Jacobians, Hessians and products with them, beside what paper says; hooks; the tape is left
// alone.
#include "glassgrad/engine/derivatives.hpp"

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(Jacobian, BothModesGiveTheSameMatrixAndLeaveTheTapeAsItWas) {
  Tape tape;
  const N x = tape.input("x", {0.3, -1.2, 2.0});
  const N W = tape.constant({{1.0, 2.0, -1.0}, {0.5, -0.25, 3.0}});
  const N y = tanh(matmul(W, x));
  tape.backward(sum(y));
  const auto upstream = numbers(x.upstream());
  const std::uint32_t size = tape.size();
  std::vector<double> wanted;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      wanted.push_back((1 - y.value()[i] * y.value()[i]) * W.value()(i, j));
  for (JacobianMode mode : {JacobianMode::automatic, JacobianMode::reverse, JacobianMode::forward})
    expect_near(jacobian(y, x, mode), wanted, 1e-14);
  EXPECT_EQ(tape.size(), size);
  EXPECT_EQ(numbers(x.upstream()), upstream);
  EXPECT_EQ(y.value().size(), 2u);  // earlier nodes are still good
}

TEST(Jacobian, OfSharedBroadcastAndUnrelatedInputs) {
  Tape tape;
  const N x = tape.input({2.0, 3.0}), b = tape.input(0.5), other = tape.input({1.0});
  const N y = x * x + b * x;
  expect_near(jacobian(y, x), {4.5, 0, 0, 6.5});
  expect_near(jacobian(y, b, JacobianMode::reverse), {2, 3});
  expect_near(jacobian(y, b, JacobianMode::forward), {2, 3});
  expect_near(jacobian(y, other), {0, 0});
  expect_near(jacobian(x, x), {1, 0, 0, 1});
}

// f = (1 - a)^2 + 100 (b - a^2)^2
N rosenbrock(const N& x, const N& first, const N& second) {
  const N a = sum(x * first), b = sum(x * second);
  return square(1.0 - a) + 100.0 * square(b - square(a));
}

TEST(Hessian, OfRosenbrocksFunction) {
  Tape tape;
  const double a = -1.2, b = 1.0;
  const N x = tape.input({a, b});
  const N f = rosenbrock(x, tape.constant({1.0, 0.0}), tape.constant({0.0, 1.0}));
  const std::vector<double> H = {2 - 400 * (b - 3 * a * a), -400 * a, -400 * a, 200};
  expect_near(hessian(f, x), H, 1e-12);
  expect_near(hvp(f, x, tape.constant({3.0, -2.0})), {3 * H[0] - 2 * H[1], 3 * H[2] - 2 * H[3]},
              1e-12);
  EXPECT_EQ(
      error_of([&] { hessian(name("s", x * x), x); }),
      "[hessian] y, node \"s\" (mul), is (2), not a single number. Reduce it with sum or mean.");
}

TEST(Hessian, ThirdOrderThroughAProductWithIt) {
  Tape tape;
  const N x = tape.input({0.5, 2.0}), v = tape.constant({1.0, 1.0});
  const N product = hvp(sum(x * x * x), x, v);  // 6 x v
  expect_near(product, {3, 12});
  expect_near(grad(sum(product), x), {6, 6});
}

TEST(GaussNewton, IsJacobianTwiceAndKnowsTheCost) {
  Tape tape;
  const N x = tape.input({0.4, -0.7}), v = tape.constant({1.5, 0.25});
  const N A = tape.constant({{1.0, 2.0}, {3.0, -1.0}, {0.5, 0.5}});
  const N r = sin(matmul(A, x));
  const auto J = jacobian(r, x);
  std::vector<double> Jv(3), wanted(2), weighted(2);
  for (std::size_t i = 0; i < 3; ++i) Jv[i] = J[2 * i] * 1.5 + J[2 * i + 1] * 0.25;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      wanted[j] += J[2 * i + j] * Jv[i];
      weighted[j] += J[2 * i + j] * Jv[i] * std::exp(r.value()[std::int64_t(i)]);
    }
  expect_near(gauss_newton_product(r, x, v), wanted, 1e-14);
  expect_near(gauss_newton_product(sum(square(r)) / 2, r, x, v), wanted, 1e-14);
  expect_near(gauss_newton_product(sum(exp(r)), r, x, v), weighted, 1e-14);
}

TEST(Laplacian, OfPointsAndInALoss) {
  Tape tape;
  const N x = tape.input({{0.3, 0.8}, {1.1, -0.4}, {2.0, 0.0}});
  const N first = tape.constant({1.0, 0.0}), second = tape.constant({0.0, 1.0});
  const N u = sum(x * first, 1), v = sum(x * second, 1);
  const N f = sin(2.0 * u) * exp(v);  // f_uu + f_vv = -4 f + f
  const N bent = laplacian(f, x);
  EXPECT_EQ(bent.shape(), (Shape{3, 1}));
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(bent.value()[i], -3 * f.value()[i], 1e-14);
  const N slope = grad(sum(bent), x);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(slope.value()(i, 1), -3 * f.value()[i], 1e-13);
  const N t = tape.input(1.3);
  EXPECT_NEAR(laplacian(t * t * t, t).item(), 6 * 1.3, 1e-14);
  const N p = tape.input({1.0, 2.0, 3.0});
  expect_near(laplacian(sum(square(square(p))), p), {12.0 * (1 + 4 + 9)});
  EXPECT_EQ(error_of([&] { laplacian(x, x); }),
            "[laplacian] y has 6 numbers, x has 3 points. Give one y per row of x.");
}

TEST(ValueAndGrad, OfAFunctionOfNumbersArraysAndXtensor) {
  const std::vector<double> w = {1.0, -2.0};
  const xt::xarray<double> x = {0.5, 0.25};
  const auto got = value_and_grad([](N a, N b, N) { return sum(a * square(b)); }, w, x, 3.0);
  EXPECT_EQ(got.value, 0.25 - 0.125);
  EXPECT_EQ(got.gradients, (std::vector<std::vector<double>>{{0.25, 0.0625}, {1.0, -1.0}, {0}}));
}

TEST(StopGradient, TakesItsInputAsGiven) {
  Tape tape;
  const N x = tape.input("x", 3.0), y = x * stop_gradient(x);
  tape.backward(y);
  EXPECT_EQ(y.item(), 9);
  EXPECT_EQ(x.upstream()[0], 3);
  EXPECT_EQ(grad(y, x).item(), 3);
  EXPECT_EQ(jvp(y, x, N(1.0)).item(), 3);
  EXPECT_EQ(error_of([&] { tape.backward(name("s", stop_gradient(x))); }),
            "[backward] the cost, node \"s\" (stop_gradient), depends on no parameter and no "
            "input. Use tape(parameter) or tape.input(...) where a gradient is wanted.");
}

TEST(Derivatives, RefuseNodesOfAnotherTape) {
  Tape tape, other;
  const N y = tape.input(1.0), x = other.input(1.0);
  const std::string another =
      "node 0 (input) belongs to another tape. Record everything on one tape.";
  EXPECT_EQ(error_of([&] { jacobian(y, x); }), "[jacobian] " + another);
  EXPECT_EQ(error_of([&] { hessian(y, x); }), "[hessian] " + another);
  EXPECT_EQ(error_of([&] { hvp(y, x, y); }), "[hvp] " + another);
  EXPECT_EQ(error_of([&] { laplacian(y, x); }), "[laplacian] " + another);
  EXPECT_EQ(error_of([&] { jacobian(N(1.0), x); }),
            "[jacobian] y is a plain number, on no tape. Compute it from nodes of a tape.");
}

TEST(Hooks, WatchAndChangeTheUpstreamThatIsPassedOn) {
  Tape tape;
  Parameter W("W", {1.0, 2.0});
  const N w = tape(W), y = name("y", w * 3.0), z = y + w;  // y and w share one buffer at first
  std::vector<double> seen;
  tape.on_upstream(y, [&](View<double> u) { seen = {u.begin(), u.end()}; });
  tape.on_upstream(y, [](View<double> u) {
    for (double& number : u) number = std::min(number, 0.5);
  });
  tape.on_upstream(w, [](View<double> u) { u[1] = -1; });
  for (int pass = 0; pass < 2; ++pass) {  // every backward runs them
    tape.backward(z, {1.0, 0.25});
    EXPECT_EQ(seen, (std::vector<double>{1.0, 0.25}));
    expect_near(y.upstream(), {0.5, 0.25});
    expect_near(w.upstream(), {1 + 3 * 0.5, -1});
    expect_near(z.upstream(), {1.0, 0.25});
  }
  tape.clear();
  seen.clear();
  tape.backward(sum(tape(W) * 3.0));
  EXPECT_TRUE(seen.empty());  // hooks go with their nodes
  EXPECT_EQ(error_of([&] { tape.on_upstream(y, {}); }),
            "[on_upstream] a node was recorded before the tape was cleared or rewound. Record it "
            "again after clear() or rewind().");
}

TEST(Recompute, RunsTheRecordsAgainInPlace) {
  Tape tape;
  const N x = tape.input({1.0, 2.0}), s = tape.constant(3.0), y = sum(reshape(x, {2, 1}) * s) + s;
  EXPECT_EQ(y.item(), 12);
  tape.set(x, 1, 10);
  tape.set(s, 0, 2);
  parts_of(tape).values.recompute(0, tape.size());
  EXPECT_EQ(y.item(), 24);
  Parameter W("W", 1.0);
  EXPECT_EQ(error_of([&] { tape.set(tape(W), 0, 1); }),
            "[set] node \"W\" (parameter) is not a constant or an input. A parameter is changed "
            "with assign(), what an op computed by its inputs.");
  EXPECT_EQ(error_of([&] { tape.set(x, 2, 1); }),
            "[set] position 2 is outside (2), the shape of node 0 (input). Positions there go from "
            "0 to 1.");
}

}  // namespace
}  // namespace glassgrad

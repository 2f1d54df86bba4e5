// The backward pass: sharing, several roots, given upstreams, repetition, buffers that two nodes
// share.
#include <cstring>

#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"

namespace glassgrad {

// y = a^2 / 2 + b: a factor first, then a local gradient that is 1 (Unit).
struct FactorThenUnit {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "factor_then_unit";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return a * a / 2 + b; }
  auto local(To<0>, const auto& a, const auto&, const auto&) const { return a; }
  Unit local(To<1>, const auto&, const auto&, const auto&) const { return {}; }
};

namespace {

using N = Node<double>;

double slope_at(double x, N (*f)(const N&)) {
  Tape tape;
  const auto node = tape.input(x);
  tape.backward(f(node));
  return node.upstream()[0];
}

TEST(Backward, OneNodeUsedSeveralTimes) {
  EXPECT_EQ(slope_at(3, [](const N& x) { return x * x; }), 6);
  EXPECT_EQ(slope_at(3, [](const N& x) { return x + x; }), 2);
  EXPECT_EQ(slope_at(3, [](const N& x) { return x - x; }), 0);
  EXPECT_EQ(slope_at(4, [](const N& x) { return x / x; }), 0);
  EXPECT_EQ(slope_at(3, [](const N& x) { return x * x + x; }), 7);
  EXPECT_EQ(slope_at(3, [](const N& x) { return maximum(x, x); }), 1);
  EXPECT_NEAR(slope_at(2, [](const N& x) { return pow(x, x); }), 4 * (std::log(2) + 1), 1e-13);
  EXPECT_EQ(slope_at(2, [](const N& x) { return apply(FactorThenUnit{}, x, x); }), 3);
}

TEST(Backward, ArraysUsedSeveralTimes) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0, 3.0});
  for (const auto& [y, wanted] : {std::pair<N, std::vector<double>>{x * x, {2, 4, 6}},
                                  {x + x, {2, 2, 2}},
                                  {x - x, {0, 0, 0}},
                                  {x * x + x, {3, 5, 7}},
                                  {x + x * x, {3, 5, 7}},
                                  {(x + x) + (x + x), {4, 4, 4}},
                                  {where(x > 2, x, x * x), {2, 4, 1}},
                                  {concat({x, x * 2, x}), {}}}) {
    if (wanted.empty()) continue;
    tape.backward(y, {1, 1, 1});
    expect_near(x.upstream(), wanted);
  }
  tape.backward(concat({x, x * 2, x}), {1, 2, 3, 10, 20, 30, 100, 200, 300});
  expect_near(x.upstream(), {121, 242, 363});
}

TEST(Backward, AFactorBeforeAUnitOfTheSameNode) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0});
  tape.backward(apply(FactorThenUnit{}, x, x), {1, 1});
  expect_near(x.upstream(), {2, 3});
}

// Add hands its upstream buffer on to both inputs; an input that receives more must not change the
// others.
TEST(Backward, ASharedBufferIsCopiedBeforeItIsAddedTo) {
  Tape tape;
  const auto a = tape.input({1.0, 2.0}), b = tape.input({3.0, 4.0});
  const auto s = name("s", a + b);
  const auto t = name("t", a * 10);
  const auto u = name("u", b + a);
  tape.backward(sum(s * tape.constant({1.0, 1.0}) + t + u));
  expect_near(s.upstream(), {1, 1});
  expect_near(t.upstream(), {1, 1});
  expect_near(u.upstream(), {1, 1});
  expect_near(a.upstream(), {12, 12});
  expect_near(b.upstream(), {2, 2});

  // a chain of additions, each passing the same buffer on, and a late guest at every one
  N y = a;
  std::vector<N> chain;
  for (int i = 0; i < 5; ++i) chain.push_back(y = y + b);
  N total = sum(y);
  for (const N& node : chain) total += sum(node * 2);
  tape.backward(total);
  expect_near(a.upstream(), {11, 11});
  expect_near(b.upstream(), {1 + 10 + 4 + 2 + 4 + 4 + 10, 35});  // 5 + 2 (5 + 4 + 3 + 2 + 1)
  for (int i = 0; i < 5; ++i)
    expect_near(chain[std::size_t(i)].upstream(), {1 + 2.0 * (5 - i), 1 + 2.0 * (5 - i)});
}

TEST(Backward, AliasedShapesShareAndCopyToo) {
  Tape tape;
  const auto a = tape.input({1.0, 2.0, 3.0, 4.0});
  const auto m = reshape(a, {2, 2});
  const auto y = m + reshape(a * 3, {2, 2});
  tape.backward(sum(y * y) + sum(m));
  expect_near(m.upstream(), {9, 17, 25, 33});    // 2 y + 1
  expect_near(a.upstream(), {33, 65, 97, 129});  // 2 y + 1 + 3 (2 y)
  expect_near(y.upstream(), {8, 16, 24, 32});
}

TEST(Backward, BroadcastingIsUndone) {
  Tape tape;
  const auto c = tape.input({{1.0}, {2.0}, {3.0}}), r = tape.input({{10.0, 20.0, 30.0, 40.0}});
  const auto s = tape.input(2.0), v = tape.input({1.0, 1.0, 1.0, 1.0});
  tape.backward(sum(c + r));
  expect_near(c.upstream(), {4, 4, 4});
  expect_near(r.upstream(), {3, 3, 3, 3});
  tape.backward(sum(c * r * s + v));
  expect_near(c.upstream(), {200, 200, 200});
  expect_near(r.upstream(), {12, 12, 12, 12});
  expect_near(s.upstream(), {600});
  expect_near(v.upstream(), {3, 3, 3, 3});
}

TEST(Backward, SeveralRootsAndGivenUpstreams) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0});
  const auto p = x * 2, q = p * 3;
  tape.backward({{p, {1, 2}}, {q, {10, 20}}});
  expect_near(p.upstream(), {31, 62});
  expect_near(x.upstream(), {62, 124});
  tape.backward({{p, {1, 2}}, {p, {3, 4}}});  // one node twice
  expect_near(x.upstream(), {8, 12});
  EXPECT_EQ(q.upstream_reason(), "the cost does not depend on it");
  tape.backward({{q, {10, 20}}, {x, {0.5, 0.25}}});  // a leaf as a root
  expect_near(x.upstream(), {60.5, 120.25});
  tape.backward(x, {3, 4});
  expect_near(x.upstream(), {3, 4});
}

TEST(Backward, AnUpstreamThatIsReadFromTheSameTape) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0});
  const auto p = x * 2, q = x * 3;
  tape.backward({{p, {1, 2}}, {q, {10, 20}}});
  tape.backward({{p, q.upstream()}, {q, p.upstream()}});
  expect_near(x.upstream(), {23, 46});
}

TEST(Backward, ASecondOneReplacesOrAdds) {
  Tape tape;
  const auto x = tape.input("x", {1.0, 2.0}), w = tape.input("w", {5.0, 5.0});
  const auto p = x * x, cost = sum(p), other = sum(p * w);
  tape.backward(cost);
  tape.backward(cost);
  expect_near(x.upstream(), {2, 4});
  tape.backward(cost, Accumulate::add);
  expect_near(x.upstream(), {4, 8});
  expect_near(p.upstream(), {2, 2});
  EXPECT_EQ(cost.upstream()[0], 2);
  tape.backward(other, Accumulate::add);
  expect_near(x.upstream(), {14, 28});
  expect_near(w.upstream(), {1, 4});
  expect_near(p.upstream(), {7, 7});
  EXPECT_EQ(cost.upstream()[0], 2);
  tape.backward(other);
  expect_near(x.upstream(), {10, 20});
  EXPECT_EQ(cost.upstream_state(), Upstream::none);
}

TEST(Backward, AZeroUpstreamIsNoReasonToSkip) {
  Tape tape;
  const auto x = tape.input({0.0, 4.0});
  tape.backward(sqrt(x), {0.0, 1.0});  // 0 * inf
  EXPECT_TRUE(std::isnan(x.upstream()[0]));
  EXPECT_EQ(x.upstream()[1], 0.25);
  // where is the exception that says so: the branch not taken receives exactly 0
  tape.backward(sum(where(x > 0, sqrt(x), 0 * x)) * 1);
  EXPECT_TRUE(std::isnan(x.upstream()[0]));  // through sqrt itself: 0 * inf
  const auto safe = where(x > 0, x, 1);
  tape.backward(sum(where(x > 0, sqrt(safe), 0)));
  expect_near(x.upstream(), {0, 0.25});
}

TEST(Backward, SixtyDoublingsAreSixtyNodes) {
  Tape tape;
  const auto x = tape.input(1.0), v = tape.input({1.0, 2.0});
  N y = x, z = v;
  for (int i = 0; i < 60; ++i) y = y + y, z = z + z;
  EXPECT_EQ(tape.size(), 122u);
  tape.backward({{y, 1}, {z, {1, 1}}});
  EXPECT_EQ(x.upstream()[0], std::ldexp(1, 60));
  expect_near(v.upstream(), {std::ldexp(1, 60), std::ldexp(1, 60)});
  EXPECT_EQ(grad(y, x).item(), std::ldexp(1, 60));
  EXPECT_LT(tape.size(), 122u + 3 * 60u);
  const std::uint32_t before = tape.size();
  EXPECT_EQ(jvp(y, x, tape.constant(1)).item(), std::ldexp(1, 60));
  EXPECT_LT(tape.size(), before + 3 * 60u);
}

TEST(Backward, TheSameBitsEveryTime) {
  std::vector<std::vector<double>> runs;
  for (int run = 0; run < 3; ++run) {
    Tape tape;
    std::vector<double> padding(std::size_t(run) * 7 + 1);
    tape.constant(padding);
    Parameter W("W", xt::eval(xt::sin(xt::reshape_view(xt::arange<double>(0, 70 * 33), {70, 33}))));
    const auto X =
        tape.input(xt::eval(xt::cos(xt::reshape_view(xt::arange<double>(0, 33 * 41), {33, 41}))));
    const auto y = softmax(tanh(matmul(tape(W), X)), 0);
    const auto cost = sum(log(y)) + mean(logsumexp(X * X, 1));
    tape.backward(cost);
    std::vector<double> all = numbers(tape(W).upstream());
    for (double number : X.upstream()) all.push_back(number);
    all.push_back(cost.item());
    runs.push_back(all);
  }
  for (int run = 1; run < 3; ++run)
    EXPECT_EQ(std::memcmp(runs[0].data(), runs[std::size_t(run)].data(), runs[0].size() * 8), 0);
}

TEST(Backward, Refusals) {
  Tape tape, other;
  const auto x = tape.input({1.0, 2.0});
  const auto y = x * 2;
  EXPECT_EQ(error_of([&] { tape.backward(y); }),
            "[backward] the cost, node 2 (mul), is (2), not a single number. Reduce it with sum or "
            "mean, or give its upstream: backward(node, upstream).");
  EXPECT_EQ(error_of([&] {
              tape.backward(y, {1, 2, 3});
            }),
            "[backward] the upstream is (3), node 2 (mul) is (2). Give one upstream number per "
            "number of the output.");
  EXPECT_EQ(error_of([&] { other.backward(sum(y)); }),
            "[backward] node 3 (sum) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ(error_of([&] { tape.backward(sum(tape.constant({1.0}))); }),
            "[backward] the cost, node 5 (sum), depends on no parameter and no input. Use "
            "tape(parameter) or tape.input(...) where a gradient is wanted.");
  EXPECT_EQ(error_of([&] {
              tape.backward({{y, {1, 2}}, {y, 1}});
            }),
            "[backward] the upstream is (), node 2 (mul) is (2). Give one upstream number per "
            "number of the output.");
  Tape evaluating(Keep::values);
  const auto z = square(evaluating.input(3.0));
  EXPECT_EQ(error_of([&] { evaluating.backward(z); }),
            "[backward] this tape keeps values only. Make it with Keep::all.");
}

TEST(Backward, ARefusalLeavesEarlierUpstreams) {
  Tape tape;
  const auto x = tape.input({1.0, 2.0});
  const auto cost = sum(x * x);
  tape.backward(cost);
  EXPECT_THROW(tape.backward(x * 2), ShapeError);
  expect_near(x.upstream(), {2, 4});
}

}  // namespace
}  // namespace glassgrad

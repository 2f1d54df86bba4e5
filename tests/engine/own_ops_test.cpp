// Ops of a user's own that give less than everything, or something wrong: forward mode and second
// order work by construction or refuse with a clear error, and are never wrong without a word
// (pytorch #58509, #76185). The ops themselves are in own_ops.hpp.
#include "engine/own_ops.hpp"

#include "engine/expect.hpp"
#include "glassgrad/check/gradients.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

// The same number from the library's ops.
N energy_of_ops(const N& a, const N& b) { return sum(exp(a) * square(b)); }
N energy(const N& a, const N& b) { return apply(Energy{}, a, b); }

struct AtAPoint {
  Tape<double> tape;
  N a = tape.input("a", {{0.3, -0.7, 1.1}, {0.2, 0.9, -0.4}});
  N b = tape.input("b", {1.5, -0.6, 0.8});
  N t = tape.constant({{0.4, 1.3, -0.9}, {-0.2, 0.7, 0.5}});  // a tangent of a
  N s = tape.constant({0.6, -1.1, 0.3});                      // a tangent of b
};

TEST(OwnOps, WithoutPushHaveForwardMode) {
  const AtAPoint p;
  const auto tangent = [&](const N& y) { return numbers(jvp(y, {p.a, p.b}, {p.t, p.s}).value()); };
  const auto partly = [&](const N& y) { return numbers(jvp(y, p.b, p.s).value()); };
  const N own = energy(p.a, p.b), ops = energy_of_ops(p.a, p.b);
  expect_near(tangent(own), tangent(ops), 1e-14);
  expect_near(partly(own), partly(ops), 1e-14);
  // for several outputs, and where one input is broadcast
  expect_near(jacobian(own, p.a, JacobianMode::forward), jacobian(ops, p.a, JacobianMode::reverse),
              1e-14);
  const N rows = apply(RowEnergy{}, p.a), wanted = sum(exp(p.a), 1);
  expect_near(jacobian(rows, p.a, JacobianMode::forward),
              jacobian(wanted, p.a, JacobianMode::reverse), 1e-14);
}

TEST(OwnOps, WithoutPushHaveEveryOrder) {
  const AtAPoint p;
  const N own = energy(p.a, p.b), ops = energy_of_ops(p.a, p.b);
  for (const N& x : {p.a, p.b}) expect_near(hessian(own, x), hessian(ops, x), 1e-14);
  expect_near(numbers(hvp(own, p.a, p.t).value()), numbers(hvp(ops, p.a, p.t).value()), 1e-14);
  const auto third = [&](const N& y) {  // reverse over forward over reverse, mixed
    return numbers(grad(sum(jvp(grad(y, p.a), p.b, p.s)), p.a).value());
  };
  expect_near(third(own), third(ops), 1e-14);
  const auto fourth = [&](const N& y) {  // forward all the way
    const N once = jvp(y, {p.a, p.b}, {p.t, p.s}), twice = jvp(once, p.a, p.t);
    return numbers(jvp(jvp(twice, p.b, p.s), {p.a, p.b}, {p.t, p.s}).value());
  };
  expect_near(fourth(own), fourth(ops), 1e-13);
  EXPECT_TRUE(check_gradients(&energy, {p.a.value(), p.b.value()}).ok);
}

template <class T>
void expect_times_at() {
  Tape<T> tape;
  const Node<T> x = tape.input({2, 3, 5, 7}), w = tape.input({11, 13, 17});
  const Indices<T> at = tape.indices({2, 0, 2, 1});
  const Node<T> y = apply(TimesAt{}, x, w, at.record());
  EXPECT_EQ(numbers(y.value()), (std::vector<T>{34, 33, 85, 91}));
  EXPECT_TRUE((rule<TimesAt, T>().has_gradient(1)));
  EXPECT_FALSE((rule<TimesAt, T>().has_gradient(2)));
  EXPECT_FALSE((rule<TimesAt, T>().by_arrays));  // backward is its own kernel
  const Node<T> cost = sum(square(y));
  tape.backward(cost);
  const auto of_x = numbers(x.upstream()), of_w = numbers(w.upstream());
  EXPECT_EQ(of_x, (std::vector<T>{1156, 726, 2890, 2366}));
  EXPECT_EQ(of_w, (std::vector<T>{198, 1274, 986}));
  EXPECT_EQ(numbers(grad(cost, x).value()), of_x);  // by ops
  EXPECT_EQ(numbers(grad(cost, w).value()), of_w);
}
TEST(OwnOps, ReadPositionsInTheirKernels) {
  expect_times_at<double>();
  expect_times_at<float>();
}

TEST(OwnOps, OfAnyNumberOfInputs) {
  AtAPoint p;
  const N in[] = {p.a, p.t, p.s};
  const auto squares = [](std::span<const N> x) { return apply_all(Squares{}, x); };
  const N own = squares(in), ops = sum(square(p.a)) + sum(square(p.t)) + sum(square(p.s));
  p.tape.backward(own);
  expect_near(p.a.upstream(), numbers((2 * p.a).value()));
  expect_near(jvp(own, p.a, p.t), {jvp(ops, p.a, p.t).item()}, 1e-14);
  expect_near(hessian(own, p.a), hessian(ops, p.a), 1e-14);
}

// What is thrown leaves the tape as it was, and backward still works.
void expect_refused(const Function<void()>& action, Tape<double>& tape, const std::string& text) {
  const std::uint32_t size = tape.size();
  EXPECT_EQ(error_of(action), text);
  EXPECT_EQ(tape.size(), size);
}

constexpr const char* no_forward =
    "[numeric_cubes] it has no push and its adjoint reads numbers only, so it has no forward mode. "
    "Write push, or write the adjoint with ops for const auto& arguments.";
constexpr const char* no_second =
    "[numeric_cubes] its adjoint reads numbers only, so it has no second derivative. Write the "
    "adjoint with ops, for const auto& arguments.";

TEST(OwnOps, WithAnAdjointInNumbersHaveTheFirstGradient) {
  AtAPoint p;
  const N own = sum(apply(NumericCubes{}, p.a) * p.t);
  p.tape.backward(own);
  const std::vector<double> wanted = numbers((3 * square(p.a) * p.t).value());
  expect_near(p.a.upstream(), wanted, 1e-14);
  expect_near(grad(own, p.a), wanted, 1e-14);
  expect_near(jacobian(own, p.a, JacobianMode::reverse), wanted, 1e-14);
  const std::string text = trace(grad(own, p.a)).text();
  EXPECT_NE(text.find("numeric_cubes_adjoint"), std::string::npos) << text;
  EXPECT_EQ(apply(NumericCubes{}, p.a).local(0).formula(), "numeric_cubes_adjoint(x, y, upstream)");
}

TEST(OwnOps, WithAnAdjointInNumbersRefuseTheRest) {
  AtAPoint p;
  const N cubes = apply(NumericCubes{}, p.a), own = sum(cubes), rows = sum(cubes, 1);
  const N slope = grad(own, p.a), total = sum(slope);
  const auto refused = [&](const Function<void()>& action, const char* text) {
    expect_refused(action, p.tape, text);
  };
  refused([&] { jvp(own, p.a, p.t); }, no_forward);
  refused([&] { jacobian(cubes, p.a, JacobianMode::forward); }, no_forward);
  // forward over reverse needs both, reverse over reverse only the second
  refused([&] { hessian(own, p.a); }, no_forward);
  refused([&] { hvp(own, p.a, p.t); }, no_forward);
  refused([&] { jvp(slope, p.a, p.t); }, no_forward);
  refused([&] { grad(total, p.a); }, no_second);
  refused([&] { laplacian(rows, p.a); }, no_forward);
  refused([&] { p.tape.backward(total); }, no_second);
  p.tape.backward(own);
  expect_near(p.a.upstream(), numbers((3 * square(p.a)).value()), 1e-14);

  const auto f = [](const N& x) { return apply(NumericCubes{}, x); };
  EXPECT_EQ(error_of([&] { check_gradients(f, {{0.5, -1.5}}); }), no_forward);
  const GradientReport report = check_gradients(f, {{0.5, -1.5}}, {.forward = false});
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.text().find("forward"), std::string::npos) << report.text();
}

TEST(OwnOps, WithAnAdjointInNumbersRunInPrograms) {
  Parameter w("w", {0.5, -1.5, 2.0});
  xt::xarray<double> x{1.0, 2.0, 3.0};
  auto step = compile<double>(
      [&](Tape<>& tape, const Fed<double>& in) {
        return sum(apply(NumericCubes{}, tape(w)) * in[0]);
      },
      {x});
  x = {0.3, -0.7, 1.1};
  EXPECT_NEAR(step(x), 0.3 * 0.125 + 0.7 * 3.375 + 1.1 * 8, 1e-14);
  expect_near(w.gradient(), {0.3 * 0.75, -0.7 * 6.75, 1.1 * 12}, 1e-14);
}

TEST(OwnOps, WithPushAndAnAdjointInNumbersHaveForwardModeOfEveryOrder) {
  AtAPoint p;
  const N own = apply(PushedCubes{}, p.a), total = sum(own), once = jvp(own, p.a, p.t);
  expect_near(once, numbers((3 * square(p.a) * p.t).value()), 1e-14);
  expect_near(jvp(once, p.a, p.t), numbers((6 * p.a * square(p.t)).value()), 1e-14);
  expect_refused([&] { hvp(total, p.a, p.t); }, p.tape,
                 "[pushed_cubes] its adjoint reads numbers only, so it has no second derivative. "
                 "Write the adjoint with ops, for const auto& arguments.");
}

TEST(OwnOps, ThatLookAtNumbersAreRefused) {
  AtAPoint p;
  const N own = sum(apply(ReadingCubes{}, p.a)), pushed = apply(ReadingPush{}, p.a);
  p.tape.backward(own);  // numbers are what backward is about
  expect_near(p.a.upstream(), numbers((3 * square(p.a)).value()), 1e-14);
  const std::string looks =
      "[reading_cubes] its adjoint looks at the numbers of nodes, and what is computed from them "
      "would have no derivative. Compute it from the nodes with ops, or take Arrays: numbers only.";
  expect_refused([&] { grad(own, p.a); }, p.tape, looks);
  expect_refused([&] { hessian(own, p.a); }, p.tape, looks);
  expect_refused([&] { jvp(own, p.a, p.t); }, p.tape, looks);  // it is taken from the adjoint
  expect_refused(
      [&] { jvp(pushed, p.a, p.t); }, p.tape,
      "[reading_push] its push looks at the numbers of nodes, and what is computed from them would "
      "have no derivative. Compute it from the nodes with ops, or take Arrays: numbers only.");
  (void)own.value();  // what was read before is no mistake, and stays known
  EXPECT_EQ(error_of([&] { grad(sum(energy(p.a, p.b)), p.a); }), "no error");
  EXPECT_TRUE(parts_of(p.tape).observers.value_was_read);
}

TEST(OwnOps, ThatLoseTheirUpstreamAreRefused) {
  AtAPoint p;
  const N lost = apply(LostUpstream{}, p.a), total = sum(lost), tangent = apply(LostTangent{}, p.a);
  const std::string adjoint =
      "[lost_upstream] its adjoint gives a node that does not come from the upstream. It is linear "
      "in the upstream: compute it from there with ops.";
  expect_refused([&] { grad(total, p.a); }, p.tape, adjoint);
  expect_refused([&] { jvp(lost, p.a, p.t); }, p.tape, adjoint);
  expect_refused([&] { jvp(tangent, p.a, p.t); }, p.tape,
                 "[lost_tangent] its push gives a node that does not come from the tangents. It is "
                 "linear in the tangents: compute it from there with ops.");
}

TEST(OwnOps, OfWrongShapesAreRefusedByName) {
  AtAPoint p;
  const N own = apply(WrongShapes{}, p.a);
  const std::string small =
      "[wrong_shapes] its adjoint gives () for input 0, which is (2, 3). Give it the input's "
      "shape: "
      "BroadcastTo, Reshape and SumTo change shapes.";
  expect_refused([&] { p.tape.backward(own); }, p.tape, small);
  expect_refused([&] { grad(own, p.a); }, p.tape, small);
  expect_refused([&] { jvp(own, p.a, p.t); }, p.tape,
                 "[wrong_shapes] its push gives (2, 1), its output is (). Give push the output's "
                 "shape.");
}

// A Linear op is pushed forward by itself: one that is not linear is found by comparing the modes.
TEST(OwnOps, CalledLinearThatAreNotAreFoundByTheCheck) {
  const auto report = check_gradients([](const N& x) { return apply(NotLinear{}, x); }, {{0.5, 2}});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.wrong, 4);  // all of the Jacobian: every tangent has a 1 added
}

static_assert(detail::names_push<PushedCubes> && !detail::names_push<Energy>);
static_assert(detail::names_push<WrongShapes> && !detail::has_push<Energy, double>());

}  // namespace
}  // namespace glassgrad

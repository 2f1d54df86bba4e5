// An op's `slope`, which gives the numbers, and its `local`, which is shown, are one function: in
// 50 digits, where neither loses any that matter, they agree. And the right numbers of what was
// found to be wrong once.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/array/random.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/engine/local.hpp"
#include "glassgrad/kernels/elementwise.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/wide.hpp"

namespace glassgrad {
namespace {

int compared = 0;

template <class Op, int k>
void compare(const Op& op) {
  constexpr auto inputs = std::make_index_sequence<std::size_t(arity<Op>)>{};
  using boost::multiprecision::abs;
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    if constexpr (
        requires(const Op& o, const Wide& v) { o.slope(To<k>{}, (void(i), v)..., v); } ||
        requires(const Op& o, const Wide& v) { o.slope((void(i), v)..., v); }) {
      Random random(11);
      for (int n = 0; n < 50; ++n) {
        const Wide x[] = {Wide(random.uniform(Op::domain[i].low, Op::domain[i].high))...};
        const Wide y = op.value(x[i]...);
        const Wide shown = detail::local_of<k>(op, y, x[i]...);
        const Wide number = detail::slope_of<k>(op, y, x[i]...);
        // literals of an op are doubles
        EXPECT_LE(double(abs(shown - number)), 1e-15 * double(abs(shown)))
            << Op::name << " to " << k;
        ++compared;
      }
    }
  }
  (inputs);
}
template <class Op>
void compare_op() {
  if constexpr (is_elementwise<Op>) {
    const auto each = [](const Op& op) {
      [&]<std::size_t... k>(std::index_sequence<k...>) { (compare<Op, int(k)>(op), ...); }
      (std::make_index_sequence<std::size_t(arity<Op>)>{});
    };
    if constexpr (requires { Op::instances(); })
      for (const Op& op : Op::instances()) each(op);
    else
      each(Op{});
  }
}
template <class... Ops>
void compare_all(List<Ops...>) {
  (compare_op<Ops>(), ...);
}
TEST(Slopes, AreTheLocalGradientsThatAreShown) {
  compare_all(EveryOp{});
  EXPECT_GE(compared, 20 * 50);
}

using N = Node<double>;

template <class T, class F>
T slope(double x, const F& f) {
  Tape<T> tape;
  const Node<T> in = tape.input(T(x));
  tape.backward(f(in));
  return in.upstream()[0];
}
// 8 units in the last place
template <class T>
void expect_ulp(T got, double right) {
  const T near = T(right);
  const T unit =
      std::nextafter(std::abs(near), std::numeric_limits<T>::infinity()) - std::abs(near);
  EXPECT_LE(std::abs(double(got) - right), 8 * double(unit)) << got << " for " << right;
}
TEST(Slopes, HaveTheirDigitsWhereTheFormulaHasNone) {
  const auto sigmoid_of = [](const auto& x) { return sigmoid(x); };
  const auto tanh_of = [](const auto& x) { return tanh(x); };
  expect_ulp(slope<double>(-40, [](const N& x) { return expm1(x); }), 4.248354255291589e-18);
  expect_ulp(slope<double>(-40, [](const N& x) { return elu(x); }), 4.248354255291589e-18);
  expect_ulp(slope<double>(-700, [](const N& x) { return selu(x); }), 1.7334290832552396e-304);
  expect_ulp(slope<float>(-20, [](const Node<float>& x) { return elu(x); }), 2.0611536e-9f);
  expect_ulp(slope<double>(37.43, sigmoid_of),
             1 / ((1 + std::exp(-37.43)) * (1 + std::exp(37.43))));
  expect_ulp(slope<float>(10, sigmoid_of), 4.5395807735951673e-5);
  expect_ulp(slope<double>(20, tanh_of), 1.6993417021166355e-17);
  expect_ulp(slope<float>(-9.01, tanh_of), 4 * std::exp(-2 * double(9.01f)));
  const auto softplus_slope = [](const N& x) { return grad(softplus(x), x); };
  expect_ulp(slope<double>(37.43, softplus_slope), std::exp(-37.43));
  const auto log_cdf = [](const auto& x) { return log_normal_cdf(x); };
  expect_ulp(slope<double>(-1e8, log_cdf), 1e8);
  expect_ulp(slope<float>(-1000, log_cdf), 1000.001);
  const double x = 1 - 1e-6;
  const long double rest = (1 - (long double)(x)) * (1 + (long double)(x));
  expect_ulp(slope<double>(x, [](const N& in) { return asin(in); }), double(1 / std::sqrt(rest)));
  expect_ulp(slope<double>(-0.25, [](const N& in) { return acos(in); }), -1 / std::sqrt(0.9375));
}
TEST(Slopes, OfLengthsAndAnglesNeedNoSquares) {
  Tape tape;
  const N a = tape.input(3e200), b = tape.input(4e200);
  const N length = hypot(a, b), angle = atan2(a, b);
  EXPECT_DOUBLE_EQ(length.item(), 5e200);
  tape.backward(length);
  EXPECT_DOUBLE_EQ(a.upstream()[0], 0.6);
  EXPECT_DOUBLE_EQ(b.upstream()[0], 0.8);
  tape.backward(angle);
  EXPECT_DOUBLE_EQ(a.upstream()[0], 1.6e-201);
  EXPECT_DOUBLE_EQ(b.upstream()[0], -1.2e-201);
}
// What is shown stays what people write.
TEST(Slopes, AreShownByTheirFormula) {
  Tape tape;
  const N x = tape.input(0.5);
  EXPECT_EQ(sigmoid(x).local(0).formula(), "y * (1 - y)");
  EXPECT_EQ(tanh(x).local(0).formula(), "1 - y * y");
  EXPECT_EQ(expm1(x).local(0).formula(), "y + 1");
}

}  // namespace
}  // namespace glassgrad

// Would tests/range notice? Rules that are wrong on purpose, as rules have been wrong: slopes by
// the formula that people write, squares that overflow, a tail as a difference from 1. Each must be
// found to be off, by what it is wrong in; and the numbers that were wrong once must come out
// right.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/extend.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/range.hpp"

namespace glassgrad {
namespace {

// The slope is that of the formula.
#define GLASSGRAD_NAIVE(Op, op)                                                 \
  struct Naive##Op {                                                            \
    using Kind = Elementwise<1>;                                                \
    static constexpr std::string_view name = "naive_" #op;                      \
    static constexpr Interval domain[] = {Op::domain[0]};                       \
    auto value(const auto& x) const { return Op{}.value(x); }                   \
    auto local(const auto& x, const auto& y) const { return Op{}.local(x, y); } \
  };
GLASSGRAD_NAIVE(Sigmoid, sigmoid)
GLASSGRAD_NAIVE(Tanh, tanh)
GLASSGRAD_NAIVE(Elu, elu)
GLASSGRAD_NAIVE(Expm1, expm1)
GLASSGRAD_NAIVE(Asin, asin)
GLASSGRAD_NAIVE(Atan, atan)
GLASSGRAD_NAIVE(Silu, silu)
GLASSGRAD_NAIVE(NormalCdf, normal_cdf)
GLASSGRAD_NAIVE(LogNormalCdf, log_normal_cdf)
GLASSGRAD_NAIVE(NormalQuantile, normal_quantile)
#undef GLASSGRAD_NAIVE

struct NaiveSoftplus {  // right to first order
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "naive_softplus";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const { return Softplus{}.value(x); }
  auto local(const auto& x, const auto&) const { return apply(NaiveSigmoid{}, x); }
};
struct NaiveExpm1Value {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "naive_expm1_value";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(x)>, Jet>)
      return num::expm1(x);
    else
      return num::exp(x) - 1;
  }
  auto local(const auto& x, const auto&) const { return apply(Exp{}, x); }
};
struct NaiveHypot {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "naive_hypot";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::sqrt(a * a + b * b); }
  auto local(To<0>, const auto& a, const auto&, const auto& y) const { return a / y; }
  auto local(To<1>, const auto&, const auto& b, const auto& y) const { return b / y; }
};
struct NaiveAtan2 {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "naive_atan2";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  auto value(const auto& a, const auto& b) const { return num::atan2(a, b); }
  auto local(To<0>, const auto& a, const auto& b, const auto&) const { return b / (a * a + b * b); }
  auto local(To<1>, const auto& a, const auto& b, const auto&) const {
    return -a / (a * a + b * b);
  }
};
struct SlightlyOff {  // by 2^-50 of itself, far out only
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "slightly_off";
  static constexpr Interval domain[] = {{-3, 3}};
  auto value(const auto& x) const {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(x)>, Jet>)
      return x * 1;
    else
      return where(num::abs(x) > constant(x, 1e30), x * constant(x, 1 + 0x1p-20), x);
  }
  Unit local(const auto&, const auto&) const { return {}; }
};

template <class Op>
RangeOp own(const Op& op) {
  return range_op(op, &rule<Op, double>(), &rule<Op, float>());
}
template <class Op>
void expect_found(const char* what) {
  for (const bool wide : {true, false}) {
    const RangeOp op = own(Op{});
    const Worsts worst = wide ? measure<double>(op, 400) : measure<float>(op, 400);
    const std::string found = beyond(worst, Ulp{});
    EXPECT_NE(found.find(what), std::string::npos)
        << op.label << (wide ? ", double: " : ", float: ") << found;
  }
}
TEST(BrokenRange, SlopesByTheFormulaAreFound) {
  expect_found<NaiveSigmoid>("  local is off");
  expect_found<NaiveTanh>("  local is off");
  expect_found<NaiveElu>("  local is off");
  expect_found<NaiveExpm1>("  local is off");
  expect_found<NaiveAsin>("  local is off");
  expect_found<NaiveAtan>("  local is off");
  expect_found<NaiveSilu>("  local is off");
  expect_found<NaiveNormalCdf>("  local is off");
  expect_found<NaiveLogNormalCdf>("  local is off");
  expect_found<NaiveNormalQuantile>("  local is off");
  expect_found<NaiveSoftplus>("  second is off");
}
TEST(BrokenRange, ValuesAreFound) {
  expect_found<NaiveExpm1Value>("  value is off");
  expect_found<NaiveHypot>("  value is off");
  expect_found<NaiveHypot>("  local is off");
  expect_found<NaiveAtan2>("  local is off");
  expect_found<SlightlyOff>("  value is off");
}

}  // namespace
}  // namespace glassgrad

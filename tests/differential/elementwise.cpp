// The table's elementwise ops: arithmetic, functions, comparisons, rounding, special functions.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

void add_arithmetic(Table& t) {
  t.binary("add", In::any, In::any, [](const auto& a, const auto& b) { return a + b; });
  t.binary("subtract", In::any, In::any, [](const auto& a, const auto& b) { return a - b; });
  t.binary("multiply", In::any, In::any, [](const auto& a, const auto& b) { return a * b; });
  t.binary("divide", In::any, In::nonzero, [](const auto& a, const auto& b) { return a / b; });
  t.add("with a number", [](Draw& d) {
    const double k = d.real(0.5, 2);
    const int x = d.any(In::nonzero);
    switch (d.below(5)) {
      case 0:
        return void(d.put({x}, [=](const auto& a) { return k + a; }));
      case 1:
        return void(d.put({x}, [=](const auto& a) { return k - a; }));
      case 2:
        return void(d.put({x}, [=](const auto& a) { return a * k; }));
      case 3:
        return void(d.put({x}, [=](const auto& a) { return k / a; }));
      default:
        return void(d.put({x}, [=](const auto& a) { return a / k; }));
    }
  });
  t.add("one node twice", [](Draw& d) {
    const int x = d.any(In::nonzero);
    d.flag() ? d.put({x, x}, [](const auto& a, const auto& b) { return a * b; })
             : d.put({x, x}, [](const auto& a, const auto& b) { return a / b + b; });
  });
  t.unary("negative", In::any, [](const auto& x) { return -x; });
  t.unary("positive", In::any, [](const auto& x) { return positive(x); });
  t.unary("deg2rad", In::any, [](const auto& x) { return deg2rad(x); });
  t.unary("rad2deg", In::unit, [](const auto& x) { return rad2deg(x); });
  t.add("lerp", [](Draw& d) {
    const int a = d.any(), b = d.partner(a), w = d.partner(a);
    d.put({a, b, w}, [](const auto& x, const auto& y, const auto& z) { return lerp(x, y, z); });
  });
  t.add("addcmul", [](Draw& d) {
    const int a = d.any(), b = d.partner(a), c = d.partner(a);
    const double k = d.real(-2, 2);
    d.put(
        {a, b, c}, [=](const N& x, const N& y, const N& z) { return addcmul(x, y, z, k); },
        [=](const T& x, const T& y, const T& z) { return at::addcmul(x, y, z, k); });
  });
  t.add("addcdiv", [](Draw& d) {
    const int a = d.any(), b = d.partner(a), c = d.partner(a, In::nonzero);
    const double k = d.real(-2, 2);
    d.put(
        {a, b, c}, [=](const N& x, const N& y, const N& z) { return addcdiv(x, y, z, k); },
        [=](const T& x, const T& y, const T& z) { return at::addcdiv(x, y, z, k); });
  });
}

void add_functions(Table& t) {
  t.unary("abs", In::any, [](const auto& x) { return abs(x); });
  t.unary("sign", In::any, [](const auto& x) { return sign(x); });
  t.unary("sgn", In::any, [](const auto& x) { return sgn(x); });
  t.unary("sin", In::any, [](const auto& x) { return sin(x); });
  t.unary("cos", In::any, [](const auto& x) { return cos(x); });
  t.unary("tan", In::unit, [](const auto& x) { return tan(x); });
  t.unary("asin", In::unit, [](const auto& x) { return asin(x); });
  t.unary("acos", In::unit, [](const auto& x) { return acos(x); });
  t.unary("atan", In::any, [](const auto& x) { return atan(x); });
  t.binary("atan2", In::nonzero, In::any, [](const auto& a, const auto& b) { return atan2(a, b); });
  t.unary("sinh", In::bounded, [](const auto& x) { return sinh(x); });
  t.unary("cosh", In::bounded, [](const auto& x) { return cosh(x); });
  t.unary("tanh", In::any, [](const auto& x) { return tanh(x); });
  t.unary("exp", In::bounded, [](const auto& x) { return exp(x); });
  t.unary("exp2", In::bounded, [](const auto& x) { return exp2(x); });
  t.unary("expm1", In::bounded, [](const auto& x) { return expm1(x); });
  t.unary("log", In::positive, [](const auto& x) { return log(x); });
  t.unary("log1p", In::positive, [](const auto& x) { return log1p(x); });
  t.unary("log2", In::positive, [](const auto& x) { return log2(x); });
  t.unary("log10", In::positive, [](const auto& x) { return log10(x); });
  t.unary("sqrt", In::positive, [](const auto& x) { return sqrt(x); });
  t.unary("rsqrt", In::positive, [](const auto& x) { return rsqrt(x); });
  t.unary("square", In::any, [](const auto& x) { return square(x); });
  t.unary("reciprocal", In::nonzero, [](const auto& x) { return reciprocal(x); });
  t.binary("pow", In::positive, In::bounded,
           [](const auto& a, const auto& b) { return pow(a, b); });
  t.add("pow of a number", [](Draw& d) {
    const double whole[] = {-2, -1, 0, 1, 2, 3, 4, 0.5, 1.7, -0.3};
    const double k = whole[d.below(10)];
    d.put({d.any(k == std::floor(k) ? In::nonzero : In::positive)},
          [=](const auto& x) { return pow(x, k); });
  });
  t.binary("hypot", In::nonzero, In::any, [](const auto& a, const auto& b) { return hypot(a, b); });
  t.binary("logaddexp", In::any, In::any,
           [](const auto& a, const auto& b) { return logaddexp(a, b); });
  t.binary("logaddexp2", In::any, In::any,
           [](const auto& a, const auto& b) { return logaddexp2(a, b); });
}

void add_comparisons(Table& t) {
  const auto compare = [&](const char* op, auto f) {
    t.binary(
        op, In::any, In::any, [=](const N& a, const N& b) { return f(a, b) * b; },
        [=](const T& a, const T& b) { return f(a, b).to(at::kDouble) * b; });
  };
  compare("less", [](const auto& a, const auto& b) { return a < b; });
  compare("less_equal", [](const auto& a, const auto& b) { return a <= b; });
  compare("greater", [](const auto& a, const auto& b) { return a > b; });
  compare("greater_equal", [](const auto& a, const auto& b) { return a >= b; });
  compare("equal", [](const auto& a, const auto& b) { return a == b; });
  compare("not_equal", [](const auto& a, const auto& b) { return a != b; });
  compare("logical_and", [](const auto& a, const auto& b) { return logical_and(a, b); });
  compare("logical_or", [](const auto& a, const auto& b) { return logical_or(a, b); });
  compare("logical_xor", [](const auto& a, const auto& b) { return logical_xor(a, b); });
  t.unary(
      "is_nan and others", In::any,
      [](const N& x) { return x * (is_finite(x) - is_nan(x) - is_inf(x) + logical_not(x)); },
      [](const T& x) {
        return x * (x.isfinite().to(at::kDouble) - x.isnan().to(at::kDouble) -
                    x.isinf().to(at::kDouble) + x.logical_not().to(at::kDouble));
      });
  t.binary(
      "is_close", In::any, In::any,
      [](const N& a, const N& b) { return is_close(a, b, 0.5, 0.1) * a; },
      [](const T& a, const T& b) { return at::isclose(a, b, 0.5, 0.1).to(at::kDouble) * a; });
  t.add("where", [](Draw& d) {
    const int a = d.any(), b = d.partner(a), c = d.partner(a);
    d.put(
        {a, b, c}, [](const N& m, const N& x, const N& y) { return where(m > 0.2, x, y); },
        [](const T& m, const T& x, const T& y) { return at::where(m > 0.2, x, y); });
  });
  t.binary("maximum", In::any, In::any, [](const auto& a, const auto& b) { return maximum(a, b); });
  t.binary("minimum", In::any, In::any, [](const auto& a, const auto& b) { return minimum(a, b); });
  t.binary("fmax", In::any, In::distinct, [](const auto& a, const auto& b) { return fmax(a, b); });
  t.binary("fmin", In::any, In::distinct, [](const auto& a, const auto& b) { return fmin(a, b); });
  t.add("clamp", [](Draw& d) {
    const double low = d.real(-1, 0), high = d.real(0, 1);
    d.put(
        {d.any()}, [=](const N& x) { return clamp(x, low, high); },
        [=](const T& x) { return at::clamp(x, low, high); });
  });
  t.unary(
      "stop_gradient", In::any, [](const N& x) { return x * stop_gradient(x); },
      [](const T& x) { return x * x.detach(); });
  t.unary(
      "step", In::any, [](const N& x) { return step(x) + x; },
      [](const T& x) { return (x >= 0).to(at::kDouble) + x; });
  t.add("heaviside", [](Draw& d) {
    const double k = d.real(0, 1);
    d.put(
        {d.any()}, [=](const N& x) { return heaviside(x, k) * x; },
        [=](const T& x) { return at::heaviside(x.detach(), at::full({}, k, at::kDouble)) * x; });
  });
  t.unary("nan_to_num", In::any, [](const auto& x) { return nan_to_num(x, 0.5); });
}

void add_rounding(Table& t) {
  t.unary("floor", In::distinct, [](const auto& x) { return floor(x); });
  t.unary("ceil", In::distinct, [](const auto& x) { return ceil(x) * x; });
  t.unary("trunc", In::distinct, [](const auto& x) { return trunc(x) + x; });
  t.unary("frac", In::distinct, [](const auto& x) { return frac(x); });
  t.unary("round", In::distinct, [](const auto& x) { return round(x) * x; });
  t.add("round to decimals", [](Draw& d) {
    const int k = int(d.between(-1, 2));
    d.put(
        {d.any(In::distinct)}, [=](const N& x) { return round(x, k) * x; },
        [=](const T& x) { return at::round(x, k) * x; });
  });
  t.binary("fmod", In::distinct, In::nonzero,
           [](const auto& a, const auto& b) { return fmod(a, b); });
  t.binary("remainder", In::distinct, In::nonzero,
           [](const auto& a, const auto& b) { return remainder(a, b); });
  t.binary(
      "floor_divide", In::distinct, In::nonzero,
      [](const N& a, const N& b) { return floor_divide(a, b) * b; },
      [](const T& a, const T& b) { return at::div(a, b, "floor") * b; });
  t.binary("copysign", In::nonzero, In::nonzero,
           [](const auto& a, const auto& b) { return copysign(a, b); });
}

// Right to all digits, which libtorch's trigamma is not (it has ten): lgamma and digamma by
// Stirling's series at x + 12, and the recurrence back from there.
T exact_lgamma(const T& x) {
  const double terms[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                          1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
  T back = at::zeros_like(x);
  for (int k = 0; k < 12; ++k) back = back + at::log(x + k);
  const T far = x + 12;
  T y = (far - 0.5) * at::log(far) - far + 0.5 * std::log(2 * M_PI) - back, power = 1 / far;
  for (const double term : terms) y = y + term * power, power = power / (far * far);
  return y;
}
T exact_digamma(const T& x) {
  const double terms[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                          1.0 / 132, -691.0 / 32760, 1.0 / 12,  -3617.0 / 8160};
  T back = at::zeros_like(x);
  for (int k = 0; k < 12; ++k) back = back + 1 / (x + k);
  const T far = x + 12;
  T y = at::log(far) - 0.5 / far - back, power = 1 / (far * far);
  for (const double term : terms) y = y - term * power, power = power / (far * far);
  return y;
}

void add_special(Table& t) {
  t.unary("erf", In::any, [](const auto& x) { return erf(x); });
  t.unary("erfc", In::any, [](const auto& x) { return erfc(x); });
  t.unary("erfinv", In::unit, [](const auto& x) { return erfinv(x); });
  t.unary(
      "normal_cdf", In::any, [](const N& x) { return normal_cdf(x); },
      [](const T& x) { return at::special_ndtr(x); });
  t.unary(
      "log_normal_cdf", In::any, [](const N& x) { return log_normal_cdf(x); },
      [](const T& x) { return at::special_log_ndtr(x); });
  t.unary(
      "normal_quantile", In::share, [](const N& x) { return normal_quantile(x); },
      [](const T& x) { return at::special_ndtri(x); });
  t.add("lgamma", [](Draw& d) {
    d.put(
        {d.any(In::positive)}, [](const N& x) { return lgamma(x); },
        [](const T& x) { return at::lgamma(x); },
        [](const std::vector<T>& x) { return exact_lgamma(x[0]); });
  });
  t.add("digamma", [](Draw& d) {
    d.put(
        {d.any(In::positive)}, [](const N& x) { return digamma(x); },
        [](const T& x) { return at::digamma(x); },
        [](const std::vector<T>& x) { return exact_digamma(x[0]); });
  });
  t.add("polygamma", [](Draw& d) {
    const int k = int(d.between(1, 3));
    d.put(
        {d.any(In::positive)}, [=](const N& x) { return polygamma(x, k); },
        [=](const T& x) { return at::polygamma(k, x); },
        [=](const std::vector<T>& x) {
          return (k % 2 ? 1 : -1) * std::tgamma(k + 1.0) *
                 at::special_zeta(T(at::full_like(x[0].detach(), k + 1.0)), x[0]);
        });
  });
  t.unary(
      "bessel_i, order 0", In::bounded, [](const N& x) { return bessel_i(x, 0); },
      [](const T& x) { return at::special_i0(x); });
  t.unary(
      "bessel_i, order 1", In::nonzero, [](const N& x) { return bessel_i(x, 1); },
      [](const T& x) { return at::special_i1(x); });
  t.unary("sinc", In::nonzero, [](const auto& x) { return sinc(x); });
  t.unary("logit", In::share, [](const auto& x) { return logit(x); });
  t.add("logit with eps",
        [](Draw& d) { d.put({d.any(In::share)}, [](const auto& x) { return logit(x, 0.2); }); });
  t.binary("xlogy", In::any, In::positive,
           [](const auto& a, const auto& b) { return xlogy(a, b); });
  t.binary(
      "xlog1py", In::any, In::positive, [](const N& a, const N& b) { return xlog1py(a, b); },
      [](const T& a, const T& b) { return at::special_xlog1py(a, b); });
  t.unary(
      "entr", In::positive, [](const N& x) { return entr(x); },
      [](const T& x) { return at::special_entr(x); });
}

}  // namespace

void add_elementwise(Table& table) {
  add_arithmetic(table);
  add_functions(table);
  add_comparisons(table);
  add_rounding(table);
  add_special(table);
}

}  // namespace glassgrad::differential

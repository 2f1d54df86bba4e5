// The special functions of 50-digit numbers: by their series and continued fractions, or Newton's
// method.
#include <boost/math/special_functions/bernoulli.hpp>
#include <vector>

#include "support/wide.hpp"

namespace glassgrad::num {

namespace mp = boost::multiprecision;
using S = Special<Wide>;

namespace {
// 1 / (a + 1 / (a + 2 / (a + 3 / ...))): the normal distribution's tail beyond a over its density.
Wide tail_fraction(const Wide& a, int from) {
  Wide tail = a;
  for (int n = 400; n >= from; --n) tail = a + n / tail;
  return tail;
}
const Wide& root_2_pi() {
  static const Wide root = mp::sqrt(Wide(2 * wide::pi()));
  return root;
}
Wide density(const Wide& x) { return S::bell(x, 1) / root_2_pi(); }
}  // namespace

Wide S::bell(const Wide& x, int halves) { return Functions<Wide>::exp(-x * x * halves / 2); }
Wide S::erfc(const Wide& x) {
  // beyond 7 the continued fraction keeps the digits that 1 - erf would lose
  if (x < 7) return 1 - Functions<Wide>::erf(x);
  const Wide root = mp::sqrt(Wide(2));
  return 2 * bell(x, 2) / root_2_pi() / tail_fraction(x * root, 1);
}
Wide S::normal_cdf(const Wide& x) {
  if (x > -9) return (1 + Functions<Wide>::erf(x / mp::sqrt(Wide(2)))) / 2;
  return density(x) / tail_fraction(-x, 1);
}
Wide S::log_normal_cdf(const Wide& x) {
  if (x > 0) return Functions<Wide>::log1p(-normal_cdf(-x));
  if (x > -9) return mp::log(normal_cdf(x));
  return -x * x / 2 - mp::log(Wide(root_2_pi() * tail_fraction(-x, 1)));
}
Wide S::erfinv(const Wide& x) {
  if (mp::abs(x) > 1) return std::numeric_limits<Wide>::quiet_NaN();
  if (mp::abs(x) == 1) return x * std::numeric_limits<Wide>::infinity();
  if (mp::abs(x) < 1e-30) return x * mp::sqrt(wide::pi()) / 2;
  Wide y = special::erfinv(double(x));  // and Newton's method, which doubles the digits
  for (int i = 0; i < 3; ++i) {
    const Wide left = mp::abs(x) < 0.5 ? Functions<Wide>::erf(y) - x
                      : x > 0          ? Wide((1 - x) - erfc(y))
                                       : Wide(erfc(-y) - (1 + x));
    y -= left * erfinv_slope(x, y);
  }
  return y;
}
Wide S::normal_quantile(const Wide& p) {
  if (!(p >= 0 && p <= 1)) return std::numeric_limits<Wide>::quiet_NaN();
  if (p == 0 || p == 1) return (2 * p - 1) * std::numeric_limits<Wide>::infinity();
  if (p > 0.5) return -normal_quantile(1 - p);
  Wide y = special::normal_quantile(double(p));
  for (int i = 0; i < 3; ++i) y -= (normal_cdf(y) - p) / density(y);
  return y;
}
Wide S::erfinv_slope(const Wide&, const Wide& y) { return mp::sqrt(wide::pi()) / 2 / bell(y, 2); }
Wide S::normal_quantile_slope(const Wide&, const Wide& y) { return 1 / density(y); }

// (sin(u) / u)^(order) for u = pi x: where u is small by its series, u^j (-1)^k / ((n + j + 1) j!)
// for j = 2 k - n, beyond by x y_n = pi^(n-1) sin(u + n pi / 2) - n y_(n-1).
Wide S::sinc(const Wide& x, int order) {
  const Wide u = wide::pi() * x;
  if (mp::abs(u) < 8) {
    Wide sum = 0, power = order % 2 == 1 ? u : Wide(1);  // u^j / j!
    for (int j = order % 2; j < 120; j += 2) {
      sum += power / (order + j + 1) * ((order + j) / 2 % 2 == 0 ? 1 : -1);
      power *= u * u / ((j + 1) * (j + 2));
    }
    return sum * mp::pow(wide::pi(), order);
  }
  const Wide part = x - round(x), half = round(x) / 2;
  const int sign = floor(half) == half ? 1 : -1;
  const Wide sine = sign * mp::sin(Wide(wide::pi() * part)) / wide::pi();
  const Wide cosine = sign * mp::cos(Wide(wide::pi() * part)) / wide::pi();
  Wide y = sine / x;
  for (int n = 1; n <= order; ++n) {
    const Wide scale = mp::pow(wide::pi(), n) * (n % 4 < 2 ? 1 : -1);
    y = (scale * (n % 2 == 0 ? sine : cosine) - n * y) / x;
  }
  return y;
}
namespace {
constexpr int shift_to = 60;      // from there Stirling's series has 50 digits
constexpr double lowest = -1000;  // below it no number: too many steps
const Wide& bernoulli(int k) {    // B_2k
  static const std::vector<Wide> all = [] {
    std::vector<Wide> numbers;
    for (int i = 0; i <= 45; ++i) numbers.push_back(boost::math::bernoulli_b2n<Wide>(i));
    return numbers;
  }();
  return all[std::size_t(k)];
}
}  // namespace

Wide S::lgamma(const Wide& x) {
  if (x < lowest) return std::numeric_limits<Wide>::quiet_NaN();
  Wide product = 1, at = x, sum = 0;
  for (; at < shift_to; at += 1) product *= at;
  Wide power = at;
  for (int k = 1; k <= 40; ++k, power *= at * at)
    sum += bernoulli(k) / (2 * k * (2 * k - 1) * power);
  return (at - 0.5) * mp::log(at) - at + mp::log(root_2_pi()) + sum -
         mp::log(Wide(mp::abs(product)));
}
Wide S::digamma(const Wide& x) {
  if (x < lowest) return std::numeric_limits<Wide>::quiet_NaN();
  Wide at = x, sum = 0;
  for (; at < shift_to; at += 1) sum -= 1 / at;
  Wide power = at * at;
  sum += mp::log(at) - 1 / (2 * at);
  for (int k = 1; k <= 40; ++k, power *= at * at) sum -= bernoulli(k) / (2 * k * power);
  return sum;
}
// (-1)^(n+1) ((n-1)! / x^n + n! / (2 x^(n+1)) + sum of B_2k (2k+n-1)! / ((2k)! x^(2k+n)))
Wide S::polygamma(const Wide& x, int n) {
  if (x < lowest) return std::numeric_limits<Wide>::quiet_NaN();
  Wide at = x, sum = 0, factorial = 1;  // (n - 1)!
  for (int i = 2; i < n; ++i) factorial *= i;
  for (; at < shift_to; at += 1) sum += n * factorial / mp::pow(at, n + 1);
  Wide power = mp::pow(at, n);
  sum += factorial / power + n * factorial / (2 * power * at);
  Wide ratio = factorial;  // (2k + n - 1)! / (2k)!
  for (int k = 1; k <= 40; ++k) {
    ratio *= Wide(2 * k + n - 2) * (2 * k + n - 1) / ((2 * k - 1) * (2 * k));
    power *= at * at;
    sum += bernoulli(k) * ratio / power;
  }
  return n % 2 == 1 ? sum : Wide(-sum);
}

// (x/2)^n / n! (1 + t / (1 (n + 1)) + t^2 / (1 2 (n + 1) (n + 2)) + ...), t = x^2 / 4
Wide S::bessel_i(const Wide& x, int order) {
  if (mp::abs(x) > 760 + order)
    return std::numeric_limits<Wide>::infinity();  // and more than a double
  Wide term = 1;
  for (int i = 1; i <= order; ++i) term *= x / (2 * i);
  Wide sum = term;
  for (int k = 1; term != 0 && mp::abs(term) > mp::abs(sum) * Wide(1e-55); ++k) {
    term *= x * x / (4 * Wide(k) * (k + order));
    sum += term;
  }
  return sum;
}

Wide S::log2(const Wide& x) { return mp::log(x) / mp::log(Wide(2)); }
Wide S::log10(const Wide& x) { return mp::log(x) / mp::log(Wide(10)); }
Wide S::exp2(const Wide& x) { return Functions<Wide>::exp(x * mp::log(Wide(2))); }
Wide S::hypot(const Wide& a, const Wide& b) { return mp::sqrt(Wide(a * a + b * b)); }
namespace {
bool too_long(const Wide& quotient) { return mp::abs(quotient) > 1e30; }  // for 50 digits
}  // namespace
Wide S::fmod(const Wide& a, const Wide& b) {
  if (too_long(a / b)) return std::numeric_limits<Wide>::quiet_NaN();
  return a - b * trunc(a / b);
}
Wide S::remainder(const Wide& a, const Wide& b) {
  if (too_long(a / b)) return std::numeric_limits<Wide>::quiet_NaN();
  return a - b * floor(a / b);
}
Wide S::copysign(const Wide& a, const Wide& b) { return mp::signbit(b) ? -mp::abs(a) : mp::abs(a); }
Wide S::floor(const Wide& x) { return mp::floor(x); }
Wide S::ceil(const Wide& x) { return mp::ceil(x); }
Wide S::trunc(const Wide& x) { return mp::trunc(x); }
Wide S::round(const Wide& x) {  // half to even
  const Wide below = mp::floor(x), above = below + 1, middle = below + Wide(0.5);
  if (x != middle) return x < middle ? below : above;
  return mp::floor(Wide(below / 2)) * 2 == below ? below : above;
}

}  // namespace glassgrad::num

namespace glassgrad {
Wide wide::inverse_mills(const Wide& x) {
  return x < -9 ? num::tail_fraction(-x, 1) : Wide(num::density(x) / num::S::normal_cdf(x));
}
Wide wide::inverse_mills_plus(const Wide& x) {
  return x < -9 ? Wide(1 / num::tail_fraction(-x, 2)) : Wide(x + inverse_mills(x));
}
}  // namespace glassgrad

// The normal distribution and the drawing functions. Compile with -ffp-contract=off, as the whole
// library: a fused multiply-add would change last bits, and tests/array/random_test.cpp would fail.
#include "glassgrad/array/random.hpp"

#include <fmt/format.h>
#include <bit>
#include <cfloat>
#include <cmath>
#include <numeric>
#include <utility>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/named.hpp"

namespace glassgrad {

static_assert(FLT_EVAL_METHOD == 0, "double arithmetic must round to double at every step");

namespace {

// c[0] + c[1] r + ... + c[7] r^7
double polynomial(const std::array<double, 8>& c, double r) {
  double sum = c[7];
  for (std::size_t i = 7; i-- > 0;) sum = sum * r + c[i];
  return sum;
}

// log(p) for normal p > 0, relative error below 4e-16 for p <= 0.1.
// p = m 2^e with m in [sqrt(1/2), sqrt(2)), log(m) = 2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1);
// |s| < 0.172, so the first omitted term, s^23/23, is below 2e-19.
double logarithm(double p) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(p);
  double exponent = static_cast<double>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
  if (m >= 0x1.6A09E667F3BCDp+0) {
    m *= 0.5;
    exponent += 1;
  }
  const double s = (m - 1) / (m + 1);
  double sum = 0;
  for (int odd = 21; odd > 0; odd -= 2) sum = sum * (s * s) + 1.0 / odd;
  return exponent * 0x1.62E42FEFA39EFp-1 + 2 * s * sum;
}

// AS241's rational functions: the middle, |p - 1/2| <= 0.425; the tails, r = sqrt(-log p) <= 5;
// the far tails.
constexpr std::array<double, 8> middle_over{3.3871328727963666080e0, 1.3314166789178437745e2,
                                            1.9715909503065514427e3, 1.3731693765509461125e4,
                                            4.5921953931549871457e4, 6.7265770927008700853e4,
                                            3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array<double, 8> middle_under{1.0,
                                             4.2313330701600911252e1,
                                             6.8718700749205790830e2,
                                             5.3941960214247511077e3,
                                             2.1213794301586595867e4,
                                             3.9307895800092710610e4,
                                             2.8729085735721942674e4,
                                             5.2264952788528545610e3};
constexpr std::array<double, 8> tail_over{1.42343711074968357734e0,  4.63033784615654529590e0,
                                          5.76949722146069140550e0,  3.64784832476320460504e0,
                                          1.27045825245236838258e0,  2.41780725177450611770e-1,
                                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> tail_under{1.0,
                                           2.05319162663775882187e0,
                                           1.67638483018380384940e0,
                                           6.89767334985100004550e-1,
                                           1.48103976427480074590e-1,
                                           1.51986665636164571966e-2,
                                           5.47593808499534494600e-4,
                                           1.05075007164441684324e-9};
constexpr std::array<double, 8> far_over{6.65790464350110377720e0,  5.46378491116411436990e0,
                                         1.78482653991729133580e0,  2.96560571828504891230e-1,
                                         2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                         2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> far_under{1.0,
                                          5.99832206555887937690e-1,
                                          1.36929880922735805310e-1,
                                          1.48753612908506148525e-2,
                                          7.86869131145613259100e-4,
                                          1.84631831751005468180e-5,
                                          1.42151175831644588870e-7,
                                          2.04426310338993978564e-15};

}  // namespace

double normal_from(std::uint64_t bits) {
  // 52 bits and a half: p is exact, never 0 or 1, and 1 - p is exact as well.
  const double p = (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (polynomial(middle_over, r) / polynomial(middle_under, r));
  }
  const double r = std::sqrt(-logarithm(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? polynomial(tail_over, r - 1.6) / polynomial(tail_under, r - 1.6)
                          : polynomial(far_over, r - 5) / polynomial(far_under, r - 5);
  return q < 0 ? -z : z;
}

std::uint64_t Random::bits() {
  if (detail::programs_being_recorded)
    throw TapeError("random", "a program that is recorded would draw the same number in every run",
                    "Draw outside and feed the numbers, or feed the draw of a dropout_mask");
  const std::uint64_t half = state_.position % 2;
  if (half == 0 || !filled_) {
    block_ = random_block(state_.seed, state_.stream, state_.position / 2);
    filled_ = true;
  }
  ++state_.position;
  return block_[half];
}

double Random::uniform(double low, double high) {
  const double width = high - low;
  if (!(low <= high) || !std::isfinite(width)) {
    throw Error("uniform", fmt::format("no numbers from {} to {}", low, high),
                "Give finite low <= high");
  }
  const double number = low + width * uniform();
  return number < high ? number : low;  // rounding may reach high
}

double Random::normal(double mean, double deviation) { return mean + deviation * normal(); }

std::uint64_t Random::below(Setting<"below", "n", std::uint64_t> n) {
  if (n == 0) throw Error("below", "n is 0: no number is below it", "Give n of 1 or more");
  const std::uint64_t uneven = (0 - n) % n;  // 2^64 mod n: so many draws are left over
  std::uint64_t draw = bits();
  while (draw < uneven) draw = bits();
  return draw % n;
}

void Random::shuffle(std::span<std::int64_t> numbers) {
  for (std::size_t left = numbers.size(); left > 1; --left) {
    std::swap(numbers[left - 1], numbers[below(left)]);
  }
}

std::vector<std::int64_t> Random::permutation(Integer n) {
  std::vector<std::int64_t> numbers =
      room_for<std::int64_t>("permutation", n.in("permutation", "n", at_least(0)));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  shuffle(numbers);
  return numbers;
}

}  // namespace glassgrad

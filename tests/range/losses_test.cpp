// Losses and the softmax family far from 1: homogeneous losses scale exactly, dominated classes
// keep the digits of their slopes, and nothing of something infinite is nothing.
#include "glassgrad/nn/losses.hpp"
#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/ops/functions/cumulative.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;
constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- Scaling by 2^k: the loss is 2^(degree k) times as large, the slopes 2^((degree - 1) k)
// times.
template <class T>
struct Loss {
  const char* name;
  int degree;
  std::function<Node<T>(const Node<T>& a, const Node<T>& b, double scale)> f;
};
template <class T>
std::vector<Loss<T>> homogeneous_losses() {
  using N = Node<T>;
  return {
      {"l1", 1, [](const N& a, const N& b, double) { return l1_loss(a, b); }},
      {"squared", 2, [](const N& a, const N& b, double) { return squared_loss(a, b); }},
      {"smooth_l1", 1, [](const N& a, const N& b, double s) { return smooth_l1_loss(a, b, s); }},
      {"huber", 2, [](const N& a, const N& b, double s) { return huber_loss(a, b, s); }},
      {"margin_ranking", 1,
       [](const N& a, const N& b, double s) {
         return margin_ranking_loss(a, b, where(a == a, 1, a), s);
       }},
      {"triplet", 1,
       [](const N& a, const N& b, double s) {
         return triplet_margin_loss(a, b, a * 0.5, {.margin = s, .eps = s / 1024});
       }},
      {"mean_squared", 2, [](const N& a, const N& b, double) { return mean_squared_error(a, b); }},
  };
}
template <class T>
void expect_scaled_losses() {
  const Numbers<T> a = {1, -2, 0.5, 3, 0.25, -1}, b = {0.5, 1, 1.5, 3.25, -1, 2};
  const Shape shape{2, 3};
  for (const Loss<T>& loss : homogeneous_losses<T>())
    for (const int k : exponents<T>()) {
      if (std::abs(k * loss.degree) > std::numeric_limits<T>::max_exponent - 16) continue;
      Result<T> got[2];
      for (const int power : {0, k}) {
        const double scale = std::ldexp(1.0, power);
        got[power != 0] = result_of<T>(
            [&](const Node<T>& x) {
              return loss.f(x, input(*x.tape(), times_two_to(power, b), shape), scale);
            },
            times_two_to(power, a), shape);
      }
      if (k == 0) continue;
      EXPECT_EQ(got[1].value, times_two_to(loss.degree * k, got[0].value)) << loss.name << " " << k;
      EXPECT_EQ(got[1].slopes, times_two_to((loss.degree - 1) * k, got[0].slopes))
          << loss.name << " " << k;
    }
}
TEST(Losses, AreHomogeneousOverTheWholeRange) {
  expect_scaled_losses<float>();
  expect_scaled_losses<double>();
}

TEST(Losses, OfGaussiansAreRightWhereSquaresLeaveTheRange) {
  Tape<double> tape;
  const auto yhat = tape.input({1e200}), v = tape.input({1e300});
  const auto loss = gaussian_nll_loss(yhat, tape.constant({0}), v);
  tape.backward(loss);
  EXPECT_LE(ulps(loss.item(), Wide(1e200) * Wide(1e200) / Wide(1e300) / 2), 4);
  EXPECT_LE(ulps(yhat.upstream()[0], Wide(1e200) / Wide(1e300)), 4);
  EXPECT_LE(ulps(v.upstream()[0], -Wide(1e200) * Wide(1e200) / Wide(1e300) / Wide(1e300) / 2), 4);
}

// ---- The softmax family ---------------------------------------------------------------------

// In 50 digits: probabilities, their logarithms, and the sum's.
struct Softmax50 {
  Wides p, log_p;
  Wide log_sum;
  explicit Softmax50(const Wides& x) {
    const Wide largest = *std::max_element(x.begin(), x.end());
    const auto first = std::max_element(x.begin(), x.end());
    Wide others = 0;
    for (auto each = x.begin(); each != x.end(); ++each)
      if (each != first) others += exp(Wide(*each - largest));
    // ln(1 + x) by its series where 50 digits of 1 + x would leave none of x
    const Wide log_others =
        others < Wide(1e-18) ? Wide(others - others * others / 2) : Wide(log(Wide(1 + others)));
    log_sum = largest + log_others;
    for (const Wide& each : x)
      log_p.push_back((each - largest) - log_others), p.push_back(exp(log_p.back()));
  }
};
// Rows long and short, in which numbers lie up to `apart` from each other. An exponent x is known
// to half a unit, which is |x| units of e^x.
template <class T>
void expect_softmax(std::size_t count, double apart, bool columns) {
  Random random(count);
  for (int round = 0; round < 12; ++round) {
    Numbers<T> x(count);
    for (T& each : x) each = T(apart * random.uniform());
    if (round % 2) x[random.below(count)] = T(apart + 30 * random.uniform());
    const Softmax50 exact(range::wide(x));
    const Shape shape = columns ? Shape{std::int64_t(count), 1} : Shape{1, std::int64_t(count)};
    const Axes axis = columns ? 0 : 1;
    const std::size_t at = random.below(count);
    Numbers<T> one(count, T(0));
    one[at] = T(1);
    const auto soft =
        result_of<T>([&](const Node<T>& n) { return softmax(n, axis); }, x, shape, one);
    const auto logs =
        result_of<T>([&](const Node<T>& n) { return log_softmax(n, axis); }, x, shape, one);
    const auto sums = result_of<T>([&](const Node<T>& n) { return logsumexp(n, axis); }, x, shape);
    const double most = 16 + 2 * (apart + 30);
    Wides soft_slopes, log_slopes;
    Wide others = 0;
    for (std::size_t i = 0; i < count; ++i) others += i == at ? Wide(0) : exact.p[i];
    for (std::size_t i = 0; i < count; ++i) {
      soft_slopes.push_back(i == at ? Wide(exact.p[i] * others) : Wide(-exact.p[i] * exact.p[at]));
      log_slopes.push_back(i == at ? others : Wide(-exact.p[i]));
    }
    const std::string what = std::to_string(count) + " numbers, round " + std::to_string(round);
    expect_within<T>(soft.value, exact.p, most, "softmax " + what);
    expect_within<T>(soft.slopes, soft_slopes, most, "softmax' " + what);
    expect_within<T>(logs.value, exact.log_p, most, "log_softmax " + what);
    expect_within<T>(logs.slopes, log_slopes, most, "log_softmax' " + what);
    expect_within<T>(sums.value, {exact.log_sum}, 8, "logsumexp " + what);
    expect_within<T>(sums.slopes, exact.p, most, "logsumexp' " + what);
  }
}
TEST(Softmax, KeepsItsDigitsWhereOneClassDominates) {
  for (const std::size_t count : {2, 3, 10, 33})
    for (const bool columns : {false, true}) {
      expect_softmax<double>(count, 5, columns);
      expect_softmax<float>(count, 5, columns);
      expect_softmax<double>(count, 300, columns);
      expect_softmax<float>(count, 40, columns);
    }
}
TEST(Softmax, OfACertainClassHasTheSlopeOfTheOthers) {
  Tape<double> tape;
  const auto z = tape.input({{0.0, 40.0}});
  const auto cost = softmax_cross_entropy(z, tape.indices({1}));
  tape.backward(cost);
  const double small = 4.248354255291589e-18;
  EXPECT_LE(ulps(cost.item(), Wide(small)), 4);
  EXPECT_LE(ulps(z.upstream()[0], Wide(small)), 50);
  EXPECT_LE(ulps(z.upstream()[1], Wide(-small)), 50);
}

// ---- Nothing of something infinite ---------------------------------------------------------

TEST(Logcumsumexp, OfNothingYetHasTheSlopesOfWhatFollows) {
  for (const std::size_t entry : {0, 1, 2}) {
    Numbers<double> upstream(3, 0);
    upstream[entry] = 1;
    const auto got = result_of<double>([](const auto& x) { return logcumsumexp(x, 0); },
                                       {-infinity, -infinity, 0}, {3}, upstream);
    EXPECT_EQ(got.value, (Numbers<double>{-infinity, -infinity, 0}));
    if (entry == 2) {
      EXPECT_EQ(got.slopes, (Numbers<double>{0, 0, 1}));
    }
    for (const double slope : got.slopes) EXPECT_TRUE(std::isfinite(slope));
  }
}
// Slopes are shares, e^(x[j] - y): of large numbers y has not the digits that they would need.
template <class T>
void expect_running_shares(const Numbers<T>& x) {
  const std::size_t n = x.size();
  for (std::size_t entry = 0; entry < n; ++entry) {
    Numbers<T> upstream(n, T(0));
    upstream[entry] = T(1);
    const auto got = result_of<T>([](const auto& node) { return logcumsumexp(node, 0); }, x,
                                  {std::int64_t(n)}, upstream);
    Wide sum = 0;
    for (std::size_t j = 0; j <= entry; ++j) sum += exp(Wide(x[j]) - Wide(x[0]));
    for (std::size_t j = 0; j < n; ++j) {
      const Wide share = j <= entry ? Wide(exp(Wide(x[j]) - Wide(x[0])) / sum) : Wide(0);
      EXPECT_LE(ulps(got.slopes[j], share), 16) << x[0] << ", entry " << entry << " to " << j;
    }
    EXPECT_LE(ulps(got.value[entry], Wide(Wide(x[0]) + log(sum))), 2) << x[0] << " " << entry;
  }
}
TEST(Logcumsumexp, OfLargeNumbersKeepsTheDigitsOfItsSlopes) {
  for (const float far : {0.0f, 1e4f, -1e4f, 1e6f, -1e6f})
    expect_running_shares<float>({far, far - 2, far + 1, far, far + 3, far - 1, far + 2});
  for (const double far : {0.0, 1e6, -1e12})
    expect_running_shares<double>({far, far - 2, far + 1, far, far + 3, far - 1, far + 2});
}
TEST(Losses, OfNearlyEqualLogarithmsKeepTheirDigits) {
  Tape<double> tape;
  const double near = -1.25 - 0x1p-40;
  const auto log_p = tape.input({-1.25}), y = tape.input({near});
  const auto divergence = kl_divergence(log_p, y, Reduction::sum, true);
  tape.backward(divergence);
  const Wide p = exp(Wide(near)), gap = Wide(near) + Wide(1.25);
  EXPECT_LE(ulps(divergence.item(), Wide(p * gap)), 4) << divergence.item();
  EXPECT_LE(ulps(y.upstream()[0], Wide(p * (1 + gap))), 4);
}
// The target's logarithm may be -inf too, and a rate 0 without an eps.
TEST(Losses, WhereTheTargetIsNothingHaveNoSlopes) {
  Tape<double> tape;
  const auto log_p = tape.input({-infinity, -1.0}), log_y = tape.input({-infinity, -1.0});
  const auto divergence = kl_divergence(log_p, log_y, Reduction::sum, true);
  tape.backward(divergence);
  EXPECT_EQ(divergence.item(), 0);
  EXPECT_EQ(list<double>(log_p.upstream()), (Numbers<double>{0, -std::exp(-1.0)}));
  EXPECT_EQ(list<double>(log_y.upstream()), (Numbers<double>{0, std::exp(-1.0)}));
  const auto rate = tape.input({0.0, 2.0});
  const auto poisson =
      poisson_nll_loss(rate, tape.constant({0.0, 3.0}),
                       {.log_input = false, .full = true, .eps = 0, .reduction = Reduction::sum});
  tape.backward(poisson);
  EXPECT_TRUE(std::isfinite(poisson.item()));
  EXPECT_EQ(list<double>(rate.upstream()), (Numbers<double>{1, 1 - 1.5}));
}
TEST(Losses, WhereTheTargetIsNothingAreNothing) {
  Tape<double> tape;
  const auto log_p = tape.input({-infinity, 0.0}), target = tape.constant({0.0, 1.0});
  const auto divergence = kl_divergence(log_p, target, Reduction::sum);
  tape.backward(divergence);
  EXPECT_EQ(divergence.item(), 0);
  EXPECT_EQ(list<double>(log_p.upstream()), (Numbers<double>{0, -1}));
  const auto logs = tape.constant({-infinity, 0.0});
  EXPECT_EQ(kl_divergence(log_p, logs, Reduction::sum, true).item(), 0);

  const auto z = tape.input({{-infinity, 0.0}}), y = tape.constant({{0.0, 1.0}});
  for (const auto& cost : {softmax_cross_entropy(z, y), softmax_cross_entropy(z, y, ClassLoss{})}) {
    tape.backward(cost);
    EXPECT_EQ(cost.item(), 0);
    EXPECT_EQ(list<double>(z.upstream()), (Numbers<double>{0, 0}));
  }
  EXPECT_EQ(softmax_cross_entropy(z, tape.constant({{1.0, 0.0}})).item(), infinity);

  const auto sure = tape.input({infinity, -infinity}), truth = tape.constant({1.0, 0.0});
  for (const auto& cost : {binary_cross_entropy_from_logits(sure, truth),
                           binary_cross_entropy_from_logits(sure, truth, BinaryLoss<double>{}),
                           multilabel_soft_margin_loss(sure, truth)}) {
    tape.backward(cost);
    EXPECT_EQ(cost.item(), 0);
    EXPECT_EQ(list<double>(sure.upstream()), (Numbers<double>{0, 0}));
  }
  EXPECT_EQ(binary_cross_entropy_from_logits(sure, 1 - truth).item(), infinity);
  EXPECT_EQ(poisson_nll_loss(tape.input({-infinity}), tape.constant({0})).item(), 0);
}
TEST(Losses, PassNanOn) {
  Tape<double> tape;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto target = tape.constant({0.0, 1.0});
  EXPECT_TRUE(std::isnan(kl_divergence(tape.input({nan, 0.0}), target).item()));
  EXPECT_TRUE(std::isnan(softmax_cross_entropy(tape.input({nan, 0.0}), target).item()));
}

// The squares are nodes that are shown: what they cannot hold the loss has not. In double, or with
// data of a moderate size, it has.
TEST(Losses, SquaresThatAreShownMayLeaveTheRange) {
  Numbers<float> errors(1000, 0.0f);
  errors[3] = 1e20f;
  Numbers<double> exact(errors.begin(), errors.end());
  const auto of = [](const auto& numbers, double scale) {
    using T = typename std::decay_t<decltype(numbers)>::value_type;
    Tape<T> tape;
    const auto x = tape.input(numbers) * scale;
    return double(mean_squared_error(x, x * 0).item());
  };
  EXPECT_EQ(of(errors, 1), infinity);
  EXPECT_NEAR(of(errors, 1e-10) / 1e17, 1, 1e-6);
  EXPECT_NEAR(of(exact, 1) / 1e37, 1, 1e-6);
}

// A branch that is not chosen has a slope of 0, however large what it would be of.
TEST(Losses, HuberOfErrorsWhoseSquaresLeaveTheRange) {
  Tape<double> tape;
  const auto yhat = tape.input({1.5e308, -1e200, 0.25, 1}), y = tape.input({0, 0, 0, 0});
  tape.backward(huber_loss(yhat, y, 1, Reduction::sum));
  EXPECT_EQ(list<double>(yhat.upstream()), (Numbers<double>{1, -1, 0.25, 1}));
}
// A class of weight 0 adds nothing, be its logarithm infinite: 1.23615296460095 by 50 digits.
TEST(Losses, SmoothedLabelsLeaveOutAClassOfWeightNothing) {
  Tape<double> tape;
  const auto z = tape.input({{0, -infinity, 1}});
  const auto loss =
      softmax_cross_entropy(z, tape.indices({0}), {.weights = {1, 0, 1}, .label_smoothing = 0.1});
  EXPECT_NEAR(loss.item(), 1.23615296460095, 1e-14);
}

}  // namespace
}  // namespace glassgrad

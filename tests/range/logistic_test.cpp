// Losses of logits and soft targets over the whole range, against 50-digit arithmetic: value,
// slopes and second derivatives, of which the slope to the target is -z whatever z is.
#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/nn/loss.hpp"
#include "glassgrad/nn/losses.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

Wide log1pexp(const Wide& x) {
  if (x > 60) return x + exp(Wide(-x)) - exp(Wide(-2 * x)) / 2;
  const Wide e = exp(x);
  return e < Wide(1e-18) ? Wide(e - e * e / 2) : Wide(log(Wide(1 + e)));
}
Wide share(const Wide& x) {
  return x < 0 ? Wide(exp(x) / (1 + exp(x))) : Wide(1 / (1 + exp(Wide(-x))));
}

template <class T>
Numbers<T> logits() {
  Numbers<T> all = {0};
  for (const double size : {1e-300, 1e-40, 1e-19, 1e-12, 1e-5, 0.3, 2.0, 17.0, 40.0, 90.0, 700.0,
                            800.0, 1e4, 1e30, 1e300})
    if (std::isfinite(T(size)))
      for (const double sign : {1.0, -1.0}) all.push_back(T(sign * size));
  return all;
}
template <class T>
Numbers<T> targets() {
  return {0,       T(1e-30), T(1e-12),
          T(0.1),  T(0.25),  T(0.5),
          T(0.75), T(0.999), T(1) - std::numeric_limits<T>::epsilon(),
          1};
}
template <class T>
struct Costs {
  const char* name;
  std::function<Node<T>(const Node<T>& z, const Node<T>& y, double positive)> f;
  bool weighed;  // by `positive`
};
template <class T>
std::vector<Costs<T>> costs() {
  using N = Node<T>;
  return {{"binary_cross_entropy_from_logits",
           [](const N& z, const N& y, double) { return binary_cross_entropy_from_logits(z, y); },
           false},
          {"multilabel_soft_margin_loss",
           [](const N& z, const N& y, double) { return multilabel_soft_margin_loss(z, y); }, false},
          {"the weighed one without a weight",
           [](const N& z, const N& y, double) {
             return binary_cross_entropy_from_logits(z, y, BinaryLoss<T>{});
           },
           false},
          {"the weighed one",
           [](const N& z, const N& y, double p) {
             BinaryLoss<T> options;
             options.positive_weight = z.its_tape().constant(p);
             return binary_cross_entropy_from_logits(z, y, options);
           },
           true}};
}
// Is `got` within `most` units of a number as large as `size`?
template <class T>
void expect_beside(T got, const Wide& wanted, const Wide& size, double most,
                   const std::string& what) {
  if (abs(wanted) > Wide(std::numeric_limits<T>::max())) {
    EXPECT_TRUE(std::isinf(got) && (got > 0) == (wanted > 0)) << what;
    return;
  }
  const Wide off = abs(Wide(got) - wanted);
  EXPECT_TRUE(std::isfinite(got) && off <= Wide(most) * unit<T>(size))
      << what << ": " << got << " for " << wanted;
}
template <class T>
void expect_cost(const Costs<T>& cost, T z, T y, double positive) {
  const std::string what = join(cost.name, " of ", z, " for ", y, ", weight ", positive);
  const Wide x(z), t(y), p(cost.weighed ? Wide(T(positive)) : Wide(1));
  const Wide up = log1pexp(x), down = log1pexp(Wide(-x)), s = share(x), r = share(Wide(-x));
  const Wide value = p * t * down + (1 - t) * up;
  // the loss has no number, or the weight of y = 1
  if (value > Wide(std::numeric_limits<T>::max())) return;
  if (t > 0 && p * t < Wide(std::numeric_limits<T>::min())) return;
  for (const bool recorded : {false, true}) {
    Tape<T> tape;
    const auto of_z = tape.input({z}), of_y = tape.input({y});
    const auto loss = cost.f(of_z, of_y, positive);
    EXPECT_LE(ulps(loss.item(), value), 8) << what;
    Numbers<T> to_z, to_y;
    if (recorded) {
      const auto slope_z = grad(loss, of_z), slope_y = grad(loss, of_y);
      to_z = list<T>(slope_z.value()), to_y = list<T>(slope_y.value());
      const Wide curved = (p * t + 1 - t) * s * r;
      EXPECT_LE(ulps(grad(sum(slope_z), of_z).value()[0], curved), 64) << what << ", second";
      if (p == 1) {
        EXPECT_EQ(grad(sum(slope_y), of_z).value()[0], -1) << what;
        EXPECT_EQ(grad(sum(slope_y), of_y).value()[0], 0) << what;
      }
    } else {
      tape.backward(loss);
      to_z = list<T>(of_z.upstream()), to_y = list<T>(of_y.upstream());
    }
    expect_beside(to_z[0], Wide((1 - t) * s - p * t * r),
                  Wide(std::max(Wide((1 - t) * s), Wide(p * t * r))), 8, what + ", to z");
    if (p == 1) {
      EXPECT_EQ(to_y[0], -z) << what;
    }
    expect_beside(to_y[0], Wide((p - 1) * down - x),
                  Wide(abs(p - 1) * log1pexp(Wide(-abs(x))) + abs(x) * (z > 0 ? Wide(1) : p)), 8,
                  what + ", to y");
  }
}
template <class T>
void expect_costs() {
  for (const Costs<T>& cost : costs<T>())
    for (const T z : logits<T>())
      for (const T y : targets<T>())
        for (const double positive : {1e-20, 0.5, 1.0, 1 + 0x1p-20, 3.0, 1e10})
          if (cost.weighed || positive == 1) expect_cost<T>(cost, z, y, positive);
}
TEST(LogisticCosts, AreRightOverTheWholeRange) {
  expect_costs<double>();
  expect_costs<float>();
}
TEST(LogisticCosts, ToTheTargetIsMinusTheLogit) {
  Tape<double> tape;
  const auto z = tape.input({1e-19, -1e-19, 5e-324, 0.0}), y = tape.input({0.5, 0.25, 1.0, 0.0});
  tape.backward(sum(z * 0 + 4 * binary_cross_entropy_from_logits(z, y)) / 4);
  EXPECT_EQ(list<double>(y.upstream()), (Numbers<double>{-1e-19, 1e-19, -5e-324, 0}));
}

}  // namespace
}  // namespace glassgrad

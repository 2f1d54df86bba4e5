// The line search of L-BFGS: from w along d to a point that fulfils the strong Wolfe conditions.
#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/optim/lbfgs.hpp"

namespace glassgrad {
namespace {

constexpr int most_trials = 40;
constexpr int patient_trials = 12;  // this many by the usual strides

// Where the cubic through both costs and slopes is lowest (Nocedal, Wright, equation 3.59), kept
// well inside, by `margin` of the interval; the middle when there is none.
double between(double a, double cost_a, double slope_a, double b, double cost_b, double slope_b,
               double inside) {
  const double middle = a + (b - a) / 2, margin = inside * std::abs(b - a);
  const double d1 = slope_a + slope_b - 3 * (cost_a - cost_b) / (a - b);
  const double size = std::max({std::abs(d1), std::abs(slope_a), std::abs(slope_b)});
  if (!(size > 0) || !std::isfinite(size)) return middle;
  const double unit = std::ldexp(1.0, std::clamp(-std::ilogb(size), -1000, 1000));  // for squares
  const double under = unit * d1 * (unit * d1) - unit * slope_a * (unit * slope_b);
  if (!(under >= 0)) return middle;
  const double d2 = std::copysign(std::sqrt(under) / unit, b - a);
  const double lowest = b - (b - a) * (slope_b + d2 - d1) / (slope_b - slope_a + 2 * d2);
  if (!std::isfinite(lowest)) return middle;
  return std::clamp(lowest, std::min(a, b) + margin, std::max(a, b) - margin);
}

// The rounding error of a cost of that size.
template <class T>
double noise(double cost) {
  return 16 * double(std::numeric_limits<T>::epsilon()) * std::abs(cost);
}

}  // namespace

// f(a) = cost(w + a d) and f'(a) = g . d there
template <class T>
typename Lbfgs<T>::Point Lbfgs<T>::evaluate_at(const Cost& cost, double a) {
  w_new_ = w_;
  for (std::size_t j = 0; j < w_.size(); ++j) w_new_[j] += a * d_[j];
  last_.a = a;
  last_.cost = evaluate(cost, w_new_, g_new_);
  last_.slope = 0;
  for (std::size_t j = 0; j < w_.size(); ++j) last_.slope += g_new_[j] * d_[j];
  if (!std::isfinite(last_.slope)) last_.cost = std::numeric_limits<double>::infinity();
  return last_;
}

template <class T>
bool Lbfgs<T>::low_enough(const Point& at) const {
  if (!std::isfinite(at.cost)) return false;
  if (at.cost <= start_.cost + options_.decrease * at.a * start_.slope) return true;
  return at.cost <= start_.cost + noise<T>(start_.cost) &&
         at.slope <= (2 * options_.decrease - 1) * start_.slope;
}
template <class T>
bool Lbfgs<T>::flat_enough(const Point& at) const {
  return std::abs(at.slope) <= -options_.curvature * start_.slope;
}

// The very first step is as long as d is when its entries' sizes add up to 1, or shorter when the
// gradient's do. For w or gradients far from 1 that is no guide: then they add up to w's size.
template <class T>
double Lbfgs<T>::first_step() const {
  double size = 0, reach = 0;
  for (const double number : d_) size += std::abs(number);
  for (const double number : w_) reach = std::max(reach, std::abs(number));
  if (reach == 0 || (reach > 0x1p-100 && reach < 0x1p100)) {
    if (size / unit_ > 0x1p-100) return std::min(1 / unit_, 1 / size);
    reach = 1;
  }
  return reach / size;
}

// Algorithm 3.5. Far points are reached too: strides grow at last.
template <class T>
bool Lbfgs<T>::search(const Cost& cost) {
  start_.a = 0;
  double a = pairs_.empty() ? first_step() : 1, stride = 4;
  Point before = start_;
  for (int trial = 0; trial < most_trials; ++trial, a *= stride) {
    if (trial > patient_trials) stride = std::min(stride * stride, 0x1p64);
    const Point at = evaluate_at(cost, a);
    const bool rises = trial > 0 && at.cost > before.cost + noise<T>(before.cost);
    if (!low_enough(at) || rises) return zoom(cost, before, at, most_trials - trial);
    if (flat_enough(at)) return true;
    if (at.slope >= 0) return zoom(cost, at, before, most_trials - trial);
    before = at;
  }
  return false;
}

// Algorithm 3.6: between low, the lowest that is low enough, and high lies a point that is flat
// enough too.
template <class T>
bool Lbfgs<T>::zoom(const Cost& cost, Point low, Point high, int left) {
  int too_far = 0;  // consecutive times
  for (; left > 0 && low.a != high.a; --left) {
    const double inside = std::pow(10.0, -1 - std::max(0, too_far - patient_trials) * 2);
    const double a = std::isfinite(high.cost) ? between(low.a, low.cost, low.slope, high.a,
                                                        high.cost, high.slope, inside)
                                              : low.a + (high.a - low.a) * inside;
    const Point at = evaluate_at(cost, a);
    if (!low_enough(at) || at.cost > low.cost + noise<T>(low.cost)) {
      high = at, ++too_far;
      continue;
    }
    too_far = 0;
    if (flat_enough(at)) return true;
    if (at.slope * (high.a - low.a) >= 0) high = low;
    low = at;
  }
  if (low.a == 0 || !(low.cost < start_.cost)) return false;
  evaluate_at(cost, low.a);  // not flat enough, but lower than the start
  return true;
}

// What is defined here; the class itself is instantiated in lbfgs.cpp.
#define GLASSGRAD_SEARCH(T)                                            \
  template Lbfgs<T>::Point Lbfgs<T>::evaluate_at(const Cost&, double); \
  template bool Lbfgs<T>::low_enough(const Point&) const;              \
  template bool Lbfgs<T>::flat_enough(const Point&) const;             \
  template double Lbfgs<T>::first_step() const;                        \
  template bool Lbfgs<T>::search(const Cost&);                         \
  template bool Lbfgs<T>::zoom(const Cost&, Point, Point, int);
GLASSGRAD_SEARCH(float)
GLASSGRAD_SEARCH(double)
#undef GLASSGRAD_SEARCH

}  // namespace glassgrad

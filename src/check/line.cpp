// Values beside a point, and the differences made of them.
#include "check/line.hpp"

#include <limits>

namespace glassgrad::check {
namespace {

constexpr double ratio = step_ratio;

void add_run(std::vector<Run>& runs, double unit, double from, double to) {
  constexpr double odd = 0.9137;  // no whole numbers of whole numbers' fifths
  Run run{unit, true, {}};
  for (double step = odd * from; step >= to && step > 0; step /= ratio) run.steps.push_back(step);
  if (run.steps.size() > 2) runs.push_back(std::move(run));
}
void add_three(std::vector<Run>& runs, double unit) {
  const std::size_t before = runs.size();
  if (std::isfinite(unit)) add_run(runs, unit, unit / ratio, unit / (ratio * ratio * ratio * 2));
  if (runs.size() > before) runs.back().last = false;
}

}  // namespace

template <class T>
Line<T>::Line(const Mapping<T>& mapping) : mapping_(mapping), at_(std::size_t(mapping.outputs)) {
  mapping.value(mapping.x.data(), at_.data());
}

template <class T>
void Line<T>::along(std::vector<double> direction, bool relative) {
  direction_ = std::move(direction);
  moved_.clear();
  only_.reset();
  std::ptrdiff_t entries = 0;
  for (std::size_t j = 0; j < direction_.size(); ++j) {
    if (direction_[j] == 0) continue;
    const double size = std::abs(double(mapping_.x[j]));
    direction_[j] *= relative && size > 0 ? size : std::max(1.0, size);
    only_ = entries++ == 0 ? std::optional(j) : std::nullopt;
  }
}

template <class T>
double Line<T>::usual_step() const {
  return std::cbrt(double(std::numeric_limits<T>::epsilon()));
}

template <class T>
double Line<T>::spacing() const {
  if (!only_) return 0;
  const T x = std::abs(mapping_.x[*only_]);
  return (double(std::nextafter(x, std::numeric_limits<T>::infinity())) - double(x)) /
         std::abs(direction_[*only_]);
}

// Around 1, around |x|, around the size of f for sums of unlike terms, and, as the function may
// have a scale of its own, some between them.
template <class T>
std::vector<Run> Line<T>::runs(double most) const {
  std::vector<Run> runs;
  if (!only_) return add_run(runs, 1, 1 / ratio, 1e-9), runs;
  const double x = std::abs(double(mapping_.x[*only_]));
  const double stretch = std::abs(direction_[*only_]);
  const double epsilon = double(std::numeric_limits<T>::epsilon());
  if (most > 10 * std::max(1.0, x)) add_three(runs, most / stretch);
  if (x < 1) add_run(runs, 1 / stretch, 1 / stretch / ratio, epsilon * 1e4 / stretch);
  if (x > 0 && x < 1) runs.back().last = false;
  if (x > 0) add_run(runs, x / stretch, x / stretch / ratio, 2 * spacing());
  if (x >= 1) return runs;
  constexpr int between = 12;
  const double least = x > 0 ? x : 1e6 * double(std::numeric_limits<T>::min());
  for (int k = 1; k < between; ++k) add_three(runs, std::pow(least, double(k) / between) / stretch);
  if (x == 0) add_three(runs, least / stretch);
  return runs;
}

template <class T>
double Line<T>::move(double step, std::vector<T>& y) const {
  std::vector<T> x = mapping_.x;
  for (std::size_t j = 0; j < x.size(); ++j)
    if (direction_[j] != 0) x[j] = T(double(x[j]) + step * direction_[j]);
  y.resize(std::size_t(mapping_.outputs));
  mapping_.value(x.data(), y.data());
  if (!only_) return std::abs(step);
  const auto j = *only_;
  return std::abs((double(x[j]) - double(mapping_.x[j])) / direction_[j]);
}
template <class T>
const typename Line<T>::Moved& Line<T>::moved(double step) {
  constexpr std::int64_t most = 1 << 20;  // numbers kept for the outputs that are asked for next
  if (std::int64_t(moved_.size()) * mapping_.outputs > most) moved_.clear();
  const auto [place, fresh] = moved_.try_emplace(step);
  Moved& moved = place->second;
  if (fresh) {
    moved.down = move(-step, moved.below);
    moved.up = move(step, moved.above);
  }
  return moved;
}

template <class T>
Sides Line<T>::sides(double step, const Weights& weights) {
  const Moved& at = moved(step);
  Sides s;
  s.step = at.down / 2 + at.up / 2;
  for (std::size_t i = weights.first; i < weights.last; ++i) {
    const double weight = weights.u ? weights.u[i] : 1;
    const double below = at.below[i], here = at_[i], above = at.above[i];
    const double left = weight * ((here - below) / at.down);
    const double right = weight * ((above - here) / at.up);
    s.left += left, s.right += right;
    s.low += std::min(left, right), s.high += std::max(left, right);
    s.size = std::hypot(s.size, left / 2 + right / 2);
    s.most =
        std::hypot(s.most, weight * std::max({std::abs(below), std::abs(here), std::abs(above)}));
  }
  constexpr double epsilon = double(std::numeric_limits<T>::epsilon());
  s.rounding = std::max(4 * epsilon * s.most, 4 * double(std::numeric_limits<T>::denorm_min()));
  if (!only_) s.rounding += epsilon * s.size;  // of the points themselves
  if (weights.last - weights.first == 1) s.size = 0;
  return s;
}

template class Line<float>;
template class Line<double>;

}  // namespace glassgrad::check

// A mapping along one line through its point: its differences at any step, with bounds on their
// rounding errors. What follows from them: judge.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "check/differences.hpp"

namespace glassgrad::check {

// The differences of u . f at one step, where u weighs the outputs.
struct Sides {
  double step = 0;
  double left = 0, right = 0;
  double low = 0, high = 0;  // the same with the smaller, the larger side of every output
  double size = 0;           // root of the sum of squares of the outputs' slopes, if several
  double most = 0;           // root of the sum of squares of the outputs themselves
  double rounding = 0;       // the effect of their last digits
  double numeric() const { return left / 2 + right / 2; }
  double noise() const { return rounding / step; }
  double steepest() const { return std::max(std::abs(left), std::abs(right)); }
  double bend() const { return (right - left) * step; }
  bool finite() const { return std::isfinite(left) && std::isfinite(right); }
};

// Which outputs are asked for, and by what each is multiplied; without u by 1.
struct Weights {
  const double* u = nullptr;
  std::size_t first = 0, last = 0;
};

constexpr double step_ratio = 5;

// Steps from large to small, each a fifth of the one before it, of a function that may change over
// lengths of `unit`. Not powers of 2, whose multiples coincide with many periods.
struct Run {
  double unit = 1;
  bool last = true;  // of those over the lengths that functions usually change over
  std::vector<double> steps;
};

template <class T>
class Line {
 public:
  explicit Line(const Mapping<T>& mapping);

  // Moves to the line x + step * scale * direction, where an entry's scale is the larger of 1 and
  // |x|, or |x| alone. Positions with direction 0 stay bit for bit.
  void along(std::vector<double> direction, bool relative = false);
  const std::vector<double>& direction() const { return direction_; }

  Sides sides(double step, const Weights& weights);
  // The steps at which to look more closely, where f has this size.
  std::vector<Run> runs(double most) const;
  double usual_step() const;
  // From the moved number to the next representable T; 0 if several move.
  double spacing() const;

 private:
  struct Moved {
    double down = 0, up = 0;  // the steps really taken: x + step is rounded, too
    std::vector<T> below, above;
  };
  const Moved& moved(double step);
  double move(double step, std::vector<T>& y) const;

  const Mapping<T>& mapping_;
  std::vector<T> at_;
  std::vector<double> direction_;
  std::optional<std::size_t> only_;  // the single entry that is moved
  std::map<double, Moved> moved_;
};

}  // namespace glassgrad::check

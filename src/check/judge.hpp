// Is a slope right, as far as differences can tell? Knows nothing but differences at steps. At the
// usual step rounding and bending are about as large; where the two sides disagree, the function
// varies on other scales, and many steps show which differences to trust.
#pragma once

#include <functional>

#include "check/line.hpp"

namespace glassgrad::check {

struct Question {
  double analytic = 0, forward = 0;
  double tolerance = 0, epsilon = 0;
  double usual = 0;    // step
  double spacing = 0;  // Line::spacing
  double stretch = 0;  // of the line: the longest entry of its direction
  double least = 0;    // the analytic slope's absolute error near underflow
  std::function<Sides(double step)> sides;
  std::function<std::vector<Run>(double most)> runs;
};
Finding judge(const Question& question);

}  // namespace glassgrad::check

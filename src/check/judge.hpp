// Is a slope right, as far as differences can tell? Knows nothing but differences at steps. At the
// usual step rounding and bending are about as large; where the two sides do not agree there, the
// function changes over other lengths, and many steps say which differences are to be believed.
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
  double least = 0;    // what the analytic slope may have lost where it is hardly a number
  std::function<Sides(double step)> sides;
  std::function<std::vector<Run>(double most)> runs;
};
Finding judge(const Question& question);

}  // namespace glassgrad::check

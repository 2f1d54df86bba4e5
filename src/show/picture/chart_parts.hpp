// What both writers of charts need: the checks; and what drawing needs: round values for an axis,
// and the pieces of a level line.
#pragma once

#include <array>
#include <vector>

#include "glassgrad/show/picture/chart.hpp"

namespace glassgrad {

void check_chart(const Chart& chart);

// About `about` round values within low..high.
std::vector<double> round_values(double low, double high, int about);

// Marching squares: x0, y0, x1, y1 in cells, along which the grid's values cross the level.
std::vector<std::array<double, 4>> level_line(const ChartGrid& grid, double level);

}  // namespace glassgrad

// The checks of a chart, the round values of its axes, the lines of its levels.
#include "show/picture/chart_parts.hpp"

#include <cmath>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

void check_chart(const Chart& chart) {
  const auto refuse = [&](const std::string& what, const std::string& advice) {
    throw Error("write_svg", "the chart \"" + chart.title + "\" " + what, advice);
  };
  if (chart.panels.empty() || chart.columns < 1) refuse("has no panel or no column", "Give it one");
  for (const ChartPanel& panel : chart.panels) {
    if (!(panel.x_low < panel.x_high && panel.y_low < panel.y_high))
      refuse(join("has a panel from ", panel.x_low, " to ", panel.x_high, " by ", panel.y_low,
                  " to ", panel.y_high),
             "Ranges go from the smaller to the larger number");
    for (const ChartLine& line : panel.lines)
      if (line.x.size() != line.y.size())
        refuse(join("has a line of ", line.x.size(), " x and ", line.y.size(), " y"),
               "Give a y for every x");
    if (panel.grid && (panel.grid->columns < 2 || panel.grid->rows < 2 ||
                       panel.grid->values.size() !=
                           std::size_t(panel.grid->columns) * std::size_t(panel.grid->rows)))
      refuse(join("has a grid of ", panel.grid->columns, " x ", panel.grid->rows, " with ",
                  panel.grid->values.size(), " values"),
             "Give columns x rows values, two at least each way");
  }
}

std::vector<double> round_values(double low, double high, int about) {
  const double rough = (high - low) / about, unit = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * unit;
  for (double digit : {1.0, 2.0, 5.0})
    if (digit * unit >= rough * (1 - 1e-9)) {
      step = digit * unit;
      break;
    }
  std::vector<double> list;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k)
    list.push_back(k * step);
  return list;
}

std::vector<std::array<double, 4>> level_line(const ChartGrid& grid, double level) {
  std::vector<std::array<double, 4>> pieces;
  const auto above = [&](int i, int j) {
    return grid.values[std::size_t(j) * std::size_t(grid.columns) + std::size_t(i)] - level;
  };
  static constexpr int corner[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
  for (int j = 0; j + 1 < grid.rows; ++j)
    for (int i = 0; i + 1 < grid.columns; ++i) {
      double cuts[8];
      int count = 0;
      for (int k = 0; k < 4; ++k) {
        const int x = i + corner[k][0], y = j + corner[k][1];
        const int u = i + corner[k + 1][0], v = j + corner[k + 1][1];
        const double a = above(x, y), b = above(u, v);
        if ((a > 0) == (b > 0)) continue;
        cuts[count++] = x + (u - x) * (a / (a - b));
        cuts[count++] = y + (v - y) * (a / (a - b));
      }
      for (int k = 0; k + 3 < count; k += 4)
        pieces.push_back({cuts[k], cuts[k + 1], cuts[k + 2], cuts[k + 3]});
    }
  return pieces;
}

}  // namespace glassgrad

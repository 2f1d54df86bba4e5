// Chart: lines, points and levels in panels, as plain data. Written as an SVG, and drawn in the
// page beside a snapshot.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct Snapshot;

// Tones: 0 blue, 1 green (forward), 2 red (backward), 3 purple, 4 the colour of text, 5 grey.
struct ChartLine {
  std::string name = {};               // in the legend; "" keeps it out
  std::vector<double> x = {}, y = {};  // as many; a number that is not finite is a gap
  Setting<"chart", "tone", int, 0> tone = 0;
  Setting<"chart", "dash", int, 0, 3> dash = 0;  // 0 solid, 1 long dashes, 2 short, 3 alternating
  bool marks = false;                            // a dot at every point: the steps of a walk
  double width = 1.8;
};

struct ChartPoint {
  double x = 0, y = 0;
  std::string text = {};
  double radius = 4;  // from 14 the text stands inside; 0 is the text alone, centred
  bool filled = true;
  Setting<"chart", "tone", int, 0> tone = 4;
};

// A function over the panel: values at columns x rows places, row 0 at the lowest y.
struct ChartGrid {
  Setting<"chart", "columns", int, 0> columns = 0;
  Setting<"chart", "rows", int, 0> rows = 0;
  std::vector<double> values = {};
  std::vector<double> levels = {};      // thin lines where the values are these
  std::optional<double> boundary = {};  // a thick one, and two colours on its sides
};

struct ChartPanel {
  std::string title = {};
  std::string x_name = {}, y_name = {};
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  bool axes = true;
  std::optional<ChartGrid> grid = {};
  std::vector<ChartLine> lines = {};
  std::vector<ChartPoint> points = {};
};

struct Chart {
  std::string title = {}, note = {};  // note: a sentence or two below it
  std::vector<ChartPanel> panels = {};
  Setting<"chart", "columns", int, 1, 1000> columns = 1;  // panels side by side
  double width = 560, height = 320;                       // of one panel's inside
};

// No script, no outside font; follows the reader's dark or light scheme. Names are data, never
// markup. Throws Error for a chart without panels, a line whose x and y differ in length, a grid
// whose values are not columns x rows, an empty range.
std::string to_svg(const Chart& chart);
// Written beside and renamed. Throws DataError when the file cannot be written.
void write_svg(const Chart& chart, const std::string& path);

// The JSON of a snapshot with the charts in it (`charts` in docs/snapshot.schema.json), and the
// page that shows them under Pictures. Throw as to_svg does.
std::string with_charts(std::string_view snapshot_json, std::span<const Chart> charts);
std::string to_html(const Snapshot& snapshot, const std::string& title,
                    std::span<const Chart> charts);

}  // namespace glassgrad

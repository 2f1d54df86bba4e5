// A chart as SVG text: where every panel, tick, name and legend stands. Widths are those of a
// monospaced font, so that texts do not overlap. Names are data, never markup.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"
#include "show/picture/chart_parts.hpp"
#include "show/picture/svg_text.hpp"

namespace glassgrad {
namespace {

using svg::escaped, svg::n, svg::width;

// The colours of the page (src/viewer/draw/theme.ts), light and dark.
constexpr const char* chart_style = R"(<style>
text { font-family: "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; font-size: 12px; fill: #1b1f24; }
.title { font-size: 15px; font-weight: bold; }
.panel { font-size: 13px; font-weight: bold; }
.quiet { fill: #59636e; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.halo { stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.page { fill: #ffffff; }
.grid { stroke: #d5dae0; stroke-width: 1; }
.border { fill: none; stroke: #aab3bd; stroke-width: 1; }
path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.s0 { stroke: #1d5fc4; } .s1 { stroke: #00705a; } .s2 { stroke: #b23a00; }
.s3 { stroke: #8d1d75; } .s4 { stroke: #1b1f24; } .s5 { stroke: #8b95a0; }
.f0 { fill: #1d5fc4; } .f1 { fill: #00705a; } .f2 { fill: #b23a00; }
.f3 { fill: #8d1d75; } .f4 { fill: #1b1f24; } .f5 { fill: #8b95a0; }
.open { fill: #ffffff; stroke-width: 2; }
.filled { stroke: #ffffff; stroke-width: 1.2; }
.c0 { fill: #2a6fb3; } .c1 { fill: #7fb2de; } .c2 { fill: #cfe1f1; }
.c3 { fill: #f8dfc6; } .c4 { fill: #eba968; } .c5 { fill: #c0641b; }
@media (prefers-color-scheme: dark) {
text { fill: #e9ecf0; }
.quiet { fill: #a3adb9; }
.halo { stroke: #14171c; }
.page { fill: #14171c; }
.grid { stroke: #2d343d; }
.border { stroke: #59636f; }
.s0 { stroke: #7db1ff; } .s1 { stroke: #8df0cf; } .s2 { stroke: #f07a48; }
.s3 { stroke: #ff9de6; } .s4 { stroke: #e9ecf0; } .s5 { stroke: #7c8793; }
.f0 { fill: #7db1ff; } .f1 { fill: #8df0cf; } .f2 { fill: #f07a48; }
.f3 { fill: #ff9de6; } .f4 { fill: #e9ecf0; } .f5 { fill: #7c8793; }
.open { fill: #14171c; }
.filled { stroke: #14171c; }
.c0 { fill: #4f97d8; } .c1 { fill: #2b5f92; } .c2 { fill: #1f3347; }
.c3 { fill: #45301e; } .c4 { fill: #8a4d18; } .c5 { fill: #d98a3f; }
}
</style>
)";

constexpr double side = 16, line_height = 18;
constexpr const char* dashes[] = {"", "9 5", "2 4", "10 4 2 4"};

std::string brief(double x) { return to_text(std::abs(x) < 1e-12 ? 0.0 : x, 4); }

class ChartWriter {
 public:
  explicit ChartWriter(const Chart& chart) : chart_(chart) {
    for (const ChartPanel& panel : chart.panels) {
      if (panel.axes) left_ = 70;
      if (panel.axes) bottom_ = panel.x_name.empty() ? 24 : 42;
      if (!panel.title.empty()) top_ = 26;
      legend_ = std::max(legend_, legend_of(panel).second);
    }
    across_ = left_ + chart.width + 18;
    down_ = top_ + chart.height + bottom_ + legend_ + 14;
  }

  std::string write() {
    const int rows = (int(chart_.panels.size()) + chart_.columns - 1) / chart_.columns;
    const double w = 2 * side + across_ * std::min<int>(chart_.columns, int(chart_.panels.size()));
    const auto note = wrapped(chart_.note, w - 2 * side);
    const double h = 2 * side + 30 + down_ * rows + line_height * double(note.size());
    const std::string title = escaped(chart_.title);
    text_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n{3}<rect "
        "class=\"page\" width=\"{0}\" height=\"{1}\"/>\n",
        n(w), n(h), title, chart_style);
    put("title", side, side + 14, chart_.title);
    for (std::size_t i = 0; i < chart_.panels.size(); ++i) {
      const int column = int(i) % chart_.columns, row = int(i) / chart_.columns;
      draw(chart_.panels[i], side + left_ + across_ * column, side + 30 + top_ + down_ * row);
    }
    double y = side + 30 + down_ * rows + 10;
    for (const std::string& line : note) put("quiet", side, y, line), y += line_height;
    return text_ + "</svg>\n";
  }

 private:
  void put(const std::string& classes, double x, double y, const std::string& what) {
    text_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", classes, n(x), n(y),
                         escaped(what));
  }

  static std::vector<std::string> wrapped(const std::string& text, double room) {
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, end - at),
                        longer = line.empty() ? word : line + " " + word;
      if (!line.empty() && width(longer, 12) > room)
        lines.push_back(std::exchange(line, word));
      else
        line = longer;
      at = end + 1;
    }
    if (!line.empty()) lines.push_back(line);
    return lines;
  }

  // Where each named line's entry stands, in columns and rows; and the height of them all.
  std::pair<std::vector<std::pair<double, double>>, double> legend_of(
      const ChartPanel& panel) const {
    std::vector<std::pair<double, double>> places;
    double x = 0, y = 0;
    for (const ChartLine& line : panel.lines) {
      if (line.name.empty()) {
        places.emplace_back();  // it has none
        continue;
      }
      const double w = 40 + width(line.name, 12);
      if (x > 0 && x + w > chart_.width + 40) x = 0, y += line_height;
      places.emplace_back(x, y);
      x += w + 14;
    }
    return {places, x > 0 ? y + line_height + 4 : 0};
  }

  void draw(const ChartPanel& panel, double left, double top) {
    panel_ = &panel, x0_ = left, y0_ = top;
    const double w = chart_.width, h = chart_.height;
    if (!panel.title.empty()) put("panel", left, top - 10, panel.title);
    // clips at the panel's border
    const std::string clip = "p" + std::to_string(&panel - chart_.panels.data());
    text_ += fmt::format(
        "<clipPath id=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n",
        clip, n(left), n(top), n(w), n(h));
    if (panel.grid && panel.grid->boundary) draw_sides(*panel.grid);
    if (panel.axes) draw_axes();
    text_ += "<g clip-path=\"url(#" + clip + ")\">\n";
    if (panel.grid) draw_levels(*panel.grid);
    for (const ChartLine& line : panel.lines) draw(line);
    text_ += "</g>\n";
    for (const ChartPoint& point : panel.points) draw(point);
    draw_legend();
  }

  double x(double value) const {
    return x0_ + (value - panel_->x_low) / (panel_->x_high - panel_->x_low) * chart_.width;
  }
  double y(double value) const {
    return y0_ + (panel_->y_high - value) / (panel_->y_high - panel_->y_low) * chart_.height;
  }

  void draw_axes() {
    const double w = chart_.width, h = chart_.height;
    const bool lines = !(panel_->grid && panel_->grid->boundary);
    for (double tick : round_values(panel_->y_low, panel_->y_high, 5)) {
      if (lines)
        text_ += fmt::format("<path class=\"grid\" d=\"M{} {}h{}\"/>", n(x0_), n(y(tick)), n(w));
      put("quiet end", x0_ - 8, y(tick) + 4, brief(tick));
    }
    for (double tick : round_values(panel_->x_low, panel_->x_high, w > 400 ? 7 : 4)) {
      if (lines)
        text_ += fmt::format("<path class=\"grid\" d=\"M{} {}v{}\"/>", n(x(tick)), n(y0_), n(h));
      put("quiet middle", x(tick), y0_ + h + 18, brief(tick));
    }
    text_ += fmt::format("<rect class=\"border\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
                         n(x0_), n(y0_), n(w), n(h));
    if (!panel_->x_name.empty()) put("middle", x0_ + w / 2, y0_ + h + 36, panel_->x_name);
    if (!panel_->y_name.empty())
      text_ += fmt::format(
          "<text class=\"middle\" transform=\"translate({} {}) rotate(-90)\">{}</text>\n",
          n(x0_ - 54), n(y0_ + h / 2), escaped(panel_->y_name));
  }

  // Six shades, in runs along each row: three on either side of the boundary.
  void draw_sides(const ChartGrid& grid) {
    double reach = 1e-9;
    for (double v : grid.values) reach = std::max(reach, std::abs(v - *grid.boundary));
    const double w = chart_.width / grid.columns, h = chart_.height / grid.rows;
    const auto shade = [&](int i, int j) {
      const double v = grid.values[std::size_t(j * grid.columns + i)] - *grid.boundary;
      return std::clamp(int(std::floor(3 + 3 * v / reach)), 0, 5);
    };
    for (int j = 0; j < grid.rows; ++j)
      for (int i = 0, end = 0; i < grid.columns; i = end) {
        while (end < grid.columns && shade(end, j) == shade(i, j)) ++end;
        text_ +=
            fmt::format("<rect class=\"c{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                        shade(i, j), n(x0_ + i * w), n(y0_ + chart_.height - (j + 1) * h),
                        n((end - i) * w + (end < grid.columns ? 0.5 : 0)), n(h + (j ? 0.5 : 0)));
      }
    text_ += "\n";
  }

  void draw_levels(const ChartGrid& grid) {
    const auto put_level = [&](double level, const char* classes, double stroke) {
      const double w = chart_.width / grid.columns, h = chart_.height / grid.rows;
      std::string d;
      for (const auto& [a, b, c, e] : level_line(grid, level))
        d += fmt::format("M{} {}L{} {}", n(x0_ + (a + 0.5) * w),
                         n(y0_ + chart_.height - (b + 0.5) * h), n(x0_ + (c + 0.5) * w),
                         n(y0_ + chart_.height - (e + 0.5) * h));
      if (!d.empty())
        text_ += fmt::format("<path class=\"{}\" stroke-width=\"{}\" d=\"{}\"/>\n", classes,
                             n(stroke), d);
    };
    for (double level : grid.levels) put_level(level, "s5", 1);
    if (grid.boundary) put_level(*grid.boundary, "s4", 2.2);
  }

  void draw(const ChartLine& line) {
    std::string d;
    char pen = 'M';
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      if (!std::isfinite(line.x[i]) || !std::isfinite(line.y[i])) {
        pen = 'M';
        continue;
      }
      d += pen + n(x(line.x[i])) + " " + n(y(line.y[i]));
      pen = 'L';
    }
    text_ += fmt::format("<path class=\"s{}\" stroke-width=\"{}\"{} d=\"{}\"/>\n", line.tone % 6,
                         n(line.width), dash(line), d);
    if (!line.marks) return;
    for (std::size_t i = 0; i < line.x.size(); ++i)
      if (std::isfinite(line.x[i]) && std::isfinite(line.y[i]))
        text_ += fmt::format("<circle class=\"f{}\" cx=\"{}\" cy=\"{}\" r=\"3\"/>", line.tone % 6,
                             n(x(line.x[i])), n(y(line.y[i])));
    text_ += "\n";
  }
  static std::string dash(const ChartLine& line) {
    return line.dash % 4 ? fmt::format(" stroke-dasharray=\"{}\"", dashes[line.dash % 4]) : "";
  }

  void draw(const ChartPoint& point) {
    const double px = x(point.x), py = y(point.y);
    if (point.radius > 0)
      text_ += fmt::format("<circle class=\"{} {}{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                           point.filled ? "filled" : "open", point.filled ? 'f' : 's',
                           point.tone % 6, n(px), n(py), n(point.radius));
    if (point.text.empty()) return;
    const bool inside = point.radius == 0 || point.radius >= 14;
    if (point.radius == 0) {  // a halo would leave a line showing between words
      const double w = width(point.text, 12) + 4;
      text_ += fmt::format("<rect class=\"page\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"16\"/>",
                           n(px - w / 2), n(py - 8), n(w));
    }
    const double beside = point.radius + 6, room = x0_ + chart_.width - px;
    const bool to_left = !inside && width(point.text, 12) + beside > room;
    put(inside    ? "middle halo"
        : to_left ? "end halo"
                  : "halo",
        inside    ? px
        : to_left ? px - beside
                  : px + beside,
        py + 4, point.text);
  }

  void draw_legend() {
    const auto places = legend_of(*panel_).first;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const ChartLine& line = panel_->lines[i];
      if (line.name.empty()) continue;
      const double lx = x0_ + places[i].first,
                   ly = y0_ + chart_.height + bottom_ + 10 + places[i].second;
      text_ += fmt::format("<path class=\"s{}\" stroke-width=\"2\"{} d=\"M{} {}h28\"/>",
                           line.tone % 6, dash(line), n(lx), n(ly - 4));
      if (line.marks)
        text_ += fmt::format("<circle class=\"f{}\" cx=\"{}\" cy=\"{}\" r=\"3\"/>", line.tone % 6,
                             n(lx + 14), n(ly - 4));
      put("", lx + 36, ly, line.name);
    }
  }

  const Chart& chart_;
  const ChartPanel* panel_ = nullptr;
  double left_ = 4, bottom_ = 4, top_ = 4, legend_ = 0, across_ = 0, down_ = 0, x0_ = 0, y0_ = 0;
  std::string text_;
};

}  // namespace

std::string to_svg(const Chart& chart) {
  check_chart(chart);
  return ChartWriter(chart).write();
}

void write_svg(const Chart& chart, const std::string& path) { write_file(path, to_svg(chart)); }

}  // namespace glassgrad

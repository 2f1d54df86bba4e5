// Charts as part of a snapshot's JSON. Keys and their meaning are in docs/snapshot.schema.json.
#include <cmath>
#include <nlohmann/json.hpp>

#include "glassgrad/show/json/json.hpp"
#include "glassgrad/show/picture/chart.hpp"
#include "show/picture/chart_parts.hpp"

namespace glassgrad {
namespace {

using ChartJson = nlohmann::ordered_json;

// Eight digits: enough for a picture, and independent of a processor's last bits.
ChartJson number(double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity";
  if (x == 0) return 0.0;
  const double unit = std::pow(10.0, 7 - std::floor(std::log10(std::abs(x))));
  return std::isfinite(unit) ? std::round(x * unit) / unit : x;
}
ChartJson numbers(const std::vector<double>& list) {
  ChartJson json = ChartJson::array();
  for (double x : list) json.push_back(number(x));
  return json;
}

ChartJson line(const ChartLine& of) {
  ChartJson json{{"x", numbers(of.x)}, {"y", numbers(of.y)}};
  if (!of.name.empty()) json["name"] = of.name;
  if (of.tone) json["tone"] = int{of.tone};
  if (of.dash) json["dash"] = int{of.dash};
  if (of.marks) json["marks"] = true;
  if (of.width != 1.8) json["width"] = number(of.width);
  return json;
}
ChartJson point(const ChartPoint& of) {
  ChartJson json{{"x", number(of.x)}, {"y", number(of.y)}};
  if (!of.text.empty()) json["text"] = of.text;
  if (of.radius != 4) json["radius"] = number(of.radius);
  if (!of.filled) json["filled"] = false;
  if (of.tone != 4) json["tone"] = int{of.tone};
  return json;
}

ChartJson panel(const ChartPanel& of) {
  ChartJson json{{"x", {number(of.x_low), number(of.x_high)}},
                 {"y", {number(of.y_low), number(of.y_high)}}};
  if (!of.title.empty()) json["title"] = of.title;
  if (!of.x_name.empty()) json["x_name"] = of.x_name;
  if (!of.y_name.empty()) json["y_name"] = of.y_name;
  if (!of.axes) json["axes"] = false;
  if (of.grid) {
    json["grid"] = {{"size", {int{of.grid->columns}, int{of.grid->rows}}},
                    {"values", numbers(of.grid->values)}};
    if (!of.grid->levels.empty()) json["grid"]["levels"] = numbers(of.grid->levels);
    if (of.grid->boundary) json["grid"]["boundary"] = number(*of.grid->boundary);
  }
  for (const ChartLine& one : of.lines) json["lines"].push_back(line(one));
  for (const ChartPoint& one : of.points) json["points"].push_back(point(one));
  return json;
}

}  // namespace

std::string with_charts(std::string_view snapshot_json, std::span<const Chart> charts) {
  ChartJson list = ChartJson::array();
  for (const Chart& chart : charts) {
    check_chart(chart);
    ChartJson json{{"title", chart.title},
                   {"columns", int{chart.columns}},
                   {"size", {number(chart.width), number(chart.height)}}};
    if (!chart.note.empty()) json["note"] = chart.note;
    for (const ChartPanel& one : chart.panels) json["panels"].push_back(panel(one));
    list.push_back(std::move(json));
  }
  const std::size_t end = snapshot_json.rfind('}');
  return std::string(snapshot_json.substr(0, end)) +
         ",\"charts\":" + list.dump(-1, ' ', false, ChartJson::error_handler_t::replace) + "}";
}

std::string to_html(const Snapshot& snapshot, const std::string& title,
                    std::span<const Chart> charts) {
  return page_of(with_charts(to_json(snapshot, title), charts));
}

}  // namespace glassgrad

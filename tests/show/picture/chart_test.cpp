// Charts: what the SVG and the JSON say of them, that names stay data, and what is refused.
#include "glassgrad/show/picture/chart.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

Chart parabola() {
  return {.title = "y = x^2",
          .note = "From -1 to 1.",
          .panels = {{.x_name = "x",
                      .y_name = "y",
                      .x_low = -1,
                      .x_high = 1,
                      .lines = {{.name = "y", .x = {-1, 0, 1}, .y = {1, 0, 1}, .marks = true}},
                      .points = {{.x = 0, .y = 0, .text = "the minimum"}}}},
          .width = 200,
          .height = 100};
}

// The number of an attribute in the first tag after `where`.
double attribute(const std::string& svg, const std::string& where, const std::string& name) {
  const std::size_t at = svg.find(name + "=\"", svg.find(where));
  return std::stod(svg.substr(at + name.size() + 2));
}

TEST(Chart, PointsStandWhereTheirNumbersSay) {
  const std::string svg = to_svg(parabola());
  const double left = attribute(svg, "class=\"border\"", "x");
  const double top = attribute(svg, "class=\"border\"", "y");
  EXPECT_EQ(attribute(svg, "class=\"filled f4\"", "cx"), left + 100);
  EXPECT_EQ(attribute(svg, "class=\"filled f4\"", "cy"), top + 100);
  const auto text = [](double x) { return to_text(x); };
  EXPECT_NE(svg.find("d=\"M" + text(left) + " " + text(top) + "L" + text(left + 100) + " " +
                     text(top + 100) + "L" + text(left + 200) + " " + text(top) + "\""),
            std::string::npos);
}

TEST(Chart, GapsWhereANumberIsNotFinite) {
  Chart chart = parabola();
  chart.panels[0].lines = {{.x = {-1, -0.5, 0, 0.5, 1}, .y = {0, 0, NAN, 0, INFINITY}}};
  const std::string svg = to_svg(chart), d = svg.substr(svg.find("class=\"s0\""));
  const std::string path = d.substr(d.find("d=\"") + 3, d.find("\"/>") - d.find("d=\"") - 3);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'M'), 2);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'L'), 1);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(Chart, ALevelLineLiesWhereTheFunctionHasThatValue) {
  Chart chart = parabola();
  ChartGrid grid{.columns = 10, .rows = 4, .levels = {0.5}};
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 10; ++i) grid.values.push_back((i + 0.5) / 10);
  chart.panels[0].grid = grid;
  const std::string svg = to_svg(chart);
  const double middle = attribute(svg, "class=\"border\"", "x") + 100;
  const std::string d = svg.substr(svg.find("class=\"s5\" stroke-width=\"1\""));
  EXPECT_EQ(std::stod(d.substr(d.find("d=\"M") + 4)), middle);
}

TEST(Chart, NamesAreDataNeverMarkup) {
  Chart chart = parabola();
  chart.title = chart.panels[0].lines[0].name = chart.panels[0].points[0].text = "<b>&\"";
  const std::string svg = to_svg(chart);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;b&gt;&amp;"), std::string::npos);
}

TEST(Chart, StandsInTheSnapshotsJson) {
  Tape tape;
  auto x = tape.input("x", 3.0);
  auto y = square(x);
  tape.backward(y);
  const Chart charts[] = {parabola()};
  const std::string text = with_charts(to_json(snapshot(y), "t"), charts);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["title"], "t");
  const auto& panel = json["charts"][0]["panels"][0];
  EXPECT_EQ(panel["lines"][0]["x"], nlohmann::json({-1, 0, 1}));
  EXPECT_EQ(panel["points"][0]["text"], "the minimum");
  EXPECT_FALSE(panel["points"][0].contains("radius"));                    // 4, the schema's default
  EXPECT_EQ(nlohmann::json::parse(to_json(parse_snapshot(text))), json);  // and they come back
}

TEST(Chart, RefusesWhatCannotBeDrawn) {
  const auto refused = [](auto change) {
    Chart chart = parabola();
    change(chart);
    return error_of([&] { to_svg(chart); });
  };
  EXPECT_EQ(refused([](Chart& c) { c.panels.clear(); }),
            "[write_svg] the chart \"y = x^2\" has no panel or no column. Give it one.");
  EXPECT_EQ(refused([](Chart& c) { c.panels[0].lines[0].y.pop_back(); }),
            "[write_svg] the chart \"y = x^2\" has a line of 3 x and 2 y. Give a y for every x.");
  EXPECT_EQ(refused([](Chart& c) { c.panels[0].x_high = -1; }),
            "[write_svg] the chart \"y = x^2\" has a panel from -1 to -1 by 0 to 1. Ranges go from "
            "the smaller to the larger number.");
  EXPECT_EQ(
      refused([](Chart& c) { c.panels[0].grid = {.columns = 2, .rows = 3, .values = {1}}; }),
      "[write_svg] the chart \"y = x^2\" has a grid of 2 x 3 with 1 values. Give columns x rows "
      "values, two at least each way.");
}

}  // namespace
}  // namespace glassgrad

// The pictures a lecturer draws of networks: activations with their derivatives, decision
// boundaries over epochs, circles and links with their labels. Next: 40_pictures.cpp.
#pragma once

#include <glassgrad/show/picture/chart.hpp>

#include "points.hpp"

namespace pictures {

using namespace glassgrad;

inline Chart activations() {
  Chart chart{.title = "Nine activations and their derivatives",
              .note = "The derivative is the upstream of x after backward from the sum of f(x).",
              .columns = 3,
              .width = 250,
              .height = 160};
  for (const char* name :
       {"identity", "step", "sigmoid", "tanh", "atan", "relu", "prelu", "elu", "softplus"}) {
    const std::string called = name;
    std::vector<double> at;
    for (int i = -80; i <= 80; ++i) at.push_back(i / 20.0);
    Tape tape;
    auto x = tape.input("x", at);
    auto f = called == "prelu" ? prelu(x, 0.25) : activate(called, x);
    tape.backward(sum(f));
    ChartLine value{
        .name = "f", .x = at, .y = {f.value().begin(), f.value().end()}, .tone = 1, .width = 2.2};
    ChartLine slope{.name = "f'",
                    .x = at,
                    .y = {x.upstream().begin(), x.upstream().end()},
                    .tone = 2,
                    .dash = 1};
    if (called == "step") value.y[80] = NAN;  // jumps, not steep slopes
    if (called == "relu" || called == "prelu") slope.y[80] = NAN;
    chart.panels.push_back({.title = called == "prelu" ? "prelu, a = 0.25" : called,
                            .x_low = -4,
                            .x_high = 4,
                            .y_low = -2,
                            .y_high = 4,
                            .lines = {value, slope}});
  }
  return chart;
}

// The logit of a two-input model over a square, as a grid with its boundary at 0.
inline ChartGrid plane_of(Module<>& model, double low, double high, int places) {
  ChartGrid grid{.columns = places, .rows = places, .boundary = 0.5};
  Points line;
  for (int j = 0; j < places; ++j)
    for (int i = 0; i < places; ++i) {
      line.x.push_back(low + (high - low) * (i + 0.5) / places);
      line.x.push_back(low + (high - low) * (j + 0.5) / places);
      line.y.push_back(0);
    }
  Tape tape(Keep::values);
  const auto p = sigmoid(model(on_tape(tape, line, all_rows(line)).x)).value();
  grid.values.assign(p.begin(), p.end());
  return grid;
}

inline void train_on(Module<>& model, const Points& points, int epochs, double rate) {
  GradientDescent descent(rate);
  const auto parameters = model.parameters();
  Tape tape;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    tape.clear();
    const Batch batch = on_tape(tape, points, all_rows(points));
    tape.backward(binary_cross_entropy_from_logits(model(batch.x), batch.y));
    tape.add_to_parameters();
    descent.step(parameters);
  }
}

inline std::vector<ChartPoint> dots(const Points& points) {
  std::vector<ChartPoint> list;
  for (std::size_t i = 0; i < points.size(); ++i)
    list.push_back({.x = points.x[2 * i], .y = points.x[2 * i + 1], .filled = points.y[i] > 0.5});
  return list;
}

// The boundary after each number of epochs; `model` is trained on the way.
inline Chart boundaries(const std::string& title, Module<>& model, const Points& points,
                        const std::vector<int>& epochs, double rate, double low, double high) {
  Chart chart{.title = title,
              .note =
                  "Full dots are of class 1, open ones of class 0; the line is where the network "
                  "says 0.5, the shades go from 0 to 1.",
              .columns = 3,
              .width = 260,
              .height = 260};
  int done = 0;
  for (int epoch : epochs) {
    train_on(model, points, epoch - done, rate);
    done = epoch;
    chart.panels.push_back({.title = "epoch " + std::to_string(epoch) + ": " +
                                     to_text(100 * accuracy_of(model, points), 4) + " % right",
                            .x_name = "x1",
                            .y_name = "x2",
                            .x_low = low,
                            .x_high = high,
                            .y_low = low,
                            .y_high = high,
                            .grid = plane_of(model, low, high, 40),
                            .points = dots(points)});
  }
  return chart;
}

// Circles in layers, links as wide as their weights are large: W of each layer is [units, inputs].
inline Chart topology(const std::string& title, const std::vector<std::vector<std::string>>& names,
                      const std::vector<std::vector<std::vector<double>>>& weights) {
  ChartPanel panel{.x_low = -0.25,
                   .x_high = double(names.size()) - 0.75,
                   .y_low = 0,
                   .y_high = 1,
                   .axes = false};
  const auto height = [&](std::size_t layer, std::size_t unit) {
    return 1 - (double(unit) + 0.75) / (double(names[layer].size()) + 0.5);
  };
  std::vector<ChartPoint> labels;
  for (std::size_t layer = 0; layer < weights.size(); ++layer)
    for (std::size_t j = 0; j < weights[layer].size(); ++j)
      for (std::size_t i = 0; i < weights[layer][j].size(); ++i) {
        const double w = weights[layer][j][i], y0 = height(layer, i), y1 = height(layer + 1, j);
        panel.lines.push_back({.x = {double(layer), double(layer) + 1},
                               .y = {y0, y1},
                               .tone = w < 0 ? 2 : 0,
                               .dash = w < 0 ? 1 : 0,
                               .width = 1 + 5 * std::abs(w)});
        // nearer to the end of the link than to its crossings, and each column of labels its own
        const double along = 0.30 + 0.11 * double(i) + 0.02 * double(j);
        labels.push_back(
            {.x = double(layer) + along,
             .y = y0 + along * (y1 - y0),
             .text = "w" + std::to_string(j + 1) + std::to_string(i + 1) + " " + to_text(w, 4),
             .radius = 0});
      }
  for (std::size_t layer = 0; layer < names.size(); ++layer)
    for (std::size_t unit = 0; unit < names[layer].size(); ++unit)
      panel.points.push_back({.x = double(layer),
                              .y = height(layer, unit),
                              .text = names[layer][unit],
                              .radius = 24,
                              .filled = false,
                              .tone = layer ? 1 : 4});
  panel.points.insert(panel.points.end(), labels.begin(), labels.end());
  return {.title = title,
          .note =
              "w_ji leads from unit i of a layer to unit j of the next; a link is as wide as its "
              "weight.",
          .panels = {panel},
          .width = 760,
          .height = 320};
}

}  // namespace pictures

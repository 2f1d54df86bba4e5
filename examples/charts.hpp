// The pictures a lecturer draws, each computed by a run of the engine: the cost along one weight,
// descents at three rates, walks over a cost's level lines, activations, boundaries, a network with
// its labels. 40_pictures.cpp writes them as SVG, 41_gallery.cpp puts them into pages.
#pragma once

#include <glassgrad/data/prepare.hpp>
#include <glassgrad/show/picture/chart.hpp>

#include "points.hpp"

namespace pictures {

using namespace glassgrad;

inline Node<> or_cost(Dense<>& gate, Tape<>& tape) {
  auto X = tape.constant("X", {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  return squared_cost(sigmoid(gate(X)), tape.constant("Y", {{0}, {1}, {1}, {1}}));
}

// C against w1, all else as at the start of the slides' OR gate, and its tangent at w1 = 0.1.
inline Chart cost_along_weight() {
  const auto at = [](double w1, double* slope) {
    Dense<> gate("gate", {{w1}, {0.6}}, {0.0});
    Tape tape;
    auto C = or_cost(gate, tape);
    tape.backward(C);
    if (slope) *slope = tape(gate.W).upstream()[0];
    return C.item();
  };
  ChartLine cost{.name = "C", .width = 2.4},
      tangent{.name = "tangent at w1 = 0.1", .tone = 2, .dash = 1};
  double slope = 0;
  const double start = at(0.1, &slope);
  for (double w1 = -6; w1 <= 10.001; w1 += 0.1) {
    cost.x.push_back(w1);
    cost.y.push_back(at(w1, nullptr));
  }
  tangent.x = {-1.9, 2.1};
  for (double w1 : tangent.x) tangent.y.push_back(start + slope * (w1 - 0.1));
  return {
      .title = "The OR gate's cost along one weight",
      .note = "Every point is a forward pass; the tangent's slope, dC/dw1 = " + to_text(slope, 4) +
              ", comes from one backward pass.",
      .panels = {
          {.x_name = "w1",
           .y_name = "C",
           .x_low = -6,
           .x_high = 10,
           .y_low = 0,
           .y_high = 0.3,
           .lines = {cost, tangent},
           .points = {{.x = 0.1, .y = start, .text = "here: " + to_text(start, 4), .tone = 2}}}}};
}

// theta_0 = -4 and what descent on theta^2 makes of it.
inline std::vector<double> descend(double rate, int steps) {
  Parameter theta("theta", -4.0);
  GradientDescent descent(rate);
  std::vector<double> walk{theta.item()};
  Tape tape;
  for (int i = 0; i < steps; ++i) {
    tape.clear();
    tape.backward(square(tape(theta)));
    tape.add_to_parameters();
    descent.step(theta);
    walk.push_back(theta.item());
  }
  return walk;
}

inline Chart three_rates() {
  Chart chart{.title = "Descent on C = theta^2 from -4 at three learning rates",
              .note =
                  "Ten steps at 0.01 and 0.1, three at 1.5: too low creeps, a good one arrives, "
                  "too high leaps further away every time.",
              .columns = 3,
              .width = 270,
              .height = 240};
  for (double rate : {0.01, 0.1, 1.5}) {
    const double reach = rate > 1 ? 40 : 5;
    ChartLine valley{.tone = 5};
    for (int i = -40; i <= 40; ++i) {
      Tape tape;
      auto theta = tape.constant("theta", reach * i / 40);
      valley.x.push_back(theta.item());
      valley.y.push_back(square(theta).item());
    }
    ChartLine walk{.name = "steps",
                   .x = descend(rate, rate > 1 ? 3 : 10),
                   .tone = 2,
                   .marks = true,
                   .width = 1.2};
    for (double theta : walk.x) walk.y.push_back(theta * theta);
    chart.panels.push_back({.title = std::string(rate < 0.1 ? "too low"
                                                 : rate < 1 ? "good"
                                                            : "too high") +
                                     ": " + to_text(rate, 4),
                            .x_name = "theta",
                            .y_name = "C",
                            .x_low = -reach,
                            .x_high = reach,
                            .y_low = 0,
                            .y_high = reach * reach,
                            .lines = {valley, walk}});
  }
  return chart;
}

// A line y = a x + b through 64 noisy points: the mean of (y - a x - b)^2 / 2 over some of them.
struct Straight {
  std::vector<double> x, y;
  Straight() {
    Random random(5);
    for (int i = 0; i < 64; ++i) {
      x.push_back(random.uniform(-1, 2));
      y.push_back(1.5 * x.back() - 0.5 + random.normal(0, 0.7));
    }
  }
  Node<> cost(const Node<>& a, const Node<>& b, std::span<const std::int64_t> rows) const {
    std::vector<double> some_x, some_y;
    for (std::int64_t row : rows)
      some_x.push_back(x[std::size_t(row)]), some_y.push_back(y[std::size_t(row)]);
    return mean(square(a.tape()->constant(some_y) - a * a.tape()->constant(some_x) - b)) / 2;
  }
};

inline ChartLine walk_of(const Straight& data, std::int64_t batch_size, int epochs, double rate) {
  Parameter a("a", -1.0), b("b", 2.0);
  GradientDescent descent(rate);
  Batches batches(64, batch_size, 3);
  ChartLine walk{.x = {a.item()}, .y = {b.item()}};
  Tape tape;
  for (int epoch = 0; epoch < epochs; ++epoch)
    for (std::int64_t i = 0; i < batches.iterations(); ++i) {
      tape.clear();
      tape.backward(data.cost(tape(a), tape(b), batches.rows(epoch, i)));
      tape.add_to_parameters();
      descent.step(a, b);
      walk.x.push_back(a.item());
      walk.y.push_back(b.item());
    }
  return walk;
}

inline Chart trajectories() {
  const Straight data;
  ChartGrid grid{
      .columns = 60, .rows = 60, .levels = {0.25, 0.3, 0.4, 0.6, 0.9, 1.4, 2, 3, 4.5, 6}};
  std::vector<std::int64_t> all(64);
  for (std::size_t i = 0; i < 64; ++i) all[i] = std::int64_t(i);
  for (int j = 0; j < grid.rows; ++j)
    for (int i = 0; i < grid.columns; ++i) {
      Tape tape(Keep::values);
      grid.values.push_back(data.cost(tape.constant("a", -2 + 5 * (i + 0.5) / grid.columns),
                                      tape.constant("b", -2.5 + 5 * (j + 0.5) / grid.rows), all)
                                .item());
    }
  Chart chart{.title = "Batch, mini-batch and stochastic descent towards the same minimum",
              .note =
                  "Level lines of the mean squared error of y = a x + b over 64 points; every dot "
                  "is an update, every walk starts at a = -1, b = 2.",
              .columns = 3,
              .width = 300,
              .height = 300};
  struct Way {
    const char* title;
    std::int64_t batch;
    int epochs;
    double rate;
    int tone;
  };
  for (const Way& way : {Way{"batch: 64 at a time, 40 epochs", 64, 40, 0.3, 1},
                         Way{"mini-batch: 8 at a time, 5 epochs", 8, 5, 0.3, 0},
                         Way{"stochastic: one at a time, 1 epoch", 1, 1, 0.15, 2}}) {
    ChartLine walk = walk_of(data, way.batch, way.epochs, way.rate);
    walk.tone = way.tone, walk.marks = true, walk.width = 1.3;
    walk.name = std::to_string(walk.x.size() - 1) + " updates";
    chart.panels.push_back(
        {.title = way.title,
         .x_name = "a",
         .y_name = "b",
         .x_low = -2,
         .x_high = 3,
         .y_low = -2.5,
         .y_high = 2.5,
         .grid = grid,
         .lines = {walk},
         .points = {{.x = walk.x.front(), .y = walk.y.front(), .text = "start", .filled = false}}});
  }
  return chart;
}

}  // namespace pictures

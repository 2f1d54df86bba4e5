// A training run that is watched: the OR gate of the slides over 5000 epochs, its cost, gradient
// norms, numbers and decision boundary kept by a Recorder and written as one page, or_gate.html.
#include <glassgrad/glassgrad.hpp>

#include <algorithm>

#include "check.hpp"

using namespace glassgrad;

// The gate's answer in the middle of every cell of the field, row by row from below.
std::vector<double> answers(Dense<>& gate, const Field& field) {
  std::vector<double> cells;
  for (std::int64_t j = 0; j < field.rows; ++j)
    for (std::int64_t i = 0; i < field.columns; ++i) {
      cells.push_back(field.x_low + (field.x_high - field.x_low) * (double(i) + 0.5) / 48);
      cells.push_back(field.y_low + (field.y_high - field.y_low) * (double(j) + 0.5) / 48);
    }
  const Shape shape{field.rows * field.columns, 2};
  Tape tape(Keep::values);
  const auto yhat = sigmoid(gate(tape.constant(View<const double>{cells.data(), &shape})));
  return {yhat.value().begin(), yhat.value().end()};
}

int main() {
  // [recorder]
  Recorder recorder({.unit = "epoch"});
  const Field field{.x_low = -0.5,
                    .x_high = 1.5,
                    .y_low = -0.5,
                    .y_high = 1.5,
                    .frames = {},
                    .points = {{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}};
  recorder.set_field(field);
  Dense<> gate("gate", {{0.1}, {0.6}}, {0.0});
  GradientDescent descent(1.0);
  Tape tape;
  Snapshot shot;
  for (int epoch = 0; epoch <= 5000; ++epoch) {
    tape.clear();
    auto X = tape.constant("X", {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    auto Yhat = name("Yhat", sigmoid(gate(X)));
    auto C = name("C", squared_cost(Yhat, tape.constant("Y", {{0}, {1}, {1}, {1}})));
    tape.backward(C);
    recorder.record(epoch, C);
    if (recorder.wants_replay(epoch)) recorder.frame(epoch, answers(gate, field));
    if (epoch == 5000) shot = snapshot(C, {.boxes = true});
    tape.add_to_parameters();
    descent.step(gate.W, gate.b);
  }
  shot.stack = find_stack(shot);
  add_problems(shot);
  recorder.finish(shot);
  write_html(shot, "or_gate.html");
  // [/recorder]

  const TrainingRecord& training = shot.training.value();
  const std::vector<double>& costs = training.curves[0].values;
  expect("the first cost", costs.front(), 0.088912947523);
  claim("every kept cost is below the one before", std::is_sorted(costs.rbegin(), costs.rend()));
  std::printf("%zu costs, %zu replays, %zu boundaries\n", costs.size(), training.replays.size(),
              training.field->frames.size());
  claim("the first boundary gives (0, 0) to 1",
        training.field->frames.front().values[11 * 48 + 11] > 0.49);
  claim("the last one does not", training.field->frames.back().values[11 * 48 + 11] < 0.1);
  claim("no problem was found", shot.problems.empty());
  for (const std::string& sentence : shot.dropped) std::printf("%s\n", sentence.c_str());
  return failures();
}

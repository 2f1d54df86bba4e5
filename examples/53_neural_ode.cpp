// A neural ordinary differential equation (Chen, Rubanova, Bettencourt, Duvenaud 2018): a small
// network stands where the law of a damped pendulum should, Runge-Kutta steps integrate it, and the
// gradient goes back through all of them. With checkpoints only the states between stretches of
// steps are kept, everything inside is computed again: the same bits, a fraction of the memory.
// Next: 54_adbench_gmm.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

constexpr double h = 0.1;
constexpr int stretches = 8, steps_each = 5;  // 40 steps, 4 seconds
constexpr std::int64_t starts = 24, units = 16;

// The truth, angle and speed: angle'' = -sin(angle) - 0.2 angle'
void law(const double* y, double* dy) { dy[0] = y[1], dy[1] = -std::sin(y[0]) - 0.2 * y[1]; }
void true_step(double* y) {  // 20 Runge-Kutta steps of h / 20
  for (int part = 0; part < 20; ++part) {
    const double small = h / 20, reach[] = {0, small / 2, small / 2, small};
    double k[5][2] = {}, at[2];
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 2; ++j) at[j] = y[j] + reach[i] * (i ? k[i][j] : 0);
      law(at, k[i + 1]);
    }
    for (int j = 0; j < 2; ++j) y[j] += small / 6 * (k[1][j] + 2 * k[2][j] + 2 * k[3][j] + k[4][j]);
  }
}

// dy/dt = W2 tanh(W1 y + b1) + b2 for many states y at once, one per row
Node<> field(const Node<>& y, std::span<const Node<>> p) {
  return matmul(tanh(matmul(y, p[0]) + p[1]), p[2]) + p[3];
}
Node<> step(const Node<>& y, std::span<const Node<>> p) {
  const Node<> k1 = field(y, p), k2 = field(y + h / 2 * k1, p), k3 = field(y + h / 2 * k2, p);
  const Node<> k4 = field(y + h * k3, p);
  return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
}

struct Data {
  Numbers first;  // (starts, 2)
  Numbers later;  // (steps, starts, 2)
};

// The mean square of what is off, over all steps of all starts.
Node<> cost_of(Tape<>& tape, std::span<const Node<>> p, const Data& data, bool checkpoints) {
  const Shape state{starts, 2};
  const auto at = [&](const Numbers& numbers, int index) {
    return tape.constant(View<const double>{numbers.data() + index * starts * 2, &state});
  };
  Node<> y = at(data.first, 0), total = 0;
  for (int s = 0; s < stretches; ++s) {
    const auto stretch = [&](const Node<>& from) {
      Node<> moved = from, off = 0;
      for (int i = 0; i < steps_each; ++i) {
        moved = step(moved, p);
        off += sum(square(moved - at(data.later, s * steps_each + i)));
      }
      return std::pair(moved, off);
    };
    const auto [moved, off] = checkpoints ? checkpoint(stretch, y) : stretch(y);
    y = moved, total += off;
  }
  return total / double(stretches * steps_each * starts * 2);
}

struct Swept {
  double cost;
  Numbers gradient;
  std::size_t bytes;
};
Swept swept(std::vector<Parameter<>>& net, const Data& data, bool checkpoints) {
  Tape tape(Keep::parameters);
  std::vector<Node<>> p;
  for (Parameter<>& each : net) p.push_back(tape(each));
  const Node<> cost = cost_of(tape, p, data, checkpoints);
  tape.backward(cost);
  Swept result{cost.item(), {}, tape.bytes()};
  for (const Node<>& each : p)
    result.gradient.insert(result.gradient.end(), each.upstream().begin(), each.upstream().end());
  return result;
}

int main() {
  Random random(2);
  Data data;
  for (std::int64_t i = 0; i < starts * 2; ++i) data.first.push_back(4 * random.uniform() - 2);
  Numbers now = data.first;
  for (int i = 0; i < stretches * steps_each; ++i) {
    for (std::size_t s = 0; s < starts; ++s) true_step(&now[2 * s]);
    data.later.insert(data.later.end(), now.begin(), now.end());
  }
  std::vector<Parameter<>> net;
  std::vector<Parameter<>*> parameters;
  for (const Shape& shape : {Shape{2, units}, Shape{units}, Shape{units, 2}, Shape{2}}) {
    Numbers start;
    for (std::int64_t i = 0; i < shape.count(); ++i)
      start.push_back(random.normal() / std::sqrt(double(shape[0])));
    net.emplace_back("p" + std::to_string(net.size()),
                     Input<double>(View<const double>{start.data(), &shape}));
  }
  for (Parameter<>& each : net) parameters.push_back(&each);

  const Swept plain = swept(net, data, false), checked = swept(net, data, true);
  std::printf("the tape holds %.0f KiB, with checkpoints %.0f KiB\n", double(plain.bytes) / 1024,
              double(checked.bytes) / 1024);
  claim("cost and gradient are the same to the bit",
        plain.cost == checked.cost && plain.gradient == checked.gradient);
  claim("the memory is less than half", 2 * checked.bytes < plain.bytes);

  const auto result =
      Lbfgs<>({.memory = 20, .most_steps = 250}).minimise(parameters, [&](Tape<>& tape) {
        std::vector<Node<>> p;
        for (Parameter<>& each : net) p.push_back(tape(each));
        return cost_of(tape, p, data, true);
      });
  std::printf("%d steps: root mean square off %.5f, at first %.5f\n", int(result.steps),
              std::sqrt(result.cost), std::sqrt(plain.cost));
  claim("the motions it was shown are met to 0.02", result.cost < 4e-4);

  // A motion it was not shown, twice as long: and the law itself along it.
  Tape tape(Keep::values);
  std::vector<Node<>> p;
  for (Parameter<>& each : net) p.push_back(tape(each));
  double truth[2] = {1.2, -0.7}, dy[2], worst = 0, worst_law = 0;
  Node<> y = tape.constant({{truth[0], truth[1]}});
  for (int i = 0; i < 80; ++i) {
    const Node<> there = field(tape.constant({{truth[0], truth[1]}}), p);
    law(truth, dy);
    y = step(y, p);
    true_step(truth);
    for (std::int64_t j = 0; j < 2; ++j) {
      worst = std::max(worst, std::abs(y.value()[j] - truth[j]));
      worst_law = std::max(worst_law, std::abs(there.value()[j] - dy[j]));
    }
  }
  std::printf("a new motion over 8 seconds: off by at most %.4f, its law by %.4f\n", worst,
              worst_law);
  claim("the new motion is met to 0.05", worst < 0.05);
  claim("the law is learnt to 0.1", worst_law < 0.1);
  return failures();
}

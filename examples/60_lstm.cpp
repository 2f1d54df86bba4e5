// The adding problem (Hochreiter, Schmidhuber 1997): a sequence of pairs, a random number and a
// mark; two of the marks are 1, and what is asked for at the end is the sum of the two marked
// numbers. Always saying 1 has a mean squared error of 1/6; an LSTM learns to keep a number
// for as long as it takes. Its first step is checked gate by gate, its gradients parameter by
// parameter. Next: 61_character_model.cpp.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
#include "model_check.hpp"
using namespace glassgrad;

constexpr std::int64_t steps = 30;

// m sequences [m, steps, 2] and their sums [m, 1]
struct Task {
  Shape x_shape, y_shape;
  std::vector<double> x, y;
  Task(Random& random, std::int64_t m) : x_shape{m, steps, 2}, y_shape{m, 1} {
    for (std::int64_t i = 0; i < m; ++i) {
      const auto first = std::int64_t(random.below(steps / 2));  // one mark in either half
      const auto second = steps / 2 + std::int64_t(random.below(steps / 2));
      y.push_back(0);
      for (std::int64_t t = 0; t < steps; ++t) {
        const double number = random.uniform(), mark = t == first || t == second;
        x.insert(x.end(), {number, mark});
        y.back() += number * mark;
      }
    }
  }
};

struct Adder : Module<> {
  Lstm<> memory;
  Dense<> out;
  Adder(std::int64_t hidden, Random& random)
      : memory("memory", 2, hidden, random), out("out", hidden, 1, random) {}
  Node<> operator()(const Node<>& x) override { return out(select(memory(x), 1, -1)); }
  void each_parameter(const Visit& visit) override { visit(memory), visit(out); }

  Node<> cost(Tape<>& tape, const Task& task) {
    const View<const double> x{task.x.data(), &task.x_shape}, y{task.y.data(), &task.y_shape};
    return name("cost", mean_squared_error((*this)(tape.constant("x", x)), tape.constant("y", y)));
  }
};

// Gate k of the first step, where h and c are still 0: the sum over x of x W, and b, of its
// quarter.
void check_gate(Tape<>& tape, const LstmCell<>& cell, const Task& task, const char* name, int k) {
  std::uint32_t index = 0;  // of the first node with that name
  while (tape.records().name_of(index) != name) ++index;
  const auto gate = tape.records().node(index).value();
  double worst = 0;
  for (std::int64_t m = 0; m < task.x_shape[0]; ++m)
    for (std::int64_t j = 0; j < cell.hidden(); ++j) {
      const std::int64_t column = k * cell.hidden() + j;
      double z = cell.b.value()[column];
      for (std::int64_t i = 0; i < 2; ++i)
        z += task.x[std::size_t(m * steps * 2 + i)] * cell.W.value()(i, column);
      const double wanted = k == 2 ? std::tanh(z) : 1 / (1 + std::exp(-z));
      worst = std::max(worst, std::abs(gate(m, j) - wanted));
    }
  expect((std::string("gate ") + name + " against plain loops").c_str(), worst, 0, 1e-14);
}

int main() {
  Random random(1);
  {
    Adder small(3, random);
    const Task task(random, 4);
    Tape tape;
    small.cost(tape, task);
    const char* const gates[] = {"i", "f", "g", "o"};
    for (int k = 0; k < 4; ++k) check_gate(tape, small.memory.cell, task, gates[k], k);
    const auto report = check_parameters(small, [&](Tape<>& t) { return small.cost(t, task); });
    std::printf("%s", report.text().c_str());
    claim("every gradient is that of the differences", report.ok);
  }

  Adder model(24, random);
  std::printf("%s", summary(model.memory, Shape{32, steps, 2}).c_str());
  const auto parameters = model.parameters();
  Adam adam(0.01, {}, {.clip_norm = 1});
  Tape tape(Keep::parameters);
  for (int step = 1; step <= 600; ++step) {
    tape.clear();
    const auto cost = model.cost(tape, Task(random, 32));
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
    if (step % 100 == 0) std::printf("step %d: %.5f\n", step, cost.item());
  }
  Tape test(Keep::values);
  const double found = model.cost(test, Task(random, 1000)).item();
  std::printf("1000 new sequences: %.5f; always saying 1: %.5f\n", found, 1.0 / 6);
  claim("a tenth of that error or less", found < 1.0 / 60);
  return failures();
}

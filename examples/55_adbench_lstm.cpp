// ADBench's LSTM, whose weights are diagonal: two layers that read a sequence of eight bits and say
// which come next. Its value is compared with plain loops, its gradient with differences; then it
// learns a melody that repeats after three notes. Next: 60_lstm.cpp, with whole matrices of
// weights.
#include <glassgrad/check/gradients.hpp>
#include <glassgrad/glassgrad.hpp>

#include "adbench.hpp"
#include "slide.hpp"
using namespace glassgrad;

constexpr std::size_t layers = 2, b = 8, steps = 25, main_rows = 8 * layers,
                      all_rows = main_rows + 3;

struct State {  // of every layer
  std::vector<Numbers> h, cell;
};

// The same objective by loops; p has one row of b numbers after the other.
double by_loops(const Numbers& p, State state, const std::vector<Numbers>& s) {
  const auto sigma = [](double z) { return 1 / (1 + std::exp(-z)); };
  double total = 0;
  for (std::size_t t = 0; t + 1 < s.size(); ++t) {
    Numbers y;
    for (std::size_t i = 0; i < b; ++i) {  // the b cells of a layer do not know of each other
      double x = s[t][i] * p[main_rows * b + i];
      for (std::size_t layer = 0; layer < layers; ++layer) {
        const auto w = [&](std::size_t row) { return p[(8 * layer + row) * b + i]; };
        double &h = state.h[layer][i], &cell = state.cell[layer][i];
        const double forget = sigma(x * w(0) + w(4)), in = sigma(h * w(1) + w(5));
        const double out = sigma(x * w(2) + w(6)), change = std::tanh(h * w(3) + w(7));
        cell = cell * forget + in * change;
        x = h = out * std::tanh(cell);
      }
      y.push_back(x * p[(main_rows + 1) * b + i] + p[(main_rows + 2) * b + i]);
    }
    double all = 2;
    for (const double number : y) all += std::exp(number);
    for (std::size_t i = 0; i < b; ++i) total += s[t + 1][i] * (y[i] - std::log(all));
  }
  return -total / double((s.size() - 1) * b);
}

int main() {
  Random random(1);
  const auto drawn = [&](std::size_t count) {
    Numbers numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(random.normal());
    return numbers;
  };
  const Numbers start = drawn(all_rows * b);
  const State state{{drawn(b), drawn(b)}, {drawn(b), drawn(b)}};
  const std::size_t notes[3][2] = {{0, 3}, {5, 1}, {2, 7}};  // two bits each
  std::vector<Numbers> s;
  for (std::size_t t = 0; t < steps; ++t) {
    s.emplace_back(std::vector<double>(b, 0.0));
    for (const std::size_t bit : notes[t % 3]) s.back()[bit] = 1;
  }

  const auto objective = [&](const Node<>& p) {
    Tape<>& tape = *p.tape();
    const auto constants = [&](const std::vector<Numbers>& all) {
      std::vector<Node<>> nodes;
      for (const Numbers& each : all) nodes.push_back(tape.constant(each));
      return nodes;
    };
    std::vector<Node<>> w;
    for (std::int64_t row = 0; row < std::int64_t(all_rows); ++row)
      w.push_back(reshape(slice(p, 0, row, row + 1), Shape{std::int64_t(b)}));
    const std::span<const Node<>> all(w);
    return adbench::lstm(all.first(main_rows), all.subspan(main_rows), constants(state.h),
                         constants(state.cell), constants(s));
  };

  const Shape shape{std::int64_t(all_rows), std::int64_t(b)};
  const View<const double> weights{start.data(), &shape};
  Tape tape;
  expect("the objective", objective(tape.input(weights)).item(), by_loops(start, state, s), 1e-13);
  const GradientReport report = check_gradients(objective, {{"weights", weights}});
  std::printf("%s\n", report.text().c_str());
  claim("its gradient is right", report.ok);

  Parameter p("weights", weights);
  Adam adam(0.05);
  double first = 0, last = 0;
  Tape<> training(Keep::parameters);
  for (int step = 0; step < 600; ++step) {
    training.clear();
    const Node<> loss = objective(training(p));
    training.backward(loss);
    training.add_to_parameters();
    adam.step(p);
    last = loss.item();
    if (step == 0) first = last;
    if (step % 100 == 0) std::printf("step %3d: loss %.6f\n", step, last);
  }
  // two bits of eight are heard at a time: knowing nothing costs 2 / 8 ln 10, knowing which two ln
  // 2 / 4
  std::printf("loss %.6f, from %.6f; the least there is %.6f\n", last, first, std::log(2.0) / 4);
  claim("the melody is learnt", last < std::log(2.0) / 4 * 1.1 && last >= std::log(2.0) / 4);
  const Numbers learnt = p.value();
  expect("the loops agree on what was learnt", by_loops(learnt, state, s),
         objective(tape.input(p.value())).item(), 1e-13);
  return failures();
}

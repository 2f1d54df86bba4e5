// Batch, mini-batch and stochastic descent on the tutorials' two heaps and on a disc in a ring:
// what a step sums over, how many steps an epoch has, how the cost goes down, and the boundary that
// comes out. Next: 28_why_nonlinear.cpp.
#include "points.hpp"
#include "slide.hpp"
using namespace glassgrad;

struct Run {
  double first = 0, last = 0;  // mean cost of the first and the last epoch
  std::int64_t steps = 0;
};

Run train(Module<>& model, const Points& points, std::int64_t batch_size, int epochs, double rate) {
  GradientDescent descent(rate);
  Batches batches(std::int64_t(points.size()), batch_size, 1);
  const auto parameters = model.parameters();
  Run run;
  Tape tape;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    double sum = 0;
    for (std::int64_t i = 0; i < batches.iterations(); ++i) {
      tape.clear();
      const auto rows = batches.rows(epoch, i);
      const Batch batch = on_tape(tape, points, rows);
      auto cost = binary_cross_entropy_from_logits(model(batch.x), batch.y);
      tape.backward(cost);
      tape.add_to_parameters();
      descent.step(parameters);
      sum += cost.item() * double(rows.size());  // a short last batch counts for what it has
      ++run.steps;
    }
    run.last = sum / double(points.size());
    if (epoch == 0) run.first = run.last;
  }
  return run;
}

void three_ways(const char* what, const Points& points, const Points& test, const char* layers,
                int epochs, double rate) {
  for (std::int64_t batch_size : {std::int64_t(points.size()), std::int64_t(32), std::int64_t(1)}) {
    Random random(3);
    auto model = make_network<>({.inputs = 2, .layers = layers_from(layers)}, random);
    // One example's gradient is noisy: the smaller the batch, the smaller the rate.
    const double own_rate = batch_size == 1 ? rate / 10 : rate;
    const Run run = train(model, points, batch_size, epochs, own_rate);
    const double right = accuracy_of(model, test);
    std::printf("%s, batches of %d: %d steps, cost %.4f -> %.4f, %.1f %% of %zu others right\n",
                what, int(batch_size), int(run.steps), run.first, run.last, 100 * right,
                test.size());
    claim("the cost has fallen", run.last < run.first);
    claim("and 95 % or more are right", right >= 0.95);
    if (batch_size == 32) draw(model);
  }
}

int main() {
  const Points heaps = two_gaussians(200, 1), circles = two_circles(200, 2);
  on_page("structures", "Tutorial: Binary Classification (Gaussian)");
  three_ways("two heaps", heaps, two_gaussians(500, 11), "1", 60, 0.5);
  on_page("structures", "Tutorial: Binary Classification (Circle)");
  three_ways("a disc in a ring", circles, two_circles(500, 12), "8,tanh,1", 300, 0.5);

  on_page("structures", "Epoch vs Batch Size vs Iterations");
  const auto iterations = [](std::int64_t size) {
    return double(Batches(400, size, 1).iterations());
  };
  row("iterations per epoch of 400 examples in batches of 400, 32, 1", "",
      {iterations(400), iterations(32), iterations(1)}, {1, 13, 400},
      "The 13th batch of 32 has 16 examples.");

  // Batches' gradients, weighted by their sizes, add up to the batch gradient.
  on_page("structures", "Gradient Descent Variants");
  Random random(3);
  Dense<> neuron("neuron", 2, 1, random);
  const auto gradient = [&](std::span<const std::int64_t> rows) {
    Tape tape;
    const Batch batch = on_tape(tape, heaps, rows);
    tape.backward(binary_cross_entropy_from_logits(neuron(batch.x), batch.y));
    return Numbers(tape(neuron.W).upstream());
  };
  Batches parts(400, 32, 1), whole(400, 400, 1);
  Numbers weighted{0, 0};
  for (std::int64_t i = 0; i < parts.iterations(); ++i) {
    const auto rows = parts.rows(0, i);
    const Numbers g = gradient(rows);
    for (std::size_t k = 0; k < 2; ++k) weighted[k] += g[k] * double(rows.size()) / 400;
  }
  row("mini-batch gradients, weighted by size, against the batch gradient", "", weighted,
      gradient(whole.rows(0, 0)));
  on_page("notes", "Minibatch Gradient Descent");
  row("J_MB = 1/B sum L: the mean over batches, weighted, is J's gradient", "", weighted,
      gradient(whole.rows(0, 0)));
  return failures();
}

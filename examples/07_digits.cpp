// Real data: 1797 handwritten digits of 8x8 pixels, a fifth of them held out. What
// `glassgrad train examples/data/digits.csv` does, in a page: read, split, standardise, train by
// mini-batches, test on what was never seen. Run it in the repository's root.
// Next: 08_accumulators.cpp, where the slides' examples go on.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
using namespace glassgrad;

View<const double> numbers_of(const Matrix& x, Shape& shape) {
  shape = Shape{x.rows, x.columns};
  return {x.numbers.data(), &shape};
}

// The network's class for every row, evaluated without gradients by the very same model.
std::vector<std::int64_t> predict(Sequential<>& model, const Matrix& x) {
  Tape tape(Keep::values);
  Shape shape;
  const auto scores = model(tape.constant("x", numbers_of(x, shape))).value();
  return argmax_rows(Matrix(x.rows, 10, std::vector<double>(scores.begin(), scores.end())));
}

double accuracy_of_seed(std::uint64_t seed) {
  auto [train, test] = split_stratified(read_labelled_csv("examples/data/digits.csv"), 0.2, seed);
  const auto scaling = Standardizer::fit(train.x);  // of the training part alone
  scaling.apply(train.x);
  scaling.apply(test.x);

  Random random(seed);
  Sequential<> model;
  model.add(Dense<>("layer1", 64, 64, random, {.weights = he_normal()}))
      .add("relu")
      .add(Dense<>("layer2", 64, 10, random));
  if (seed == 1) std::printf("%s", summary(model, Shape{1, 64}).c_str());

  Adam adam(0.003);
  Batches batches(train.size(), 32, seed);
  Tape tape;
  const auto parameters = model.parameters();
  for (int epoch = 0; epoch < 30; ++epoch) {
    for (std::int64_t i = 0; i < batches.iterations(); ++i) {
      tape.clear();
      const Dataset batch = take(train, batches.rows(epoch, i));
      Shape shape;
      const auto z = model(tape.constant("x", numbers_of(batch.x, shape)));
      const auto cost = name("cost", softmax_cross_entropy(z, tape.indices(batch.labels)));
      tape.backward(cost);
      tape.add_to_parameters();
      adam.step(parameters);
    }
  }
  const double found = accuracy(test.labels, predict(model, test.x));
  std::printf("seed %d: %.4f of %d held out\n", int(seed), found, int(test.size()));
  return found;
}

int main() {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) sum += accuracy_of_seed(seed);
  const double mean = sum / 5;
  expect("mean accuracy of 5 seeds", mean, 1, 0.03);  // 97 % or more
  return failures();
}

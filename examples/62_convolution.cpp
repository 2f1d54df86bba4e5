// A convolutional network on real data: the 1797 digits of example 07, read as the images they are.
// Two layers of windows of 3 x 3, each normalised and followed by the largest of 2 x 2, then a
// dense layer. In training the batch normalises itself and some units drop out; what is held out is
// judged in evaluation, by the mean and variance that were kept. Run it in the repository's root.
// Next: 63_transformer.cpp.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
using namespace glassgrad;

// Rows of 64 pixels as images of one channel.
Node<> images(Tape<>& tape, const Matrix& x) {
  const Shape shape{x.rows, 1, 8, 8};
  return tape.constant("x", View<const double>{x.numbers.data(), &shape});
}

double held_out(Sequential<>& model, const Dataset& test) {
  const Evaluating evaluating(model);
  Tape tape(Keep::values);
  const auto scores = model(images(tape, test.x)).value();
  const Matrix rows(test.size(), 10, std::vector<double>(scores.begin(), scores.end()));
  return accuracy(test.labels, argmax_rows(rows));
}

// One sum of the first layer, written out: window (row, column) of image n, for channel o.
double by_hand(const Conv2d<>& layer, const Matrix& x, int n, int o, int row, int column) {
  double sum = layer.b.value()[o];
  for (int k = 0; k < 3; ++k)
    for (int l = 0; l < 3; ++l) {
      const int i = row + k - 1, j = column + l - 1;  // zeros outside
      if (i < 0 || i > 7 || j < 0 || j > 7) continue;
      sum += layer.W.value()(o, 0, k, l) * x.numbers[std::size_t(n * 64 + i * 8 + j)];
    }
  return sum;
}

int main() {
  auto [train, test] = split_stratified(read_labelled_csv("examples/data/digits.csv"), 0.2, 1);
  for (Dataset* part : {&train, &test})
    for (double& pixel : part->x.numbers) pixel = pixel / 8 - 1;  // 0 to 16 becomes -1 to 1

  Random random(1);
  const Conv2dOptions options{.sliding = {.padding = 1}, .weights = he_normal()};
  const auto first = std::make_shared<Conv2d<>>("conv1", 1, 16, 3, random, options);
  Sequential<> model;
  model.add(first).add(BatchNorm<>("norm1", 16)).add("relu").add(MaxPool2d<>(2));
  model.add(Conv2d<>("conv2", 16, 32, 3, random, options)).add(BatchNorm<>("norm2", 32));
  model.add("relu").add(MaxPool2d<>(2)).add(Flatten<>());
  model.add(Dropout<>("dropout", 0.25, random)).add(Dense<>("out", 128, 10, random));
  std::printf("%s", summary(model, Shape{1, 1, 8, 8}).c_str());

  {
    Tape tape(Keep::values);
    const auto z = (*first)(images(tape, test.x));
    double worst = 0;
    for (int o = 0; o < 16; ++o)
      for (int row = 0; row < 8; ++row)
        for (int column = 0; column < 8; ++column)
          worst = std::max(worst, std::abs(z.value()(3, o, row, column) -
                                           by_hand(*first, test.x, 3, o, row, column)));
    expect("windows against plain loops", worst, 0, 1e-14);
  }

  Adam adam(0.003);
  Batches batches(train.size(), 32, 1);
  const auto parameters = model.parameters();
  Tape tape;
  for (int epoch = 1; epoch <= 10; ++epoch) {
    double sum = 0;
    for (std::int64_t i = 0; i < batches.iterations(); ++i) {
      tape.clear();
      const Dataset batch = take(train, batches.rows(epoch, i));
      const auto z = model(images(tape, batch.x));
      const auto cost = softmax_cross_entropy(z, tape.indices(batch.labels));
      tape.backward(cost);
      tape.add_to_parameters();
      adam.step(parameters);
      sum += cost.item();
    }
    std::printf("epoch %d: loss %.4f, %.4f held out\n", epoch, sum / double(batches.iterations()),
                held_out(model, test));
  }
  claim("97 % of the digits held out", held_out(model, test) >= 0.97);
  return failures();
}

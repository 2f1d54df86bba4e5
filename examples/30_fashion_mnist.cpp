// 60,000 images of clothes in ten classes: a 256-128 ReLU network in float32 learns them in
// mini-batches and is tested on 10,000 images it has not seen. Debian's package
// dataset-fashion-mnist has the data; without it the example says so and stops.
// `example_30_fashion_mnist EPOCHS` trains longer. Next: 31_cost_curve.cpp, pictures.
#include <glassgrad/data/idx.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/glassgrad.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "check.hpp"
using namespace glassgrad;

// The rows of a batch as the float32 numbers the network takes.
Node<float> on_tape(Tape<float>& tape, const Matrix& x, std::span<const std::int64_t> rows) {
  static std::vector<float> numbers;
  numbers.clear();
  for (std::int64_t row : rows) {
    const auto pixels = x.row(row);
    numbers.insert(numbers.end(), pixels.begin(), pixels.end());
  }
  const Shape shape{std::int64_t(rows.size()), x.columns};
  return tape.constant("x", View<const float>{numbers.data(), &shape});
}

double accuracy_on(Module<float>& model, const Dataset& data) {
  std::vector<std::int64_t> predicted;
  Batches batches(data.size(), 1000, 0, Batches::Order::as_given);
  Tape<float> tape(Keep::values);
  for (std::int64_t i = 0; i < batches.iterations(); ++i) {
    tape.clear();
    const auto rows = batches.rows(0, i);
    const auto scores = model(on_tape(tape, data.x, rows)).value();
    const auto classes = argmax_rows(
        Matrix(std::int64_t(rows.size()), 10, std::vector<double>(scores.begin(), scores.end())));
    predicted.insert(predicted.end(), classes.begin(), classes.end());
  }
  return accuracy(data.labels, predicted);
}

int main(int count, char** words) {
  const char* named = std::getenv("GLASSGRAD_FASHION_MNIST");
  const std::filesystem::path folder = named ? named : "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(folder / "train-images-idx3-ubyte.gz")) {
    std::printf(
        "SKIPPED: there is no Fashion-MNIST in %s. Install Debian's dataset-fashion-mnist, or "
        "set GLASSGRAD_FASHION_MNIST to its folder.\n",
        folder.c_str());
    return 77;  // what CTest is told to count as skipped
  }
  const auto read = [&](const char* part) {
    return read_labelled_idx(folder / (std::string(part) + "-images-idx3-ubyte.gz"),
                             folder / (std::string(part) + "-labels-idx1-ubyte.gz"), 1.0 / 255, 10);
  };
  const Dataset train = read("train"), test = read("t10k");

  Random random(1);
  auto model = make_network<float>({.inputs = 784, .layers = layers_from("256,relu,128,relu,10")},
                                   random, he_normal());
  std::printf("%s", summary(model, Shape{1, 784}).c_str());
  const auto parameters = model.parameters();
  const int epochs = count > 1 ? std::atoi(words[1]) : 8;
  Batches batches(train.size(), 128, 1);
  Adam<float> adam(0.001);
  const Schedule rate = cosine_decay(0.001, epochs * batches.iterations(), 1e-5);
  Tape<float> tape(Keep::parameters);
  const auto start = std::chrono::steady_clock::now();
  for (int epoch = 0; epoch < epochs; ++epoch) {
    double sum = 0;
    for (std::int64_t i = 0; i < batches.iterations(); ++i) {
      tape.clear();
      const auto rows = batches.rows(epoch, i);
      std::vector<std::int64_t> labels;
      for (std::int64_t row : rows) labels.push_back(train.labels[std::size_t(row)]);
      auto cost = softmax_cross_entropy(model(on_tape(tape, train.x, rows)), tape.indices(labels));
      tape.backward(cost);
      tape.add_to_parameters();
      adam.set_rate(rate(epoch * batches.iterations() + i));
      adam.step(parameters);
      sum += double(cost.item()) * double(rows.size());
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("epoch %d: mean cost %.4f, %.2f %% of the test images right, %.1f s\n", epoch + 1,
                sum / double(train.size()), 100 * accuracy_on(model, test), seconds);
  }
  claim("88 % or more of the test images are right", accuracy_on(model, test) >= 0.88);
  return failures();
}

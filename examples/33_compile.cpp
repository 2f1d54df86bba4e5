// A training step compiled once and run again and again: the digits' network, step by step the same
// bits as the tape, and what the passes make of it. Run it in the repository's root.
// Next: include/glassgrad/replay/program.hpp.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>
#include <string>

#include "check.hpp"
using namespace glassgrad;

View<const double> numbers_of(const Matrix& x, Shape& shape) {
  shape = Shape{x.rows, x.columns};
  return {x.numbers.data(), &shape};
}

Sequential<> network() {
  Random random(1);
  return make_network<double>({64, {"64", "relu", "10"}}, random);
}

// What describe() says after one pass, or between two.
std::string part(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t first = text.find("-- " + from);
  return text.substr(first, text.find("-- " + to, first) - first);
}

int main() {
  Dataset data = read_labelled_csv("examples/data/digits.csv");
  const auto scaling = Standardizer::fit(data.x);
  scaling.apply(data.x);
  Batches batches(data.size(), 32, 1);
  const auto batch_of = [&](std::int64_t i) { return take(data, batches.rows(0, i)); };

  Sequential<> model = network();
  const auto parameters = model.parameters();
  const Dataset first = batch_of(0);
  Shape shape;

  // [compile]
  auto step = compile<double>(
      [&](Tape<>&, const Fed<double>& in) {
        return softmax_cross_entropy(model(in[0]), in.indices(1));
      },
      {numbers_of(first.x, shape), first.labels});
  // [/compile]

  Sequential<> eager = network();
  const auto eager_parameters = eager.parameters();
  Adam adam(0.003), eager_adam(0.003);
  bool same = true;
  for (std::int64_t i = 0; i + 1 < batches.iterations(); ++i) {
    const Dataset batch = batch_of(i);
    Tape tape;
    const auto cost = softmax_cross_entropy(eager(tape.input(numbers_of(batch.x, shape))),
                                            tape.indices(batch.labels));
    tape.backward(cost);
    tape.add_to_parameters();
    eager_adam.step(eager_parameters);

    // [step]
    const double loss = step(numbers_of(batch.x, shape), batch.labels);
    adam.step(parameters);
    // [/step]
    same &= loss == cost.item();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto replayed = parameters[k]->value(), recorded = eager_parameters[k]->value();
      same &= std::equal(replayed.begin(), replayed.end(), recorded.begin());
    }
  }
  const std::string text = step.describe();
  std::printf("== recorded ==\n%s", part(text, "recorded", "remove_dead").c_str());
  std::printf("== fused ==\n%s", text.substr(text.rfind("-- fuse")).c_str());
  std::printf("== passes ==\n");
  for (std::size_t at = 0; (at = text.find("-- ", at)) != std::string::npos; ++at)
    std::printf("%s\n", text.substr(at, text.find('\n', at) - at).c_str());
  std::printf("==  ==\n");
  claim("the bits of the tape, after every step of an epoch", same);
  return failures();
}

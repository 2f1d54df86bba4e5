// A training step compiled once, optimizer and all, and run again and again: the digits' network,
// step by step the same bits as the tape, and what the passes make of it. Run it in the
// repository's root. Next: include/glassgrad/program/program.hpp.
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

// What describe() says after every pass: the list itself where the pass has changed it.
void print_passes(const std::string& text) {
  std::string last;
  for (std::size_t at = 0, end; at < text.size(); at = end) {
    end = std::min(text.find("-- ", at + 1), text.size());
    const std::size_t line = text.find('\n', at) + 1;
    const std::string list = text.substr(line, end - line);
    std::printf("%s%s", text.substr(at, line - at).c_str(),
                list == last ? "(as before)\n" : list.c_str());
    last = list;
  }
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
  Adam adam(0.003);
  auto step = compile<double>(
      [&](Tape<>&, const Fed<double>& in) {
        return softmax_cross_entropy(model(in[0]), in.indices(1));
      },
      {numbers_of(first.x, shape), first.labels}, adam);
  // [/compile]

  Sequential<> eager = network();
  const auto eager_parameters = eager.parameters();
  Adam eager_adam(0.003);
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
    // [/step]
    same &= loss == cost.item();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const auto replayed = parameters[k]->value(), recorded = eager_parameters[k]->value();
      same &= std::equal(replayed.begin(), replayed.end(), recorded.begin());
    }
  }
  std::printf("== passes ==\n");
  print_passes(step.describe());
  std::printf("==  ==\n");
  claim("the bits of the tape, after every step of an epoch", same);
  return failures();
}

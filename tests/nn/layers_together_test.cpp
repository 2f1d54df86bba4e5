// Every layer in one model: trained in double and float, kept and read again by name, and compiled.
#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

#include "glassgrad/io/model.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/optim/optim.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

constexpr std::int64_t m = 4, steps = 7;
const std::vector<std::int64_t> text{0, 3, 1, 4, 2, 2, 0, 1, 3, 4, 4, 1, 0, 2,
                                     3, 1, 1, 0, 2, 4, 3, 3, 1, 2, 0, 4, 2, 1};
const std::vector<std::int64_t> labels{0, 2, 1, 1};

// m times as many positions -> scores [m, 3]: letters, attention, an LSTM, whose states are then
// read as images of one channel.
template <class T>
struct Everything : Module<T> {
  Random random;
  Embedding<T> letters;
  LayerNorm<T> norm;
  MultiHeadAttention<T> attention;
  Lstm<T> memory;
  Sequential<T> rest;
  explicit Everything(std::uint64_t seed)
      : random(seed),
        letters("letters", 5, 4, random),
        norm("norm", 4),
        attention("attention", 4, 2, random, {.causal = true}),
        memory("memory", 4, 4, random) {
    rest.add(Conv2d<T>("conv", 1, 2, 2, random)).add(BatchNorm<T>("batch", 2)).add("relu");
    rest.add(MaxPool2d<T>(2, {.stride = 1})).add(AvgPool2d<T>(2)).add(Flatten<T>());
    rest.add(Dense<T>("out", 4, 3, random));
  }
  Node<T> operator()(const Node<T>& positions) override {
    const Node<T> x = reshape(letters(positions), {m, steps, 4});
    return rest(unsqueeze(memory(x + attention(norm(x))), 1));
  }
  void each_parameter(const typename Module<T>::Visit& visit) override {
    visit(letters), visit(norm), visit(attention), visit(memory), visit(rest);
  }
  Node<T> cost(Tape<T>& tape) {
    return softmax_cross_entropy((*this)(tape.indices(text).record()), tape.indices(labels));
  }
};

template <class T>
std::vector<double> numbers_of(Module<T>& model) {
  std::vector<double> numbers;
  for (const Parameter<T>* parameter : model.parameters())
    numbers.insert(numbers.end(), parameter->value().begin(), parameter->value().end());
  return numbers;
}
// The cost before the first step and after the last.
template <class T>
std::pair<double, double> train(Everything<T>& model, int count) {
  Adam<T> adam(0.02);
  const auto parameters = model.parameters();
  Tape<T> tape;
  double first = 0;
  for (int i = 0;; ++i) {
    tape.clear();
    const Node<T> cost = model.cost(tape);
    if (i == 0) first = double(cost.item());
    if (i == count) return {first, double(cost.item())};
    tape.backward(cost);
    tape.add_to_parameters();
    adam.step(parameters);
  }
}

TEST(LayersTogether, LearnInDoubleAndFloat) {
  Everything<double> wide(1);
  Everything<float> narrow(1);
  const auto [first, last] = train(wide, 60);
  const auto [first_narrow, last_narrow] = train(narrow, 60);
  EXPECT_NEAR(first, first_narrow, 1e-5);
  EXPECT_LT(last, 0.05 * first);
  EXPECT_LT(last_narrow, 0.05 * first_narrow);
}

TEST(LayersTogether, AreKeptByName) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("glassgrad-layers-" + std::to_string(::getpid()) + ".model");
  Everything<double> saved(1), loaded(2);
  Everything<float> narrow(3);
  train(saved, 3);
  ASSERT_NE(numbers_of(loaded), numbers_of(saved));
  save_model(path.string(), saved.parameters());
  load_model(path.string(), loaded.parameters());
  load_model(path.string(), narrow.parameters());
  std::filesystem::remove(path);
  EXPECT_EQ(numbers_of(loaded), numbers_of(saved));
  saved.eval(), loaded.eval(), narrow.eval();
  Tape<double> tape, other;
  Tape<float> third;
  EXPECT_EQ(loaded.cost(other).item(), saved.cost(tape).item());
  EXPECT_NEAR(narrow.cost(third).item(), saved.cost(tape).item(), 1e-5);
}

// Compiled, the model has the values of the tape to the bit and its gradients to 1e-12.
TEST(LayersTogether, AreCompiled) {
  Everything<double> model(1);
  train(model, 3);
  model.eval();
  auto program = compile<double>(
      [&](Tape<double>&, const Fed<double>& in) {
        return softmax_cross_entropy(model(in.indices(0).record()), in.indices(1));
      },
      {text, labels});
  Tape<double> tape;
  const Node<double> cost = model.cost(tape);
  tape.backward(cost);
  EXPECT_EQ(program(text, labels), cost.item());
  for (Parameter<double>* parameter : model.parameters()) {
    if (parameter->frozen()) continue;
    const View<const double> found = parameter->gradient(), wanted = tape(*parameter).upstream();
    for (std::int64_t i = 0; i < found.count(); ++i)
      EXPECT_NEAR(found[i], wanted[i], 1e-12) << parameter->name() << " " << i;
  }
}

}  // namespace
}  // namespace glassgrad

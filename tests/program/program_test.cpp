// A program gives what a tape gives, to the last bit, run after run, and asks for no memory.
#include "glassgrad/program/program.hpp"

#include <gtest/gtest.h>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

template <class T>
std::vector<T> numbers_of(View<const T> view) {
  return {view.begin(), view.end()};
}

// A classifier whose shapes make every kind of step: products, rows broadcast, fused runs.
template <class T>
struct Classifier {
  Random random{7};
  Sequential<T> model = make_network<T>({5, {"12", "tanh", "9", "silu", "3"}}, random);
  std::vector<T> x;
  std::vector<std::int64_t> labels;
  Shape shape{8, 5};
  View<const T> view() const { return {x.data(), &shape}; }
  void draw() {
    x.clear(), labels.clear();
    for (int i = 0; i < 40; ++i) x.push_back(T(random.normal()));
    for (int i = 0; i < 8; ++i) labels.push_back(std::int64_t(random.below(3)));
  }
  Node<T> cost(const Node<T>& input, const Indices<T>& truth) {
    return softmax_cross_entropy(model(input), truth);
  }
};

template <class T>
void expect_same_training() {
  Classifier<T> eager, replayed;
  eager.draw(), replayed.draw();
  auto step =
      compile<T>([&](Tape<T>&, const Fed<T>& in) { return replayed.cost(in[0], in.indices(1)); },
                 {replayed.view(), replayed.labels});
  Adam<T> one(0.05), other(0.05);
  for (int i = 0; i < 20; ++i) {
    Tape<T> tape;
    const Node<T> cost = eager.cost(tape.input(eager.view()), tape.indices(eager.labels));
    tape.backward(cost);
    tape.add_to_parameters();
    EXPECT_EQ(step(replayed.view(), replayed.labels), cost.item());
    const auto parameters = eager.model.parameters(), again = replayed.model.parameters();
    for (std::size_t k = 0; k < parameters.size(); ++k)
      EXPECT_EQ(numbers_of(again[k]->gradient()), numbers_of(parameters[k]->gradient()))
          << parameters[k]->name();
    one.step(parameters), other.step(again);
    eager.draw(), replayed.draw();
  }
}
TEST(Program, TrainsAsATapeDoes) {
  expect_same_training<double>();
  expect_same_training<float>();
}

TEST(Program, AsksForNoMemory) {
  Classifier<double> net;
  net.draw();
  auto step = compile<double>(
      [&](Tape<double>&, const Fed<double>& in) { return net.cost(in[0], in.indices(1)); },
      {net.view(), net.labels});
  const auto parameters = net.model.parameters();
  Adam<double> adam(0.05);
  std::size_t before = 0;
  for (int i = 0; i < 10; ++i) {
    if (i == 3) before = allocations();
    step(net.view(), net.labels);
    adam.step(parameters);
  }
  EXPECT_EQ(allocations(), before);
}

TEST(Program, AddsGradientsThatNobodyHasUsed) {
  Parameter<double> w("w", {2.0, 3.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(square(tape(w)) * in[0]); },
      {std::vector<double>{1, 1}});
  step(std::vector<double>{1, 10});
  step(std::vector<double>{100, 1000});
  EXPECT_EQ(numbers_of(w.gradient()), (std::vector<double>{4 + 400, 60 + 6000}));
}

TEST(Program, WithoutGradientsOnlyEvaluates) {
  Parameter<double> w("w", {{1.0, 2.0}, {3.0, 4.0}});
  auto product = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return matmul(tape(w), in[0]); },
      {std::vector<double>{0, 0}}, Gradients::none);
  const std::vector<double> x{5, 6};
  const Feed<double> feeds[] = {x};
  EXPECT_EQ(numbers_of(product.run(feeds)), (std::vector<double>{17, 39}));
  EXPECT_FALSE(w.has_gradient());
  EXPECT_EQ(error_of([&] { product(x); }),
            "[program] the result is (2), not a single number. Read it with run().");
}

TEST(Program, ShowsWhatItHides) {
  Parameter<double> w("w", {2.0, 3.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) {
        return name("C", sum(square(name("z", tape(w) * in[0] + 1))));
      },
      {std::vector<double>{0, 0}});
  EXPECT_EQ(step(std::vector<double>{4, -1}), 85);
  const Node<double> cost = step.look(std::vector<double>{4, -1});
  EXPECT_EQ(cost.item(), 85);
  const Snapshot shot = snapshot(cost);
  const auto z = std::find_if(shot.nodes.begin(), shot.nodes.end(),
                              [](const auto& node) { return node.name == "z"; });
  ASSERT_NE(z, shot.nodes.end());
  EXPECT_EQ(z->value.numbers, (std::vector<double>{9, -2}));
  EXPECT_EQ(z->upstream->numbers, (std::vector<double>{18, -4}));
}

// All of them live until the last is there: what finds no place in the scratch has a buffer.
TEST(Program, HidesNoMoreThanTheScratchHolds) {
  for (const std::int64_t n : {256, 5000}) {
    const auto cost = [](const Node<>& x) {
      std::vector<Node<>> all;
      for (int i = 0; i < 150; ++i) all.push_back(exp(x * (0.01 * i)));
      Node<> total = all.back();
      for (std::size_t i = all.size() - 1; i-- > 0;) total = total * 0.5 + all[i];
      return total;
    };
    std::vector<double> x;
    for (std::int64_t i = 0; i < n; ++i) x.push_back(double(i % 17) / 16);
    auto program = compile<double>([&](Tape<>&, const Fed<double>& in) { return cost(in[0]); }, {x},
                                   Gradients::none);
    Tape<> tape;
    const auto right = cost(tape.input(x)).value();
    const Feed<double> feeds[] = {x};
    const auto given = program.run(feeds);
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(given[i], right[i]) << n;
  }
}

// A result as large as the buffer of an input that ends with it, which is stretched to it: the
// input's numbers are read again for later entries, so the result must lie elsewhere.
TEST(Program, AStretchedInputIsNotWrittenOver) {
  const std::vector<double> numbers{0.1, 0.2, 0.3, 0.4};
  const Shape shape{2, 2};
  const View<const double> x{numbers.data(), &shape};
  Parameter W("W", {0.5, -1.0});
  const auto cost = [&](Tape<>& tape, const Node<>& in) {
    const Node<> row = sin(sum(in * tape(W), 1));  // where in * W was
    return sum(square(reshape(row, {2, 1}) * in));
  };
  auto program =
      compile<double>([&](Tape<>& tape, const Fed<double>& in) { return cost(tape, in[0]); }, {x});
  Tape tape;
  const Node<> y = cost(tape, tape.input(x));
  tape.backward(y);
  EXPECT_EQ(program(x), y.item());
  const auto gradient = numbers_of(W.gradient());
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_NEAR(gradient[i], tape(W).upstream()[std::int64_t(i)], 1e-15);
}

TEST(Program, SaysWhatDoesNotFit) {
  Parameter<double> w("w", {2.0, 3.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) {
        return sum(tape(w) * rows(in[0], in.indices(1)));
      },
      {std::vector<double>{1, 2, 3}, std::vector<std::int64_t>{0, 2}});
  const std::vector<double> x{1, 2, 3}, four{1, 2, 3, 4};
  const std::vector<std::int64_t> at{0, 2}, one{0};
  EXPECT_EQ(step(x, at), 2 * 1 + 3 * 3);
  EXPECT_EQ(error_of([&] { step(four, at); }),
            "[program] input 0 is (4), it was recorded as (3). Feed the same shape, or compile a "
            "program for this one.");
  EXPECT_EQ(error_of([&] { step(x, one); }),
            "[program] input 1 is (1), it was recorded as (2). Feed the same shape, or compile a "
            "program for this one.");
  EXPECT_EQ(error_of([&] { step(x, x); }),
            "[program] input 1 is numbers, it was recorded as positions. Feed what the program was "
            "compiled with.");
  EXPECT_EQ(error_of([&] { step(x); }),
            "[program] 1 inputs given, it was recorded with 2. Feed what the program was compiled "
            "with.");
  EXPECT_EQ(
      error_of([&] {
        compile<double>(
            [&](Tape<double>&, const Fed<double>& in) {
              return sum(in[0]).item() > 0 ? sum(in[0]) : sum(in[0] * 2);
            },
            {x});
      }),
      "[compile] the function looked at the numbers of node 1 (sum) while it was recorded. "
      "A program computes the same for all numbers: choose between nodes by where, or give as an "
      "input what depends on numbers.");
}

}  // namespace
}  // namespace glassgrad

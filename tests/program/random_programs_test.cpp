// Random graphs with broadcasting, reductions, products, reshapes and reuse, larger than a block
// and smaller. Costs agree to the last bit, gradients to 1e-12: a tape undoes broadcasting inside
// the kernel, a program by a sum of its own, in another order.
#include <gtest/gtest.h>

#include <random>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"

namespace glassgrad {
namespace {

struct Case {
  std::int64_t rows, columns;
  std::uint64_t seed;
  bool special = false;  // numbers that are denormal or zeros of both signs among them
};

// Nodes of five shapes: (m, n), (m, 1), (1, n), (n), (). Same seed, same graph.
Node<double> random_cost(Tape<double>& tape, const Node<double>& x, Parameter<double>& w,
                         Parameter<double>& row, Parameter<double>& square_matrix, const Case& of) {
  std::mt19937_64 bits(of.seed);  // Random refuses to draw while a program is recorded
  const auto pick = [&](std::size_t n) { return std::size_t(bits() % n); };
  std::vector<Node<double>> full{x, tape(w)}, any{tape(row), tape.constant(0.5)};
  for (int i = 0; i < 14; ++i) {
    const Node<double> a = full[pick(full.size())], b = full[full.size() - 1 - pick(2)];
    const Node<double> c = any[pick(any.size())];
    switch (pick(9)) {
      case 0:
        full.push_back(a + b);
        break;
      case 1:
        full.push_back(a * b);
        break;
      case 2:
        full.push_back(tanh(a) - b);
        break;
      case 3:
        full.push_back(sigmoid(b) * c);
        break;
      case 4:
        full.push_back(maximum(a, c));
        break;
      case 5:
        full.push_back(tanh(matmul(a, tape(square_matrix))));
        break;
      case 6:
        any.push_back(mean(a, Axes{0}));
        break;
      case 7:
        any.push_back(sum(sin(a), Axes{1}, true) / 8);
        break;
      default:
        full.push_back(reshape(reshape(a * 0.5, Shape{a.shape().count()}), a.shape()) + c);
    }
  }
  return mean(square(full.back() + any.back())) + mean(full[full.size() / 2]);
}

void expect_same(const Case& of) {
  Random random(of.seed + 1);
  const auto draw = [&](const Shape& shape) {
    std::vector<double> numbers(std::size_t(shape.count()));
    for (double& number : numbers) {
      number = random.normal();
      const double specials[] = {0.0, -0.0, 5e-324, -1e-310, 1e-200};
      if (of.special && random.below(2)) number = specials[random.below(std::size(specials))];
    }
    return numbers;
  };
  const Shape shape{of.rows, of.columns}, row_shape{of.columns}, matrix{of.columns, of.columns};
  const auto view = [](const std::vector<double>& numbers, const Shape& of_shape) {
    return View<const double>{numbers.data(), &of_shape};
  };
  Parameter<double> w("w", view(draw(shape), shape)), row("row", view(draw(row_shape), row_shape)),
      m("m", view(draw(matrix), matrix));
  Parameter<double>* const all[] = {&w, &row, &m};
  auto program = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) {
        return random_cost(tape, in[0], w, row, m, of);
      },
      {view(draw(shape), shape)});
  for (int again = 0; again < 2; ++again) {
    const std::vector<double> x = draw(shape);
    Tape<double> tape;
    const Node<double> cost = random_cost(tape, tape.input(view(x, shape)), w, row, m, of);
    tape.backward(cost);
    const double result = program(view(x, shape));
    EXPECT_EQ(result, cost.item()) << "seed " << of.seed;
    for (Parameter<double>* parameter : all) {
      if (!parameter->has_gradient()) continue;
      const Node<double> node = tape(*parameter);
      if (node.upstream_state() != Upstream::computed) continue;
      const auto got = parameter->gradient(), wanted = node.upstream();
      for (std::int64_t i = 0; i < got.count(); ++i)
        ASSERT_NEAR(got[i], wanted[i], 1e-12 * std::max(1.0, std::abs(wanted[i])))
            << "seed " << of.seed << " " << parameter->name() << " " << i;
      parameter->zero_gradient();
    }
  }
}

TEST(Program, RandomGraphsAgreeWithTheTape) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) expect_same({3, 4, seed});
  for (std::uint64_t seed = 400; seed < 440; ++seed) expect_same({130, 17, seed});
}
TEST(Program, RandomGraphsOfSpecialNumbersAgreeWithTheTape) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) expect_same({3, 4, seed, true});
  for (std::uint64_t seed = 400; seed < 420; ++seed) expect_same({130, 17, seed, true});
}
TEST(Program, LargeGraphsAgreeWithTheTapeOnAnyNumberOfThreads) {
  const int before = threads();
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    for (std::uint64_t seed = 500; seed < 503; ++seed) expect_same({2048, 40, seed});
  }
  set_threads(before);
}

}  // namespace
}  // namespace glassgrad

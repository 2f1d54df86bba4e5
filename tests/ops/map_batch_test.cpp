// map_batch beside a loop over the examples: values, gradients and second order, for random
// functions, for every op that says what it does with one more axis, nested; what it refuses.
#include "glassgrad/ops/functions/map_batch.hpp"

#include <array>

#include "engine/expect.hpp"
#include "glassgrad/engine/checkpoint.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

std::vector<double> drawn(std::int64_t count, Random& random) {
  std::vector<double> all(static_cast<std::size_t>(count));
  for (double& number : all) number = random.normal();
  return all;
}
N drawn(Tape<>& tape, const Shape& shape, Random& random) {
  const std::vector<double> all = drawn(shape.count(), random);
  return tape.input(View<const double>{all.data(), &shape});
}
std::vector<double> listed(View<const double> view) { return {view.begin(), view.end()}; }
N example(const N& batch, std::int64_t i) {
  Shape shape;
  for (int k = 1; k < batch.shape().rank(); ++k) shape.push_back(batch.shape()[k]);
  return reshape(slice(batch, 0, i, i + 1), shape);
}

// ---- Random functions of one example: the same steps for the same seed, whatever they are run on.

N elementwise_step(const N& a, Random& random) {
  switch (random.below(6)) {
    case 0:
      return sin(a);
    case 1:
      return exp(a * 0.3);
    case 2:
      return tanh(a) + 0.25;
    case 3:
      return where(a > 0.1, a * a, 0.5 * a);
    case 4:
      return clamp(a, -1.5, 1.25) * 1.5;
    default:
      return square(a) / (1.0 + square(a));
  }
}

N reduction_step(const N& a, Random& random) {
  if (a.shape().rank() == 0) return sum(a) + logsumexp(a);
  const int rank = a.shape().rank();
  const int axis = int(random.below(std::uint64_t(2 * rank))) - rank;
  const Axes axes = random.below(4) == 0 ? Axes() : Axes(axis);
  const bool keep = random.below(2);
  switch (random.below(7)) {
    case 0:
      return sum(a, axes, keep);
    case 1:
      return mean(a, axes, keep);
    case 2:
      return max(a, axes, keep);
    case 3:
      return logsumexp(a, axes, keep);
    case 4:
      return softmax(a, axis) * 2.0;
    case 5:
      return log_softmax(a, axis);
    default:
      return a * cumsum(a, axis);
  }
}

N movement_step(const N& a, Random& random) {
  const int rank = a.shape().rank();
  if (rank == 0) return reshape(a, {1, 1}) * broadcast_to(a, {2, 3});
  const int axis = int(random.below(std::uint64_t(rank)));
  switch (random.below(7)) {
    case 0:
      return reshape(a, {-1});
    case 1:
      return transpose(a);
    case 2:
      return swapaxes(a, 0, rank - 1);
    case 3:
      return slice(a, axis, random.below(2) ? 1 : 0, whole_axis, 2);
    case 4:
      return concat({a, a * 0.5}, axis);
    case 5:
      return rank < 3 ? broadcast_to(a, a.shape().behind(2)) : flip(a, axis);
    default:
      return rank > 1 ? tril(a) + 0.1 : unfold(concat({a, a}, 0), 0, 2);
  }
}

N product_step(const N& a, const N& w, Random& random) {
  const int rank = a.shape().rank();
  if (rank == 0 || a.shape().from_end(1) == 0) return a * 1.5;
  const std::int64_t inner = a.shape().from_end(1);
  const N row =
      slice(broadcast_to(w, Shape{4, w.shape()[0]}), 1, 0, std::min<std::int64_t>(inner, 6));
  if (random.below(3) == 0)
    return rank == 1 ? a * matmul(a, a) : matmul(a, swapaxes(a, -1, -2)) * 0.2;
  if (row.shape()[1] != inner) return a * 0.7;
  return random.below(2) ? matmul(a, transpose(row))
                         : matmul(row, rank == 1 ? a : swapaxes(a, -1, -2));
}

N random_function(const N& x, const N& shared, std::uint64_t seed) {
  Random random(seed, 3);
  N a = x;
  const int steps = 3 + int(random.below(5));
  for (int i = 0; i < steps; ++i) {
    const N before = a;
    switch (random.below(5)) {
      case 0:
        a = elementwise_step(a, random);
        break;
      case 1:
        a = reduction_step(a, random);
        break;
      case 2:
        a = movement_step(a, random);
        break;
      case 3:
        a = product_step(a, shared, random);
        break;
      default:
        a = a * sum(shared) + 0.3;
    }
    if (before.shape().stretches_to(a.shape()) && random.below(2)) a = a + before * 0.3;
    if (a.shape().count() > 400 || a.shape().rank() > 4) a = mean(a, 0);
  }
  return a + 0.1 * sum(sin(shared)) * a;
}

void expect_equal(const N& got, const N& wanted, const char* what) {
  ASSERT_EQ(got.shape(), wanted.shape()) << what;
  expect_near(got, listed(wanted.value()), 1e-11);
}

TEST(MapBatch, IsALoopOverTheExamplesForRandomFunctions) {
  int differentiated = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, 1);
    Tape tape;
    const Shape one = seed % 4 == 0   ? Shape{}
                      : seed % 4 == 1 ? Shape{4}
                      : seed % 4 == 2 ? Shape{3, 4}
                                      : Shape{2, 3, 2};
    const std::int64_t n = 1 + std::int64_t(random.below(4));
    const N x = drawn(tape, one.behind(n), random), w = drawn(tape, {6}, random);
    const auto f = [&](const N& a) { return random_function(a, w, seed); };
    const N all = map_batch(f, x);
    std::vector<N> each;
    for (std::int64_t i = 0; i < n; ++i) each.push_back(f(example(x, i)));
    const N stacked = stack(std::span<const N>(each));
    expect_equal(all, stacked, "value");
    if (!std::isfinite(sum(all).item())) continue;
    const N upstream = drawn(tape, all.shape(), random);
    const N cost = sum(tanh(all * 0.1) * upstream), wanted = sum(tanh(stacked * 0.1) * upstream);
    const auto got = grad(cost, {x, w}), loops = grad(wanted, {x, w});
    for (std::size_t k = 0; k < 2; ++k) expect_equal(got[k], loops[k], "gradient");
    const N v = drawn(tape, x.shape(), random);
    expect_equal(jvp(cost, x, v), jvp(wanted, x, v), "forward");
    expect_equal(grad(sum(got[0] * v), w), grad(sum(loops[0] * v), w), "second order");
    tape.backward(cost);
    expect_near(x.upstream(), listed(loops[0].value()), 1e-11);
    ++differentiated;
  }
  EXPECT_GT(differentiated, 150);
}

// ---- Every op that has such a reading, at every sample of the op table: all inputs mapped, and
// each one alone.

class EveryOpBatched : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ops, EveryOpBatched, testing::ValuesIn(op_names()),
                         [](const auto& each) { return each.param; });

TEST_P(EveryOpBatched, IsALoopOrIsRefused) {
  each_case(GetParam(), [&](const OpCase& op) {
    if (op.index_inputs) return;
    for (const auto& shapes : shape_sets(op)) {
      for (std::size_t only = 0; only <= shapes.size(); ++only) {  // shapes.size(): all of them
        SCOPED_TRACE(op.label + ", mapped input " + std::to_string(only));
        Tape tape;
        std::vector<std::vector<N>> examples;
        for (std::uint64_t i = 0; i < 3; ++i)
          examples.push_back(leaves(tape, op, draw(op, shapes, 5 + i)));
        std::vector<N> mapped, loops;
        for (std::size_t k = 0; k < shapes.size(); ++k) {
          if (only != shapes.size() && only != k) continue;
          const N three[] = {examples[0][k], examples[1][k], examples[2][k]};
          mapped.push_back(stack(std::span<const N>(three)));
        }
        const auto inputs_of = [&](const std::vector<N>& own) {
          if (only == shapes.size()) return own;
          std::vector<N> all = examples[0];
          all[only] = own[0];
          return all;
        };
        const auto f = [&](const std::vector<N>& own) { return record(tape, op, inputs_of(own)); };
        if (!op.rule->batched) {
          EXPECT_EQ(error_of([&] { map_batch(f, mapped); }),
                    "[map_batch] " + op.op +
                        " does not say what it does with one more axis in front. Loop over the "
                        "examples, or write it with elementwise ops, reductions, movement ops and "
                        "matmul.");
          continue;
        }
        for (std::size_t i = 0; i < 3; ++i) {
          std::vector<N> own = examples[i];
          if (only != shapes.size()) own = {examples[i][only]};
          loops.push_back(f(own));
        }
        const N got = map_batch(f, mapped), wanted = stack(std::span<const N>(loops));
        ASSERT_EQ(got.shape(), wanted.shape());
        EXPECT_EQ(differs("value", numbers(got.value()), numbers(wanted.value()), 1e-12), "");
      }
    }
  });
}

// ---- What it is for.

TEST(MapBatch, GradientsOfEveryExample) {
  Tape tape;
  Parameter W("W", {{0.3, -0.2}, {0.5, 1.0}, {-0.7, 0.1}});
  const N X = tape.input({{0.5, 1.0, -1.5}, {2.0, 0.25, 0.75}}),
          Y = tape.constant({{1.0, 0.0}, {0.5, -1.0}});
  const auto cost = [&](const N& x, const N& y) {
    return sum(square(tanh(matmul(x, tape(W))) - y));
  };
  const N each = map_batch([&](const N& x, const N& y) { return grad(cost(x, y), tape(W)); }, X, Y);
  ASSERT_EQ(each.shape(), (Shape{2, 3, 2}));
  for (std::int64_t i = 0; i < 2; ++i)
    expect_near(example(each, i),
                listed(grad(cost(example(X, i), example(Y, i)), tape(W)).value()));
  expect_near(sum(each, 0), listed(grad(sum(map_batch(cost, X, Y)), tape(W)).value()));
}

TEST(MapBatch, Nested) {
  Random random(3);
  Tape tape;
  const N A = drawn(tape, {3, 4}, random), B = drawn(tape, {5, 4}, random);
  const auto kernel = [](const N& a, const N& b) { return exp(-sum(square(a - b)) / 2.0); };
  const N gram = map_batch(  // (3, 5): every row of A with every row of B
      [&](const N& a) { return map_batch([&](const N& b) { return kernel(a, b); }, B); }, A);
  ASSERT_EQ(gram.shape(), (Shape{3, 5}));
  const N wanted = exp(-sum(square(reshape(A, {3, 1, 4}) - B), -1) / 2.0);
  expect_near(gram, listed(wanted.value()));
  const N u = drawn(tape, {3, 5}, random);
  expect_near(grad(sum(gram * u), A), listed(grad(sum(wanted * u), A).value()));
  expect_near(grad(sum(gram * u), B), listed(grad(sum(wanted * u), B).value()));
  const N twice = map_batch(
      [&](const N& a, const N& s) { return map_batch([&](const N& r) { return r * a * s; }, a); },
      A, tape.constant({1.0, 2.0, 3.0}));
  EXPECT_EQ(twice.shape(), (Shape{3, 4, 4}));
  EXPECT_DOUBLE_EQ(twice.value()(2, 1, 3), 3 * A.value()(2, 1) * A.value()(2, 3));
}

TEST(MapBatch, ArgumentsThatAreTheSameForAllAndResultsOfManyKinds) {
  Tape tape;
  const N x = tape.input({1.0, 2.0, 3.0}), w = tape.input({10.0, 20.0});
  const auto f = [&](const N& a, const N& whole_w, double s, const std::vector<N>& more) {
    return std::tuple(a * whole_w * s, std::array{whole_w, N(4.0)}, more[0] + more[1]);
  };
  const auto [products, same, sums] = map_batch(f, x, whole(w), 0.5, std::vector{x, x * x});
  expect_near(products, {5, 10, 10, 20, 15, 30});
  expect_near(same[0], {10, 20, 10, 20, 10, 20});
  expect_near(same[1], {4, 4, 4});
  expect_near(sums, {2, 6, 12});
  const N none =
      map_batch([](const N& a) { return sum(a) + 1.0; }, slice(reshape(x, {3, 1}), 0, 0, 0));
  EXPECT_EQ(none.shape(), Shape{0});
}

TEST(MapBatch, NamesScopesParametersAndDropoutComeAlong) {
  Random random(1);
  Dropout<double> dropout("drop", 0.5, random);
  Parameter W("W", {2.0, 3.0, 4.0, 5.0});
  Tape tape;
  const N x = tape.input({{1.0, 1.0, 1.0, 1.0}, {2.0, 2.0, 2.0, 2.0}});
  const auto outer = tape.scope("outer");
  const N y = map_batch(
      [&](const N& a) {
        const auto scope = tape.scope("inner");
        return name("y", dropout(name("h", a * tape(W))));
      },
      x);
  EXPECT_EQ(y.name(), "y");
  EXPECT_EQ(y.input(0).name(), "h");
  std::string path;
  for (auto s = tape.records().scope_of(y.index()); s != 0; s = tape.records().scopes()[s].parent)
    path += "/" + std::string(tape.records().scopes()[s].name);
  EXPECT_EQ(path, "/drop/inner/outer");
  EXPECT_EQ(y.input(1).name(), "drop.mask");
  EXPECT_EQ(y.input(1).shape(), Shape{4});  // one mask for all
  for (std::int64_t i = 0; i < 4; ++i) EXPECT_EQ(2 * y.value()[i], y.value()[4 + i]);
  tape.backward(sum(y * x));
  EXPECT_EQ(tape(W).upstream().size(), 4u);
}

TEST(MapBatch, InAProgramAndInACheckpoint) {
  Parameter W("W", {0.5, -1.0});
  const auto cost = [&](Tape<>& tape, const N& x) {
    return sum(map_batch([&](const N& a) { return sin(sum(a * tape(W))) * a; }, x));
  };
  const std::vector<std::vector<double>> data{{0.1, 0.2, 0.3, 0.4}, {1.0, 2.0, -1.0, 0.5}};
  const Shape shape{2, 2};
  auto program =
      compile<double>([&](Tape<>& tape, const Fed<double>& in) { return cost(tape, in[0]); },
                      {View<const double>{data[0].data(), &shape}});
  for (const auto& batch : data) {
    const View<const double> view{batch.data(), &shape};
    Tape tape;
    W.zero_gradient();
    const double got = program(view);
    const auto gradient = listed(W.gradient());
    const N x = tape.input(view), y = checkpoint([&](const N&a) { return cost(tape, a); }, x);
    tape.backward(y);
    EXPECT_NEAR(got, y.item(), 1e-14);
    expect_near(tape(W).upstream(), gradient);
  }
}

TEST(MapBatch, RefusesAndLeavesTheTapeAsItWas) {
  Tape tape;
  const N x = tape.input({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}), s = tape.input(1.0);
  const std::uint32_t size = tape.size();
  const auto refused = [&](const auto& f) { return error_of([&] { map_batch(f, x); }); };
  EXPECT_EQ(refused([&](const N& a) {
              return rows(a, tape.indices({1, 0}));
            }),
            "[map_batch] rows does not say what it does with one more axis in front. Loop over the "
            "examples, or write it with elementwise ops, reductions, movement ops and matmul.");
  const std::string looked =
      "[map_batch] the function looked at a number of one example. It is called once for "
      "all examples: choose between nodes by where, or give as an input what depends on numbers.";
  EXPECT_EQ(refused([](const N& a) { return sum(a).item() > 0 ? a : -a; }), looked);
  EXPECT_EQ(refused([](const N& a) { return sort(a).values; }), looked);
  EXPECT_EQ(refused([&](const N& a) {
              tape.on_upstream(a, [](View<double>) {});
              return a;
            }),
            "[map_batch] the function hooks on to one example's upstream. Use on_upstream outside, "
            "on the result or an input.");
  EXPECT_EQ(refused([](const N& a) { return matmul(a, a * N(1.0)) + reshape(a, {3}); }),
            "[reshape] cannot put (2), 2 numbers, into (3), 3 numbers. The sizes must multiply to "
            "the same count.");
  const auto same = [](const N& a, const N&) { return a; };
  EXPECT_EQ(error_of([&] { map_batch(same, x, s); }),
            "[map_batch] input 1 is a single number. Give it an axis to map over, or use "
            "whole(...).");
  EXPECT_EQ(
      error_of([&] { map_batch(same, x, slice(x, 0, 0, 2)); }),
      "[map_batch] the leading sizes differ: input 0 is (3, 2), input 1 is (2, 2). Give every "
      "mapped input the same number of examples, or use whole(...).");
  EXPECT_EQ(
      error_of([&] { map_batch([](const std::vector<N>&) { return N(1.0); }, std::vector<N>{}); }),
      "[map_batch] no input is mapped. Give at least one node without whole(...).");
  EXPECT_EQ(tape.size(), size + 1);  // the slice
  tape.clear();
  const N z = tape.input({1.0, 2.0});
  EXPECT_EQ(error_of([&] {
              map_batch(
                  [&](const N& a) {
                    tape.clear();
                    return a;
                  },
                  z);
            }),
            "[clear] map_batch is running its function, and what was recorded before cannot be "
            "forgotten. Call it when map_batch has returned.");
}

}  // namespace
}  // namespace glassgrad

// Ops of any arity take as many inputs as there are nodes: sum(concat(1 x, 2 x, ..., n x)) has the
// slope n (n + 1) / 2 in every way that a derivative is taken. 16 and 8 bits were not enough.
#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

// concat(1 x, ..., n x), for an x of one entry
N multiples(const N& x, int n) {
  std::vector<N> all;
  all.reserve(std::size_t(n));
  for (int k = 1; k <= n; ++k) all.push_back(x * double(k));
  return concat(std::span<const N>(all));
}
double sum_to(double n) { return n * (n + 1) / 2; }
double squares_to(double n) { return n * (n + 1) * (2 * n + 1) / 6; }

class ManyInputs : public testing::TestWithParam<int> {};

TEST_P(ManyInputs, Backward) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({1.0}), all = multiples(x, n), y = sum(all);
  EXPECT_EQ(all.inputs(), n);
  EXPECT_EQ(all.input(n - 1).item(), n);
  EXPECT_EQ(y.item(), sum_to(n));
  tape.backward(y);
  EXPECT_EQ(x.upstream()[0], sum_to(n));
  EXPECT_EQ(all.input(n - 1).upstream()[0], 1);
}

TEST_P(ManyInputs, OfDifferentSizes) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({1.0}), pair = tape.input({1.0, 3.0});
  std::vector<N> all(std::size_t(n), tape.constant({1.0}));
  all.front() = all.back() = x;
  all[std::size_t(n) / 2] = pair;
  const N y = concat(std::span<const N>(all));
  EXPECT_EQ(y.shape(), Shape{n + 1});
  tape.backward(sum(y * y));
  EXPECT_EQ(x.upstream()[0], 4);
  EXPECT_EQ(numbers(pair.upstream()), (std::vector<double>{2, 6}));
}

TEST_P(ManyInputs, Stacked) {
  const int n = GetParam();
  Tape tape;
  std::vector<N> all;
  for (int k = 0; k < n; ++k) all.push_back(tape.input({double(k)}));
  const N y = stack(std::span<const N>(all));
  tape.backward(sum(y * y));
  for (const int k : {0, n / 3, n - 1}) EXPECT_EQ(all[std::size_t(k)].upstream()[0], 2 * k);
}

TEST_P(ManyInputs, GradAndItsGrad) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({3.0}), y = sum(square(multiples(x, n)));
  const N g = grad(y, x);
  EXPECT_EQ(g.value()[0], 2 * 3 * squares_to(n));
  tape.backward(sum(g));
  EXPECT_EQ(x.upstream()[0], 2 * squares_to(n));
}

TEST_P(ManyInputs, ForwardMode) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({1.0}), y = sum(multiples(x, n));
  EXPECT_EQ(jvp(y, x, tape.constant({2.0})).item(), 2 * sum_to(n));
}

TEST_P(ManyInputs, InAProgram) {
  const int n = GetParam();
  Parameter<> w("w", {2.0});
  auto step = compile<double>(
      [&](Tape<double>& tape, const Fed<double>& in) { return sum(multiples(tape(w), n)) * in[0]; },
      {1.0});
  EXPECT_EQ(step(1.0), 2 * sum_to(n));
  EXPECT_EQ(w.gradient()[0], sum_to(n));
  EXPECT_EQ(step(3.0), 6 * sum_to(n));
  EXPECT_EQ(w.gradient()[0], 4 * sum_to(n));
}

TEST_P(ManyInputs, InACheckpoint) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({1.0});
  const N y = checkpoint([n](const N& in) { return sum(square(multiples(in, n))); }, x);
  tape.backward(y);
  EXPECT_EQ(x.upstream()[0], 2 * squares_to(n));
}

TEST_P(ManyInputs, InABatch) {
  const int n = GetParam();
  Tape tape;
  const N x = tape.input({{1.0}, {2.0}});
  const N y = map_batch([n](const N& in) { return sum(multiples(in, n)); }, x);
  EXPECT_EQ(numbers(y.value()), (std::vector<double>{sum_to(n), 2 * sum_to(n)}));
  tape.backward(sum(y));
  EXPECT_EQ(numbers(x.upstream()), (std::vector<double>{sum_to(n), sum_to(n)}));
}

INSTANTIATE_TEST_SUITE_P(Limits, ManyInputs, testing::Values(255, 256, 300, 65535, 65536, 70000));

// A million: what an input costs does not grow with their number.
TEST(MillionInputs, Backward) {
  constexpr int n = 1000000;
  Tape tape;
  const N x = tape.input({1.0});
  const std::vector<N> all(n, x);
  const N y = sum(concat(std::span<const N>(all)));
  tape.backward(y);
  EXPECT_EQ(y.item(), n);
  EXPECT_EQ(x.upstream()[0], n);
}

// Arrays of other sizes: where each begins is counted, and the counting stays linear.
TEST(UnequalInputs, AreCountedInPieces) {
  for (const int n : {4096, 4097, 100000}) {
    Tape tape;
    const N x = tape.input({1.0, 2.0}), one = slice(x, 0, 0, 1);
    std::vector<N> all;
    for (int k = 0; k < n; ++k) all.push_back(k % 3 == 0 ? x : one);
    const N y = concat(std::span<const N>(all));
    const double twos = (n + 2) / 3;
    EXPECT_EQ(y.shape(), Shape{n + std::int64_t(twos)});
    std::uint64_t counted = 0;  // sizes that all contributions of a sweep look at
    for (std::uint32_t i = 0; i < tape.size(); ++i)
      if (const auto m = std::uint64_t(tape.records()[i].arity);
          tape.records().node(i).op() == "concat")
        counted += m * (m - 1) / 2;
    EXPECT_LE(counted, std::uint64_t(n) * (Concat::most_unequal / 2));
    std::vector<double> weights;
    double first = 0, second = 0;
    for (int k = 0; k < n; ++k) {
      weights.push_back(k % 7), first += k % 7;
      if (k % 3 == 0) weights.push_back(k % 5), second += k % 5;
    }
    tape.backward(y, weights);
    EXPECT_EQ(numbers(x.upstream()), (std::vector<double>{first, second}));
    const N g = grad(sum(y), x);
    EXPECT_EQ(numbers(g.value()), (std::vector<double>{double(n), twos}));
  }
  Tape tape;
  const N x = tape.input({{1.0, 2.0}}), wide = tape.input({{1.0, 2.0, 3.0}});
  std::vector<N> all(5000, x);
  all[7] = concat({x, x}), all[4000] = wide;
  const std::uint32_t size = tape.size();
  EXPECT_EQ(error_of([&] { concat(std::span<const N>(all)); }),
            "[concat] array 0 is (1, 2), array 4000 is (1, 3). All sizes but that of axis 0 must "
            "be equal.");
  EXPECT_EQ(tape.size(), size);
}

// Which input a derivative is of, as a page shows it.
TEST(OriginInputs, AreMoreThan255) {
  Tape tape;
  std::vector<N> all;
  for (int k = 0; k < 400; ++k) all.push_back(tape.input({double(k)}));
  const N y = sum(square(concat(std::span<const N>(all)))), last = grad(y, all[399]);
  const Origin origin = tape.records().origin_of(last.index());
  EXPECT_EQ(origin.input, 399);
  EXPECT_EQ(origin.node,
            tape.records().input_of(
                tape.records()[tape.records().input_of(tape.records()[y.index()], 0)], 0));
  EXPECT_EQ(last.value()[0], 2 * 399);
}

}  // namespace
}  // namespace glassgrad

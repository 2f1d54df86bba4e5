// Every linear op of the table is linear, in the same bits where a power of two scales its inputs:
// a multilinear one in each input, a linear one in all at once.
#include "property/graph.hpp"

namespace glassgrad {
namespace {

using namespace property;

// Value, and slope to input k.
struct Passed {
  std::vector<double> value, slope;
};
Passed run(const OpCase& op, const std::vector<Slow<double>>& in, std::size_t k) {
  Tape<double> tape;
  const auto x = leaves(tape, op, in);
  const N y = record(tape, op, x);
  Passed run{list(y.value()), {}};
  const auto all = drawn<double>(y.shape().count(), 5);
  if (y.upstream_state() != Upstream::none) {
    tape.backward(y, View<const double>{all.data(), &y.shape()});
    if (x[k].upstream_state() == Upstream::computed) run.slope = list(x[k].upstream());
  }
  return run;
}
template <class F>
void each_linear(const F& f) {
  int count = 0;
  for (const OpCase& op : op_table()) {
    if (op.kind != OpKind::linear && op.kind != OpKind::multilinear) continue;
    for (int k = 0; k < op.inputs; ++k) {
      if (!op.takes_numbers(k) || op.is_mask(k)) continue;
      SCOPED_TRACE(op.label + ", input " + std::to_string(k));
      ++count, f(op, std::size_t(k));
    }
  }
  EXPECT_GT(count, 40);
}

TEST(LinearOps, AreHomogeneousInTheirBits) {
  each_linear([](const OpCase& op, std::size_t k) {
    const auto in = draw(op, op.shapes, 3);
    auto scaled = in;
    const bool together = op.kind == OpKind::linear;
    for (std::size_t j = 0; j < in.size(); ++j)
      if ((together || j == k) && op.takes_numbers(int(j)))
        scaled[j].numbers = times(in[j].numbers, 0x1p20);
    const Passed one = run(op, in, k), other = run(op, scaled, k);
    EXPECT_EQ(other.value, times(one.value, 0x1p20));
    EXPECT_EQ(other.slope, one.slope) << "its slope does not depend on it";
  });
}
TEST(LinearOps, AreAdditive) {
  each_linear([](const OpCase& op, std::size_t k) {
    const auto a = draw(op, op.shapes, 3), far = draw(op, op.shapes, 4);
    auto b = a, both = a;
    const bool together = op.kind == OpKind::linear;
    for (std::size_t j = 0; j < a.size(); ++j)
      for (std::size_t i = 0; (together || j == k) && i < a[j].numbers.size(); ++i)
        if (op.takes_numbers(int(j)))
          b[j].numbers[i] = far[j].numbers[i],
          both[j].numbers[i] = a[j].numbers[i] + far[j].numbers[i];
    const Passed x = run(op, a, k), y = run(op, b, k);
    std::vector<double> sums = x.value;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += y.value[i];
    expect_close(run(op, both, k).value, sums, 1e-13, op.label);
  });
}

}  // namespace
}  // namespace glassgrad

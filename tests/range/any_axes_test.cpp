// Norms and variances along any axes of arrays with any sizes, 0 and 1 among them, of numbers from
// the whole range, rows of zeros beside them: values, slopes by backward and as nodes for upstreams
// that differ and that are stretched, against loops in 50 digits.
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

struct Drawn {
  Shape shape, kept;
  Axes axes;
};
Drawn draw_axes(Random& random) {
  Drawn drawn;
  const int rank = 1 + int(random.below(4));
  const std::int64_t sizes[] = {0, 1, 1, 2, 3, 4, 5, 9, 33};
  std::vector<int> axes;
  for (int axis = 0; axis < rank; ++axis) {
    drawn.shape.push_back(sizes[random.below(std::size(sizes) - (rank > 2 ? 1 : 0))]);
    const bool reduced = random.below(2) == 0;
    if (reduced) axes.push_back(random.below(2) ? axis : axis - rank);
    drawn.kept.push_back(reduced ? 1 : drawn.shape[axis]);
  }
  if (axes.empty()) axes.push_back(rank - 1), drawn.kept = drawn.kept.with(rank - 1, 1);
  drawn.axes = Axes(std::span<const int>(axes));
  return drawn;
}
// The result that number i of x goes into.
std::int64_t result_at(const Drawn& drawn, std::int64_t i) {
  std::int64_t at = 0, stride = 1;
  for (int axis = drawn.shape.rank() - 1; axis >= 0; --axis) {
    if (drawn.kept[axis] == drawn.shape[axis]) at += i % drawn.shape[axis] * stride;
    stride *= drawn.kept[axis], i /= drawn.shape[axis];
  }
  return at;
}

struct Wanted {
  Wides value, slopes;
};
using Rows = std::vector<std::vector<std::size_t>>;
// p of a norm; 0 for a variance, divided by the count
Wanted wanted_of(double p, const Wides& x, const Rows& rows, const Wides& u) {
  Wanted wanted;
  wanted.slopes.resize(x.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Wide mean = 0, sum = 0, n = double(rows[r].size());
    for (const std::size_t i : rows[r]) mean += x[i] / n;
    for (const std::size_t i : rows[r])
      sum += p == 0 ? Wide((x[i] - mean) * (x[i] - mean)) : pow(Wide(abs(x[i])), Wide(p));
    const Wide y = p == 0 ? Wide(sum / n) : sum == 0 ? Wide(0) : pow(sum, Wide(1 / Wide(p)));
    wanted.value.push_back(y);
    for (const std::size_t i : rows[r])
      wanted.slopes[i] = u[r] * (p == 0 ? Wide(2 * (x[i] - mean) / n)
                                 : x[i] == 0 || y == 0
                                     ? Wide(0)
                                     : (x[i] < 0 ? -1 : 1) * pow(Wide(abs(x[i]) / y), Wide(p - 1)));
  }
  return wanted;
}
// `all`: the size of what differences are made of
template <class T>
void expect_near(const Numbers<T>& got, const Wides& wanted, const Wide& all, double most,
                 const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (ulps(got[i], wanted[i]) <= most) continue;
    EXPECT_LE(abs(Wide(Wide(got[i]) - wanted[i])),
              all * Wide(std::numeric_limits<T>::epsilon()) * most)
        << what << ", number " << i << ": " << got[i] << " for " << wanted[i];
  }
}
template <class T>
void expect_reduced(double p, const Drawn& drawn, Random& random, const std::string& what) {
  using L = std::numeric_limits<T>;
  const std::int64_t count = drawn.shape.count(), results = drawn.kept.count();
  const int most = p == 0 ? L::max_exponent / 2 - 8 : L::max_exponent - 8;
  const int centre = int(random.below(std::uint64_t(2 * most))) - most;
  Numbers<T> x(static_cast<std::size_t>(count)), u(static_cast<std::size_t>(results));
  Rows rows(static_cast<std::size_t>(results));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = result_at(drawn, i);
    rows[std::size_t(at)].push_back(std::size_t(i));
    if (at % 3 != 2) x[std::size_t(i)] = std::ldexp(T(random.uniform() - 0.5), centre);
  }
  const bool stretched = random.below(2);
  for (T& each : u) each = stretched ? T(-1.5) : T(random.normal());
  const Wanted wanted = wanted_of(p, range::wide(x), rows, range::wide(u));
  Tape<T> tape;
  const Node<T> of = input(tape, x, drawn.shape);
  const Node<T> y = p == 0 ? var(of, drawn.axes, 0, true) : norm(of, p, drawn.axes, true);
  ASSERT_EQ(y.shape(), drawn.kept) << what;
  const Node<T> weights = stretched ? broadcast_to(tape.constant(T(-1.5)), drawn.kept)
                                    : tape.constant(View<const T>{u.data(), &drawn.kept});
  const Node<T> all = sum(y * weights);
  const auto node = grad(all, of);
  tape.backward(all);
  const double digits = p == 0 || p == 1 || p == 2 ? 16 : 64;
  Wide size = 0;
  if (p == 0)
    for (const Wide& each : wanted.slopes) size = std::max(size, Wide(abs(each)));
  if (count > 0) expect_near(list<T>(y.value()), wanted.value, 0, digits, what);
  expect_near(list<T>(of.upstream()), wanted.slopes, size, digits, what + ", slopes");
  expect_near(list<T>(node.value()), wanted.slopes, size, digits, what + ", nodes");
}
TEST(AnyAxes, OfAnySizesHaveTheirNormsAndVariances) {
  Random random(21);
  for (int round = 0; round < 300; ++round) {
    const Drawn drawn = draw_axes(random);
    const double orders[] = {0, 1, 2, 3, 1.5, 0.5, -2};
    const double p = orders[random.below(std::size(orders))];
    const std::string what = "order " + std::to_string(p) + " of " + to_text(drawn.shape) + " to " +
                             to_text(drawn.kept) + ", round " + std::to_string(round);
    expect_reduced<double>(p, drawn, random, what);
    expect_reduced<float>(p, drawn, random, what + ", float");
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace glassgrad

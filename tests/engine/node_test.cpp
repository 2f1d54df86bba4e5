// Nodes as numbers: plain ones on no tape, templated code, integers; what goes in and what comes
// out.
#include <xtensor/xview.hpp>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(PlainNumbers, ComputeWithoutATape) {
  const N a = 3, b = 0.5;
  EXPECT_EQ((a + b * 2 - 1).item(), 3);
  EXPECT_EQ((a / b).item(), 6);
  EXPECT_EQ((a + b).tape(), nullptr);
  EXPECT_EQ(sqrt(N(16)).item(), 4);
  EXPECT_EQ(sum(N(16)).item(), 16);
  EXPECT_TRUE(bool(a > b));
  EXPECT_FALSE(bool(a == b));
  EXPECT_EQ(N().item(), 0);
  EXPECT_EQ(a.op(), "constant");
  EXPECT_EQ(a.name(), "");
  EXPECT_EQ(a.inputs(), 0);
  EXPECT_EQ(a.shape(), Shape{});
  EXPECT_EQ(error_of([&] { reshape(a, {1}); }),
            "[reshape] plain numbers give an array of shape (1). Put one of them on a tape: "
            "tape.constant(...).");
  const Node<float> f = 0.1;
  EXPECT_EQ((f + f).item(), 0.1f + 0.1f);
}

TEST(PlainNumbers, JoinATapeWhenTheyMeetOne) {
  Tape tape;
  const N plain = 5, x = tape.input(2.0);
  const N y = plain * x;
  EXPECT_EQ(y.tape(), &tape);
  EXPECT_EQ(tape.size(), 3u);
  EXPECT_EQ(y.input(0).item(), 5);
  EXPECT_EQ(y.input(0).op(), "constant");
  tape.backward(y);
  EXPECT_EQ(x.upstream()[0], 5);
  EXPECT_EQ(plain.tape(), nullptr);
}

// Written for any number type, as code was before anybody thought of gradients.
template <class T>
T weighed(const std::vector<T>& w, const std::vector<double>& x) {
  T s = 0;
  for (std::size_t i = 0; i < x.size(); ++i) s += w[i] * x[i];
  if (s > 0) return s * s;
  return -2 * s;
}

TEST(TemplatedCode, RunsOnNodesUnchanged) {
  const std::vector<double> x = {1, -2, 3};
  EXPECT_EQ(weighed<double>({1, 1, 1}, x), 4);
  Tape tape;
  std::vector<N> w;
  for (int i = 0; i < 3; ++i) w.push_back(tape.input(1.0));
  EXPECT_FALSE(parts_of(tape).observers.value_was_read);
  const N y = weighed(w, x);
  EXPECT_TRUE(parts_of(tape).observers.value_was_read);  // the branch depended on a number
  tape.backward(y);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(w[i].upstream()[0], 2 * 2 * x[i]);
  tape.clear();
  parts_of(tape).observers.value_was_read = false;
  for (N& node : w) node = tape.input(-1.0);
  tape.backward(weighed(w, x));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(w[i].upstream()[0], -2 * x[i]);
}

template <class T>
T with_integers(const T& x) {
  T y = 2 * x + 3 - x / 4;
  y *= 3;
  y -= 1;
  y /= 2;
  for (int k = 0; k < 2; ++k) y = y + k * x;
  if (y != 0 && 100 > y && y >= -100) y = +y;
  return -y;
}

TEST(TemplatedCode, IntegersAreNumbersToo) {
  EXPECT_EQ(with_integers(4.0), -18.5);
  Tape tape;
  const N x = tape.input(4);
  const N y = with_integers(x);
  EXPECT_EQ(y.item(), -18.5);
  tape.backward(y);
  EXPECT_EQ(x.upstream()[0], -(1.5 * 1.75 + 1));
  Tape<float> single;
  const Node<float> f = single.input(4);
  EXPECT_EQ(with_integers(f).item(), -18.5f);
  // an integer array is read as numbers
  expect_near(tape.input(std::vector<int>{1, 2, 3}) * 2, {2, 4, 6});
}

TEST(Inputs, NumbersBracesExpressionsVectorsAndViews) {
  Tape tape;
  const auto shape_of = [&](const Input<double>& input) { return tape.constant(input).shape(); };
  EXPECT_EQ(shape_of(3), Shape{});
  EXPECT_EQ(shape_of({1, 2, 3}), (Shape{3}));
  EXPECT_EQ(shape_of({{1, 2, 3}, {4, 5, 6}}), (Shape{2, 3}));
  EXPECT_EQ(shape_of({{{1}, {2}}, {{3}, {4}}, {{5}, {6}}}), (Shape{3, 2, 1}));
  EXPECT_EQ(shape_of({{0.0}}), (Shape{1, 1}));
  EXPECT_EQ(shape_of({0.5}), (Shape{1}));
  expect_near(tape.constant({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}), {1, 2, 3, 4, 5, 6, 7, 8});

  const xt::xarray<double> a = {{1, 2, 3}, {4, 5, 6}};
  expect_near(tape.constant(a), {1, 2, 3, 4, 5, 6});
  expect_near(tape.constant(a * 2 + 1), {3, 5, 7, 9, 11, 13});       // lazy
  expect_near(tape.constant(xt::transpose(a)), {1, 4, 2, 5, 3, 6});  // other strides
  expect_near(tape.constant(xt::view(a, xt::all(), 1)), {2, 5});     // a column
  expect_near(tape.constant(xt::view(a, 1, xt::range(0, 3, 2))), {4, 6});
  EXPECT_EQ(shape_of(xt::view(a, xt::newaxis(), 1)), (Shape{1, 3}));
  expect_near(tape.constant(xt::xtensor<float, 1>{1.5f, 2.5f}), {1.5, 2.5});
  const xt::xarray<double, xt::layout_type::column_major> columns = a;
  expect_near(tape.constant(columns), {1, 2, 3, 4, 5, 6});
  expect_near(tape.constant(xt::xarray<double>(7.0)), {7});
  EXPECT_EQ(shape_of(xt::xarray<double>::from_shape({0, 3})), (Shape{0, 3}));

  expect_near(tape.constant(std::vector<float>{1, 2}), {1, 2});
  EXPECT_EQ(shape_of(std::vector<double>{}), (Shape{0}));
  const double plain[] = {1, 2, 3};
  expect_near(tape.constant(plain), {1, 2, 3});
  const auto x = tape.input({{1, 2}, {3, 4}});
  const auto copy = tape.constant(x.value());  // a View, of this very tape
  expect_near(copy, {1, 2, 3, 4});
  EXPECT_EQ(copy.shape(), (Shape{2, 2}));
  EXPECT_EQ(error_of([&] {
              shape_of(xt::zeros<double>({1, 1, 1, 1, 1, 1, 1, 1, 1}));
            }),
            "[shape] more than 8 axes. Use at most 8.");
}

TEST(Outputs, ViewsAndXtensorArrays) {
  Tape tape;
  const auto x = tape.input({{1, 2, 3}, {4, 5, 6}});
  const auto view = x.value();
  EXPECT_EQ(view.rank(), 2);
  EXPECT_EQ(view.size(), 6u);
  EXPECT_EQ(view(1, 2), 6);
  EXPECT_EQ(view[3], 4);
  const auto adapted = as_xtensor(view);
  EXPECT_EQ(adapted.data(), view.data);
  EXPECT_EQ(adapted.shape(0), 2u);
  EXPECT_EQ(adapted(1, 0), 4);
  EXPECT_EQ(xt::xarray<double>(adapted * 10)(0, 2), 30);
  const xt::xarray<double> copy = to_xtensor(view);
  tape.clear();
  tape.input({{9, 9, 9}, {9, 9, 9}});
  EXPECT_EQ(copy, (xt::xarray<double>{{1, 2, 3}, {4, 5, 6}}));
  const auto number = tape.input(2.5);
  EXPECT_EQ(to_xtensor(number.value())(), 2.5);
  EXPECT_EQ(to_text(tape.constant({{0.1, 0.6}, {1, 2}})), "[[0.1 0.6]; [1 2]]");
}

TEST(Locals, ValuesDenseAndFormulasOnEveryNode) {
  Tape tape;
  const auto a = tape.input("a", {{1.0, 2.0}}), b = tape.input("b", {{3.0}, {5.0}});
  const auto product = a * b, difference = a - b, s = sum(product, 1), m = matmul(b, a);
  expect_near(product.local(0).values(), {3, 3, 5, 5});
  expect_near(product.local(1).values(), {1, 2, 1, 2});
  EXPECT_EQ(product.local(0).formula(), "b");
  expect_near(difference.local(1).values(), {-1, -1, -1, -1});
  EXPECT_EQ(difference.local(0).formula(), "1");
  EXPECT_TRUE(product.local(0).elementwise());
  EXPECT_FALSE(s.local(0).elementwise());
  expect_near(s.local(0).dense(), {1, 1, 0, 0, 0, 0, 1, 1});
  expect_near(product.local(0).dense(), {3, 0, 0, 3, 5, 0, 0, 5});
  expect_near(m.local(0).dense(), {1, 0, 2, 0, 0, 1, 0, 2});
  const std::vector<double> upstream = {1, 10, 100, 1000};
  const Shape shape{2, 2};
  expect_near(m.local(1).times({upstream.data(), &shape}), {503, 5030});
  EXPECT_EQ(error_of([&] { m.local(1).times(a.value()); }),
            "[local] the upstream is (1, 2), node 5 (matmul) is (2, 2). Give one upstream number "
            "per number of the node.");
  const auto mask = a > 1.5;
  expect_near(mask.local(0).dense(), {0, 0, 0, 0});
  EXPECT_EQ(mask.local(0).formula(), "0");
}

// Backward is nothing but upstream x local, summed: rebuilt here from what every node shows.
TEST(Locals, TimesUpstreamAddUpToTheUpstreams) {
  Tape tape;
  const auto x = tape.input({{0.5, -1.0}, {0.2, 0.9}}), w = tape.input({{1.0, 0.3}, {-0.4, 0.8}});
  const auto h = tanh(matmul(w, x)) + x;
  tape.backward(sum(softmax(h, 0) * h * w) + mean(exp(x)));
  std::vector<std::vector<double>> sums(tape.size());
  for (std::uint32_t i = 0; i < tape.size(); ++i)
    sums[i].assign(tape.records().node(i).value().size(), 0);
  for (std::uint32_t i = 0; i < tape.size(); ++i) {
    const auto node = tape.records().node(i);
    if (node.upstream_state() != Upstream::computed) continue;
    for (int k = 0; k < node.inputs(); ++k) {
      const auto share = node.local(k).times(node.upstream());
      auto& sum_of_input = sums[node.input(k).index()];
      for (std::size_t j = 0; j < share.size(); ++j) sum_of_input[j] += share[j];
    }
  }
  for (const std::uint32_t i : {x.index(), w.index(), h.index()})
    expect_near(tape.records().node(i).upstream(), sums[i], 1e-14);
}

TEST(Locals, AreStaleWithTheirNode) {
  Tape tape;
  const auto x = tape.input(2.0);
  const auto local = square(x).local(0);
  EXPECT_EQ(local.item(), 4);
  tape.clear();
  EXPECT_NE(error_of([&] { local.item(); }), "no error");
}

}  // namespace
}  // namespace glassgrad

// Promises that are counted, not timed: work is linear in the graph, however many paths it has; and
// the bits are the same for any number of threads, however often repeated.
#include <algorithm>

#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"

namespace glassgrad {

// y = x, counting how often a sweep comes by.
struct Counted {
  using Kind = Custom<>;
  static constexpr std::string_view name = "counted";
  static inline int pulls = 0, pushes = 0;
  Shape shape(const Shape& x) const { return x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    std::copy(x.begin(), x.end(), y.begin());
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const {
    return ++pulls, upstream;
  }
  auto push(const auto&, const auto&, const auto& tangent) const { return ++pushes, tangent; }
};

namespace {

using N = Node<double>;

// 60 squares: 2^60 paths from the last to the first, 120 nodes.
TEST(Diamond, OfSixtyDoublingsIsWalkedOncePerNode) {
  for (const Shape& shape : {Shape{}, Shape{3}}) {
    Tape tape;
    const std::vector<double> ones(std::size_t(shape.count()), 1.0);
    const View<const double> one_each{ones.data(), &shape};
    const N x = tape.input(one_each);
    N y = x;
    for (int i = 0; i < 60; ++i) y = apply(Counted{}, y * y);
    EXPECT_EQ(tape.size(), 121u);
    Counted::pulls = Counted::pushes = 0;
    const double slope = 0x1p60;
    tape.backward(y, one_each);
    EXPECT_EQ(Counted::pulls, 60);
    EXPECT_EQ(x.upstream()[0], slope);
    const N one = tape.constant(one_each);
    const N gradient = grad(y, {x}, one)[0];
    EXPECT_EQ(Counted::pulls, 120);
    EXPECT_EQ(gradient.value()[0], slope);
    EXPECT_EQ(jvp(y, x, one).value()[0], slope);
    EXPECT_EQ(Counted::pushes, 60);
    EXPECT_LT(tape.size(), 121u + 60 * 8);
    const std::uint32_t before = tape.size();
    EXPECT_NEAR(jvp(gradient, x, one).value()[0] / (slope * (slope - 1)), 1, 1e-12);  // of x^(2^60)
    EXPECT_EQ(Counted::pushes, 119);  // the last node is not on the way to it
    EXPECT_LT(tape.size() - before, 60u * 20);
  }
}

// ---- The same bits.

// Everything that is cut into pieces for threads: long elementwise arrays, large products, and what
// lies between them; values, both gradients and a second-order product.
template <class T>
std::vector<T> everything() {
  Random random(7);
  const auto drawn = [&](const Shape& shape) {
    std::vector<T> x(std::size_t(shape.count()));
    for (T& number : x) number = T(random.normal());
    return x;
  };
  const Shape x_shape{160, 300}, w_shape{300, 170}, image_shape{2, 3, 20, 20},
      kernel_shape{4, 3, 3, 3};
  const auto x = drawn(x_shape), w = drawn(w_shape), image = drawn(image_shape),
             kernel = drawn(kernel_shape);
  Parameter<T> W("W", View<const T>{w.data(), &w_shape}),
      K("K", View<const T>{kernel.data(), &kernel_shape});
  Tape<T> tape;
  const auto X = tape.input("X", View<const T>{x.data(), &x_shape});
  const auto I = tape.input("I", View<const T>{image.data(), &image_shape});
  const Node<T> hidden = tanh(matmul(X, tape(W)) * T(0.05));
  const Node<T> seen = relu(conv2d(I, tape(K)));
  const Node<T> cost = sum(log_softmax(hidden) * hidden) + logsumexp(cumsum(seen, 3) * T(0.01)) +
                       mean(max(seen, {2, 3})) + sum(sort(slice(hidden, 0, 0, 2)).values * T(0.1));
  tape.backward(cost);
  std::vector<T> all(cost.value().begin(), cost.value().end());
  for (const Node<T>& node : {X, I, tape(W), tape(K)})
    all.insert(all.end(), node.upstream().begin(), node.upstream().end());
  const Node<T> second = hvp(cost, tape(W), tape(W));
  all.insert(all.end(), second.value().begin(), second.value().end());
  return all;
}

struct SameBits : testing::Test {
  ~SameBits() override { set_threads(before); }
  const int before = threads();
};

template <class T>
void expect_same_bits() {
  set_threads(1);
  const std::vector<T> first = everything<T>();
  EXPECT_TRUE(std::all_of(first.begin(), first.end(), [](T x) { return std::isfinite(x); }));
  for (const int count : {1, 2, 2, 3, 5}) {
    set_threads(count);
    EXPECT_EQ(everything<T>(), first) << count << " threads";
  }
}
TEST_F(SameBits, ForAnyNumberOfThreadsAndHoweverOftenRepeated) {
  expect_same_bits<double>();
  expect_same_bits<float>();
}

}  // namespace
}  // namespace glassgrad

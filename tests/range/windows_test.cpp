// What overlapping windows add up to, as the gradients of unfold, pooling and convolution do:
// within a few units in the last place times log2(n), in float32 too.
#include "glassgrad/ops/functions/convolution.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// Numbers of one sign, that rounding moves the same way again and again.
template <class T>
Numbers<T> drawn(std::int64_t count) {
  Numbers<T> numbers(std::size_t(count), T(0.1));
  for (std::size_t i = 0; i < numbers.size(); i += 7) numbers[i] = T(0.7);
  return numbers;
}

// f copies numbers of x, of this shape: what they get of an upstream is the sum of what met there.
template <class T>
void expect_sums(const std::string& what, const Shape& shape, const Function1<T>& f) {
  Numbers<T> own(std::size_t(shape.count()));
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = T(i);
  Tape<T> tape;
  const Node<T> x = input(tape, own, shape), y = f(x);
  const Shape of = y.shape();
  const Numbers<T> u = drawn<T>(of.count());
  tape.backward(sum(y * tape.constant(View<const T>{u.data(), &of})));
  std::vector<Exact> exact(own.size());
  std::vector<int> met(own.size(), 0);
  for (std::int64_t i = 0; i < of.count(); ++i) {
    const auto place = std::size_t(y.value()[i]);
    exact[place].add(u[std::size_t(i)]), ++met[place];
  }
  for (std::size_t i = 0; i < own.size(); ++i) {
    const double most = 2 * std::log2(double(met[i]) + 1) + 2;
    ASSERT_LE(ulps(x.upstream()[std::int64_t(i)], exact[i].value()), most)
        << what << ", " << met[i] << " at number " << i;
  }
}
template <class T>
void expect_windows() {
  using N = Node<T>;
  expect_sums<T>("a long window", {100149}, [](const N& x) { return unfold(x, 0, 100000); });
  expect_sums<T>("many windows", {3999}, [](const N& x) { return unfold(x, 0, 2000); });
  expect_sums<T>("steps", {3, 3800}, [](const N& x) { return unfold(x, 1, 3000, 2); });
  expect_sums<T>("dilation", {5000, 2}, [](const N& x) { return unfold(x, 0, 1000, 1, 3); });
  expect_sums<T>("both", {4000}, [](const N& x) { return unfold(x, 0, 700, 6, 4); });
  for (const std::int64_t size : {64, 65, 66, 130})
    expect_sums<T>(join(size, " entries"), {300}, [=](const N& x) { return unfold(x, 0, size); });
  using Along = Windows::Along;
  const auto images = [](const Along& rows, const Along& columns) {
    return [=](const N& x) { return apply(Windows{x.shape().rank() - 2, rows, columns}, x); };
  };
  expect_sums<T>("8 x 8", {2, 40, 40}, images({8, 1, 1}, {8, 1, 1}));
  expect_sums<T>("9 x 9", {2, 3, 40, 40}, images({9, 1, 1}, {9, 1, 1}));
  expect_sums<T>("60 x 50", {130, 120}, images({60, 1, 1}, {50, 1, 1}));
  expect_sums<T>("1 x 900", {2, 1, 1900}, images({1, 1, 1}, {900, 1, 1}));
  expect_sums<T>("900 x 2", {1900, 3}, images({900, 1, 1}, {2, 1, 1}));
  expect_sums<T>("steps of 40 x 40", {120, 130}, images({40, 2, 1}, {40, 3, 1}));
  expect_sums<T>("dilated 20 x 90", {100, 300}, images({20, 1, 3}, {90, 2, 2}));
}
TEST(Windows, AddUpToAFewUlp) {
  expect_windows<float>();
  expect_windows<double>();
}

// Of nothing nothing is added up, wherever the empty axis is.
template <class T>
void expect_nothing(const Shape& shape, const Function1<T>& f) {
  Tape<T> tape;
  const Node<T> x = input(tape, Numbers<T>(std::size_t(shape.count()), T(1)), shape), y = f(x);
  tape.backward(sum(y));
  EXPECT_EQ(x.upstream().shape(), shape);
  for (const T each : x.upstream()) EXPECT_EQ(each, T(0)) << to_text(shape);
}
template <class T>
void expect_empty() {
  using N = Node<T>;
  for (const Shape& shape : {Shape{6, 0}, Shape{0, 6}, Shape{6, 0, 6}}) {
    const int axis = shape[0] == 0 ? 1 : 0;
    expect_nothing<T>(shape, [=](const N& x) { return unfold(x, axis, 3, 2); });
  }
  for (const Shape& shape : {Shape{4, 0, 3}, Shape{0, 4, 3}, Shape{4, 0, 0, 3}}) {
    const int axis = shape[0] == 0 ? 1 : 0;
    expect_nothing<T>(shape, [=](const N& x) { return fold(x, axis, 6); });
    Tape<T> tape;
    EXPECT_EQ(fold(input(tape, Numbers<T>(), shape), axis, 6).value().count(), 0);
  }
  expect_nothing<T>({0, 5, 6}, [](const N& x) { return apply(Windows{1, {2}, {3, 2}}, x); });
  expect_nothing<T>({2, 0, 5, 6}, [](const N& x) { return apply(Windows{2, {2}, {3, 2}}, x); });
  const auto convolved = [](std::int64_t channels, std::int64_t results) {
    return [=](const N& x) {
      const Shape w{results, channels, 3, 2};
      return conv2d(x, broadcast_to(x.its_tape().constant(T(1)), w));
    };
  };
  expect_nothing<T>({0, 3, 5, 6}, convolved(3, 2));
  expect_nothing<T>({2, 3, 5, 6}, convolved(3, 0));
  expect_nothing<T>({2, 0, 5, 6}, convolved(0, 4));
}
TEST(Windows, OfNothingAddUpToNothing) {
  expect_empty<float>();
  expect_empty<double>();
}

// The same inside of a convolution, of which a window of ones copies.
template <class T>
void expect_convolution() {
  constexpr std::int64_t size = 3000, n = 9000, places = n - size + 1;
  const Numbers<T> u = drawn<T>(places);
  const Shape of{1, 1, places};
  Tape<T> tape;
  const Node<T> ones = broadcast_to(tape.constant(T(1)), Shape{1, 1, size});
  const Node<T> image = input(tape, Numbers<T>(n), {1, 1, n});
  tape.backward(sum(conv1d(image, ones) * tape.constant(View<const T>{u.data(), &of})));
  for (std::int64_t i = 0; i < n; i += 37) {
    Exact exact;
    for (std::int64_t j = std::max<std::int64_t>(0, i - size + 1); j <= std::min(i, places - 1);
         ++j)
      exact.add(u[std::size_t(j)]);
    ASSERT_LE(ulps(image.upstream()[i], exact.value()), 2 * std::log2(double(size)) + 2) << i;
  }
}
TEST(Windows, OfAConvolutionAddUpToAFewUlp) {
  expect_convolution<float>();
  expect_convolution<double>();
}

}  // namespace
}  // namespace glassgrad

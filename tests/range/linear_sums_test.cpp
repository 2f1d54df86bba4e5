// Sums inside of ops that are linear in their upstream: softmax, normalising, convolution, pooling.
// Their parts leave the range and come back into it. Next: overflown_sums_test.cpp.
#include "glassgrad/glassgrad.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// Linear in the upstream: what reaches x of 2^k times the upstream is 2^k times that, though sums
// of it leave the range on the way.
template <class T>
struct Linear {
  std::string what;
  Shape x;
  Function1<T> f;
};
template <class T>
std::vector<Linear<T>> linear() {
  using N = Node<T>;
  const auto constant = [](const N& x, const Shape& shape) {
    Numbers<T> numbers(std::size_t(shape.count()));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = T(int(i % 3) - 1) / 4 + T(0.5);
    return x.its_tape().constant(View<const T>{numbers.data(), &shape});
  };
  return {
      {"log_softmax", {4, 40}, [](const N& x) { return log_softmax(x, 1); }},
      {"log_softmax of few", {4, 7}, [](const N& x) { return log_softmax(x, 1); }},
      {"log_softmax of columns", {40, 4}, [](const N& x) { return log_softmax(x, 0); }},
      {"softmax", {4, 40}, [](const N& x) { return softmax(x, 1); }},
      {"softmax of columns", {40, 4}, [](const N& x) { return softmax(x, 0); }},
      {"layer_norm", {4, 40}, [](const N& x) { return layer_norm(x, 1); }},
      {"layer_norm, twice",
       {4, 40},
       [](const N& x) { return layer_norm(x, 1) + layer_norm(x, 1); }},
      {"conv2d to x",
       {2, 3, 9, 9},
       [=](const N& x) {
         return conv2d(x, constant(x, {5, 3, 3, 3}));
       }},
      {"conv2d of padded x",
       {2, 3, 9, 9},
       [=](const N& x) {
         return conv2d(x, constant(x, {5, 3, 3, 3}), {.padding = 1}) +
                conv2d(x, constant(x, {5, 3, 3, 3}), {.padding = 1});
       }},
      {"conv2d to w",
       {5, 3, 3, 3},
       [=](const N& w) {
         return conv2d(constant(w, {4, 3, 9, 9}), w);
       }},
      {"conv1d of a long window",
       {1, 1, 200},
       [=](const N& x) {
         return conv1d(x, constant(x, {1, 1, 100}));
       }},
      {"avg_pool2d", {2, 2, 9, 9}, [](const N& x) { return avg_pool2d(x, 5, {.stride = 1}); }},
      {"mean", {40, 3}, [](const N& x) { return x - mean(x, 0, true); }},
      {"var",
       {40, 3},
       [](const N& x) { return (x - mean(x, 0, true)) / (var(x, 0, 1, true) + 1); }},
  };
}
template <class T>
void expect_linear() {
  for (const Linear<T>& of : linear<T>()) {
    Random random(3);
    Numbers<T> x(std::size_t(of.x.count()));
    for (T& number : x) number = T(random.normal());
    Tape<T> tape;
    const std::int64_t n = of.f(input(tape, x, of.x)).shape().count();
    Numbers<T> upstream(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i)  // not more than the result may be
      upstream[std::size_t(i)] = T(i % 16 < 8 ? 1 : -1) * T(1 + random.uniform()) / 4;
    const int k = std::numeric_limits<T>::max_exponent - 1;
    const Numbers<T> plain = result_of<T>(of.f, x, of.x, upstream).slopes;
    const Numbers<T> got = result_of<T>(of.f, x, of.x, times_two_to(k, upstream)).slopes;
    const Numbers<T> wanted = times_two_to(k, plain);
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_EQ(got[i], wanted[i]) << of.what << " " << i;
  }
}
TEST(LinearSums, AreRightInOpsThatAreLinearInTheUpstream) {
  expect_linear<double>();
  expect_linear<float>();
}

}  // namespace
}  // namespace glassgrad

// What softmax, log_softmax and layer_norm contribute to x for upstreams at the end of the range:
// differences, products and sums on the way leave it, what they give does not. Against 50-digit
// arithmetic. Next: linear_sums_test.cpp.
#include "glassgrad/glassgrad.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

Wide dot(const Wides& a, const Wides& b) {
  Wide sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
// Its slopes, and how large their parts are: what errors are in units of.
struct Wanted {
  Wides slopes, sizes;
};
Wanted softmax_slopes(const Wides& x, const Wides& u, bool logarithm) {
  Wides p, large;
  for (const Wide& each : x) p.push_back(exp(Wide(each - x[0])));
  const Wide all = dot(p, Wides(p.size(), 1));
  for (Wide& each : p) each /= all;
  Wide apart = 1;  // e^x has as many units' error as x, and that is rounded
  for (const Wide& each : x) apart = std::max(apart, Wide(abs(each - x[0])));
  for (const Wide& each : u) large.push_back(abs(each) * apart);
  const Wide sum = logarithm ? dot(u, Wides(u.size(), 1)) : dot(p, u);
  const Wide size = logarithm ? dot(large, Wides(u.size(), 1)) : dot(p, large);
  Wanted wanted;
  for (std::size_t i = 0; i < x.size(); ++i) {
    wanted.slopes.push_back(logarithm ? Wide(u[i] - p[i] * sum) : Wide(p[i] * (u[i] - sum)));
    wanted.sizes.push_back(logarithm ? Wide(large[i] + p[i] * size)
                                     : Wide(p[i] * (large[i] + size)));
  }
  return wanted;
}
Wanted layer_norm_slopes(const Wides& x, const Wides& u) {
  const Wide n = x.size();
  const Wides ones(x.size(), 1);
  const Wide mean = dot(x, ones) / n;
  Wides y;
  for (const Wide& each : x) y.push_back(each - mean);
  const Wide factor = 1 / sqrt(Wide(dot(y, y) / n + Wide(1e-5)));
  Wanted wanted;
  for (Wide& each : y) each *= factor;
  const Wide middle = dot(u, ones) / n, along = dot(u, y) / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    wanted.slopes.push_back(factor * (u[i] - middle - y[i] * along));
    wanted.sizes.push_back(factor * Wide(std::numeric_limits<double>::max()));
  }
  return wanted;
}

template <class T>
Wide last_place(const Wide& size) {
  return size * Wide(std::numeric_limits<T>::epsilon()) +
         Wide(std::numeric_limits<T>::denorm_min());
}
template <class T>
void expect_slopes(const Numbers<T>& got, const Wanted& wanted, const std::string& what) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (abs(wanted.slopes[i]) > Wide(std::numeric_limits<T>::max()) * 0.999) continue;
    const Wide off = std::isfinite(got[i]) ? Wide(abs(Wide(got[i]) - wanted.slopes[i])) : Wide(0);
    EXPECT_TRUE(std::isfinite(got[i]) && off <= 8 * last_place<T>(wanted.sizes[i]))
        << what << ", " << i << ": " << got[i] << " for " << wanted.slopes[i];
  }
}

// Rows of n numbers as columns, too.
template <class T>
void expect_softmax(const Numbers<T>& x, const Numbers<T>& u) {
  const std::int64_t n = std::int64_t(x.size());
  for (const bool logarithm : {false, true})
    for (const bool column : {false, true}) {
      const auto f = [=](const Node<T>& at) {
        const int axis = column ? 0 : 1;
        return logarithm ? log_softmax(at, axis) : softmax(at, axis);
      };
      const Shape shape = column ? Shape{n, 1} : Shape{1, n};
      expect_slopes(result_of<T>(f, x, shape, u).slopes,
                    softmax_slopes(range::wide(x), range::wide(u), logarithm),
                    join(logarithm ? "log_softmax of " : "softmax of ", shape, ", ", u[0]));
    }
}
template <class T>
void expect_softmaxes() {
  const T most = std::numeric_limits<T>::max();
  expect_softmax<T>({0, std::log(T(3))}, {T(0.945) * most, T(-0.945) * most});
  expect_softmax<T>({std::log(T(0.6)), std::log(T(0.2)), std::log(T(0.2))},
                    {T(-0.83) * most, T(0.55) * most, T(0.5) * most});
  Random random(3);
  for (const std::size_t n : {2, 3, 5, 33, 40, 100})
    for (int trial = 0; trial < 60; ++trial) {
      Numbers<T> x, u;
      for (std::size_t i = 0; i < n; ++i) {
        x.push_back(T(i < 4 ? random.normal() * 2 : -3 - trial % 3 * 30));
        const T size = T(i < 4 ? 1 - random.uniform() * 0.3 : random.uniform() * 0.3);
        u.push_back(random.uniform() < 0.5 ? -most * size : most * size);
      }
      if (trial % 2) std::swap(x[0], x[n - 1]), std::swap(u[1], u[n - 1]);
      expect_softmax(x, u);
    }
}
TEST(Shares, OfSoftmaxAreRightAtTheEndOfTheRange) {
  expect_softmaxes<double>();
  expect_softmaxes<float>();
}

TEST(Shares, OfLayerNormAreRightAtTheEndOfTheRange) {
  using N = Node<double>;
  for (const std::size_t n : {4, 9, 50}) {
    Numbers<double> x{0, 1000, 3000, 7000}, u{-1.79e308, -1e308, -.7e308, 1.79e308};
    for (std::size_t i = 4; i < n; ++i) x.push_back(double(i) * 100 + 500);
    do {
      Numbers<double> all = u;
      for (std::size_t i = 4; i < n; ++i) all.push_back(u[i % 4] * 0.9);
      const Wanted once = layer_norm_slopes(range::wide(x), range::wide(all));
      Wanted twice = once;
      for (Wide& each : twice.slopes) each *= 2;
      const Shape shape{1, std::int64_t(n)};
      expect_slopes(
          result_of<double>([](const N& at) { return layer_norm(at, 1); }, x, shape, all).slopes,
          once, join("layer_norm of ", n));
      expect_slopes(
          result_of<double>([](const N& at) { return layer_norm(at, 1) + layer_norm(at, 1); }, x,
                            shape, all)
              .slopes,
          twice, join("twice layer_norm of ", n));
    } while (std::next_permutation(u.begin(), u.end()));
  }
}

}  // namespace
}  // namespace glassgrad

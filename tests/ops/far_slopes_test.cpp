// Slopes that are computed in another way where the usual one has no digits left: however many of
// its neighbours are far, an entry's gradient has the bits that it has alone.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "glassgrad/ops/ops.hpp"

namespace glassgrad {
namespace {

// Of every `step` numbers one is far out, on this side or that; 0: none is.
template <class T>
std::vector<T> numbers(int step) {
  std::vector<T> x;
  for (int i = 0; i < 333; ++i) {
    const double part = std::fmod(i * 0.6180339887498949, 1.0);
    const bool far = step > 0 && i % step == step / 2;
    x.push_back(T(far ? (i % 3 ? 1 : -1) * (1.5 + 12 * part) : part - 0.5));
  }
  return x;
}

// x gets something of f's last, on top of what is there, and first, where nothing is.
template <class X, class F>
auto cost(const X& x, const X& u, const F& f, bool first) {
  return first ? sum(x * u) + sum(f(x) * u) : sum(f(x) * u) + sum(x * u);
}

template <class T, class F>
void check(const F& f) {
  for (const int step : {0, 61, 17, 8, 5, 2, 1}) {
    const std::vector<T> x = numbers<T>(step), u = numbers<T>(7);
    for (const bool first : {false, true}) {
      Tape<T> tape;
      const auto all = tape.input("x", x);
      tape.backward(cost(all, tape.input("u", u), f, first));
      const View<const T> together = all.upstream();
      for (std::size_t i = 0; i < x.size(); ++i) {
        Tape<T> single;
        const auto one = single.input("x", x[i]);
        single.backward(cost(one, single.input("u", u[i]), f, first));
        ASSERT_EQ(together[i], one.upstream()[0])
            << "x = " << x[i] << ", entry " << i << ", one far of " << step;
      }
    }
  }
}
template <class F>
void check_both(const F& f) {
  check<double>(f);
  check<float>(f);
}

TEST(FarSlopes, HaveTheSameBitsWhateverIsBesideThem) {
  check_both([](const auto& x) { return sigmoid(x); });
  check_both([](const auto& x) { return tanh(x); });
  check_both([](const auto& x) { return elu(x); });
  check_both([](const auto& x) { return elu(x, 1.59); });
}

}  // namespace
}  // namespace glassgrad

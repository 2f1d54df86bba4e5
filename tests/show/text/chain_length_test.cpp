// What chain() costs grows with the length of the path, in memory asked for as in time: counted,
// not timed. Twice the path may ask for little more than twice as often.
#include "engine/expect.hpp"
#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

// chain(cost, x) along n steps of f, from an array or a single number.
template <class Start, class F>
double asked(int n, const Start& start, const F& f) {
  Tape<> tape;
  const N x = tape.input("x", start);
  N y = x;
  for (int i = 0; i < n; ++i) y = f(y);
  const N cost = sum(y);
  const std::size_t before = allocations();
  const Chain written = chain(cost, x);
  EXPECT_EQ(written.paths, 1U);
  EXPECT_LT(written.text.size(), 20000U);
  return double(allocations() - before);
}

TEST(ChainLength, OfArraysAndNumbersCostsWhatThePathIsLong) {
  const auto waves = [](const N& y) { return sin(y) * 1.01; };
  const auto products = [](const N& y) { return tanh(y * 0.5 + 0.25); };
  const std::vector<double> array{1.0, 2.0};
  const auto grows = [&](const auto& start) {
    EXPECT_LT(asked(400, start, waves), 2.5 * asked(200, start, waves));
    EXPECT_LT(asked(800, start, waves), 2.5 * asked(400, start, waves));
    EXPECT_LT(asked(400, start, products), 2.5 * asked(200, start, products));
  };
  grows(array);
  grows(1.0);
  // what is short is tidied as a whole: of n factors each is read once
  EXPECT_LT(asked(64, array, waves), 4.5 * asked(32, array, waves));
  EXPECT_LT(asked(64, array, waves), 200000);
}

}  // namespace
}  // namespace glassgrad

// Code templated on its number type runs on Node unchanged: a Node made from a plain number belongs
// to no tape until it meets one, and a comparison serves as a condition.
// Next: 05_your_own_op.cpp.
#include <glassgrad/glassgrad.hpp>
#include <vector>

#include "check.hpp"
using namespace glassgrad;

// [function]
// A weighted sum, cut off below 0 and squared: written for any T, knowing nothing of glassgrad.
template <class T>
T score(const std::vector<T>& w, const std::vector<double>& x) {
  T s = 0;
  for (std::size_t i = 0; i < w.size(); ++i) s += w[i] * x[i];
  if (s > 0) return s * s;
  return 0;
}
// [/function]

int main() {
  const std::vector<double> x{1, -2, 3};
  expect("with double", score<double>({0.5, 0.25, 1}, x), 9);

  // [use]
  Tape tape;
  std::vector<Node<double>> w{tape.input("w1", 0.5), tape.input("w2", 0.25), tape.input("w3", 1.0)};
  auto y = score(w, x);
  tape.backward(y);
  // [/use]
  expect("with Node", y.item(), 9);
  for (std::size_t i = 0; i < w.size(); ++i) expect("dy/dw = 2 s x", w[i].upstream()[0], 6 * x[i]);
  expect("plain numbers stay plain", score<Node<double>>({-1, 0, 0}, x).item(), 0);
  return failures();
}

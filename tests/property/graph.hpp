// Random functions f(x, w) and what every property needs of them: draws, comparisons, and a Graph
// that holds one with its inputs. A family of functions is a struct as RowGraphs in
// random_rows.hpp.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "glassgrad/glassgrad.hpp"
#include "support/op_table.hpp"

namespace glassgrad::property {

using N = Node<double>;

// Which ops a graph may have.
struct Kinds {
  bool smooth = false;    // without jumps, which differences and float32 may see on another side
  bool recorded = false;  // without positions that depend on numbers, which programs refuse
  bool mapped = false;    // as map_batch takes them
};
inline bool jumps(const OpCase& op) {
  for (int k = 0; k < op.inputs; ++k)
    if (op.takes_numbers(k) && !op.has_gradient(k)) return true;
  return op.op == "fmod" || op.op == "remainder" || op.op == "copysign" || op.op == "heaviside";
}

// Random refuses to draw while a program is recorded.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : bits_(seed) {}
  std::size_t below(std::size_t n) { return std::size_t(bits_() % n); }

 private:
  std::mt19937_64 bits_;
};

// Into the interval, from anywhere.
template <class T>
Node<T> into(const Interval& domain, const Node<T>& x) {
  const double margin = (domain.high - domain.low) / 16;
  return sigmoid(x) * (domain.high - domain.low - 2 * margin) + (domain.low + margin);
}
template <class T>
std::vector<T> drawn(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<T> all(static_cast<std::size_t>(count));
  for (T& each : all) each = T(random.normal());
  return all;
}
template <class T>
Node<T> input(Tape<T>& tape, const std::vector<T>& numbers, const Shape& shape) {
  return tape.input(View<const T>{numbers.data(), &shape});
}
template <class T>
Node<T> constant_of(Tape<T>& tape, const std::vector<double>& numbers, const Shape& shape) {
  const std::vector<T> all(numbers.begin(), numbers.end());
  return tape.constant(View<const T>{all.data(), &shape});
}
template <class T>
std::vector<double> list(const View<const T>& view) {
  return {view.begin(), view.end()};
}
inline std::vector<double> times(std::vector<double> numbers, double k) {
  for (double& number : numbers) number *= k;
  return numbers;
}
inline double product(const N& a, const N& b) { return sum(a * b).item(); }

inline void expect_close(const std::vector<double>& a, const std::vector<double>& b,
                         double tolerance, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], tolerance * std::max(1.0, std::abs(b[i]))) << what << " at " << i;
}

template <class Family>
struct Graph {
  Tape<double> tape;
  std::uint64_t seed;
  Kinds kinds;
  Shape shape, shape_of_w;
  N x, w;
  explicit Graph(std::uint64_t of, const Kinds& which = {})
      : seed(of), kinds(which), shape(Family::shape(of)), shape_of_w(Family::weights(shape)) {
    x = drawn_as(shape, 1), w = drawn_as(shape_of_w, 2);
  }
  N at(const N& of) const { return Family::at(of, w, seed, kinds); }
  N drawn_as(const Shape& of, std::uint64_t more) {
    return input(tape, drawn<double>(of.count(), seed * 17 + more), of);
  }
  std::string what() const {
    return std::string(Family::name) + ", seed " + std::to_string(seed) + " of " + to_text(shape);
  }
};
// GLASSGRAD_GRAPHS=50 asks of 50 times as many.
inline std::uint64_t rounds() {
  const char* const more = std::getenv("GLASSGRAD_GRAPHS");
  return more ? std::strtoull(more, nullptr, 10) : 1;
}
// One in `every` of the family's graphs.
template <class Family, class F>
void each_graph(std::uint64_t every, const Kinds& kinds, const F& f) {
  for (std::uint64_t seed = 0; seed < Family::count() * rounds(); seed += every) {
    Graph<Family> graph(seed, kinds);
    f(graph);
    if (testing::Test::HasFatalFailure()) return;
  }
}

// Of a suite's families, in the names of its tests.
struct Names {
  template <class Family>
  static std::string GetName(int) {
    return Family::name;
  }
};

}  // namespace glassgrad::property

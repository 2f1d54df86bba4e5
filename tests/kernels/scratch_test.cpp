// What kernels need while they run comes from the thread's scratch: a backward pass that is warm
// asks for no memory, also where a stretched input is used more than once.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "glassgrad/array/memory.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

TEST(Scratch, PiecesLieApartAndAreGivenBack) {
  const auto fill = [](const Scratch& scratch, std::size_t n, unsigned char with) {
    std::fill_n(scratch.of<unsigned char>(), n, with);
  };
  const Scratch none(0);
  EXPECT_EQ(none.of<int>(), nullptr);
  const Scratch first(1000);
  fill(first, 1000, 1);
  const void* where = nullptr;
  {
    const Scratch second(70000), large(std::size_t(9) << 20);
    where = second.of<void>();
    fill(second, 70000, 2), fill(large, std::size_t(9) << 20, 3);
    EXPECT_EQ(std::count(first.of<char>(), first.of<char>() + 1000, 1), 1000);
    EXPECT_EQ(std::count(second.of<char>(), second.of<char>() + 70000, 2), 70000);
  }
  const std::size_t before = allocations();
  const Scratch again(70000);
  EXPECT_EQ(again.of<void>(), where);
  EXPECT_EQ(allocations(), before);
}

TEST(Scratch, AWarmBackwardAsksForNoMemory) {
  const std::pair<Shape, Shape> stretched[] = {
      {{100}, {70, 100}},
      {{1, 100}, {5, 100}},
      {{3, 1}, {3, 600}},
      {{100, 1}, {100, 6}},
      {{2, 1, 200}, {2, 66, 200}},
      {{1100}, {9, 1100}},
      {{1, 2, 1, 150}, {70, 2, 3, 150}},
      {{1, 200, 1}, {70, 200, 3}},
      {{65}, {3, 65}},
  };
  for (const auto& [from, to] : stretched) {
    const std::vector<double> numbers(std::size_t(to.count()), 0.5);
    const View<const double> whole{numbers.data(), &to}, small{numbers.data(), &from};
    Tape<double> tape;
    std::size_t before = 0;
    for (int step = 0; step < 6; ++step) {
      if (step == 3) before = allocations();
      tape.clear();
      const Node<double> x = tape.input(small), u = tape.constant(whole);
      tape.backward(sum((x * u + x) * (u - x)) + sum(maximum(x, u) * x));
    }
    EXPECT_EQ(allocations(), before) << to_text(from) << " to " << to_text(to);
  }
}

}  // namespace
}  // namespace glassgrad

// What a program leaves out because it changes nothing (Neutral, kernels/op.hpp) changes nothing to
// the bit: of every op with two inputs beside every constant that a pass may know, a program gives
// the bits of the tape. Signs of zeros, NaN, infinities and denormal numbers among them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "glassgrad/program/program.hpp"
#include "program/recorded.hpp"
#include "support/op_table.hpp"

namespace glassgrad {
namespace {

template <class T>
std::vector<T> specials() {
  using L = std::numeric_limits<T>;
  std::vector<T> all;
  for (const T number : {T(0), L::denorm_min(), L::min(), L::min() / 4, T(0.3), T(1), T(3),
                         L::max(), L::infinity(), L::quiet_NaN()})
    all.push_back(number), all.push_back(-number);
  return all;
}
template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0 || (std::isnan(a) && std::isnan(b));
}

// op(x, number) and op(number, x) of special numbers have the same bits.
template <class T>
void expect_the_same(const OpCase& op, int at, double number) {
  const auto f = [&](Tape<T>& tape, const Node<T>& x) {
    std::vector<Node<T>> in(2, x);
    in[std::size_t(at)] = tape.constant(T(number));
    return record(tape, op, in);
  };
  const std::vector<T> all = specials<T>();
  auto program = compile<T>([&](Tape<T>& tape, const Fed<T>& in) { return f(tape, in[0]); }, {all},
                            Gradients::none);
  const Feed<T> feeds[] = {all};
  const auto compiled = program.run(feeds);
  Tape<T> tape;
  const auto eager = f(tape, tape.input(all)).value();
  for (std::int64_t i = 0; i < eager.count(); ++i)
    EXPECT_TRUE(same_bits(compiled[i], eager[i]))
        << op.label << ", input " << at << " is " << number << ", the other " << all[std::size_t(i)]
        << ": " << compiled[i] << " for " << eager[i];
}
TEST(Neutrals, ChangeNoBitOfSpecialNumbers) {
  int ops = 0;
  for (const OpCase& op : op_table()) {
    if (!op.elementwise() || op.inputs != 2) continue;
    ++ops;
    for (const int at : {0, 1})
      for (const double number : {0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.25, 0.3, double(-INFINITY)}) {
        expect_the_same<double>(op, at, number);
        expect_the_same<float>(op, at, number);
      }
  }
  EXPECT_GT(ops, 20);
}

// And what is neutral is left out.
TEST(Neutrals, AreLeftOut) {
  int ops = 0;
  for (const OpCase& op : op_table()) {
    if (!op.rule->neutral) continue;
    const Neutral neutral = *op.rule->neutral;
    ++ops;
    for (const unsigned k : {0u, 1u})
      for (const double number : {neutral.number, -neutral.number}) {
        Recorded on;
        std::vector<Node<double>> in(2, on.x);
        in[1 - k] = on.tape.constant(number);
        auto graph = on.graph({exp(record(on.tape, op, in))});
        program::clean_algebra(graph);
        const bool stays = neutral.stays != (k ? Stays::first : Stays::second);
        const bool same = std::signbit(number) == std::signbit(neutral.number);
        EXPECT_EQ(graph.code.size(), stays && same ? 1u : 2u) << op.label << ", " << number;
      }
  }
  EXPECT_EQ(ops, 5);
}

// 1 / (x + 0) is inf at -0 on a tape.
TEST(Neutrals, AZeroAddedHasItsSign) {
  for (const double zero : {0.0, -0.0}) {
    auto program =
        compile<double>([zero](Tape<>&, const Fed<double>& in) { return 1.0 / (in[0] + zero); },
                        {-0.0}, Gradients::none);
    EXPECT_EQ(program(-0.0), std::signbit(zero) ? -INFINITY : INFINITY);
  }
}

}  // namespace
}  // namespace glassgrad

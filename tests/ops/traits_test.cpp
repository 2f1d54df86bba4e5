// What an op says that it is (Traits, kernels/op.hpp), passes over programs believe
// (src/program/passes). Here every op that says something is held to it, in numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

using Array = Slow<double>;

Array value_of(const OpCase& op, const std::vector<Array>& in, const void* attributes) {
  std::vector<View<const double>> views;
  for (const Array& x : in) views.push_back(view(x));
  std::vector<Shape> shapes;
  for (const Array& x : in) shapes.push_back(x.shape);
  std::vector<const Shape*> pointers;
  for (const Shape& shape : shapes) pointers.push_back(&shape);
  Array y(op.rule->shape(attributes, pointers));
  Pool pool;
  op.rule->forward(attributes, views, View<double>{y.numbers.data(), &y.shape}, pool);
  return y;
}
Array value_of(const OpCase& op, const std::vector<Array>& in) {
  return value_of(op, in, op.attributes.get());
}

// Of every case whose op `says` so: wrong(case, drawn inputs) gives what does not hold, or "".
// Returns the ops that say so.
template <class Says, class Wrong>
std::set<std::string> ops_held_to(const Says& says, const Wrong& wrong) {
  std::set<std::string> names;
  for (const OpCase& op : op_table()) {
    if (!says(*op.rule)) continue;
    names.insert(op.op);
    for (const auto& shapes : shape_sets(op))
      EXPECT_EQ(wrong(op, draw(op, shapes, 5)), "") << op.label;
  }
  return names;
}
using Names = std::set<std::string>;

template <class F>
std::string entrywise(const OpCase& op, const std::vector<Array>& in, const F& f) {
  const Array y = value_of(op, in);
  std::string wrong;
  y.each([&](const Position& at) {
    if (y.at(at) != f(at, y.shape)) wrong = "an entry differs";
  });
  return wrong;
}

TEST(Traits, ASumAndAQuotientAreThat) {
  const auto a = [](const std::vector<Array>& in, const auto& f) {
    return [&in, f](const Position& at, const Shape& full) {
      return f(in[0].stretched(at, full), in[1].stretched(at, full));
    };
  };
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.traits.adds; },
                        [&](const OpCase& op, const auto& in) {
                          return entrywise(op, in, a(in, [](double x, double y) { return x + y; }));
                        }),
            (Names{"add"}));
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.traits.divides; },
                        [&](const OpCase& op, const auto& in) {
                          return entrywise(op, in, a(in, [](double x, double y) { return x / y; }));
                        }),
            (Names{"div"}));
}
TEST(Traits, WhatStretchesRepeatsItsInput) {
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.traits.stretches; },
                        [](const OpCase& op, const auto& in) {
                          return entrywise(op, in, [&](const Position& at, const Shape& full) {
                            return in[0].stretched(at, full);
                          });
                        }),
            (Names{"broadcast_to"}));
}

// f(2 x) = 2 f(x), to the bit, and f(x + z) = f(x) + f(z).
std::string not_linear(const OpCase& op, const std::vector<Array>& in, std::size_t k) {
  std::vector<Array> twice = in, other = in, both = in;
  for (std::size_t i = 0; i < in[k].numbers.size(); ++i) {
    other[k].numbers[i] = std::cos(double(i));
    twice[k].numbers[i] *= 2, both[k].numbers[i] += other[k].numbers[i];
  }
  const Array y = value_of(op, in), double_y = value_of(op, twice);
  const Array z = value_of(op, other), sum = value_of(op, both);
  for (std::size_t i = 0; i < y.numbers.size(); ++i) {
    if (double_y.numbers[i] != 2 * y.numbers[i]) return "twice the input";
    if (!(std::abs(sum.numbers[i] - (y.numbers[i] + z.numbers[i])) < 1e-14)) return "a sum";
  }
  return "";
}
TEST(Traits, WhatIsLinearIsSoInEveryInputThatItNames) {
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.traits.linear != 0; },
                        [](const OpCase& op, const auto& in) -> std::string {
                          if (!op.elementwise()) return "it is not elementwise";
                          for (std::size_t k = 0; k < in.size(); ++k)
                            if (op.rule->traits.linear >> k & 1)
                              if (const auto wrong = not_linear(op, in, k); !wrong.empty())
                                return wrong;
                          return op.rule->traits.linear >> in.size() ? "it has no such input" : "";
                        }),
            (Names{"mul"}));
}
TEST(Traits, WhatIsCheapIsElementwise) {
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.traits.cheap; },
                        [](const OpCase& op, const auto&) {
                          return op.rule->plain ? "" : "it has attributes or many inputs";
                        }),
            (Names{"add", "mul", "sub"}));
}

TEST(Traits, ASumOverAxesIsOneOfItsInputs) {
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.sums_to != nullptr; },
                        [](const OpCase& op, const auto& in) {
                          const Array y = value_of(op, in);
                          Array sum(op.rule->sums_to(op.attributes.get(), in[0].shape));
                          if (sum.shape.count() != y.shape.count()) return "the shape";
                          in[0].each([&](const Position& at) {
                            sum.stretched(at, in[0].shape) += in[0].at(at);
                          });
                          for (std::size_t i = 0; i < y.numbers.size(); ++i)
                            if (!(std::abs(sum.numbers[i] - y.numbers[i]) < 1e-12)) return "a sum";
                          return "";
                        }),
            (Names{"sum", "sum_to"}));
}

// x with its last two axes swapped.
Array turned(const Array& x) {
  const int rank = x.shape.rank();
  Shape shape = x.shape.with(rank - 1, x.shape.from_end(2));
  Array y(shape.with(rank - 2, x.shape.from_end(1)));
  x.each([&](const Position& at) {
    Position to = at;
    std::swap(to[std::size_t(rank - 1)], to[std::size_t(rank - 2)]);
    y.at(to) = x.at(at);
  });
  return y;
}
TEST(Traits, WhatSwapsTheLastTwoAxesDoesThatAndNoMore) {
  long swap = 0, others = 0;
  const auto check = [&](const OpCase& op, const std::vector<Array>& in) {
    const int rank = in[0].shape.rank();
    const bool says = op.rule->swaps_last_two(op.attributes.get(), rank);
    ++(says ? swap : others);
    const Array y = value_of(op, in);
    const bool does =
        rank >= 2 && y.shape == turned(in[0]).shape && y.numbers == turned(in[0]).numbers;
    return says == does ? "" : says ? "it does something else" : "it does that";
  };
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.swaps_last_two != nullptr; }, check),
            (Names{"transpose"}));
  EXPECT_GT(swap, 0);
  EXPECT_GT(others, 0);
}

TEST(Traits, AProductReadsItsOperandsTransposed) {
  const auto check = [](const OpCase& op, const std::vector<Array>& in) -> std::string {
    const Product& product = *op.rule->product;
    const Array y = value_of(op, in);
    const unsigned own = product.transposed(op.attributes.get());
    if (own > 3) return "it has two operands";
    for (unsigned bits = 0; bits < 4; ++bits) {
      const void* const other = product.with_transposed(bits);
      if (product.transposed(other) != bits) return "its flags are others";
      std::vector<Array> operands = in;
      for (std::size_t k = 0; k < 2; ++k)
        if ((bits ^ own) >> k & 1) operands[k] = turned(in[k]);
      const Array z = value_of(op, operands, other);
      if (z.shape != y.shape) return "the shape";
      for (std::size_t i = 0; i < y.numbers.size(); ++i)
        if (!(std::abs(z.numbers[i] - y.numbers[i]) < 1e-13)) return "a number";
    }
    return "";
  };
  EXPECT_EQ(ops_held_to([](const auto& rule) { return rule.product != nullptr; }, check),
            (Names{"matmul"}));
}

}  // namespace
}  // namespace glassgrad

// An op throws on Nodes exactly when it throws on plain arrays, with the same text; where it does
// not, both give the same bits. Tried on every op of the table, at its samples and with sizes and
// positions that do not fit.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/arrays.hpp"
#include "support/error_of.hpp"
#include "support/op_table.hpp"

namespace glassgrad {
namespace {

// Numbers and positions of any size and kind, not drawn where the op is defined.
Slow<double> anything(const OpCase& op, std::size_t k, const Shape& shape, Random& random) {
  Slow<double> x(shape);
  for (double& number : x.numbers) number = random.normal();
  if (!op.takes_numbers(int(k)))
    for (std::size_t i = 0; i < x.numbers.size(); ++i)
      x.positions.push_back(std::int64_t(random.below(std::uint64_t(op.positions + 1))) -
                            std::int64_t(random.below(8) == 0));
  return x;
}

// The sign of a NaN is left open by IEEE 754 (6.3), and depends on how a product was compiled.
bool same_number(double a, double b) {
  return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class PlainArrays : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ops, PlainArrays, testing::ValuesIn(op_names()),
                         [](const auto& each) { return each.param; });

TEST_P(PlainArrays, ThrowExactlyWhereNodesDo) {
  Random random(4);
  each_case(GetParam(), [&](const OpCase& op) {
    for (const auto& fitting : shape_sets(op))
      for (int trial = 0; trial < 12; ++trial) {
        std::vector<Shape> shapes = fitting;
        if (Shape& shape = shapes[random.below(shapes.size())]; trial > 2 && shape.rank() > 0)
          shape = shape.with(int(random.below(std::uint64_t(shape.rank()))),
                             std::int64_t(random.below(5)));
        std::vector<Slow<double>> in = draw(op, fitting, std::uint64_t(trial));
        if (trial > 1)
          for (std::size_t k = 0; k < in.size(); ++k) in[k] = anything(op, k, shapes[k], random);
        Tape<double> tape;
        const auto x = leaves(tape, op, in);
        const std::uint32_t size = tape.size();
        Pool pool;
        std::vector<Array<double>> arrays;
        for (const auto& node : x)
          arrays.emplace_back(&pool, View<const double>{tape.numbers(node.index()), &node.shape()});
        std::vector<const Array<double>*> pointers;
        for (const auto& array : arrays) pointers.push_back(&array);
        Node<double> y;
        Array<double> plain;
        const std::string on_nodes = error_of([&] { y = record(tape, op, x); });
        const std::string on_arrays = error_of([&] {
          plain =
              compute<double>(*op.rule, op.attributes.get(), std::span(std::as_const(pointers)));
        });
        SCOPED_TRACE(op.label + ", trial " + std::to_string(trial));
        ASSERT_EQ(on_nodes, on_arrays);
        if (y.tape()) {
          ASSERT_EQ(y.shape(), plain.shape());
          for (std::size_t i = 0; i < y.value().size(); ++i)
            EXPECT_TRUE(same_number(y.value().data[i], plain.view().data[i])) << i;
        } else {
          EXPECT_EQ(tape.size(), size);
        }
      }
  });
}

}  // namespace
}  // namespace glassgrad

// What would be computed wrongly without a word is refused: positions read as numbers, axes that
// are no whole numbers, numbers beyond float, views whose shape is gone.
#include <array>
#include <limits>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

TEST(Misuse, PositionsAreNoNumbers) {
  Tape<> tape;
  const N x = tape.input({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  const Indices<> at = tape.indices({1, 2, 0}),
                  one = tape.indices("one", std::array{std::int64_t(1)}, {});
  const std::uint32_t size = tape.size();
  const auto said = [](std::string op, int k, std::string_view node = "node 1") {
    return join(
        "[", op, "] input ", k, ", ", node, " (indices), holds positions, which are no ",
        "numbers. Give it numbers, as tape.constant(...) does, or use one_hot(positions, n).");
  };
  constexpr std::string_view named = "node \"one\"";
  EXPECT_EQ(error_of([&] { at.record() * 2; }), said("mul", 0));
  EXPECT_EQ(error_of([&] { one.record() * 2; }), said("mul", 0, named));
  EXPECT_EQ(error_of([&] { 2 + one.record(); }), said("add", 1, named));
  EXPECT_EQ(error_of([&] { one.record() * one.record(); }), said("mul", 0, named));
  EXPECT_EQ(error_of([&] { exp(one.record()); }), said("exp", 0, named));
  EXPECT_EQ(error_of([&] { sum(at.record()); }), said("sum", 0));
  EXPECT_EQ(error_of([&] { reshape(at.record(), {3, 1}); }), said("reshape", 0));
  EXPECT_EQ(error_of([&] { matmul(at.record(), x); }), said("reshape", 0));
  EXPECT_EQ(error_of([&] { concat({x, at.record()}); }), said("concat", 1));
  EXPECT_EQ(error_of([&] { where(x, at.record(), x); }), said("where", 1));
  EXPECT_EQ(tape.size(), size);
  expect_near(rows(x, at), {3, 4, 5, 6, 1, 2});
  expect_near(one_hot(at, 3) * 2, {0, 2, 0, 0, 0, 2, 2, 0, 0});  // the advice
  const N numbers = tape.constant({1.0, 2.0, 0.0});
  expect_near(numbers * 2, {2, 4, 0});
}

TEST(Misuse, NumbersAreNoPositions) {
  Tape<> tape;
  const N x = tape.input({{1.0, 2.0}, {3.0, 4.0}}), at = tape.input({1.0, 0.0});
  EXPECT_EQ(error_of([&] { Indices<>{at}; }),
            "[indices] node 1 (input) holds numbers, not positions. Give tape.indices(...).");
  EXPECT_EQ(error_of([&] { Indices<>{Node<>(1.0)}; }),
            "[indices] a plain number holds numbers, not positions. Give tape.indices(...).");
  EXPECT_EQ(error_of([&] { apply(Rows{}, x, at); }),
            "[rows] input 1, node 1 (input), holds numbers, where positions are read. Give it "
            "positions: tape.indices(...).");
  expect_near(rows(x, tape.indices({1, 0})), {3, 4, 1, 2});
}

TEST(Misuse, PositionsAreNotMapped) {
  Tape<> tape;
  const Indices<> at = tape.indices({1, 0});
  EXPECT_EQ(error_of([&] { map_batch([](const N& a) { return a; }, at.record()); }),
            "[map_batch] node 0 (indices) is mapped and holds positions, which are no numbers. Use "
            "whole(...) for them, or map one_hot(positions, n).");
}

template <class Axis>
concept IsAxis = requires(const N& x, Axis axis) {
  sum(x, axis);
};
template <class Whole>
concept IsWhole = requires(const N& x, Whole n) {
  cumsum(x, n);
  slice(x, 0, n);
  topk(x, n);
  unfold(x, 0, n);
  roll(x, n, n);
  repeat(x, n, 0);
  layer_norm(x, n);
  matrix_power(x, n);
  diagonal(x, n);
  polygamma(x, n);
  max_pool2d(x, n);
  std::vector<N>(unbind(x, n));
};
template <class Whole>
concept IsSomewhereWhole = requires(const N& x, Whole n) {
  cumsum(x, n);
}
|| requires(const N& x, Whole n) { slice(x, 0, n); }
|| requires(const N& x, Whole n) { topk(x, n); }
|| requires(const N& x, Whole n) { topk(x, 1, n); }
||  // `true` was meant for `largest`
    requires(const N& x, Whole n) {
  unfold(x, 0, n);
}
|| requires(const N& x, Whole n) { roll(x, n, 0); }
|| requires(const N& x, Whole n) { repeat(x, n, 0); }
|| requires(const N& x, Whole n) { layer_norm(x, n); }
||  // eps for the number of axes
    requires(const N& x, Whole n) {
  matrix_power(x, n);
}
|| requires(const N& x, Whole n) { diagonal(x, n); }
|| requires(const N& x, Whole n) { polygamma(x, n); }
|| requires(const N& x, Whole n) { max_pool2d(x, n); }
|| requires(const N& x, Whole n) { unbind(x, n); }
|| requires(Random& random, Whole n) { Dense<double>("Z", n, 3, random); };
TEST(Misuse, AWholeNumberIsNeitherAFloatingNumberNorABool) {
  static_assert(IsWhole<int> && IsWhole<std::int64_t> && IsWhole<std::size_t> && IsWhole<short>);
  static_assert(!IsSomewhereWhole<double> && !IsSomewhereWhole<float>);
  static_assert(!IsSomewhereWhole<bool> && !IsSomewhereWhole<char>);
  Tape<> tape;
  const N x = tape.input({1.0, 2.0});
  EXPECT_EQ(error_of([&] { cumsum(x, std::int64_t(1) << 32); }),
            "[cumsum] axis 4294967296 is out of range for an array of 1 axis. Axes here go from -1 "
            "to 0.");
  expect_near(cumsum(x, 0), {1, 3});
}
TEST(Misuse, AnAxisIsAWholeNumber) {
  static_assert(IsAxis<int>);
  static_assert(!IsAxis<double> && !IsAxis<float> && !IsAxis<bool> && !IsAxis<char>);
  static_assert(!std::is_constructible_v<Axes, double>);
  Tape<> tape;
  const N x = tape.input({{1.0, -2.0}, {-3.0, 4.0}});
  expect_near(maximum(x, 0.0), {1, 0, 0, 4});
  expect_near(max(x, 0), {1, 4});
}

TEST(Misuse, NumbersBeyondFloatAreNamed) {
  using P = Parameter<float>;
  constexpr double inf = std::numeric_limits<double>::infinity();
  const std::string said =
      "[number] 1e+300 is beyond float, whose largest number is 3.4028234663852886e+38. Use "
      "double, "
      "or scale it.";
  Tape<float> tape;
  P w("w", {1.0, 2.0});
  const std::vector<double> large{1, 1e300};
  const Shape shape{2};
  EXPECT_EQ(error_of([&] { tape.constant(1e300); }), said);
  EXPECT_EQ(error_of([&] { tape.input({1.0, 1e300}); }), said);
  EXPECT_EQ(error_of([&] { tape.input({{1.0}, {1e300}}); }), said);
  EXPECT_EQ(error_of([&] { tape.input(large); }), said);
  EXPECT_EQ(error_of([&] { tape.input(View<const double>{large.data(), &shape}); }), said);
  EXPECT_EQ(error_of([&] { P("v", large); }), said);
  EXPECT_EQ(error_of([&] { w.assign(large); }), said);
  EXPECT_EQ(error_of([&] { w.assign({1e300, 2}); }), said);
  EXPECT_EQ(error_of([&] { Node<float>{1e300}; }), said);
  EXPECT_EQ(error_of([&] { tape.constant(-1e39); }),
            "[number] -1e+39 is beyond float, whose largest number is 3.4028234663852886e+38. Use "
            "double, or scale it.");
  EXPECT_EQ(tape.size(), 0u);
  EXPECT_EQ(w.value()[0], 1);
  EXPECT_EQ(w.version(), 0u);
  // the largest number that rounds to a float, infinities, NaN and what is too small stay
  EXPECT_EQ(tape.constant(3.4028235e38).item(), std::numeric_limits<float>::max());
  EXPECT_EQ(tape.constant(inf).item(), std::numeric_limits<float>::infinity());
  EXPECT_EQ(tape.constant({1.0, -inf}).value()[1], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(tape.constant(std::nan("")).item()));
  EXPECT_EQ(tape.constant(1e-300).item(), 0);
  EXPECT_EQ(Tape<double>().constant(1e300).item(), 1e300);  // the advice
}

TEST(Misuse, AViewNeedsAShapeAndNumbers) {
  static_assert(!std::is_constructible_v<View<double>, double*, Shape>);
  static_assert(std::is_trivially_copyable_v<View<double>>);
  Tape<> tape;
  const std::string gone =
      "[view] the shape that a view points to is gone, or there is none. Keep the Shape as long as "
      "the view, or hand in a vector or an array.";
  const Shape shape{3};
  EXPECT_EQ(error_of([&] { tape.input(View<const double>()); }), gone);
  EXPECT_EQ(error_of([&] {
              tape.input(View<const double>{nullptr, &shape});
            }),
            "[view] a view of shape (3) has no numbers. Give it a pointer to as many as its shape "
            "holds.");
  // what a stack leaves where a Shape was
  alignas(Shape) unsigned char left[sizeof(Shape)];
  std::fill(std::begin(left), std::end(left), static_cast<unsigned char>(0x5a));
  const std::vector<double> numbers{1, 2, 3};
  const View<const double> dangling{numbers.data(), reinterpret_cast<const Shape*>(left)};
  EXPECT_EQ(error_of([&] { tape.input(dangling); }), gone);
  EXPECT_EQ(error_of([&] { Parameter<>("w", dangling); }), gone);
  EXPECT_EQ(tape.size(), 0u);
  expect_near(tape.input(View<const double>{numbers.data(), &shape}), {1, 2, 3});
}

TEST(Misuse, OrdersHaveBounds) {
  Tape<> tape;
  const N x = tape.input({1.0, 2.0});
  EXPECT_EQ(error_of([&] { apply(Sinc{1000000000}, x); }),
            "[sinc] the order is 1000000000. Give 0 to 500.");
  EXPECT_EQ(error_of([&] { apply(Sinc{-1}, x); }), "[sinc] the order is -1. Give 0 to 500.");
  EXPECT_EQ(error_of([&] { apply(Polygamma{-2}, x); }),
            "[polygamma] the order is -2. Give 1 to 1001.");
  EXPECT_EQ(error_of([&] { apply(BesselI{-1}, x); }),
            "[bessel_i] the order is -1. Give 0 to 1001.");
  EXPECT_EQ(tape.size(), 1u);
}

}  // namespace
}  // namespace glassgrad

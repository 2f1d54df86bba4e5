// NaN, infinities, signed zeros, denormal and huge numbers: the vector kernels give what the same
// formula gives with the C library on one number (support/plain.hpp), and what the table below says
// by name. Rounding apart: 1e-13 (float: 1e-5) of the value; zeros have their sign; a denormal
// result may be 0. And a number has the same bits alone as among others in a vector.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/local.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

template <class T>
std::vector<T> special() {
  using L = std::numeric_limits<T>;
  std::vector<T> positive{T(0),
                          L::denorm_min(),
                          L::min(),
                          T(1e-20),
                          T(0.3),
                          T(0.5),
                          T(1),
                          T(1.5),
                          T(2),
                          T(3),
                          T(10),
                          T(87),
                          T(88.9),
                          T(100),
                          T(700),
                          T(709.95),
                          T(745),
                          T(1e5),
                          T(1e10),
                          T(1e22),
                          L::max(),
                          L::infinity(),
                          T(1) + L::epsilon()};
  std::vector<T> all{L::quiet_NaN()};
  for (T number : positive) all.push_back(number), all.push_back(-number);
  return all;
}

template <class T>
bool alike(T got, T wanted) {
  if (std::isnan(wanted)) return std::isnan(got);
  if (std::isinf(wanted)) return got == wanted;
  if (wanted == 0) return got == 0 && std::signbit(got) == std::signbit(wanted);
  const double tolerance = sizeof(T) == 4 ? 1e-5 : 1e-13;
  return std::abs(double(got) - double(wanted)) <=
         std::max(tolerance * std::abs(double(wanted)),
                  double(std::numeric_limits<T>::denorm_min()));
}

// All arguments (of several inputs: all tuples of a few) in one array, so that ordinary and special
// numbers share a vector; and each alone.
template <class T>
std::vector<std::vector<T>> arguments(int inputs) {
  const auto all = special<T>();
  std::vector<std::vector<T>> columns(static_cast<std::size_t>(inputs));
  std::size_t count = all.size();
  for (int k = 1; k < std::min(inputs, 2); ++k) count *= all.size();
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < columns.size(); ++k)
      columns[k].push_back(all[(k == 0 ? i : k == 1 ? i / all.size() : i * 7 + k) % all.size()]);
  return columns;
}

template <class T>
T plain_value(const OpCase& op, const T* x) {
  if constexpr (sizeof(T) == 4)
    return op.plain_float(op.attributes.get(), x);
  else
    return op.plain(op.attributes.get(), x);
}

template <class T>
std::string wrong_values(const OpCase& op) {
  const auto columns = arguments<T>(op.inputs);
  const std::size_t count = columns[0].size();
  Tape<T> tape;
  std::vector<Node<T>> in;
  for (const auto& column : columns) in.push_back(tape.constant(column));
  const auto y = record(tape, op, in);
  std::string wrong;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<T> x;
    std::string text;
    std::vector<Node<T>> single;
    for (const auto& column : columns) {
      x.push_back(column[i]);
      single.push_back(tape.constant(column[i]));
      text += (text.empty() ? "" : ", ") + to_text(column[i]);
    }
    const T wanted = plain_value(op, x.data());
    const T lane = y.value()[std::int64_t(i)], alone = record(tape, op, single).item();
    if (!alike(alone, wanted))
      wrong += join("\n  (", text, ") gives ", alone, ", should be ", wanted);
    if (!(lane == alone || (std::isnan(lane) && std::isnan(alone))))
      wrong += join("\n  (", text, ") gives ", lane, " in an array, ", alone, " alone");
  }
  return wrong;
}

class SpecialValuesTest : public testing::TestWithParam<std::string> {};
std::vector<std::string> elementwise_ops() {
  std::vector<std::string> names;
  for (const OpCase& op : op_table())
    if (op.elementwise() && (names.empty() || names.back() != op.op)) names.push_back(op.op);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Ops, SpecialValuesTest, testing::ValuesIn(elementwise_ops()),
                         [](const auto& each) { return each.param; });

TEST_P(SpecialValuesTest, DoubleAgreesWithTheCLibrary) {
  each_case(GetParam(),
            [](const OpCase& op) { EXPECT_EQ(wrong_values<double>(op), "") << op.label; });
}
TEST_P(SpecialValuesTest, FloatAgreesWithTheCLibrary) {
  each_case(GetParam(),
            [](const OpCase& op) { EXPECT_EQ(wrong_values<float>(op), "") << op.label; });
}

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// What no C function says: at ties, kinks and poles. One local gradient per input.
struct Convention {
  std::string label;
  std::vector<double> x;
  double value;
  std::vector<double> local;
};
const Convention conventions[] = {
    {"abs(x)", {0}, 0, {0}},
    {"sign(x)", {0}, 0, {0}},
    {"sign(x)", {nan}, nan, {0}},
    {"step(x)", {0}, 1, {0}},
    {"step(x)", {-0.0}, 1, {0}},
    {"step(x)", {nan}, nan, {0}},
    {"relu(x)", {0}, 0, {0}},
    {"relu(x)", {-0.0}, 0, {0}},
    {"relu(x)", {nan}, nan, {0}},
    {"relu(x)", {infinite}, infinite, {1}},
    {"leaky_relu(x, 0.3)", {0}, 0, {0.3}},
    {"leaky_relu(x, 0.3)", {-infinite}, -infinite, {0.3}},
    {"elu(x, 0.5)", {0}, 0, {0.5}},
    {"elu(x, 0.5)", {-infinite}, -0.5, {0}},
    {"sigmoid(x)", {infinite}, 1, {0}},
    {"sigmoid(x)", {-infinite}, 0, {0}},
    {"softplus(x)", {1e5}, 1e5, {1}},
    {"softplus(x)", {-infinite}, 0, {0}},
    {"tanh(x)", {-infinite}, -1, {0}},
    {"clamp(x, -1, 1.5)", {-1}, -1, {1}},
    {"clamp(x, -1, 1.5)", {1.5}, 1.5, {1}},
    {"clamp(x, -1, 1.5)", {infinite}, 1.5, {0}},
    {"clamp(x, -1, 1.5)", {nan}, nan, {1}},
    {"maximum(a, b)", {2, 2}, 2, {0.5, 0.5}},
    {"maximum(a, b)", {nan, 1}, nan, {0, 0}},
    {"maximum(a, b)", {1, nan}, nan, {0, 0}},
    {"minimum(a, b)", {2, 2}, 2, {0.5, 0.5}},
    {"minimum(a, b)", {nan, 1}, nan, {0, 0}},
    {"minimum(a, b)", {1, nan}, nan, {0, 0}},
    {"where(a, b, c)", {0, 1, 2}, 2, {0, 0, 1}},
    {"where(a, b, c)", {-0.0, 1, 2}, 2, {0, 0, 1}},
    {"where(a, b, c)", {nan, 1, 2}, 1, {0, 1, 0}},
    {"where(a, b, c)", {0, nan, 2}, 2, {0, 0, 1}},
    {"not_equal, a != b", {nan, nan}, 1, {0, 0}},
    {"sqrt(x)", {0}, 0, {infinite}},
    {"log(x)", {0}, -infinite, {infinite}},
    {"power, x^0", {0}, 1, {0}},
    {"power, x^0.5", {0}, 0, {infinite}},
    {"power, x^2", {3}, 9, {6}},
    {"power, x^3", {-2}, -8, {12}},
    {"pow, a^b", {0, 2}, 0, {0, 0}},
    {"pow, a^b", {0, 0}, 1, {0, 0}},
    {"pow, a^b", {0, -1}, infinite, {-infinite, -infinite}},
    {"pow, a^b", {-2, 3}, -8, {12, nan}},
};

TEST(SpecialValues, FollowTheStatedConventions) {
  for (const Convention& c : conventions) {
    const auto found = std::find_if(op_table().begin(), op_table().end(),
                                    [&](const OpCase& op) { return op.label == c.label; });
    ASSERT_NE(found, op_table().end()) << c.label;
    Tape<double> tape;
    std::vector<Node<double>> in;
    std::string text = c.label + " at";
    for (double x : c.x) in.push_back(tape.input(x)), text += " " + to_text(x);
    const auto y = record(tape, *found, in);
    EXPECT_TRUE(alike(y.item(), c.value)) << text << " gives " << y.item();
    for (std::size_t k = 0; k < in.size(); ++k) {
      const double local = y.local(int(k)).item();
      EXPECT_TRUE(alike(local, c.local[k])) << text << ", local " << k << " is " << local;
    }
  }
}

}  // namespace
}  // namespace glassgrad

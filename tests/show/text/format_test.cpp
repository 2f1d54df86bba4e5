// <glassgrad/format.hpp>: what fmt and << print. tests/round_trips/arrays_test.py compares
// thousands of arrays with NumPy; here are the rules one by one.
#include "glassgrad/format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>  // views and shapes have a begin(): ours are meant all the same
#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T = double>
std::string printed(std::vector<T> numbers, const Shape& shape) {
  return fmt::format("{}", View<const T>(numbers.data(), &shape));
}
template <class T = double>
std::string row(std::vector<T> numbers) {
  const Shape shape{std::int64_t(numbers.size())};
  return printed<T>(numbers, shape);
}

template <class What>
std::string streamed(const What& what) {
  std::ostringstream out;
  out << what;
  return out.str();
}

TEST(Format, ColumnsAreAligned) {
  EXPECT_EQ(row({1, 2.5, -10, 0.125}), "[  1.      2.5   -10.      0.125]");
  EXPECT_EQ(printed({1, 2, 3, 4.25}, {2, 2}), "[[1.   2.  ]\n [3.   4.25]]");
  EXPECT_EQ(printed({1, 2, 3, 4}, {2, 2, 1}), "[[[1.]\n  [2.]]\n\n [[3.]\n  [4.]]]");
  EXPECT_EQ(printed({}, {0, 3}), "[]");
}

TEST(Format, EightDigitsAndNoMoreThanTellANumberApart) {
  EXPECT_EQ(row({0.1, 1.0 / 3}), "[0.1        0.33333333]");
  EXPECT_EQ(row({0.000244140625, 0.5}), "[2.44140625e-04 5.00000000e-01]");
  EXPECT_EQ(row<float>({0.1F, 0.3F}), "[0.1 0.3]");
}

TEST(Format, ScientificWhereNumbersAreLargeSmallOrFarApart) {
  EXPECT_EQ(row({99999999, 1e6}), "[99999999.  1000000.]");
  EXPECT_EQ(row({1e8, 1e6}), "[1.e+08 1.e+06]");
  EXPECT_EQ(row({0.0001, 0.1}), "[0.0001 0.1   ]");
  EXPECT_EQ(row({0.00009, 0.01}), "[9.e-05 1.e-02]");
  EXPECT_EQ(row({1001, 1}), "[1.001e+03 1.000e+00]");
  EXPECT_EQ(row({5e-324, 1e300}), "[5.e-324 1.e+300]");
}

TEST(Format, NotNumbersAreSpelledAsNumPyDoes) {
  EXPECT_EQ(row({not_a_number, infinity, -infinity}), "[ nan  inf -inf]");
  EXPECT_EQ(row({not_a_number, 1.25, -infinity}), "[ nan 1.25 -inf]");
  EXPECT_EQ(row({-0.0, 0}), "[-0.  0.]");
}

TEST(Format, LongLinesAreBroken) {
  std::vector<double> numbers(30);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(row(numbers),
            "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
            " 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29.]");
}

TEST(Format, TheMiddleOfMoreThanAThousandNumbersIsLeftOut) {
  std::vector<double> numbers(1001);
  std::iota(numbers.begin(), numbers.end(), 0);
  EXPECT_EQ(row(numbers), "[   0.    1.    2. ...  998.  999. 1000.]");
  numbers.pop_back();
  EXPECT_EQ(row(numbers).find("..."), std::string::npos);
  std::vector<std::int64_t> positions(2002, 7);
  EXPECT_EQ(printed<std::int64_t>(positions, {1001, 2}),
            "[[7 7]\n [7 7]\n [7 7]\n ...\n [7 7]\n [7 7]\n [7 7]]");
}

TEST(Format, NodesPrintTheirNumbers) {
  Tape<> tape;
  const auto layer = tape.scope("layer1");
  const Node<> x = tape.input("x", {{1, 2.5}}), c = x + 1;
  const Node<> z = name("Z", c + x);
  EXPECT_EQ(fmt::format("{}", x), "[[1.  2.5]]");
  EXPECT_EQ(streamed(x), "[[1.  2.5]]");
  EXPECT_EQ(fmt::format("{:#}", x), "node \"layer1/x\" (input) of shape (1, 2)\n[[1.  2.5]]");
  EXPECT_EQ(fmt::format("{:#}", z), "node \"layer1/Z\" (add) of shape (1, 2)\n[[3. 6.]]");
  EXPECT_EQ(fmt::format("{:#}", c),
            fmt::format("node {} (add) of shape (1, 2)\n[[2.  3.5]]", c.index()));
  EXPECT_EQ(fmt::format("{}", sum(x)), "3.5");
  EXPECT_EQ(fmt::format("{} {:#}", Node<>(3), Node<>(1e-5)),
            "3.0 a plain number of shape ()\n1e-05");
  EXPECT_EQ(fmt::format("{}", x.value()), "[[1.  2.5]]");
}

TEST(Format, PositionsAreWholeNumbers) {
  Tape<float> tape;
  const std::vector<std::int64_t> labels{7, -12, 0};
  const Indices<float> indices = tape.indices("y", labels, {3});
  EXPECT_EQ(fmt::format("{}", indices), "[  7 -12   0]");
  EXPECT_EQ(fmt::format("{:#}", indices.record()),
            "node \"y\" (indices) of shape (3)\n[  7 -12   0]");
}

TEST(Format, ShapesParametersAndSnapshots) {
  EXPECT_EQ(fmt::format("{} {:#}", Shape{2, 3}, Shape{}), "(2, 3) ()");
  EXPECT_EQ(streamed(Shape{2, 3}), "(2, 3)");
  Parameter<> W("W", {{0.5, 2}});
  EXPECT_EQ(fmt::format("{} {:#}", W, W),
            "[[0.5 2. ]] parameter \"W\" of shape (1, 2)\n[[0.5 2. ]]");
  EXPECT_EQ(streamed(W), "[[0.5 2. ]]");
  Tape<> tape;
  const Node<> cost = name("C", sum(tape(W)));
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  EXPECT_EQ(fmt::format("{}", shot), "snapshot of C: 2 nodes, no problems, float64");
  EXPECT_EQ(fmt::format("{:#}", shot), Trace(shot).text());
  EXPECT_EQ(fmt::format("{}", Snapshot{}), "snapshot of nothing");
}

TEST(Format, ANodeThatIsGoneSaysSoAsItsValueDoes) {
  Node<> kept;
  {
    Tape<> tape;
    kept = tape.input("x", {1, 2});
  }
  const std::string of_value = error_of([&] { kept.value(); });
  EXPECT_EQ(of_value.substr(0, 8), "[value] ");
  EXPECT_EQ(error_of([&] { static_cast<void>(fmt::format("{}", kept)); }), of_value);
  EXPECT_EQ(error_of([&] { static_cast<void>(fmt::format("{:#}", kept)); }), of_value);
  EXPECT_EQ(error_of([&] { streamed(kept); }), of_value);
  Tape<> tape;
  const Node<> x = tape.input("x", {1, 2});
  tape.clear();
  EXPECT_EQ(error_of([&] { static_cast<void>(fmt::format("{}", x)); }),
            error_of([&] { x.value(); }));
}

TEST(Format, OtherFormatsAreRefused) {
  for (const char* format : {"{:8}", "{:##}", "{:.3}", "{:#8}"}) {
    std::string said;
    try {
      said = fmt::format(fmt::runtime(format), Shape{2});
    } catch (const fmt::format_error& error) {
      said = error.what();
    }
    EXPECT_EQ(said, "[format] only {} and {:#} are known. Pad the text they give.") << format;
  }
  EXPECT_EQ(fmt::format("{:>8}", fmt::format("{}", Shape{2})), "     (2)");  // the advice
}

}  // namespace
}  // namespace glassgrad

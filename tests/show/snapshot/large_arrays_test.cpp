// What is kept of large arrays: histograms, previews, statistics; and whose are kept.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/snapshot/pattern.hpp"
#include "show/nets.hpp"
#include "support/schema.hpp"

namespace glassgrad {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

SnapshotArray kept(const std::vector<double>& numbers, const Shape& shape) {
  Tape tape;
  const View<const double> view{numbers.data(), &shape};
  return snapshot(tape.input("x", view)).nodes[0].value;
}

TEST(LargeArrays, HistogramCountsTheFiniteNumbers) {
  std::vector<double> numbers(320);
  for (std::size_t i = 0; i < 320; ++i) numbers[i] = double(i) / 10;  // 0 to 31.9
  numbers.insert(numbers.end(), {std::nan(""), infinity, infinity, -infinity});
  const SnapshotArray array = kept(numbers, Shape{4, 81});
  ASSERT_FALSE(array.whole);
  EXPECT_EQ(array.nan, 1);
  EXPECT_EQ(array.infinite, 3);
  EXPECT_EQ(array.plus_infinite, 2);
  EXPECT_EQ(array.zeros, 1);
  EXPECT_EQ(array.first_bad, 320);
  const SnapshotHistogram histogram = array.picture->histogram;
  EXPECT_EQ(histogram.counts, std::vector<std::int64_t>(32, 10));
  EXPECT_EQ(histogram.low, 0);
  EXPECT_EQ(histogram.high, 31.9);
  EXPECT_EQ(histogram.unit, 0);
}

TEST(LargeArrays, FarSpreadNumbersHaveBinsOfPowers) {
  std::vector<double> numbers(300, 1e-3);
  numbers[0] = 1e6, numbers[1] = -1e6;
  const SnapshotArray array = kept(numbers, Shape{300});
  const SnapshotHistogram histogram = array.picture->histogram;
  EXPECT_EQ(histogram.unit, 1e-3);
  EXPECT_EQ(histogram.counts.front(), 1);
  EXPECT_EQ(histogram.counts.back(), 1);
  // sign(x) log10(1 + |x| / unit): -9, ..., 0.301, ..., 9 in 32 bins: 0.301 is in bin 16
  EXPECT_EQ(histogram.counts[16], 298);
  const auto same = kept(std::vector<double>(300, 5.0), Shape{300}).picture->histogram;
  EXPECT_EQ(same.counts[0], 300);
  EXPECT_TRUE(
      kept(std::vector<double>(300, infinity), Shape{300}).picture->histogram.counts.empty());
}

TEST(LargeArrays, PreviewKeepsTheExtremesOfEveryCell) {
  std::vector<double> numbers(std::size_t(128 * 200));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  numbers[1] = 1e5, numbers[200] = std::nan("");  // (0, 1) and (1, 0): both in cell (0, 0)
  const SnapshotPreview preview = kept(numbers, Shape{2, 64, 200}).picture->preview;
  ASSERT_EQ(preview.rows, 64);
  ASSERT_EQ(preview.columns, 64);
  EXPECT_TRUE(std::isnan(preview.values[0]));
  EXPECT_EQ(preview.min[0], 0);
  EXPECT_EQ(preview.max[0], 1e5);
  // the last cell: rows 126 and 127, columns 196 to 199
  EXPECT_EQ(preview.values.back(), (126 * 200 + 127 * 200) / 2.0 + 197.5);
  EXPECT_EQ(preview.min.back(), 126 * 200 + 196);
  EXPECT_EQ(preview.max.back(), 127 * 200 + 199);
  const SnapshotPreview exact = kept(std::vector<double>(300, 0.1), Shape{10, 30}).picture->preview;
  EXPECT_EQ(exact.values, std::vector<double>(300, double(0.1f)));
  EXPECT_TRUE(exact.min.empty());
  // gradients that vanish are out of float32's range and stay what they are
  EXPECT_EQ(kept(std::vector<double>(300, 1e-50), Shape{300}).picture->preview.values[0], 1e-50);
}

TEST(LargeArrays, GoThereAndBack) {
  std::vector<double> numbers(900, 1e-3);
  numbers[5] = 4e8, numbers[6] = std::nan(""), numbers[7] = -infinity;
  const Shape shape{30, 30};
  Tape tape;
  const auto x = tape.input("x", View<const double>{numbers.data(), &shape});
  const auto cost = sum(relu(x) * 1e-30);
  tape.backward(cost);
  Snapshot shot = snapshot(cost, {.boxes = true});
  add_problems(shot);
  const std::string json = to_json(shot, "t");
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
  EXPECT_NE(json.find("\"first_not_finite\":6"), std::string::npos);
  EXPECT_NE(json.find("\"scale\":\"symlog\""), std::string::npos);
  EXPECT_NE(json.find("\"gain\":"), std::string::npos);
  const std::string fault = schema_fault(json);
  if (fault == "skip") GTEST_SKIP() << "no jsonschema for Python";
  EXPECT_EQ(fault, "");
}

TEST(LargeArrays, PatternsChooseByPath) {
  EXPECT_TRUE(fits("net/layer1/z", "net/layer1/z"));
  EXPECT_TRUE(fits("net/layer1", "net/layer1/z"));
  EXPECT_TRUE(fits("layer1.*", "net/layer1/layer1.W"));
  EXPECT_TRUE(fits("net/*/z", "net/layer1/z"));
  EXPECT_TRUE(fits("**z", "net/layer1/z"));
  EXPECT_TRUE(fits("net/**", "net/layer1/z"));
  EXPECT_TRUE(fits("n?t/*", "net/layer1/z"));
  EXPECT_TRUE(fits("*", "z"));
  EXPECT_FALSE(fits("net/*z", "net/layer1/z"));
  EXPECT_FALSE(fits("layer1", "net/layer1/z"));
  EXPECT_FALSE(fits("layer?", "layer10"));
  EXPECT_FALSE(fits("", "z"));
  EXPECT_TRUE(fits_one({}, "z"));
}

TEST(LargeArrays, OnlyTheChosenAreKept) {
  nets::VectorisedOrGate gate;
  gate.run();
  const Snapshot shot = snapshot(gate.C, {.keep = {"W", "v?"}});
  for (const SnapshotNode& node : shot.nodes) {
    const bool chosen = node.label[0] == 'v' || node.label == "W" || node.value.shape.rank() == 0;
    EXPECT_EQ(node.value.whole, chosen) << node.label;
    EXPECT_EQ(node.value.picture, nullptr);
  }
  EXPECT_EQ(shot.dropped,
            std::vector<std::string>{"The arrays of 3 nodes that \"W\", \"v?\" did not "
                                     "choose have statistics only."});
  const std::string json = to_json(shot, "t");
  EXPECT_EQ(to_json(parse_snapshot(json)), json);
}

}  // namespace
}  // namespace glassgrad

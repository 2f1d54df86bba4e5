// Options of what is shown and checked: nonsense is refused where it is written, by its name and
// with what may be given; both ends of that work.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "glassgrad/check/gradients.hpp"
#include "glassgrad/kernels/workers.hpp"
#include "glassgrad/ops/ops.hpp"
#include "glassgrad/optim/lbfgs.hpp"
#include "glassgrad/optim/stopping.hpp"
#include "glassgrad/show/picture/chart.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/picture/svg.hpp"
#include "glassgrad/show/snapshot/recorder.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "glassgrad/show/text/chain.hpp"
#include "glassgrad/show/text/trace.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), whole = 2147483647;

struct Option {
  const char *where, *name;
  std::int64_t lowest, highest;
  std::function<void(WholeNumber)> set;
};
const Option options[] = {
    {"snapshot", "limit", 0, most, [](auto n) { (void)SnapshotOptions{.limit = n}; }},
    {"snapshot", "limit", 0, most,
     [](auto n) {
       Tape tape;
       const auto x = tape.input({1, 2});
       const auto y = sum(x * x);
       tape.backward(y);
       snapshot(y, n);
     }},
    {"recorder", "every", 1, most, [](auto n) { (void)RecorderOptions{.every = n}; }},
    {"recorder", "samples", 1, most, [](auto n) { (void)RecorderOptions{.samples = n}; }},
    {"recorder", "replays", 1, most, [](auto n) { (void)RecorderOptions{.replays = n}; }},
    {"recorder", "bytes", 1, most, [](auto n) { (void)RecorderOptions{.bytes = n}; }},
    {"recorder", "limit", 0, most, [](auto n) { (void)RecorderOptions{.limit = n}; }},
    {"fold", "the depth", 1, whole, [](auto n) { Fold::at_depth(n); }},
    {"trace", "digits", 1, whole, [](auto n) { (void)TraceOptions{.digits = n}; }},
    {"trace", "decimals", -1, whole, [](auto n) { (void)TraceOptions{.decimals = n}; }},
    {"trace", "limit", 0, most, [](auto n) { (void)TraceOptions{.limit = n}; }},
    {"chain", "digits", 1, whole, [](auto n) { (void)ChainOptions{.digits = n}; }},
    {"chain", "decimals", 0, whole, [](auto n) { (void)ChainOptions{.decimals = n}; }},
    {"chain", "paths", 0, whole, [](auto n) { (void)ChainOptions{.paths = n}; }},
    {"chain", "limit", 0, most, [](auto n) { (void)ChainOptions{.limit = n}; }},
    {"dot", "digits", 1, whole, [](auto n) { (void)DotOptions{.digits = n}; }},
    {"dot", "decimals", -1, whole, [](auto n) { (void)DotOptions{.decimals = n}; }},
    {"dot", "limit", 0, most, [](auto n) { (void)DotOptions{.limit = n}; }},
    {"svg", "digits", 1, whole, [](auto n) { (void)SvgOptions{.digits = n}; }},
    {"svg", "decimals", -1, whole, [](auto n) { (void)SvgOptions{.decimals = n}; }},
    {"svg", "limit", 0, most, [](auto n) { (void)SvgOptions{.limit = n}; }},
    {"svg", "boxes", 0, whole, [](auto n) { (void)SvgOptions{.boxes = n}; }},
    {"svg", "wires", 0, whole, [](auto n) { (void)SvgOptions{.wires = n}; }},
    {"chart", "tone", 0, whole, [](auto n) { (void)ChartLine{.tone = n}; }},
    {"chart", "dash", 0, 3, [](auto n) { (void)ChartLine{.dash = n}; }},
    {"chart", "columns", 1, 1000, [](auto n) { (void)Chart{.columns = n}; }},
    {"problems", "examples", 0, whole, [](auto n) { (void)Thresholds{.examples = n}; }},
    {"check", "full", 0, most, [](auto n) { (void)CheckOptions{.full = n}; }},
    {"check", "directions", 0, whole, [](auto n) { (void)CheckOptions{.directions = n}; }},
    {"check", "shown", 0, whole, [](auto n) { (void)CheckOptions{.shown = n}; }},
    {"lbfgs", "memory", 0, whole, [](auto n) { (void)LbfgsOptions{.memory = n}; }},
    {"lbfgs", "most_steps", 0, most, [](auto n) { (void)LbfgsOptions{.most_steps = n}; }},
    {"stopping", "patience", 0, most, [](auto n) { (void)StopOptions{.patience = n}; }},
    {"threads", "the number of threads", 1, 1024,
     [](auto n) {
       const int before = threads();
       set_threads(n);
       set_threads(before);
     }},
};
TEST(Options, OfWhatIsShownAreInTheirRange) {
  for (const Option& each : options) {
    const auto refused = [&](const std::string& value) {
      return std::string("[") + each.where + "] " + each.name + " is " + value + ", outside " +
             std::to_string(each.lowest) + " to " + std::to_string(each.highest) +
             ". Use one in that range.";
    };
    for (const std::int64_t below : {each.lowest - 1, std::int64_t(-5), -most})
      EXPECT_EQ(error_of([&] { each.set(below); }), refused(std::to_string(below)));
    if (each.highest < most) {
      EXPECT_EQ(error_of([&] { each.set(each.highest + 1); }),
                refused(std::to_string(each.highest + 1)));
    }
    EXPECT_EQ(error_of([&] { each.set(~std::uint64_t(0)); }), refused("18446744073709551615"));
    for (const std::int64_t advised : {each.lowest, each.highest})
      EXPECT_EQ(error_of([&] { each.set(advised); }), "no error") << each.where << each.name;
  }
}
TEST(Options, AtTheirEndsAreShown) {
  Tape tape;
  const auto x = tape.input("x", {0.125, 2.5});
  const auto y = sum(x * x);
  tape.backward(y);
  for (const int digits : {1, 2147483647}) {
    EXPECT_FALSE(trace(y, {.digits = digits, .decimals = digits, .limit = most}).text().empty());
    EXPECT_FALSE(trace(y, {.digits = digits, .decimals = -1, .limit = 0}).text().empty());
  }
}

}  // namespace
}  // namespace glassgrad

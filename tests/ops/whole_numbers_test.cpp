// Every op that takes a whole number: one that does not fit is refused in the op's own name and the
// parameter's, with its value, and the tape stays as it was; what the advice says to give works.
#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr std::uint64_t beyond = std::uint64_t(1) << 63;
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t far = std::int64_t(1) << 33;  // 0 as an int

// x is a (2, 4), square a (3, 3), image a (1, 4, 4); at has x's shape, one is a single position.
struct Given {
  Tape<double> tape;
  N x = tape.input({{1, 2, 3, 4}, {5, 6, 7, 8}});
  N square = tape.input({{2, 0, 1}, {0, 3, 0}, {1, 0, 4}});
  N image = reshape(tape.input({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}), {1, 4, 4});
  N filter = tape.input({{{{1}}}}), signal = tape.input({{1, 2, 3, 4}});
  N line = tape.input({{{1}}}), channels = tape.input({1});
  Indices<> at = argsort(x, 0);
  Indices<> one = tape.indices({0});
};
// What may be given is `range`; both ends work, but for those that would take all memory.
struct WholeParameter {
  const char *op, *name;
  void (*call)(Given&, Integer n);
  int good;
  Range range = {};
  bool ends = true;
};
const WholeParameter parameters[] = {
    {"slice", "start", [](Given& g, Integer n) { slice(g.x, 0, n); }, 1},
    {"slice", "stop", [](Given& g, Integer n) { slice(g.x, 0, 0, n); }, 1},
    {"slice", "step", [](Given& g, Integer n) { slice(g.x, 0, 0, 2, n); }, 2},
    {"unfold", "size", [](Given& g, Integer n) { unfold(g.x, 0, n); }, 1, {1, 2}},
    {"unfold", "step", [](Given& g, Integer n) { unfold(g.x, 0, 1, n); }, 1, at_least(1)},
    {"unfold", "dilation", [](Given& g, Integer n) { unfold(g.x, 0, 1, 1, n); }, 1, at_least(1)},
    {"fold", "length", [](Given& g, Integer n) { fold(unfold(g.x, 0, 1), 0, n); }, 2, at_least(2),
     false},
    {"fold", "step", [](Given& g, Integer n) { fold(unfold(g.x, 0, 1), 0, 2, n); }, 1, at_least(1)},
    {"fold", "dilation", [](Given& g, Integer n) { fold(unfold(g.x, 0, 1), 0, 2, 1, n); }, 1,
     at_least(1)},
    {"triu", "offset", [](Given& g, Integer n) { triu(g.square, n); }, -1},
    {"tril", "offset", [](Given& g, Integer n) { tril(g.square, n); }, 1},
    {"polygamma", "the order", [](Given& g, Integer n) { polygamma(g.x, n); }, 1, {0, 1000}},
    {"bessel_i", "the order", [](Given& g, Integer n) { bessel_i(g.x, n); }, 1, {0, 1000}},
    {"round", "the number of decimals", [](Given& g, Integer n) { round(g.x, n); }, 1, {-37, 37}},
    {"kth_smallest", "k", [](Given& g, Integer n) { kth_smallest(g.x, n); }, 1, {0, 7}},
    {"one_hot", "the number of classes", [](Given& g, Integer n) { one_hot(g.one, n); }, 2,
     at_least(1), false},
    {"embedding",
     "the padding row",
     [](Given& g, Integer n) { embedding(g.x, g.one, n); },
     1,
     {-1, 1}},
    {"topk", "k", [](Given& g, Integer n) { topk(g.x, n); }, 2, {0, 4}},
    {"kthvalue", "k", [](Given& g, Integer n) { kthvalue(g.x, n); }, 2, {1, 4}},
    {"diff", "n", [](Given& g, Integer n) { diff(g.x, n); }, 1, at_least(0)},
    {"atleast_nd", "axes", [](Given& g, Integer n) { atleast_nd(g.x, n); }, 3, {0, 8}},
    {"narrow", "start", [](Given& g, Integer n) { narrow(g.x, 1, n, 0); }, -1, {-4, 4}},
    {"narrow", "length", [](Given& g, Integer n) { narrow(g.x, 1, 0, n); }, 2, {0, 4}},
    {"select", "position", [](Given& g, Integer n) { select(g.x, 0, n); }, -1, {-2, 1}},
    {"split", "the size", [](Given& g, Integer n) { split(g.x, n, 1); }, 3, at_least(1)},
    {"chunk", "the number of chunks", [](Given& g, Integer n) { chunk(g.x, n, 1); }, 2,
     at_least(1)},
    {"rot90", "times", [](Given& g, Integer n) { rot90(g.x, n); }, -1},
    {"roll", "shift", [](Given& g, Integer n) { roll(g.x, n); }, -1},
    {"roll", "shift", [](Given& g, Integer n) { roll(g.x, n, 0); }, -1},
    {"repeat", "times", [](Given& g, Integer n) { repeat(g.x, n, 0); }, 2, at_least(0)},
    {"diagonal", "offset", [](Given& g, Integer n) { diagonal(g.x, n); }, -1},
    {"diag_embed",
     "offset",
     [](Given& g, Integer n) { diag_embed(g.x, n); },
     -1,
     {-3037000495, 3037000495},
     false},
    {"diag", "offset", [](Given& g, Integer n) { diag(g.x, n); }, 1},
    {"tensordot",
     "the number of axes",
     [](Given& g, Integer n) { tensordot(g.x, g.x, n); },
     2,
     {0, 2}},
    {"matrix_power",
     "the power",
     [](Given& g, Integer n) { matrix_power(g.square, n); },
     -2,
     {-most, most}},
    {"layer_norm",
     "the number of axes",
     [](Given& g, Integer n) { layer_norm(g.x, n); },
     2,
     {1, 2}},
    {"conv_transpose1d", "more",
     [](Given& g, Integer n) { conv_transpose1d(g.signal, g.line, {}, n); }, 1, at_least(0)},
    {"per_channel",
     "spatial_axes",
     [](Given& g, Integer n) { per_channel(g.channels, g.image, n); },
     2,
     {0, 2},
     false},
    {"max_pool1d", "the size", [](Given& g, Integer n) { max_pool1d(g.x, n); }, 2, at_least(1)},
    {"avg_pool1d", "the size", [](Given& g, Integer n) { avg_pool1d(g.x, n); }, 2, at_least(1)},
    {"adaptive_avg_pool1d", "the size", [](Given& g, Integer n) { adaptive_avg_pool1d(g.x, n); }, 2,
     at_least(1)},
    {"adaptive_max_pool1d", "the size", [](Given& g, Integer n) { adaptive_max_pool1d(g.x, n); }, 2,
     at_least(1)},
    {"max_pool2d", "the size",
     [](Given& g, Integer n) {
       max_pool2d(g.image, {n, 2});
     },
     2, at_least(1)},
    {"max_pool2d", "the size",
     [](Given& g, Integer n) {
       max_pool2d(g.image, {2, n});
     },
     2, at_least(1)},
    {"conv2d", "the number of groups",
     [](Given& g, Integer n) { conv2d(g.image, g.filter, {.groups = n}); }, 1, at_least(1)},
    {"pad", "before",
     [](Given& g, Integer n) {
       pad(g.x, Margin{0, n, 1});
     },
     2},
    {"pad", "after",
     [](Given& g, Integer n) {
       pad(g.x, Margin{0, 1, n});
     },
     -1},
    {"reshape", "a size",
     [](Given& g, Integer n) {
       reshape(g.x, {n, 2});
     },
     -1, at_least(-1), false},
    {"expand", "a size",
     [](Given& g, Integer n) {
       expand(g.x, {n, -1, 4});
     },
     2, at_least(-1), false},
    {"indices", "a position",
     [](Given& g, Integer n) {
       g.tape.indices({n, 1});
     },
     2},
    {"set", "the position", [](Given& g, Integer n) { g.tape.set(g.x, n, 1.0); }, 2},
};
bool half_open(const Range& range) { return range.highest == most && range.lowest > -most; }
std::string refused(const WholeParameter& each, Integer n) {
  const std::string lowest = std::to_string(each.range.lowest);
  const std::string is = std::string("[") + each.op + "] " + each.name + " is " + to_text(n);
  if (!half_open(each.range))
    return is + ", outside " + lowest + " to " + std::to_string(each.range.highest) +
           ". Use one in that range.";
  if (n.fits<std::int64_t>()) return is + ". Give at least " + lowest + ".";
  return is + ", more than 9223372036854775807. Give at least " + lowest +
         ", and no more than you need.";
}
TEST(WholeNumbers, ThatDoNotFitAreRefusedInTheNameOfTheOp) {
  for (const WholeParameter& each : parameters) {
    Given given;
    EXPECT_EQ(error_of([&] { each.call(given, beyond); }), refused(each, beyond));
    EXPECT_EQ(error_of([&] { each.call(given, each.good); }), "no error") << each.op;
    EXPECT_EQ(sum(given.x * given.x).item(), given.x.value()(0, 2) == 1 ? 196 : 204) << each.op;
  }
}
TEST(WholeNumbers, TheRangeOfTheAdviceIsTheOnesThatWork) {
  for (const WholeParameter& each : parameters) {
    if (!each.ends || each.range.lowest < -most) continue;  // an int64 of any size
    Given given;
    const Range& range = each.range;
    EXPECT_EQ(error_of([&] { each.call(given, range.lowest - 1); }),
              refused(each, range.lowest - 1));
    EXPECT_EQ(error_of([&] { each.call(given, range.lowest); }), "no error") << each.op;
    if (half_open(range)) continue;
    EXPECT_EQ(error_of([&] { each.call(given, range.highest); }), "no error") << each.op;
    if (range.highest < most) {
      EXPECT_EQ(error_of([&] { each.call(given, range.highest + 1); }),
                refused(each, range.highest + 1));
    }
  }
}
TEST(WholeNumbers, AsOfClassesAndGroupsAreAskedForByWhatIsThere) {
  Given g;
  const Indices<> at = g.tape.indices({2, 0});
  EXPECT_EQ(error_of([&] { one_hot(at, -1); }),
            "[one_hot] the number of classes is -1. Give at least 3.");
  EXPECT_EQ(one_hot(at, 3).shape(), (Shape{2, 3}));
  for (const Integer groups : {Integer(-1), Integer(0), Integer(3), Integer(beyond)})
    EXPECT_EQ(error_of([&] { group_norm(g.x, groups); }),
              "[group_norm] 4 channels in " + to_text(groups) +
                  " groups. Give a number of groups that divides the channels.");
  for (const int groups : {1, 2, 4}) EXPECT_EQ(group_norm(g.x, groups).shape(), (Shape{2, 4}));
  EXPECT_EQ(error_of([&] { unfold(g.x, 1, 3, 1, 2); }),
            "[unfold] dilation is 2, outside 1 to 1. Use one in that range.");
  EXPECT_EQ(unfold(g.x, 1, 3, 1, 1).shape(), (Shape{2, 2, 3}));
}

struct AxisParameter {
  const char* op;
  void (*call)(Given&, Axis axis);
  int good = 0, axes = 2;
};
const AxisParameter axes[] = {
    {"cumsum", [](Given& g, Axis axis) { cumsum(g.x, axis); }},
    {"cumprod", [](Given& g, Axis axis) { cumprod(g.x, axis); }},
    {"logcumsumexp", [](Given& g, Axis axis) { logcumsumexp(g.x, axis); }},
    {"cummax", [](Given& g, Axis axis) { cummax(g.x, axis); }},
    {"cummin", [](Given& g, Axis axis) { cummin(g.x, axis); }},
    {"diff", [](Given& g, Axis axis) { diff(g.x, 1, axis); }},
    {"trapezoid", [](Given& g, Axis axis) { trapezoid(g.x, 0.5, axis); }},
    {"trapezoid", [](Given& g, Axis axis) { trapezoid(g.x, g.x, axis); }},
    {"cumulative_trapezoid", [](Given& g, Axis axis) { cumulative_trapezoid(g.x, 0.5, axis); }},
    {"cumulative_trapezoid", [](Given& g, Axis axis) { cumulative_trapezoid(g.x, g.x, axis); }},
    {"argsort", [](Given& g, Axis axis) { argsort(g.x, axis); }},
    {"argmax", [](Given& g, Axis axis) { argmax(g.x, axis); }},
    {"argmin", [](Given& g, Axis axis) { argmin(g.x, axis); }},
    {"sort", [](Given& g, Axis axis) { sort(g.x, axis); }},
    {"topk", [](Given& g, Axis axis) { topk(g.x, 1, axis); }},
    {"kthvalue", [](Given& g, Axis axis) { kthvalue(g.x, 1, axis); }},
    {"slice", [](Given& g, Axis axis) { slice(g.x, axis, 1); }},
    {"concat",
     [](Given& g, Axis axis) {
       concat({g.x, g.x}, axis);
     }},
    {"stack",
     [](Given& g, Axis axis) {
       stack({g.x, g.x}, axis);
     },
     0, 3},
    {"unsqueeze", [](Given& g, Axis axis) { unsqueeze(g.x, axis); }, 0, 3},
    {"flatten", [](Given& g, Axis axis) { flatten(g.x, axis, -1); }},
    {"flatten", [](Given& g, Axis axis) { flatten(g.x, 0, axis); }},
    {"swapaxes", [](Given& g, Axis axis) { swapaxes(g.x, axis, -1); }},
    {"swapaxes", [](Given& g, Axis axis) { swapaxes(g.x, 1, axis); }},
    {"narrow", [](Given& g, Axis axis) { narrow(g.x, axis, 0, 1); }},
    {"select", [](Given& g, Axis axis) { select(g.x, axis, 0); }},
    {"split", [](Given& g, Axis axis) { split(g.x, 1, axis); }},
    {"split",
     [](Given& g, Axis axis) {
       split(g.x, std::vector<std::int64_t>{1, 1}, axis);
     }},
    {"chunk", [](Given& g, Axis axis) { chunk(g.x, 2, axis); }},
    {"unbind", [](Given& g, Axis axis) { unbind(g.x, axis); }},
    {"roll", [](Given& g, Axis axis) { roll(g.x, 1, axis); }},
    {"repeat", [](Given& g, Axis axis) { repeat(g.x, 2, axis); }},
    {"rot90", [](Given& g, Axis axis) { rot90(g.x, 1, axis, 1); }},
    {"rot90", [](Given& g, Axis axis) { rot90(g.x, 1, 1, axis); }},
    {"diagonal", [](Given& g, Axis axis) { diagonal(g.x, 0, axis, 1); }},
    {"diagonal", [](Given& g, Axis axis) { diagonal(g.x, 0, 1, axis); }},
    {"diag_embed", [](Given& g, Axis axis) { diag_embed(g.x, 0, axis, -1); }, 0, 3},
    {"diag_embed", [](Given& g, Axis axis) { diag_embed(g.x, 0, -1, axis); }, 0, 3},
    {"glu", [](Given& g, Axis axis) { glu(g.x, axis); }},
    {"unfold", [](Given& g, Axis axis) { unfold(g.x, axis, 1); }},
    {"fold", [](Given& g, Axis axis) { fold(unfold(g.x, 0, 1), axis, 2); }},
    {"gather", [](Given& g, Axis axis) { gather(g.x, axis, g.at); }},
    {"take_along_axis", [](Given& g, Axis axis) { take_along_axis(g.x, g.at, axis); }},
    {"index_select", [](Given& g, Axis axis) { index_select(g.x, axis, g.one); }},
    {"scatter", [](Given& g, Axis axis) { scatter(g.x, axis, g.at, g.x); }},
    {"scatter_add", [](Given& g, Axis axis) { scatter_add(g.x, axis, g.at, g.x); }},
    {"scatter_reduce",
     [](Given& g, Axis axis) { scatter_reduce(g.x, axis, g.at, g.x, Reduced::sum); }},
    {"index_add", [](Given& g, Axis axis) { index_add(g.x, axis, g.one, slice(g.x, 0, 0, 1)); }},
    {"index_copy", [](Given& g, Axis axis) { index_copy(g.x, axis, g.one, slice(g.x, 0, 0, 1)); }},
    {"index_fill", [](Given& g, Axis axis) { index_fill(g.x, axis, g.one, 0.5); }},
    {"renorm", [](Given& g, Axis axis) { renorm(g.x, 2, axis, 1); }},
    {"cosine_similarity", [](Given& g, Axis axis) { cosine_similarity(g.x, g.x, axis); }},
    {"cross", [](Given& g, Axis axis) { cross(g.square, g.square, axis); }},
    {"pad", [](Given& g, Axis axis) { pad(g.x, Margin{axis.in("pad", "axis"), 1, 1}); }},
};
std::string out_of_range(const AxisParameter& each, const std::string& axis) {
  const std::string n = std::to_string(each.axes);
  return std::string("[") + each.op + "] axis " + axis + " is out of range for an array of " + n +
         " axes. Axes here go from -" + n + " to " + std::to_string(each.axes - 1) + ".";
}
TEST(WholeNumbers, AnAxisOfAnySizeIsRefusedInTheNameOfTheOp) {
  for (const AxisParameter& each : axes) {
    Given given;
    EXPECT_EQ(error_of([&] { each.call(given, far); }), out_of_range(each, "8589934592"));
    EXPECT_EQ(error_of([&] { each.call(given, -far); }), out_of_range(each, "-8589934592"));
    EXPECT_EQ(error_of([&] { each.call(given, each.axes); }),
              out_of_range(each, std::to_string(each.axes)));
    if (std::string(each.op) != "pad") {  // a Margin keeps an int64
      EXPECT_EQ(error_of([&] { each.call(given, beyond); }),
                out_of_range(each, "9223372036854775808"));
    }
    for (const int advised : {each.good, each.good - each.axes})
      EXPECT_EQ(error_of([&] { each.call(given, advised); }), "no error") << each.op << advised;
    EXPECT_EQ(sum(given.x * given.x).item(), 204) << each.op;
  }
}

}  // namespace
}  // namespace glassgrad

// Axes, positions, sizes and counts far out of range: 2^31, 2^32, the last int and the last int64.
// Each is refused by its value, or does what it says; nothing wraps. docs/limits.md lists them.
#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/glassgrad.hpp"
#include "support/error_of.hpp"
#include "support/mistakes.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = -most - 1;
constexpr int int_most = std::numeric_limits<int>::max(), int_least = -int_most - 1;

std::string text_of(const N& x) { return to_text(x.shape()) + " " + to_text(x); }

const Mistake mistakes[] = {
    {"cumsum", [](auto&, auto& x, auto&) { cumsum(x, 256); },
     "[cumsum] axis 256 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"cumprod", [](auto&, auto& x, auto&) { cumprod(x, int_most); },
     "[cumprod] axis 2147483647 is out of range for an array of 2 axes. Axes here go from -2 to "
     "1."},
    {"sort", [](auto&, auto& x, auto&) { sort(x, int_least); },
     "[sort] axis -2147483648 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"slice_axis", [](auto&, auto& x, auto&) { slice(x, 65536, 0, 1); },
     "[slice] axis 65536 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"slice_step",
     [](auto&, auto& x, auto&) {
       apply(Slice{0, 0, 2, 0}, x);
     },
     "[slice] the step is 0. Step forwards or backwards."},
    {"slice_count",
     [](auto&, auto& x, auto&) {
       apply(Slice{0, 0, most, most}, x);
     },
     "[slice] positions 0 to 9223372036854775807 leave axis 0 of (2, 3). Use slice(x, axis, start, "
     "stop, step), which clips."},
    {"narrow", [](auto&, auto& x, auto&) { narrow(x, 1, 1, most); },
     "[narrow] length is 9223372036854775807, outside 0 to 2. Use one in that range."},
    {"narrow_start", [](auto&, auto& x, auto&) { narrow(x, 1, most, most); },
     "[narrow] start is 9223372036854775807, outside -3 to 3. Use one in that range."},
    {"select", [](auto&, auto& x, auto&) { select(x, 1, least); },
     "[select] position is -9223372036854775808, outside -3 to 2. Use one in that range."},
    {"split",
     [](auto&, auto& x, auto&) {
       const std::int64_t sizes[] = {most, most, 5};
       split(x, std::span<const std::int64_t>(sizes), 1);
     },
     "[split] the sizes sum to 9223372036854775807, the axis has 3. "
     "Give sizes from 0 on that sum to the axis."},
    {"topk", [](auto&, auto& x, auto&) { topk(x, most); },
     "[topk] k is 9223372036854775807, outside 0 to 3. Use one in that range."},
    {"kthvalue", [](auto&, auto& x, auto&) { kthvalue(x, least); },
     "[kthvalue] k is -9223372036854775808, outside 1 to 3. Use one in that range."},
    {"repeat", [](auto&, auto& x, auto&) { repeat(x, most, 0); },
     "[repeat] 2 times 9223372036854775807 is more than 9223372036854775807. Use smaller sizes."},
    {"tile",
     [](auto&, auto& x, auto&) {
       tile(x, {most, 1});
     },
     "[tile] 2 times 9223372036854775807 is more than 9223372036854775807. Use smaller sizes."},
    {"pad",
     [](auto&, auto& x, auto&) {
       pad(x, Margin{0, most, most});
     },
     "[pad] 9223372036854775807 plus 2 is more than 9223372036854775807. Use smaller sizes."},
    {"pad_cut",
     [](auto&, auto& x, auto&) {
       pad(x, Margin{0, least, least});
     },
     "[pad] cutting off 9223372036854775807 and 9223372036854775807 entries leaves nothing of 2. "
     "Cut off at most what is there."},
    {"reshape",
     [](auto&, auto& x, auto&) {
       reshape(x, {std::int64_t(1) << 32, std::int64_t(1) << 32});
     },
     "[reshape] the sizes (4294967296, 4294967296) multiply to more than 9223372036854775807. "
     "Use smaller sizes."},
    {"reshape_open",
     [](auto&, auto& x, auto&) {
       reshape(x, {std::int64_t(1) << 32, std::int64_t(1) << 32, -1});
     },
     "[reshape] 6 numbers of shape (2, 3) do not divide by 9223372036854775807. "
     "Give sizes that divide the count."},
    {"atleast_nd", [](auto&, auto& x, auto&) { atleast_nd(x, int_most); },
     "[atleast_nd] axes is 2147483647, outside 0 to 8. Use one in that range."},
    {"diag_embed", [](auto&, auto&, auto& v) { diag_embed(v, least); },
     "[diag_embed] offset is -9223372036854775808, outside -3037000495 to 3037000495. "
     "Use one in that range."},
    {"diag_embed_square", [](auto&, auto&, auto& v) { diag_embed(v, std::int64_t(1) << 32); },
     "[diag_embed] offset is 4294967296, outside -3037000495 to 3037000495. "
     "Use one in that range."},
    {"unfold_size", [](auto&, auto& x, auto&) { unfold(x, 1, most, 1, most); },
     "[unfold] size is 9223372036854775807, outside 1 to 3. Use one in that range."},
    {"unfold_dilation", [](auto&, auto& x, auto&) { unfold(x, 1, 2, 1, most); },
     "[unfold] dilation is 9223372036854775807, outside 1 to 2. Use one in that range."},
    {"fold", [](auto&, auto& x, auto&) { fold(x, 0, 5, most, most); },
     "[fold] 2 windows of 3 entries (axis 0, size 3, step 9223372036854775807, dilation "
     "9223372036854775807) do not fit into 5. Give the length of the axis they were taken from."},
    {"max_pool", [](auto&, auto& x, auto&) { max_pool2d(x, Pair(most)); },
     "[max_pool2d] a window spans 9223372036854775807 entries, there are 2 and padding 0. "
     "Use a smaller window or more padding."},
    {"max_pool_padding",
     [](auto&, auto& x, auto&) {
       Pooling pooling;
       pooling.padding = Pair(most);
       max_pool2d(x, Pair(2), pooling);
     },
     "[max_pool2d] the padding is 9223372036854775807, the size 2. Pad by at most half the size."},
    {"conv_groups",
     [](auto& tape, auto&, auto&) {
       conv2d(tape.zeros({1, 2, 3, 3}), tape.zeros({4, 2, 1, 1}),
              Sliding{.groups = std::int64_t(1) << 62});
     },
     "[conv2d] x has 2 channels, the weights (4, 2, 1, 1) want 9223372036854775807 in "
     "4611686018427387904 groups. Give weights (O, C / groups, H, W), O a multiple of groups."},
    {"conv_padding",
     [](auto& tape, auto&, auto&) {
       conv2d(tape.zeros({1, 1, 3, 3}), tape.zeros({1, 1, 2, 2}),
              Sliding{.padding = Pair(4000000000000000000)});
     },
     "[conv2d] images of 3 x 3 with padding 4000000000000000000 x 4000000000000000000 give more "
     "results than fit into memory. Use less padding."},
    {"conv_dilation",
     [](auto& tape, auto&, auto&) {
       conv2d(tape.zeros({1, 1, 3, 3}), tape.zeros({1, 1, 2, 2}), Sliding{.dilation = Pair(most)});
     },
     "[conv2d] a window spans 9223372036854775807 x 9223372036854775807 entries, the images are "
     "3 x 3 with padding 0 x 0. Use a smaller window or more padding."},
    {"per_channel", [](auto&, auto& x, auto& v) { per_channel(v, x, int_least); },
     "[per_channel] spatial_axes is -2147483648, outside 0 to 1. Use one in that range."},
    {"layer_norm", [](auto&, auto& x, auto&) { layer_norm(x, int_least); },
     "[layer_norm] the number of axes is -2147483648, outside 1 to 2. Use one in that range."},
    {"group_norm", [](auto&, auto& x, auto&) { group_norm(x, most); },
     "[group_norm] 3 channels in 9223372036854775807 groups. "
     "Give a number of groups that divides the channels."},
    {"tensordot", [](auto&, auto& x, auto&) { tensordot(x, x, int_most); },
     "[tensordot] the number of axes is 2147483647, outside 0 to 2. Use one in that range."},
    {"kth_smallest", [](auto&, auto& x, auto&) { kth_smallest(x, most); },
     "[kth_smallest] k is 9223372036854775807, outside 0 to 5. Use one in that range."},
    {"one_hot",
     [](auto& tape, auto&, auto&) {
       one_hot(tape.indices({0, 1}), most);
     },
     "[one_hot] the sizes (2, 9223372036854775807) multiply to more than 9223372036854775807. "
     "Use smaller sizes."},
    {"matrix_power",
     [](auto& tape, auto&, auto&) {
       matrix_power(tape.constant({{2, 0}, {0, 2}}), std::numeric_limits<std::int64_t>::min());
     },
     "[matrix_power] the power is -9223372036854775808, outside -9223372036854775807 to "
     "9223372036854775807. Use one in that range."},
    {"round", [](auto&, auto& x, auto&) { round(x, int_least); },
     "[round] the number of decimals is -2147483648, outside -37 to 37. Use one in that range."},
    {"round_one_beyond", [](auto&, auto& x, auto&) { round(x, 38); },
     "[round] the number of decimals is 38, outside -37 to 37. Use one in that range."},
    {"polygamma", [](auto&, auto& x, auto&) { polygamma(x, int_most); },
     "[polygamma] the order is 2147483647, outside 0 to 1000. Use one in that range."},
    {"bessel", [](auto&, auto& x, auto&) { bessel_i(x, 1001); },
     "[bessel_i] the order is 1001, outside 0 to 1000. Use one in that range."},
    {"lapack_rows",
     [](auto& tape, auto&, auto&) {
       svdvals(tape.zeros({std::int64_t(1) << 31, 0}));
     },
     "[svdvals] the matrices of (2147483648, 0) are larger than 63161283 x 63161283. "
     "Use smaller matrices."},
    {"lapack_columns",
     [](auto& tape, auto&, auto&) {
       pinv(tape.zeros({0, 63161284}));
     },
     "[pinv] the matrices of (0, 63161284) are larger than 63161283 x 63161283. "
     "Use smaller matrices."},
    {"concat_total",
     [](auto& tape, auto&, auto&) {
       const N wide = tape.zeros({0, std::int64_t(1) << 62});
       concat({wide, wide}, 1);
     },
     "[concat] 4611686018427387904 plus 4611686018427387904 is more than 9223372036854775807. "
     "Use smaller sizes."},
};

class Limits : public testing::TestWithParam<Mistake> {};
TEST_P(Limits, AreRefusedByValue) { expect_mistake<ShapeError>(GetParam()); }
INSTANTIATE_TEST_SUITE_P(All, Limits, testing::ValuesIn(mistakes),
                         [](const auto& each) { return each.param.name; });

// ---- Far out of range, and right

struct Within {
  Tape<double> tape;
  N x = tape.input({{1, 2, 3}, {4, 5, 6}});
  N v = tape.input({1, 2, 3, 4});
};

TEST(FarOut, SlicesClip) {
  Within in;
  EXPECT_EQ(text_of(slice(in.v, 0, least, most)), "(4) [1 2 3 4]");
  EXPECT_EQ(text_of(slice(in.v, 0, 1, most, most)), "(1) [2]");
  EXPECT_EQ(text_of(slice(in.v, 0, -1, whole_axis, least)), "(1) [4]");
  EXPECT_EQ(text_of(slice(in.v, 0, most, most)), "(0) []");
  const N last = slice(in.v, 0, 3, whole_axis, least);
  in.tape.backward(sum(last * last));
  EXPECT_EQ(in.v.upstream()[3], 8);
  EXPECT_EQ(in.v.upstream()[0], 0);
}
TEST(FarOut, WindowsOfOneEntryAreAnyStepApart) {
  Within in;
  EXPECT_EQ(text_of(unfold(in.v, 0, 1, most, most)), "(1, 1) [[1]]");
  const N y = sum(unfold(in.v, 0, 4, most));
  in.tape.backward(y);
  EXPECT_EQ(y.item(), 10);
  EXPECT_EQ(in.v.upstream()[3], 1);
  Pooling pooling;
  pooling.stride = Pair(most);
  EXPECT_EQ(text_of(max_pool2d(in.x, Pair(2), pooling)), "(1, 1) [[5]]");
}
TEST(FarOut, RollsGoRound) {
  Within in;
  EXPECT_EQ(text_of(roll(in.v, most, 0)), text_of(roll(in.v, most % 4, 0)));
  EXPECT_EQ(text_of(roll(in.v, least, 0)), "(4) [1 2 3 4]");
  EXPECT_EQ(text_of(rot90(in.x, int_least)), text_of(in.x));
}
TEST(FarOut, DifferencesEndWhenNothingIsLeft) {
  Within in;
  EXPECT_EQ(text_of(diff(in.v, 3)), "(1) [0]");
  EXPECT_EQ(diff(in.v, int_most).shape(), Shape{0});
}
TEST(FarOut, TrianglesAndDiagonalsAreWholeOrEmpty) {
  Within in;
  EXPECT_EQ(text_of(triu(in.x, least)), text_of(in.x));
  EXPECT_EQ(sum(triu(in.x, most)).item(), 0);
  EXPECT_EQ(diagonal(in.x, most).shape(), Shape{0});
  EXPECT_EQ(diagonal(in.x, least).shape(), Shape{0});
}
TEST(FarOut, PartsAreFewerThanAskedFor) {
  Within in;
  EXPECT_EQ(split(in.v, most).size(), 1u);
  EXPECT_EQ(chunk(in.v, most).size(), 4u);
}
TEST(FarOut, GroupsOfNoChannels) {
  Within in;
  const N x = in.tape.zeros({4, 0, 2});
  EXPECT_EQ(group_norm(x, std::int64_t(1) << 20).shape(), (Shape{4, 0, 2}));
  EXPECT_EQ(error_of([&] { group_norm(x, std::int64_t(1) << 62); }),
            "[group_norm] the sizes (4, 4611686018427387904) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
}

// ---- The last values that are taken

TEST(AtTheLimit, OrdersAndDecimals) {
  Within in;
  EXPECT_EQ(round(in.tape.constant(0.123456789), 37).item(), 0.123456789);
  EXPECT_EQ(round(in.tape.constant(0.7), -37).item(), 0);
  EXPECT_TRUE(std::isfinite(bessel_i(in.tape.constant(1.5), 1000).item()));
  EXPECT_EQ(matrix_power(in.tape.constant({{1, 0}, {0, 1}}), -int_most).value()(1, 1), 1);
}
TEST(AtTheLimit, MatricesWithoutNumbers) {
  Within in;
  EXPECT_EQ(svdvals(in.tape.zeros({63161283, 0})).shape(), Shape{0});
}
TEST(AtTheLimit, ConcatChecksWhatItIsTold) {
  Within in;
  const N both[] = {in.v, in.tape.zeros({3})};
  EXPECT_EQ(error_of([&] {
              apply_all(Concat{0, {4}}, std::span<const N>(both));
            }),
            "[concat] array 1 is (3), each is said to have 4. Leave `each` 0.");
  EXPECT_EQ(apply_all(Concat{0}, std::span<const N>(both)).shape(), Shape{7});
  EXPECT_EQ(concat(std::span<const N>(both)).shape(), Shape{7});
}

}  // namespace
}  // namespace glassgrad

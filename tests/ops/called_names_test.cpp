// An error names the function that was called, whatever ops it is made of; what the advice says to
// give works.
#include <gtest/gtest.h>

#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
constexpr std::int64_t vast = std::int64_t(1) << 59;  // so many numbers cannot be addressed

// x is (2, 4), image (1, 4, 4)
struct Given {
  Tape<double> tape;
  N x = tape.input({{1, 2, 3, 4}, {5, 6, 7, 8}}), v = tape.input({1, 2, 3});
  N image = reshape(tape.input({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}), {1, 4, 4});
  Indices<> one = tape.indices({0});
};
struct Call {
  const char *op, *said;  // behind [op]
  void (*wrong)(Given&);
  void (*advised)(Given&);
};
const char* const less =
    " numbers. Use smaller arrays, or give memory back: clear tapes and drop programs that are "
    "done with.";
const Call calls[] = {
    {"reshape", "a size is -2. Give at least -1.",
     [](Given& g) {
       reshape(g.x, {-2, 2});
     },
     [](Given& g) {
       reshape(g.x, {-1, 2});
     }},
    {"reshape", "a size is -3. Give at least -1.",
     [](Given& g) {
       const std::int64_t sizes[] = {-3, 2};
       resolved_shape(g.x.shape(), std::span<const std::int64_t>(sizes));
     },
     [](Given& g) {
       const std::int64_t sizes[] = {-1, 2};
       resolved_shape(g.x.shape(), std::span<const std::int64_t>(sizes));
     }},
    {"expand", "a size is -2. Give at least -1.",
     [](Given& g) {
       expand(g.x, {-2, 4});
     },
     [](Given& g) {
       expand(g.x, {-1, 4});
     }},
    {"fliplr", "axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0.",
     [](Given& g) { fliplr(g.v); }, [](Given& g) { flipud(g.v); }},
    {"triu", "(3) has no matrices. Give an array of at least two axes.",
     [](Given& g) { triu(g.v); }, [](Given& g) { triu(g.x); }},
    {"tril", "(3) has no matrices. Give an array of at least two axes.",
     [](Given& g) { tril(g.v); }, [](Given& g) { tril(g.x); }},
    {"fold", "x is (3). Give windows: at least two axes, the last theirs.",
     [](Given& g) { fold(g.v, 0, 3); }, [](Given& g) { fold(g.x, 0, 5); }},
    {"fold",
     "2 windows of 4 entries (axis 0, size 4) do not fit into 4. Give the length of the axis they "
     "were taken from.",
     [](Given& g) { fold(g.x, 0, 4); }, [](Given& g) { fold(g.x, 0, 5); }},
    {"unfold", "a window spans 1 entries, axis 0 of (0) has 0. Use a smaller window or pad first.",
     [](Given& g) { unfold(g.tape.zeros({0}), 0, 1); },
     [](Given& g) {
       unfold(pad(g.tape.zeros({0}), Margin{0, 1, 0}), 0, 1);
     }},
    {"max_pool1d", "the padding is 2, the size 2. Pad by at most half the size.",
     [](Given& g) {
       max_pool1d(g.x, 2, {1, 2});
     },
     [](Given& g) {
       max_pool1d(g.x, 2, {1, 1});
     }},
    {"avg_pool1d",
     "a window spans 5 entries, there are 4 and padding 0. Use a smaller window or more padding.",
     [](Given& g) { avg_pool1d(g.x, 5); },
     [](Given& g) {
       avg_pool1d(g.x, 5, {1, 1});
     }},
    {"fmax",
     "shapes do not broadcast: a is (2, 4), b is (3); 4 meets 3 on axis -1. Sizes counted from the "
     "last axis must be equal, or one of them 1.",
     [](Given& g) { fmax(g.x, g.v); }, [](Given& g) { fmax(g.v, g.v); }},
    {"floor_divide",
     "shapes do not broadcast: a is (2, 4), b is (3); 4 meets 3 on axis -1. Sizes counted from the "
     "last axis must be equal, or one of them 1.",
     [](Given& g) { floor_divide(g.x, g.v); }, [](Given& g) { floor_divide(g.v, g.v); }},
    {"one_hot", "position 1 (number 1) is out of range. Positions here go from 0 to 0.",
     [](Given& g) {
       one_hot(g.tape.indices({0, 1}), 1);
     },
     [](Given& g) {
       one_hot(g.tape.indices({0, 0}), 1);
     }},
};
TEST(Errors, NameTheFunctionThatWasCalled) {
  for (const Call& each : calls) {
    Given given;
    EXPECT_EQ(error_of([&] { each.wrong(given); }), std::string("[") + each.op + "] " + each.said);
    EXPECT_EQ(error_of([&] { each.advised(given); }), "no error") << each.op;
  }
}

struct OverAxes {
  const char* op;
  void (*call)(const N& x, Axes axes);
};
const OverAxes over_axes[] = {
    {"sum", [](const N& x, Axes axes) { sum(x, axes); }},
    {"mean", [](const N& x, Axes axes) { mean(x, axes); }},
    {"max", [](const N& x, Axes axes) { max(x, axes); }},
    {"min", [](const N& x, Axes axes) { min(x, axes); }},
    {"logsumexp", [](const N& x, Axes axes) { logsumexp(x, axes); }},
    {"softmax", [](const N& x, Axes axes) { softmax(x, axes); }},
    {"log_softmax", [](const N& x, Axes axes) { log_softmax(x, axes); }},
    {"softmin", [](const N& x, Axes axes) { softmin(x, axes); }},
    {"prod", [](const N& x, Axes axes) { prod(x, axes); }},
    {"var", [](const N& x, Axes axes) { var(x, axes); }},
    {"deviation", [](const N& x, Axes axes) { deviation(x, axes); }},
    {"var_mean", [](const N& x, Axes axes) { var_mean(x, axes); }},
    {"deviation_mean", [](const N& x, Axes axes) { deviation_mean(x, axes); }},
    {"nansum", [](const N& x, Axes axes) { nansum(x, axes); }},
    {"nanmean", [](const N& x, Axes axes) { nanmean(x, axes); }},
    {"count_nonzero", [](const N& x, Axes axes) { count_nonzero(x, axes); }},
    {"kth_smallest", [](const N& x, Axes axes) { kth_smallest(x, 0, axes); }},
    {"median", [](const N& x, Axes axes) { median(x, axes); }},
    {"nanmedian", [](const N& x, Axes axes) { nanmedian(x, axes); }},
    {"quantile", [](const N& x, Axes axes) { quantile(x, 0.5, axes); }},
    {"norm", [](const N& x, Axes axes) { norm(x, 2, axes); }},
    {"normalize", [](const N& x, Axes axes) { normalize(x, 2, axes); }},
    {"normalized", [](const N& x, Axes axes) { normalized(x, axes); }},
    {"flip", [](const N& x, Axes axes) { flip(x, axes); }},
    {"squeeze", [](const N& x, Axes axes) { squeeze(x, axes); }},
    {"movedim", [](const N& x, Axes axes) { movedim(x, axes, 0); }},
    {"movedim", [](const N& x, Axes axes) { movedim(x, 0, axes); }},
    {"tensordot", [](const N& x, Axes axes) { tensordot(x, x, axes, 0); }},
    {"tensordot", [](const N& x, Axes axes) { tensordot(x, x, 0, axes); }},
};
TEST(Errors, OfAxesNameTheFunctionThatWasCalled) {
  for (const OverAxes& each : over_axes) {
    Given given;
    const auto refused = [&](Axes axes, const std::string& axis) {
      EXPECT_EQ(error_of([&] { each.call(given.x, axes); }),
                std::string("[") + each.op + "] axis " + axis +
                    " is out of range for an array of 2 axes. Axes here go from -2 to 1.");
    };
    for (const std::int64_t axis : {std::int64_t(2), std::int64_t(127), std::int64_t(128),
                                    std::int64_t(-129), std::int64_t(1) << 33})
      refused(axis, std::to_string(axis));
    refused(~std::uint64_t(0), "18446744073709551615");
    refused({0, 300, 400}, "300");
    EXPECT_EQ(error_of([&] {
                each.call(given.x, {0, 1, 0, 1, 0, 1, 0, 1, 0});
              }),
              std::string("[") + each.op + "] more than 8 axes are given. Name each axis once.");
    EXPECT_EQ(error_of([&] { each.call(given.x, 0); }), "no error") << each.op;
  }
}

struct Large {
  const char *op, *shape;
  void (*call)(Given&, std::int64_t n);
};
const Large large[] = {
    {"repeat", "(2, 576460752303423488, 4), 4611686018427387904",
     [](Given& g, std::int64_t n) { repeat(g.x, n, 0); }},
    {"pad", "(576460752303423490, 4), 2305843009213693960",
     [](Given& g, std::int64_t n) {
       pad(g.x, Margin{0, n, 0});
     }},
    {"one_hot", "(1, 576460752303423489), 576460752303423489",
     [](Given& g, std::int64_t n) { one_hot(g.one, n + 1); }},
    {"expand", "(576460752303423488, 3), 1729382256910270464",
     [](Given& g, std::int64_t n) {
       expand(g.v, {n, 3});
     }},
    {"tile", "(576460752303423488, 3), 1729382256910270464",
     [](Given& g, std::int64_t n) { tile(g.v, {n}); }},
};
TEST(Errors, OfMemoryNameTheFunctionThatWasCalled) {
  for (const Large& each : large) {
    Given given;
    EXPECT_EQ(error_of([&] { each.call(given, vast); }),
              std::string("[") + each.op + "] there is no memory for its result of shape " +
                  each.shape + less);
    EXPECT_THROW(each.call(given, vast), MemoryError) << each.op;
    EXPECT_EQ(error_of([&] { each.call(given, 3); }), "no error") << each.op;
    EXPECT_EQ(sum(given.x * given.x).item(), 204) << each.op;
  }
}
TEST(Errors, OfContainersAreOurs) {
  Given g;
  const std::string fewer =
      " numbers. Use fewer, or give memory back: clear tapes and drop what is done with.";
  EXPECT_EQ(error_of([&] { adaptive_avg_pool1d(g.x, vast); }),
            "[adaptive_avg_pool1d] there is no memory for 2305843009213693952" + fewer);
  EXPECT_EQ(error_of([&] { adaptive_max_pool1d(g.x, vast); }),
            "[adaptive_max_pool1d] there is no memory for 1152921504606846976" + fewer);
  EXPECT_EQ(error_of([&] {
              adaptive_avg_pool2d(g.x, {vast, 1});
            }),
            "[adaptive_avg_pool2d] there is no memory for 1152921504606846976" + fewer);
  EXPECT_EQ(error_of([&] {
              adaptive_max_pool2d(g.x, {vast, vast});
            }),
            "[adaptive_max_pool2d] there is no memory for 1152921504606846976" + fewer);
  EXPECT_EQ(adaptive_avg_pool1d(g.x, 2).shape(), (Shape{2, 2}));
  EXPECT_EQ(adaptive_max_pool2d(g.x, {1, 2}).shape(), (Shape{1, 2}));
}

}  // namespace
}  // namespace glassgrad

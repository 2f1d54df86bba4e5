// Arguments of PyTorch's other functions by position, axes of a single number, what broadcasts, and
// what is "not run": values and gradients by hand. It needs no folder of cases.
#include "cases/torch_by_hand.hpp"

namespace glassgrad::cases {
namespace {

constexpr auto none = nullptr;

TEST(TorchOps, OfWindowsTakeTheirArgumentsByPosition) {
  const Json x = reals({1, 1, 3}, {1, 2, 3});
  expect_right({"F_max_pool1d", x, list(2, 2, 0, 1, true), none, reals({1, 1, 2}, {2, 3}),
                list(reals({1, 1, 3}, {0, 1, 1}))});
  expect_right({"F_avg_pool1d", x, list(2, 2, 1, false, false), none, reals({1, 1, 2}, {1, 2.5}),
                list(reals({1, 1, 3}, {1, 0.5, 0.5}))});
  expect_right({"F_avg_pool2d", reals({1, 1, 1, 2}, {1, 2}),
                list(list(1, 2), none, 0, false, true, 4), none, reals({1, 1, 1, 1}, {0.75}),
                list(reals({1, 1, 1, 2}, {0.25, 0.25}))});
  // 0 1 2 3 0 under 1, 2 two apart: 0 + 2 * 2, 1 + 2 * 3, 2 + 0
  expect_right({"F_conv1d", x, list(reals({1, 1, 2}, {1, 2}), reals({1}, {10}), 1, 1, 2, 1), none,
                reals({1, 1, 3}, {14, 17, 12}),
                list(reals({1, 1, 3}, {1, 3, 2}), reals({1, 1, 2}, {3, 5}), reals({1}, {3}))});
}

TEST(TorchOps, OfNormalisationTakeTheirArgumentsByPosition) {
  // (x - 1) / sqrt(3 + 1)
  const Json mean = reals({1}, {1}), spread = reals({1}, {3});
  expect_right({"F_batch_norm", reals({2, 1}, {3, 5}),
                list(mean, spread, none, none, false, 0.1, 1.0), none, reals({2, 1}, {1, 2}),
                list(reals({2, 1}, {0.5, 0.5}))});
  expect_right({"F_instance_norm", reals({1, 1, 2}, {3, 5}),
                list(mean, spread, none, none, false, 0.1, 1.0), none, reals({1, 1, 2}, {1, 2}),
                list(reals({1, 1, 2}, {0.5, 0.5}))});
  // variance 1 and eps 3
  const Json y = reals({2}, {-0.5, 0.5}), upstream = reals({2}, {1, 0});
  expect_right({"F_layer_norm", reals({2}, {1, 3}), list(list(2), none, none, 3.0), none, y,
                list(reals({2}, {0.1875, -0.1875})), upstream});
  expect_right({"F_group_norm", reals({1, 2}, {1, 3}), list(1, none, none, 3.0), none,
                reals({1, 2}, {-0.5, 0.5}), list(reals({1, 2}, {0, 0}))});
}

TEST(TorchOps, OfArraysTakeTheirArgumentsByPosition) {
  const Json x = reals({1, 2}, {1, 2});
  expect_right({"repeat_interleave", x, list(2, 1), none, reals({1, 4}, {1, 1, 2, 2}),
                list(reals({1, 2}, {2, 2}))});
  expect_right(
      {"permute", x, list(1, 0), none, reals({2, 1}, {1, 2}), list(reals({1, 2}, {1, 1}))});
  expect_right({"norm", reals({2, 1}, {-1, 2}), list(1, 0, true), none, reals({1, 1}, {3}),
                list(reals({2, 1}, {-1, 1}))});
  expect_right({"var", reals({2}, {1, 3}), list(0, false, true), none, reals({1}, {1}),
                list(reals({2}, {-1, 1}))});
  expect_right({"sum",
                x,
                list(),
                {{"axis", 1}, {"keepdims", true}},
                reals({1, 1}, {3}),
                list(reals({1, 2}, {1, 1}))});
  expect_right({"trapezoid", reals({2}, {1, 3}), list(reals({2}, {0, 4})), none, reals({}, {8}),
                list(reals({2}, {2, 2}), reals({2}, {-2, 2}))});
  expect_right({"F_embedding", reals({2, 1}, {1, 2}), list(wholes({2}, {1, 0}), -1), none,
                reals({2, 1}, {2, 1}), list(reals({2, 1}, {1, 0}))});
  expect_right({"F_relu", reals({2}, {-1, 2}), list(true), none, reals({2}, {0, 2}),
                list(reals({2}, {0, 1}))});
  expect_right({"F_pad__constant", reals({1}, {5}), list(list(1, 0), "constant", 7), none,
                reals({2}, {7, 5}), list(reals({1}, {1}))});
  // along the first axis of three: (1, 0, 0) x (0, 1, 0)
  expect_right({"cross", reals({3, 1}, {1, 0, 0}), list(reals({3, 1}, {0, 1, 0})), none,
                reals({3, 1}, {0, 0, 1}),
                list(reals({3, 1}, {1, 0, -1}), reals({3, 1}, {0, 1, -1}))});
}

// (3, 4) against itself and a vector at right angles.
TEST(TorchOps, CosineSimilarityBroadcasts) {
  expect_right({"F_cosine_similarity", reals({1, 2}, {3, 4}),
                list(reals({2, 2}, {3, 4, 4, -3}), 1, 1e-8), none, reals({2}, {1, 0}),
                list(reals({1, 2}, {0.16, -0.12}), reals({2, 2}, {0, 0, 0.12, 0.16})),
                reals({2}, {0, 1})});
  expect_right({"F_cosine_similarity", reals({2}, {3, 4}), list(reals({2, 2}, {3, 4, 4, -3}), -1),
                none, reals({2}, {1, 0}),
                list(reals({2}, {0.16, -0.12}), reals({2, 2}, {0, 0, 0.12, 0.16})),
                reals({2}, {0, 1})});
}

TEST(TorchOps, TakeAxisZeroAndMinusOneOfASingleNumber) {
  const Json x = reals({}, {5}), whole = list(reals({}, {1})), nothing = list(reals({}, {0}));
  for (const int axis : {0, -1}) {
    for (const char* op : {"sum", "mean", "prod", "amax", "amin", "logsumexp", "median", "cumsum",
                           "cumprod", "logcumsumexp", "cummax", "cummin", "squeeze"})
      expect_right({op, x, list(axis), none, x, whole});
    expect_right({"softmax", x, list(axis), none, reals({}, {1}), nothing});
    expect_right({"log_softmax", x, list(axis), none, reals({}, {0}), nothing});
    expect_right({"transpose", x, list(axis, 0), none, x, whole});
    expect_right({"norm", x, list(2, axis), none, x, whole});
    expect_right({"sort", x, list(axis, true), none, x, whole});
    expect_right({"topk", x, list(1, axis, true, true), none, x, whole});
    expect_right({"gather", x, list(axis, wholes({}, {0})), none, x, whole});
    expect_right({"index_select", x, list(axis, wholes({}, {0})), none, x, whole});
  }
  EXPECT_EQ(outcome({"sum", x, list(1), none, x, whole}),
            "not run: an axis that a single number has not");
}

TEST(TorchOps, SayWhatIsNotOurs) {
  const Json x = reals({2, 2}, {1, 2, 3, 4});
  const auto said = [&](const char* op, const Json& args, const Json& kwargs) {
    return outcome({op, x, args, kwargs, x, list()});
  };
  EXPECT_EQ(said("sum", list(), {{"dtype", "float32"}}), "not run: its argument dtype");
  EXPECT_EQ(said("sum", list(), {{"nonsense", 1}}), "not run: its argument nonsense");
  EXPECT_EQ(said("abs", list(1), none), "not run: more by position than ()");
  EXPECT_EQ(said("add", list(x, 2), none), "not run: more by position than (other, *, alpha=1)");
  EXPECT_EQ(said("linalg_solve", list(x), {{"left", false}}), "not run: its argument left");
  EXPECT_EQ(said("topk", list(1, 0, true, false), none), "not run: its argument sorted");
  EXPECT_EQ(said("topk", list(reals({}, {1})), none), "not run: k that is a tensor");
  EXPECT_EQ(said("permute", list("abc"), none), "not run: dims that is no number");
  EXPECT_EQ(said("F_embedding", list(wholes({1}, {0}), none, 2.0), none),
            "not run: its argument max_norm");
  EXPECT_EQ(said("sum", list(0), {{"dim", 0}}), "not run: dim given twice");
  EXPECT_EQ(said("roll", list(list(1, "a")), none), "not run: shifts that is no list of numbers");
}

// The table's own mistakes are not skipped: an argument that its signature does not have.
TEST(TorchOps, MayNotReadWhatTheirSignatureDoesNotHave) {
  const TorchOp op = one("dim", [](Call& c) { return sum(c.x(), c.integer("axes")); });
  EXPECT_EQ(outcome(op, call_of({"", reals({1}, {1}), list(0), none, reals({}, {1}), list()})),
            "(dim) has no axes");
}

}  // namespace
}  // namespace glassgrad::cases

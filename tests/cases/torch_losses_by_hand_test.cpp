// Every argument of PyTorch's losses by position, and the flags that `reduction` replaced, with
// values and gradients by hand. It needs no folder of cases.
#include "cases/torch_by_hand.hpp"

namespace glassgrad::cases {
namespace {

constexpr double ln2 = 0.69314718055994530942, ln3 = 1.0986122886681096914;
constexpr auto none = nullptr;
Json number_of(double value) { return reals({}, {value}); }

TEST(TorchLosses, OfNumbersTakeTheirArgumentsByPosition) {
  // d = 0.5 and 3, beta 2: d^2 / 4 and d - 1
  expect_right({"F_smooth_l1_loss", reals({2}, {0, 3}),
                list(reals({2}, {0.5, 0}), none, none, "sum", 2.0), none, number_of(2.0625),
                list(reals({2}, {-0.25, 1}), reals({2}, {0.25, -1}))});
  // 2 (3 - 1)
  expect_right({"F_huber_loss", reals({1}, {3}), list(reals({1}, {0}), "sum", 2.0), none,
                number_of(4), list(reals({1}, {2}), reals({1}, {-2}))});
  // max(0, 2 - 0.5)
  expect_right({"F_hinge_embedding_loss", reals({1}, {0.5}),
                list(reals({1}, {-1}), 2.0, none, none, "none"), none, reals({1}, {1.5}),
                list(reals({1}, {-1}), none)});
  // 2 - 3 ln(2 + 1)
  expect_right({"F_poisson_nll_loss", reals({1}, {2}),
                list(reals({1}, {3}), false, false, none, 1.0, none, "sum"), none,
                number_of(2 - 3 * ln3), list(reals({1}, {0}), reals({1}, {-ln3}))});
  // (ln 4 + 2^2 / 4) / 2 + ln(2 pi) / 2
  expect_right({"F_gaussian_nll_loss", reals({1}, {1}),
                list(reals({1}, {3}), reals({1}, {4}), true, 1e-6, "none"), none,
                reals({1}, {2.1120857137646180667}),
                list(reals({1}, {-0.5}), reals({1}, {0.5}), reals({1}, {0}))});
  // a variance of one number for all: (ln 4 + 0) / 2 twice
  expect_right({"F_gaussian_nll_loss", reals({2}, {3, 5}),
                list(reals({2}, {3, 5}), 4.0, false, 1e-6, "sum"), none, number_of(2 * ln2),
                list(reals({2}, {0, 0}), reals({2}, {0, 0}))});
  expect_right({"F_soft_margin_loss", reals({1}, {0}), list(reals({1}, {1}), none, none, "sum"),
                none, number_of(ln2), list(reals({1}, {-0.5}), reals({1}, {0}))});
}

// reduce=False keeps all, size_average=False adds up, both beat `reduction`.
TEST(TorchLosses, KnowTheFlagsThatReductionReplaced) {
  const Json x = reals({2}, {1, 2}), y = reals({2}, {0, 0});
  const auto sides = [](double a, double b) {
    return list(reals({2}, {a, b}), reals({2}, {-a, -b}));
  };
  const Json sum = number_of(3), mean = number_of(1.5), each = reals({2}, {1, 2});
  expect_right({"F_l1_loss", x, list(y, false), none, sum, sides(1, 1)});
  expect_right({"F_l1_loss", x, list(y, true, false), none, each, sides(1, 1)});
  expect_right({"F_l1_loss", x, list(y, false, false), none, each, sides(1, 1)});
  expect_right({"F_l1_loss", x, list(y, none, true, "sum"), none, mean, sides(0.5, 0.5)});
  expect_right({"F_l1_loss", x, list(y, false, true, "mean"), none, sum, sides(1, 1)});
  expect_right({"F_l1_loss", x, list(y, none, none, "sum"), none, sum, sides(1, 1)});
  expect_right({"F_mse_loss", x, list(y), {{"size_average", false}}, number_of(5), sides(2, 4)});
  expect_right({"F_mse_loss", x, list(y), {{"reduce", false}}, reals({2}, {1, 4}), sides(2, 4)});
}

TEST(TorchLosses, OfChancesTakeTheirArgumentsByPosition) {
  // e^0 (0 + 1)
  expect_right({"F_kl_div", reals({1}, {-1}), list(reals({1}, {0}), none, none, "sum", true), none,
                number_of(1), list(reals({1}, {-1}), reals({1}, {2}))});
  // 2 ln 2 + 4 ln 2
  expect_right({"F_binary_cross_entropy", reals({2}, {0.5, 0.5}),
                list(reals({2}, {1, 0}), reals({2}, {2, 4}), none, none, "sum"), none,
                number_of(6 * ln2),
                list(reals({2}, {-4, 8}), reals({2}, {0, 0}), reals({2}, {ln2, ln2}))});
  // 3 ln 2
  expect_right({"F_binary_cross_entropy_with_logits", reals({1}, {0}),
                list(reals({1}, {1}), none, none, none, "sum", reals({1}, {3})), none,
                number_of(3 * ln2),
                list(reals({1}, {-1.5}), reals({1}, {2 * ln2}), reals({1}, {ln2}))});
  // class 0 does not count, class 1 weighs 3: 3 * 4
  expect_right({"F_nll_loss", reals({3, 2}, {-1, -2, -3, -4, -5, -6}),
                list(wholes({3}, {0, 1, 0}), reals({2}, {1, 3}), none, 0, none, "sum"), none,
                number_of(12), list(reals({3, 2}, {0, 0, 0, -3, 0, 0}), none)});
  // targets of 1/4 and 3/4
  expect_right({"F_cross_entropy", reals({1, 2}, {0, 0}),
                list(wholes({1}, {1}), none, none, -100, none, "sum", 0.5), none, number_of(ln2),
                list(reals({1, 2}, {0.25, -0.25}))});
  // (2 - 0 + 0.5)^2 / 2
  expect_right({"F_multi_margin_loss", reals({1, 2}, {0, 0.5}),
                list(wholes({1}, {0}), 2, 2.0, none, none, none, "sum"), none, number_of(3.125),
                list(reals({1, 2}, {-2.5, 2.5}))});
}

TEST(TorchLosses, OfPairsTakeTheirArgumentsByPosition) {
  // 0.5 - (1 - 2)
  expect_right({"F_margin_ranking_loss", reals({1}, {1}),
                list(reals({1}, {2}), reals({1}, {1}), 0.5, false), none, number_of(1.5),
                list(reals({1}, {-1}), reals({1}, {1}), reals({1}, {1}))});
  // cos 90 degrees + 0.5
  expect_right({"F_cosine_embedding_loss", reals({1, 2}, {1, 0}),
                list(reals({1, 2}, {0, 1}), wholes({1}, {-1}), -0.5, none, none, "sum"), none,
                number_of(0.5), list(reals({1, 2}, {0, 1}), reals({1, 2}, {1, 0}))});
  // p = 1: 2 + 7 - min(8, 1), the negative's distance to the positive
  expect_right(
      {"F_triplet_margin_loss", reals({1, 2}, {0, 0}),
       list(reals({1, 2}, {3, 4}), reals({1, 2}, {3, 5}), 2.0, 1.0, 0.0, true, none, none, "sum"),
       none, number_of(8),
       list(reals({1, 2}, {-1, -1}), reals({1, 2}, {1, 2}), reals({1, 2}, {0, -1}))});
}

TEST(TorchLosses, SayWhatIsNotOurs) {
  const Json x = reals({1}, {1}), y = reals({1}, {0}), out = number_of(1);
  const auto said = [&](const char* op, const Json& args, const Json& kwargs) {
    return outcome({op, x, args, kwargs, out, list()});
  };
  EXPECT_EQ(said("F_l1_loss", list(y), {{"weight", 2}}), "not run: its argument weight");
  EXPECT_EQ(said("F_l1_loss", list(y, none, none, "mean", 2), none),
            "not run: more by position than (target, size_average=None, reduce=None, "
            "reduction='mean')");
  EXPECT_EQ(said("F_l1_loss", list(y, none, none, "median"), none),
            "not run: the reduction median");
  EXPECT_EQ(said("F_l1_loss", list(y, none, none, 2), none), "not run: reduction that is no text");
  EXPECT_EQ(said("F_l1_loss", list(y, true), {{"size_average", true}}),
            "not run: size_average given twice");
  EXPECT_EQ(said("F_l1_loss", list(), none), "not run: without target");
  EXPECT_EQ(said("F_huber_loss", list(y, "mean"), {{"delta", reals({}, {1})}}),
            "not run: delta that is a tensor");
  EXPECT_EQ(said("F_gaussian_nll_loss", list(y), none), "not run: without var");
}

}  // namespace
}  // namespace glassgrad::cases

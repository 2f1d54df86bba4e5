// Every loss of losses.hpp and class_losses.hpp against its formula in plain arithmetic, its slopes
// against differences, and what it says to what does not fit.
#include "glassgrad/nn/losses.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glassgrad/check/gradients.hpp"
#include "glassgrad/nn/class_losses.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
using Numbers = std::vector<double>;
const Numbers predicted{0.3, -1.2, 2.5, 0.9}, target{0.5, 1.0, -0.4, 2.7};

// The mean over all entries, in plain arithmetic and by the loss; and its slopes.
void follows(const std::function<N(const N&, const N&)>& loss,
             const std::function<double(double, double)>& formula, const Numbers& x = predicted,
             const Numbers& y = target) {
  double wanted = 0;
  for (std::size_t i = 0; i < x.size(); ++i) wanted += formula(x[i], y[i]) / double(x.size());
  Tape tape;
  const N in = tape.input(x), out = tape.constant(y);
  EXPECT_NEAR(loss(in, out).item(), wanted, 1e-14);
  const auto report = check_gradients([&](const N& a) { return loss(a, a.tape()->constant(y)); },
                                      {CheckInput<double>(x)});
  EXPECT_TRUE(report.ok) << report.text();
}
double positive(double x) { return std::max(x, 0.0); }
double soft(double x) { return std::log1p(std::exp(x)); }

TEST(Losses, OfRegressionAreTheirFormulas) {
  follows([](const N& a, const N& y) { return l1_loss(a, y); },
          [](double a, double y) { return std::abs(a - y); });
  follows([](const N& a, const N& y) { return squared_loss(a, y); },
          [](double a, double y) { return (a - y) * (a - y); });
  follows([](const N& a, const N& y) { return smooth_l1_loss(a, y, 2); },
          [](double a, double y) {
            const double d = std::abs(a - y);
            return d < 2 ? d * d / 4 : d - 1;
          });
  follows([](const N& a, const N& y) { return huber_loss(a, y, 2); },
          [](double a, double y) {
            const double d = std::abs(a - y);
            return d < 2 ? d * d / 2 : 2 * (d - 1);
          });
  follows([](const N& a, const N& y) { return poisson_nll_loss(a, y); },
          [](double a, double y) { return std::exp(a) - y * a; });
  follows([](const N& a, const N& y) { return poisson_nll_loss(exp(a), y, {.log_input = false}); },
          [](double a, double y) { return std::exp(a) - y * std::log(std::exp(a) + 1e-8); });
  follows([](const N& a, const N& y) { return poisson_nll_loss(a, y, {.full = true}); },
          [](double a, double y) {
            const double more = y * std::log(y) - y + 0.5 * std::log(2 * M_PI * y);
            return std::exp(a) - y * a + (y > 1 ? more : 0);
          });
  follows([](const N& a, const N& y) { return gaussian_nll_loss(a, y, N(0.7), {.full = true}); },
          [](double a, double y) {
            return (std::log(0.7) + (a - y) * (a - y) / 0.7 + std::log(2 * M_PI)) / 2;
          });
}
TEST(Losses, OfTwoClassesAreTheirFormulas) {
  const Numbers signs{1, -1, -1, 1}, zero_one{1, 0, 0, 1}, p{0.2, 0.7, 0.4, 0.9};
  follows([](const N& a, const N& y) { return hinge_loss(a, y); },
          [](double a, double y) { return positive(1 - a * y); }, predicted, signs);
  follows([](const N& a, const N& y) { return soft_margin_loss(a, y); },
          [](double a, double y) { return soft(-a * y); }, predicted, signs);
  follows([](const N& a, const N& y) { return hinge_embedding_loss(a, y, 1.5); },
          [](double a, double y) { return y == 1 ? a : positive(1.5 - a); }, predicted, signs);
  follows([](const N& a, const N& y) { return binary_cross_entropy(a, y, {.weight = 3}); },
          [](double a, double y) { return -3 * (y * std::log(a) + (1 - y) * std::log(1 - a)); }, p,
          zero_one);
  follows(
      [](const N& a, const N& y) {
        return binary_cross_entropy_from_logits(a, y, {.weight = 3, .positive_weight = 2});
      },
      [](double a, double y) { return 3 * (2 * y * soft(-a) + (1 - y) * soft(a)); }, predicted,
      zero_one);
  follows([](const N& a, const N& y) { return kl_divergence(a, y); },
          [](double a, double y) { return y * (std::log(y) - a); }, predicted, p);
  follows([](const N& a, const N& y) { return kl_divergence(a, y, Reduction::mean, true); },
          [](double a, double y) { return std::exp(y) * (y - a); });
  Tape tape;  // 0 ln 0 is 0
  EXPECT_EQ(kl_divergence(tape.input(0.5), tape.constant(0.0)).item(), 0);
}
TEST(Losses, OfPairsAndTriples) {
  Tape tape;
  const N a = tape.input({{3, 4}, {1, 0}}), b = tape.input({{4, 3}, {0, 2}});
  const N y = tape.constant({1, -1});
  const N each = cosine_embedding_loss(a, b, y, -0.5, Reduction::none);
  EXPECT_NEAR(each.value()[0], 1 - 24.0 / 25, 1e-15);
  EXPECT_NEAR(each.value()[1], 0.5, 1e-15);
  const N ranked = margin_ranking_loss(a, b, tape.constant({{1, 1}, {-1, 1}}), 0.5, Reduction::sum);
  EXPECT_EQ(ranked.item(), 1.5 + 0 + 1.5 + 2.5);
  const N anchor = tape.input({{0, 0}}), near = tape.input({{3, 4}}), far = tape.input({{0, 5.5}});
  EXPECT_NEAR(triplet_margin_loss(anchor, near, far).item(), 0.5, 1e-5);
  const double between = std::sqrt(9 + 1.5 * 1.5);
  EXPECT_NEAR(triplet_margin_loss(anchor, near, far, {.swap = true}).item(), 6 - between, 1e-5);
  EXPECT_NEAR(triplet_margin_loss(anchor, near, far, {.p = 1}).item(), 1 + 7 - 5.5, 1e-5);
}
TEST(Losses, ReductionsAreThoseOfTheEntries) {
  Tape tape;
  const N x = tape.input({{1, 2}, {3, 4}, {5, 6}}), y = tape.constant({{0, 0}, {0, 0}, {0, 0}});
  EXPECT_EQ(l1_loss(x, y, Reduction::none).shape(), (Shape{3, 2}));
  EXPECT_EQ(l1_loss(x, y, Reduction::mean).item(), 3.5);
  EXPECT_EQ(l1_loss(x, y, Reduction::sum).item(), 21);
  EXPECT_EQ(l1_loss(x, y, Reduction::batch_mean).item(), 7);
}

// -log softmax(z)[c] of one row
double surprise(const Numbers& z, std::size_t c) {
  double sum = 0;
  for (double score : z) sum += std::exp(score);
  return std::log(sum) - z[c];
}
const Numbers row0{0.3, -1.2, 2.5}, row1{0.9, 0.1, -0.7};

TEST(ClassLosses, WeighIgnoreAndSmooth) {
  Tape tape;
  const N z = tape.input({{0.3, -1.2, 2.5}, {0.9, 0.1, -0.7}, {0.3, -1.2, 2.5}});
  const auto labels = tape.indices({2, 0, -7});
  const double s0 = surprise(row0, 2), s1 = surprise(row1, 0);
  EXPECT_NEAR(softmax_cross_entropy(z, labels, {.ignore_index = -7}).item(), (s0 + s1) / 2, 1e-14);
  ClassLoss loss{{2, 1, 5}, -7, 0, Reduction::mean};
  EXPECT_NEAR(softmax_cross_entropy(z, labels, loss).item(), (5 * s0 + 2 * s1) / 7, 1e-14);
  EXPECT_NEAR(negative_log_likelihood(log_softmax(z), labels, loss).item(), (5 * s0 + 2 * s1) / 7,
              1e-14);
  loss.label_smoothing = 0.3;
  double spread = 0;
  for (std::size_t c = 0; c < 3; ++c)
    spread += loss.weights[c] * (surprise(row0, c) + surprise(row1, c));
  EXPECT_NEAR(softmax_cross_entropy(z, labels, loss).item(),
              (0.7 * (5 * s0 + 2 * s1) + 0.1 * spread) / 7, 1e-14);
  const auto none_left = tape.indices({-7, -7, -7});
  EXPECT_TRUE(std::isnan(softmax_cross_entropy(z, none_left, loss).item()));
  loss = {{}, -7, 0, Reduction::none};
  const N each = softmax_cross_entropy(z, labels, loss);
  EXPECT_EQ(each.shape(), Shape{3});
  EXPECT_EQ(each.value()[2], 0);
  tape.backward(sum(each));
  for (int c = 0; c < 3; ++c) EXPECT_EQ(z.upstream()(2, c), 0);  // ignored rows learn nothing
}
TEST(ClassLosses, OfImagesAndSingleExamples) {
  Tape tape;  // [1, 3, 2]: two places, each with three scores
  const N z = tape.input({{0.3, 0.9}, {-1.2, 0.1}, {2.5, -0.7}});
  const N image = reshape(z, {1, 3, 2});
  const std::int64_t at[] = {2, 0};
  const N each = softmax_cross_entropy(image, tape.indices({}, at, Shape{1, 2}),
                                       {.reduction = Reduction::none});
  EXPECT_EQ(each.shape(), (Shape{1, 2}));
  EXPECT_NEAR(each.value()[0], surprise(row0, 2), 1e-14);
  EXPECT_NEAR(each.value()[1], surprise(row1, 0), 1e-14);
  const std::int64_t one[] = {2};
  const N single = softmax_cross_entropy(tape.input(row0), tape.indices({}, one, Shape{}), {});
  EXPECT_NEAR(single.item(), surprise(row0, 2), 1e-14);
}
TEST(ClassLosses, OfDistributions) {
  Tape tape;
  const N z = tape.input({{0.3, -1.2, 2.5}, {0.9, 0.1, -0.7}});
  const N y = tape.constant({{0.2, 0.3, 0.5}, {1, 0, 0}});
  const double first = 0.2 * surprise(row0, 0) + 0.3 * surprise(row0, 1) + 0.5 * surprise(row0, 2);
  EXPECT_NEAR(softmax_cross_entropy(z, y, ClassLoss{}).item(), (first + surprise(row1, 0)) / 2,
              1e-14);
  const auto labels = tape.indices({0, 2});
  const N one_hot = tape.constant({{1, 0, 0}, {0, 0, 1}});
  const ClassLoss smooth{.weights = {}, .label_smoothing = 0.2};
  EXPECT_NEAR(softmax_cross_entropy(z, one_hot, smooth).item(),
              softmax_cross_entropy(z, labels, smooth).item(), 1e-14);
}
TEST(ClassLosses, WithMargins) {
  Tape tape;
  const N z = tape.input({0.1, 0.2, 0.4, 0.8});
  const std::int64_t label[] = {3}, targets[] = {3, 0, -1, 1};
  const auto single = tape.indices({}, label, Shape{});
  EXPECT_NEAR(multi_margin_loss(z, single).item(), (0.3 + 0.4 + 0.6) / 4, 1e-15);
  EXPECT_NEAR(multi_margin_loss(z, single, {.p = 2}).item(), (0.09 + 0.16 + 0.36) / 4, 1e-15);
  EXPECT_NEAR(multilabel_margin_loss(z, tape.indices({}, targets, Shape{4})).item(), 0.85, 1e-15);
  const N y = tape.constant({1, 0, 0, 1});
  const double wanted = (soft(-0.1) + soft(0.2) + soft(0.4) + soft(-0.8)) / 4;
  EXPECT_NEAR(multilabel_soft_margin_loss(z, y).item(), wanted, 1e-15);
  for (const bool square : {false, true}) {
    const auto report = check_gradients(
        [&](const N& x) {
          return multi_margin_loss(x, x.tape()->indices({1, 0}), {.p = square ? 2.0 : 1.0});
        },
        {{{0.3, 0.4, 0.1}, {-0.2, 0.9, 0.5}}});
    EXPECT_TRUE(report.ok) << report.text();
  }
}

TEST(Losses, SayWhatDoesNotFit) {
  Tape tape;
  const N x = tape.input({{1, 2, 3}, {4, 5, 6}}), v = tape.input({1, 2}), one = tape.input(1.0);
  const auto labels = tape.indices({0, 1, 2});
  const auto shapes = [](const std::string& name) {
    return "[" + name + "] the prediction is (2, 3), the target is (2). Give both the same shape.";
  };
  EXPECT_EQ(error_of([&] { l1_loss(x, v); }), shapes("l1_loss"));
  EXPECT_EQ(error_of([&] { squared_loss(x, v); }), shapes("squared_loss"));
  EXPECT_EQ(error_of([&] { smooth_l1_loss(x, v); }), shapes("smooth_l1_loss"));
  EXPECT_EQ(error_of([&] { huber_loss(x, v); }), shapes("huber_loss"));
  EXPECT_EQ(error_of([&] { poisson_nll_loss(x, v); }), shapes("poisson_nll_loss"));
  EXPECT_EQ(error_of([&] { gaussian_nll_loss(x, v, x); }), shapes("gaussian_nll_loss"));
  EXPECT_EQ(error_of([&] { kl_divergence(x, v); }), shapes("kl_divergence"));
  EXPECT_EQ(error_of([&] { binary_cross_entropy(x, v, BinaryLoss<double>{}); }),
            shapes("binary_cross_entropy"));
  EXPECT_EQ(error_of([&] { binary_cross_entropy_from_logits(x, v, BinaryLoss<double>{}); }),
            shapes("binary_cross_entropy_from_logits"));
  EXPECT_EQ(error_of([&] { hinge_loss(x, v); }), shapes("hinge_loss"));
  EXPECT_EQ(error_of([&] { hinge_embedding_loss(x, v); }), shapes("hinge_embedding_loss"));
  EXPECT_EQ(error_of([&] { soft_margin_loss(x, v); }), shapes("soft_margin_loss"));
  EXPECT_EQ(error_of([&] { margin_ranking_loss(x, v, v); }), shapes("margin_ranking_loss"));
  EXPECT_EQ(error_of([&] { cosine_embedding_loss(x, v, v); }), shapes("cosine_embedding_loss"));
  EXPECT_EQ(error_of([&] { triplet_margin_loss(x, v, x); }), shapes("triplet_margin_loss"));
  EXPECT_EQ(error_of([&] { triplet_margin_loss(x, x, v); }), shapes("triplet_margin_loss"));
  EXPECT_EQ(error_of([&] { multilabel_soft_margin_loss(x, v); }),
            shapes("multilabel_soft_margin_loss"));
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(x, v, ClassLoss{}); }),
            shapes("softmax_cross_entropy"));

  EXPECT_EQ(error_of([&] { smooth_l1_loss(x, x, -1); }),
            "[smooth_l1_loss] beta is -1. Give 0 or more.");
  EXPECT_EQ(error_of([&] { huber_loss(x, x, 0); }),
            "[huber_loss] delta is 0. Give a number above 0.");
  EXPECT_EQ(error_of([&] { negative_log_likelihood(x, labels); }),
            "[negative_log_likelihood] the scores are (2, 3), the labels (3). "
            "Give labels of shape (2).");
  EXPECT_EQ(error_of([&] { softmax_cross_entropy(one, labels, {}); }),
            "[softmax_cross_entropy] a single number has no classes. "
            "Give [classes] or [examples, classes, ...].");
  EXPECT_EQ(error_of([&] {
              negative_log_likelihood(x, tape.indices({0, 3}));
            }),
            "[negative_log_likelihood] position 3 (number 1) is out of range. Positions here go "
            "from 0 to 2.");
  EXPECT_EQ(error_of([&] {
              negative_log_likelihood(x, tape.indices({0, 1}), {.weights = {1, 2}});
            }),
            "[negative_log_likelihood] 2 weights for 3 classes. Give one weight per class.");
  EXPECT_EQ(error_of([&] {
              multi_margin_loss(x, tape.indices({0, 1}), {.p = 3});
            }),
            "[multi_margin_loss] p is 3. Give 1 or 2.");
  EXPECT_EQ(error_of([&] { multilabel_margin_loss(x, labels); }),
            "[multilabel_margin_loss] the scores are (2, 3), the targets (3). "
            "Give both as [classes] or [examples, classes].");
  const std::int64_t wrong[] = {0, 4};
  EXPECT_EQ(error_of([&] { multilabel_margin_loss(v, tape.indices({}, wrong, Shape{2})); }),
            "[multilabel_margin_loss] target 4 is out of range. Classes here go from 0 to 1.");
  const N y = sum(x * x);  // the tape still works, outside of every scope
  EXPECT_EQ(tape.records().scope_of(y.index()), tape.records().scope_of(x.index()));
  tape.backward(y);
  EXPECT_EQ(x.upstream()(1, 2), 12);
}

}  // namespace
}  // namespace glassgrad

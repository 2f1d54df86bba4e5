// Linear algebra, convolution, pooling, normalisation and attention: identities and numbers that
// PyTorch's cases do not have, and what they say to bad input, in exact words.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/mistakes.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

void expect_near(const N& a, const N& b, double tolerance = 1e-12) {
  ASSERT_EQ(a.shape(), b.shape());
  for (std::int64_t i = 0; i < a.shape().count(); ++i)
    EXPECT_NEAR(a.value()[i], b.value()[i], tolerance) << "entry " << i;
}

TEST(LinearAlgebra, WideMatricesHaveTheirDecompositions) {
  Tape tape;
  const N x = tape.input({{1, 2, 4}, {3, -1, 2}});
  const auto [q, r] = qr(x);
  expect_near(matmul(q, r), x);
  const auto [u, s, v] = svd(x);
  expect_near(matmul(u * s, transpose(v)), x);
  expect_near(matmul(x, pinv(x)), tape.constant({{1, 0}, {0, 1}}));
}
TEST(LinearAlgebra, PowersAndSolutions) {
  Tape tape;
  const N a = tape.input({{2, 1}, {1, 3}}), b = tape.input({5, 10});
  expect_near(matrix_power(a, -2), inverse(matmul(a, a)));
  expect_near(matrix_power(a, 0), tape.constant({{1, 0}, {0, 1}}));
  expect_near(matmul(matrix_power(a, 5), solve(a, b)), matmul(matrix_power(a, 4), b), 1e-11);
  expect_near(cholesky_solve(cholesky(a), b), solve(a, b));
  expect_near(solve(a, b), tape.constant({1, 3}));
  EXPECT_NEAR(logdet(a).item(), std::log(5.0), 1e-15);
  const N points = tape.input({{1, 0}, {1, 1}, {1, 2}}), y = tape.input({1, 3, 5});
  expect_near(lstsq(points, y), tape.constant({1, 2}));  // the line 1 + 2 t
  EXPECT_NEAR(condition_number(tape.input({{4, 0}, {0, -2}})).item(), 2, 1e-15);
}
// d/dx of the sum of all eigenvalues is the identity, also where two are equal.
TEST(LinearAlgebra, EqualEigenvaluesAreHarmlessToWhatDoesNotDependOnTheirVectors) {
  Tape tape;
  const N x = tape.input({{2, 0}, {0, 2}});
  tape.backward(sum(eigh(x).values));
  EXPECT_EQ(x.upstream()(0, 0), 1);
  EXPECT_EQ(x.upstream()(0, 1), 0);
  const N nuclear = matrix_norm(x, MatrixNorm::nuclear);
  tape.backward(nuclear);
  EXPECT_NEAR(x.upstream()(1, 1), 1, 1e-15);
  const N zero = tape.input({{0, 0}, {0, 0}});
  tape.backward(matrix_norm(zero));
  EXPECT_EQ(zero.upstream()(0, 0), 0);  // the Frobenius norm's slope at 0
}
TEST(LinearAlgebra, ASingularMatrixHasADeterminantAndItsSlope) {
  Tape tape;
  const N x = tape.input({{1, 2}, {2, 4}});
  const N y = det(x);
  tape.backward(y);
  EXPECT_NEAR(y.item(), 0, 1e-15);
  expect_near(tape.constant(x.upstream()), tape.constant({{4, -2}, {-2, 1}}));
  EXPECT_EQ(slogdet(tape.zeros({2, 2})).log.item(), -std::numeric_limits<double>::infinity());
}

// <conv(x), y> = <x, conv_transpose(y)> for every stride, padding, dilation and group.
TEST(Convolution, TheTransposedOneIsTheAdjoint) {
  Tape tape;
  Random random(3);
  const auto draw = [&](const Shape& shape) {
    std::vector<double> all(std::size_t(shape.count()));
    for (double& number : all) number = random.uniform(-1, 1);
    return reshape(tape.input(all), shape);
  };
  for (const Sliding& s : {Sliding{}, Sliding{2, 1, 1, 2}, Sliding{{1, 2}, {2, 0}, {2, 1}, 1}}) {
    const N x = draw({2, 4, 7, 7}), w = draw({6, 4 / s.groups, 3, 3});
    const N y = conv2d(x, w, s), u = draw(y.shape());
    const N back = conv_transpose2d(u, w, s);
    N part = x;  // what a stride leaves over at the end is not covered
    part = slice(slice(part, 2, 0, back.shape()[2]), 3, 0, back.shape()[3]);
    EXPECT_NEAR(sum(y * u).item(), sum(part * back).item(), 1e-12);
    expect_near(slice(slice(grad(sum(y * u), x), 2, 0, back.shape()[2]), 3, 0, back.shape()[3]),
                back);
  }
  const N x = draw({3, 8}), w = draw({2, 3, 4});
  EXPECT_EQ(conv_transpose1d(conv1d(x, w), w, {}, 0).shape(), (Shape{3, 8}));
  // more rows at the end than the stride: what is there beyond the last window is 0
  const N wide = conv_transpose2d(draw({1, 2, 2, 2}), draw({2, 3, 2, 2}), {2}, {3, 1});
  EXPECT_EQ(wide.shape(), (Shape{1, 3, 7, 5}));
  expect_near(slice(wide, 2, 4, 7), tape.zeros({1, 3, 3, 5}));
  EXPECT_EQ(conv_transpose2d(tape.zeros({1, 2, 0, 2}), draw({2, 3, 2, 2})).shape(),
            (Shape{1, 3, 2, 3}));
}
TEST(Pooling, AdaptiveWindowsOverlapWhereSizesDoNotDivide) {
  Tape tape;
  EXPECT_EQ(to_text(adaptive_avg_pool1d(tape.input({{1, 2, 3, 4, 5}}), 2)), "[[2 4]]");
  EXPECT_EQ(to_text(adaptive_avg_pool2d(tape.input({{1, 2}, {3, 4}}), 1)), "[[2.5]]");
}
TEST(Pooling, AdaptiveMaximaShareTheGradientAmongTies) {
  Tape tape;
  const N x = tape.input({{1, 2, 4, 4, 3}});
  const N y = adaptive_max_pool1d(x, 2);  // of 0 to 2 and of 2 to 4
  EXPECT_EQ(to_text(y), "[[4 4]]");
  tape.backward(y, {{1.0, 3.0}});
  EXPECT_EQ(to_text(x.upstream()), "[[0 0 2.5 1.5 0]]");
  const N image = tape.input({{-1, -2, -3}, {-4, -5, -2}, {-7, -2, -9}, {-3, -3, -3}});
  const N z = adaptive_max_pool2d(image, {3, 2});  // rows 0 to 1, 1 to 2, 2 to 3
  EXPECT_EQ(to_text(z), "[[-1 -2]; [-2 -2]; [-2 -2]]");
  tape.backward(z, {{1.0, 2.0}, {4.0, 8.0}, {16.0, 32.0}});
  EXPECT_EQ(to_text(image.upstream()), "[[1 1 0]; [0 0 5]; [0 56 0]; [0 0 0]]");
  const N batch = stack({stack({image, image * 2}), stack({-image, image})});
  EXPECT_EQ(adaptive_max_pool2d(batch, {4, 1}).shape(), (Shape{2, 2, 4, 1}));
  EXPECT_EQ(to_text(adaptive_max_pool2d(image, {4, 3})), to_text(image));
}
TEST(LinearAlgebra, AUnitTriangleIsSolvedWithOnesOnItsDiagonal) {
  Tape tape;
  const N a = tape.input({{7, 2, 3}, {4, 0, 5}, {-1, 6, 9}});
  const N right = tape.input({{1, 2}, {-3, 0.5}, {0.25, 4}});
  const N eye = tape.constant({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
  for (const bool upper : {false, true})
    for (const bool transposed : {false, true}) {
      const N triangle = eye + (upper ? triu(a, 1) : tril(a, -1));
      const N x = solve_triangular(a, right, upper, transposed, true);
      expect_near(matmul(transposed ? transpose(triangle) : triangle, x), right);
      const N slope = grad(sum(x * x), a);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(slope.value()(i, i), 0);  // its diagonal is not read
    }
}
TEST(Normalisation, MomentsAreThoseThatRunningOnesAreKeptFrom) {
  Tape tape;
  const N x = tape.input({{1, 10}, {3, 30}});
  const auto [mean, variance] = batch_moments(x);
  EXPECT_EQ(to_text(mean), "[2 20]");
  EXPECT_EQ(to_text(variance), "[2 200]");
}
TEST(Attention, CausalRowsSeeOnlyWhatIsNotLater) {
  Tape tape;
  const N q = tape.input({{1, 0}, {0, 1}}), v = tape.input({{1, 2}, {3, 4}});
  const N y = attention(q, q, v, true);
  EXPECT_EQ(y.value()(0, 0), 1);
  EXPECT_EQ(y.value()(0, 1), 2);
  const double e = std::exp(1 / std::sqrt(2.0)), share = e / (1 + e);
  EXPECT_NEAR(y.value()(1, 0), 1 * (1 - share) + 3 * share, 1e-15);
  tape.backward(select(select(y, 0, 0), 0, 0));
  EXPECT_EQ(v.upstream()(1, 0), 0);
}

const Mistake mistakes[] = {
    {"inverse_square", [](Tape<double>&, const N& x, const N&) { inverse(x); },
     "[inverse] the matrices of (2, 3) are not square. Give square matrices."},
    {"inverse_vector", [](Tape<double>&, const N&, const N& v) { inverse(v); },
     "[inverse] (4) has no matrices. Give an array of at least two axes."},
    {"inverse_singular",
     [](Tape<double>& tape, const N&, const N&) {
       inverse(tape.input({{1, 2}, {2, 4}}));
     },
     "[inverse] matrix 0 of (2, 2) is singular: pivot 1 is 0. Give an invertible matrix; pinv "
     "takes "
     "others."},
    {"solve_singular",
     [](Tape<double>& tape, const N&, const N&) {
       solve(tape.zeros({2, 2, 2}), tape.zeros({2, 2, 1}));
     },
     "[solve] matrix 0 of (2, 2, 2) is singular: pivot 0 is 0. Give an invertible matrix; lstsq "
     "takes others."},
    {"solve_rows",
     [](Tape<double>& tape, const N& x, const N&) {
       solve(tape.zeros({3, 3}), x);
     },
     "[solve] A is (3, 3), B is (2, 3). Give as many rows of B as A has, and equal batches."},
    {"solve_batch",
     [](Tape<double>& tape, const N&, const N&) {
       solve(tape.zeros({2, 3, 3}), tape.zeros({4, 3, 1}));
     },
     "[solve] shapes do not broadcast: a is (2), b is (4); 2 meets 4 on axis -1. Sizes counted "
     "from the last axis must be equal, or one of them 1."},
    {"triangular_singular",
     [](Tape<double>& tape, const N&, const N&) {
       solve_triangular(tape.input({{1, 2}, {2, 0}}), tape.input({1, 2}));
     },
     "[solve_triangular] matrix 0 of (2, 2) is singular: entry 1 of its diagonal is 0. Give a "
     "diagonal without zeros."},
    {"det_square", [](Tape<double>&, const N& x, const N&) { det(x); },
     "[det] the matrices of (2, 3) are not square. Give square matrices."},
    {"adjugate_square", [](Tape<double>&, const N& x, const N&) { apply(Adjugate{}, x); },
     "[adjugate] the matrices of (2, 3) are not square. Give square matrices."},
    {"slogdet_square", [](Tape<double>&, const N& x, const N&) { slogdet(x); },
     "[slogdet] the matrices of (2, 3) are not square. Give square matrices."},
    {"cholesky_indefinite",
     [](Tape<double>& tape, const N&, const N&) {
       cholesky(tape.input({{1, 2}, {2, 1}}));
     },
     "[cholesky] matrix 0 of (2, 2) is not positive definite: its leading 2 x 2 part is not. Give "
     "a positive definite matrix, or add to its diagonal."},
    {"cholesky_square", [](Tape<double>&, const N& x, const N&) { cholesky(x); },
     "[cholesky] the matrices of (2, 3) are not square. Give square matrices."},
    {"qr_vector", [](Tape<double>&, const N&, const N& v) { qr(v); },
     "[qr] (4) has no matrices. Give an array of at least two axes."},
    {"qr_wide", [](Tape<double>&, const N& x, const N&) { apply(Qr{}, x); },
     "[qr] the matrices of (2, 3) have more columns than rows. Use qr(), which takes such too."},
    {"eigh_square", [](Tape<double>&, const N& x, const N&) { eigh(x); },
     "[eigh] the matrices of (2, 3) are not square. Give square matrices."},
    {"svd_vector", [](Tape<double>&, const N&, const N& v) { svd(v); },
     "[svd] (4) has no matrices. Give an array of at least two axes."},
    {"lstsq_vector", [](Tape<double>&, const N&, const N& v) { lstsq(v, v); },
     "[lstsq] (4) has no matrices. Give an array of at least two axes."},
    {"pinv_vector", [](Tape<double>&, const N&, const N& v) { pinv(v); },
     "[pinv] (4) has no matrices. Give an array of at least two axes."},
    {"matrix_power_square", [](Tape<double>&, const N& x, const N&) { matrix_power(x, 2); },
     "[matrix_power] the matrices of (2, 3) are not square. Give square matrices."},
    {"matrix_exp_square", [](Tape<double>&, const N& x, const N&) { matrix_exp(x); },
     "[matrix_exp] the matrices of (2, 3) are not square. Give square matrices."},
    {"matrix_norm_vector", [](Tape<double>&, const N&, const N& v) { matrix_norm(v); },
     "[matrix_norm] (4) has no matrices. Give an array of at least two axes."},
    {"conv1d_axes", [](Tape<double>&, const N& x, const N& v) { conv1d(x, v); },
     "[conv1d] x is (2, 3), the weights are (4). Give x 2 or 3 axes, the weights 3."},
    {"conv1d_stride",
     [](Tape<double>& tape, const N& x, const N&) {
       conv1d(x, tape.zeros({1, 2, 2}), {0});
     },
     "[conv1d] the stride is 0. Give at least 1."},
    {"conv2d_axes", [](Tape<double>&, const N& x, const N&) { conv2d(x, x); },
     "[conv2d] x is (2, 3), the weights are (2, 3). Give x 3 or 4 axes, the weights 4."},
    {"conv2d_channels",
     [](Tape<double>& tape, const N&, const N&) {
       conv2d(tape.zeros({1, 4, 5, 5}), tape.zeros({2, 3, 2, 2}));
     },
     "[conv2d] x has 4 channels, the weights (2, 3, 2, 2) want 3 in 1 groups. Give weights (O, C / "
     "groups, H, W), O a multiple of groups."},
    {"conv2d_window",
     [](Tape<double>& tape, const N&, const N&) {
       conv2d(tape.zeros({1, 1, 2, 2}), tape.zeros({1, 1, 3, 3}));
     },
     "[conv2d] a window spans 3 x 3 entries, the images are 2 x 2 with padding 0 x 0. Use a "
     "smaller window or more padding."},
    {"conv_transpose2d_channels",
     [](Tape<double>& tape, const N&, const N&) {
       conv_transpose2d(tape.zeros({1, 4, 5, 5}), tape.zeros({3, 2, 2, 2}));
     },
     "[conv_transpose2d] x has 4 channels in 1 groups, the weights are (3, 2, 2, 2). Give weights "
     "(C, O / groups, H, W), C a multiple of groups."},
    {"conv_transpose2d_padding",
     [](Tape<double>& tape, const N&, const N&) {
       conv_transpose2d(tape.zeros({1, 1, 1, 1}), tape.zeros({1, 1, 1, 1}), {1, 1});
     },
     "[conv_transpose2d] the padding is more than the result of 1 x 1. Give a smaller padding."},
    {"conv_transpose1d_axes", [](Tape<double>&, const N& x, const N& v) { conv_transpose1d(x, v); },
     "[conv_transpose1d] x is (2, 3), the weights are (4). Give x 2 or 3 axes, the weights 3."},
    {"per_channel",
     [](Tape<double>& tape, const N&, const N& v) {
       per_channel(v, tape.zeros({2, 3, 3}));
     },
     "[per_channel] the numbers are (4), x is (2, 3, 3). Give a vector with one number for each "
     "channel."},
    {"max_pool2d_size", [](Tape<double>&, const N& x, const N&) { max_pool2d(x, 3); },
     "[max_pool2d] a window spans 3 entries, there are 2 and padding 0. Use a smaller window or "
     "more padding."},
    {"max_pool1d_padding",
     [](Tape<double>&, const N& x, const N&) {
       max_pool1d(x, 2, {1, 2});
     },
     "[max_pool1d] the padding is 2, the size 2. Pad by at most half the size."},
    {"avg_pool2d_axes", [](Tape<double>&, const N&, const N& v) { avg_pool2d(v, 2); },
     "[avg_pool2d] x is (4). Give an image: at least two axes."},
    {"avg_pool1d_size", [](Tape<double>&, const N& x, const N&) { avg_pool1d(x, 0); },
     "[avg_pool1d] the size is 0. Give at least 1."},
    {"adaptive_avg_pool", [](Tape<double>&, const N& x, const N&) { adaptive_avg_pool1d(x, 0); },
     "[adaptive_avg_pool1d] the size is 0. Give at least 1."},
    {"adaptive_max_pool", [](Tape<double>&, const N& x, const N&) { adaptive_max_pool1d(x, 0); },
     "[adaptive_max_pool1d] the size is 0. Give at least 1."},
    {"adaptive_max_pool2d_axes",
     [](Tape<double>&, const N&, const N& v) { adaptive_max_pool2d(v, 1); },
     "[adaptive_max_pool2d] x is (4). Give at least two axes."},
    {"adaptive_avg_pool2d_axes",
     [](Tape<double>&, const N&, const N& v) { adaptive_avg_pool2d(v, 1); },
     "[adaptive_avg_pool2d] x is (4). Give at least two axes."},
    {"layer_norm", [](Tape<double>&, const N& x, const N&) { layer_norm(x, 3); },
     "[layer_norm] the number of axes is 3, outside 1 to 2. Use one in that range."},
    {"group_norm", [](Tape<double>&, const N& x, const N&) { group_norm(x, 2); },
     "[group_norm] 3 channels in 2 groups. Give a number of groups that divides the channels."},
    {"instance_norm", [](Tape<double>&, const N& x, const N&) { instance_norm(x); },
     "[instance_norm] x is (2, 3). Give (N, C, ...): at least three axes."},
    {"batch_norm", [](Tape<double>&, const N&, const N& v) { batch_norm(v); },
     "[batch_norm] x is (4). Give channels on axis 1: at least two axes."},
    {"batch_norm_kept", [](Tape<double>&, const N& x, const N& v) { batch_norm(x, v, v); },
     "[batch_norm] the numbers are (4), x is (2, 3). Give a vector with one number for each "
     "channel."},
    {"batch_moments",
     [](Tape<double>& tape, const N&, const N&) {
       batch_moments(tape.zeros({1, 3}));
     },
     "[batch_moments] there are 1 numbers for each channel. A variance needs two."},
    {"attention", [](Tape<double>&, const N& x, const N& v) { attention(x, x, v); },
     "[attention] q is (2, 3), k is (2, 3), v is (4). Give q (..., L, d), k (..., S, d), v (..., "
     "S, e)."},
};

class LayerErrorsTest : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(Ops, LayerErrorsTest, testing::ValuesIn(mistakes),
                         [](const auto& each) { return each.param.name; });

TEST_P(LayerErrorsTest, SayWhatIsWrongAndWhatToDo) { expect_mistake<Error>(GetParam()); }

}  // namespace
}  // namespace glassgrad

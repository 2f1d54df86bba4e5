// Singular matrices: an error speaks of the function that was called, be it met in a value, in a
// slope, in a derivative of that or in a program; what has a slope has it.
#include <gtest/gtest.h>

#include <cmath>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
using Row = std::vector<double>;
using Function = N (*)(const N&);

Row list(const View<const double>& view) { return {view.begin(), view.end()}; }
struct Matrix {
  Row numbers;
  Shape shape;
  View<const double> view() const { return {numbers.data(), &shape}; }
};
const Matrix regular{{2, 1, 1, 3}, {2, 2}}, singular{{1, 2, 2, 4}, {2, 2}},
    dependent{{1, 0, 0, 0, 0, 0}, {3, 2}}, independent{{1, 2, 3, 4, 5, 7}, {3, 2}},
    wide{{1, 0, 3, 2, 0, 4}, {2, 3}}, regular_wide{{1, 2, 3, 4, 5, 7}, {2, 3}};

// What f says of this matrix in all ways: eager, recorded, recorded twice, forward, compiled for
// another matrix. Some meet it only in the slope.
void expect_everywhere(Function f, const Matrix& usual, const Matrix& at, const std::string& error,
                       bool in_value) {
  const auto with = [&](const auto& action) {
    return error_of([&] {
      Tape<double> tape;
      const N x = tape.input(at.view());
      action(tape, x);
    });
  };
  EXPECT_EQ(with([&](auto&, const N& x) { f(x); }), in_value ? error : "no error");
  EXPECT_EQ(with([&](auto& tape, const N& x) { tape.backward(sum(f(x))); }), error);
  EXPECT_EQ(with([&](auto&, const N& x) { grad(sum(f(x)), x); }), error);
  EXPECT_EQ(with([&](auto&, const N& x) { jvp(f(x), x, x); }), error);
  for (const int order : {0, 1, 2}) {
    auto program = compile<double>(
        [&](Tape<double>&, const Fed<double>& in) {
          N y = sum(f(in[0]));
          for (int i = 0; i < order; ++i) y = sum(square(grad(y, in[0])));
          return y;
        },
        {usual.view()}, Gradients::none);
    EXPECT_EQ(error_of([&] { program(usual.view()); }), "no error");
    EXPECT_EQ(error_of([&] { program(at.view()); }), order > 0 || in_value ? error : "no error")
        << order;
  }
}
const char* const no_pivot = "matrix 0 of (2, 2) is singular: pivot 1 is 0";

TEST(Singular, InversesAreNotFound) {
  const std::string pinv_does = ". Give an invertible matrix; pinv takes others.";
  expect_everywhere([](const N& x) { return inverse(x); }, regular, singular,
                    join("[inverse] ", no_pivot, pinv_does), true);
  expect_everywhere([](const N& x) { return matrix_power(x, -2); }, regular, singular,
                    join("[matrix_power] ", no_pivot, pinv_does), true);
  expect_everywhere([](const N& x) { return matrix_power(x, -1); }, regular, singular,
                    join("[matrix_power] ", no_pivot, pinv_does), true);
}
TEST(Singular, EquationsAreNotSolved) {
  expect_everywhere(
      [](const N& x) {
        return solve(x, x.its_tape().constant({1.0, 3.0}));
      },
      regular, singular,
      join("[solve] ", no_pivot, ". Give an invertible matrix; lstsq takes others."), true);
  const Matrix triangle{{1, 2, 3, 0}, {2, 2}};
  const std::string diagonal =
      "matrix 0 of (2, 2) is singular: entry 1 of its diagonal is 0. Give a diagonal without "
      "zeros.";
  expect_everywhere(
      [](const N& x) {
        return solve_triangular(x, x.its_tape().constant({1.0, 3.0}));
      },
      regular, triangle, "[solve_triangular] " + diagonal, true);
  expect_everywhere(
      [](const N& x) {
        return cholesky_solve(x, x.its_tape().constant({1.0, 3.0}));
      },
      regular, triangle, "[cholesky_solve] " + diagonal, true);
}
TEST(Singular, FactorsAreNotFound) {
  expect_everywhere([](const N& x) { return cholesky(x); }, regular, singular,
                    "[cholesky] matrix 0 of (2, 2) is not positive definite: its leading 2 x 2 "
                    "part is not. Give a positive definite matrix, or add to its diagonal.",
                    true);
}
// The value is there, its slope is not.
TEST(Singular, SlopesThatAreNotThereAreErrorsOfWhatWasCalled) {
  const std::string det_does =
      ", and the slope is its inverse. Give an invertible matrix; det takes others.";
  expect_everywhere([](const N& x) { return slogdet(x).log; }, regular, singular,
                    join("[slogdet] ", no_pivot, det_does), false);
  expect_everywhere([](const N& x) { return logdet(x); }, regular, singular,
                    join("[logdet] ", no_pivot, det_does), false);
  const std::string depends =
      "[qr] entry 1 of the diagonal of R, leading part 0 of (2, 2), is 0, and the slope divides by "
      "it. Give a matrix whose first 2 columns are linearly independent.";
  expect_everywhere([](const N& x) { return qr(x).r; }, independent, dependent, depends, false);
  expect_everywhere([](const N& x) { return qr(x).q; }, independent, dependent, depends, false);
  expect_everywhere([](const N& x) { return qr(x).r; }, regular_wide, wide, depends, false);
}
TEST(Singular, TheAdviceOfSlopesWorks) {
  Tape<double> tape;
  const N x = tape.input(singular.view()), y = tape.input(independent.view());
  tape.backward(det(x) + sum(qr(y).r));
  const Row got = list(x.upstream()), cofactors = {4, -2, -2, 1};
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], cofactors[i], 1e-14);
}

// det is a polynomial: of (a b; c d) the second derivatives are 1 and -1, whatever the rank; of
// three rows too there are some at rank 1.
TEST(Singular, DeterminantsHaveSlopesOfSlopes) {
  const auto second = [](const Matrix& at, const Row& direction) {
    Tape<double> tape;
    const N x = tape.input(at.view()), first = grad(det(x), x);
    const N along = tape.constant(View<const double>{direction.data(), &at.shape});
    const Row reverse = list(grad(sum(first * along), x).value());
    auto program = compile<double>(
        [&](Tape<double>&, const Fed<double>& in) {
          return grad(sum(grad(det(in[0]), in[0]) * in[1]), in[0]);
        },
        {regular.view(), regular.view()}, Gradients::none);
    if (at.shape == regular.shape) {
      const Feed<double> feeds[] = {at.view(), View<const double>{direction.data(), &at.shape}};
      EXPECT_EQ(list(program.run(feeds)), reverse);
    }
    const Row forward = list(jvp(first, x, along).value());
    for (std::size_t i = 0; i < forward.size(); ++i) EXPECT_NEAR(forward[i], reverse[i], 1e-12);
    return reverse;
  };
  const auto near = [](const Row& got, const Row& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-12) << i;
  };
  for (const Row& numbers : {Row{1, 2, 2, 4}, Row{0, 0, 0, 0}, Row{2, 1, 1, 3}, Row{0, 1, 0, 0}})
    near(second({numbers, {2, 2}}, {0.5, -1, 2, 3}), {3, -2, 1, 0.5});
  // d/dx sum of cofactors times t, of x = (1 2 3)^T (1 2 3) and t with one entry: its minors
  const Matrix one{{1, 2, 3, 2, 4, 6, 3, 6, 9}, {3, 3}};
  near(second(one, {1, 0, 0, 0, 0, 0, 0, 0, 0}), {0, 0, 0, 0, 9, -6, 0, -6, 4});
  near(second({Row(9, 0.0), {3, 3}}, {1, 0, 0, 0, 0, 0, 0, 0, 0}), Row(9, 0.0));
}

TEST(Singular, TheirShapesMustMeet) {
  Tape<double> tape;
  const N x = tape.input(regular.view()), t = tape.input(dependent.view());
  EXPECT_EQ(error_of([&] { apply(AdjugateAlong{}, x, t); }),
            "[adjugate_along] x is (2, 2), t is (3, 2). Give both the same shape.");
  EXPECT_EQ(error_of([&] { apply(AdjugateAlong{}, t, t); }),
            "[adjugate_along] the matrices of (3, 2) are not square. Give square matrices.");
}

// U and V of a singular value 0 are not determined. What does not ask for them has its slope.
TEST(Singular, SingularValuesHaveSlopes) {
  const auto slopes = [](Function f, const Matrix& at, bool smooth) {
    Tape<double> tape;
    const N x = tape.input(at.view()), y = f(x);
    tape.backward(y);
    const N first = grad(y, x);
    EXPECT_EQ(list(first.value()), list(x.upstream()));
    if (!smooth) return list(x.upstream());
    for (const double second : grad(sum(first), x).value()) EXPECT_TRUE(std::isfinite(second));
    return list(x.upstream());
  };
  const auto spectral = [](const N& x) { return matrix_norm(x, MatrixNorm::spectral); };
  const auto nuclear = [](const N& x) { return matrix_norm(x, MatrixNorm::nuclear); };
  EXPECT_EQ(slopes(spectral, dependent, true), (Row{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(slopes(spectral, {{0, 0, 0, 0, -2, 0}, {2, 3}}, true), (Row{0, 0, 0, 0, -1, 0}));
  for (const Matrix& at : {dependent, Matrix{Row(6, 0.0), {3, 2}}, Matrix{Row(6, 0.0), {2, 3}}})
    for (const double slope : slopes(nuclear, at, false)) EXPECT_TRUE(std::isfinite(slope));
}
// Along a tangent they move too, and what asks for a vector that is not there says so by infinity.
TEST(Singular, VectorsOfAValueOfZeroHaveNone) {
  Tape<double> tape;
  const N x = tape.input(dependent.view());
  const N s = svd(x).s, moved = jvp(s, x, tape.constant(independent.view()));
  EXPECT_EQ(moved.value()[0], 1);
  tape.backward(sum(svd(x).u * tape.constant(independent.view())));
  bool infinite = false;
  for (const double slope : x.upstream()) infinite = infinite || !std::isfinite(slope);
  EXPECT_TRUE(infinite);
}

}  // namespace
}  // namespace glassgrad

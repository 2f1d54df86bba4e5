// Linear algebra under scaling by powers of two, of matrices that are singular, and the advice that
// its errors give, tried.
#include "glassgrad/ops/functions/linear_algebra.hpp"

#include "range/scaled.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

using namespace range;
using N = Node<double>;

const Numbers<double> square = {4, 1, 0.5, -1, 6, 2, 0.25, 1.5, 9};

void expect_near(const Numbers<double>& got, const Numbers<double>& wanted, const std::string& what,
                 double tolerance = 1e-13) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  double largest = 0;
  for (const double each : wanted) largest = std::max(largest, std::abs(each));
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], tolerance * largest) << what << " " << i;
}

// f(2^k x) = 2^(degree k) f(x), and slopes are 2^((degree - 1) k) times as large.
struct Homogeneous {
  const char* name;
  int degree;
  Function1<double> f;
};
TEST(LinearAlgebra, IsHomogeneousOverTheWholeRange) {
  const Homogeneous all[] = {
      {"inverse", -1, [](const N& x) { return inverse(x); }},
      {"pinv", -1, [](const N& x) { return pinv(x); }},
      {"solve", -1,
       [](const N& x) {
         return solve(x, x.tape()->constant({1, 2, 3}));
       }},
      {"lstsq", -1,
       [](const N& x) {
         return lstsq(slice(x, 1, 0, 2), x.tape()->constant({1, 2, 3}));
       }},
      {"svdvals", 1, [](const N& x) { return svdvals(x); }},
      {"nuclear", 1, [](const N& x) { return matrix_norm(x, MatrixNorm::nuclear); }},
      {"frobenius", 1, [](const N& x) { return matrix_norm(x); }},
      {"eigenvalues", 1, [](const N& x) { return eigh(x).values; }},
      {"eigenvectors", 0, [](const N& x) { return eigh(x).vectors; }},
      {"left vectors", 0, [](const N& x) { return svd(x).u; }},
      {"right vectors", 0, [](const N& x) { return svd(slice(x, 1, 0, 2)).v; }},
      {"r", 1, [](const N& x) { return qr(x).r; }},
      {"q", 0, [](const N& x) { return qr(x).q; }},
      {"condition_number", 0, [](const N& x) { return condition_number(x); }},
      {"logdet", 0, [](const N& x) { return logdet(x) - logdet(stop_gradient(x)); }},
  };
  for (const Homogeneous& of : all) {
    const Numbers<double> weights = {1, -0.5, 0.25, 2, 1.5, -1, 0.75, 3, -2};
    const auto result = [&](int k) {
      return result_of<double>(
          [&](const N& x) {
            const N y = of.f(x);
            return y * slice(x.tape()->constant(weights), 0, 0, y.shape().from_end(1));
          },
          times_two_to(k, square), {3, 3});
    };
    const auto weighed = [&](int k) {
      return of.f && of.name != std::string("condition_number") &&
                     of.name != std::string("logdet") && of.name != std::string("nuclear") &&
                     of.name != std::string("frobenius")
                 ? result(k)
                 : result_of<double>(of.f, times_two_to(k, square), {3, 3});
    };
    const Result<double> plain = weighed(0);
    for (const int k : {-900, -450, 450, 900}) {
      const Result<double> scaled = weighed(k);
      expect_near(times_two_to(-of.degree * k, scaled.value), plain.value, of.name);
      if (std::abs((of.degree - 1) * k) > 1000) continue;  // they leave the range
      expect_near(times_two_to(-(of.degree - 1) * k, scaled.slopes), plain.slopes, of.name, 1e-11);
    }
  }
}
TEST(LinearAlgebra, OfOtherPowersIsHomogeneousToo) {
  Tape<double> tape;
  const N x = input(tape, square, {3, 3}), positive = x * x.tape()->constant(1.0);
  const double plain = det(positive).item();
  EXPECT_NEAR(det(input(tape, times_two_to(300, square), {3, 3})).item(), std::ldexp(plain, 900),
              1e-12 * std::ldexp(std::abs(plain), 900));
  const N l = cholesky(matmul(x, transpose(x)));
  const N scaled = input(tape, times_two_to(450, square), {3, 3});
  expect_near(times_two_to(-450, list<double>(cholesky(matmul(scaled, transpose(scaled))).value())),
              list<double>(l.value()), "cholesky");
}
// A product of the diagonal may leave the range though the determinant does not.
TEST(LinearAlgebra, DeterminantsMayLeaveTheRangeOnTheWay) {
  Tape<double> tape;
  const N x = diag(tape.input({1e200, 1e150, 1e-200, 1e-150}));
  tape.backward(det(x));
  EXPECT_NEAR(det(x).item(), 1, 1e-14);
  EXPECT_NEAR(x.upstream()[0] * 1e200, 1, 1e-12);
  EXPECT_NEAR(x.upstream()[15] * 1e-150, 1, 1e-12);
}

// ---- Singular matrices -------------------------------------------------------------------

// The pseudoinverse of (1 2; 2 4) is itself divided by 25.
TEST(Pinv, OfASingularMatrixIsItsPseudoinverse) {
  Tape<double> tape;
  const N x = tape.input({{1.0, 2.0}, {2.0, 4.0}}), y = pinv(x);
  expect_near(list<double>(y.value()), {0.04, 0.08, 0.08, 0.16}, "pinv");
  Tape<float> floats;
  const auto small = pinv(floats.input({{1.0, 2.0}, {2.0, 4.0}}));
  EXPECT_NEAR(small.value()[0], 0.04, 1e-7);
  expect_near(list<double>(pinv(tape.zeros({2, 3})).value()), Numbers<double>(6, 0), "of zeros");
  EXPECT_EQ(pinv(tape.zeros({2, 3})).shape(), (Shape{3, 2}));
  EXPECT_EQ(pinv(tape.zeros({0, 3})).shape(), (Shape{3, 0}));
}
// Penrose's four equations, for matrices of every shape and rank.
TEST(Pinv, HoldsPenrosesEquations) {
  Random random(5);
  for (int round = 0; round < 40; ++round) {
    Tape<double> tape;
    const std::int64_t m = 1 + std::int64_t(random.below(5)), n = 1 + std::int64_t(random.below(5));
    const std::int64_t rank = 1 + std::int64_t(random.below(std::uint64_t(std::min(m, n))));
    const auto draw = [&](std::int64_t rows, std::int64_t columns) {
      Numbers<double> all(std::size_t(rows * columns));
      for (double& each : all) each = random.normal();
      return input(tape, all, {rows, columns});
    };
    const N a = matmul(draw(m, rank), draw(rank, n)), y = pinv(a);
    const N ay = matmul(a, y), ya = matmul(y, a);
    const auto same = [&](const N& p, const N& q, const char* what) {
      expect_near(list<double>(p.value()), list<double>(q.value()), what, 1e-8);
    };
    same(matmul(ay, a), a, "A Y A = A");
    same(matmul(ya, y), y, "Y A Y = Y");
    same(transpose(ay), ay, "A Y is symmetric");
    same(transpose(ya), ya, "Y A is symmetric");
  }
}
// Along (c d)(c d)^T with c = a + t: the rank stays 1, and differences say what the slope is.
TEST(Pinv, HasItsSlopeAmongMatricesOfTheSameRank) {
  const auto f = [](const N& a) {
    const N column = reshape(a, Shape{3, 1});
    const N x = matmul(column, transpose(column * a.tape()->constant({{1.0}, {-1.0}, {2.0}})));
    return sum(pinv(x) * a.tape()->constant({{1.0, 2.0, -1.0}, {0.5, 3.0, 1.0}, {2.0, -2.0, 1.5}}));
  };
  const Numbers<double> at = {1, -2, 0.5};
  const Result<double> got = result_of<double>(f, at, {3});
  for (std::size_t i = 0; i < 3; ++i) {
    constexpr double h = 1e-5;
    Numbers<double> up = at, down = at;
    up[i] += h, down[i] -= h;
    const double slope =
        (result_of<double>(f, up, {3}).value[0] - result_of<double>(f, down, {3}).value[0]) /
        (2 * h);
    EXPECT_NEAR(got.slopes[i], slope, 1e-7 * std::max(1.0, std::abs(slope)));
  }
}
TEST(Lstsq, OfASingularMatrixIsTheShortestSolution) {
  Tape<double> tape;
  const N a = tape.input({{1.0, 2.0}, {2.0, 4.0}, {1.0, 2.0}}), b = tape.input({1, 2, 1});
  expect_near(list<double>(lstsq(a, b).value()), {0.2, 0.4}, "of rank 1");
  const N wide = tape.input({{1.0, 1.0}});
  expect_near(list<double>(lstsq(wide, tape.input({2})).value()), {1, 1}, "of one row");
}

// What the errors advise takes the error away.
TEST(LinearAlgebra, AdviceWorks) {
  Tape<double> tape;
  const N x = tape.input({{1.0, 2.0}, {2.0, 4.0}}), b = tape.input({1, 2});
  EXPECT_EQ(
      error_of([&] { solve(x, b); }),
      "[solve] matrix 0 of (2, 2) is singular: pivot 1 is 0. Give an invertible matrix; lstsq "
      "takes others.");
  expect_near(list<double>(lstsq(x, b).value()), {0.2, 0.4}, "lstsq(x, b)");
  EXPECT_EQ(
      error_of([&] { inverse(x); }),
      "[inverse] matrix 0 of (2, 2) is singular: pivot 1 is 0. Give an invertible matrix; pinv "
      "takes others.");
  expect_near(list<double>(pinv(x).value()), {0.04, 0.08, 0.08, 0.16}, "pinv(x)");
  EXPECT_EQ(
      error_of([&] { cholesky(x); }),
      "[cholesky] matrix 0 of (2, 2) is not positive definite: its leading 2 x 2 part is not. "
      "Give a positive definite matrix, or add to its diagonal.");
  EXPECT_NO_THROW(cholesky(x + tape.constant({{1.0, 0.0}, {0.0, 1.0}})));
  const N zero = tape.input({{1.0, 0.0}, {1.0, 0.0}});
  EXPECT_EQ(
      error_of([&] { solve_triangular(zero, b); }),
      "[solve_triangular] matrix 0 of (2, 2) is singular: entry 1 of its diagonal is 0. Give a "
      "diagonal without zeros.");
  EXPECT_NO_THROW(solve_triangular(zero + tape.constant({{0.0, 0.0}, {0.0, 1.0}}), b));
}

}  // namespace
}  // namespace glassgrad

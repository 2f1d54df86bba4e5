// The rewriting of formulas: exact texts, and that every rewritten formula still gives the same
// numbers, at random points, by an evaluator of formulas that shares nothing with the rewriting.
#include "glassgrad/show/snapshot/simplify.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace glassgrad {
namespace {

using Numbers = std::map<std::string, double>;

double evaluated(const Formula& f, const Numbers& at) {
  const auto& in = f.arguments();
  const auto x = [&](std::size_t i) { return evaluated(in[i], at); };
  switch (f.kind()) {
    case Formula::Kind::number:
      return f.number();
    case Formula::Kind::symbol:
      return at.at(f.head());
    case Formula::Kind::prefix:
      return -x(0);
    case Formula::Kind::infix:
      if (f.head() == " + ") return x(0) + x(1);
      if (f.head() == " - ") return x(0) - x(1);
      if (f.head() == " * ") return x(0) * x(1);
      if (f.head() == " / ") return x(0) / x(1);
      if (f.head() == "^") return std::pow(x(0), x(1));
      break;
    case Formula::Kind::call:
      if (f.head() == "exp") return std::exp(x(0));
      if (f.head() == "pow") return std::pow(x(0), x(1));
      break;
    case Formula::Kind::postfix:
      break;
  }
  ADD_FAILURE() << "no value for " << f.head();
  return 0;
}

const Formula x = Formula::symbol("x"), y = Formula::symbol("y"), yhat = Formula::symbol("yhat");
Formula power(const Formula& a, double n) { return Formula::infix("^", strength::power, a, n); }
Formula times(const Formula& a, const Formula& b) {  // as it stands: operator* drops 1 itself
  return Formula::infix(" * ", strength::product, a, b);
}
std::string text(const Formula& f) { return simplified(f).text(); }

TEST(Simplify, DropsWhatDoesNothing) {
  EXPECT_EQ(text(times(x, 1)), "x");
  EXPECT_EQ(text(times(1, x)), "x");
  EXPECT_EQ(text(x / Formula(2) * Formula(2)), "x");
  EXPECT_EQ(text(Formula::infix(" / ", strength::product, x, 1)), "x");
  EXPECT_EQ(text(Formula::prefix("-", strength::sign, Formula::prefix("-", strength::sign, x))),
            "x");
  EXPECT_EQ(text(times(0, x) + y), "y");
  EXPECT_EQ(text(x - x), "0");
  EXPECT_EQ(text(x / x), "1");
}

TEST(Simplify, FoldsTheHalfSquaredErrorToTheLineOfTheSlides) {
  const Formula local = Formula(1) / Formula(2) * (2 * (y - yhat)) * Formula(-1);
  EXPECT_EQ(text(local), "-(y - yhat)");
  EXPECT_EQ(text(Formula(1) / Formula(8) * (2 * (y - yhat)) * Formula(-1)), "-(y - yhat) / 4");
}

TEST(Simplify, KeepsTheSigmoidsLocal) {
  EXPECT_EQ(text(yhat * (1 - yhat)), "yhat * (1 - yhat)");
  EXPECT_EQ(text(times(1, yhat) * (1 - yhat) * Formula(1)), "yhat * (1 - yhat)");
}

TEST(Simplify, CancelsTheFractionsOfCrossEntropyAgainstTheSigmoid) {
  const Formula loss = -(y / x) + (1 - y) / (1 - x);
  EXPECT_EQ(text(loss), "(1 - y) / (1 - x) - y / x");
  EXPECT_EQ(text(loss * (x * (1 - x))), "x - y");
  EXPECT_EQ(text(loss / Formula(4) * (x * (1 - x))), "(x - y) / 4");
}

TEST(Simplify, GathersPowersAndTerms) {
  EXPECT_EQ(text(x * x), "x^2");
  EXPECT_EQ(text(x * y * x / (y * y)), "x^2 / y");
  EXPECT_EQ(text(x + x), "2 * x");
  EXPECT_EQ(text(2 * x - 2 * y), "2 * (x - y)");
  EXPECT_EQ(text(-1 / power(x, 2) * -Formula::call("exp", {-y})), "exp(-y) / x^2");
  EXPECT_EQ(text(-x + y), "y - x");
  EXPECT_EQ(text(Formula(0.1) * x), "0.1 * x");
}

TEST(Simplify, KnowsThatNumbersAreStretchedAndSummed) {
  const Shape many{2, 3};
  const Formula m = Formula::symbol("M", many);
  const Formula stretched = Formula::call("broadcast", {Formula(0.25)}).with_shape(many);
  EXPECT_EQ(text(times(stretched, m)), "M / 4");
  EXPECT_EQ(text(Formula::call("sum", {stretched}).with_shape({})), "1.5");
  EXPECT_EQ(text(Formula::call("sum", {2 * m}).with_shape({})), "2 * sum(M)");
  const Formula u = Formula::call("broadcast", {x}).with_shape(many);
  EXPECT_EQ(text(u * m), "x * M");
  EXPECT_EQ(text(Formula::call("sum", {u}).with_shape({})), "6 * x");
}

TEST(Simplify, TakesNumbersOutOfProductsOfMatricesAndKeepsTheirOrder) {
  const auto dot = [](const Formula& a, const Formula& b) {
    return Formula::infix(" . ", strength::product, a, b);
  };
  EXPECT_EQ(text(dot(2 * x, -y)), "-2 * (x . y)");
  EXPECT_EQ(text(dot(y, x)), "y . x");
  EXPECT_EQ(text(dot(x - y, yhat) * x), "(x - y) . yhat * x");
}

TEST(Simplify, ReplacesAllSymbolsAtOnce) {
  EXPECT_EQ(substituted(x - y, {{"x", y}, {"y", x}}).text(), "y - x");
  EXPECT_EQ(occurrences(x * y + x, "x"), 2);
  EXPECT_EQ(leaves(x * y + x), 3);
  EXPECT_EQ(with_signs(x * (y + 1), {{" * ", " x "}}).text(), "x x (y + 1)");
}

TEST(Simplify, LeavesVeryLongFormulasAlone) {
  Formula f = x;
  for (int i = 0; i < 20; ++i) f = f + f;  // a million symbols, shared
  EXPECT_EQ(leaves(f), 1000000);
  EXPECT_EQ(leaves(simplified(f)), 1000000);
}

// A random tree over x, y, yhat and small numbers.
Formula random_formula(std::mt19937& random, int depth) {
  const auto pick = [&](int n) { return int(random() % unsigned(n)); };
  if (depth == 0) {
    switch (pick(5)) {
      case 0:
        return x;
      case 1:
        return y;
      case 2:
        return yhat;
      case 3:
        return Formula(pick(5) - 2);
      default:
        return Formula(0.25 * (pick(9) + 1));
    }
  }
  const Formula a = random_formula(random, depth - 1), b = random_formula(random, pick(depth));
  switch (pick(8)) {
    case 0:
      return Formula::infix(" + ", strength::sum, a, b);
    case 1:
      return Formula::infix(" - ", strength::sum, a, b);
    case 2:
    case 3:
      return times(a, b);
    case 4:
      return Formula::infix(" / ", strength::product, a, b);
    case 5:
      return Formula::prefix("-", strength::sign, a);
    case 6:
      return power(a, pick(2) + 2);
    default:
      return Formula::call("exp", {Formula::infix(" / ", strength::product, a, Formula(16))});
  }
}

TEST(Simplify, NeverChangesTheNumbers) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0.3, 2);
  int compared = 0, shorter = 0;
  for (int round = 0; round < 4000; ++round) {
    const Formula f = random_formula(random, 1 + int(random() % 4u)), g = simplified(f);
    EXPECT_LE(leaves(simplified(g)), leaves(g)) << g.text();
    shorter += leaves(g) < leaves(f);
    for (int point = 0; point < 3; ++point) {
      const Numbers at{{"x", uniform(random)}, {"y", uniform(random)}, {"yhat", uniform(random)}};
      const double wanted = evaluated(f, at), found = evaluated(g, at);
      // what is large on the way and cancels costs digits in either form
      if (!std::isfinite(wanted) || std::abs(wanted) > 1e3 || std::abs(wanted) < 1e-3) continue;
      if (!std::isfinite(found)) {
        ADD_FAILURE() << f.text() << "  became  " << g.text();
        continue;
      }
      ++compared;
      EXPECT_NEAR(found, wanted, 1e-9 * std::abs(wanted)) << f.text() << "  became  " << g.text();
    }
  }
  EXPECT_GT(compared, 3000);
  EXPECT_GT(shorter, 1000);
}

}  // namespace
}  // namespace glassgrad

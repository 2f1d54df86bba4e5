// Reductions do not depend on the order of what they reduce, and are found from those of its parts.
// Any axis, sizes 1 to 37, so that blocks and tails of kernels are met.
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/functions/positions.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "property/graph.hpp"

namespace glassgrad {
namespace {

using namespace property;

struct Reduction {
  const char* name;
  N (*f)(const N& x, int axis);
  N (*join)(const N& a, const N& b);  // of the parts' results; null: not found from them
  bool exact = false;                 // the same bits in any order
};
const Reduction reductions[] = {
    {"sum", [](const N& x, int a) { return sum(x, a); },
     [](const N& a, const N& b) { return a + b; }},
    {"max", [](const N& x, int a) { return max(x, a); },
     [](const N& a, const N& b) { return maximum(a, b); }, true},
    {"min", [](const N& x, int a) { return min(x, a); },
     [](const N& a, const N& b) { return minimum(a, b); }, true},
    {"prod", [](const N& x, int a) { return prod(x, a); },
     [](const N& a, const N& b) { return a * b; }},
    {"logsumexp", [](const N& x, int a) { return logsumexp(x, a); },
     [](const N& a, const N& b) { return logaddexp(a, b); }},
    {"norm", [](const N& x, int a) { return norm(x, 2, a); },
     [](const N& a, const N& b) { return hypot(a, b); }},
    {"norm 1", [](const N& x, int a) { return norm(x, 1, a); },
     [](const N& a, const N& b) { return a + b; }},
    {"norm 3", [](const N& x, int a) { return norm(x, 3, a); },
     [](const N& a, const N& b) { return pow(pow(a, 3) + pow(b, 3), 1.0 / 3); }},
    {"norm infinity", [](const N& x, int a) { return norm(x, INFINITY, a); },
     [](const N& a, const N& b) { return maximum(a, b); }, true},
    {"nansum", [](const N& x, int a) { return nansum(x, a); },
     [](const N& a, const N& b) { return a + b; }},
    {"mean", [](const N& x, int a) { return mean(x, a); }, nullptr},
    {"var", [](const N& x, int a) { return var(x, a, 0); }, nullptr},
    {"deviation", [](const N& x, int a) { return deviation(x, a, 0); }, nullptr},
    {"median", [](const N& x, int a) { return median(x, a); }, nullptr, true},
    {"quantile", [](const N& x, int a) { return quantile(x, 0.3, a); }, nullptr, true},
    {"kth_smallest", [](const N& x, int a) { return kth_smallest(x, 0, a); }, nullptr, true},
    {"sort", [](const N& x, int a) { return sort(x, a).values; }, nullptr, true},
};

// f(tape, x, axis, what) with every axis of arrays of three sizes.
template <class F>
void each_array(const F& f) {
  for (const std::int64_t n : {1, 2, 3, 8, 37})
    for (int axis = 0; axis < 3; ++axis) {
      Tape<double> tape;
      Shape shape{2, 3, 5};
      shape = shape.with(axis, n);
      const N x = input(tape, drawn<double>(shape.count(), std::uint64_t(n + axis)), shape);
      f(tape, x, axis, "axis " + std::to_string(axis) + " of " + to_text(shape));
    }
}
void expect_equal(const Reduction& r, const N& x, const N& y, const N& z, const std::string& what) {
  const std::string text = std::string(r.name) + ", " + what;
  expect_close(list(y.value()), list(z.value()), r.exact ? 0 : 1e-13, text);
  const auto slopes = [&](const N& of) { return list(grad(sum(sin(of)), x).value()); };
  expect_close(slopes(y), slopes(z), 1e-12, "slopes of " + text);
}

TEST(Reductions, DoNotDependOnTheOrder) {
  each_array([](Tape<double>& tape, const N& x, int axis, const std::string& what) {
    std::vector<std::int64_t> order;
    const std::int64_t n = x.shape()[axis];
    for (std::int64_t i = 0; i < n; ++i) order.push_back(n % 5 ? i * 5 % n : n - 1 - i);
    const Indices<double> at = tape.indices(order);
    for (const Reduction& r : reductions)
      expect_equal(r, x, r.f(index_select(x, axis, at), axis), r.f(x, axis), what);
  });
}
TEST(Reductions, AreFoundFromTheirParts) {
  each_array([](Tape<double>&, const N& x, int axis, const std::string& what) {
    const std::int64_t n = x.shape()[axis], cut = n / 3;
    if (cut == 0) return;
    const N first = slice(x, axis, 0, cut), second = slice(x, axis, cut);
    for (const Reduction& r : reductions)
      if (r.join)
        expect_equal(r, x, r.join(r.f(first, axis), r.f(second, axis)), r.f(x, axis), what);
  });
}
// And of two axes at once one after the other, where the order does not matter.
TEST(Reductions, OfTwoAxesAreThoseOfOneAfterTheOther) {
  each_array([](Tape<double>&, const N& x, int axis, const std::string& what) {
    const int other = (axis + 1) % 3, later = other > axis ? other - 1 : other;
    const Axes both{axis, other};
    const auto same = [&](const char* name, const N& y, const N& z) {
      expect_equal({name, nullptr, nullptr}, x, y, z, what);
    };
    same("sum", sum(x, both), sum(sum(x, axis), later));
    same("mean", mean(x, both), mean(mean(x, axis), later));
    same("max", max(x, both), max(max(x, axis), later));
    same("min", min(x, both), min(min(x, axis), later));
    same("prod", prod(x, both), prod(prod(x, axis), later));
    same("norm", norm(x, 2, both), norm(norm(x, 2, axis), 2, later));
    same("logsumexp", logsumexp(x, both), logsumexp(logsumexp(x, axis), later));
  });
}

}  // namespace
}  // namespace glassgrad

// The checks of every op: value, local gradients, reverse, forward and second order, each against
// 50-digit arithmetic. A check returns what is wrong, "" when nothing is: the same checks are run
// on rules that are wrong on purpose and must reject them (tests/ops/broken_rules_test.cpp).
#pragma once

#include "support/op_table.hpp"

namespace glassgrad {

// Row-major: one row per number of y, one column per number of the input.
struct Jacobian {
  std::size_t rows = 0, columns = 0;
  std::vector<double> numbers;

  std::vector<double> times(const std::vector<double>& tangent) const;        // J v
  std::vector<double> transposed(const std::vector<double>& upstream) const;  // J^T u
};

// Expected results of a case by independent arithmetic. The scalar for second order is s = sum of
// weights (y^2 / 2 + y), so that linear ops have one too.
struct Expected {
  OpCase op;
  std::vector<Slow<double>> in;
  Slow<double> y;
  std::vector<Jacobian> jacobian;           // per input; empty for positions
  Slow<double> upstream, weights;           // random, of y's shape
  std::vector<Slow<double>> directions;     // random, of the inputs' shapes
  std::vector<std::vector<double>> second;  // d/dx_k of sum over j of <directions_j, ds/dx_j>
};
Expected expect(const OpCase& op, const std::vector<Shape>& shapes, std::uint64_t seed = 1);
// The same, computed once for every case and each of its shape sets.
const std::vector<Expected>& expected(const OpCase& op);

// `op.rule` may differ from the rule that the expectation was made for.
std::string check_value(const OpCase& op, const Expected& expected);
std::string check_local(const OpCase& op, const Expected& expected);
std::string check_reverse(const OpCase& op, const Expected& expected);
std::string check_forward(const OpCase& op, const Expected& expected);
std::string check_second(const OpCase& op, const Expected& expected);

// "" when |got - wanted| <= tolerance max(1, |wanted|) everywhere, NaN being equal to NaN.
std::string differs(const std::string& what, std::span<const double> got,
                    std::span<const double> wanted, double tolerance);
double dot(std::span<const double> a, std::span<const double> b);
// The upstream that backward left at a node, zeros where none reached it.
std::vector<double> upstream_of(const Node<double>& node);
inline std::span<const double> numbers(const View<const double>& view) {
  return {view.data, view.size()};
}

}  // namespace glassgrad

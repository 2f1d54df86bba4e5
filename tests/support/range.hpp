// How far an elementwise op, its local gradients and its second derivatives are from the truth, in
// units in the last place, over the whole range of the type: from the smallest denormal number to
// the largest, around every kink and threshold, two arguments on a grid. The truth is a Jet of the
// op's own value (jet.hpp). Next: tests/range/range_test.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "glassgrad/engine/tape.hpp"
#include "support/jet.hpp"

namespace glassgrad {

struct RangeOp {
  std::string op, label;
  int inputs = 0;
  Ulp bound;
  std::vector<Interval> domain;
  std::shared_ptr<const void> attributes;
  const Rule<double>* rule = nullptr;
  const Rule<float>* rule_float = nullptr;
  Jet (*jet)(const void* op, const Jet* x) = nullptr;
  bool taken_as_given = false;  // no gradient on purpose, though the value moves
};

// The derivatives of sigmoid by those of tanh: as those of a quotient the second cancels near 0.
struct Sigmoid;
struct SechSquared;
Jet exact_jet(const Sigmoid& op, const Jet& x);
Jet exact_jet(const SechSquared& op, const Jet& x);

template <class Op>
RangeOp range_op(const Op& op, const Rule<double>* rule, const Rule<float>* rule_float) {
  RangeOp r;
  r.op = Op::name;
  r.inputs = arity<Op>;
  if constexpr (requires { Op::ulp; }) r.bound = Op::ulp;
  if constexpr (requires { Op::taken_as_given; }) r.taken_as_given = Op::taken_as_given;
  r.domain.assign(std::begin(Op::domain), std::end(Op::domain));
  r.attributes = std::make_shared<const Op>(op);
  r.rule = rule, r.rule_float = rule_float;
  r.jet = [](const void* attributes, const Jet* x) {
    return [&]<std::size_t... k>(std::index_sequence<k...>)->Jet {
      if constexpr (requires { exact_jet(*static_cast<const Op*>(attributes), x[k]...); })
        return exact_jet(*static_cast<const Op*>(attributes), x[k]...);
      else
        return static_cast<const Op*>(attributes)->value(x[k]...);
    }
    (std::make_index_sequence<std::size_t(arity<Op>)>{});
  };
  std::vector<Formula> in;
  for (int k = 0; k < r.inputs; ++k)
    in.push_back(Formula::symbol(r.inputs == 1 ? "x" : std::string(1, char('a' + k))));
  r.label = r.op + ", " + rule->value_formula(r.attributes.get(), in).text();
  return r;
}

// Every elementwise op of EveryOp, each instance, but for the formulas of optimizers (updates.hpp),
// sums of rounded products in their own order.
const std::vector<RangeOp>& range_table();

// The worst error of its kind, and where it is.
struct Worst {
  double ulp = 0;        // where the right number is normal
  double denormals = 0;  // where it is denormal, in smallest numbers
  std::string at, at_denormal;
};
struct Worsts {
  Worst value, local, second;
  Worst nodes;     // local, as grad gives it; within the bounds of second
  int points = 0;  // with a value
};
// About so many points. T is double or float.
template <class T>
Worsts measure(const RangeOp& op, int points);

// "" when all is within the op's bounds.
std::string beyond(const Worsts& worst, const Ulp& bound);

}  // namespace glassgrad

// The elementwise ops of EveryOp for tests/range. Templates end here.
#include "glassgrad/ops/ops.hpp"
#include "support/range.hpp"

namespace glassgrad {
namespace {

template <class Op>
void add(std::vector<RangeOp>& table) {
  if constexpr (is_elementwise<Op> && !UpdateOps::contains<Op>) {
    if constexpr (requires { Op::instances(); }) {
      for (const Op& op : Op::instances())
        table.push_back(range_op(op, &rule<Op, double>(), &rule<Op, float>()));
    } else {
      table.push_back(range_op(Op{}, &rule<Op, double>(), &rule<Op, float>()));
    }
  }
}
template <class... Ops>
std::vector<RangeOp> table_of(List<Ops...>) {
  std::vector<RangeOp> table;
  (add<Ops>(table), ...);
  return table;
}

}  // namespace

Jet exact_jet(const Sigmoid& op, const Jet& x) {
  const Jet half = (1 + num::tanh(x * 0.5)) / 2;
  return {op.value(x).v, half.a, half.b, half.ab};
}

Jet exact_jet(const SechSquared&, const Jet& x) {
  const Jet c = num::cosh(x);
  return 1 / (c * c);
}

const std::vector<RangeOp>& range_table() {
  static const std::vector<RangeOp> table = table_of(EveryOp{});
  return table;
}

}  // namespace glassgrad

// The one header for authors of ops: derive nothing, write one struct at namespace scope, call
// apply. The op is compiled in your file with your flags and has everything the library's ops have:
// backward, grad, jvp, formulas, checks. See examples/05_your_own_op.cpp, and examples/own_op for
// one of each kind; CONTRIBUTING.md says what may be left out.
#pragma once

#include "glassgrad/engine/fed.hpp"
#include "glassgrad/engine/make_rule.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad {

template <class Op>
requires(!EveryOp::contains<Op>) List<Op> family_of(Listed<Op>);

}  // namespace glassgrad

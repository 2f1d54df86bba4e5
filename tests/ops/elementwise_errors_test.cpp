// What special functions, hard activations, statistics and norms say to inputs that do not fit: the
// exact text, and a tape left as it was.
#include <gtest/gtest.h>

#include <functional>

#include "glassgrad/ops/ops.hpp"
#include "support/mistakes.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

const Mistake mistakes[] = {
    {"polygamma_order", [](auto&, auto& x, auto&) { polygamma(x, -1); },
     "[polygamma] the order is -1, outside 0 to 1000. Use one in that range."},
    {"bessel_order", [](auto&, auto& x, auto&) { bessel_i(x, -2); },
     "[bessel_i] the order is -2, outside 0 to 1000. Use one in that range."},
    {"logit_eps", [](auto&, auto& x, auto&) { logit(x, 0.6); },
     "[logit] eps is 0.6. Give a number from 0 to 0.5."},
    {"xlogy_shapes", [](auto&, auto& x, auto& v) { xlogy(x, v); },
     "[xlogy] shapes do not broadcast: a is (2, 3), b is (4); 3 meets 4 on axis -1. "
     "Sizes counted from the last axis must be equal, or one of them 1."},
    {"fmod_shapes", [](auto&, auto& x, auto& v) { fmod(x, v); },
     "[fmod] shapes do not broadcast: a is (2, 3), b is (4); 3 meets 4 on axis -1. "
     "Sizes counted from the last axis must be equal, or one of them 1."},
    {"hardtanh_bounds", [](auto&, auto& x, auto&) { hardtanh(x, 2, 1); },
     "[hardtanh] low, 2, is above high, 1. Give the smaller bound first."},
    {"softshrink_limit", [](auto&, auto& x, auto&) { softshrink(x, -1); },
     "[softshrink] the limit is -1. Give 0 or more."},
    {"celu_alpha", [](auto&, auto& x, auto&) { celu(x, 0); },
     "[celu] alpha is 0. Give another number."},
    {"softplus_beta", [](auto&, auto& x, auto&) { softplus(x, 0.0); },
     "[softplus] beta is 0. Give a number above 0."},
    {"glu_odd", [](auto&, auto& x, auto&) { glu(x); },
     "[glu] axis -1 of (2, 3) has size 3. Give an axis of even size."},
    {"glu_axis", [](auto&, auto& x, auto&) { glu(x, 2); },
     "[glu] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"prod_axis", [](auto&, auto& x, auto&) { prod(x, 2); },
     "[prod] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"var_axis", [](auto&, auto& x, auto&) { var(x, -3); },
     "[var] axis -3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"deviation_axis_twice",
     [](auto&, auto& x, auto&) {
       deviation(x, {1, -1});
     },
     "[deviation] axis -1 is given twice. Name each axis once."},
    {"nansum_axis", [](auto&, auto&, auto& v) { nansum(v, 1); },
     "[nansum] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"nanmean_axis", [](auto&, auto&, auto& v) { nanmean(v, 1); },
     "[nanmean] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"count_nonzero_axis", [](auto&, auto&, auto& v) { count_nonzero(v, 1); },
     "[count_nonzero] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"kth_too_large", [](auto&, auto&, auto& v) { kth_smallest(v, 4); },
     "[kth_smallest] k is 4, outside 0 to 3. Use one in that range."},
    {"kth_negative", [](auto&, auto&, auto& v) { kth_smallest(v, -1); },
     "[kth_smallest] k is -1, outside 0 to 3. Use one in that range."},
    {"median_of_nothing",
     [](auto&, auto& x, auto&) {
       median(x.tape()->zeros({0, 3}), 0);
     },
     "[median] nothing is left of (0, 3) over these axes. Give at least one number."},
    {"median_axis", [](auto&, auto& x, auto&) { median(x, 2); },
     "[median] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"nanmedian_of_nothing",
     [](auto&, auto& x, auto&) {
       nanmedian(x.tape()->zeros({3, 0}), 1);
     },
     "[nanmedian] nothing is left of (3, 0) over these axes. Give at least one number."},
    {"nanmedian_axis", [](auto&, auto& x, auto&) { nanmedian(x, -3); },
     "[nanmedian] axis -3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"quantile_above_one", [](auto&, auto& x, auto&) { quantile(x, 1.5); },
     "[quantile] q is 1.5. Give a number from 0 to 1."},
    {"quantile_of_nothing", [](auto&, auto& x, auto&) { quantile(x.tape()->zeros({0}), 0.5); },
     "[quantile] nothing is left of (0) over all axes. Give at least one number."},
    {"norm_axis", [](auto&, auto& x, auto&) { norm(x, 2, 2); },
     "[norm] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"normalize_axis", [](auto&, auto& x, auto&) { normalize(x, 2, 3); },
     "[normalize] axis 3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"renorm_axis", [](auto&, auto& x, auto&) { renorm(x, 2, 2, 1); },
     "[renorm] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"cdist_vector", [](auto&, auto& x, auto& v) { cdist(x, v); },
     "[cdist] a is (2, 3), b is (4). Give rows of the same length: [..., n, d] and [..., m, d]."},
    {"pdist_vector", [](auto&, auto&, auto& v) { pdist(v); },
     "[pdist] x is (4). Give a matrix, [n, d]."},
};

class ElementwiseErrorsTest : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(Ops, ElementwiseErrorsTest, testing::ValuesIn(mistakes),
                         [](const auto& each) { return each.param.name; });

TEST_P(ElementwiseErrorsTest, SayWhatIsWrongAndWhatToDo) { expect_mistake<ShapeError>(GetParam()); }

}  // namespace
}  // namespace glassgrad

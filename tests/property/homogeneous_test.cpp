// f(k x) = k^d f(x) with k a power of two, so that the bits are the same, of what people call and
// has a degree d; slopes have the degree d - 1. Linear ops: linear_ops_test.cpp.
#include "glassgrad/nn/losses.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/statistics.hpp"
#include "glassgrad/ops/structure.hpp"
#include "property/graph.hpp"

namespace glassgrad {
namespace {

using namespace property;

// f of two arrays, of degree d in both together, or in one of them.
struct Homogeneous {
  const char* name;
  double degree;
  N (*f)(const N&, const N&);
  double tolerance = 0;  // of slopes and values, relative; 0: the same bits
};

N signal(const N& x) { return reshape(x, Shape{1, 2, 6}); }
N image(const N& x) { return reshape(x, Shape{1, 2, 2, 3}); }
N regular(const N& x) {  // 2 by 2, away from singular
  const N four = reshape(slice(reshape(x, Shape{12}), 0, 0, 4), Shape{2, 2});
  return triu(four) + transpose(triu(four)) * 0.25;
}
N positive(const N& x) { return matmul(regular(x), transpose(regular(x))); }
Indices<double> at(const N& x) { return x.tape()->indices({2, 0, 0, 1}); }
Indices<double> everywhere(const N& x) {
  const std::vector<std::int64_t> all{2, 1, 0, 0, 1, 2, 2, 2, 1, 0, 1, 1};
  return x.tape()->indices({}, all, Shape{4, 3});
}

// Of x, whatever y is.
const Homogeneous of_one[] = {
    {"sum", 1, [](const N& x, const N&) { return sum(x, 0); }},
    {"mean", 1, [](const N& x, const N&) { return mean(x, 1); }},
    {"max", 1, [](const N& x, const N&) { return max(x, 0); }},
    {"min", 1, [](const N& x, const N&) { return min(x); }},
    {"norm", 1, [](const N& x, const N&) { return norm(x, 2, 1); }},
    {"norm 1", 1, [](const N& x, const N&) { return norm(x, 1, 0); }},
    {"norm infinity", 1, [](const N& x, const N&) { return norm(x, INFINITY, 0); }},
    {"norm 3", 1, [](const N& x, const N&) { return norm(x, 3, 0); }, 1e-14},
    {"deviation", 1, [](const N& x, const N&) { return deviation(x, 1); }},
    {"var", 2, [](const N& x, const N&) { return var(x, 0); }},
    {"median", 1, [](const N& x, const N&) { return median(x, 1); }},
    {"quantile", 1, [](const N& x, const N&) { return quantile(x, 0.3, 0); }},
    {"kth_smallest", 1, [](const N& x, const N&) { return kth_smallest(x, 1, 0); }},
    {"nansum", 1, [](const N& x, const N&) { return nansum(x, 0); }},
    {"prod of 3", 3, [](const N& x, const N&) { return prod(x, 1); }},
    {"prod of 4", 4, [](const N& x, const N&) { return prod(x, 0); }},
    {"relu", 1, [](const N& x, const N&) { return relu(x); }},
    {"leaky_relu", 1, [](const N& x, const N&) { return leaky_relu(x, 0.1); }},
    {"prelu", 1, [](const N& x, const N& y) { return prelu(x, y); }},
    {"abs", 1, [](const N& x, const N&) { return abs(x); }},
    {"positive part", 1, [](const N& x, const N&) { return maximum(x, 0); }},
    {"sign", 0, [](const N& x, const N&) { return sign(x); }},
    {"square", 2, [](const N& x, const N&) { return square(x); }},
    {"power 3", 3, [](const N& x, const N&) { return pow(x, 3); }},
    {"reciprocal", -1, [](const N& x, const N&) { return reciprocal(x); }},
    {"sqrt", 0.5, [](const N& x, const N&) { return sqrt(abs(x)); }},
    {"rsqrt", -0.5, [](const N& x, const N&) { return rsqrt(abs(x)); }, 1e-15},
    {"where", 1, [](const N& x, const N& y) { return where(y > 0, x, -2 * x); }},
    {"cumsum 0", 1, [](const N& x, const N&) { return cumsum(x, 0); }},
    {"cumsum 1", 1, [](const N& x, const N&) { return cumsum(x, 1); }},
    {"cummax", 1, [](const N& x, const N&) { return cummax(x, 1).values; }},
    {"cummin", 1, [](const N& x, const N&) { return cummin(x, 0).values; }},
    {"sort", 1, [](const N& x, const N&) { return sort(x, 0).values; }},
    {"topk", 1, [](const N& x, const N&) { return topk(x, 2, 1).values; }},
    {"diff", 1, [](const N& x, const N&) { return diff(x, 1, 0); }},
    {"trapezoid", 1, [](const N& x, const N&) { return trapezoid(x, 0.3, 0); }},
    {"rows", 1, [](const N& x, const N&) { return rows(x, at(x)); }},
    {"gather", 1, [](const N& x, const N&) { return gather(x, 1, everywhere(x)); }},
    {"flip", 1, [](const N& x, const N&) { return flip(x); }},
    {"reflection", 1,
     [](const N& x, const N&) {
       return pad(x, Margin{0, 2, 1}, Padding::reflect);
     }},
    {"windows", 1, [](const N& x, const N&) { return unfold(x, 0, 2); }},
    {"windows added", 1, [](const N& x, const N&) { return fold(unfold(x, 0, 2), 0, 4); }},
    {"max_pool1d", 1, [](const N& x, const N&) { return max_pool1d(signal(x), 2); }},
    {"avg_pool1d", 1, [](const N& x, const N&) { return avg_pool1d(signal(x), 3); }, 1e-15},
    {"max_pool2d", 1,
     [](const N& x, const N&) {
       return max_pool2d(image(x), 2, {1, 1});
     }},
    {"avg_pool2d", 1,
     [](const N& x, const N&) {
       return avg_pool2d(image(x), 2, {1, 1});
     }},
    {"conv1d in x", 1,
     [](const N& x, const N& y) {
       return conv1d(signal(x), reshape(y, Shape{2, 2, 3}), {1, 1});
     }},
    {"conv1d in w", 1,
     [](const N& x, const N& y) {
       return conv1d(signal(y), reshape(x, Shape{2, 2, 3}), {2, 1});
     }},
    {"conv2d in x", 1,
     [](const N& x, const N& y) {
       return conv2d(image(x), reshape(y, Shape{3, 2, 1, 2}), {1, 1});
     }},
    {"conv2d in w", 1,
     [](const N& x, const N& y) {
       return conv2d(image(y), reshape(x, Shape{3, 2, 1, 2}), {1, 1});
     }},
    {"conv_transpose2d in x", 1,
     [](const N& x, const N& y) {
       return conv_transpose2d(image(x), reshape(y, Shape{2, 3, 1, 2}), {2, 0});
     }},
    {"conv_transpose2d in w", 1,
     [](const N& x, const N& y) {
       return conv_transpose2d(image(y), reshape(x, Shape{2, 3, 1, 2}), {2, 0});
     }},
    {"matmul on the left", 1, [](const N& x, const N& y) { return matmul(x, transpose(y)); }},
    {"matmul on the right", 1, [](const N& x, const N& y) { return matmul(transpose(y), x); }},
    {"einsum", 1,
     [](const N& x, const N& y) {
       return einsum("ij,kj->ik", {x, y});
     }},
    {"tensordot", 1, [](const N& x, const N& y) { return tensordot(x, y, 0, 0); }},
    {"normalize", 0, [](const N& x, const N&) { return normalize(x, 2, 1, 0); }},
    {"cosine_similarity", 0, [](const N& x, const N& y) { return cosine_similarity(x, y, 1, 0); }},
    {"layer_norm", 0, [](const N& x, const N&) { return layer_norm(x, 1, 0); }},
    {"group_norm", 0, [](const N& x, const N&) { return group_norm(signal(x), 2, 0); }},
    {"batch_norm", 0, [](const N& x, const N&) { return batch_norm(x, 0); }},
    {"det", 2, [](const N& x, const N&) { return det(regular(x)); }},
    {"inverse", -1, [](const N& x, const N&) { return inverse(regular(x)); }},
    {"solve in b", 1,
     [](const N& x, const N& y) { return solve(regular(y), transpose(slice(x, 1, 0, 2))); }},
    {"cholesky of x x^T", 1, [](const N& x, const N&) { return cholesky(positive(x)); }},
    {"qr, R", 1, [](const N& x, const N&) { return qr(regular(x)).r; }, 1e-14},
    {"qr, Q", 0, [](const N& x, const N&) { return qr(regular(x)).q; }, 1e-14},
    {"eigh", 2, [](const N& x, const N&) { return eigh(positive(x)).values; }, 1e-13},
    {"svd", 1, [](const N& x, const N&) { return svd(regular(x)).s; }, 1e-13},
};
// Of both at once.
const Homogeneous of_both[] = {
    {"add", 1, [](const N& x, const N& y) { return x + y; }},
    {"mul", 2, [](const N& x, const N& y) { return x * y; }},
    {"div", 0, [](const N& x, const N& y) { return x / y; }},
    {"maximum", 1, [](const N& x, const N& y) { return maximum(x, y); }},
    {"minimum", 1, [](const N& x, const N& y) { return minimum(x, y); }},
    {"hypot", 1, [](const N& x, const N& y) { return hypot(x, y); }},
    {"copysign", 1, [](const N& x, const N& y) { return copysign(x, y); }},
    {"fmod", 1, [](const N& x, const N& y) { return fmod(x, y); }},
    {"remainder", 1, [](const N& x, const N& y) { return remainder(x, y); }},
    {"atan2", 0, [](const N& x, const N& y) { return atan2(x, y); }},
    {"l1_loss", 1, [](const N& x, const N& y) { return l1_loss(x, y); }},
    {"squared_loss", 2, [](const N& x, const N& y) { return squared_loss(x, y); }},
    {"dist", 1, [](const N& x, const N& y) { return dist(x, y); }},
    {"cdist", 1, [](const N& x, const N& y) { return cdist(x, y); }},
    {"pairwise_distance", 1, [](const N& x, const N& y) { return pairwise_distance(x, y, 2, 0); }},
    {"scatter_add", 1, [](const N& x, const N& y) { return scatter_add(x, 1, everywhere(x), y); }},
    {"index_add", 1, [](const N& x, const N& y) { return index_add(x, 0, at(x), y); }},
    {"concat", 1,
     [](const N& x, const N& y) {
       return concat({x, y}, 1);
     }},
    {"lerp", 1, [](const N& x, const N& y) { return lerp(x, y, N(0.3)); }},
    {"matmul", 2, [](const N& x, const N& y) { return matmul(x, transpose(y)); }},
    {"cross", 2, [](const N& x, const N& y) { return cross(x, y); }},
    {"addmm", 2, [](const N& x, const N& y) { return matmul(transpose(x), y) + square(sum(x)); }},
};

void expect_scaled(const std::vector<double>& got, std::vector<double> wanted, double factor,
                   double tolerance) {
  wanted = times(wanted, factor);
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (tolerance == 0)
      EXPECT_EQ(got[i], wanted[i]) << "entry " << i;
    else
      EXPECT_NEAR(got[i], wanted[i], tolerance * std::abs(wanted[i])) << "entry " << i;
  }
}
// By 4^8 up and down, far from the ends of the range.
void expect_homogeneous(const Homogeneous& h, bool both) {
  Tape<double> tape;
  const Shape shape{4, 3};
  const std::vector<double> x = drawn<double>(12, 7), y = drawn<double>(12, 8);
  const auto run = [&](double k) {
    const N a = input(tape, times(x, k), shape), b = input(tape, times(y, both ? k : 1), shape);
    const N z = h.f(a, b);
    const N u = input(tape, drawn<double>(z.shape().count(), 9), z.shape());
    return std::pair(list(z.value()), list(grad(sum(z * u), a).value()));
  };
  const auto [value, slope] = run(1);
  for (const double k : {0x1p16, 0x1p-16}) {
    SCOPED_TRACE(std::string(h.name) + " of " + to_text(k) + " x");
    const auto [scaled, its_slope] = run(k);
    expect_scaled(scaled, value, std::pow(k, h.degree), h.tolerance);
    expect_scaled(its_slope, slope, std::pow(k, h.degree - 1), h.tolerance);
  }
}
TEST(Homogeneous, FunctionsOfOneArrayScale) {
  for (const Homogeneous& h : of_one) expect_homogeneous(h, false);
}
TEST(Homogeneous, FunctionsOfTwoArraysScale) {
  for (const Homogeneous& h : of_both) expect_homogeneous(h, true);
}

}  // namespace
}  // namespace glassgrad

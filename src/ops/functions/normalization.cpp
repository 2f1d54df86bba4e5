// The functions of normalization.hpp: one op where whole rows are normalised, else compositions.
#include "glassgrad/ops/functions/normalization.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "glassgrad/ops/rules/compare.hpp"
#include "glassgrad/ops/rules/logarithms.hpp"
#include "glassgrad/ops/rules/matmul.hpp"
#include "glassgrad/ops/rules/normalize.hpp"
#include "glassgrad/ops/rules/powers.hpp"

namespace glassgrad {
namespace {
void check_channels(std::string_view op, const Shape& x) {
  if (x.rank() < 2)
    throw ShapeError(op, join("x is ", x), "Give channels on axis 1: at least two axes");
}
Axes but_channels(const Shape& x) {
  std::vector<int> axes{0};
  for (int i = 2; i < x.rank(); ++i) axes.push_back(i);
  return Axes(std::span<const int>(axes));
}
Axes last_axes(int rank, int count) {
  std::vector<int> axes;
  for (int i = rank - count; i < rank; ++i) axes.push_back(i);
  return Axes(std::span<const int>(axes));
}
}  // namespace

namespace {
// The same over any axes, and the norm of x minus its mean: a root that is within range even where
// squares are not.
template <class T>
std::pair<Node<T>, Node<T>> normalized_with(const Node<T>& x, const Axes& axes, double eps) {
  const Node<T> centred = apply(Centre{{axes, true}}, x), size = norm(centred, 2, axes, true);
  const double count = double(x.shape().count()) / double(size.shape().count());
  return {centred / hypot(size / std::sqrt(count), std::sqrt(eps)), size};
}
}  // namespace

template <class T>
Node<T> normalized(const Node<T>& x, const Axes& axes, double eps) try {
  const unsigned over = axis_bits("normalized", axes, x.shape().rank());
  const int count = std::popcount(over);
  if (count > 0 && over >> (x.shape().rank() - count) == (1u << count) - 1)  // the last ones
    return apply(Normalize{count, eps}, x);
  return normalized_with(x, axes, eps).first;
} catch (...) {
  detail::rethrow_as("normalized");
}
template <class T>
Node<T> layer_norm(const Node<T>& x, Integer last, double eps) try {
  const std::int64_t axes = last.in("layer_norm", "the number of axes", {1, x.shape().rank()});
  return normalized(x, last_axes(x.shape().rank(), int(axes)), eps);  // fits: looked at
} catch (...) {
  detail::rethrow_as("layer_norm");
}
template <class T>
Node<T> group_norm(const Node<T>& x, Integer count, double eps) try {
  check_channels("group_norm", x.shape());
  const std::int64_t n = x.shape()[0], channels = x.shape()[1];
  if (!count.within(at_least(1)) || channels % count.in("group_norm", "groups") != 0)
    throw ShapeError("group_norm", join(channels, " channels in ", count, " groups"),
                     "Give a number of groups that divides the channels");
  const std::int64_t groups = count.in("group_norm", "groups");
  const std::int64_t size = n == 0 || channels == 0 ? 0 : x.shape().count() / (n * groups);
  return reshape(normalized(reshape(x, Shape{n, groups, size}), -1, eps), x.shape());
} catch (...) {
  detail::rethrow_as("group_norm");
}
template <class T>
Node<T> instance_norm(const Node<T>& x, double eps) try {
  if (x.shape().rank() < 3)
    throw ShapeError("instance_norm", join("x is ", x.shape()),
                     "Give (N, C, ...): at least three axes");
  return normalized(x, last_axes(x.shape().rank(), x.shape().rank() - 2), eps);
} catch (...) {
  detail::rethrow_as("instance_norm");
}
template <class T>
Node<T> batch_norm(const Node<T>& x, double eps) try {
  check_channels("batch_norm", x.shape());
  return normalized(x, but_channels(x.shape()), eps);
} catch (...) {
  detail::rethrow_as("batch_norm");
}
template <class T>
Node<T> batch_norm(const Node<T>& x, const Node<T>& mean, const Node<T>& variance, double eps) try {
  check_channels("batch_norm", x.shape());
  const int spatial = x.shape().rank() - 2;
  // by a root, not times rsqrt, whose slope may be 0 where that of the quotient is not
  return (x - per_channel(mean, x, spatial)) / sqrt(per_channel(variance, x, spatial) + eps);
} catch (...) {
  detail::rethrow_as("batch_norm");
}
namespace {
std::int64_t numbers_of_a_channel(std::string_view op, const Shape& x) {
  check_channels(op, x);
  const std::int64_t n = x[1] == 0 ? 0 : x.count() / x[1];
  if (n < 2)
    throw ShapeError(op, join("there are ", n, " numbers for each channel"),
                     "A variance needs two");
  return n;
}
}  // namespace
template <class T>
Moments<T> batch_moments(const Node<T>& x) try {
  const std::int64_t n = numbers_of_a_channel("batch_moments", x.shape());
  const Axes axes = but_channels(x.shape());
  return {mean(x, axes),
          apply(MeanSquare{double(n - 1), {axes, false}}, apply(Centre{{axes, true}}, x))};
} catch (...) {
  detail::rethrow_as("batch_moments");
}
template <class T>
std::pair<Node<T>, Moments<T>> batch_norm_with_moments(const Node<T>& x, double eps) try {
  const std::int64_t n = numbers_of_a_channel("batch_norm_with_moments", x.shape());
  const Axes axes = but_channels(x.shape());
  const auto [y, size] = normalized_with(x, axes, eps);
  const Node<T> flat = reshape(size, Shape{x.shape()[1]});
  return {y, {mean(x, axes), square(flat / std::sqrt(double(n - 1)))}};
} catch (...) {
  detail::rethrow_as("batch_norm_with_moments");
}

namespace {
template <class T>
Node<T> scores(const Node<T>& q, const Node<T>& k, const Node<T>& v) {
  const Shape &a = q.shape(), &b = k.shape(), &c = v.shape();
  if (a.rank() < 2 || b.rank() < 2 || c.rank() < 2 || a.from_end(1) != b.from_end(1) ||
      b.from_end(2) != c.from_end(2))
    throw ShapeError("attention", join("q is ", a, ", k is ", b, ", v is ", c),
                     "Give q (..., L, d), k (..., S, d), v (..., S, e)");
  // before the product, which may leave the range where its part does not
  return apply(Matmul{false, true}, q / std::sqrt(double(a.from_end(1))), k);
}
}  // namespace
template <class T>
Node<T> attention(const Node<T>& q, const Node<T>& k, const Node<T>& v, const Node<T>& mask) try {
  const T never = -std::numeric_limits<T>::infinity();
  return matmul(softmax(where(mask, scores(q, k, v), never)), v);
} catch (...) {
  detail::rethrow_as("attention");
}
template <class T>
Node<T> attention(const Node<T>& q, const Node<T>& k, const Node<T>& v, bool causal) try {
  if (!causal) return matmul(softmax(scores(q, k, v)), v);
  if (q.shape().rank() < 2 || k.shape().rank() < 2) scores(q, k, v);  // throws the error
  const Shape square{q.shape().from_end(2), k.shape().from_end(2)};
  return attention(q, k, v, tril(broadcast_to(q.its_tape().constant(T(1)), square)));
} catch (...) {
  detail::rethrow_as("attention");
}

#define GLASSGRAD_NORMALIZATION(T)                                                         \
  template Node<T> normalized(const Node<T>&, const Axes&, double);                        \
  template Node<T> layer_norm(const Node<T>&, Axis, double);                               \
  template Node<T> group_norm(const Node<T>&, Integer, double);                            \
  template Node<T> instance_norm(const Node<T>&, double);                                  \
  template Node<T> batch_norm(const Node<T>&, double);                                     \
  template Node<T> batch_norm(const Node<T>&, const Node<T>&, const Node<T>&, double);     \
  template Moments<T> batch_moments(const Node<T>&);                                       \
  template std::pair<Node<T>, Moments<T>> batch_norm_with_moments(const Node<T>&, double); \
  template Node<T> attention(const Node<T>&, const Node<T>&, const Node<T>&, bool);        \
  template Node<T> attention(const Node<T>&, const Node<T>&, const Node<T>&, const Node<T>&);
GLASSGRAD_NORMALIZATION(float)
GLASSGRAD_NORMALIZATION(double)
#undef GLASSGRAD_NORMALIZATION

}  // namespace glassgrad

// The compositions of ops/functions/norms.hpp.
#include "glassgrad/ops/functions/norms.hpp"

#include <algorithm>
#include <cmath>

#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/rules/index.hpp"
#include "ops/rules/in_scope.hpp"

namespace glassgrad {
namespace {

template <class T>
Shape rows_against(const Node<T>& x, bool first) {
  Shape shape;
  for (int i = 0; i < x.shape().rank(); ++i) {
    if (!first && i == x.shape().rank() - 2) shape.push_back(1);
    if (first && i == x.shape().rank() - 1) shape.push_back(1);
    shape.push_back(x.shape()[i]);
  }
  return shape;
}

}  // namespace

template <class T>
Node<T> norm(const Node<T>& x, double p, Axes axes, bool keepdims) {
  axis_bits("norm", axes, x.shape().rank());
  if (std::isnan(p)) throw ShapeError("norm", "the order is NaN", "Give a number or an infinity");
  if (p != 0 && p != 1 && std::isfinite(p)) return apply(Norm{p, {axes, keepdims}}, x);
  return in_scope("norm", x, [&]() -> Node<T> {
    if (p == 1) return sum(abs(x), axes, keepdims);
    if (p == 0) return count_nonzero(x, axes, keepdims);
    return p > 0 ? max(abs(x), axes, keepdims) : min(abs(x), axes, keepdims);
  });
}

template <class T>
Node<T> normalize(const Node<T>& x, double p, Axes axes, double eps) {
  axis_bits("normalize", axes, x.shape().rank());
  return in_scope("normalize", x, [&] { return x / maximum(norm(x, p, axes, true), eps); });
}
template <class T>
Node<T> renorm(const Node<T>& x, double p, Axis axis, double most) {
  const int own = checked_axis("renorm", axis, x.shape().rank());
  int others[max_rank] = {}, count = 0;
  for (int i = 0; i < x.shape().rank(); ++i)
    if (i != own) others[count++] = i;
  const Axes axes(std::span<const int>(others, std::size_t(count)));
  return in_scope("renorm", x, [&] {
    const Node<T> length = norm(x, p, axes, true);
    const Node<T> longer = length > most;
    return where(longer, x / where(longer, length, 1) * most, x);
  });
}

template <class T>
Node<T> dist(const Node<T>& a, const Node<T>& b, double p) {
  return in_scope("dist", a.tape() ? a : b, [&] { return norm(a - b, p); });
}
template <class T>
Node<T> pairwise_distance(const Node<T>& a, const Node<T>& b, double p, double eps, bool keepdims) {
  return in_scope("pairwise_distance", a.tape() ? a : b,
                  [&] { return norm(a - b + eps, p, -1, keepdims); });
}
namespace {
// x stretched along an axis (counted from the end) of the shape it broadcasts to.
template <class T>
Node<T> stretched_along(const Node<T>& x, const Shape& full, int from_end) {
  const std::int64_t size = full.from_end(from_end);
  if (x.shape().rank() >= from_end && x.shape().from_end(from_end) == size) return x;
  Shape shape;
  for (int i = std::max(from_end, x.shape().rank()); i > 0; --i)
    shape.push_back(i == from_end ? size : i > x.shape().rank() ? 1 : x.shape().from_end(i));
  return broadcast_to(x, shape);
}
}  // namespace
template <class T>
Node<T> cosine_similarity(const Node<T>& a, const Node<T>& b, Axis axis, double eps) {
  const Shape full = broadcast("cosine_similarity", a.shape(), b.shape());
  const int at = full.rank() - checked_axis("cosine_similarity", axis, full.rank());
  return in_scope("cosine_similarity", a.tape() ? a : b, [&] {
    const auto unit = [&](const Node<T>& x) {
      const Node<T> all = stretched_along(x, full, at);
      return all / maximum(norm(all, 2, -at, true), eps);
    };
    return sum(unit(a) * unit(b), -at);
  });
}
template <class T>
Node<T> cdist(const Node<T>& a, const Node<T>& b, double p) {
  const Shape &first = a.shape(), &second = b.shape();
  if (first.rank() < 2 || second.rank() < 2 || first.from_end(1) != second.from_end(1))
    throw ShapeError("cdist", join("a is ", first, ", b is ", second),
                     "Give rows of the same length: [..., n, d] and [..., m, d]");
  return in_scope("cdist", a.tape() ? a : b, [&] {
    return norm(reshape(a, rows_against(a, true)) - reshape(b, rows_against(b, false)), p, -1);
  });
}
template <class T>
Node<T> pdist(const Node<T>& x, double p) {
  if (x.shape().rank() != 2)
    throw ShapeError("pdist", join("x is ", x.shape()), "Give a matrix, [n, d]");
  std::vector<std::int64_t> first, second;
  for (std::int64_t i = 0; i < x.shape()[0]; ++i)
    for (std::int64_t j = i + 1; j < x.shape()[0]; ++j) first.push_back(i), second.push_back(j);
  return in_scope("pdist", x, [&] {
    Tape<T>& tape = x.its_tape();
    return norm(rows(x, tape.indices(first)) - rows(x, tape.indices(second)), p, -1);
  });
}

#define GLASSGRAD_NORMS(T)                                                                  \
  template Node<T> norm(const Node<T>&, double, Axes, bool);                                \
  template Node<T> normalize(const Node<T>&, double, Axes, double);                         \
  template Node<T> renorm(const Node<T>&, double, Axis, double);                            \
  template Node<T> dist(const Node<T>&, const Node<T>&, double);                            \
  template Node<T> pairwise_distance(const Node<T>&, const Node<T>&, double, double, bool); \
  template Node<T> cosine_similarity(const Node<T>&, const Node<T>&, Axis, double);         \
  template Node<T> cdist(const Node<T>&, const Node<T>&, double);                           \
  template Node<T> pdist(const Node<T>&, double);
GLASSGRAD_NORMS(float)
GLASSGRAD_NORMS(double)
#undef GLASSGRAD_NORMS

}  // namespace glassgrad

// The compositions of products.hpp but einsum, which is in einsum.cpp.
#include "glassgrad/ops/functions/products.hpp"

#include <limits>

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"

namespace glassgrad {
namespace {
void check_rank(std::string_view op, std::string_view which, const Shape& x, int rank) {
  if (x.rank() != rank)
    throw ShapeError(
        op, join(which, " is ", x, ", ", rank, rank == 1 ? " axis is" : " axes are", " wanted"),
        join("Reshape it to ", rank, rank == 1 ? " axis" : " axes"));
}
}  // namespace

template <class T>
Node<T> vdot(const Node<T>& a, const Node<T>& b) try {
  if (a.shape() != b.shape())
    throw ShapeError("vdot", join("a is ", a.shape(), ", b is ", b.shape()), "Give equal shapes");
  const std::int64_t n = a.shape().count();
  return matmul(reshape(a, Shape{n}), reshape(b, Shape{n}));
} catch (...) {
  detail::rethrow_as("vdot");
}
template <class T>
Node<T> dot(const Node<T>& a, const Node<T>& b) try {
  check_rank("dot", "a", a.shape(), 1), check_rank("dot", "b", b.shape(), 1);
  return matmul(a, b);
} catch (...) {
  detail::rethrow_as("dot");
}
template <class T>
Node<T> inner(const Node<T>& a, const Node<T>& b) try {
  if (a.shape().rank() == 0 || b.shape().rank() == 0) return a * b;
  return tensordot(a, b, -1, -1);
} catch (...) {
  detail::rethrow_as("inner");
}
template <class T>
Node<T> outer(const Node<T>& a, const Node<T>& b) try {
  check_rank("outer", "a", a.shape(), 1), check_rank("outer", "b", b.shape(), 1);
  return unsqueeze(a, 1) * b;
} catch (...) {
  detail::rethrow_as("outer");
}
template <class T>
Node<T> kron(const Node<T>& a, const Node<T>& b) try {
  const int rank = std::max(a.shape().rank(), b.shape().rank());
  const Node<T> left = atleast_nd(a, rank), right = atleast_nd(b, rank);
  Shape wide, narrow, shape;
  for (int i = 0; i < rank; ++i) {
    wide.push_back(left.shape()[i]), wide.push_back(1);
    narrow.push_back(1), narrow.push_back(right.shape()[i]);
    shape.push_back(size_product("kron", left.shape()[i], right.shape()[i]));
  }
  return reshape(reshape(left, wide) * reshape(right, narrow), shape);
} catch (...) {
  detail::rethrow_as("kron");
}
template <class T>
Node<T> cross(const Node<T>& a, const Node<T>& b, Axis axis) try {
  const Shape shape = broadcast("cross", a.shape(), b.shape());
  const int at = checked_axis("cross", axis, shape.rank());
  const int back = at - shape.rank();
  for (const Node<T>& x : {a, b})
    if (x.shape().rank() < -back || x.shape()[x.shape().rank() + back] != 3)
      throw ShapeError(
          "cross",
          join("a is ", a.shape(), ", b is ", b.shape(), ", axis ", axis, " is not 3 in both"),
          "Give vectors of three numbers along that axis");
  return roll(a, -1, back) * roll(b, 1, back) - roll(a, 1, back) * roll(b, -1, back);
} catch (...) {
  detail::rethrow_as("cross");
}
template <class T>
Node<T> tensordot(const Node<T>& a, const Node<T>& b, Axes axes_a, Axes axes_b) try {
  const unsigned bits_a = axis_bits("tensordot", axes_a, a.shape().rank());
  const unsigned bits_b = axis_bits("tensordot", axes_b, b.shape().rank());
  const bool fit = axes_a.size() == axes_b.size() && !axes_a.all() && !axes_b.all();
  std::vector<int> order_a, order_b;
  Shape shape;
  std::int64_t summed = 1, rows = 1, columns = 1;
  for (int i = 0; i < a.shape().rank(); ++i)
    if (!(bits_a >> i & 1))
      order_a.push_back(i), shape.push_back(a.shape()[i]), rows *= a.shape()[i];
  for (int k = 0; fit && k < axes_a.size(); ++k) {
    const int i = checked_axis("tensordot", axes_a[k], a.shape().rank());
    const int j = checked_axis("tensordot", axes_b[k], b.shape().rank());
    if (a.shape()[i] != b.shape()[j])
      throw ShapeError("tensordot",
                       join("axis ", i, " of ", a.shape(), " meets axis ", j, " of ", b.shape()),
                       "Axes that are summed over together have one size");
    order_a.push_back(i), order_b.push_back(j), summed *= a.shape()[i];
  }
  if (!fit)
    throw ShapeError("tensordot", join(axes_a.size(), " axes of a, ", axes_b.size(), " of b"),
                     "Name the axes of both in pairs");
  for (int j = 0; j < b.shape().rank(); ++j)
    if (!(bits_b >> j & 1))
      order_b.push_back(j), shape.push_back(b.shape()[j]), columns *= b.shape()[j];
  const auto ordered = [](const Node<T>& x, const std::vector<int>& order) {
    return order.empty() ? x : transpose(x, Axes(std::span<const int>(order)));
  };
  return reshape(matmul(reshape(ordered(a, order_a), Shape{rows, summed}),
                        reshape(ordered(b, order_b), Shape{summed, columns})),
                 shape);
} catch (...) {
  detail::rethrow_as("tensordot");
}
template <class T>
Node<T> tensordot(const Node<T>& a, const Node<T>& b, Integer count) try {
  const std::int64_t axes = count.in("tensordot", "the number of axes",
                                     {0, std::min(a.shape().rank(), b.shape().rank())});
  std::vector<int> of_a, of_b;
  const int n = int(axes);  // fits: looked at
  for (int i = 0; i < n; ++i) of_a.push_back(i - n), of_b.push_back(i);
  return tensordot(a, b, Axes(std::span<const int>(of_a)), Axes(std::span<const int>(of_b)));
} catch (...) {
  detail::rethrow_as("tensordot");
}

template <class T>
Node<T> mv(const Node<T>& a, const Node<T>& x) try {
  check_rank("mv", "a", a.shape(), 2), check_rank("mv", "x", x.shape(), 1);
  return matmul(a, x);
} catch (...) {
  detail::rethrow_as("mv");
}
template <class T>
Node<T> bmm(const Node<T>& a, const Node<T>& b) try {
  check_rank("bmm", "a", a.shape(), 3), check_rank("bmm", "b", b.shape(), 3);
  if (a.shape()[0] != b.shape()[0])
    throw ShapeError("bmm", join("a has ", a.shape()[0], " matrices, b has ", b.shape()[0]),
                     "Give one matrix of b for each of a");
  return matmul(a, b);
} catch (...) {
  detail::rethrow_as("bmm");
}
namespace {
template <class T>
Node<T> blended(std::string_view op, const Node<T>& x, const Node<T>& product, Scales scales) {
  if (!x.shape().stretches_to(product.shape()))
    throw ShapeError(op, join("x is ", x.shape(), ", the product is ", product.shape()),
                     "x must broadcast to the product's shape");
  const Node<T> scaled = scales.alpha == 1 ? product : product * scales.alpha;
  return (scales.beta == 1 ? x : x * scales.beta) + scaled;
}
}  // namespace
template <class T>
Node<T> addmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales) try {
  return blended("addmm", x, matmul(a, b), scales);
} catch (...) {
  detail::rethrow_as("addmm");
}
template <class T>
Node<T> addmv(const Node<T>& x, const Node<T>& a, const Node<T>& v, Scales scales) try {
  return blended("addmv", x, mv(a, v), scales);
} catch (...) {
  detail::rethrow_as("addmv");
}
template <class T>
Node<T> addr(const Node<T>& x, const Node<T>& u, const Node<T>& v, Scales scales) try {
  return blended("addr", x, outer(u, v), scales);
} catch (...) {
  detail::rethrow_as("addr");
}
template <class T>
Node<T> baddbmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales) try {
  return blended("baddbmm", x, bmm(a, b), scales);
} catch (...) {
  detail::rethrow_as("baddbmm");
}
template <class T>
Node<T> addbmm(const Node<T>& x, const Node<T>& a, const Node<T>& b, Scales scales) try {
  return blended("addbmm", x, sum(bmm(a, b), 0), scales);
} catch (...) {
  detail::rethrow_as("addbmm");
}
template <class T>
Node<T> linear(const Node<T>& x, const Node<T>& weight) try {
  check_rank("linear", "weight", weight.shape(), 2);
  return matmul(x, transpose(weight));
} catch (...) {
  detail::rethrow_as("linear");
}
template <class T>
Node<T> bilinear(const Node<T>& first, const Node<T>& second, const Node<T>& weight) try {
  check_rank("bilinear", "weight", weight.shape(), 3);
  return einsum("...i,kij,...j->...k", {first, weight, second});
} catch (...) {
  detail::rethrow_as("bilinear");
}

template <class T>
Node<T> multi_dot(std::span<const Node<T>> matrices) try {
  if (matrices.size() < 2)
    throw ShapeError("multi_dot", join(matrices.size(), " matrices"), "Give at least two");
  std::vector<Node<T>> all(matrices.begin(), matrices.end());
  const bool row = all.front().shape().rank() == 1, column = all.back().shape().rank() == 1;
  if (row) all.front() = unsqueeze(all.front(), 0);
  if (column) all.back() = unsqueeze(all.back(), 1);
  const std::size_t n = all.size();
  for (const Node<T>& x : all) check_rank("multi_dot", "an operand", x.shape(), 2);
  // cost[i][j]: of the product of i, ..., j; cut[i][j]: where it is cut in two
  std::vector<std::vector<double>> cost(n, std::vector<double>(n, 0.0));
  std::vector<std::vector<std::size_t>> cut(n, std::vector<std::size_t>(n, 0));
  for (std::size_t length = 2; length <= n; ++length)
    for (std::size_t i = 0, j = length - 1; j < n; ++i, ++j) {
      cost[i][j] = std::numeric_limits<double>::infinity();
      for (std::size_t k = i; k < j; ++k) {
        const double own =
            cost[i][k] + cost[k + 1][j] +
            double(all[i].shape()[0]) * double(all[k].shape()[1]) * double(all[j].shape()[1]);
        if (own < cost[i][j]) cost[i][j] = own, cut[i][j] = k;
      }
    }
  const auto product = [&](const auto& self, std::size_t i, std::size_t j) -> Node<T> {
    if (i == j) return all[i];
    return matmul(self(self, i, cut[i][j]), self(self, cut[i][j] + 1, j));
  };
  Node<T> y = product(product, 0, n - 1);
  if (column) y = squeeze(y, 1);
  return row ? squeeze(y, 0) : y;
} catch (...) {
  detail::rethrow_as("multi_dot");
}

#define GLASSGRAD_PRODUCTS(T)                                                       \
  template Node<T> dot(const Node<T>&, const Node<T>&);                             \
  template Node<T> vdot(const Node<T>&, const Node<T>&);                            \
  template Node<T> inner(const Node<T>&, const Node<T>&);                           \
  template Node<T> outer(const Node<T>&, const Node<T>&);                           \
  template Node<T> kron(const Node<T>&, const Node<T>&);                            \
  template Node<T> cross(const Node<T>&, const Node<T>&, Axis);                     \
  template Node<T> tensordot(const Node<T>&, const Node<T>&, Axes, Axes);           \
  template Node<T> tensordot(const Node<T>&, const Node<T>&, Axis);                 \
  template Node<T> mv(const Node<T>&, const Node<T>&);                              \
  template Node<T> bmm(const Node<T>&, const Node<T>&);                             \
  template Node<T> addmm(const Node<T>&, const Node<T>&, const Node<T>&, Scales);   \
  template Node<T> addmv(const Node<T>&, const Node<T>&, const Node<T>&, Scales);   \
  template Node<T> addr(const Node<T>&, const Node<T>&, const Node<T>&, Scales);    \
  template Node<T> baddbmm(const Node<T>&, const Node<T>&, const Node<T>&, Scales); \
  template Node<T> addbmm(const Node<T>&, const Node<T>&, const Node<T>&, Scales);  \
  template Node<T> linear(const Node<T>&, const Node<T>&);                          \
  template Node<T> bilinear(const Node<T>&, const Node<T>&, const Node<T>&);        \
  template Node<T> multi_dot(std::span<const Node<T>>);
GLASSGRAD_PRODUCTS(float)
GLASSGRAD_PRODUCTS(double)
#undef GLASSGRAD_PRODUCTS

}  // namespace glassgrad

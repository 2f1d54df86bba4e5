// Products of matrices, and their flags for operands read transposed.
#pragma once

#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// y = A B for the last two axes; the axes before broadcast. A flag reads an operand transposed in
// place, so that derivatives of a product never copy.
struct Matmul {
  using Kind = Multilinear<2>;
  static constexpr std::string_view name = "matmul";
  bool transpose_a = false, transpose_b = false;
  unsigned transposed() const { return (transpose_a ? 1u : 0u) | (transpose_b ? 2u : 0u); }
  static constexpr Matmul with_transposed(unsigned bits) {
    return {(bits & 1) != 0, (bits & 2) != 0};
  }
  Shape shape(const Shape& a, const Shape& b) const;
  template <class T>
  void value(View<const T> a, View<const T> b, View<T> y, Pool&) const {
    kernels::batched_matmul(transpose_a, transpose_b, a, b, y);
  }
  // A' = upstream B^T and B' = A^T upstream: products again
  template <int k>
  auto adjoint(To<k> to, const auto& a, const auto& b, const auto&, const auto& upstream) const {
    return contribution(to, a, b, upstream, [](bool ta, bool tb, const auto& x, const auto& y) {
      return apply(Matmul{ta, tb}, x, y);
    });
  }
  template <int k, class T>
  void adjoint_into(To<k> to, View<const T> a, View<const T> b, View<const T>,
                    View<const T> upstream, const Sink<T>& sink, Pool& pool) const {
    const View<T> c{sink.data, (k == 0 ? a : b).sizes};
    contribution(to, a, b, upstream, [&](bool ta, bool tb, const auto& x, const auto& y) {
      kernels::summed_matmul(ta, tb, x, y, c, sink.add, pool);
    });
  }
  Formula text(const Formula& a, const Formula& b) const;
  static constexpr bool broadcasts = true;
  Matmul batched(std::int64_t, const Shape&, const Shape&) const { return *this; }
  // A batch of separate products; with one b for all they are one product, not to be split.
  bool by_rows(const Shape& a, const Shape& b) const {
    return b.rank() > 2 && a.rank() <= b.rank() && (a.rank() < b.rank() || a[0] == b[0]);
  }

 private:
  // Operands and flags of the product: an operand that is itself read transposed comes first.
  auto contribution(To<0>, const auto&, const auto& b, const auto& upstream,
                    const auto& product) const {
    return transpose_a ? product(transpose_b, true, b, upstream)
                       : product(false, !transpose_b, upstream, b);
  }
  auto contribution(To<1>, const auto& a, const auto&, const auto& upstream,
                    const auto& product) const {
    return transpose_b ? product(true, transpose_a, upstream, a)
                       : product(!transpose_a, false, a, upstream);
  }
};

using MatmulOps = List<Matmul>;
GLASSGRAD_FAMILY(MatmulOps)

void check_matmul(const Shape& a, const Shape& b);

// NumPy's matmul: matrices, batches of matrices whose leading axes broadcast, and vectors (a row on
// the left, a column on the right; the added axis of size 1 is dropped).
// Throws ShapeError when inner sizes differ or an operand is a single number.
template <class A, class B>
requires Operands<A, B>
auto matmul(const A& a, const B& b) {
  using X = typename detail::FirstTraced<A, B>::type;
  if (X(a).shape().rank() > 1 && X(b).shape().rank() > 1) return apply(Matmul{}, X(a), X(b));
  check_matmul(X(a).shape(), X(b).shape());
  const auto row = [](const X& x) {
    return x.shape().rank() == 1 ? apply(Reshape{Shape{1, x.shape()[0]}}, x) : x;
  };
  const auto column = [](const X& x) {
    return x.shape().rank() == 1 ? apply(Reshape{Shape{x.shape()[0], 1}}, x) : x;
  };
  const X y = apply(Matmul{}, row(a), column(b));
  Shape shape;
  for (int i = 0; i < y.shape().rank(); ++i) {
    const bool gone = (i == y.shape().rank() - 2 && a.shape().rank() == 1) ||
                      (i == y.shape().rank() - 1 && b.shape().rank() == 1);
    if (!gone) shape.push_back(y.shape()[i]);
  }
  return apply(Reshape{shape}, y);
}

}  // namespace glassgrad

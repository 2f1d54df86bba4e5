// The table's products: vectors, matrices, batches of them, einsum.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

void add_vectors(Table& t) {
  t.add("dot, vdot", [](Draw& d) {
    const Shape n{d.between(1, 5)};
    const std::vector<int> in{d.of_shape(n), d.of_shape(n)};
    d.flag() ? d.put(in, [](const auto& a, const auto& b) { return dot(a, b); })
             : d.put(in, [](const auto& a, const auto& b) { return vdot(a, b); });
  });
  t.add("inner", [](Draw& d) {
    const int a = d.ranked(1, 3);
    d.put({a, d.of_shape({d.between(1, 3), d.size(a, -1)})},
          [](const auto& x, const auto& y) { return inner(x, y); });
  });
  t.add("outer", [](Draw& d) {
    d.put({d.ranked(1, 1), d.ranked(1, 1)},
          [](const auto& x, const auto& y) { return outer(x, y); });
  });
  t.add("kron", [](Draw& d) {
    const int a = d.ranked(1, 2);
    d.put({a, d.of_shape(d.shape(d.rank(a), d.rank(a)))},
          [](const auto& x, const auto& y) { return kron(x, y); });
  });
  t.add("cross", [](Draw& d) {
    Shape shape = d.shape(1, 3);
    const int axis = int(d.below(shape.rank()));
    shape = shape.with(axis, 3);
    d.put(
        {d.of_shape(shape), d.of_shape(shape)},
        [=](const N& x, const N& y) { return cross(x, y, axis); },
        [=](const T& x, const T& y) { return at::linalg_cross(x, y, axis); });
  });
}

void add_matrices(Table& t) {
  t.add("matmul", [](Draw& d) {
    const std::int64_t m = d.between(1, 4), k = d.between(0, 12) ? d.between(1, 4) : 0;
    const std::int64_t n = d.between(1, 4), b = d.between(1, 3), c = d.between(1, 2);
    const Shape lefts[] = {{m, k}, {m, k}, {k}, {k}, {b, m, k}, {b, m, k}, {c, 1, m, k}, {b, m, k}};
    const Shape rights[] = {{k, n}, {k}, {k, n}, {k}, {k, n}, {b, k, n}, {b, k, n}, {1, k, n}};
    const std::int64_t which = d.below(8);
    d.put({d.of_shape(lefts[which]), d.of_shape(rights[which])},
          [](const auto& x, const auto& y) { return matmul(x, y); });
  });
  t.add("matmul with itself", [](Draw& d) {
    d.put({d.ranked(2, 3)}, [](const auto& x) { return matmul(x, swapaxes(x, -1, -2)); });
  });
  t.add("mv", [](Draw& d) {
    const int a = d.ranked(2, 2);
    d.put({a, d.of_shape({d.size(a, 1)})}, [](const auto& x, const auto& y) { return mv(x, y); });
  });
  t.add("bmm", [](Draw& d) {
    const int a = d.ranked(3, 3);
    d.put({a, d.of_shape({d.size(a, 0), d.size(a, 2), d.between(1, 3)})},
          [](const auto& x, const auto& y) { return bmm(x, y); });
  });
  const auto added = [&](const char* op, auto sizes, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const std::int64_t m = d.between(1, 4), k = d.between(1, 4), n = d.between(1, 4);
      const auto [x, a, b] = sizes(m, k, n);
      const double beta = d.real(-1, 1), alpha = d.real(-1, 1);
      d.put(
          {d.of_shape(x), d.of_shape(a), d.of_shape(b)},
          [=](const N& p, const N& q, const N& r) {
            return ours(p, q, r, Scales{beta, alpha});
          },
          [=](const T& p, const T& q, const T& r) { return theirs(p, q, r, beta, alpha); });
    });
  };
  using Sizes = std::array<Shape, 3>;
  using L = std::int64_t;
  added(
      "addmm",
      [](L m, L k, L n) {
        return Sizes{Shape{m, n}, Shape{m, k}, Shape{k, n}};
      },
      [](const auto&... x) { return addmm(x...); },
      [](auto& x, auto& a, auto& b, double s, double r) { return at::addmm(x, a, b, s, r); });
  added(
      "addmv",
      [](L m, L k, L) {
        return Sizes{Shape{m}, Shape{m, k}, Shape{k}};
      },
      [](const auto&... x) { return addmv(x...); },
      [](auto& x, auto& a, auto& b, double s, double r) { return at::addmv(x, a, b, s, r); });
  added(
      "addr",
      [](L m, L k, L) {
        return Sizes{Shape{m, k}, Shape{m}, Shape{k}};
      },
      [](const auto&... x) { return addr(x...); },
      [](auto& x, auto& a, auto& b, double s, double r) { return at::addr(x, a, b, s, r); });
  added(
      "baddbmm",
      [](L m, L k, L n) {
        return Sizes{Shape{2, m, n}, Shape{2, m, k}, Shape{2, k, n}};
      },
      [](const auto&... x) { return baddbmm(x...); },
      [](auto& x, auto& a, auto& b, double s, double r) { return at::baddbmm(x, a, b, s, r); });
  added(
      "addbmm",
      [](L m, L k, L n) {
        return Sizes{Shape{m, n}, Shape{2, m, k}, Shape{2, k, n}};
      },
      [](const auto&... x) { return addbmm(x...); },
      [](auto& x, auto& a, auto& b, double s, double r) { return at::addbmm(x, a, b, s, r); });
  t.add("linear", [](Draw& d) {
    const int x = d.ranked(1, 3);
    d.put(
        {x, d.of_shape({d.between(1, 4), d.size(x, -1)})},
        [](const N& a, const N& w) { return linear(a, w); },
        [](const T& a, const T& w) { return at::linear(a, w); });
  });
  t.add("bilinear", [](Draw& d) {
    const std::int64_t m = d.between(1, 3), i = d.between(1, 3), j = d.between(1, 3);
    d.put(
        {d.of_shape({m, i}), d.of_shape({m, j}), d.of_shape({d.between(1, 3), i, j})},
        [](const N& a, const N& b, const N& w) { return bilinear(a, b, w); },
        [](const T& a, const T& b, const T& w) { return at::bilinear(a, b, w, {}); });
  });
  t.add("multi_dot", [](Draw& d) {
    const std::int64_t k = d.between(1, 4), n = d.between(1, 4);
    d.put(
        std::vector<int>{d.of_shape({d.between(1, 4), k}), d.of_shape({k, n}),
                         d.of_shape({n, d.between(1, 4)})},
        [](const std::vector<N>& x) { return multi_dot(std::span<const N>(x)); },
        [](const std::vector<T>& x) { return at::linalg_multi_dot(x); });
  });
}

void add_sums(Table& t) {
  t.add("tensordot", [](Draw& d) {
    const int x = d.ranked(2, 3);
    const Positions order = d.permutation(d.rank(x));
    const Dims a{{order.data[0], order.data[1]}}, b{{2, 0}};
    const Shape other{d.size(x, int(order.data[1])), d.between(1, 3),
                      d.size(x, int(order.data[0]))};
    d.put(
        {x, d.of_shape(other)}, [=](const N& p, const N& q) { return tensordot(p, q, a, b); },
        [=](const T& p, const T& q) { return at::tensordot(p, q, a, b); });
  });
  t.add("einsum", [](Draw& d) {
    // the letters a to e are axes, of one size each time
    const char* const equations[] = {"ab,bc->ac", "ab,ab->",     "a,b->ab",       "cab,cbd->cad",
                                     "aa->a",     "aa->",        "abc->cba",      "ab,bc,cd->ad",
                                     "ab->b",     "ab,b->a",     "ba,dab,ca->dc", "a,a,a->",
                                     "aab,b->ab", "ab,cd->dabc", "abc,ab->",      "ab,ab->ba"};
    const std::string equation = equations[d.below(16)];
    std::int64_t sizes[5];
    for (std::int64_t& size : sizes) size = d.between(1, 4);
    std::vector<int> in;
    Shape shape;
    for (const char c : equation.substr(0, equation.find('-')) + ",") {
      if (c == ',')
        in.push_back(d.of_shape(shape)), shape = Shape{};
      else
        shape.push_back(sizes[c - 'a']);
    }
    d.put(
        in, [=](const std::vector<N>& x) { return einsum(equation, std::span<const N>(x)); },
        [=](const std::vector<T>& x) { return at::einsum(equation, x); });
  });
}

}  // namespace

void add_products(Table& table) {
  add_vectors(table);
  add_matrices(table);
  add_sums(table);
}

}  // namespace glassgrad::differential

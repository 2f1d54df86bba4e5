// The table's linear algebra, of well-conditioned matrices with separate eigenvalues.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

Shape with(Shape batch, std::initializer_list<std::int64_t> sizes) {
  for (const std::int64_t size : sizes) batch.push_back(size);
  return batch;
}

// Vectors turned as ours are: the first entry of at least half the largest is positive.
T turn(const T& vectors) {
  const T sizes = vectors.detach().abs(), large = sizes >= 0.5 * sizes.amax(-2, true);
  const T first = large & (large.to(at::kLong).cumsum(-2) == 1);
  return (vectors.detach() * first).sum(-2, true).sign();
}

void add_solving(Table& t) {
  const auto of_square = [&](const char* op, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) { d.put({d.square_matrix(d.between(1, 4), d.batch())}, ours, theirs); });
  };
  of_square(
      "inverse", [](const N& x) { return inverse(x); },
      [](const T& x) { return at::linalg_inv(x); });
  of_square(
      "det", [](const N& x) { return det(x); }, [](const T& x) { return at::linalg_det(x); });
  of_square(
      "logdet", [](const N& x) { return logdet(x); },
      [](const T& x) { return std::get<1>(at::linalg_slogdet(x)); });
  of_square(
      "slogdet",
      [](const N& x) {
        const auto y = slogdet(x);
        return y.sign * y.log;
      },
      [](const T& x) {
        const auto y = at::linalg_slogdet(x);
        return std::get<0>(y) * std::get<1>(y);
      });
  of_square(
      "matrix_exp", [](const N& x) { return matrix_exp(x * 0.3); },
      [](const T& x) { return at::matrix_exp(x * 0.3); });
  t.add("matrix_power", [](Draw& d) {
    const int n = int(d.between(-2, 3));
    d.put(
        {d.square_matrix(d.between(1, 3), d.batch())},
        [=](const N& x) { return matrix_power(x, n); },
        [=](const T& x) { return at::linalg_matrix_power(x, n); });
  });
  t.add("solve", [](Draw& d) {
    const std::int64_t n = d.between(1, 4);
    const Shape batch = d.batch();
    d.put(
        {d.square_matrix(n, batch), d.of_shape(with(batch, {n, d.between(1, 3)}))},
        [](const N& a, const N& b) { return solve(a, b); },
        [](const T& a, const T& b) { return at::linalg_solve(a, b); });
  });
  t.add("solve of a vector", [](Draw& d) {
    const std::int64_t n = d.between(1, 4);
    d.put(
        {d.square_matrix(n), d.of_shape({n})}, [](const N& a, const N& b) { return solve(a, b); },
        [](const T& a, const T& b) { return at::linalg_solve(a, b); },
        [](const std::vector<T>& x) {
          return at::linalg_solve(x[0], x[1].unsqueeze(1)).squeeze(1);
        });
  });
  t.add("solve_triangular", [](Draw& d) {
    const std::int64_t n = d.between(1, 4);
    const bool upper = d.flag(), transpose = d.flag();
    d.put(
        {d.square_matrix(n), d.of_shape({n, d.between(1, 3)})},
        [=](const N& a, const N& b) { return solve_triangular(a, b, upper, transpose); },
        [=](const T& a, const T& b) {
          const T one = upper ? at::triu(a) : at::tril(a);
          return transpose ? at::linalg_solve_triangular(one.transpose(0, 1), b, !upper)
                           : at::linalg_solve_triangular(one, b, upper);
        });
  });
  t.add("cholesky_solve", [](Draw& d) {
    const std::int64_t n = d.between(1, 4);
    d.put(
        {d.square_matrix(n), d.of_shape({n, d.between(1, 3)})},
        [](const N& a, const N& b) { return cholesky_solve(tril(a), b); },
        [](const T& a, const T& b) { return at::cholesky_solve(b, at::tril(a)); });
  });
  const auto tall = [](Draw& d) {  // full rank: a well-conditioned square above more rows
    const std::int64_t n = d.between(1, 3);
    return std::pair{d.square_matrix(n), d.of_shape({d.between(1, 2), n}, In::unit)};
  };
  t.add("lstsq", [=](Draw& d) {
    const auto [a, more] = tall(d);
    const int b = d.of_shape({d.size(a, 0) + d.size(more, 0), 2});
    d.put(
        {a, more, b},
        [](const N& x, const N& y, const N& z) {
          return lstsq(concat({x, y}), z);
        },
        [](const T& x, const T& y, const T& z) {
          return std::get<0>(at::linalg_lstsq(at::cat({x, y}), z));
        },
        [](const std::vector<T>& x) {
          return at::matmul(at::linalg_pinv(at::cat({x[0], x[1]})), x[2]);
        });
  });
  t.add("pinv", [=](Draw& d) {
    const auto [a, more] = tall(d);
    d.put(
        {a, more},
        [](const N& x, const N& y) {
          return pinv(concat({x, y}));
        },
        [](const T& x, const T& y) {
          return at::linalg_pinv(at::cat({x, y}));
        });
  });
  t.add("qr", [=](Draw& d) {
    const auto [a, more] = tall(d);
    const bool q = d.flag();
    d.put(
        {a, more},
        [=](const N& x, const N& y) {
          const auto both = qr(concat({x, y}));
          return q ? both.q : both.r;
        },
        [=](const T& x, const T& y) {
          const auto [left, right] = at::linalg_qr(at::cat({x, y}), "reduced");
          const T sign = right.detach().diagonal(0, -2, -1).sign();
          return q ? left * sign.unsqueeze(-2) : right * sign.unsqueeze(-1);
        });
  });
}

void add_spectra(Table& t) {
  t.add("cholesky", [](Draw& d) {
    const bool upper = d.flag();
    d.put(
        {d.positive_definite(d.between(1, 4), d.batch())},
        [=](const N& x) { return cholesky(x, upper); },
        [=](const T& x) { return at::linalg_cholesky(x, upper); });
  });
  t.add("eigh, values", [](Draw& d) {
    d.put(
        {d.positive_definite(d.between(1, 4), d.batch())},
        [](const N& x) { return eigh(x).values; },
        [](const T& x) { return std::get<0>(at::linalg_eigh(x)); });
  });
  t.add("eigh, vectors", [](Draw& d) {
    d.put(
        {d.positive_definite(d.between(1, 4), d.batch())},
        [](const N& x) { return eigh(x).vectors; },
        [](const T& x) {
          const T v = std::get<1>(at::linalg_eigh(x));
          return v * turn(v);
        });
  });
  const auto wide = [](Draw& d) {  // separate singular values
    const int a = d.positive_definite(d.between(1, 3), d.batch());
    return std::vector<int>{a, d.of_shape(d.shape_of(a), In::unit)};
  };
  const auto mixed = [](const auto& a, const auto& more) { return a + more * 0.1; };
  t.add("svdvals", [=](Draw& d) {
    d.put(
        wide(d), [=](const N& a, const N& b) { return svdvals(mixed(a, b)); },
        [=](const T& a, const T& b) { return at::linalg_svdvals(mixed(a, b)); });
  });
  t.add("svd", [=](Draw& d) {
    const std::int64_t which = d.below(3);
    d.put(
        wide(d),
        [=](const N& a, const N& b) {
          const auto y = svd(mixed(a, b));
          return which == 0 ? y.u : which == 1 ? y.s : y.v;
        },
        [=](const T& a, const T& b) {
          const auto [u, s, vh] = at::linalg_svd(mixed(a, b), false);
          const T v = vh.transpose(-1, -2), sign = turn(v);
          return which == 0 ? u * sign : which == 1 ? s : v * sign;
        });
  });
  t.add("condition_number", [=](Draw& d) {
    d.put(
        wide(d), [=](const N& a, const N& b) { return condition_number(mixed(a, b)); },
        [=](const T& a, const T& b) { return at::linalg_cond(mixed(a, b)); });
  });
  using M = MatrixNorm;
  for (const auto& [name, norm, order] : {std::tuple{"fro", M::frobenius, 0.0},
                                          {"nuc", M::nuclear, 0.0},
                                          {"2", M::spectral, 2.0},
                                          {"-2", M::least, -2.0},
                                          {"1", M::columns, 1.0},
                                          {"-1", M::least_column, -1.0},
                                          {"inf", M::rows, INFINITY},
                                          {"-inf", M::least_row, -INFINITY}})
    t.add(std::string("matrix_norm ") + name, [=, norm = norm, order = order,
                                               named = std::string(name)](Draw& d) {
      const bool keep = d.flag();
      d.put(
          wide(d), [=](const N& a, const N& b) { return matrix_norm(mixed(a, b), norm, keep); },
          [=](const T& a, const T& b) {
            if (order == 0) return at::linalg_matrix_norm(mixed(a, b), named, {-2, -1}, keep);
            return at::linalg_matrix_norm(mixed(a, b), order, {-2, -1}, keep);
          });
    });
}

}  // namespace

void add_linear_algebra(Table& table) {
  add_solving(table);
  add_spectra(table);
}

}  // namespace glassgrad::differential

// A training step of the transformer block as node-by-node loops: one loop per op with every value
// stored, products by BLAS. A head is a place in the rows of q, k and v, so that nothing is moved.
#pragma once

#include "../models.hpp"
#include "rows.hpp"

namespace bench {

class HandTransformer {
  static constexpr int m = BlockSize::m, steps = BlockSize::steps, n = BlockSize::size,
                       heads = BlockSize::heads, wide = BlockSize::wide, d = n / heads,
                       rows = m * steps, small = rows * n, large = rows * wide,
                       square = steps * steps;
  using Array = kernels::Array<float>;

  // y = x W + b; the product has its place, too.
  struct Dense {
    int in, out;
    Array w, b, dw, db, product, y;
    Dense(std::size_t part, int inputs, int outputs)
        : in(inputs), out(outputs), dw(in * out), db(out), product(rows * out), y(rows * out) {
      const auto of_w = transformer().numbers(part), of_b = transformer().numbers(part + 1);
      w.assign(of_w.begin(), of_w.end()), b.assign(of_b.begin(), of_b.end());
    }
    const float* forward(const float* x) {
      kernels::product(rows, out, in, 1.0F, x, w.data(), 0.0F, product.data());
      kernels::add_row(rows, out, product.data(), b.data(), y.data());
      return y.data();
    }
    // dx = beta dx + u W^T
    void pull(const float* x, const float* u, float* dx, float beta = 0) {
      std::fill(db.begin(), db.end(), 0.0F);
      kernels::add_column_sums(rows, out, 1.0F, u, db.data());
      kernels::product<true>(in, out, rows, 1.0F, x, u, 0.0F, dw.data());
      if (dx) kernels::product<false, true>(rows, in, out, 1.0F, u, w.data(), beta, dx);
    }
  };
  // y = gamma normalised(x) + beta
  struct Norm {
    Array gamma, beta, dgamma, dbeta, normalised, r, product, y, part;
    explicit Norm(std::size_t p)
        : dgamma(n), dbeta(n), normalised(small), r(rows), product(small), y(small), part(small) {
      const auto g = transformer().numbers(p), b = transformer().numbers(p + 1);
      gamma.assign(g.begin(), g.end()), beta.assign(b.begin(), b.end());
    }
    const float* forward(const float* x) {
      kernels::normalise_rows(rows, n, x, normalised.data(), r.data());
      for (int i = 0; i < rows; ++i)
        loop(
            n, &product[i * n], [](auto a, auto b) { return a * b; }, &normalised[i * n],
            gamma.data());
      kernels::add_row(rows, n, product.data(), beta.data(), y.data());
      return y.data();
    }
    void pull(const float* u, float* dx) {
      std::fill(dgamma.begin(), dgamma.end(), 0.0F), std::fill(dbeta.begin(), dbeta.end(), 0.0F);
      kernels::add_column_sums(rows, n, 1.0F, u, dbeta.data());
      loop(
          small, part.data(), [](auto a, auto b) { return a * b; }, u, normalised.data());
      kernels::add_column_sums(rows, n, 1.0F, part.data(), dgamma.data());
      for (int i = 0; i < rows; ++i)
        loop(
            n, &part[i * n], [](auto a, auto b) { return a * b; }, u + i * n, gamma.data());
      kernels::pull_normalised(rows, n, normalised.data(), r.data(), part.data(), dx);
    }
  };

 public:
  HandTransformer() {
    const auto x = transformer().x(), y = transformer().y();
    x_.assign(x.begin(), x.end()), target_.assign(y.begin(), y.end());
    for (auto* each : {&joined_, &sum1_, &sum2_, &error_, &squared_, &u_, &v_, &dq_, &dk_, &dv_})
      each->resize(small);
    for (auto* each : {&scores_, &scaled_, &p_}) each->resize(m * heads * square);
    dp_.resize(square), relu_.resize(large), dwide_.resize(large);
  }

  std::vector<std::vector<float>> parameters() const {
    std::vector<std::vector<float>> all;
    for (const auto* l : {&q_, &k_, &v_layer_, &out_, &first_, &second_})
      for (const auto* each : {&l->w, &l->b}) all.emplace_back(each->begin(), each->end());
    for (const auto* l : {&norm1_, &norm2_})
      for (const auto* each : {&l->gamma, &l->beta}) all.emplace_back(each->begin(), each->end());
    return all;
  }

  float step() {
    const auto plus = [](auto a, auto b) { return a + b; };
    q_.forward(x_.data()), k_.forward(x_.data()), v_layer_.forward(x_.data());
    for (int head = 0; head < m * heads; ++head) attend(head);
    loop(small, sum1_.data(), plus, x_.data(), out_.forward(joined_.data()));
    const float* seen = norm1_.forward(sum1_.data());
    loop(
        large, relu_.data(), [](auto x) { return kernels::positive(x, x); }, first_.forward(seen));
    loop(small, sum2_.data(), plus, seen, second_.forward(relu_.data()));
    loop(
        small, error_.data(), [](auto a, auto b) { return a - b; }, norm2_.forward(sum2_.data()),
        target_.data());
    loop(
        small, squared_.data(), [](auto e) { return e * e; }, error_.data());
    const float loss = kernels::sum(small, squared_.data()) / (2.0F * rows);
    backward();
    for (auto* l : {&q_, &k_, &v_layer_, &out_, &first_, &second_})
      update(l->w, l->dw), update(l->b, l->db);
    for (auto* l : {&norm1_, &norm2_}) update(l->gamma, l->dgamma), update(l->beta, l->dbeta);
    return loss;
  }

 private:
  template <class F, class... In>
  static void loop(int count, float* out, F f, const In*... in) {
    kernels::map(count, out, f, in...);
  }
  void update(Array& w, const Array& dw) {
    loop(
        int(w.size()), w.data(), [this](auto a, auto b) { return a - rate_ * b; }, w.data(),
        dw.data());
  }
  static int place(int head) { return head / heads * steps * n + head % heads * d; }
  // C = op(A) op(B), a row of each so many numbers after the one before
  static void product(bool ta, bool tb, int rows_c, int columns, int inner, const float* a, int lda,
                      const float* b, int ldb, float* c, int ldc) {
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                rows_c, columns, inner, 1, a, lda, b, ldb, 0, c, ldc);
  }

  void attend(int head) {
    const int at = place(head), s = head * square;
    product(false, true, steps, steps, d, &q_.y[at], n, &k_.y[at], n, &scores_[s], steps);
    loop(
        square, &scaled_[s], [](auto x) { return x * scale; }, &scores_[s]);
    kernels::softmax_rows(steps, steps, &scaled_[s], &p_[s]);
    product(false, false, steps, d, steps, &p_[s], steps, &v_layer_.y[at], n, &joined_[at], n);
  }
  void pull_attention(int head, const float* u) {
    const int at = place(head), s = head * square;
    product(true, false, steps, d, steps, &p_[s], steps, u + at, n, &dv_[at], n);
    product(false, true, steps, steps, d, u + at, n, &v_layer_.y[at], n, dp_.data(), steps);
    kernels::pull_softmax(steps, steps, &p_[s], dp_.data(), dp_.data());
    loop(
        square, dp_.data(), [](auto x) { return x * scale; }, dp_.data());
    product(false, false, steps, d, steps, dp_.data(), steps, &k_.y[at], n, &dq_[at], n);
    product(true, false, steps, d, steps, dp_.data(), steps, &q_.y[at], n, &dk_[at], n);
  }

  void backward() {
    loop(
        small, u_.data(), [](auto e) { return e * (1.0F / rows); }, error_.data());
    norm2_.pull(u_.data(), v_.data());  // v: of sum2, so of both that were added
    second_.pull(relu_.data(), v_.data(), dwide_.data());
    loop(
        large, dwide_.data(), [](auto y, auto u) { return kernels::positive(y, u); }, relu_.data(),
        dwide_.data());
    first_.pull(norm1_.y.data(), dwide_.data(), v_.data(), 1);
    norm1_.pull(v_.data(), u_.data());
    out_.pull(joined_.data(), u_.data(), v_.data());
    for (int head = 0; head < m * heads; ++head) pull_attention(head, v_.data());
    q_.pull(x_.data(), dq_.data(), nullptr);
    k_.pull(x_.data(), dk_.data(), nullptr);
    v_layer_.pull(x_.data(), dv_.data(), nullptr);
  }

  static inline const float scale = 1 / std::sqrt(float(d));
  const float rate_ = transformer().rate;
  Dense q_{0, n, n}, k_{2, n, n}, v_layer_{4, n, n}, out_{6, n, n};
  Norm norm1_{8}, norm2_{10};
  Dense first_{12, n, wide}, second_{14, wide, n};
  Array x_, target_, scores_, scaled_, p_, joined_, sum1_, relu_, sum2_, error_, squared_;
  Array u_, v_, dq_, dk_, dv_, dp_, dwide_;
};

}  // namespace bench

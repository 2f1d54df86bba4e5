// A training step of the LSTM as node-by-node loops: what an eager engine has to compute, one loop
// per op with every value stored, products by BLAS. Moving costs nothing: a gate is a place in z, a
// step a place in the sequence. Upstreams take turns; gradients of parameters are added up by BLAS.
#pragma once

#include "../kernels.hpp"
#include "../models.hpp"

namespace bench {

class HandLstm {
  static constexpr int m = LstmSize::m, steps = LstmSize::steps, n = LstmSize::units;
  static constexpr int state = m * n, gates = 4 * state;

 public:
  HandLstm() {
    const auto x = lstm().x(), y = lstm().y();
    for (int t = 0; t < steps; ++t)  // step by step, where the others have sequence by sequence
      for (int i = 0; i < m; ++i)
        for (int j = 0; j < n; ++j) {
          const std::size_t from = (std::size_t(i) * steps + t) * n + j;
          x_.push_back(x[from]), y_.push_back(y[from]);
        }
    for (std::size_t p = 0; p < 3; ++p) {
      const auto numbers = lstm().numbers(p);
      w_[p].assign(numbers.begin(), numbers.end());
      d_[p].resize(numbers.size());
    }
    for (auto* each : {&xw_, &hu_, &both_, &z_}) each->resize(std::size_t(steps) * gates);
    for (auto* each : {&i_, &f_, &g_, &o_, &ig_, &fc_, &tanh_c_, &error_, &square_})
      each->resize(std::size_t(steps) * state);
    for (auto* each : {&h_, &c_}) each->resize(std::size_t(steps + 1) * state);  // 0: the start
    for (auto* each : {&dh_, &dc_, &dtanh_, &part_}) each->resize(state);
    dz_.resize(gates);
  }

  std::vector<std::vector<float>> parameters() const {
    std::vector<std::vector<float>> all;
    for (const auto& w : w_) all.emplace_back(w.begin(), w.end());
    return all;
  }

  float step() {
    for (int t = 0; t < steps; ++t) forward(t);
    const int all = steps * state;
    loop(
        all, error_.data(), [](auto h, auto y) { return h - y; }, h_.data() + state, y_.data());
    loop(
        all, square_.data(), [](auto e) { return e * e; }, error_.data());
    const float loss = kernels::sum(all, square_.data()) / (2.0F * m * steps);
    for (auto& d : d_) std::fill(d.begin(), d.end(), 0.0F);
    std::fill(dh_.begin(), dh_.end(), 0.0F), std::fill(dc_.begin(), dc_.end(), 0.0F);
    for (int t = steps; t-- > 0;) backward(t);
    for (int p = 0; p < 3; ++p)
      loop(
          int(w_[p].size()), w_[p].data(), [](auto w, auto d) { return w - lstm_rate * d; },
          w_[p].data(), d_[p].data());
    return loss;
  }

 private:
  using Array = kernels::Array<float>;
  static inline const float lstm_rate = lstm().rate;

  template <class F, class... In>
  static void loop(int count, float* out, F f, const In*... in) {
    kernels::map(count, out, f, in...);
  }
  // out = f(gate k of z), and dz's gate k = f(upstream, value)
  template <class F>
  void gate(int t, int k, Array& out, F f) {
    for (int i = 0; i < m; ++i)
      loop(n, &out[at(t) + i * n], f, &z_[std::size_t(t) * gates + i * 4 * n + k * n]);
  }
  template <class F>
  void into_gate(int t, int k, const Array& upstream, const Array& value, F f) {
    for (int i = 0; i < m; ++i)
      loop(n, &dz_[i * 4 * n + k * n], f, &upstream[i * n], &value[at(t) + i * n]);
  }
  static std::size_t at(int t) { return std::size_t(t) * state; }

  void forward(int t) {
    const std::size_t s = at(t), next = at(t + 1), g = std::size_t(t) * gates;
    kernels::product(m, 4 * n, n, 1.0F, &x_[s], w_[0].data(), 0.0F, &xw_[g]);
    kernels::product(m, 4 * n, n, 1.0F, &h_[s], w_[1].data(), 0.0F, &hu_[g]);
    loop(
        gates, &both_[g], [](auto a, auto b) { return a + b; }, &xw_[g], &hu_[g]);
    kernels::add_row(m, 4 * n, &both_[g], w_[2].data(), &z_[g]);
    const auto sigmoid = [](auto x) { return kernels::sigmoid(x); };
    gate(t, 0, i_, sigmoid), gate(t, 1, f_, sigmoid), gate(t, 3, o_, sigmoid);
    gate(t, 2, g_, [](auto x) { return xsimd::tanh(x); });
    const auto times = [](auto a, auto b) { return a * b; };
    loop(state, &fc_[s], times, &f_[s], &c_[s]);
    loop(state, &ig_[s], times, &i_[s], &g_[s]);
    loop(
        state, &c_[next], [](auto a, auto b) { return a + b; }, &fc_[s], &ig_[s]);
    loop(
        state, &tanh_c_[s], [](auto x) { return xsimd::tanh(x); }, &c_[next]);
    loop(state, &h_[next], times, &o_[s], &tanh_c_[s]);
  }

  void backward(int t) {
    const std::size_t s = at(t);
    const auto plus = [](auto a, auto b) { return a + b; };
    const auto times = [](auto a, auto b) { return a * b; };
    const auto sigmoid = [](auto u, auto y) { return u * (y * (1.0F - y)); };
    const float scale = 1.0F / (m * steps);
    loop(
        state, part_.data(), [&](auto e) { return e * scale; }, &error_[s]);
    loop(state, dh_.data(), plus, dh_.data(), part_.data());
    loop(state, part_.data(), times, dh_.data(), &tanh_c_[s]);
    into_gate(t, 3, part_, o_, sigmoid);
    loop(state, dtanh_.data(), times, dh_.data(), &o_[s]);
    loop(
        state, part_.data(), [](auto u, auto y) { return u * (1.0F - y * y); }, dtanh_.data(),
        &tanh_c_[s]);
    loop(state, dc_.data(), plus, dc_.data(), part_.data());
    loop(state, part_.data(), times, dc_.data(), &g_[s]);
    into_gate(t, 0, part_, i_, sigmoid);
    loop(state, part_.data(), times, dc_.data(), &i_[s]);
    into_gate(t, 2, part_, g_, [](auto u, auto y) { return u * (1.0F - y * y); });
    loop(state, part_.data(), times, dc_.data(), &c_[s]);
    into_gate(t, 1, part_, f_, sigmoid);
    loop(state, dc_.data(), times, dc_.data(), &f_[s]);
    kernels::add_column_sums(m, 4 * n, 1.0F, dz_.data(), d_[2].data());
    kernels::product<true>(n, 4 * n, m, 1.0F, &x_[s], dz_.data(), 1.0F, d_[0].data());
    kernels::product<true>(n, 4 * n, m, 1.0F, &h_[s], dz_.data(), 1.0F, d_[1].data());
    kernels::product<false, true>(m, n, 4 * n, 1.0F, dz_.data(), w_[1].data(), 0.0F, dh_.data());
  }

  std::vector<float> x_, y_;
  Array w_[3], d_[3];  // W, U, b and their gradients
  Array xw_, hu_, both_, z_, i_, f_, g_, o_, ig_, fc_, tanh_c_, error_, square_, h_, c_;
  Array dh_, dc_, dtanh_, part_, dz_;
};

}  // namespace bench

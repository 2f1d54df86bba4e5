// What the nodes of the bare arena tape compute: one switch forward, one backward. The tape that
// calls them is arena_tape.hpp.
#pragma once

#include <cstdint>

#include "kernels.hpp"

namespace bench::arena {

using Node = std::int32_t;

enum class Op : std::uint8_t {
  // clang-format off
  leaf, add, sub, mul, neg, square, exp, tanh, sigmoid, relu, shift, scale, sum, add_row, matmul,
  cross_entropy
  // clang-format on
};

template <class T>
struct Record {
  Op op;
  bool wanted, reached;  // leads from a parameter; its upstream has been written
  Node a, b;
  std::int32_t rows = 1, columns = 1;
  T constant = 0;
  T *value = nullptr, *upstream = nullptr, *saved = nullptr;
  const int* labels = nullptr;

  Record(Op o, bool w, Node i, Node j) : op(o), wanted(w), reached(false), a(i), b(j) {}
};

// Adds f(in[i]...) to the upstream of x; the first contribution writes.
template <class T, class F, class... In>
void give(Record<T>& x, F f, const In*... in) {
  if (!x.wanted) return;
  const int n = x.rows * x.columns;
  if (x.reached) {
    const auto add = [&f](const auto& g, const auto&... i) { return g + f(i...); };
    kernels::map(n, x.upstream, add, x.upstream, in...);
  } else {
    kernels::map(n, x.upstream, f, in...);
    x.reached = true;
  }
}

inline constexpr auto same = [](const auto& g) { return g; };
inline constexpr auto negated = [](const auto& g) { return -g; };
inline constexpr auto times = [](const auto& g, const auto& x) { return g * x; };

template <class T>
void forward(Record<T>& y, const Record<T>& a, const Record<T>& b) {
  const int n = a.rows * a.columns;
  const T c = y.constant;
  auto map = [&](auto f) { kernels::map(n, y.value, f, a.value); };
  auto map2 = [&](auto f) { kernels::map(n, y.value, f, a.value, b.value); };
  switch (y.op) {
    case Op::leaf:
      break;
    case Op::add:
      return map2([](const auto& p, const auto& q) { return p + q; });
    case Op::sub:
      return map2([](const auto& p, const auto& q) { return p - q; });
    case Op::mul:
      return map2([](const auto& p, const auto& q) { return p * q; });
    case Op::neg:
      return map([](const auto& p) { return -p; });
    case Op::square:
      return map([](const auto& p) { return p * p; });
    case Op::exp:
      return map([](const auto& p) { return xsimd::exp(p); });
    case Op::tanh:
      return map([](const auto& p) { return xsimd::tanh(p); });
    case Op::sigmoid:
      return map([](const auto& p) { return kernels::sigmoid(p); });
    case Op::relu:
      return map([](const auto& p) { return kernels::positive(p, p); });
    case Op::shift:
      return map([c](const auto& p) { return p + c; });
    case Op::scale:
      return map([c](const auto& p) { return p * c; });
    case Op::sum:
      *y.value = kernels::sum(n, a.value);
      return;
    case Op::add_row:
      return kernels::add_row(a.rows, a.columns, a.value, b.value, y.value);
    case Op::matmul:
      return kernels::product(a.rows, b.columns, a.columns, T(1), a.value, b.value, T(0), y.value);
    case Op::cross_entropy:
      *y.value =
          kernels::softmax_cross_entropy<T>(a.rows, a.columns, a.value, nullptr, y.labels, y.saved);
  }
}

// upstream x local, for each input.
template <class T>
void pull(const Record<T>& y, Record<T>& a, Record<T>& b) {
  const T c = y.constant, *u = y.upstream;
  switch (y.op) {
    case Op::leaf:
      break;
    case Op::add:
      give(a, same, u);
      return give(b, same, u);
    case Op::sub:
      give(a, same, u);
      return give(b, negated, u);
    case Op::mul:
      give(a, times, u, b.value);
      return give(b, times, u, a.value);
    case Op::neg:
      return give(a, negated, u);
    case Op::square:
      return give(
          a, [](const auto& g, const auto& x) { return g * (x + x); }, u, a.value);
    case Op::exp:
      return give(a, times, u, y.value);
    case Op::tanh:
      return give(
          a, [](const auto& g, const auto& t) { return g * (T(1) - t * t); }, u, y.value);
    case Op::sigmoid:
      return give(
          a, [](const auto& g, const auto& s) { return g * (s * (T(1) - s)); }, u, y.value);
    case Op::relu:
      return give(
          a, [](const auto& g, const auto& x) { return kernels::positive(x, g); }, u, y.value);
    case Op::shift:
      return give(a, same, u);
    case Op::scale:
      return give(
          a, [c](const auto& g) { return g * c; }, u);
    case Op::sum:
      return give(
          a, [g = *u](const auto& x) { return std::decay_t<decltype(x)>(g); }, a.value);
    case Op::add_row:
      give(a, same, u);
      if (!b.wanted) return;
      if (!b.reached) std::fill_n(b.upstream, y.columns, T(0));
      b.reached = true;
      return kernels::add_column_sums(y.rows, y.columns, T(1), u, b.upstream);
    case Op::matmul:
      if (a.wanted) {
        kernels::product<false, true>(y.rows, a.columns, y.columns, T(1), u, b.value, T(a.reached),
                                      a.upstream);
        a.reached = true;
      }
      if (b.wanted) {
        kernels::product<true>(b.rows, y.columns, y.rows, T(1), a.value, u, T(b.reached),
                               b.upstream);
        b.reached = true;
      }
      return;
    case Op::cross_entropy:
      return give(
          a, [g = *u](const auto& d) { return d * g; }, y.saved);
  }
}

}  // namespace bench::arena

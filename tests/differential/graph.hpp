// A random graph as data: inputs, and steps that each know how to be computed here and in libtorch.
// So it can be run again, on either side, with rounding errors added on purpose. Next: draw.hpp,
// how one is drawn; run.hpp, what is computed of it.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <vector>

#include "glassgrad/glassgrad.hpp"

namespace glassgrad::differential {

using N = Node<double>;
using T = at::Tensor;

inline at::IntArrayRef sizes_of(const Shape& shape) {
  return {shape.begin(), std::size_t(shape.rank())};
}

// Numbers that both sides take as they are; on(x) puts them on x's side.
struct Numbers {
  Shape shape;
  std::vector<double> data;

  View<const double> view() const { return {data.data(), &shape}; }
  N on(const N& x) const { return x.tape()->constant(view()); }
  T on(const T&) const { return tensor(); }
  T tensor() const {
    return at::from_blob(const_cast<double*>(data.data()), sizes_of(shape), at::kDouble).clone();
  }
};
struct Positions {
  Shape shape;
  std::vector<std::int64_t> data;

  Indices<double> on(const N& x) const { return x.tape()->indices({}, data, shape); }
  T on(const T&) const { return tensor(); }
  T tensor() const {
    return at::from_blob(const_cast<std::int64_t*>(data.data()), sizes_of(shape), at::kLong)
        .clone();
  }
};
// Several axes, and both ways to say them.
struct Dims {
  std::vector<std::int64_t> list;
  operator Axes() const {
    const std::vector<int> axes(list.begin(), list.end());
    return Axes(std::span<const int>(axes));
  }
  operator at::IntArrayRef() const { return list; }
};

inline Numbers numbers_of(const View<const double>& view) {
  return {view.shape(), {view.begin(), view.end()}};
}
inline Numbers numbers_of(const T& tensor) {
  // a tensor that is zero by construction has no numbers
  const T dense = tensor._is_zerotensor() ? at::zeros(tensor.sizes(), at::kDouble)
                                          : tensor.detach().to(at::kDouble).contiguous();
  Numbers all{Shape(std::span<const std::int64_t>(dense.sizes().begin(), dense.sizes().size())),
              {}};
  const double* first = dense.data_ptr<double>();
  all.data.assign(first, first + dense.numel());
  return all;
}

using Ours = std::function<N(const std::vector<N>&)>;
using Theirs = std::function<T(const std::vector<T>&)>;

// Any callable of one, two or three nodes, or of all of them.
template <class X, class F>
std::function<X(const std::vector<X>&)> of_all(F f) {
  return [f](const std::vector<X>& x) -> X {
    if constexpr (std::is_invocable_v<F, const X&>)
      return f(x[0]);
    else if constexpr (std::is_invocable_v<F, const X&, const X&>)
      return f(x[0], x[1]);
    else if constexpr (std::is_invocable_v<F, const X&, const X&, const X&>)
      return f(x[0], x[1], x[2]);
    else
      return f(x);
  };
}

struct Step {
  std::string op;
  std::vector<int> in;  // the inputs are nodes 0, 1, ..., then come the steps
  Ours ours;
  Theirs theirs;
  // The same in libtorch by another way, where its own op has a known limit: see limits.hpp.
  Theirs mended = {};
};
struct Graph {
  std::vector<Numbers> inputs;
  std::vector<Step> steps;
};

// What libtorch says, without its list of stack frames.
inline std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

// |x - y| / max(1, |x| + |y|); 0 for two NaN and for the same infinity, infinite for a NaN alone.
inline double error_of(double x, double y) {
  if (x == y || (std::isnan(x) && std::isnan(y))) return 0;
  const double error = std::abs(x - y) / std::max(1.0, std::abs(x) + std::abs(y));
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}
// The worst of all; infinite where the shapes differ.
inline double error_of(const Numbers& x, const Numbers& y) {
  if (x.shape != y.shape) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < x.data.size(); ++i)
    worst = std::max(worst, error_of(x.data[i], y.data[i]));
  return worst;
}

}  // namespace glassgrad::differential

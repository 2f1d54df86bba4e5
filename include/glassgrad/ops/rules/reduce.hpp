// Reductions over any axes: sum, mean, max, min, logsumexp, softmax, log_softmax. `axes` empty
// means all; keepdims leaves a 1 where an axis went.
#pragma once

#include "glassgrad/ops/rules/functions.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad {

// Common to all reductions: axes, result shape, and broadcasting a result back along its input.
struct Reducing {
  Axes axes;
  bool keepdims = false;

  Shape reduced_shape(std::string_view op, const Shape& x, bool keep) const {
    return reduced(x, axis_bits(op, axes, x.rank()), keep);
  }
  bool by_rows(const Shape& x) const {
    return x.rank() > 1 && !(axis_bits("reduce", axes, x.rank()) & 1);
  }
  Reducing batched(const Shape& x) const { return {axes.behind_one(x.rank()), keepdims}; }
  template <class X>
  X along(const X& y, const Shape& x) const {  // y with its axes kept, ready to broadcast
    const Shape kept = reduced_shape("reduce", x, true);
    if constexpr (std::is_same_v<X, Formula>)
      return y.with_shape(kept);  // texts leave axes of size 1 out
    else
      return apply(Reshape{kept}, y);
  }
  Formula text(std::string_view op, const Formula& x) const;
};

// y = sum of x
struct Sum {
  using Kind = Linear<>;
  static constexpr std::string_view name = "sum";
  static constexpr bool additive = true;
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, over.keepdims); }
  Shape sums_to(const Shape& x) const { return over.reduced_shape(name, x, true); }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::reduce(kernels::Reduction::sum, x, kept(x.shape()), y.data);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(BroadcastTo{x.shape()}, over.along(upstream, x.shape()));
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T>, View<const T> upstream,
                    const Sink<T>& sink, Pool&) const {
    const Shape shape = kept(x.shape());
    kernels::broadcast(View<const T>{upstream.data, &shape}, View<T>{sink.data, x.sizes}, sink.add);
  }
  Formula text(const Formula& x) const { return over.text(name, x); }
  Sum batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }

 private:
  // of y, ready to broadcast
  Shape kept(const Shape& x) const { return over.axes.all() ? Shape() : sums_to(x); }
};

// y = sum of x / count; NaN over nothing
struct Mean {
  using Kind = Linear<>;
  static constexpr std::string_view name = "mean";
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, over.keepdims); }
  double count(const Shape& x) const {
    return double(x.count()) / double(over.reduced_shape(name, x, true).count());
  }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::reduce(kernels::Reduction::sum, x, over.reduced_shape(name, x.shape(), true), y.data,
                    count(x.shape()));
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
    return apply(BroadcastTo{x.shape()}, over.along(upstream, x.shape()) / count(x.shape()));
  }
  Formula text(const Formula& x) const { return over.text(name, x); }
  Mean batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

// y = the largest (smallest) of x; ties split the gradient. Throws ShapeError over an axis of size
// 0.
template <bool largest>
struct Extreme {
  using Kind = Custom<>;
  static constexpr std::string_view name = largest ? "max" : "min";
  static constexpr bool kernel_reads_value = true;
  Reducing over;
  Shape shape(const Shape& x) const;
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    kernels::reduce(largest ? kernels::Reduction::max : kernels::Reduction::min, x,
                    over.reduced_shape(name, x.shape(), true), y.data);
  }
  // 1 / (number of ties) where x attains the extreme, 0 elsewhere
  auto tie_weight(const auto& x, const auto& y) const {
    const auto attains = x == over.along(y, x.shape());
    return attains / apply(Sum{{over.axes, true}}, attains);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return over.along(upstream, x.shape()) * tie_weight(x, y);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::extreme_adjoint(x, over.reduced_shape(name, x.shape(), true), y.data, upstream.data,
                             to, pool);
  }
  auto push(const auto& x, const auto& y, const auto& tangent) const {
    return apply(Sum{over}, tangent * tie_weight(x, y));
  }
  Formula text(const Formula& x) const { return over.text(name, x); }
  Extreme batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};
using Max = Extreme<true>;
using Min = Extreme<false>;

struct Softmax;

// y = ln(sum of e^x), from the shifted exponentials; -inf over nothing
struct Logsumexp {
  using Kind = Custom<>;
  static constexpr bool kernel_reads_value = true;
  static constexpr std::string_view name = "logsumexp";
  Reducing over;
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, over.keepdims); }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::logsumexp(x, over.reduced_shape(name, x.shape(), true), y.data, pool);
  }
  auto adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const;
  template <class T>
  void adjoint_into(To<0>, View<const T> x, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::logsumexp_adjoint(x, over.reduced_shape(name, x.shape(), true), y.data, upstream.data,
                               to, pool);
  }
  auto push(const auto& x, const auto&, const auto& tangent) const;
  Formula text(const Formula& x) const { return over.text(name, x); }
  Logsumexp batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

// y = e^x / sum of e^x. The local gradient along an axis is diag(y) - y y^T.
struct Softmax {
  using Kind = Custom<>;
  static constexpr std::string_view name = "softmax";
  Reducing over{Axes(-1), true};  // the last axis
  bool even = false;              // a row of -inf splits evenly instead of NaN
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, true), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::softmax(x, over.reduced_shape(name, x.shape(), true), y, false, pool, even);
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return push(x, y, upstream);  // the local gradient is symmetric
  }
  template <class T>
  void adjoint_into(To<0>, View<const T>, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::softmax_adjoint(y, over.reduced_shape(name, y.shape(), true), upstream, to, false,
                             pool);
  }
  auto push(const auto&, const auto& y, const auto& tangent) const {
    return y * (tangent - apply(Sum{{over.axes, true}}, tangent * y));
  }
  Formula text(const Formula& x) const { return over.text(name, x); }
  Softmax batched(std::int64_t, const Shape& x) const { return {over.batched(x), even}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

// y = x - ln(sum of e^x)
struct LogSoftmax {
  using Kind = Custom<>;
  static constexpr std::string_view name = "log_softmax";
  Reducing over{Axes(-1), true};  // the last axis
  Shape shape(const Shape& x) const { return over.reduced_shape(name, x, true), x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool& pool) const {
    kernels::softmax(x, over.reduced_shape(name, x.shape(), true), y, true, pool);
  }
  auto adjoint(To<0>, const auto&, const auto& y, const auto& upstream) const {
    return upstream - apply(Exp{}, y) * apply(Sum{{over.axes, true}}, upstream);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T>, View<const T> y, View<const T> upstream, View<T> to,
                    Pool& pool) const {
    kernels::softmax_adjoint(y, over.reduced_shape(name, y.shape(), true), upstream, to, true,
                             pool);
  }
  auto push(const auto&, const auto& y, const auto& tangent) const {
    return tangent - apply(Sum{{over.axes, true}}, tangent * apply(Exp{}, y));
  }
  Formula text(const Formula& x) const { return over.text(name, x); }
  LogSoftmax batched(std::int64_t, const Shape& x) const { return {over.batched(x)}; }
  bool by_rows(const Shape& x) const { return over.by_rows(x); }
};

auto Logsumexp::adjoint(To<0>, const auto& x, const auto&, const auto& upstream) const {
  return over.along(upstream, x.shape()) * apply(Softmax{{over.axes, true}, true}, x);
}
auto Logsumexp::push(const auto& x, const auto&, const auto& tangent) const {
  return apply(Sum{over}, tangent * apply(Softmax{{over.axes, true}, true}, x));
}

using ReduceOps = List<Sum, Mean, Max, Min, Logsumexp, Softmax, LogSoftmax>;
GLASSGRAD_FAMILY(ReduceOps)

template <Traced X>
X sum(const X& x, Axes axes = {}, bool keepdims = false) {
  return apply(Sum{{axes, keepdims}}, x);
}
template <Traced X>
X mean(const X& x, Axes axes = {}, bool keepdims = false) {
  return apply(Mean{{axes, keepdims}}, x);
}
template <Traced X>
X max(const X& x, Axes axes = {}, bool keepdims = false) {
  return apply(Max{{axes, keepdims}}, x);
}
template <Traced X>
X min(const X& x, Axes axes = {}, bool keepdims = false) {
  return apply(Min{{axes, keepdims}}, x);
}
template <Traced X>
X logsumexp(const X& x, Axes axes = {}, bool keepdims = false) {
  return apply(Logsumexp{{axes, keepdims}}, x);
}
// Over the last axis unless told otherwise.
template <Traced X>
X softmax(const X& x, Axes axes = -1) {
  return apply(Softmax{{axes, true}}, x);
}
template <Traced X>
X log_softmax(const X& x, Axes axes = -1) {
  return apply(LogSoftmax{{axes, true}}, x);
}

}  // namespace glassgrad

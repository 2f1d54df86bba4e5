// Ops of a user's own, each with something left out or wrong on purpose; its name says what.
#pragma once

#include "glassgrad/extend.hpp"

namespace glassgrad {

// y = sum of e^a b^2, where b may be broadcast. No push.
struct Energy {
  using Kind = Custom<2>;
  static constexpr std::string_view name = "energy";
  Shape shape(const Shape& a, const Shape& b) const { return broadcast(name, a, b), Shape{}; }
  template <class T>
  void value(View<const T> a, View<const T> b, View<T> y, Pool&) const {
    T total = 0;
    const std::int64_t n = b.count();
    for (std::int64_t i = 0; i < a.count(); ++i) total += std::exp(a[i]) * b[i % n] * b[i % n];
    y[0] = total;
  }
  auto adjoint(To<0>, const auto& a, const auto& b, const auto&, const auto& upstream) const {
    return upstream * (apply(Exp{}, a) * (b * b));
  }
  auto adjoint(To<1>, const auto& a, const auto& b, const auto&, const auto& upstream) const {
    return 2 * upstream * (apply(Exp{}, a) * b);
  }
};

// y = sum of e^x along each row. No push, several outputs.
struct RowEnergy {
  using Kind = Custom<1>;
  static constexpr std::string_view name = "row_energy";
  Shape shape(const Shape& x) const { return {x[0]}; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    const std::int64_t columns = x.shape()[1];
    for (std::int64_t i = 0; i < y.count(); ++i) {
      y[i] = 0;
      for (std::int64_t j = 0; j < columns; ++j) y[i] += std::exp(x[i * columns + j]);
    }
  }
  auto adjoint(To<0>, const auto& x, const auto& y, const auto& upstream) const {
    return apply(Exp{}, x) * apply(Reshape{{y.shape()[0], 1}}, upstream);
  }
};

// y[i] = x[i] w[positions[i]]. Its kernels are given the positions as such.
struct TimesAt {
  using Kind = Custom<3>;
  static constexpr std::string_view name = "times_at";
  static constexpr int index_inputs = 1;
  Shape shape(const Shape& x, const Shape&, const Shape&) const { return x; }
  template <class T>
  void value(View<const T> x, View<const T> w, Positions at, View<T> y, Pool&) const {
    for (std::int64_t i = 0; i < y.count(); ++i) y[i] = x[i] * w[at[i]];
  }
  auto adjoint(To<0>, const auto&, const auto& w, const auto& at, const auto&,
               const auto& upstream) const {
    return upstream * apply(Rows{}, w, at);
  }
  auto adjoint(To<1>, const auto& x, const auto& w, const auto& at, const auto&,
               const auto& upstream) const {
    return apply(AddRows{w.shape()}, upstream * x, at);
  }
  template <class T>
  void adjoint_into(To<0>, View<const T>, View<const T> w, Positions at, View<const T>,
                    View<const T> upstream, View<T> to, Pool&) const {
    for (std::int64_t i = 0; i < to.count(); ++i) to[i] = upstream[i] * w[at[i]];
  }
  template <class T>
  void adjoint_into(To<1>, View<const T> x, View<const T>, Positions at, View<const T>,
                    View<const T> upstream, View<T> to, Pool&) const {
    std::fill(to.begin(), to.end(), T(0));
    for (std::int64_t i = 0; i < x.count(); ++i) to[at[i]] += upstream[i] * x[i];
  }
};

// y = sum of the squares of all inputs. No push, any number of inputs.
struct Squares {
  using Kind = Custom<any_arity>;
  static constexpr std::string_view name = "squares";
  Shape shape(std::span<const Shape* const>) const { return {}; }
  template <class T>
  void value(std::span<const View<const T>> in, View<T> y, Pool&) const {
    y[0] = 0;
    for (const auto& x : in)
      for (const T number : x) y[0] += number * number;
  }
  template <class X>
  X adjoint(int k, std::span<const X> in, const X&, const X& upstream) const {
    return 2 * upstream * in[std::size_t(k)];
  }
};

// y = x^3, entry by entry, and what its relatives below share.
struct Cubes {
  using Kind = Custom<1>;
  static constexpr std::string_view name = "cubes";
  Shape shape(const Shape& x) const { return x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    for (std::int64_t i = 0; i < x.count(); ++i) y[i] = x[i] * x[i] * x[i];
  }
  template <class T>
  Array<T> adjoint(To<0>, const Array<T>& x, const Array<T>&, const Array<T>& upstream) const {
    Array<T> share(x.pool(), x.shape());
    for (std::int64_t i = 0; i < x.shape().count(); ++i)
      share.data()[i] = 3 * x.view()[i] * x.view()[i] * upstream.view()[i];
    return share;
  }
};
struct NumericCubes : Cubes {  // an adjoint by loops, and no push
  static constexpr std::string_view name = "numeric_cubes";
};
struct PushedCubes : Cubes {  // an adjoint by loops, and a push
  static constexpr std::string_view name = "pushed_cubes";
  auto push(const auto& x, const auto&, const auto& tangent) const { return 3 * x * x * tangent; }
};
struct ReadingCubes : Cubes {  // with nodes, the factor is computed from x's numbers
  static constexpr std::string_view name = "reading_cubes";
  using Cubes::adjoint;
  template <class T>
  Node<T> adjoint(To<0>, const Node<T>& x, const Node<T>&, const Node<T>& upstream) const {
    std::vector<T> factor;
    for (const T number : x.value()) factor.push_back(3 * number * number);
    return upstream * x.tape()->constant(View<const T>{factor.data(), &x.shape()});
  }
};
struct ReadingPush : Cubes {
  static constexpr std::string_view name = "reading_push";
  template <class T>
  Node<T> push(const Node<T>& x, const Node<T>&, const Node<T>& tangent) const {
    return tangent * (3 * x.value()[0] * x);
  }
};
struct LostUpstream : Cubes {  // with nodes, a constant stands where upstream times local should
  static constexpr std::string_view name = "lost_upstream";
  using Cubes::adjoint;
  template <class T>
  Node<T> adjoint(To<0>, const Node<T>& x, const Node<T>&, const Node<T>&) const {
    return 3 * x * x;
  }
};
struct LostTangent : Cubes {
  static constexpr std::string_view name = "lost_tangent";
  auto push(const auto& x, const auto&, const auto&) const { return 3 * x * x; }
};

// y = sum of x, whose adjoint forgets to repeat the upstream and whose push sums one axis only.
struct WrongShapes {
  using Kind = Custom<1>;
  static constexpr std::string_view name = "wrong_shapes";
  Shape shape(const Shape&) const { return {}; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    y[0] = 0;
    for (const T number : x) y[0] += number;
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const { return upstream; }
  auto push(const auto&, const auto&, const auto& tangent) const {
    return apply(Sum{{1, true}}, tangent);
  }
};

// y = 2 x + 1 with the adjoint of 2 x: affine, and called linear.
struct NotLinear {
  using Kind = Linear<>;
  static constexpr std::string_view name = "not_linear";
  Shape shape(const Shape& x) const { return x; }
  template <class T>
  void value(View<const T> x, View<T> y, Pool&) const {
    for (std::int64_t i = 0; i < x.count(); ++i) y[i] = 2 * x[i] + 1;
  }
  auto adjoint(To<0>, const auto&, const auto&, const auto& upstream) const { return 2 * upstream; }
};

}  // namespace glassgrad

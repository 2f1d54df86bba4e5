// What grad and jvp (calculus.hpp) are made into: Jacobians, Hessians and products with them. A
// Jacobian records one sweep, then runs the records again for each seed; the tape is left as it
// was. Source: Griewank and Walther, Evaluating Derivatives, 2nd edition 2008, chapters 3 to 5.
#pragma once

#include <vector>

#include "glassgrad/engine/calculus.hpp"

namespace glassgrad {

// Which way a Jacobian is swept: one reverse sweep per number of y, or one forward sweep per number
// of x. Unless told, the one with fewer sweeps.
enum class JacobianMode { automatic, reverse, forward };

// J[i, j] = dy_i / dx_j, row-major: a row per number of y, a column per number of x.
// Throws TapeError for a node of another or a cleared tape.
template <class T>
std::vector<T> jacobian(const Node<T>& y, const Node<T>& x,
                        JacobianMode mode = JacobianMode::automatic);

// H[i, j] = d^2 y / dx_i dx_j, row-major, by forward sweeps over the recorded gradient.
// Throws ShapeError unless y is a single number.
template <class T>
std::vector<T> hessian(const Node<T>& y, const Node<T>& x);

// (dy/dx)^T upstream for each x: reverse mode under its other name.
template <class T>
std::vector<Node<T>> vjp(const Node<T>& y, std::initializer_list<Node<T>> xs,
                         const Node<T>& upstream) {
  return grad(y, xs, upstream);
}
template <class T>
Node<T> vjp(const Node<T>& y, const Node<T>& x, const Node<T>& upstream) {
  return grad(y, {x}, upstream)[0];
}

// H v for a single number y, forward over reverse: no Hessian is formed. v has x's shape.
template <class T>
Node<T> hvp(const Node<T>& y, const Node<T>& x, const Node<T>& v);

// J^T J v for the residuals r = r(x): the Gauss-Newton matrix of sum(r^2) / 2, which is never
// formed.
template <class T>
Node<T> gauss_newton_product(const Node<T>& residuals, const Node<T>& x, const Node<T>& v);
// J^T (d^2 cost / dz^2) J v for a cost of the outputs z = z(x) (Schraudolph 2002).
template <class T>
Node<T> gauss_newton_product(const Node<T>& cost, const Node<T>& outputs, const Node<T>& x,
                             const Node<T>& v);

// sum over j of d^2 y_i / dx_ij^2 along x's last axis, of shape (..., 1): for each point its
// Laplacian, as a node that can stand in a loss. Row i of y must depend on row i of x only, and y
// must have one number per row; a single point is a vector x, or a number.
// Throws ShapeError when the counts differ.
template <class T>
Node<T> laplacian(const Node<T>& y, const Node<T>& x);

template <class T>
struct ValueAndGradients {
  T value;
  std::vector<std::vector<T>> gradients;  // one per argument, row-major, of its shape
};
// f(x...) and its gradient with respect to every argument, on a tape of its own:
//   value_and_grad([](auto w, auto x) { return sum(tanh(w * x)); }, w, x)
template <class T = double, class F, class... X>
ValueAndGradients<T> value_and_grad(const F& f, const X&... x) {
  Tape<T> tape(Keep::parameters);
  const Node<T> inputs[] = {tape.input(Input<T>(x))...};
  const Node<T> y = [&]<std::size_t... k>(std::index_sequence<k...>) { return f(inputs[k]...); }
  (std::index_sequence_for<X...>{});
  tape.backward(y);
  ValueAndGradients<T> result{y.item(), {}};
  for (const Node<T>& input : inputs) {
    std::vector<T> gradient(input.value().size(), T(0));  // zeros where y does not depend on it
    if (input.upstream_state() == Upstream::computed)
      gradient.assign(input.upstream().begin(), input.upstream().end());
    result.gradients.push_back(std::move(gradient));
  }
  return result;
}

}  // namespace glassgrad

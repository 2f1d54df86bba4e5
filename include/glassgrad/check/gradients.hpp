// check_gradients: is the gradient of this function right? Reverse mode, forward mode and central
// differences are computed independently and compared. It can only say that they agree at the given
// point; it knows no op by name. Next: nodes.hpp, which node of a graph is wrong.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>
#include "glassgrad/array/function.hpp"

#include "glassgrad/check/slope.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// An input to check at: {1.0, 2.0}, any xtensor expression, or with a name: {"W", {{0.1, 0.6}}}.
template <class T = double>
class CheckInput {
 public:
  CheckInput(std::string_view name, const Input<T>& value)
      : name_(name), shape_(value.shape()), numbers_(std::size_t(value.shape().count())) {
    value.copy_to(numbers_.data());
  }
  CheckInput(std::initializer_list<Literal> items) : CheckInput({}, Input<T>(items)) {}
  template <class X>
  requires(!std::is_same_v<X, CheckInput> && std::is_constructible_v<Input<T>, const X&>)
      CheckInput(const X& value)
      : CheckInput({}, Input<T>(value)) {}

  const std::string& name() const { return name_; }
  const Shape& shape() const { return shape_; }
  View<const T> view() const { return {numbers_.data(), &shape_}; }

 private:
  std::string name_;
  Shape shape_;
  std::vector<T> numbers_;
};

// `analytic` is the reverse mode's slope (or the caller's).
struct GradientEntry : Slope {
  std::string input;  // its name, or "input 0"
  int number = 0;     // counted from 0
  double forward = 0;
};

struct GradientReport {
  bool ok = true;        // nothing is wrong, undefined or unclear; kinks are allowed
  bool by_hand = false;  // the analytic slopes were handed in; there is no forward mode
  bool forward = true;   // forward mode was compared too
  int inputs = 0;
  std::int64_t compared = 0;  // slopes
  std::int64_t wrong = 0, kinks = 0, undefined = 0, unclear = 0;
  std::vector<GradientEntry> entries;  // worst first
  std::string text() const;
};

// A function of nodes, all on one tape.
template <class T>
using NodeFunction = Function<Node<T>(std::span<const Node<T>>)>;

// For every input x and output y of f:  dy/dx ~ (f(x + h) - f(x - h)) / 2h,  h = eps^(1/3) max(1,
// |x|), against backward and jvp; where the two sides disagree at this h, at many others, down to
// the last digits of x (Ridders' extrapolation). Up to options.full numbers the Jacobian is
// compared whole; beyond, along random directions v with random upstreams u (u^T J v), and a
// direction that differs is halved until its element is found. f must give the same answer whenever
// it is called. Throws ShapeError when f's result changes its shape, and what f throws.
template <class T>
GradientReport check_gradients(const NodeFunction<T>& f, std::span<const CheckInput<T>> inputs,
                               const CheckOptions& options = {});

// The same for a gradient that the caller wrote down: by_hand[k] = d f / d inputs[k], against
// differences only. Throws ShapeError when f is not a single number, or by_hand[k] has another
// shape than inputs[k].
template <class T>
GradientReport check_gradients_by_hand(const NodeFunction<T>& f,
                                       std::span<const CheckInput<T>> inputs,
                                       std::span<const CheckInput<T>> by_hand,
                                       const CheckOptions& options = {});

namespace detail {

void check_input_count(std::size_t taken, std::size_t given);  // throws ShapeError

template <class T, std::size_t n = 1, class F>
NodeFunction<T> function_of_nodes(const F& f, std::size_t given) {
  constexpr auto all = std::make_index_sequence<n>{};
  constexpr bool takes_n = []<std::size_t... i>(std::index_sequence<i...>) {
    return std::is_invocable_v<const F&, decltype((void(i), std::declval<const Node<T>&>()))...>;
  }
  (all);
  if constexpr (takes_n) {
    check_input_count(n, given);
    return [f](std::span<const Node<T>> in) {
      return [&]<std::size_t... i>(std::index_sequence<i...>) { return Node<T>(f(in[i]...)); }
      (std::make_index_sequence<n>{});
    };
  } else if constexpr (n < 8) {
    return function_of_nodes<T, n + 1>(f, given);
  } else {
    return [f](std::span<const Node<T>> in) { return Node<T>(f(in)); };
  }
}

}  // namespace detail

// f takes 1 to 8 Nodes, or a span of them:
//   check_gradients([](auto x, auto w) { return sum(sigmoid(w * x)); }, {{1.0, 2.0}, 0.5});
// For float: check_gradients<float>(...).
template <class T = double, class F>
GradientReport check_gradients(const F& f,
                               std::initializer_list<CheckInput<std::type_identity_t<T>>> inputs,
                               const CheckOptions& options = {}) {
  return check_gradients<T>(detail::function_of_nodes<T>(f, inputs.size()),
                            std::span<const CheckInput<T>>(inputs.begin(), inputs.size()), options);
}
template <class T = double, class F>
GradientReport check_gradients_by_hand(
    const F& f, std::initializer_list<CheckInput<std::type_identity_t<T>>> inputs,
    std::initializer_list<CheckInput<std::type_identity_t<T>>> by_hand,
    const CheckOptions& options = {}) {
  return check_gradients_by_hand<T>(detail::function_of_nodes<T>(f, inputs.size()),
                                    std::span<const CheckInput<T>>(inputs.begin(), inputs.size()),
                                    std::span<const CheckInput<T>>(by_hand.begin(), by_hand.size()),
                                    options);
}

}  // namespace glassgrad

// The cell and the layer of lstm.hpp, as ops.
#include "glassgrad/nn/lstm.hpp"

#include "glassgrad/array/named.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/ops/functions/rearrange.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/matmul.hpp"

namespace glassgrad {
namespace {

// All four gates in one matrix. Each is initialised as a layer of its own.
template <class T>
Parameter<T> gates(std::string_view name, std::string_view part, Integer in, Integer size,
                   const Init& weights, Random& random) {
  const std::int64_t inputs = in.in(name, "the number of inputs", at_least(1));
  const std::int64_t hidden = size.in(name, "the number of hidden units", at_least(1));
  return initialised<T>(join(name, ".", part), Shape{inputs, size_product(name, 4, hidden)},
                        weights, {inputs, hidden}, random);
}

}  // namespace

template <class T>
LstmCell<T>::LstmCell(std::string_view name, Integer inputs, Integer hidden, Random& random,
                      const LstmOptions& options) try
    : name_(name),
      W(gates<T>(name, "W", inputs, hidden, options.weights, random)),
      U(gates<T>(name, "U", hidden, hidden, options.weights, random)),
      b(join(name, ".b"), room_for<double>(name, W.shape()[1])) {
  const View<T> biases = b.change();
  for (std::int64_t j = U.shape()[0]; j < 2 * U.shape()[0]; ++j) biases[j] = T(options.forget_bias);
} catch (...) {
  detail::rethrow_as(name);
}

template <class T>
LstmState<T> LstmCell<T>::start(Tape<T>& tape, Integer m) const try {
  const std::int64_t sequences = m.in(name_, "the number of sequences", at_least(0));
  const Node<T> zeros = tape.zeros(Shape{sequences, hidden()});
  return {zeros, zeros};
} catch (...) {
  detail::rethrow_as(name_);
}

template <class T>
LstmState<T> LstmCell<T>::step(const Node<T>& x, const LstmState<T>& before) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const Shape& shape = x.shape();
  if (shape.rank() != 2 || shape[1] != inputs())
    throw ShapeError(name_, join("x is ", shape, ", the cell has ", inputs(), " inputs"),
                     join("Give one step of m sequences: (m, ", inputs(), ")"));
  const Shape wanted{shape[0], hidden()};
  if (before.h.shape() != wanted || before.c.shape() != wanted)
    throw ShapeError(name_, join("the state is ", before.h.shape(), " and ", before.c.shape()),
                     join("Give h and c of shape ", wanted));
  const auto scope = tape.scope(name_);
  return step_on(matmul(x, tape(W)), before);
}

template <class T>
LstmState<T> LstmCell<T>::step_on(const Node<T>& x_W, const LstmState<T>& before) {
  Tape<T>& tape = x_W.its_tape();
  const Node<T> z = x_W + matmul(before.h, tape(U)) + tape(b);
  const auto gate = [&](std::int64_t k) { return narrow(z, 1, k * hidden(), hidden()); };
  const Node<T> i = name("i", sigmoid(gate(0))), f = name("f", sigmoid(gate(1)));
  const Node<T> g = name("g", tanh(gate(2))), o = name("o", sigmoid(gate(3)));
  const Node<T> c = name("c", f * before.c + i * g);
  return {name("h", o * tanh(c)), c};
}

template <class T>
Node<T> LstmCell<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  return step(x, start(tape, x.shape().rank() == 0 ? 0 : x.shape()[0])).h;
}

template <class T>
void LstmCell<T>::each_parameter(const typename Module<T>::Visit& visit) {
  visit(W), visit(U), visit(b);
}

template <class T>
Lstm<T>::Lstm(std::string_view name, Integer inputs, Integer hidden, Random& random,
              const LstmOptions& options)
    : name_(name), cell(name, inputs, hidden, random, options) {}

template <class T>
std::vector<Node<T>> Lstm<T>::unroll(std::span<const Node<T>> steps, LstmState<T>& state) {
  std::vector<Node<T>> all;
  for (const Node<T>& x : steps) {
    state = cell.step(x, state);
    all.push_back(state.h);
  }
  return all;
}

template <class T>
std::vector<Node<T>> Lstm<T>::run(std::span<const Node<T>> steps, LstmState<T>& state) {
  if (steps.empty()) return {};
  const auto scope = detail::tape_of(name_, steps[0]).scope(name_);
  LstmState<T> last = state;  // the caller's state is unchanged if a step fails
  const std::vector<Node<T>> all = unroll(steps, last);
  state = last;
  return all;
}

template <class T>
Node<T> Lstm<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const Shape& shape = x.shape();
  if (shape.rank() != 3 || shape[1] < 1 || shape[2] != cell.inputs())
    throw ShapeError(name_, join("x is ", shape, ", the layer has ", cell.inputs(), " inputs"),
                     join("Give m sequences of some steps: (m, steps, ", cell.inputs(), ")"));
  const auto scope = tape.scope(name_);
  LstmState<T> state = cell.start(tape, shape[0]);
  std::vector<Node<T>> hs;
  // x does not depend on the state: one product for all steps
  for (const Node<T>& x_W : unbind(matmul(x, tape(cell.W)), 1)) {
    const auto step = tape.scope(name_);
    state = cell.step_on(x_W, state);
    hs.push_back(state.h);
  }
  return stack(std::span<const Node<T>>(hs), 1);
}

template class LstmCell<float>;
template class LstmCell<double>;
template class Lstm<float>;
template class Lstm<double>;

}  // namespace glassgrad

// Long short-term memory: a cell that is applied at every step of a sequence and carries a state,
// and the layer that unrolls it. The gates decide how much of the memory c is kept (f), added (i)
// and shown (o), so that a gradient can reach far back through c. Hochreiter, Schmidhuber 1997;
// with the forget gate of Gers, Schmidhuber, Cummins 2000.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "glassgrad/nn/init.hpp"
#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// A cell's output and memory, both [m, hidden] for a batch of m sequences.
template <class T = double>
struct LstmState {
  Node<T> h, c;
};

struct LstmOptions {
  Init weights = glorot_uniform();
  double forget_bias = 1;  // of f at the start: memories stay (Jozefowicz, Zaremba, Sutskever 2015)
};

//   [zi zf zg zo] = x W + h U + b
//   i, f, o = sigmoid(zi), sigmoid(zf), sigmoid(zo);  g = tanh(zg)
//   c' = f c + i g;  h' = o tanh(c')
// x [m, inputs], W [inputs, 4 hidden], U [hidden, 4 hidden], b [4 hidden]. Its parameters are
// "<name>.W", "<name>.U" and "<name>.b"; what a step records is in the scope <name>.
template <class T = double>
class LstmCell final : public Module<T> {
 public:
  // Throws Error unless both sizes are positive.
  LstmCell(std::string_view name, Integer inputs, Integer hidden, Random& random,
           const LstmOptions& options = {});

  // The state after x. Throws ShapeError that names the cell when x or the state do not fit.
  LstmState<T> step(const Node<T>& x, const LstmState<T>& before);
  // The same from x W, for a caller that computes all steps in one product; in no scope of its own.
  LstmState<T> step_on(const Node<T>& x_W, const LstmState<T>& before);
  // Zeros for m sequences: the state before the first step.
  LstmState<T> start(Tape<T>& tape, Integer m) const;
  // h' of a step from zeros: [m, inputs] -> [m, hidden]
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return name_; }

  std::int64_t inputs() const { return W.shape()[0]; }
  std::int64_t hidden() const { return U.shape()[0]; }

 private:
  std::string name_;

 public:
  Parameter<T> W, U, b;
};

// The cell along a sequence, unrolled: x [m, steps, inputs] -> h of every step [m, steps, hidden],
// from zeros. What it records is in the scope <name>, each step in one of its own inside.
template <class T = double>
class Lstm final : public Module<T> {
 public:
  Lstm(std::string_view name, Integer inputs, Integer hidden, Random& random,
       const LstmOptions& options = {});

  Node<T> operator()(const Node<T>& x) override;
  // The same for steps given one by one, each [m, inputs]: h of every step. It begins with `state`
  // and leaves the last one there, so that a long sequence can be cut into pieces.
  std::vector<Node<T>> run(std::span<const Node<T>> steps, LstmState<T>& state);
  void each_parameter(const typename Module<T>::Visit& visit) override { visit(cell); }
  std::string label() const override { return name_; }

 private:
  std::vector<Node<T>> unroll(std::span<const Node<T>> steps, LstmState<T>& state);
  std::string name_;

 public:
  LstmCell<T> cell;  // its parameters are named as the layer
};

}  // namespace glassgrad

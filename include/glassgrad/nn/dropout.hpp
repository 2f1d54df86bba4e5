// Dropout: in training every number is zeroed with a probability and the others are scaled up to
// compensate, so that units do not co-adapt; in evaluation everything passes unchanged.
#pragma once

#include <cstdint>

#include "glassgrad/array/random.hpp"
#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// training:   y = x * mask, mask 0 with the probability, else 1 / (1 - probability)
// evaluation: y = x
// ("inverted" dropout; Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014)
// The mask is an op on the number of the draw (ops/rules/random.hpp), a leaf on the tape:
// "<name>.draw",
// "<name>.mask". Each use in training takes the next number; Module::seek sets it.
template <class T = double>
class Dropout final : public Module<T> {
 public:
  // Its seed is drawn from `random`. Throws Error unless 0 <= probability < 1.
  Dropout(std::string_view name, double probability, Random& random);
  // Throws TapeError in training on a tape that records a program, whose runs would all have the
  // same mask: feed the number of the draw there.
  Node<T> operator()(const Node<T>& x) override;
  // The same with the mask of that draw, a single position, independent of earlier draws.
  Node<T> operator()(const Node<T>& x, const Indices<T>& draw);
  void each_parameter(const typename Module<T>::Visit& visit) override { visit(mode_); }
  std::string label() const override { return name_; }

  double probability() const { return probability_; }
  const Mode& mode() const { return mode_; }

 private:
  Node<T> masked(const Node<T>& x, const Indices<T>& draw);

  std::string name_, draw_name_, mask_name_;
  double probability_;
  std::uint64_t seed_;
  Mode mode_;
};

}  // namespace glassgrad

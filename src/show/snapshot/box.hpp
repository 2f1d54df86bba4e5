// Box: a part of a tape read as one node. It has one output; inside are the nodes of the box that
// lead to it, its inputs are the outside nodes they read. All numbers come from the ops' local
// gradients: a box is seeded at its output and walked back.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "glassgrad/engine/local.hpp"

namespace glassgrad {

// The local gradient of a box (or a path of boxes) to one input.
enum class BoxLocalKind {
  none,     // no contribution
  factor,   // one number per entry of the output, or of the input when the output is single
  pullback  // a formula in the symbol "upstream"; small ones as a Jacobian
};

template <class T>
struct BoxLocal {
  BoxLocalKind kind = BoxLocalKind::none;
  std::optional<Formula> formula;  // simplified; absent when it is too long to be formed
  Shape shape;                     // of `numbers`
  std::vector<T> numbers;  // the factors, or the Jacobian by rows; empty when over the limit
};

template <class T>
class Box {
 public:
  using Inside = std::function<bool(std::uint32_t)>;     // is this record of the box?
  using Symbol = std::function<Formula(std::uint32_t)>;  // the name of a record outside

  Box(Tape<T>& tape, std::uint32_t output, const Inside& inside);
  // A single op, with one input for each of its arguments: x * x has two.
  Box(Tape<T>& tape, std::uint32_t op);

  std::uint32_t output() const { return nodes_.back(); }
  const std::vector<std::uint32_t>& nodes() const { return nodes_; }    // rising, the output last
  const std::vector<std::uint32_t>& inputs() const { return inputs_; }  // as the formula reads them
  bool reads(std::size_t input) const { return reads_[input]; }         // is there a contribution?

  // The output as a formula of the inputs; none when it is too long.
  std::optional<Formula> value(const Symbol& symbol) const;
  BoxLocal<T> local(std::size_t input, const Symbol& symbol, std::int64_t limit) const;
  // The contribution to the input, in the symbol "upstream", also where local() is a factor.
  std::optional<Formula> pullback(std::size_t input, const Symbol& symbol) const;
  // upstream * local for every input; empty where there is none.
  std::vector<std::vector<T>> pull(View<const T> upstream) const;

 private:
  Record<T> record(std::uint32_t at) const { return tape_.records()[at]; }
  std::size_t position(std::uint32_t node) const;         // in nodes_, or its size
  std::size_t input_at(std::uint32_t node, int k) const;  // argument k of a node inside
  void find_edges();
  bool passes(std::uint32_t node, int k) const;
  bool is_factor(std::size_t input) const { return factors_[input]; }
  void add_units() const;
  bool changes_nothing(std::uint32_t node) const;
  std::vector<std::optional<Formula>> values(const Symbol& symbol, bool drop_guards) const;
  std::optional<Formula> pulled(std::size_t input, const Symbol& symbol, const Formula& seed,
                                bool sum_to_input) const;

  Tape<T>& tape_;
  std::vector<std::uint32_t> nodes_, inputs_;
  bool by_argument_ = false;
  std::vector<std::pair<std::uint32_t, std::size_t>> places_;  // of the inputs, by node
  std::vector<char> reads_, factors_;                          // by input
  std::size_t edges_ = 0;                                      // that carry a gradient
  // Computed once for all inputs: pull(1, 1, ...); and from pull(unit) for every entry of the
  // output its sum at each input, and the whole if that is a small Jacobian.
  mutable std::vector<std::vector<T>> of_ones_, sums_, jacobians_;
};

}  // namespace glassgrad

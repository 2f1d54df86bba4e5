// Holds a rule to its word when it is read with nodes. Numbers it looked at, or a result that does
// not come from what it was given, would be constants to the next derivative, and that one wrong
// without a word (pytorch #58509 and #76185 are this mistake).
#pragma once

#include <algorithm>
#include <vector>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad::detail {

// Made before the rule's adjoint or push is called; check() is given what came out.
template <class T>
class Honest {
 public:
  Honest(Tape<T>& tape, std::string_view op, bool elementwise, std::string_view part)
      : tape_(tape),
        op_(op),
        elementwise_(elementwise),
        part_(part),
        read_before_(parts_of(tape).observers.value_was_read),
        first_(tape.size()) {
    parts_of(tape).observers.value_was_read = false;
  }

  // `given`: the upstream, or the tangents. Throws TapeError.
  void check(const Node<T>& result, std::span<const Node<T>> given, std::string_view what) const {
    if (parts_of(tape_).observers.value_was_read)
      throw TapeError(op_,
                      join("its ", part_, " looks at the numbers of nodes, and what is computed ",
                           "from them would have no derivative"),
                      "Compute it from the nodes with ops, or take Arrays: numbers only");
    if (read_before_)
      parts_of(tape_).observers.value_was_read = true;  // another caller did, before
    // an elementwise rule is its upstream times something; a plain number can only be 0
    if (elementwise_ || !result.tape() || comes_from(result, given)) return;
    throw TapeError(op_, join("its ", part_, " gives a node that does not come from the ", what),
                    join("It is linear in the ", what, ": compute it from there with ops"));
  }

 private:
  bool comes_from(const Node<T>& result, std::span<const Node<T>> given) const {
    const auto is_given = [&](std::uint32_t index) {
      return std::any_of(given.begin(), given.end(),
                         [&](const Node<T>& node) { return node.tape() && node.index() == index; });
    };
    if (result.index() < first_) return is_given(result.index());
    std::vector<char> comes(result.index() - first_ + 1, 0);
    for (std::uint32_t i = first_; i <= result.index(); ++i) {
      const Record<T> record = tape_.records()[i];
      for (int k = 0; k < record.arity && !comes[i - first_]; ++k) {
        const std::uint32_t input = tape_.records().input_of(record, k);
        comes[i - first_] = input < first_ ? is_given(input) : comes[input - first_];
      }
    }
    return comes.back();
  }

  Tape<T>& tape_;
  std::string_view op_;
  bool elementwise_;
  std::string_view part_;
  bool read_before_;
  std::uint32_t first_;
};

}  // namespace glassgrad::detail

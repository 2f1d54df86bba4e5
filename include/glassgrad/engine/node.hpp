// Node: a handle of two words to a record on a tape. Copy it freely; it owns nothing, and one that
// outlives its tape, or what a clear() forgot, says so when it is used. A Node made from a plain
// number belongs to no tape until it meets one that does, so code written for `double` runs on Node
// unchanged. Next: tape.hpp, where records live.
#pragma once

#include <cstdint>
#include <string>

#include "glassgrad/engine/life.hpp"
#include "glassgrad/engine/rule.hpp"

namespace glassgrad {

template <class T>
class Local;
template <class T>
class Records;

// What can be said of a node's upstream gradient.
enum class Upstream {
  computed,  // backward reached it: upstream() is the sum of all contributions
  pending,   // not computed yet: no backward has run since the node was recorded
  not_kept,  // computed and freed again (Keep::parameters)
  none       // there is none: upstream_reason() says why
};

template <class T = double>
class Node {
 public:
  using Number = T;

  Node() : Node(T(0)) {}
  template <class U>
  requires std::is_arithmetic_v<U> Node(U number) : number_(detail::number_as<T>(number)) {}

  // The value, a view that lasts until the tape is cleared (a plain number's: as long as the Node).
  // Throws TapeError for a node of a tape that is gone or was cleared, and for a parameter that has
  // changed or gone since it was recorded.
  View<const T> value() const;
  const Shape& shape() const;
  T item() const;  // the single number; throws ShapeError when there are several
  explicit operator bool() const { return item() != T(0); }

  // The upstream gradient d(cost)/d(this), the sum over all consumers of upstream * local. It lasts
  // until the next backward or clear. Throws TapeError, saying why, when there is none.
  View<const T> upstream() const;
  Upstream upstream_state() const;
  std::string upstream_reason() const;  // why there is none, "" otherwise

  // d(this)/d(input k), as a formula and as numbers.
  Local<T> local(Setting<"local", "k", int> k) const;
  int inputs() const;  // how many inputs the op has, 0 for a leaf
  Node input(Setting<"input", "k", int> k) const;
  std::string_view op() const;  // "sigmoid"; "constant", "input" or "parameter" for a leaf
  std::string_view name() const;

  // Null for a plain number, and when the tape is gone.
  Tape<T>* tape() const {
    return life_ ? static_cast<Tape<T>*>(life_->tape_of(at_.generation)) : nullptr;
  }
  Tape<T>* tape_at_hand() const {  // tape(), sooner when it is the one that was used last
    if (Life* const hand = life_at_hand) {
      void* const now = hand->tape.load(std::memory_order_acquire);
      const std::uint32_t born = hand->born.load(std::memory_order_relaxed);
      if (hand == life_ && at_.generation >= born) return static_cast<Tape<T>*>(now);
    }
    if (life_) life_at_hand = life_;
    return tape();
  }
  bool is_plain_number() const { return !life_; }
  // The tape. Throws TapeError for a plain number and when it is gone.
  Tape<T>& its_tape() const { return living("node"); }
  // Throws TapeError, in the name of `op`, for a node whose tape is gone.
  void check_tape(std::string_view op) const {
    if (life_ && !tape()) refuse_gone(op);
  }
  std::uint32_t index() const { return at_.index; }

 private:
  friend class Records<T>;
  Node(Life* life, std::uint32_t index, std::uint32_t generation)
      : life_(life), at_{index, generation} {}
  [[noreturn]] static void refuse_gone(std::string_view op);
  [[noreturn]] Tape<T>& refuse_no_tape(std::string_view op) const;
  Tape<T>& living(std::string_view op) const {  // its_tape() in the name of `op`
    Tape<T>* const tape = this->tape();
    return tape ? *tape : refuse_no_tape(op);
  }

  struct At {
    std::uint32_t index, generation;
  };
  Life* life_ = nullptr;  // null: a plain number
  union {
    T number_;
    At at_;
  };
};

// Integer positions (class labels, row numbers) on a tape: their own type, never differentiated.
template <class T = double>
class Indices {
 public:
  // Throws TapeError for a node that holds numbers.
  explicit Indices(const Node<T>& record);
  const Shape& shape() const { return record_.shape(); }
  std::span<const std::int64_t> values() const {
    const Positions all = positions(record_.value());
    return {all.data, all.size()};
  }
  const Node<T>& record() const { return record_; }  // for ops that take positions

 private:
  Node<T> record_;
};

template <class T>
std::string to_text(const Node<T>& node);  // its value, as NumPy would print it

}  // namespace glassgrad

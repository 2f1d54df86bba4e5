// What both open tapes (open_tape.hpp for single numbers, open_arrays.hpp) keep their nodes in:
// records that stay where they are and hold name, scope and origin, found by handles that are
// checked and outlive them.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

namespace bench::open {

struct Head {  // copied from the tape's own for every record
  std::uint32_t generation = 1, sweep = 0, name = 0, scope = 0, origin = 0, version = 0;
  std::uint16_t arity = 2;
  bool leaf = false, active = false;
};

// Record: a Head and more. Tape: whose nodes they are.
template <class Record, class Tape>
class Records {
 public:
  struct Node {
    Tape* tape = nullptr;
    std::uint32_t index = 0, generation = 0;
  };

  void clear() { size_ = 0, ++head_.generation; }
  Record& at(std::uint32_t i) const {
    return chunks_[i >> chunk_bits][i & ((1u << chunk_bits) - 1)];
  }
  // The one to fill in, which the next call of node() is a handle to.
  Record& next() {
    if (size_ == chunks_.size() << chunk_bits) chunks_.emplace_back(new Record[1u << chunk_bits]);
    Record& record = at(size_);
    static_cast<Head&>(record) = head_;
    return record;
  }
  Node node(Tape* tape) { return {tape, size_++, head_.generation}; }
  const Record& checked(const Tape* tape, const Node& node) const {
    const Record& record = at(node.index);
    if (node.tape != tape || record.generation != node.generation)
      throw std::invalid_argument("a node of another tape, or of an earlier step");
    return record;
  }

 private:
  static constexpr std::uint32_t chunk_bits = 10;
  std::vector<std::unique_ptr<Record[]>> chunks_;
  std::uint32_t size_ = 0;
  Head head_;
};

}  // namespace bench::open

// Where a graph's numbers are and what is called on them, in order: all that a run needs.
#pragma once

#include <memory>
#include <vector>

#include "graph.hpp"

namespace glassgrad::replay {

// One place of an instruction inside a fused run, as it moves from block to block.
template <class T>
struct Operand {
  T* base = nullptr;        // null: in the scratch of whoever runs the block
  std::int64_t offset = 0;  // in the scratch
  std::int64_t step = 0;    // numbers from one block to the next
  Shape block, tail;        // of a whole block, and of the last one
};

template <class T>
struct Call {
  const Rule<T>* rule;
  const void* attributes;
  std::vector<View<const T>> in;
  View<T> out;
  std::vector<Operand<T>> operands;  // in a fused run: of the inputs, then of the output
};

// A call on single numbers, as scalar code makes a million of them: packed close.
template <class T>
struct NumberCall {
  T (*number)(const void* op, const T* const* in);
  const void* attributes;
  T* out;
  std::uint32_t in, count;  // where its inputs' addresses start, how many
};

// Instructions first, ..., first + count - 1. One is called as it is; a fused run block by block:
// a block is `rows` entries of the first axis, or of all numbers in a row when the run is flat.
// Neighbours on single numbers are one step.
struct Step {
  enum class Kind : std::uint8_t { call, run, numbers } kind;
  std::uint32_t first, count;
  std::uint32_t at = 0;  // in calls, or in number calls
  bool flat = false;
  std::int64_t rows = 0, total_rows = 0, row_count = 0;
  std::int64_t blocks() const { return (total_rows + rows - 1) / rows; }
};

template <class T>
class Layout {
 public:
  // `apart`: outputs that get memory of their own, which others may hold (gradients).
  Layout(Graph<T> graph, std::span<const Id> apart);

  void run();
  View<const T> value(Id id) const { return {place_[graph_.root(id)], &graph_.values[id].shape}; }
  const std::shared_ptr<std::byte>& memory(std::size_t apart) const { return apart_[apart]; }
  const Graph<T>& graph() const { return graph_; }
  std::size_t bytes() const { return bytes_; }

 private:
  // What a block's hidden numbers may take, in the cache nearest to the core; and one of them.
  static constexpr std::int64_t scratch_numbers = (std::int64_t(1) << 15) / sizeof(T);
  static constexpr std::int64_t block_numbers = (std::int64_t(1) << 11) / sizeof(T);

  void find_steps();
  void cut(Step& step) const;
  void find_hidden();
  void place_hidden(const Step& step);
  void give_apart(std::span<const Id> apart);
  void line_up_numbers();
  void give_buffers();
  void make_calls();
  void make_number_calls(const Step& step);
  bool on_numbers(const Instruction<T>& instruction) const;
  Operand<T> operand(const Step& step, Id id) const;
  std::size_t take(std::int64_t count);
  void run_blocks(const Step& step, std::int64_t first, std::int64_t last);

  Graph<T> graph_;  // first: views point at its shapes
  std::vector<Step> steps_;
  std::vector<Call<T>> calls_;
  std::vector<NumberCall<T>> number_calls_;
  std::vector<const T*> number_inputs_;
  std::vector<T> numbers_;    // single ones that are computed
  std::vector<T*> place_;     // of every root; null: nowhere, or in scratch
  std::vector<char> hidden_;  // roots that live inside one run only
  std::vector<std::int64_t> scratch_at_;
  struct Buffer {
    AlignedBytes memory;
    std::int64_t count;
    bool free;
  };
  std::vector<Buffer> buffers_;
  std::vector<std::shared_ptr<std::byte>> apart_;
  std::size_t bytes_ = 0;
  Pool pool_;
};

}  // namespace glassgrad::replay

// What a program does at once, in order: which instructions make a step, and how a fused run is cut
// into blocks. It depends on shapes alone, so that the number of threads changes no bit.
// Next: plan.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "graph.hpp"

namespace glassgrad::program {

// Instructions first, ..., first + count - 1.
//   calls:   in sequence, as they are.
//   side:    at the same time.
//   run: block by block: a block is `rows` entries of the first axis, or of all numbers flattened
// if the run is flat. A run by rows has instructions of several shapes with the batch axis in
// common. A run of a single block is calls.
//   numbers: on single numbers, neighbours with the same op and settings in one call.
struct Step {
  enum class Kind : std::uint8_t { calls, side, run, numbers } kind;
  std::uint32_t first, count;
  bool flat = false, by_rows = false;
  std::int64_t rows = 0, total_rows = 0, row_count = 0;

  std::uint32_t end() const { return first + count; }
  std::int64_t blocks() const { return (total_rows + rows - 1) / rows; }
  std::int64_t rows_of_last_block() const { return total_rows - (blocks() - 1) * rows; }
  // How many blocks a task has: large runs are split among threads, by shape alone.
  std::int64_t task_blocks() const {
    constexpr std::int64_t shared_from = std::int64_t(1) << 18, per_task = std::int64_t(1) << 15;
    const std::int64_t size = rows * row_count;
    const bool large = size * blocks() * count >= shared_from;  // in entries computed
    return large ? std::max<std::int64_t>(1, per_task / size) : blocks();
  }
  std::int64_t tasks() const { return (blocks() + task_blocks() - 1) / task_blocks(); }
};

// Bytes of a block's hidden numbers, which stay in a near cache; of one of them; and of a run too
// small to split.
template <class T>
inline constexpr std::int64_t scratch_numbers = (std::int64_t(1) << 18) / sizeof(T);
template <class T>
inline constexpr std::int64_t block_numbers = (std::int64_t(1) << 13) / sizeof(T);
template <class T>
inline constexpr std::int64_t whole_numbers = (std::int64_t(1) << 13) / sizeof(T);
template <class T>
inline constexpr std::int64_t row_block_numbers = (std::int64_t(1) << 15) / sizeof(T);

template <class T>
std::vector<Step> steps_of(const Graph<T>& graph);

// A step's shape is what its first instruction gives.
template <class T>
const Shape& full_shape(const Graph<T>& graph, const Step& step) {
  return graph.values[graph.code[step.first].out].shape;
}
// A sum over the rows, as it may end a run.
template <class T>
bool is_end(const Graph<T>& graph, const Step& step, const Instruction<T>& instruction) {
  return !instruction.rule->elementwise &&
         !graph.is_by_rows(instruction, full_shape(graph, step)[0]);
}

}  // namespace glassgrad::program

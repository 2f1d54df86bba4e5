// The memory plan of a graph and its calls in order: all that a run needs.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "graph.hpp"

namespace glassgrad::program {

// An operand of an instruction inside a fused run, advanced from block to block.
template <class T>
struct Operand {
  bool hidden = false;      // in the scratch of what runs the block
  T* base = nullptr;        // else: where it starts
  std::int64_t offset = 0;  // in the scratch
  std::int64_t step = 0;    // numbers from one block to the next
  Shape block, tail;        // of a whole block, and of the last one
};

template <class T>
struct Call {
  const Rule<T>* rule;
  const void* attributes;
  std::span<View<const T>> in;  // these two in the plan's arena
  View<T> out;
  std::span<Operand<T>> operands;  // in a fused run: of the inputs, then of the output
  int pull = 0;                    // k + 1: not the op's value but its contribution to input k
  bool onto = false;               // accumulated
  std::int64_t partial = -1;       // a sum at a run's end: where its tasks' partial sums start
  T* whole = nullptr;              // where its summands are kept: see sum_again

  void run(std::span<const View<const T>> from, View<T> to, Pool& pool) const {
    if (pull)
      pull_back(from, to, pool);
    else
      rule->forward(attributes, from, to, pool);
  }
  void run(Pool& pool) const { run(in, out, pool); }

 private:
  void pull_back(std::span<const View<const T>> from, View<T> to, Pool& pool) const;
};

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
  std::uint32_t at = 0, end = 0;  // in calls, or in groups of number calls
  bool flat = false, by_rows = false;
  std::int64_t rows = 0, total_rows = 0, row_count = 0;
  std::int64_t blocks() const { return (total_rows + rows - 1) / rows; }
  // How many blocks a task has: large runs are split among threads, by shape alone.
  std::int64_t task_blocks() const {
    constexpr std::int64_t shared_from = std::int64_t(1) << 18, per_task = std::int64_t(1) << 15;
    const std::int64_t size = rows * row_count;
    const bool large = size * blocks() * count >= shared_from;  // in entries computed
    return large ? std::max<std::int64_t>(1, per_task / size) : blocks();
  }
  std::int64_t tasks() const { return (blocks() + task_blocks() - 1) / task_blocks(); }
};

// An in-place change after the graph's instructions: an optimizer's. A view without numbers is in
// the run's scratch.
template <class T>
struct InPlace {
  const Rule<T>* rule;
  const void* attributes;
  std::span<View<const T>> in;
  View<T> out;
};

template <class T>
class Plan {
 public:
  // `apart`: outputs with memory of their own, which others may hold (gradients).
  Plan(Graph<T> graph, std::span<const Id> apart);

  // Adds a run over in-place changes of one shape; drop_changes() removes them all.
  void add(std::span<const InPlace<T>> changes);
  void drop_changes();
  // Points a fed value at these numbers.
  void feed(Id root, const T* numbers);

  void run() {
    for (std::size_t i = 0; i < leaves_.size(); ++i) numbers_[i] = *place_[leaves_[i]];
    run_steps(0, graph_steps_);
  }
  void run_changes() { run_steps(graph_steps_, steps_.size()); }
  View<const T> value(Id id) const { return {place_[graph_.root(id)], &graph_.values[id].shape}; }
  const std::shared_ptr<std::byte>& memory(std::size_t apart) const { return apart_[apart]; }
  const Graph<T>& graph() const { return graph_; }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::int64_t numbers_of_a_partial = 3;  // see partial_of
  // Bytes of a block's hidden numbers, which stay in a near cache; of one of them; and of a run too
  // small to split.
  static constexpr std::int64_t scratch_numbers = (std::int64_t(1) << 18) / sizeof(T);
  static constexpr std::int64_t block_numbers = (std::int64_t(1) << 13) / sizeof(T);
  static constexpr std::int64_t whole_numbers = (std::int64_t(1) << 13) / sizeof(T);
  static constexpr std::int64_t row_block_numbers = (std::int64_t(1) << 15) / sizeof(T);

  void find_steps();
  void cut(Step& step) const;
  void find_hidden();
  void place_hidden(const Step& step);
  void give_apart(std::span<const Id> apart);
  void line_up_numbers();
  void give_buffers();
  void make_calls();
  std::uint32_t* make_number_calls(Step& step, std::span<const std::uint32_t> place,
                                   std::uint32_t* input);
  void find_fed();
  const Shape& full_shape(const Step& step) const {  // of a run: what its first instruction gives
    return graph_.values[graph_.code[step.first].out].shape;
  }
  // A sum over the rows, as it may end a run.
  bool is_end(const Step& step, const Instruction<T>& instruction) const {
    return !instruction.rule->elementwise && !graph_.is_by_rows(instruction, full_shape(step)[0]);
  }
  // Does the run end in a sum of numbers never materialised? Then it may be run again.
  bool may_run_again(const Step& step) const;
  Operand<T> operand(const Step& step, const Instruction<T>& instruction, Id id) const;
  View<T> in_scratch(std::int64_t offset, const Shape* shape) { return {scratch_ + offset, shape}; }
  template <class X>
  static std::span<X> list_in(Arena& arena, std::size_t size) {
    const std::size_t bytes = bytes_of<X>(std::int64_t(std::max<std::size_t>(size, 1)));
    X* const items = static_cast<X*>(bytes <= 1024 ? arena.take_small(bytes) : arena.take(bytes));
    std::uninitialized_default_construct_n(items, size);
    return {items, size};
  }
  // For as long as the plan: large ones in memory of their own.
  template <class X>
  X* room_for(std::size_t size) {
    const std::size_t bytes = bytes_of<X>(std::int64_t(std::max<std::size_t>(size, 1)));
    if (bytes <= 4096) return static_cast<X*>(lists_.take(bytes));
    large_.push_back(allocate_aligned(bytes));
    return reinterpret_cast<X*>(large_.back().get());
  }
  static T* numbers_in(Arena& arena, std::int64_t count) {
    return static_cast<T*>(arena.take(bytes_of<T>(std::max<std::int64_t>(count, 1))));
  }
  std::size_t take(std::int64_t count);
  void run_steps(std::size_t first, std::size_t last);
  void run_task(const Step& step, std::int64_t task);
  void run_blocks(const Step& step, std::int64_t first, std::int64_t last, std::int64_t task,
                  Pool& pool);
  void run_blocks_on_stack(const Step& step, std::int64_t first, std::int64_t last,
                           std::int64_t task, Pool& pool);
  void run_blocks_in(T* scratch, const Step& step, std::int64_t first, std::int64_t last,
                     std::int64_t task, Pool& pool);
  void run_by_tasks(const Step& step);
  void run_side_by_side(const Step& step);
  bool add_partials(const Step& step);
  void sum_again(const Step& step);
  T* partial_of(const Call<T>& call, std::int64_t task);

  Graph<T> graph_;  // first: views point at its shapes
  std::vector<Step> steps_;
  std::size_t graph_steps_ = 0, graph_calls_ = 0;  // the others are changes in place
  std::vector<Call<T>> calls_;
  Arena lists_{8192}, change_lists_{8192};  // of calls
  struct Group {
    const Rule<T>* rule;
    NumberCalls<T> calls;
  };
  std::vector<Group> groups_;  // of number calls
  T* numbers_ = nullptr;       // copies of the leaves, then results in order
  std::vector<Id> leaves_;     // read by number calls, not computed
  std::vector<T*> place_;      // of every root; null: nowhere, or in scratch
  std::vector<char> hidden_;   // roots that live inside one run only
  std::vector<std::int64_t> scratch_at_;
  std::vector<std::uint32_t> last_in_run_;  // of hidden roots, for the current run
  struct Buffer {
    T* numbers;
    std::int64_t count;
    bool free;
  };
  std::vector<Buffer> buffers_;
  std::vector<AlignedBytes> large_;  // from room_for(); small ones lie beside the lists
  std::vector<std::shared_ptr<std::byte>> apart_;
  std::int64_t scratch_needed_ = 0;
  T* scratch_ = nullptr;  // of runs of a single block
  // Pools for the kernels of runs by rows, as many as have run at the same time.
  std::mutex pools_lock_;
  std::vector<std::unique_ptr<Pool>> pools_;
  std::vector<T> partials_;  // of sums at the end of runs: see partial_of
  struct Fed {
    Id root;
    std::vector<const T**> reads;  // every pointer to its numbers
    std::vector<T**> bases;
  };
  std::vector<Fed> fed_;
  std::size_t bytes_ = 0;
  Pool pool_;
  struct Side {
    Pool pool;
  };
  std::vector<std::unique_ptr<Side>> sides_;  // of calls that run at the same time
};

}  // namespace glassgrad::program

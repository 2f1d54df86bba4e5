// Blocks, tasks, partial sums.
#include "blocks.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <utility>

#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/workers.hpp"

namespace glassgrad::program {

// Blocks first, ..., last - 1 of a run.
template <class T>
struct Blocks<T>::Task {
  const Step& step;
  RunCalls calls;
  std::int64_t number, first, last;
};

template <class T>
void Blocks<T>::run(const Step& step, RunCalls calls, Pool& pool) {
  run_by_tasks(step, calls);
  if (!add_partials(step, calls)) sum_again(step, calls, pool);
}

template <class T>
void Blocks<T>::run_by_tasks(const Step& step, RunCalls calls) {
  workers::run(step.tasks(), [&](std::int64_t task) { run_task(step, calls, task); });
}

template <class T>
void Blocks<T>::run_task(const Step& step, RunCalls calls, std::int64_t number) {
  const std::int64_t first = number * step.task_blocks();
  const Task task{step, calls, number, first, std::min(step.blocks(), first + step.task_blocks())};
  if (!step.by_rows) {
    Pool none;  // elementwise kernels and sums allocate nothing
    return run_blocks(task, none);
  }
  std::unique_ptr<Pool> pool;
  {
    const std::lock_guard lock(pools_lock_);
    if (!pools_.empty()) pool = std::move(pools_.back()), pools_.pop_back();
  }
  if (!pool) pool = std::make_unique<Pool>();
  run_blocks(task, *pool);
  const std::lock_guard lock(pools_lock_);
  pools_.push_back(std::move(pool));
}

// In a scratch of the thread's own, allocated when it first runs a block: 256 kB is too much for
// many threads' stacks. Without memory the stack has to do.
template <class T>
void Blocks<T>::run_blocks(const Task& task, Pool& pool) {
  static thread_local AlignedBytes mine;
  if (!mine) try {
      mine = allocate_aligned(bytes_of<T>(scratch_numbers<T>));
    } catch (const MemoryError&) {
      return run_blocks_on_stack(task, pool);
    }
  run_blocks_in(reinterpret_cast<T*>(mine.get()), task, pool);
}

template <class T>
[[gnu::noinline]] void Blocks<T>::run_blocks_on_stack(const Task& task, Pool& pool) {
  alignas(alignment) T scratch[scratch_numbers<T>];
  run_blocks_in(scratch, task, pool);
}

template <class T>
void Blocks<T>::run_blocks_in(T* scratch, const Task& task, Pool& pool) {
  for (std::int64_t b = task.first; b < task.last; ++b) {
    const bool at_tail = b + 1 == task.step.blocks();
    for (const Call<T>& call : task.calls) {
      const std::size_t n = call.operands.size() - 1;
      View<T> out;
      View<const T> in[max_run_inputs];
      for (std::size_t k = 0; k <= n; ++k) {
        const Operand<T>& operand = call.operands[k];
        T* const at = operand.hidden ? scratch + operand.offset : operand.base + b * operand.step;
        const Shape* const shape = at_tail ? &operand.tail : &operand.block;
        if (k < n)
          in[k] = {at, shape};
        else
          out = {at, shape};
      }
      if (call.partials)
        add_block(task, b, call, std::span(in, n), pool);
      else
        call.run(std::span(in, n), out, pool);
    }
  }
}

// The first block of a task starts its partial sum, the others are added to it.
template <class T>
void Blocks<T>::add_block(const Task& task, std::int64_t block, const Call<T>& sum,
                          std::span<const View<const T>> in, Pool& pool) {
  if (sum.whole)
    std::copy_n(in[0].data, in[0].count(), sum.whole + block * sum.operands[0].block.count());
  const std::int64_t count = sum.out.count();
  const bool first = block == task.first;
  T* const partial = sum.partial_of(task.number);
  T* const lost = partial + count;
  T* const of_block = lost + count;
  if (first) std::fill_n(lost, count, T(0));
  sum.rule->forward(sum.attributes, in, View<T>{first ? partial : of_block, sum.out.sizes}, pool);
  if (!first) kernels::add_keeping(static_cast<const T*>(of_block), count, partial, lost);
  if (block + 1 == task.last) kernels::settle(count, partial, static_cast<const T*>(lost));
}

// Are all sums finite?
template <class T>
bool Blocks<T>::add_partials(const Step& step, RunCalls calls) {
  bool finite = true;
  for (const Call<T>& call : calls) {
    if (!call.partials) continue;
    const std::int64_t count = call.out.count();
    T* const lost = call.partial_of(0) + count;
    std::copy_n(call.partial_of(0), count, call.out.data);
    std::fill_n(lost, count, T(0));
    for (std::int64_t task = 1; task < step.tasks(); ++task)
      kernels::add_keeping(static_cast<const T*>(call.partial_of(task)), count, call.out.data,
                           lost);
    finite &= kernels::settle(count, call.out.data, static_cast<const T*>(lost));
  }
  return finite;
}

namespace {

// Does act() get the memory it needs?
template <class Act>
bool in_memory(const Act& act) try {
  act();
  return true;
} catch (const MemoryError&) {
  return false;
} catch (const std::bad_alloc&) {
  return false;
}

// The sums at a run's end that are not finite. While this lives their run keeps their summands.
template <class T>
class LostSums {
 public:
  explicit LostSums(std::span<Call<T>> calls) {
    for (Call<T>& call : calls) {
      if (!call.partials || std::all_of(call.out.begin(), call.out.end(), is_finite)) continue;
      Sum sum{&call, allocate_aligned(bytes_of<T>(call.out.count())), {}};
      if (call.operands[0].hidden) sum.whole = allocate_aligned(bytes_of<T>(call.in[0].count()));
      sums_.push_back(std::move(sum));
    }
    for (Sum& sum : sums_) sum.call->whole = numbers(sum.whole);  // nothing fails from here on
  }
  ~LostSums() {
    for (Sum& sum : sums_) sum.call->whole = nullptr;
  }
  LostSums(const LostSums&) = delete;
  LostSums& operator=(const LostSums&) = delete;

  bool any_hidden() const {
    return std::any_of(sums_.begin(), sums_.end(), [](const Sum& sum) { return !!sum.whole; });
  }
  // By the op itself, over the whole array; finite sums keep their bits.
  void make_again(Pool& pool) {
    for (Sum& sum : sums_) {
      const Call<T>& call = *sum.call;
      const View<const T> in[] = {{call.whole ? call.whole : call.in[0].data, call.in[0].sizes}};
      const View<T> found{numbers(sum.found), call.out.sizes};
      call.rule->forward(call.attributes, std::span(in), found, pool);
      for (std::int64_t i = 0; i < found.count(); ++i)
        if (!is_finite(call.out.data[i])) call.out.data[i] = found.data[i];
    }
  }

 private:
  struct Sum {
    Call<T>* call;
    AlignedBytes found, whole;
  };
  static bool is_finite(T x) { return std::isfinite(x); }
  static T* numbers(const AlignedBytes& memory) { return reinterpret_cast<T*>(memory.get()); }
  std::vector<Sum> sums_;
};
}  // namespace

// A block's sum may overflow where the whole sum does not. The op itself handles that, given all
// its numbers: those that only blocks had are recomputed, and kept. Without memory for them the
// sums stay as they are: the program has diverged.
template <class T>
[[gnu::noinline, gnu::cold]] void Blocks<T>::sum_again(const Step& step, RunCalls calls,
                                                       Pool& pool) {
  std::optional<LostSums<T>> lost;
  if (!in_memory([&] { lost.emplace(calls); })) return;
  if (lost->any_hidden()) run_by_tasks(step, calls);
  in_memory([&] { lost->make_again(pool); });
}

template class Blocks<float>;
template class Blocks<double>;

}  // namespace glassgrad::program

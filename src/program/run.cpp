// Runs a plan's steps: calls in sequence or in parallel, number calls, and fused runs block by
// block, with tasks split among threads. How runs are split into blocks: blocks.cpp.
#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <utility>

#include "glassgrad/array/few.hpp"
#include "glassgrad/kernels/kernels.hpp"
#include "glassgrad/kernels/workers.hpp"
#include "plan.hpp"

namespace glassgrad::program {
template <class T>
void Call<T>::pull_back(std::span<const View<const T>> from, View<T> to, Pool& pool) const {
  const std::size_t n = from.size() - 2 - onto;
  Few<Sink<T>> sinks(n);
  sinks[pull - 1] = {to.data, onto};
  rule->pull(attributes, from.first(n), from[n], from[n + 1], sinks, pool);
}

template <class T>
void Plan<T>::run_steps(std::size_t first, std::size_t last) {
  for (std::size_t s = first; s < last; ++s) {
    const Step& step = steps_[s];
    switch (step.kind) {
      case Step::Kind::calls:
        for (std::uint32_t i = step.at; i < step.end; ++i) calls_[i].run(pool_);
        break;
      case Step::Kind::side:
        run_side_by_side(step);
        break;
      case Step::Kind::numbers:
        for (std::uint32_t i = step.at; i < step.end; ++i) {
          const Group& group = groups_[i];
          group.rule->numbers(group.calls);
        }
        break;
      case Step::Kind::run:
        run_by_tasks(step);
        if (!add_partials(step)) sum_again(step);
    }
  }
}

template <class T>
void Plan<T>::run_by_tasks(const Step& step) {
  workers::run(step.tasks(), [&](std::int64_t task) { run_task(step, task); });
}

template <class T>
void Plan<T>::run_side_by_side(const Step& step) {
  workers::run(step.count, [&](std::int64_t i) {
    calls_[step.at + std::size_t(i)].run(sides_[std::size_t(i)]->pool);
  });
}

template <class T>
void Plan<T>::run_task(const Step& step, std::int64_t task) {
  const std::int64_t first = task * step.task_blocks();
  const std::int64_t last = std::min(step.blocks(), first + step.task_blocks());
  if (!step.by_rows) {
    Pool none;  // elementwise kernels and sums allocate nothing
    return run_blocks(step, first, last, task, none);
  }
  std::unique_ptr<Pool> pool;
  {
    const std::lock_guard lock(pools_lock_);
    if (!pools_.empty()) pool = std::move(pools_.back()), pools_.pop_back();
  }
  if (!pool) pool = std::make_unique<Pool>();
  run_blocks(step, first, last, task, *pool);
  const std::lock_guard lock(pools_lock_);
  pools_.push_back(std::move(pool));
}

// In a scratch of the thread's own, allocated when it first runs a block: 256 kB is too much for
// many threads' stacks. Without memory the stack has to do.
template <class T>
void Plan<T>::run_blocks(const Step& step, std::int64_t first, std::int64_t last, std::int64_t task,
                         Pool& pool) {
  static thread_local AlignedBytes mine;
  if (!mine) try {
      mine = allocate_aligned(bytes_of<T>(scratch_numbers));
    } catch (const MemoryError&) {
      return run_blocks_on_stack(step, first, last, task, pool);
    }
  run_blocks_in(reinterpret_cast<T*>(mine.get()), step, first, last, task, pool);
}

template <class T>
[[gnu::noinline]] void Plan<T>::run_blocks_on_stack(const Step& step, std::int64_t first,
                                                    std::int64_t last, std::int64_t task,
                                                    Pool& pool) {
  alignas(alignment) T scratch[scratch_numbers];
  run_blocks_in(scratch, step, first, last, task, pool);
}

template <class T>
void Plan<T>::run_blocks_in(T* scratch, const Step& step, std::int64_t first, std::int64_t last,
                            std::int64_t task, Pool& pool) {
  for (std::int64_t b = first; b < last; ++b) {
    const bool at_tail = b + 1 == step.blocks();
    for (std::uint32_t i = step.at; i < step.end; ++i) {
      const Call<T>& call = calls_[i];
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
      if (call.partial < 0) {
        call.run(std::span(in, n), out, pool);
        continue;
      }
      if (call.whole)
        std::copy_n(in[0].data, in[0].count(), call.whole + b * call.operands[0].block.count());
      // a sum: the first block of a task starts its partial sum, the others are added to it
      const std::int64_t count = call.out.count();
      T* const partial = partial_of(call, task);
      T* const lost = partial + count;
      const View<T> block{lost + count, call.out.sizes};
      if (b == first) std::fill_n(lost, count, T(0));
      call.rule->forward(call.attributes, std::span(in, n),
                         b == first ? View<T>{partial, call.out.sizes} : block, pool);
      if (b != first) kernels::add_keeping(static_cast<const T*>(block.data), count, partial, lost);
      if (b + 1 == last) kernels::settle(count, partial, static_cast<const T*>(lost));
    }
  }
}

// A task's partial sum, its rounding error, and a block's sum.
template <class T>
T* Plan<T>::partial_of(const Call<T>& call, std::int64_t task) {
  return partials_.data() + call.partial + numbers_of_a_partial * task * call.out.count();
}

// Are all sums finite?
template <class T>
bool Plan<T>::add_partials(const Step& step) {
  bool finite = true;
  for (std::uint32_t i = step.at; i < step.end; ++i) {
    const Call<T>& call = calls_[i];
    if (call.partial < 0) continue;
    const std::int64_t count = call.out.count();
    T* const lost = partial_of(call, 0) + count;
    std::copy_n(partial_of(call, 0), count, call.out.data);
    std::fill_n(lost, count, T(0));
    for (std::int64_t task = 1; task < step.tasks(); ++task)
      kernels::add_keeping(static_cast<const T*>(partial_of(call, task)), count, call.out.data,
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
      if (call.partial < 0 || std::all_of(call.out.begin(), call.out.end(), is_finite)) continue;
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
[[gnu::noinline, gnu::cold]] void Plan<T>::sum_again(const Step& step) {
  const std::span<Call<T>> calls(calls_.data() + step.at, step.end - step.at);
  std::optional<LostSums<T>> lost;
  if (!in_memory([&] { lost.emplace(calls); })) return;
  if (lost->any_hidden()) run_by_tasks(step);
  in_memory([&] { lost->make_again(pool_); });
}

template class Plan<float>;
template class Plan<double>;

}  // namespace glassgrad::program

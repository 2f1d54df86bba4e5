// Runs a fused run block by block, with tasks split among threads, and puts the sums it ends in
// together. How a run is cut: steps.hpp.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "calls.hpp"

namespace glassgrad::program {

template <class T>
class Blocks {
 public:
  using RunCalls = std::span<Call<T>>;
  // `pool` is for sums that are made again.
  void run(const Step& step, RunCalls calls, Pool& pool);

 private:
  struct Task;

  void run_by_tasks(const Step& step, RunCalls calls);
  void run_task(const Step& step, RunCalls calls, std::int64_t number);
  static void run_blocks(const Task& task, Pool& pool);
  static void run_blocks_on_stack(const Task& task, Pool& pool);
  static void run_blocks_in(T* scratch, const Task& task, Pool& pool);
  static void add_block(const Task& task, std::int64_t block, const Call<T>& sum,
                        std::span<const View<const T>> in, Pool& pool);
  static bool add_partials(const Step& step, RunCalls calls);
  void sum_again(const Step& step, RunCalls calls, Pool& pool);

  // For the kernels of runs by rows, as many as have run at the same time.
  std::mutex pools_lock_;
  std::vector<std::unique_ptr<Pool>> pools_;
};

}  // namespace glassgrad::program

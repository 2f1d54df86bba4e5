// The pool: threads that sleep until a job is posted, take its tasks one by one, and sleep again.
// A job is seen by whoever comes in time; the caller works too and waits only for those inside.
#include "glassgrad/core/workers.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "glassgrad/core/error.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {

constexpr int most_threads = 1024;
// A training step posts job after job: looking around for some 100 us saves going to
// sleep, from which it takes tens to come back.
constexpr int spins = 5000;
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

struct Job {
  std::int64_t tasks;
  void (*body)(void*, std::int64_t);
  void* context;
  std::atomic<std::int64_t> next{0};

  void work() {
    for (std::int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < tasks;)
      body(context, i);
  }
  bool open() const { return next.load(std::memory_order_relaxed) < tasks; }
};

int first_count() {
  const char* const asked = std::getenv("GLASSGRAD_THREADS");
  const int count = asked ? std::atoi(asked) : 0;
  return count >= 1 ? std::min(count, most_threads)
                    : std::max(1, int(std::thread::hardware_concurrency()));
}

class Workers {
 public:
  Workers() : count_(first_count()) {}
  ~Workers() { stop(); }

  int count() const { return count_.load(std::memory_order_relaxed); }
  void set_count(int count) {
    while (busy_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
    stop();
    count_ = count;
    busy_.clear(std::memory_order_release);
  }

  void run(Job& job) {
    if (busy_.test_and_set(std::memory_order_acquire)) return job.work();
    if (threads_.empty()) start();
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
    }
    posted_.fetch_add(1, std::memory_order_relaxed);
    wake_.notify_all();
    job.work();
    for (int i = 0; i < spins && inside_.load(std::memory_order_relaxed); ++i) pause();
    {
      std::unique_lock lock(mutex_);
      job_ = nullptr;
      done_.wait(lock, [this] { return inside_.load(std::memory_order_relaxed) == 0; });
    }
    busy_.clear(std::memory_order_release);
  }

 private:
  void start() {
    stopping_ = false;
    for (int i = 1; i < count_; ++i) threads_.emplace_back([this] { serve(); });
  }
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  void serve() {
    std::uint64_t seen = 0;
    while (true) {
      for (int i = 0; i < spins && posted_.load(std::memory_order_relaxed) == seen; ++i) pause();
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || (job_ && job_->open()); });
      if (stopping_) return;
      seen = posted_.load(std::memory_order_relaxed);
      Job& job = *job_;
      inside_.fetch_add(1, std::memory_order_relaxed);
      lock.unlock();
      job.work();
      lock.lock();
      if (inside_.fetch_sub(1, std::memory_order_relaxed) == 1) done_.notify_one();
    }
  }

  std::atomic<int> count_;
  std::atomic<std::uint64_t> posted_{0};
  std::atomic_flag busy_;  // set while a job runs: others do their work themselves
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  Job* job_ = nullptr;
  std::atomic<int> inside_{0};
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

Workers& pool() {
  static Workers workers;
  return workers;
}

}  // namespace

void set_threads(int count) {
  if (count < 1 || count > most_threads)
    throw Error("threads", join("the number of threads is ", count),
                join("Give a number from 1 to ", most_threads));
  pool().set_count(count);
}

int threads() { return pool().count(); }

void workers::run(std::int64_t tasks, void (*body)(void*, std::int64_t), void* context) {
  Job job{tasks, body, context};
  if (tasks > 1 && threads() > 1)
    pool().run(job);
  else
    job.work();
}

}  // namespace glassgrad

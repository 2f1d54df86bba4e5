// The pool: threads that sleep until a job is posted, take its tasks one by one, and sleep again.
// Threads that wake in time join a job; the caller works too and waits only for those that joined.
#include "glassgrad/kernels/workers.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

constexpr int most_threads = 1024;
// A training step posts job after job: spinning for some 100 us saves a sleep, which costs tens of
// us to wake from.
constexpr int spins = 5000;
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

// Every thread has a contiguous range of tasks and takes them in order, then steals from the
// others. So it mostly re-reads its own writes, from its own cache.
struct alignas(64) Range {
  std::atomic<std::int64_t> next{0};
  std::int64_t end = 0;
  bool open() const { return next.load(std::memory_order_relaxed) < end; }
};

struct Job {
  void (*body)(void*, std::int64_t);
  void* context;
  Range* ranges;
  int threads;
  std::mutex& lock;
  std::exception_ptr error = nullptr;  // of the first task that threw, in their order
  std::int64_t failed = 0;

  void run(std::int64_t i) try { body(context, i); } catch (...) {
    const std::lock_guard guard(lock);
    if (!error || i < failed) error = std::current_exception(), failed = i;
  }
  void work(int me) {
    for (int k = 0; k < threads; ++k) {
      Range& range = ranges[(me + k) % threads];
      if (!range.open()) continue;
      for (std::int64_t i; (i = range.next.fetch_add(1, std::memory_order_relaxed)) < range.end;)
        run(i);
    }
  }
  bool open() const { return std::any_of(ranges, ranges + threads, std::mem_fn(&Range::open)); }
};

// The environment's number, else the machine's. Throws Error for an invalid one.
int first_count() {
  const char* const variable = std::getenv("GLASSGRAD_THREADS");
  const std::string_view asked = variable ? variable : "";
  if (asked.empty())  // fits: at most most_threads
    return int(std::clamp(std::thread::hardware_concurrency(), 1u, unsigned(most_threads)));
  int count = 0;
  const char* const end = asked.data() + asked.size();
  const auto [rest, error] = std::from_chars(asked.data(), end, count);
  if (error != std::errc{} || rest != end || count < 1 || count > most_threads)
    throw Error("threads", join("GLASSGRAD_THREADS is \"", asked.substr(0, 40), "\""),
                join("Set it to a number from 1 to ", most_threads, ", or not at all"));
  return count;
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

  // False: another caller is inside.
  bool run(std::int64_t tasks, void (*body)(void*, std::int64_t), void* context) {
    if (busy_.test_and_set(std::memory_order_acquire)) return false;
    try {
      if (threads_.empty()) start();
    } catch (...) {
      busy_.clear(std::memory_order_release);
      throw;
    }
    const std::int64_t n = std::int64_t(ranges_.size());
    for (std::int64_t i = 0; i < n; ++i) {
      ranges_[std::size_t(i)].next.store(tasks * i / n, std::memory_order_relaxed);
      ranges_[std::size_t(i)].end = tasks * (i + 1) / n;
    }
    Job job{body, context, ranges_.data(), int(n), mutex_};  // fits: one for each thread
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
    }
    posted_.fetch_add(1, std::memory_order_relaxed);
    wake_.notify_all();
    job.work(0);
    for (int i = 0; i < spins && inside_.load(std::memory_order_relaxed); ++i) pause();
    {
      std::unique_lock lock(mutex_);
      job_ = nullptr;
      done_.wait(lock, [this] { return inside_.load(std::memory_order_relaxed) == 0; });
    }
    busy_.clear(std::memory_order_release);
    if (job.error) std::rethrow_exception(job.error);
    return true;
  }

 private:
  void start() {
    stopping_ = false;
    ranges_ = std::vector<Range>(std::size_t(count()));
    threads_.reserve(ranges_.size());
    try {
      for (int i = 1; i < count_; ++i) threads_.emplace_back([this, i] { serve(i); });
    } catch (const std::system_error&) {  // the threads that started do the work
    }
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

  void serve(int me) {
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
      job.work(me);
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
  std::vector<Range> ranges_;  // one for every thread, the caller's first
};

Workers& pool() {
  static Workers workers;
  return workers;
}

}  // namespace

void set_threads(Setting<"threads", "the number of threads", int, 1, 1024> count) {
  static_assert(most_threads == 1024);
  pool().set_count(count);
}

int threads() { return pool().count(); }

void workers::run(std::int64_t tasks, void (*body)(void*, std::int64_t), void* context) {
  if (tasks > 1 && threads() > 1 && pool().run(tasks, body, context)) return;
  for (std::int64_t i = 0; i < tasks; ++i) body(context, i);
}

}  // namespace glassgrad

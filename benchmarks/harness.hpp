// Turns a contender's classes into rows of Google Benchmark and into a memory figure. A contender
// is one executable: it names its variants with add_steps, add_chains, add_scalars, then calls run.
// Row names are question/size/variant; the counter `checksum` lets the driver see that all computed
// the same.
#pragma once

#include <benchmark/benchmark.h>

#include <memory>
#include <span>
#include <string>

#include "models.hpp"

namespace bench {

// Peak of the resident memory above what it was when the object was made; pages, not requests, so
// it means the same for every contender.
class PeakMemory {
 public:
  PeakMemory();
  long bytes() const;

 private:
  long start_;
};

struct Contender {
  void (*set_threads)(int threads);
  void (*add_rows)();
  void (*report_memory)();  // measure_memory of each variant that has steps
};

int run(int argc, char** argv, const Contender& contender);
// `tensors` is the contender's own count of the bytes of its arrays at their peak, 0 for none.
void print_memory(const std::string& variant, long bytes, long tensors);

// Model(const Step&, const Data&), float step(): one training step, the loss before its update.
template <class Model>
void add_steps(const std::string& variant, std::span<const Step> sizes = steps()) {
  for (const Step& s : sizes) {
    benchmark::RegisterBenchmark(("step/" + s.name + "/" + variant).c_str(), [&s](auto& state) {
      static const Step* last = nullptr;  // repetitions of one row share its checksum
      static double checksum;
      const Data data(s);
      if (last != &s) {
        auto model = std::make_unique<Model>(s, data);
        checksum = 0;
        for (int i = 0; i < s.checked_steps; ++i) checksum += model->step();
        last = &s;
      }
      auto model = std::make_unique<Model>(s, data);
      for (int i = 0; i < 3; ++i) model->step();
      for (auto _ : state) benchmark::DoNotOptimize(model->step());
      state.counters["checksum"] = checksum;
    })->UseRealTime();
  }
}

// Model(const Step&, const Data&), forward(): the numbers of the last layer, before any loss. The
// two classifiers that are small enough for a tape's own time to be seen.
template <class Model>
void add_forwards(const std::string& variant) {
  for (const Step& s : std::span(steps()).subspan(1, 2)) {
    benchmark::RegisterBenchmark(("forward/" + s.name + "/" + variant).c_str(), [&s](auto& state) {
      const Data data(s);
      auto model = std::make_unique<Model>(s, data);
      double checksum = 0;
      for (const float y : model->forward()) checksum += double(y) * y;
      for (auto _ : state) benchmark::DoNotOptimize(model->forward().data());
      state.counters["checksum"] = checksum;
    })->UseRealTime();
  }
}

// Model(int n, const float* x), float run(): value; gradient(): n floats that the last run left.
template <class Model>
void add_chains(const std::string& variant) {
  for (int n : chain_sizes) {
    const std::string name = "chain/" + std::to_string(n) + "/" + variant;
    benchmark::RegisterBenchmark(name.c_str(), [n](auto& state) {
      const auto x = chain_inputs(n);
      auto model = std::make_unique<Model>(n, x.data());
      double checksum = model->run();
      for (int i = 0; i < n; ++i) checksum += model->gradient()[i];
      for (auto _ : state) benchmark::DoNotOptimize(model->run());
      state.counters["checksum"] = checksum;
    })->UseRealTime();
  }
}

// Model(int n, const double* x), double run(): value, and gradient if the variant has one;
// gradient(): after it, a number for every x.
template <class Model>
void add_values(const std::string& question, std::span<const int> sizes, bool square,
                const std::string& variant) {
  for (int n : sizes) {
    const std::string name = question + "/" + std::to_string(n) + "/" + variant;
    benchmark::RegisterBenchmark(name.c_str(), [n, square](auto& state) {
      const auto x = doubles(31, square ? 2 * std::size_t(n) * n : std::size_t(n));
      auto model = std::make_unique<Model>(n, x.data());
      double checksum = model->run();
      const double* const gradient = model->gradient();
      for (std::size_t i = 0; i < x.size(); ++i) checksum += gradient[i];
      for (auto _ : state) benchmark::DoNotOptimize(model->run());
      state.counters["checksum"] = checksum;
    })->UseRealTime();
  }
}

// Model(), double run(int n): y + dy/dx + dy/dw + dy/db of the chain of n scalar ops.
template <class Model>
void add_scalars(const std::string& variant, const std::string& question = "scalars",
                 std::span<const int> sizes = scalar_sizes) {
  for (int n : sizes) {
    const std::string name = question + "/" + std::to_string(n) + "/" + variant;
    benchmark::RegisterBenchmark(name.c_str(), [n](auto& state) {
      auto model = std::make_unique<Model>();
      const double checksum = model->run(n);
      for (auto _ : state) benchmark::DoNotOptimize(model->run(n));
      state.counters["checksum"] = checksum;
      state.SetItemsProcessed(state.iterations() * n);
    })->UseRealTime();
  }
}

// Model(), float step(): one training step, the loss before its update; parameters(): the numbers
// of each, in any order. The checksum is the losses of the first steps and how far each went in
// them: the size of its gradients, whatever its layout is.
template <class Model>
void add_network(const Network& network, const std::string& variant) {
  const std::string name = "model/" + network.name + "/" + variant;
  struct Trained {
    Model model;
    double checksum = 0;
  };
  auto kept = std::make_shared<std::unique_ptr<Trained>>();  // compiling it may take its time
  benchmark::RegisterBenchmark(name.c_str(), [&network, kept](auto& state) {
    if (!*kept) {
      *kept = std::make_unique<Trained>();
      Model& model = (*kept)->model;
      double& checksum = (*kept)->checksum;
      const std::vector<std::vector<float>> before = model.parameters();
      for (int i = 0; i < network.checked_steps; ++i) checksum += model.step();
      const std::vector<std::vector<float>> after = model.parameters();
      for (std::size_t p = 0; p < before.size(); ++p) {
        double squares = 0;
        for (std::size_t i = 0; i < before[p].size(); ++i)
          squares += std::pow(double(after[p][i]) - before[p][i], 2);
        checksum += std::sqrt(squares) / network.rate;
      }
    }
    for (auto _ : state) benchmark::DoNotOptimize((*kept)->model.step());
    state.counters["checksum"] = (*kept)->checksum;
  })->UseRealTime();
}

// Model(const Mixture&), double run(): the objective; gradient(): of alpha, mu and icf, after it.
template <class Model>
void add_mixture(const std::string& variant) {
  const std::string name = "gmm/" + std::to_string(Mixture::n) + "/" + variant;
  benchmark::RegisterBenchmark(name.c_str(), [](auto& state) {
    const Mixture mixture;
    Model model(mixture);
    double checksum = model.run() / Mixture::n;
    const std::vector<double> gradient = model.gradient();
    for (std::size_t i = 0; i < gradient.size(); ++i) checksum += gradient[i] * uniform(54, i);
    for (auto _ : state) benchmark::DoNotOptimize(model.run());
    state.counters["checksum"] = checksum;
  })->UseRealTime();
}

// Three steps of the largest workload. A smaller one first, so that the buffers which BLAS keeps
// for itself are in place; the data is made before the start is taken. The model says what it
// counts itself by tensor_bytes(), if it has that.
template <class Model>
void measure_memory(const std::string& variant) {
  const Step &small = steps()[2], &large = steps().back();
  const Data small_data(small), large_data(large);
  Model(small, small_data).step();
  const PeakMemory peak;
  Model model(large, large_data);
  for (int i = 0; i < 3; ++i) model.step();
  long tensors = 0;
  if constexpr (requires { model.tensor_bytes(); }) tensors = model.tensor_bytes();
  print_memory(variant, peak.bytes(), tensors);
}

}  // namespace bench

// What compiling a training step costs, beside one step of the eager tape. Parameters and data are
// there before the clock runs: it measures the recording, the passes and the plan of the buffers.
#pragma once

#include "../harness.hpp"

namespace bench {

// Both as add_steps takes them; Compiled also has compile(), which makes its program anew. The
// checksum is the loss of the first step.
template <class Eager, class Compiled>
void add_compiles() {
  for (const Step& s : steps()) {
    const std::string name = "compile/" + s.name + "/";
    benchmark::RegisterBenchmark((name + "eager_step").c_str(), [&s](auto& state) {
      const Data data(s);
      Eager model(s, data);
      const double first = model.step();
      for (int i = 0; i < 3; ++i) model.step();
      for (auto _ : state) benchmark::DoNotOptimize(model.step());
      state.counters["checksum"] = first;
    })->UseRealTime();
    benchmark::RegisterBenchmark((name + "glassgrad_compile").c_str(), [&s](auto& state) {
      const Data data(s);
      Compiled model(s, data);
      for (auto _ : state) model.compile();
      state.counters["checksum"] = model.step();
    })->UseRealTime();
  }
}

}  // namespace bench

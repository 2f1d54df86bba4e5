// The command line that all contenders share: --threads=N, --memory, and Google Benchmark's own
// flags.
#include "harness.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bench {
namespace {

// A figure of /proc/self/status, in bytes; 0 where there is no such file.
long status(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::atol(line.c_str() + key.size()) * 1024;
  }
  return 0;
}

}  // namespace

PeakMemory::PeakMemory() {
#ifdef __GLIBC__
  malloc_trim(0);  // what was freed before must not be there to be used again
#endif
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak starts again from here
  start_ = status("VmRSS:");
}

long PeakMemory::bytes() const { return status("VmHWM:") - start_; }

void print_memory(const std::string& variant, long bytes, long tensors) {
  std::printf("{\"variant\": \"%s\", \"bytes\": %ld, \"tensors\": %ld}\n", variant.c_str(), bytes,
              tensors);
}

int run(int argc, char** argv, const Contender& contender) {
  int threads = 1, kept = 1;
  bool memory = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument.starts_with("--threads=")) {
      threads = std::atoi(argv[i] + std::strlen("--threads="));
    } else if (argument == "--memory") {
      memory = true;
    } else {
      argv[kept++] = argv[i];
    }
  }
  if (threads < 1) {
    std::fprintf(stderr, "[bench] --threads must be 1 or more, got %d.\n", threads);
    return 2;
  }
  argc = kept;
  contender.set_threads(threads);
  if (memory) {
    contender.report_memory();
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("threads", std::to_string(threads));
  contender.add_rows();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace bench

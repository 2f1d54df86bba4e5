// In floating point: the byte count may exceed any integer.
#include "memory_needed.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::cli {
namespace {

constexpr double copies = 4;  // value, gradient, last and best epoch

std::string in_units(double bytes) {
  const char* const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < std::size(units); ++unit) bytes /= 1000;
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

}  // namespace

double bytes_needed(const Settings& settings, const Architecture& architecture) {
  return copies * (settings.type == "float32" ? 4 : 8) * double(parameter_count(architecture));
}

double bytes_there() {
  double bytes = double(::sysconf(_SC_PHYS_PAGES)) * double(::sysconf(_SC_PAGESIZE));
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    bytes = std::min(bytes, double(limit.rlim_cur));
  return bytes;
}

void check_memory(const Settings& settings, const Architecture& architecture) {
  const double needed = bytes_needed(settings, architecture), there = bytes_there();
  if (needed <= there) return;
  throw Error("train",
              fmt::format("a network of {:.0f} parameters needs at least {}, there are {}",
                          double(parameter_count(architecture)), in_units(needed), in_units(there)),
              "Give --layers smaller sizes");
}

}  // namespace glassgrad::cli

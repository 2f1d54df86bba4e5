// The stack and its lines by libbacktrace, which also knows the calls that were inlined. Built
// without it (cmake/CallStack.cmake), the line is unknown.
#include "glassgrad/show/diagnose/source_line.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <vector>

#include "glassgrad/array/text.hpp"
#ifdef GLASSGRAD_BACKTRACE_HEADER
#include GLASSGRAD_BACKTRACE_HEADER
#endif

namespace glassgrad {
namespace {

std::string hexadecimal(std::uintptr_t number) {
  std::string text;
  do text.insert(text.begin(), "0123456789abcdef"[number % 16]);
  while (number /= 16);
  return "0x" + text;
}

// Where the name of a function such as "std::vector<int> a::f<int>(int)" is inside a namespace: the
// name begins after the last space that is in no bracket, before the arguments.
bool is_in(std::string_view function, std::string_view name_space) {
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < function.size(); ++i) {
    const char c = function[i];
    if (function.substr(i).starts_with("(anonymous namespace)")) {
      i += std::string_view("(anonymous namespace)").size() - 1;
      continue;
    }
    if (function.substr(i).starts_with("operator")) break;
    if (c == '(' && depth == 0) break;
    depth += (c == '<' || c == '[') - (c == '>' || c == ']');
    if (c == ' ' && depth == 0) start = i + 1;
  }
  return function.substr(start).starts_with(name_space);
}

// The library's own source files, told by functions of its namespace in src/engine/, src/ops/, ...:
// not by one file alone, since a compiler cache may mix objects of two clones.
class Library {
 public:
  explicit Library(const std::vector<SourceLine>& frames) {
    for (const SourceLine& frame : frames)
      for (const std::string_view folder : folders)
        if (const auto at = frame.file.rfind(join("/src/", folder, "/"));
            at != frame.file.npos && is_in(frame.function, "glassgrad::"))
          roots_.push_back(frame.file.substr(0, at) + "/src/");
  }
  // Not a line of a program that uses the library. Names may lack their namespaces in files.
  bool passes_over(const SourceLine& frame) const {
    if (frame.function.empty() && frame.file.empty()) return true;
    if (is_in(frame.function, "std::") || is_in(frame.function, "__gnu_cxx::")) return true;
    if (has(frame.file)) return true;
    return frame.file.empty() && is_in(frame.function, "glassgrad::");
  }

 private:
  static constexpr std::string_view folders[] = {"array",   "kernels", "engine", "ops",   "nn",
                                                 "optim",   "io",      "data",   "check", "show",
                                                 "explain", "program", "train"};

  bool has(const std::string& file) const {
    for (const std::string_view folder : folders) {
      if (file.find(join("/glassgrad/", folder, "/")) != file.npos) return true;
      for (const std::string& root : roots_)
        if (file.starts_with(join(root, folder, "/"))) return true;
    }
    return file.find("/include/c++/") != file.npos;
  }
  std::vector<std::string> roots_;  // the folders src/ of the library
};

#ifdef GLASSGRAD_BACKTRACE_HEADER
bool is_before_main(const SourceLine& frame) { return frame.function.starts_with("__libc_start"); }

// Only names that are mangled: "f" alone would be the type float. "" for those of newer compilers
// that cannot be read.
std::string demangled(const char* symbol) {
  if (!std::string_view(symbol).starts_with("_Z")) return symbol;
  int status = 0;
  char* const name = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
  const std::string text = status == 0 && name ? name : "";
  std::free(name);
  return text;
}

std::string program_path() {
  std::array<char, 4096> path{};
  const auto size = readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), std::size_t(size)) : "";
}

// The module of an address, and where in it.
SourceLine place_of(std::uintptr_t address) {
  SourceLine place;
  Dl_info info{};
  link_map* map = nullptr;
  if (!dladdr1(reinterpret_cast<void*>(address), &info, reinterpret_cast<void**>(&map),
               RTLD_DL_LINKMAP) ||
      !map)
    return place;
  place.module = map->l_name && *map->l_name ? map->l_name : program_path();
  place.offset = address - map->l_addr;
  return place;
}

void ignore_error(void*, const char*, int) {}  // what cannot be read stays unknown

// What is read of the modules is kept, since libbacktrace gives nothing back, and read anew when
// others have been loaded since.
backtrace_state* state_of_modules() {
  struct Read {
    unsigned long long loads = 0;
    backtrace_state* state = nullptr;
  };
  static Read read;
  unsigned long long loads = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        return *static_cast<unsigned long long*>(to) = info->dlpi_adds, 1;
      },
      &loads);
  if (!read.state || read.loads != loads)
    read = {loads, backtrace_create_state(nullptr, 0, ignore_error, nullptr)};
  return read.state;
}

// The symbol of the function around an address, "" where there is none.
std::string symbol_at(backtrace_state* state, std::uintptr_t address) {
  std::string name;
  const auto take = [](void* to, std::uintptr_t, const char* symbol, std::uintptr_t,
                       std::uintptr_t) {
    if (symbol) *static_cast<std::string*>(to) = demangled(symbol);
  };
  backtrace_syminfo(state, address, take, ignore_error, &name);
  return name;
}

// The frames of a walk, with those that are inlined at an address before the one around them.
struct Walk {
  backtrace_state* state;
  std::vector<SourceLine> frames;
  std::uintptr_t address = 0;  // of the last frame
  std::string name;            // its own, without its namespace where nobody outside can call it

  void add(std::uintptr_t at, const char* file, int line, const char* function) {
    if (!frames.empty() && at == address) frames.back().function = name;  // it was inlined
    SourceLine& frame = frames.emplace_back(place_of(at));
    address = at;
    name = function ? demangled(function) : "";
    const std::string symbol = symbol_at(state, at);
    frame.function = symbol.empty() ? name : symbol;
    if (!file || line <= 0) return;
    frame.file = std::filesystem::path(file).lexically_normal().string();
    frame.line = line;
  }
};

// From the innermost outwards to main.
std::vector<SourceLine> all_frames() {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  Walk walk{state_of_modules(), {}, 0, {}};
  const auto add = [](void* to, std::uintptr_t address, const char* file, int line,
                      const char* function) {
    return static_cast<Walk*>(to)->add(address, file, line, function), 0;
  };
  backtrace_full(walk.state, 0, add, ignore_error, &walk);
  std::vector<SourceLine>& frames = walk.frames;
  frames.erase(std::find_if(frames.begin(), frames.end(), is_before_main), frames.end());
  return std::move(frames);
}
#else
std::vector<SourceLine> all_frames() { return {}; }
#endif

}  // namespace

std::string SourceLine::text() const {
  const std::string name = function.empty() ? "an unknown function" : function;
  if (!file.empty()) return join(file, ":", line, function.empty() ? "" : ", in " + name);
  return name + ", +" + hexadecimal(offset) + " in " + module + ", compiled without -g";
}

SourceLine source_line() {
  const std::vector<SourceLine> frames = all_frames();
  const Library library(frames);
  // a sanitizer's own frames may come before the library's first
  const auto first = std::find_if(frames.begin(), frames.end(), [](const SourceLine& frame) {
    return is_in(frame.function, "glassgrad::");
  });
  const auto found = std::find_if_not(
      first, frames.end(), [&](const SourceLine& frame) { return library.passes_over(frame); });
  return found != frames.end() ? *found : frames.empty() ? SourceLine{} : frames.back();
}

}  // namespace glassgrad

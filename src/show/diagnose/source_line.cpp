// The stack by backtrace(), its frames by addr2line, which also knows the calls that were inlined.
// It is started without a shell, and any failure leaves the line unknown.
#include "glassgrad/show/diagnose/source_line.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "glassgrad/array/text.hpp"

extern char** environ;

namespace glassgrad {
namespace {

constexpr int deepest = 96;
constexpr std::string_view unknown = "??";

std::string hexadecimal(std::uintptr_t number) {
  std::string text;
  do text.insert(text.begin(), "0123456789abcdef"[number % 16]);
  while (number /= 16);
  return "0x" + text;
}

// Demangled, as by addr2line -C.
std::string demangled(const char* symbol) {
  int status = 0;
  char* const name = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
  const std::string text = status == 0 && name ? name : symbol;
  std::free(name);
  return text;
}

std::string program_path() {
  std::array<char, 4096> path{};
  const auto size = readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), std::size_t(size)) : "";
}

// A program's output, or nothing if it cannot be run.
std::string output_of(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "";
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const bool started =
      posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t size; started && (size = read(ends[0], part.data(), part.size())) > 0;)
    text.append(part.data(), std::size_t(size));
  close(ends[0]);
  if (started) waitpid(child, nullptr, 0);
  return text;
}

// What addr2line -a answers to addresses of one module, a list for each of them: for every call
// inlined there, and the one around it, a line with the function and one with file:line, from the
// innermost outwards; before them the address.
std::vector<std::vector<SourceLine>> frames_in(const std::string& lines,
                                               const std::vector<SourceLine>& places) {
  std::vector<std::vector<SourceLine>> all(places.size());
  std::size_t place = 0;  // one past the one being read
  for (std::size_t at = 0; at < lines.size();) {
    const auto next_line = [&] {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      std::string line = lines.substr(at, end - at);
      at = end + 1;
      return line;
    };
    const std::string function = next_line();
    if (function.starts_with("0x")) {
      if (++place > places.size()) break;
      continue;
    }
    if (place == 0) break;
    const std::string where = next_line();
    SourceLine frame = places[place - 1];
    if (function != unknown) frame.function = function;
    const std::size_t colon = where.rfind(':');
    if (colon != where.npos && !where.starts_with(unknown) && where[colon + 1] != '?') {
      frame.file = std::filesystem::path(where.substr(0, colon)).lexically_normal().string();
      frame.line = std::atoi(where.c_str() + colon + 1);
    }
    if (frame.line == 0) frame.file.clear();
    all[place - 1].push_back(std::move(frame));
  }
  return all;
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
    if (frame.function.empty()) return true;
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
bool is_before_main(const SourceLine& frame) { return frame.function.starts_with("__libc_start"); }

// The running calls, without inlined ones: all that modules tell.
std::vector<SourceLine> calls_now() {
  std::array<void*, deepest> calls{};
  const int count = backtrace(calls.data(), deepest);
  std::vector<SourceLine> places;
  for (int i = 0; i < count; ++i) {
    Dl_info info{};
    link_map* map = nullptr;
    // one byte back: the call itself, not its return address
    void* const call = static_cast<char*>(calls[std::size_t(i)]) - 1;
    if (!dladdr1(call, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) || !map) continue;
    SourceLine place;
    place.module = map->l_name && *map->l_name ? map->l_name : program_path();
    place.offset = std::uintptr_t(call) - map->l_addr;
    if (info.dli_sname) place.function = demangled(info.dli_sname);
    places.push_back(std::move(place));
  }
  return places;
}

// From the innermost outwards to main.
std::vector<SourceLine> all_frames() {
  const std::vector<SourceLine> places = calls_now();
  std::vector<SourceLine> all;
  for (std::size_t i = 0, end = 0; i < places.size(); i = end) {
    std::vector<std::string> command{"addr2line", "-a", "-f", "-C", "-i", "-e", places[i].module};
    std::vector<SourceLine> here;
    for (end = i; end < places.size() && places[end].module == places[i].module; ++end) {
      command.push_back(hexadecimal(places[end].offset));
      here.push_back(places[end]);
    }
    const auto answers = frames_in(output_of(command), here);
    for (std::size_t k = 0; k < here.size(); ++k) {
      if (answers[k].empty()) all.push_back(here[k]);
      all.insert(all.end(), answers[k].begin(), answers[k].end());
    }
  }
  all.erase(std::find_if(all.begin(), all.end(), is_before_main), all.end());
  return all;
}

}  // namespace

std::string SourceLine::text() const {
  const std::string name = function.empty() ? "an unknown function" : function;
  if (!file.empty()) return join(file, ":", line, function.empty() ? "" : ", in " + name);
  return name + ", +" + hexadecimal(offset) + " in " + module + ", compiled without -g";
}

SourceLine source_line() {
  const std::vector<SourceLine> frames = all_frames();
  const Library library(frames);
  // a sanitizer's own backtrace() comes before the library's first frame
  const auto first = std::find_if(frames.begin(), frames.end(), [](const SourceLine& frame) {
    return is_in(frame.function, "glassgrad::");
  });
  const auto found = std::find_if_not(
      first, frames.end(), [&](const SourceLine& frame) { return library.passes_over(frame); });
  return found != frames.end() ? *found : frames.empty() ? SourceLine{} : frames.back();
}

}  // namespace glassgrad

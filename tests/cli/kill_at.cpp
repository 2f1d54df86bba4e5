// Kills the program at a call by which it saves a file. Loaded before the C library (LD_PRELOAD),
// it counts the calls of open, write, fsync and rename that concern a file named *.partial-*, as
// io/file.cpp calls what is not finished, or after the rename its folder. Call number
// GLASSGRAD_KILL_AT never happens; every write is counted twice, and the second time half of it
// happens. GLASSGRAD_KILL_AT_SAVE=n kills before the rename of the n-th file that is saved.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

int saving = -1;       // the descriptor of the unfinished file
bool renamed = false;  // it was finished, its folder is not flushed yet
int calls = 0, saves = 0;

bool is_the_one(int& count, const char* variable) {
  const char* number = std::getenv(variable);
  return number && ++count == std::atoi(number);
}
void count_call() {
  if (is_the_one(calls, "GLASSGRAD_KILL_AT")) std::raise(SIGKILL);
}
bool is_partial(const char* path) { return std::strstr(path, ".partial-") != nullptr; }

// The C library's function of that name.
template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

int open_counted(const char* path, int flags, mode_t mode) {
  const bool partial = (flags & O_CREAT) && is_partial(path);
  if (partial) count_call();
  const int descriptor = real<int(const char*, int, ...)>("open")(path, flags, mode);
  if (partial) saving = descriptor;
  return descriptor;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counted(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counted(path, flags, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  const auto real_write = real<ssize_t(int, const void*, size_t)>("write");
  if (descriptor == saving) {
    count_call();
    if (is_the_one(calls, "GLASSGRAD_KILL_AT") && real_write(descriptor, bytes, size / 2) >= 0)
      std::raise(SIGKILL);
  }
  return real_write(descriptor, bytes, size);
}

int fsync(int descriptor) {
  if (descriptor == saving || renamed) count_call();
  renamed = false;
  return real<int(int)>("fsync")(descriptor);
}

int rename(const char* from, const char* to) noexcept {
  if (is_partial(from)) {
    if (is_the_one(saves, "GLASSGRAD_KILL_AT_SAVE")) std::raise(SIGKILL);
    count_call();
    renamed = true;
    saving = -1;
  }
  return real<int(const char*, const char*)>("rename")(from, to);
}

}  // extern "C"

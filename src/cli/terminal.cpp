// stdio's buffering, with errors recorded as they happen.
#include "terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "glassgrad/array/printable.hpp"

namespace glassgrad::cli {
namespace {

int failure = 0;  // errno of the first write to stdout that failed

void note(bool failed) {
  if (failed && failure == 0) failure = errno == 0 ? EIO : errno;
}

// At most that many bytes of the end; no character is cut.
std::string_view end_of(std::string_view text, std::size_t most) {
  std::size_t from = text.size() - most;
  while (from < text.size() && (text[from] & 0xC0) == 0x80) ++from;
  return text.substr(from);
}

}  // namespace

void hold_standard_streams() {
  const auto closed = [](int descriptor) {
    return ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
  };
  // open gives the lowest free number
  if (closed(STDIN_FILENO)) ::open("/dev/null", O_WRONLY);
  if (closed(STDOUT_FILENO)) ::open("/dev/null", O_RDONLY);
  if (closed(STDERR_FILENO)) ::open("/dev/null", O_WRONLY);
}

void say_text(std::string_view text) {
  if (failure == 0) note(std::fwrite(text.data(), 1, text.size(), stdout) != text.size());
}

void flush_said() {
  if (failure == 0) note(std::fflush(stdout) != 0);
}

bool is_heard() { return failure == 0; }

bool on_coloured_terminal() {
  return ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

void complain(std::string_view text) {
  flush_said();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int checked(int code, std::string_view command) {
  flush_said();
  std::fflush(stderr);
  if (failure == 0 || code != 0) return code;
  if (failure == EPIPE) return 141;
  complain(
      fmt::format("[{}] what was to be printed did not arrive: {}. Print to a terminal, a "
                  "pipe or a file that takes it.\n",
                  command, std::generic_category().message(failure)));
  return 2;
}

std::string shown(std::string_view text, std::size_t most) {
  // escapes make a byte at most four
  const std::string line =
      printable(text.size() <= 2 * most
                    ? text
                    : std::string(text.substr(0, most)).append(text.substr(text.size() - most)));
  if (text.size() <= 2 * most && line.size() <= most) return line;
  return std::string(cut_between_characters(line, most / 2))
      .append(" [...] ")
      .append(end_of(line, most / 3));
}

std::string shown_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += printable(text.substr(0, end));
    if (end < text.size()) lines += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace glassgrad::cli

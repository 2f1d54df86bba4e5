// stdio's buffer and its errors, kept by number as they happen.
#include "terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace glassgrad::cli {
namespace {

int failure = 0;  // errno of the first write to stdout that failed

void note(bool failed) {
  if (failed && failure == 0) failure = errno == 0 ? EIO : errno;
}

// The bytes of the printable UTF-8 character that `text` begins with; 0 when it does not.
std::size_t printable(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= ' ' && first <= '~' ? 1 : 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool control = first == 0xC2 && byte(1) < 0xA0;
  // what looks like a line's end or turns the direction of a line
  const bool breaks = first == 0xE2 && ((byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) ||
                                        (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
  const bool too_long = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool no_letter = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return control || breaks || too_long || no_letter ? 0 : size;
}

void escape_into(std::string& to, char byte) {
  if (byte == '\n')
    to += "\\n";
  else if (byte == '\t')
    to += "\\t";
  else if (byte == '\r')
    to += "\\r";
  else
    to += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

std::string escaped(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t size = printable(text);
    if (size > 0)
      line += text.substr(0, size);
    else
      escape_into(line, text.front());
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return line;
}

// So many bytes, or some fewer: no letter is cut.
std::string_view beginning(std::string_view text, std::size_t most) {
  while (most > 0 && (text[most] & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}
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
  // the lowest number that is free is the one that open gives
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
      escaped(text.size() <= 2 * most
                  ? text
                  : std::string(text.substr(0, most)).append(text.substr(text.size() - most)));
  if (text.size() <= 2 * most && line.size() <= most) return line;
  return std::string(beginning(line, most / 2)).append(" [...] ").append(end_of(line, most / 3));
}

std::string shown_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += escaped(text.substr(0, end));
    if (end < text.size()) lines += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace glassgrad::cli

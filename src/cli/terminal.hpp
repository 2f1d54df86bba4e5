// The program's output. stdout is checked: a failed write is remembered and reported by main at the
// end, so that a training whose reader has gone (| head) still saves its model. Nothing here
// throws; names and paths are shown with shown().
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace glassgrad::cli {

// A closed descriptor 0, 1 or 2 would be reused for the next file opened, and output would go
// there. Opens /dev/null in its place; writing to a closed stdout then fails with EBADF.
void hold_standard_streams();

void say_text(std::string_view text);
template <class... Values>
void say(fmt::format_string<Values...> form, Values&&... values) {
  say_text(fmt::vformat(form, fmt::make_format_args(values...)));
}
void flush_said();
// False once a write has failed: endless answers end then.
bool is_heard();
// Whether stdout is a terminal and NO_COLOR is not set.
bool on_coloured_terminal();
// To stderr, after what was said.
void complain(std::string_view text);

// Flushes. Then the exit code: `code`, or when that is 0 and not all has arrived, 141 where the
// reader of a pipe has gone (as SIGPIPE would give), else 2 with a line of the command's.
int checked(int code, std::string_view command);

// In one line, at most `most` bytes: control bytes and what is not UTF-8 as \n, \t, \xNN; of a
// longer text the beginning, "[...]" and the end.
std::string shown(std::string_view text, std::size_t most = 2000);
// The same line by line, for texts of several.
std::string shown_lines(std::string_view text);

}  // namespace glassgrad::cli

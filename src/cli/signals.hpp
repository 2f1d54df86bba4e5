// Signals that ask a program to end: SIGINT (Ctrl-C), SIGTERM, SIGHUP. During training the first is
// noted, so that the batch is finished and the model saved; a second one ends the program at once.
// Elsewhere they end it as usual.
#pragma once

#include <string_view>

namespace glassgrad::cli {

// At the start of main. Writing to a pipe whose reader has gone, or beyond the largest file
// allowed (SIGPIPE, SIGXFSZ), becomes an error of that call instead of the program's end.
void ignore_failed_writes();

// While it lives, signals are noted. One ignored from the start (nohup) stays ignored.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  static int caught();  // its number; 0: none yet
};

std::string_view signal_name(int number);  // "SIGINT"

}  // namespace glassgrad::cli

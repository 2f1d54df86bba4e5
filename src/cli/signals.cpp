// One number, set by a handler.
#include "signals.hpp"

#include <csignal>

namespace glassgrad::cli {
namespace {

constexpr int stopping[] = {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t first_signal = 0;

extern "C" void take_note(int number) {
  if (first_signal == 0) {
    first_signal = number;
    return;
  }
  // By the default action, so with the exit status that a shell expects.
  std::signal(number, SIG_DFL);
  std::raise(number);
}

}  // namespace

void ignore_failed_writes() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

StopSignals::StopSignals() {
  for (const int number : stopping) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = take_note;
    action.sa_flags = SA_RESTART;  // no read or write is to fail for it
    ::sigaction(number, &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (const int number : stopping) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler == take_note) std::signal(number, SIG_DFL);
  }
}

int StopSignals::caught() { return first_signal; }

std::string_view signal_name(int number) {
  return number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGHUP";
}

}  // namespace glassgrad::cli

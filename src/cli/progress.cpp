// The bar and the lines.
#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "numbers.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::int64_t plain_lines = 10;  // of all epochs, when not on a terminal
constexpr std::int64_t bar_width = 20;
constexpr std::chrono::milliseconds repaint{100};

}  // namespace

Progress::Progress(std::int64_t epochs, std::int64_t done, const Batches& batches,
                   std::string quality)
    : epochs_(epochs),
      done_(done),
      examples_(batches.examples()),
      batch_(batches.batch_size()),
      iterations_(batches.iterations()),
      quality_(std::move(quality)),
      terminal_(isatty(STDOUT_FILENO) != 0),
      start_(Clock::now()),
      last_(start_) {}

void Progress::start_epoch(std::int64_t epoch) { epoch_ = epoch; }

std::string Progress::rate_and_time_left(std::int64_t seen) const {
  const double passed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double all = double((epoch_ - 1 - done_) * examples_ + seen);
  const double rest = double((epochs_ - done_) * examples_) - all;
  const double rate = passed > 0 ? all / passed : 0;
  const auto left = rate > 0 ? std::int64_t(std::ceil(rest / rate)) : 0;
  return fmt::format("{:.0f} examples/s  {}:{:02} left", rate, left / 60, left % 60);
}

void Progress::batch(std::int64_t seen, double loss, double quality) {
  if (!terminal_ || Clock::now() - last_ < repaint) return;
  last_ = Clock::now();
  const auto full = std::size_t(bar_width * seen / std::max<std::int64_t>(examples_, 1));
  std::string line =
      fmt::format("epoch {}/{} [{}{}] iteration {}/{}  loss {}", epoch_, epochs_,
                  std::string(full, '='), std::string(std::size_t(bar_width) - full, ' '),
                  (seen + batch_ - 1) / batch_, iterations_, in_short(loss));
  if (quality_ == "accuracy") line += fmt::format("  accuracy {:.4f}", quality);
  line += "  " + rate_and_time_left(seen);
  say("\r{:<{}}", line, shown_);
  flush_said();
  shown_ = line.size();
}

void Progress::end_epoch(const EpochRow& row) {
  const std::int64_t every = std::max<std::int64_t>(1, (epochs_ + plain_lines - 1) / plain_lines);
  if (!terminal_ && epoch_ % every != 0 && epoch_ != epochs_ && epoch_ != done_ + 1) return;
  std::string line = fmt::format("epoch {:>{}}/{}  iteration {:>{}}  loss {}  {} {}", epoch_,
                                 std::to_string(epochs_).size(), epochs_, epoch_ * iterations_,
                                 std::to_string(epochs_ * iterations_).size(), in_short(row.loss),
                                 quality_, in_short(row.quality));
  if (!std::isnan(row.validation_quality))
    line += "  validation " + in_short(row.validation_quality);
  if (!std::isnan(row.test_quality)) line += "  held out " + in_short(row.test_quality);
  line += "  " + rate_and_time_left(examples_);
  if (!terminal_) {
    say("{}\n", line);
  } else {
    say("\r{:<{}}", line, shown_);
    shown_ = line.size();
    if (epoch_ == epochs_) return stop();
  }
  flush_said();
}

void Progress::stop() {
  if (shown_ > 0) say("\n");
  shown_ = 0;
  flush_said();
}

}  // namespace glassgrad::cli

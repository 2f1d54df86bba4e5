// Progress of a running epoch: on a terminal one rewritten line, elsewhere some plain lines.
#pragma once

#include <chrono>
#include <string>

#include "training.hpp"

namespace glassgrad::cli {

class Progress {
 public:
  // `quality` is "accuracy" or "R2"; `done` epochs were run before.
  Progress(std::int64_t epochs, std::int64_t done, const Batches& batches, std::string quality);

  void start_epoch(std::int64_t epoch);
  void batch(std::int64_t seen, double loss, double quality);
  void end_epoch(const EpochRow& row);
  void stop();  // ends the rewritten line

 private:
  using Clock = std::chrono::steady_clock;
  std::string rate_and_time_left(std::int64_t seen) const;

  std::int64_t epochs_, done_, examples_, batch_, iterations_, epoch_ = 0;
  std::string quality_;
  bool terminal_;
  std::size_t shown_ = 0;  // letters of the line that is rewritten
  Clock::time_point start_, last_;
};

}  // namespace glassgrad::cli

// Checks of a training run before its data are read.
#include "glassgrad/array/error.hpp"
#include "read_data.hpp"
#include "report.hpp"
#include "run_files.hpp"
#include "settings.hpp"

namespace glassgrad::cli {
namespace {

// Options that require or exclude another.
void check_together(const TrainRequest& request) {
  if (request.test.data.empty() && !request.test.labels.empty())
    throw Error("train", "--test-labels are given without --test", "Give the test images too");
  if (request.save_every > 0 && request.save.empty() && request.metrics.empty())
    throw Error("train", "--save-every is given without --save", "Say with --save where to");
  if (!request.keep.empty() && request.report.empty())
    throw Error("train", "--keep is given without --report", "Say with --report where to");
  if (request.seeds > 1 && !(request.save.empty() && request.resume.empty()))
    throw Error("train", "--save and --resume are for one model, --seeds trains several",
                "Leave out one of them");
}

// Unreadable inputs and unwritable outputs are reported before the training.
void check_files(const TrainRequest& request) {
  check_report_names(request.report);
  check_standard_input(
      {request.train.data, request.train.labels, request.test.data, request.test.labels});
  RunFiles files("train");
  files.reads("the data", request.train.data)
      .reads("--labels", request.train.labels)
      .reads("--test", request.test.data)
      .reads("--test-labels", request.test.labels)
      .reads("--resume", request.resume)
      .replaces("--save", request.save)
      .writes("--metrics", request.metrics)
      .writes("--trace", request.trace)
      .writes("--dot", request.dot)
      .writes("--stop-nonfinite", request.stop_nonfinite);
  for (const auto& path : request.report) files.writes("--report", path);
}

}  // namespace

void check(const TrainRequest& request) {
  check(request.settings);
  check_together(request);
  check_files(request);
}

}  // namespace glassgrad::cli

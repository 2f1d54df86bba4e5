// glassgrad predict: a saved model's answers to the rows of a CSV file or the images of an IDX
// file, one line each, streamed. If the data have labels, as the training data had, they are
// compared.
#include <algorithm>
#include <cstdio>

#include "answers.hpp"
#include "glassgrad/io/file.hpp"
#include "model_file.hpp"
#include "predict_data.hpp"
#include "read_data.hpp"
#include "run_files.hpp"
#include "terminal.hpp"

namespace glassgrad::cli {
namespace {

// Rows answered at once: enough for a few megabytes of numbers in and out.
std::int64_t rows_at_once(const ModelDescription& description) {
  constexpr std::int64_t numbers = std::int64_t{1} << 20;
  const std::int64_t widest = std::max<std::int64_t>(
      {description.architecture.inputs, std::int64_t(description.classes.size()), 1});
  return std::clamp<std::int64_t>(numbers / widest, 1, 4096);
}

}  // namespace

void predict(const PredictRequest& request) {
  RunFiles("predict")
      .reads("the model", request.model)
      .reads("the data", request.files.data)
      .reads("--labels", request.files.labels)
      .writes("--output", request.output);
  check_standard_input({request.model, request.files.data, request.files.labels});
  const SavedModel saved = read_model(request.model);
  TrainedModel model(saved.file, saved.source);
  PredictData data(request.files, saved);
  Answers answers(saved.description.classes, request.probabilities);
  std::string kept = answers.header();  // for the file; printed output is not kept
  const auto write = [&] {
    if (!request.output.empty()) return;
    say_text(kept);
    flush_said();
    kept.clear();
  };
  while (is_heard()) {
    const Dataset block = data.next(rows_at_once(saved.description));
    if (block.x.rows == 0) break;
    kept += answers.lines(model.outputs(block.x), block);
    write();
  }
  if (!request.output.empty()) write_file(request.output, kept);
  if (is_heard()) complain(answers.quality());
}

}  // namespace glassgrad::cli

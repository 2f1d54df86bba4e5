// A description goes into a file and comes out; a model answers; what does not fit is refused.
#include "glassgrad/train/trained_model.hpp"
#include "glassgrad/io/model_parts.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/error_of.hpp"

namespace glassgrad {
namespace {

// 2 inputs, scaled by (x - 1) / 2 and x / 4, and one dense layer.
Safetensors kept(Objective objective, std::vector<std::string> classes, const Input<double>& W) {
  Parameter<double> weights("layer1.W", W),
      biases("layer1.b", std::vector<double>(std::size_t(W.shape()[1]), 0.5));
  Safetensors file;
  put_parameters<double>(file, {&weights, &biases});
  put_description(file, {.architecture = {2, {std::to_string(W.shape()[1])}},
                         .objective = objective,
                         .fitted = {{{7, 8}}, {{1, 0}, {2, 4}}, {{100}, {10}}},
                         .features = {"a", "b"},
                         .classes = std::move(classes)});
  return file;
}

TEST(TrainedModel, Numbers) {
  TrainedModel model(kept(Objective::mean_squared_error, {}, {{3}, {5}}), "FILE");
  // (3 (3-1)/2 + 5 * 4/4 + 0.5) * 10 + 100; then with b missing, filled by 8
  const double missing = std::nan("");
  EXPECT_EQ(model.outputs({{3, 4}, {1, missing}}), (Matrix{{185}, {205}}));
  EXPECT_EQ(model.predict({{3, 4}, {1, 8}}), (std::vector<std::string>{"185", "205"}));
  EXPECT_EQ(model.description().features[1], "b");
}

TEST(TrainedModel, ManyClasses) {
  TrainedModel model(kept(Objective::cross_entropy, {"x", "y", "z"}, {{1, 0, 0}, {0, 2, 0}}),
                     "FILE");
  const Matrix out = model.outputs({{3, 4}});  // z = 1.5, 2.5, 0.5
  const double sum = std::exp(1.5) + std::exp(2.5) + std::exp(0.5);
  for (int c = 0; c < 3; ++c)
    EXPECT_NEAR(out(0, c), std::exp(c == 0 ? 1.5 : c == 1 ? 2.5 : 0.5) / sum, 1e-15);
  EXPECT_EQ(model.predict({{3, 4}, {9, 0}}), (std::vector<std::string>{"y", "x"}));
}

TEST(TrainedModel, TwoClasses) {
  TrainedModel model(kept(Objective::binary_cross_entropy, {"no", "yes"}, {{1}, {0}}), "FILE");
  const Matrix out = model.outputs({{2, 0}});  // z = 1
  EXPECT_NEAR(out(0, 1), 1 / (1 + std::exp(-1)), 1e-15);
  EXPECT_NEAR(out(0, 0) + out(0, 1), 1, 1e-15);
  EXPECT_EQ(model.predict({{2, 0}, {-9, 0}}), (std::vector<std::string>{"yes", "no"}));
}

TEST(TrainedModel, MoreRowsThanAreTakenAtOnce) {
  TrainedModel model(kept(Objective::mean_squared_error, {}, {{3}, {5}}), "FILE");
  Matrix x(1000, 2, 1.0);
  for (std::int64_t i = 0; i < 1000; ++i) x(i, 1) = double(i);
  const Matrix out = model.outputs(x);
  for (std::int64_t i = 0; i < 1000; ++i)
    EXPECT_DOUBLE_EQ(out(i, 0), (5 * double(i) / 4 + 0.5) * 10 + 100);
}

TEST(TrainedModel, RefusesWhatDoesNotFit) {
  Safetensors file = kept(Objective::cross_entropy, {"x", "y"}, {{1, 0}, {0, 2}});
  TrainedModel model(file, "FILE");
  EXPECT_EQ(error_of([&] {
              model.predict({{1, 2, 3}});
            }),
            "[predict] x has 3 columns, the model 2. "
            "Give the columns it was trained on, without the label.");
  const auto error_with = [&](const char* key, const char* text) {
    Safetensors other = file;
    other.metadata[key] = text;
    return error_of([&] { TrainedModel(other, "FILE"); });
  };
  const std::string again = ". Train the model again.";
  EXPECT_EQ(error_with("classes", "[\"x\"]"),
            "[load_model] FILE has 1 class and an output layer \"2\"" + again);
  EXPECT_EQ(error_with("architecture", "{}"), "[load_model] FILE has damaged metadata" + again);
  EXPECT_EQ(error_with("architecture", R"({"inputs":3,"layers":["2"],"examples":"rows"})"),
            "[load_model] FILE has 2 numbers in \"input/mean\", not 3" + again);
  EXPECT_EQ(error_with("architecture", R"({"inputs":2,"layers":["4","2"],"examples":"rows"})"),
            "[load_model] FILE has \"layer1.W\" as (2, 2), the model as (2, 4). "
            "Build the model that was saved, or load another file.");
  file.metadata.erase("objective");
  EXPECT_EQ(error_of([&] { TrainedModel(file, "FILE"); }),
            "[load_model] FILE was not saved by glassgrad train. "
            "Check the path; from C++ load_model reads any safetensors file.");
}

}  // namespace
}  // namespace glassgrad

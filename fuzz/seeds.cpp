// Writes valid inputs of every target below a folder, by the library's own writers, and the names
// of all functions as the dictionary of expressions: a fuzzer that starts from nothing spends its
// time on headers. Usage: fuzz_seeds FOLDER
#include <filesystem>
#include <fstream>

#include "bytes.hpp"
#include "glassgrad/explain/functions.hpp"
#include "glassgrad/glassgrad.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "glassgrad/train/failed_step.hpp"
#include "glassgrad/train/trained_model.hpp"

using namespace glassgrad;
namespace {
std::filesystem::path top;

void put(const std::string& target, const std::string& name, const std::string& bytes) {
  std::filesystem::create_directories(top / target);
  std::ofstream(top / target / name, std::ios::binary) << bytes;
}

void tables() {
  const std::string dialect(5, '\0');  // FuzzedDataProvider reads its numbers from the end
  put("csv", "plain", "a,b,label\n1,2,0\n-3.5,4e-3,1\n" + dialect);
  put("csv", "quoted", "\"a \"\"b\"\"\",c\r\n1,\"x\r\ny\"\r\n,z\r\n" + dialect);
  put("csv", "marks",
      "\xEF\xBB\xBF"
      "1;NA;cat\n?;2;dog\n" +
          dialect);
}

std::string number(std::uint32_t n) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += char(n >> shift & 255);
  return bytes;
}
void images() {
  const std::string pixels = number(0x803) + number(2) + number(2) + number(3) + "0123456789ab";
  const std::string labels = number(0x801) + number(2) + std::string("\0\1", 2);
  const auto cut = char(pixels.size() * 255 / (pixels.size() + labels.size()) + 1);
  put("idx", "two", cut + pixels + labels);
}

void model(const std::string& name, Objective objective, std::vector<std::string> classes) {
  const auto outputs = std::int64_t(
      objective == Objective::binary_cross_entropy ? 1 : std::max<std::size_t>(classes.size(), 1));
  Random random(7);
  const Architecture architecture{2, {"3", "relu", std::to_string(outputs)}};
  auto network = make_network<double>(architecture, random);
  Safetensors file;
  put_parameters<double>(file, network.parameters());
  put_description(file, {.architecture = architecture,
                         .objective = objective,
                         .fitted = {{{0, 0}}, {{1, 0}, {2, 4}}, {{100}, {10}}},
                         .features = {"a", "b"},
                         .classes = std::move(classes)});
  std::filesystem::create_directories(top / "model");
  write_safetensors((top / "model" / name).string(), file.tensors, file.metadata);
}

// w grows until exp(w x) is infinite; the step that fails is kept.
void failed_step() {
  Parameter<> w("w", {{0.5, -0.25}});
  GradientDescent<> descent(10.0);
  const TrainingStep<> step{{&w}, &descent, [&](Tape<>& tape, const Batch& batch) {
                              return name("cost",
                                          sum(exp(tape(w) * constant_of(tape, batch, "x"))));
                            }};
  StepGuard<> guard(step, (top / "model" / "step").string());
  const Batch batch{{"x", {1, 2}, std::vector<double>{-1, 2}}};
  fuzz::reads([&] {
    for (int i = 0; i < 100; ++i) guard.take(batch);
  });
}

void snapshots() {
  Parameter<> W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  const auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
  const auto scope = tape.scope("unit");
  const auto y = name("y", sigmoid(matmul(tape(W), X) + tape(b)));
  const auto cost = sum(square(y)) / 8;
  tape.backward(cost);
  put("snapshot", "plain", to_json(snapshot(cost)));
  put("snapshot", "boxes", to_json(snapshot(cost, SnapshotOptions{.boxes = true})));
  put("snapshot", "folded", to_json(snapshot(cost, SnapshotOptions{.fold = true})));
}

void expressions() {
  put("expression", "or", "z = matmul(W, [[1],[2],[3]]) + x; sum((1/(1+exp(-z)) - 0.5)^2)/2");
  put("expression", "ops", "sum(softmax(y, -1) * y.T) - norm(W) > -2");
  std::string names;
  for (const explain::Function& function : explain::functions())
    names += '"' + std::string(function.name) + "(\"\n";
  put(".", "expression.dict", names);
}
}  // namespace

int main(int count, char** words) {
  if (count != 2) fuzz::fail("usage: fuzz_seeds FOLDER");
  top = words[1];
  std::filesystem::create_directories(top / "model");
  tables();
  images();
  model("classes", Objective::cross_entropy, {"x", "y", "z"});
  model("two", Objective::binary_cross_entropy, {"no", "yes"});
  model("numbers", Objective::mean_squared_error, {});
  failed_step();
  snapshots();
  expressions();
}

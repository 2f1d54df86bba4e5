// A network that was trained here answers in Python as it does here, and one that was made in
// Python answers here: whole predictions, to 1e-12, with nothing but NumPy.
#include <gtest/gtest.h>
#include <filesystem>

#include <cmath>
#include <sstream>

#include "command.hpp"
#include "glassgrad/data/csv.hpp"
#include "glassgrad/nn/nn.hpp"
#include "glassgrad/train/trained_model.hpp"

namespace glassgrad {
namespace {

using testing_cli::Command;
using testing_cli::two_classes;

// The forward pass from a file's tensors, and a file from arrays.
constexpr const char* network_in_numpy = R"(
import json, struct, sys
import numpy as np

def load(path):
    raw = open(path, "rb").read()
    (size,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8:8 + size]), raw[8 + size:]
    metadata = header.pop("__metadata__", {})
    types = {"F64": np.float64, "F32": np.float32, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata

def save(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array, np.float64).tobytes()
        header[name] = {"dtype": "F64", "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)

FUNCTIONS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh,
             "sigmoid": lambda z: 1 / (1 + np.exp(-z))}

def forward(tensors, layers, x):
    dense = 0
    for layer in layers:
        if layer.isdigit():
            dense += 1
            x = x @ tensors[f"layer{dense}.W"] + tensors[f"layer{dense}.b"]
        elif not layer.startswith("dropout"):
            x = FUNCTIONS[layer](x)
    return x
)";
// argv: the model, the inputs as text, where the probabilities go
constexpr const char* predict_in_numpy = R"(
tensors, metadata = load(sys.argv[1])
layers = json.loads(metadata["architecture"])["layers"]
x = np.loadtxt(sys.argv[2], delimiter=",")
z = forward(tensors, layers, (x - tensors["input/mean"]) / tensors["input/scale"])
p = np.exp(z - z.max(axis=1, keepdims=True))
np.savetxt(sys.argv[3], p / p.sum(axis=1, keepdims=True), "%.17g", delimiter=",")
)";
// argv: where the model goes, the inputs, where its outputs go
constexpr const char* make_in_numpy = R"(
random = np.random.RandomState(4)
layers = ["5", "tanh", "4", "relu", "3", "sigmoid"]
tensors, inputs = {}, 2
for number, size in enumerate((5, 4, 3), 1):
    tensors[f"layer{number}.W"] = random.normal(size=(inputs, size))
    tensors[f"layer{number}.b"] = random.normal(size=size)
    inputs = size
save(sys.argv[1], tensors,
     {"architecture": json.dumps({"inputs": 2, "layers": layers, "examples": "rows"})})
x = random.normal(size=(20, 2))
np.savetxt(sys.argv[2], x, "%.17g", delimiter=",")
np.savetxt(sys.argv[3], forward(tensors, layers, x), "%.17g", delimiter=",")
)";

class Python : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    for (const char* python : {"python3", "/usr/bin/python3"})  // Debian's has Debian's NumPy
      if (std::system((std::string(python) + " -c 'import numpy' > .numpy 2>&1").c_str()) == 0)
        python_ = python;
    std::filesystem::remove(".numpy");
    if (python_.empty()) GTEST_SKIP() << "there is no python3 with NumPy (python3-numpy)";
  }
  // Runs the script; its arguments are names in `folder`.
  void python(const std::string& script, const std::string& arguments) const {
    write("script.py", std::string(network_in_numpy) + script);
    const std::string command =
        "cd '" + folder.string() + "' && " + python_ + " script.py " + arguments;
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  Matrix table(const std::string& name) const {
    return read_csv(folder / name, {.header = CsvHeader::absent}).numbers;
  }
  static void expect_near(const Matrix& a, const Matrix& b) {
    ASSERT_EQ(a.rows, b.rows);
    ASSERT_EQ(a.columns, b.columns);
    for (std::size_t i = 0; i < a.numbers.size(); ++i)
      EXPECT_NEAR(a.numbers[i], b.numbers[i], 1e-12) << i;
  }

 private:
  std::string python_;
};

TEST_F(Python, ATrainedModelAnswersThereAsHere) {
  write("d.csv", two_classes());
  ASSERT_EQ(run("train d.csv --layers 8,relu,dropout:0.2,6,tanh --epochs 20 --save m.model").code,
            0);
  const Dataset data = read_labelled_csv(folder / "d.csv");
  std::string x;
  for (std::int64_t i = 0; i < data.size(); ++i)
    x += std::to_string(int(data.x(i, 0))) + "," + std::to_string(int(data.x(i, 1))) + "\n";
  write("x.csv", x);
  python(predict_in_numpy, "m.model x.csv p.csv");
  TrainedModel model(folder / "m.model");
  expect_near(model.outputs(data.x), table("p.csv"));
  // and what the command line prints is that
  const std::string printed = run("predict m.model x.csv --probabilities").out;
  std::istringstream lines(printed.substr(printed.find('\n') + 1));
  const Matrix wanted = table("p.csv");
  std::int64_t i = 0;
  for (std::string line; std::getline(lines, line); ++i)
    EXPECT_NEAR(std::stod(line.substr(line.find(',') + 1)), wanted(i, 0), 1e-12);
  EXPECT_EQ(i, 60);
}

TEST_F(Python, AModelMadeThereAnswersHere) {
  python(make_in_numpy, "made.safetensors x.csv y.csv");
  const auto path = folder / "made.safetensors";
  Random random(1);
  auto model = make_network<double>(architecture_from(saved_architecture(path)), random);
  load_model(path, model.parameters());
  const Matrix x = table("x.csv");
  Tape<double> tape;
  const Shape shape{x.rows, x.columns};
  const Node<double> y = model(tape.constant(View<const double>{x.numbers.data(), &shape}));
  expect_near(Matrix(x.rows, 3, {y.value().begin(), y.value().end()}), table("y.csv"));
}

}  // namespace
}  // namespace glassgrad

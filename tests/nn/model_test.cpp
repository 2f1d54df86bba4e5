// Keeping a model: what is loaded is what was saved, to the bit; what does not fit is refused in
// full, and changes nothing.
#include "glassgrad/io/model_parts.hpp"

#include <gtest/gtest.h>
#include <filesystem>

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "glassgrad/nn/nn.hpp"
#include "glassgrad/optim/optim.hpp"
#include "support/error_of.hpp"

namespace glassgrad {
namespace {

class ModelFile : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("glassgrad-model-" + std::to_string(::getpid()) + "-" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    path = folder / "net.model";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  // The error's words, with FILE for the path.
  template <class F>
  std::string refused(F&& f) {
    std::string text = error_of(f);
    for (auto at = text.find(path.string()); at != text.npos; at = text.find(path.string()))
      text.replace(at, path.string().size(), "FILE");
    return text;
  }

  std::filesystem::path folder, path;
};

const Architecture small{3, {"4", "tanh", "2"}};

template <class T = double>
Sequential<T> network(std::uint64_t seed, const Architecture& architecture = small) {
  Random random(seed);
  return make_network<T>(architecture, random);
}
template <class T>
std::vector<double> numbers_of(Module<T>& model) {
  std::vector<double> numbers;
  for (Parameter<T>* parameter : model.parameters())
    numbers.insert(numbers.end(), parameter->value().begin(), parameter->value().end());
  return numbers;
}

TEST_F(ModelFile, ThreeLines) {
  auto saved = network(1);
  save_model(path, saved.parameters(), to_json(small));
  Random random(9);
  auto model = make_network<double>(architecture_from(saved_architecture(path)), random);
  load_model(path, model.parameters(), to_json(small));
  EXPECT_EQ(numbers_of(model), numbers_of(saved));
}

TEST_F(ModelFile, DoubleAndFloatMayBeExchanged) {
  auto narrow = network<float>(1);
  save_model(path, narrow.parameters());
  auto wide = network<double>(2);
  load_model(path, wide.parameters());
  EXPECT_EQ(numbers_of(wide), numbers_of(narrow));
  auto again = network<float>(3);
  save_model(path, wide.parameters());
  load_model(path, again.parameters());
  EXPECT_EQ(numbers_of(again), numbers_of(narrow));
}

TEST_F(ModelFile, OtherModelsAreRefusedAndChangeNothing) {
  auto saved = network(1);
  save_model(path, saved.parameters(), to_json(small));
  const auto expect_refused = [&](const Architecture& other, const std::string& words) {
    auto model = network(2, other);
    const auto before = numbers_of(model);
    EXPECT_EQ(refused([&] { load_model(path, model.parameters()); }), words);
    EXPECT_EQ(numbers_of(model), before);
  };
  expect_refused({3, {"5", "tanh", "2"}},
                 "[load_model] FILE has \"layer1.W\" as (3, 4), the model as (3, 5). "
                 "Build the model that was saved, or load another file.");
  expect_refused({3, {"4", "tanh"}},
                 "[load_model] FILE has \"layer2.W\", which the model has not. "
                 "Build the model that was saved, or load another file.");
  expect_refused({3, {"4", "prelu", "2"}},
                 "[load_model] FILE has no \"prelu1.a\", only "
                 "\"layer1.W\", \"layer1.b\", \"layer2.W\", \"layer2.b\". "
                 "Build the model that was saved, or load another file.");
  auto other = network(2, {3, {"4", "relu", "2"}});
  EXPECT_EQ(refused([&] {
              load_model(path, other.parameters(), to_json(Architecture{3, {"4", "relu", "2"}}));
            }),
            R"([load_model] FILE holds {"examples":"rows","inputs":3,"layers":["4","tanh","2"]}, )"
            R"(the model is {"examples":"rows","inputs":3,"layers":["4","relu","2"]}. )"
            "Build the model that was saved, or load another file.");
}

TEST_F(ModelFile, ForeignFilesAreRefused) {
  auto model = network(1);
  EXPECT_EQ(refused([&] { load_model(path, model.parameters()); }),
            "[read_safetensors] FILE does not exist. Check the path.");
  write_safetensors(path, {{"bias", {1}, std::vector<double>{1}}});
  EXPECT_EQ(refused([&] { load_model(path, model.parameters()); }),
            "[load_model] FILE has no \"layer1.W\", only \"bias\". "
            "Build the model that was saved, or load another file.");
  EXPECT_EQ(refused([&] { saved_architecture(path); }),
            "[load_model] FILE is no model: it names no architecture. "
            "Check the path, or load its tensors with read_safetensors.");
  save_model(path, model.parameters());
  const std::string whole = read_file(path);
  for (const std::size_t size :
       {std::size_t(0), std::size_t(5), whole.size() / 2, whole.size() - 1}) {
    write_file(path, whole.substr(0, size));
    EXPECT_NE(refused([&] { load_model(path, model.parameters()); }), "no error") << size;
  }
}

TEST_F(ModelFile, AParameterWithASlashIsRefused) {
  Parameter<double> odd("a/b", 1.0);
  EXPECT_EQ(refused([&] { save_model<double>(path, {&odd}); }),
            "[save_model] a parameter is named \"a/b\". Leave the slash out of its name.");
  EXPECT_FALSE(std::filesystem::exists(path));
}

template <class Optimizer, class T>
void run(Sequential<T>& model, Optimizer& optimizer, int from, int to) {
  for (int t = from; t < to; ++t) {
    const auto parameters = model.parameters();
    for (Parameter<T>* parameter : parameters) {
      std::vector<T> g(parameter->value().size());
      for (std::size_t i = 0; i < g.size(); ++i) g[i] = T(std::sin(double(t) + double(i)));
      parameter->add_gradient(View<const T>{g.data(), &parameter->shape()});
    }
    optimizer.step(std::span<Parameter<T>* const>(parameters));
  }
}

// Saved in the middle with the optimizer's state, a run goes on as if it had not been.
template <class T>
void expect_resumed_is_uninterrupted(const std::filesystem::path& path) {
  auto whole = network<T>(1), before = network<T>(1), after = network<T>(2);
  Adam<T> of_whole(0.01), of_before(0.01), of_after(0.01);
  run(whole, of_whole, 0, 7);
  run(before, of_before, 0, 3);
  Safetensors file;
  put_parameters(file, before.parameters());
  put_optimizer(file, of_before);
  write_safetensors(path, file.tensors, file.metadata);
  const Safetensors read = read_safetensors(path);
  get_parameters(read, path.string(), after.parameters());
  get_optimizer(read, path.string(), of_after);
  run(after, of_after, 3, 7);
  EXPECT_EQ(numbers_of(after), numbers_of(whole));
}
TEST_F(ModelFile, ResumedIsUninterrupted) {
  expect_resumed_is_uninterrupted<double>(path);
  expect_resumed_is_uninterrupted<float>(path);
}

TEST_F(ModelFile, LbfgsGoesOnToo) {
  auto whole = network(1), before = network(1), after = network(2);
  const auto take = [](Lbfgs<double>& lbfgs, Sequential<double>& model, int steps) {
    for (int i = 0; i < steps; ++i)
      lbfgs.step(model.parameters(), [&](Tape<double>& tape) {
        return mean_squared_error(model(tape.constant({{1, 2, 3}, {0, 1, -1}})),
                                  tape.constant({{1, 0}, {0.5, -1}}));
      });
  };
  Lbfgs<double> of_whole({.memory = 3}), of_before({.memory = 3}), of_after({.memory = 3});
  take(of_whole, whole, 9);
  take(of_before, before, 5);
  Safetensors file;
  put_parameters(file, before.parameters());
  put_optimizer(file, of_before);
  write_safetensors(path, file.tensors, file.metadata);
  const Safetensors read = read_safetensors(path);
  get_parameters(read, path.string(), after.parameters());
  get_optimizer(read, path.string(), of_after);
  take(of_after, after, 4);
  EXPECT_EQ(numbers_of(after), numbers_of(whole));
  Lbfgs<double> longer({.memory = 5});
  EXPECT_EQ(refused([&] { get_optimizer(read, "FILE", longer); }),
            "[get_optimizer] FILE: it has no \"optimizer/s3/layer1.W\". "
            "Use the optimizer that was saved, or start with a new one.");
}

TEST_F(ModelFile, AnotherOptimizersStateIsRefused) {
  auto model = network(1);
  Momentum<double> momentum(0.1);
  run(model, momentum, 0, 1);
  Safetensors file;
  put_parameters(file, model.parameters());
  Adam<double> adam;
  const std::string remedy = ". Use the optimizer that was saved, or start with a new one.";
  EXPECT_EQ(error_of([&] { get_optimizer(file, "FILE", adam); }),
            "[get_optimizer] FILE: it holds no optimizer's state" + remedy);
  put_optimizer(file, momentum);
  EXPECT_EQ(error_of([&] { get_optimizer(file, "FILE", adam); }),
            "[get_optimizer] FILE: its state is that of momentum, not of adam" + remedy);
  std::erase_if(file.tensors, [](const NamedTensor& tensor) {
    return tensor.name == "optimizer/velocity/layer2.b";
  });
  Momentum<double> other(0.1);
  EXPECT_EQ(error_of([&] { get_optimizer(file, "FILE", other); }),
            "[get_optimizer] FILE: it has no \"optimizer/velocity/layer2.b\"" + remedy);
  EXPECT_TRUE(other.states().empty());
}

}  // namespace
}  // namespace glassgrad

// What compiling a training step costs, beside one step of the eager tape. The weights are there
// before the clock runs: it measures the recording, the passes and the plan of the buffers.
#pragma once

#include <glassgrad/glassgrad.hpp>
#include <optional>

#include "../harness.hpp"

namespace bench {

class StepCompiler {
  using Node = glassgrad::Node<float>;
  using Shape = glassgrad::Shape;

 public:
  StepCompiler(const Step& s, const Data& data)
      : s_(s), data_(data), labels_(data.labels.begin(), data.labels.end()) {
    for (int l = 0; l < s.layers(); ++l) {
      const auto w = weights(s, l), b = biases(s, l);
      const Shape shape{s.sizes[std::size_t(l)], s.sizes[std::size_t(l) + 1]};
      w_.emplace_back("W" + std::to_string(l), glassgrad::View<const float>{w.data(), &shape});
      b_.emplace_back("b" + std::to_string(l), b);
    }
  }

  void compile() {
    const auto cost = [this](glassgrad::Tape<float>& tape, const glassgrad::Fed<float>& in) {
      Node x = in[0];
      for (std::size_t l = 0; l < w_.size(); ++l) {
        x = matmul(x, tape(w_[l])) + tape(b_[l]);
        if (l + 1 < w_.size()) x = s_.classes ? relu(x) : tanh(x);
      }
      return s_.classes ? softmax_cross_entropy(x, in.indices(1))
                        : sum(square(sigmoid(x) - in[1])) / (2 * s_.batch);
    };
    const glassgrad::View<const float> x{data_.x.data(), &x_shape_};
    if (s_.classes)
      program_.emplace(glassgrad::compile<float>(cost, {x, labels_}));
    else
      program_.emplace(glassgrad::compile<float>(
          cost, {x, glassgrad::View<const float>{data_.y.data(), &y_shape_}}));
  }

  float loss() {
    const glassgrad::View<const float> x{data_.x.data(), &x_shape_};
    return s_.classes ? (*program_)(x, labels_)
                      : (*program_)(x, glassgrad::View<const float>{data_.y.data(), &y_shape_});
  }

 private:
  const Step& s_;
  const Data& data_;
  std::vector<std::int64_t> labels_;
  Shape x_shape_{s_.batch, s_.sizes.front()}, y_shape_{s_.batch, 1};
  std::vector<glassgrad::Parameter<float>> w_, b_;
  std::optional<glassgrad::Program<float>> program_;
};

// The checksum is the loss of the first step.
template <class Eager>
void add_compiles() {
  for (const Step& s : steps()) {
    const std::string name = "compile/" + s.name + "/";
    benchmark::RegisterBenchmark((name + "eager_step").c_str(), [&s](auto& state) {
      const Data data(s);
      Eager model(s, data);
      const double first = model.step();
      for (int i = 0; i < 3; ++i) model.step();
      for (auto _ : state) benchmark::DoNotOptimize(model.step());
      state.counters["checksum"] = first;
    })->UseRealTime();
    benchmark::RegisterBenchmark((name + "glassgrad_compile").c_str(), [&s](auto& state) {
      const Data data(s);
      StepCompiler model(s, data);
      for (auto _ : state) model.compile();
      state.counters["checksum"] = model.loss();
    })->UseRealTime();
  }
}

}  // namespace bench

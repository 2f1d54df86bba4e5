// The models with glassgrad's layers, eager and replayed: the networks are modules as a user writes
// them, what trains them is the same for all.
#pragma once

#include <glassgrad/glassgrad.hpp>
#include <optional>

#include "../models.hpp"

namespace bench {

using GlassNode = glassgrad::Node<float>;
using GlassModule = glassgrad::Module<float>;

inline glassgrad::Shape shape_of(const std::vector<int>& sizes) {
  glassgrad::Shape shape;
  for (const int n : sizes) shape.push_back(n);
  return shape;
}

struct GlassLstm : GlassModule {
  static const Network& network() { return lstm(); }
  glassgrad::Lstm<float> layer;
  explicit GlassLstm(glassgrad::Random& random)
      : layer("lstm", LstmSize::units, LstmSize::units, random) {}
  GlassNode operator()(const GlassNode& x) override { return layer(x); }
  void each_parameter(const Visit& visit) override { visit(layer); }
};

struct GlassBlock : GlassModule {
  static const Network& network() { return transformer(); }
  glassgrad::MultiHeadAttention<float> attention;
  glassgrad::LayerNorm<float> norm1, norm2;
  glassgrad::Dense<float> wide, narrow;
  explicit GlassBlock(glassgrad::Random& random)
      : attention("attention", BlockSize::size, BlockSize::heads, random),
        norm1("norm1", BlockSize::size),
        norm2("norm2", BlockSize::size),
        wide("wide", BlockSize::size, BlockSize::wide, random),
        narrow("narrow", BlockSize::wide, BlockSize::size, random) {}
  GlassNode operator()(const GlassNode& x) override {
    const auto seen = norm1(x + attention(x));
    return norm2(seen + narrow(relu(wide(seen))));
  }
  void each_parameter(const Visit& visit) override {
    visit(attention), visit(norm1), visit(norm2), visit(wide), visit(narrow);
  }
};

struct GlassCnn : glassgrad::Sequential<float> {
  static const Network& network() { return cnn(); }
  explicit GlassCnn(glassgrad::Random& random) {
    using namespace glassgrad;
    const Conv2dOptions options{.sliding = {.padding = 1}};
    add(Conv2d<float>("conv1", 1, 16, 3, random, options)).add("relu").add(MaxPool2d<float>(2));
    add(Conv2d<float>("conv2", 16, 32, 3, random, options)).add("relu").add(MaxPool2d<float>(2));
    add(Flatten<float>()).add(Dense<float>("out", 32 * 7 * 7, 10, random));
  }
};

// A network with the numbers of its workload, its data, its cost.
template <class Net>
class GlassTraining {
 public:
  GlassTraining()
      : shape_(shape_of(network_.x_shape)),
        net_(random_),
        parameters_(net_.parameters()),
        labels_(),
        descent_(network_.rate) {
    for (const int label : network_.labels()) labels_.push_back(label);
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      const auto numbers = network_.numbers(p);
      const auto shape = shape_of(network_.parts[p].shape);
      parameters_[p]->assign(glassgrad::View<const float>{numbers.data(), &shape});
    }
  }

  std::vector<std::vector<float>> parameters() const {
    std::vector<std::vector<float>> all;
    for (const auto* p : parameters_) all.emplace_back(p->value().begin(), p->value().end());
    return all;
  }

 protected:
  glassgrad::View<const float> x() const { return {x_.data(), &shape_}; }
  glassgrad::View<const float> y() const { return {y_.data(), &shape_}; }
  GlassNode cost(const GlassNode& x, const GlassNode& y) {
    return sum(square(net_(x) - y)) / (2.0 * double(shape_.count() / shape_.from_end(1)));
  }
  GlassNode cost(const GlassNode& x, const glassgrad::Indices<float>& labels) {
    return softmax_cross_entropy(net_(x), labels);
  }
  void update() { descent_.step(parameters_); }

  const Network& network_ = Net::network();
  glassgrad::Random random_{1};
  glassgrad::Shape shape_;
  Net net_;
  std::vector<glassgrad::Parameter<float>*> parameters_;
  std::vector<float> x_ = network_.x(), y_ = network_.y();
  std::vector<std::int64_t> labels_;
  glassgrad::GradientDescent<float> descent_;
};

template <class Net, glassgrad::Keep keep>
class GlassNetwork : public GlassTraining<Net> {
 public:
  GlassNetwork()
      : x_(tape_.constant("X", this->x())),
        y_(tape_.constant("Y", this->y())),
        labels_(tape_.indices(GlassTraining<Net>::labels_)),
        start_(tape_.mark()) {}

  float step() {
    tape_.rewind(start_);
    const GlassNode cost = this->network_.classes ? this->cost(x_, labels_) : this->cost(x_, y_);
    const float loss = cost.item();
    tape_.backward(cost);
    tape_.add_to_parameters();
    this->update();
    return loss;
  }

 private:
  glassgrad::Tape<float> tape_{keep};
  GlassNode x_, y_;
  glassgrad::Indices<float> labels_;
  typename glassgrad::Tape<float>::Mark start_;
};

template <class Net>
class ReplayNetwork : public GlassTraining<Net> {
 public:
  ReplayNetwork() {
    using Tape = glassgrad::Tape<float>;
    using Fed = glassgrad::Fed<float>;
    if (this->network_.classes)
      program_.emplace(glassgrad::compile<float>(
          [this](Tape&, const Fed& in) { return this->cost(in[0], in.indices(1)); },
          {this->x(), this->labels_}, this->descent_));
    else
      program_.emplace(glassgrad::compile<float>(
          [this](Tape&, const Fed& in) { return this->cost(in[0], in[1]); }, {this->x(), this->y()},
          this->descent_));
  }

  float step() {
    return this->network_.classes ? (*program_)(this->x(), this->labels_)
                                  : (*program_)(this->x(), this->y());
  }

 private:
  std::optional<glassgrad::Program<float>> program_;
};

}  // namespace bench

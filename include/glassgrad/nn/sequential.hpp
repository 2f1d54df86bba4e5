// Sequential: modules one after another, and networks made from a line of text: "64,relu,10".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glassgrad/nn/activation.hpp"
#include "glassgrad/nn/dense.hpp"
#include "glassgrad/nn/dropout.hpp"

namespace glassgrad {

template <class T = double>
class Sequential : public Module<T> {
 public:
  Sequential() = default;

  // Sequential<> model;  model.add(Dense<>("hidden", 2, 5, random)).add("tanh");
  // The same shared pointer added twice is one module used twice: its parameters are tied.
  template <class M>
  requires std::derived_from<M, Module<T>> Sequential& add(M module) {
    return add(std::make_shared<M>(std::move(module)));
  }
  Sequential& add(std::shared_ptr<Module<T>> module) {
    modules_.push_back(std::move(module));
    return *this;
  }
  Sequential& add(std::string_view activation) { return add(Activation<T>(activation)); }

  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override;
  std::string label() const override { return "sequential"; }
  std::vector<Module<T>*> parts() override;

 private:
  std::vector<std::shared_ptr<Module<T>>> modules_;
};

// The architecture of a network of dense layers and activations, saved with its weights.
struct Architecture {
  Setting<"architecture", "inputs"> inputs = 0;
  // "64" is a dense layer of 64 outputs, "relu" an activation, "dropout:0.5" a dropout layer
  std::vector<std::string> layers = {};
  Examples examples = Examples::rows;

  bool operator==(const Architecture&) const = default;
};

// Limits that writer and reader of an architecture agree on: inputs of a network, outputs of a
// layer.
inline constexpr std::int64_t most_inputs = std::int64_t{1} << 24;
inline constexpr std::int64_t largest_layer = 1'000'000;

// "64,relu,10" -> {"64", "relu", "10"}. Throws Error for a size that is not positive, a probability
// out of range, and an unknown activation, naming the nearest.
std::vector<std::string> layers_from(std::string_view text);

// {"inputs": 64, "layers": ["64", "relu", "10"], "examples": "rows"}, and back.
// Throws DataError for text that is not such an architecture.
std::string to_json(const Architecture& architecture);
Architecture architecture_from(std::string_view json);
void check_network(const Architecture& architecture);
// How many numbers its dense layers have, at most the largest int64.
std::int64_t parameter_count(const Architecture& architecture);

// Dense layers are called layer1, layer2, ..., a prelu prelu1, a dropout dropout1, ... Like
// to_json, throws Error for what architecture_from would refuse: more than most_inputs, no such
// layer.
template <class T = double>
Sequential<T> make_network(const Architecture& architecture, Random& random,
                           const Init& weights = glorot_uniform());

}  // namespace glassgrad

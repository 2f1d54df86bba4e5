// Networks as chains of modules.
#include "glassgrad/nn/sequential.hpp"

#include "glassgrad/array/text.hpp"

namespace glassgrad {

template <class T>
Node<T> Sequential<T>::operator()(const Node<T>& x) {
  Node<T> y = x;
  for (const auto& module : modules_) y = (*module)(y);
  return y;
}

template <class T>
void Sequential<T>::each_parameter(const typename Module<T>::Visit& visit) {
  for (const auto& module : modules_) visit(*module);
}

template <class T>
std::vector<Module<T>*> Sequential<T>::parts() {
  std::vector<Module<T>*> all;
  for (const auto& module : modules_) all.push_back(module.get());
  return all;
}

template <class T>
Sequential<T> make_network(const Architecture& architecture, Random& random, const Init& weights) {
  check_network(architecture);
  Sequential<T> model;
  std::int64_t inputs = architecture.inputs;
  int dense = 0, prelu = 0, dropout = 0;
  for (const std::string& layer : architecture.layers) {
    if (layer[0] >= '0' && layer[0] <= '9') {
      const std::int64_t outputs = std::stoll(layer);
      model.add(Dense<T>(join("layer", ++dense), inputs, outputs, random,
                         {.weights = weights, .examples = architecture.examples}));
      inputs = outputs;
    } else if (layer.starts_with("dropout:")) {
      const double probability = std::stod(layer.substr(layer.find(':') + 1));
      model.add(Dropout<T>(join("dropout", ++dropout), probability, random));
    } else if (layer == "prelu") {
      model.add(PreluLayer<T>(join("prelu", ++prelu)));
    } else {
      model.add(layer);
    }
  }
  return model;
}

template class Sequential<float>;
template class Sequential<double>;
template Sequential<float> make_network(const Architecture&, Random&, const Init&);
template Sequential<double> make_network(const Architecture&, Random&, const Init&);

}  // namespace glassgrad

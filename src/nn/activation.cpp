// The table of activations.
#include "glassgrad/nn/activation.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "glassgrad/array/text.hpp"
#include "glassgrad/nn/names.hpp"
#include "glassgrad/ops/rules/activations.hpp"
#include "glassgrad/ops/rules/reduce.hpp"

namespace glassgrad {
namespace {

template <class T>
using Function = Node<T> (*)(const Node<T>&);

template <class T>
struct Named {
  std::string_view name;
  Function<T> function;
};
template <class T>
constexpr Named<T> table[] = {
    {"identity", [](const Node<T>& x) { return x; }},
    {"step", [](const Node<T>& x) { return step(x); }},
    {"sigmoid", [](const Node<T>& x) { return sigmoid(x); }},
    {"tanh", [](const Node<T>& x) { return tanh(x); }},
    {"atan", [](const Node<T>& x) { return atan(x); }},
    {"relu", [](const Node<T>& x) { return relu(x); }},
    {"leaky_relu", [](const Node<T>& x) { return leaky_relu(x); }},
    {"prelu", nullptr},
    {"elu", [](const Node<T>& x) { return elu(x); }},
    {"softplus", [](const Node<T>& x) { return softplus(x); }},
    {"gelu", [](const Node<T>& x) { return gelu(x); }},
    {"silu", [](const Node<T>& x) { return silu(x); }},
    {"sin", [](const Node<T>& x) { return sin(x); }},
    {"softmax", [](const Node<T>& x) { return softmax(x); }},
    {"log_softmax", [](const Node<T>& x) { return log_softmax(x); }},
};
constexpr auto names_of_all = [] {
  std::array<std::string_view, std::size(table<double>)> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = table<double>[i].name;
  return all;
}();

template <class T>
const Named<T>& find(std::string_view name) {
  for (const Named<T>& entry : table<T>) {
    if (entry.name != name) continue;
    if (entry.function) return entry;
    throw Error("activation", join("\"", name, "\" has a parameter"),
                "Use PreluLayer, or prelu(x, a)");
  }
  throw unknown_name("activation", "activation", name, names_of_all);
}

}  // namespace

std::span<const std::string_view> activation_names() { return names_of_all; }

template <class T>
Node<T> activate(std::string_view name, const Node<T>& x) {
  return find<T>(name).function(x);
}
template Node<float> activate(std::string_view, const Node<float>&);
template Node<double> activate(std::string_view, const Node<double>&);

template <class T>
Activation<T>::Activation(std::string_view name)
    : name_(find<T>(name).name), function_(find<T>(name).function) {}
template class Activation<float>;
template class Activation<double>;

template <class T>
PreluLayer<T>::PreluLayer(std::string_view name, double slope)
    : name_(name), a(join(name, ".a"), slope) {}

template <class T>
Node<T> PreluLayer<T>::operator()(const Node<T>& x) {
  Tape<T>& tape = detail::tape_of(name_, x);
  const auto scope = tape.scope(name_);
  return prelu(x, tape(a));
}
template class PreluLayer<float>;
template class PreluLayer<double>;

}  // namespace glassgrad

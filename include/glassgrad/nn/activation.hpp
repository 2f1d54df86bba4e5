// Activations by name, as layers. Most are one op (ops/rules/activations.hpp); prelu has a
// parameter.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "glassgrad/nn/module.hpp"

namespace glassgrad {

// identity, step, sigmoid, tanh, atan, relu, leaky_relu, prelu, elu, softplus, gelu, silu, sin,
// softmax, log_softmax; the last two along each row.
std::span<const std::string_view> activation_names();

// The op of that name applied to x. Throws Error that names the nearest for an unknown name, and
// for prelu, which needs its parameter.
template <class T>
Node<T> activate(std::string_view name, const Node<T>& x);

// The same as a layer.
template <class T = double>
class Activation final : public Module<T> {
 public:
  explicit Activation(std::string_view name);  // throws as activate does
  Node<T> operator()(const Node<T>& x) override { return function_(x); }
  std::string label() const override { return std::string(name_); }

 private:
  std::string_view name_;
  Node<T> (*function_)(const Node<T>&);
};

// y = x for x > 0, a x otherwise, with the one parameter "<name>.a" (He, Zhang, Ren, Sun 2015)
template <class T = double>
class PreluLayer final : public Module<T> {
 public:
  explicit PreluLayer(std::string_view name, double slope = 0.25);
  Node<T> operator()(const Node<T>& x) override;
  void each_parameter(const typename Module<T>::Visit& visit) override { visit(a); }
  std::string label() const override { return name_; }

 private:
  std::string name_;

 public:
  Parameter<T> a;
};

}  // namespace glassgrad

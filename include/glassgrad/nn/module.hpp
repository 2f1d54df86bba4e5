// Module: a function of a node that has parameters. Layers are modules, networks are modules, and
// so is whatever a user derives; model code is the same on every tape, with gradients or without.
//   struct Residual : Module<double> {
//     Dense<> inside;
//     Node<> operator()(const Node<>& x) override { return x + relu(inside(x)); }
//     void each_parameter(const Visit& visit) override { inside.each_parameter(visit); }
//   };
// Next: dense.hpp, sequential.hpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/core/parameter.hpp"
#include "glassgrad/core/tape.hpp"

namespace glassgrad {

template <class T = double>
class Module {
 public:
  using Visit = std::function<void(Parameter<T>&)>;

  virtual ~Module() = default;

  // Records the module's computation on x's tape. Throws what its ops throw, and TapeError for a
  // plain number on no tape when parameters have to be recorded.
  virtual Node<T> operator()(const Node<T>& x) = 0;
  // Its own parameters and those of the modules inside it, in a fixed order.
  virtual void each_parameter(const Visit&) {}
  // What summary() and error messages call it.
  virtual std::string label() const { return "module"; }
  // The modules that summary() lists one by one; none for a layer.
  virtual std::vector<Module*> parts() { return {}; }

  // Every parameter once, even when two modules share it.
  std::vector<Parameter<T>*> parameters();
  // Throws Error that names the parameters there are.
  Parameter<T>& parameter(std::string_view name);
  std::int64_t parameter_count();

 protected:
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;
};

// A table of the parts of a module, the shape each gives for an input of shape `x` (as found by
// evaluating it), and its parameter counts with their sum. A shared parameter counts where it is
// met first.
template <class T>
std::string summary(Module<T>& module, const Shape& x);

namespace detail {
// The tape that x is on. Throws TapeError when it is a plain number.
template <class T>
Tape<T>& tape_of(std::string_view module, const Node<T>& x) {
  if (!x.tape())
    throw TapeError(module, "x is a plain number on no tape",
                    "Make it with tape.constant(...) or tape.input(...)");
  return *x.tape();
}
}  // namespace detail

}  // namespace glassgrad

// Module: a function of a node that has parameters. Layers are modules, networks are modules, and
// so is any class a user derives; model code is the same on every tape, with gradients or without.
//   struct Residual : Module<double> {
//     Dense<> inside;
//     Node<> operator()(const Node<>& x) override { return x + relu(inside(x)); }
//     void each_parameter(const Visit& visit) override { visit(inside); }
//   };
// Next: dense.hpp, sequential.hpp.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glassgrad/engine/parameter.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

// Training or evaluation, and the position in a module's random numbers: use number `draw` of a
// dropout layer has the mask of that number, independent of earlier uses.
struct Mode {
  bool training = true;
  std::int64_t draw = 0;
};

template <class T = double>
class Module {
 public:
  // What each_parameter is given: called with a parameter, with a module inside, or with a Mode.
  // It borrows what it is made from for the call.
  class Visit {
   public:
    template <std::invocable<Parameter<T>&> F>
    Visit(const F& f)
        : f_(&f), on_parameter_([](const void* kept, Parameter<T>& parameter) {
            (*static_cast<const F*>(kept))(parameter);
          }) {}
    template <std::invocable<Mode&> F>
    Visit(const F& f)
        : f_(&f),
          on_mode_([](const void* kept, Mode& mode) { (*static_cast<const F*>(kept))(mode); }) {}
    void operator()(Parameter<T>& parameter) const {
      if (on_parameter_) on_parameter_(f_, parameter);
    }
    void operator()(Mode& mode) const {
      if (on_mode_) on_mode_(f_, mode);
    }
    void operator()(Module& inside) const { inside.each_parameter(*this); }

   private:
    const void* f_;
    void (*on_parameter_)(const void*, Parameter<T>&) = nullptr;
    void (*on_mode_)(const void*, Mode&) = nullptr;
  };

  virtual ~Module() = default;

  // Records the module's computation on x's tape. Throws what its ops throw, and TapeError for a
  // plain number on no tape when parameters have to be recorded.
  virtual Node<T> operator()(const Node<T>& x) = 0;
  // Visits its own parameters and the modules inside it, in a fixed order: visit(W), visit(inside).
  virtual void each_parameter(const Visit&) {}
  // What summary() and error messages call it.
  virtual std::string label() const { return "module"; }
  // The modules that summary() lists one by one; none for a layer.
  virtual std::vector<Module*> parts() { return {}; }

  // Every parameter once, even if two modules use it.
  std::vector<Parameter<T>*> parameters();
  // Throws Error that lists the existing parameters.
  Parameter<T>& parameter(std::string_view name);
  std::int64_t parameter_count();

  // Training mode, in which every module begins, or evaluation: dropout lets everything through.
  void train(bool on = true);
  void eval() { train(false); }
  // Random numbers are drawn as if every module inside had been used `draw` times in training: a
  // repeated or resumed step has the same masks.
  void seek(Setting<"seek", "draw", std::int64_t, 0> draw);
  // All of its parameters, see Parameter::freeze.
  void freeze(bool on = true);
  void unfreeze() { freeze(false); }

 protected:
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;
};

// Puts a module into evaluation mode for its lifetime, then restores the mode.
template <class T>
class Evaluating {
 public:
  explicit Evaluating(Module<T>& module);
  ~Evaluating();
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  std::vector<std::pair<Mode*, bool>> before_;
};
template <class T>
Evaluating(Module<T>&) -> Evaluating<T>;

// A table of the parts of a module, the shape each gives for an input of shape `x` (as found by
// evaluating it), and its parameter counts with their sum. A parameter used twice counts once,
// where it is met first.
template <class T>
std::string summary(Module<T>& module, const Shape& x);

namespace detail {
// The tape that x is on. Throws TapeError when it is a plain number.
template <class T>
Tape<T>& tape_of(std::string_view module, const Node<T>& x) {
  x.check_tape(module);
  if (!x.tape())
    throw TapeError(module, "x is a plain number on no tape",
                    "Make it with tape.constant(...) or tape.input(...)");
  return *x.tape();
}
}  // namespace detail

}  // namespace glassgrad

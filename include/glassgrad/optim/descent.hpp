// Optimizers that follow the gradient itself: plain descent, and with momentum. Batch, mini-batch
// or stochastic descent is a matter of what the cost was summed over, not of the optimizer.
#pragma once

#include "glassgrad/optim/optimizer.hpp"

namespace glassgrad {

// w <- w - rate g
template <class T = double>
class GradientDescent final : public Optimizer<T> {
 public:
  explicit GradientDescent(double rate, const StepOptions& options = {});
  std::string_view name() const override { return "gradient_descent"; }

 private:
  bool reads_count() const override { return false; }
  void update(const typename Optimizer<T>::Step& step) override;
};

// The base of optimizers with a velocity. Each throws Error unless 0 <= beta < 1.
template <class T>
class WithVelocity : public Optimizer<T> {
 public:
  std::span<const std::string_view> slots() const override;

 protected:
  bool reads_count() const override { return false; }
  WithVelocity(std::string_view name, double rate, double beta, const StepOptions& options);
  double beta_;
};

// v <- beta v + (1 - beta) g;  w <- w - rate v: the velocity is a running mean of gradients, as in
// the handwritten notes.
template <class T = double>
class Momentum final : public WithVelocity<T> {
 public:
  explicit Momentum(double rate, double beta = 0.9, const StepOptions& options = {})
      : WithVelocity<T>("momentum", rate, beta, options) {}
  std::string_view name() const override { return "momentum"; }

 private:
  void update(const typename Optimizer<T>::Step& step) override;
};

// v <- beta v + g;  w <- w - rate v (Polyak 1964, with the rate outside the velocity): Momentum
// with a rate 1 / (1 - beta) times as large.
template <class T = double>
class ClassicalMomentum final : public WithVelocity<T> {
 public:
  explicit ClassicalMomentum(double rate, double beta = 0.9, const StepOptions& options = {})
      : WithVelocity<T>("classical_momentum", rate, beta, options) {}
  std::string_view name() const override { return "classical_momentum"; }

 private:
  void update(const typename Optimizer<T>::Step& step) override;
};

// v <- beta v + g; w <- w - rate (beta v + g): the gradient is applied once more on top of the new
// velocity (Nesterov 1983, in the form of Sutskever, Martens, Dahl, Hinton 2013).
template <class T = double>
class Nesterov final : public WithVelocity<T> {
 public:
  explicit Nesterov(double rate, double beta = 0.9, const StepOptions& options = {})
      : WithVelocity<T>("nesterov", rate, beta, options) {}
  std::string_view name() const override { return "nesterov"; }

 private:
  void update(const typename Optimizer<T>::Step& step) override;
};

}  // namespace glassgrad

// Optimizers whose steps are scaled per weight by its usual gradient: Adagrad, RMSProp, Adam,
// AdamW. s is the sum or running mean of squared gradients.
#pragma once

#include "glassgrad/optim/optimizer.hpp"

namespace glassgrad {

// s <- s + g^2;  w <- w - rate g / (sqrt(s) + epsilon)   (Duchi, Hazan, Singer 2011)
template <class T = double>
class Adagrad final : public Optimizer<T> {
 public:
  // Throws Error unless epsilon is finite and not negative.
  explicit Adagrad(double rate = 0.01, double epsilon = 1e-10, const StepOptions& options = {});
  std::string_view name() const override { return "adagrad"; }
  std::span<const std::string_view> slots() const override;

 private:
  bool reads_count() const override { return false; }
  void update(const typename Optimizer<T>::Step& step) override;
  double epsilon_;
};

// s <- beta s + (1 - beta) g^2;  w <- w - rate g / (sqrt(s) + epsilon)   (Tieleman, Hinton 2012)
template <class T = double>
class RMSProp final : public Optimizer<T> {
 public:
  // Throws Error unless 0 <= beta < 1, and epsilon is finite and not negative.
  explicit RMSProp(double rate = 0.001, double beta = 0.9, double epsilon = 1e-8,
                   const StepOptions& options = {});
  std::string_view name() const override { return "rmsprop"; }
  std::span<const std::string_view> slots() const override;

 private:
  bool reads_count() const override { return false; }
  void update(const typename Optimizer<T>::Step& step) override;
  double beta_, epsilon_;
};

struct AdamSettings {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

// m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2;
// w <- w - rate (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)   (Kingma, Ba 2015)
template <class T = double>
class Adam : public Optimizer<T> {
 public:
  // Throws Error unless both betas are in [0, 1), and epsilon is finite and not negative.
  explicit Adam(double rate = 0.001, const AdamSettings& settings = {},
                const StepOptions& options = {});
  std::string_view name() const override { return "adam"; }
  std::span<const std::string_view> slots() const override;

 protected:
  void update(const typename Optimizer<T>::Step& step) override;

 private:
  AdamSettings settings_;
};

// Adam, but options.weight_decay does not enter the gradient: w <- (1 - rate weight_decay) w comes
// before the step (Loshchilov, Hutter 2019).
template <class T = double>
class AdamW final : public Adam<T> {
 public:
  explicit AdamW(double rate = 0.001, const AdamSettings& settings = {},
                 const StepOptions& options = {.weight_decay = 0.01});
  std::string_view name() const override { return "adamw"; }

 private:
  void update(const typename Optimizer<T>::Step& step) override;
  bool decays_apart() const override { return true; }
};

}  // namespace glassgrad

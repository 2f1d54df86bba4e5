// ADBench's mixture of Gaussians with glassgrad: the objective of examples/adbench.hpp.
#pragma once

#include <glassgrad/glassgrad.hpp>
#include <optional>

#include "../../examples/adbench.hpp"
#include "../models.hpp"

namespace bench {

template <bool replayed, glassgrad::Keep keep>
class GlassMixture {
  using Tape = glassgrad::Tape<double>;
  using Node = glassgrad::Node<double>;
  using Numbers = glassgrad::View<const double>;

 public:
  explicit GlassMixture(const Mixture& mixture)
      : alpha_("alpha", mixture.alpha),
        mu_("mu", Numbers{mixture.mu.data(), &mu_shape_}),
        icf_("icf", Numbers{mixture.icf.data(), &icf_shape_}),
        x_(tape_.constant("x", Numbers{mixture.x.data(), &x_shape_})),
        start_(tape_.mark()) {
    if (replayed)
      program_.emplace(glassgrad::compile<double>(
          [&](Tape& tape, const glassgrad::Fed<double>&) {
            return objective(tape, tape.constant("x", Numbers{mixture.x.data(), &x_shape_}));
          },
          {}));
  }

  double run() {
    if (replayed) {
      for (auto* parameter : {&alpha_, &mu_, &icf_}) parameter->zero_gradient();
      return (*program_)();
    }
    tape_.rewind(start_);
    const Node value = objective(tape_, x_);
    tape_.backward(value);
    return value.item();
  }
  std::vector<double> gradient() {
    if (!replayed) tape_.add_to_parameters();
    std::vector<double> all;
    for (auto* parameter : {&alpha_, &mu_, &icf_})
      all.insert(all.end(), parameter->gradient().begin(), parameter->gradient().end());
    return all;
  }

 private:
  Node objective(Tape& tape, const Node& x) {
    return adbench::gmm(tape(alpha_), tape(mu_), tape(icf_), x, 1, 0);
  }

  glassgrad::Shape mu_shape_{Mixture::k, Mixture::d}, icf_shape_{Mixture::k, Mixture::icf_columns},
      x_shape_{Mixture::n, Mixture::d};
  Tape tape_{keep};
  glassgrad::Parameter<double> alpha_, mu_, icf_;
  Node x_;
  Tape::Mark start_;
  std::optional<glassgrad::Program<double>> program_;
};

}  // namespace bench

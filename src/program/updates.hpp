// An optimizer's step inside a program: its ops, recorded once, become in-place changes at the end
// of the plan. Before every run its single numbers (the rate, Adam's corrections) are updated.
#pragma once

#include <string>

#include "executor.hpp"
#include "glassgrad/optim/optimizer.hpp"

namespace glassgrad::program {

template <class T>
class Updates final : Optimizer<T>::Listener {
 public:
  explicit Updates(Optimizer<T>& optimizer) : home_(optimizer.home()) {}

  // Records the next step and takes its single numbers; plans again if anything else has changed: a
  // restored state, a group's decay. Throws as Optimizer::tell does, nothing being changed then.
  void hear(std::span<Parameter<T>* const> parameters, std::span<const View<const T>> gradients,
            Executor<T>& executor);
  bool is_there() const { return home_->self != nullptr; }  // the optimizer
  // The step has been done.
  void count(std::span<Parameter<T>* const> parameters) {
    optimizer().count_step(parameters, states_);
  }
  // "W = descend(W, %12, 0.1)  (32, 10)", a line per op; `gradients` are their names.
  std::string describe(std::span<Parameter<T>* const> parameters,
                       std::span<const std::string> gradients) const;

 private:
  struct Op {
    const Rule<T>* rule;
    std::size_t parameter;
    std::string attributes;
    std::size_t first, count;  // of its inputs, in views_
    View<T> out;
    std::size_t settings;  // where its single numbers start
  };
  std::span<const View<const T>> in(const Op& op) const {
    return {views_.data() + op.first, op.count};
  }
  void parameter(std::size_t i) override { parameter_ = i; }
  void op(const Rule<T>& rule, const void* op, View<T> out,
          std::span<const View<const T>> in) override;
  bool take_note(const Rule<T>& rule, const void* op, View<T> out,
                 std::span<const View<const T>> in);
  bool is_scratch(const T* numbers) const;
  void put_into(Executor<T>& executor);
  void forget() { ops_.clear(), views_.clear(), settings_.clear(); }

  Optimizer<T>& optimizer() const {
    return *home_->self;
  }  // the program has checked that it exists

  std::shared_ptr<OptimizerHome<T>> home_;
  std::vector<Op> ops_;
  std::vector<View<const T>> views_;  // without numbers: single ones, or of the scratch
  std::vector<std::size_t> states_;   // of the parameters, in the optimizer
  std::vector<T> settings_;           // of the ops, in their order
  std::uint64_t heard_ = 0;           // the optimizer's revision then
  bool planning_ = true, same_ = false;
  std::size_t next_ = 0, parameter_ = 0;
  std::span<Parameter<T>* const> parameters_;  // while recording
  std::span<const View<const T>> gradients_;
};

}  // namespace glassgrad::program

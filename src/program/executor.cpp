// A plan's steps in order.
#include "executor.hpp"

#include <utility>

#include "glassgrad/kernels/workers.hpp"

namespace glassgrad::program {

template <class T>
Executor<T>::Executor(Plan<T> plan)
    : plan_(std::move(plan)), memory_(plan_), calls_(plan_, memory_) {
  for (const Step& step : plan_.steps)
    while (step.kind == Step::Kind::side && sides_.size() < step.count)
      sides_.push_back(std::make_unique<Pool>());
}

template <class T>
void Executor<T>::feed(Id root, const T* numbers) {
  if (memory_.at(root) == numbers) return;
  memory_.feed(root, numbers);
  calls_.feed(root, numbers);
}

template <class T>
void Executor<T>::run() {
  for (std::size_t i = 0; i < plan_.copied.size(); ++i)
    memory_.numbers()[i] = *memory_.at(plan_.copied[i]);
  run(calls_.of_graph());
}

template <class T>
void Executor<T>::run(std::span<const Bound> steps) {
  for (const Bound& bound : steps) {
    switch (bound.step.kind) {
      case Step::Kind::calls:
        for (const Call<T>& call : calls_.of(bound)) call.run(pool_);
        break;
      case Step::Kind::side:
        run_side_by_side(calls_.of(bound));
        break;
      case Step::Kind::numbers:
        for (const NumberGroup<T>& group : calls_.groups_of(bound))
          group.rule->numbers(group.calls);
        break;
      case Step::Kind::run:
        blocks_.run(bound.step, calls_.of(bound), pool_);
    }
  }
}

template <class T>
void Executor<T>::run_side_by_side(std::span<Call<T>> calls) {
  workers::run(std::int64_t(calls.size()),
               [&](std::int64_t i) { calls[std::size_t(i)].run(*sides_[std::size_t(i)]); });
}

template class Executor<float>;
template class Executor<double>;

}  // namespace glassgrad::program

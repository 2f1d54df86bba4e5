// A program for one set of input shapes: recorded, simplified, planned, and run.
#pragma once

#include <optional>

#include "executor.hpp"
#include "glassgrad/program/program.hpp"
#include "running.hpp"
#include "updates.hpp"

namespace glassgrad::program {

// The inputs as leaves of a tape.
template <class T>
std::vector<Node<T>> leaves(Tape<T>& tape, std::span<const Feed<T>> inputs);

template <class T>
class Body {
 public:
  struct FedInput {
    Shape shape;
    bool positions;
    Id id;
  };

  Body(const CostFunction<T>& f, std::span<const Feed<T>> examples,
       const CompileOptions<T>& options);

  bool fits(std::span<const Feed<T>> feeds) const;
  View<const T> run(std::span<const Feed<T>> feeds);
  // The parameters' present memory. Throws TapeError if one has been destroyed, replaced or frozen.
  void find_parameters();
  std::string describe() const;
  std::size_t bytes() const { return executor_->plan().bytes(); }

  std::vector<FedInput> inputs;
  std::atomic_flag running;  // by some thread

 private:
  using Home = typename Parameter<T>::Home;
  struct Known {  // a parameter, followed through moves
    std::shared_ptr<Home> home;
    bool learns;
  };
  Graph<T> record(const CostFunction<T>& f, std::span<const Feed<T>> examples, bool with_gradients);
  void plan_updates(Optimizer<T>& optimizer);
  Graph<T> after_passes(Graph<T> graph);
  void feed(Executor<T>& executor, std::span<const Feed<T>> feeds);
  bool left_the_range() const;
  void run_as_recorded(std::span<const Feed<T>> feeds);
  void make_room_for_gradients();
  bool is_lent(std::size_t gradient) const;
  void hand_out_gradients();
  void move_parameters();

  Arena arena_{8192};  // attributes and constants
  std::vector<Known> known_;
  std::vector<Parameter<T>*> parameters_;      // those not frozen
  std::vector<Id> gradients_;                  // of them, in their order
  std::vector<View<const T>> gradient_views_;  // for the optimizer
  std::vector<const T*> own_gradients_;        // the parameters' own accumulated ones
  Id cost_ = 0;
  std::vector<T> result_;  // a copy of the cost, if that is not computed by the program
  std::vector<AlignedBytes> copies_of_inputs_;  // of those not contiguous
  std::vector<AlignedBytes> copies_;            // of gradients not computed by the program
  Graph<T> recorded_;                           // before the passes, unless very large
  std::vector<std::size_t> sizes_;  // instructions before the first pass, and after each
  std::optional<Executor<T>> executor_;
  std::optional<Graph<T>> plain_graph_;        // before sums_first, if that has changed something
  std::optional<Executor<T>> plain_executor_;  // of it, once it is needed
  std::optional<Updates<T>> updates_;
};

}  // namespace glassgrad::program

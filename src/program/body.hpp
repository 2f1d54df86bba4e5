// What a program is for one set of input shapes: recorded, cleaned, laid out, and run.
#pragma once

#include <optional>

#include "glassgrad/program/program.hpp"
#include "layout.hpp"
#include "updates.hpp"

namespace glassgrad::replay {

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
  // Where the parameters are now. Throws TapeError when one is not what it was.
  void find_parameters();
  std::string describe() const;
  std::size_t bytes() const { return layout_->bytes(); }

  std::vector<FedInput> inputs;

 private:
  using Home = typename Parameter<T>::Home;
  struct Known {  // a parameter, wherever it is moved
    std::shared_ptr<Home> home;
    bool learns;
  };
  Graph<T> record(const CostFunction<T>& f, std::span<const Feed<T>> examples, bool with_gradients);
  void plan_updates(Optimizer<T>& optimizer);
  Graph<T> after_passes(Graph<T> graph);
  void feed(Layout<T>& layout, std::span<const Feed<T>> feeds);
  bool left_the_range() const;
  void run_as_recorded(std::span<const Feed<T>> feeds);
  void make_room_for_gradients();
  bool is_lent(std::size_t gradient) const;
  void hand_out_gradients();
  void move_parameters();

  Arena arena_{8192};  // attributes and constants
  std::vector<Known> known_;
  std::vector<Parameter<T>*> parameters_;      // those that learn
  std::vector<Id> gradients_;                  // of them, in their order
  std::vector<View<const T>> gradient_views_;  // for the optimizer
  std::vector<const T*> own_gradients_;        // where parameters have added up theirs
  Id cost_ = 0;
  std::vector<T> result_;  // a copy of the cost, where that is not the program's own number
  std::vector<AlignedBytes> copies_of_inputs_;  // of those that do not lie in a row
  std::vector<AlignedBytes> copies_;  // of gradients that are no number of the program's own
  Graph<T> recorded_;                 // as it was before every pass, unless it is very large
  std::vector<std::size_t> sizes_;    // instructions before the first pass, and after each
  std::optional<Layout<T>> layout_;
  std::optional<Graph<T>> plain_graph_;  // before sums_first, where that has changed something
  std::optional<Layout<T>> plain_;       // of it, once it is needed
  std::optional<Updates<T>> updates_;
};

}  // namespace glassgrad::replay

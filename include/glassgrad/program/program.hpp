// compile: a recorded training step, simplified, fused and given its buffers once, then run
// repeatedly with new inputs. No tape grows, nothing is allocated, nothing is dispatched per
// number.
//   GradientDescent<float> descent(0.1);
//   auto step = compile<float>([&](Tape<float>& tape, const Fed<float>& in) {
//     return softmax_cross_entropy(matmul(in[0], tape(W)) + tape(b), in.indices(1));
//   }, {x, labels}, descent);
//   step(x, labels);                  // the cost; W and b have moved
// Next: src/program/graph.hpp, the program before it has a plan; src/program/passes/*.cpp, one pass
// each.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/array/function.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

template <class T>
class Optimizer;
template <class T>
struct OptimizerHome;

// An input of a program: numbers, or integer positions such as class labels. An argument's type, as
// Input is: it borrows. What is contiguous already (a View, a vector of T, positions) is read in
// place while the program runs; everything else is copied.
template <class T>
class Feed {
 public:
  template <class X>
  requires(std::is_constructible_v<Input<T>, const X&>) Feed(const X& numbers) {
    numbers_.emplace(numbers);
  }
  Feed(std::span<const std::int64_t> positions) : positions_(positions) {}
  Feed(const std::vector<std::int64_t>& positions) : positions_(positions) {}

  const Input<T>* numbers() const { return numbers_ ? &*numbers_ : nullptr; }  // null: positions
  std::span<const std::int64_t> positions() const { return positions_; }
  Shape shape() const {
    return numbers_ ? numbers_->shape() : Shape{std::int64_t(positions_.size())};
  }

 private:
  std::optional<Input<T>> numbers_;
  std::span<const std::int64_t> positions_;
};

// The inputs of a program while it is recorded, by their place.
template <class T>
class Fed {
 public:
  explicit Fed(std::vector<Node<T>> nodes) : nodes_(std::move(nodes)) {}
  std::size_t size() const { return nodes_.size(); }
  // Throw ShapeError when there is no input i, and when it is of the other kind.
  const Node<T>& operator[](std::size_t i) const;
  Indices<T> indices(std::size_t i) const;

 private:
  const Node<T>& at(std::size_t i) const;

  std::vector<Node<T>> nodes_;
};

// Records a cost on a tape. It must not read a number: a program has no branches. It is called
// once, so what it captures (a constant's numbers, a double of the caller's) is the same in every
// run; feed what changes. Drawing random numbers in it throws TapeError, and so does a dropout
// layer in training that is not given its draw.
template <class T>
using CostFunction = Function<Node<T>(Tape<T>&, const Fed<T>&)>;

// Which gradients a program computes besides its cost.
enum class Gradients { parameters, none };
// What to do with inputs whose shapes differ from the examples'.
enum class NewShapes { refuse, recompile };

template <class T>
struct CompileOptions {
  CompileOptions(Gradients which = Gradients::parameters, NewShapes of_inputs = NewShapes::refuse)
      : gradients(which), new_shapes(of_inputs) {}
  // The optimizer's step is part of the program. It may be moved; without it the program says so.
  CompileOptions(Optimizer<T>& of_parameters, NewShapes of_inputs = NewShapes::refuse)
      : optimizer(&of_parameters), new_shapes(of_inputs) {}

  Gradients gradients = Gradients::parameters;
  Optimizer<T>* optimizer = nullptr;
  NewShapes new_shapes = NewShapes::refuse;
};

template <class T = double>
class Program {
 public:
  // Records f with the examples, then the gradient of its cost to every parameter that is not
  // frozen, and prepares to run both, and the optimizer's step if there is one. With
  // Gradients::none only f, whose result may have any shape. Throws what f throws, TapeError when f
  // looked at a number while it was recorded, and what the optimizer throws.
  Program(CostFunction<T> f, std::span<const Feed<T>> examples, const CompileOptions<T>& options);
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  // Runs with new inputs and the parameters' present numbers; the result lasts until the next run.
  // With an optimizer the parameters move, else each gradient is added to its parameter's. Numbers
  // have the bits that a tape gives where no reduction is reordered (else 1e-12).
  // Throws, before anything is changed: ShapeError for an input of another shape than its example
  // (with NewShapes::recompile only for one of another kind), TapeError for a parameter that was
  // destroyed, replaced or frozen since, for an optimizer that was destroyed, for a program that
  // was moved from, and what the optimizer throws.
  View<const T> run(std::span<const Feed<T>> inputs);
  template <class... X>
  T operator()(const X&... inputs) {
    if constexpr (sizeof...(X) == 0) {
      return item(run({}));
    } else {
      const Feed<T> feeds[] = {Feed<T>(inputs)...};
      return item(run(feeds));
    }
  }

  // The computation with these inputs and the parameters' present numbers on a tape, after
  // backward: every hidden number can then be read. Lasts until the next call. Throws as run().
  template <class... X>
  Node<T> look(const X&... inputs) {
    if constexpr (sizeof...(X) == 0) {
      return recorded({});
    } else {
      const Feed<T> feeds[] = {Feed<T>(inputs)...};
      return recorded(feeds);
    }
  }

  // The instructions after each pass, one a line, with shapes and fused runs; the optimizer's ops.
  std::string describe() const;
  std::size_t bytes() const;  // of the buffers that a run writes

 private:
  using Feeds = std::span<const Feed<T>>;
  struct Body;
  Body& add_body(Feeds examples);  // compiled for these
  Body& body_for(Feeds inputs);
  void check_moved() const;
  void find_optimizer();
  Node<T> recorded(Feeds inputs);
  T item(View<const T> result) const;

  CostFunction<T> f_;
  CompileOptions<T> options_;
  std::shared_ptr<OptimizerHome<T>> optimizer_;
  std::vector<std::unique_ptr<Body>> bodies_;  // one for each set of shapes
  Body* last_ = nullptr;
  std::unique_ptr<Tape<T>> looked_;
};

template <class T>
Program<T> compile(CostFunction<T> f, std::initializer_list<Feed<T>> examples,
                   const CompileOptions<T>& options = {}) {
  return Program<T>(std::move(f), std::span<const Feed<T>>(examples.begin(), examples.size()),
                    options);
}

}  // namespace glassgrad

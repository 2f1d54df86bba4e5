// compile: a recorded computation, cleaned, fused and given its buffers once, then run again and
// again with new inputs. No tape grows, nothing is allocated, nothing is dispatched per number.
//   auto step = compile<float>([&](Tape<float>& tape, const Fed<float>& in) {
//     return softmax_cross_entropy(matmul(in[0], tape(W)) + tape(b), in.indices(1));
//   }, {x, labels});
//   step(x, labels);                  // the cost; every parameter's gradient is added to it
//   GradientDescent<float>(0.1).step(W, b);
// Next: src/replay/graph.hpp, the program before it is laid out; src/replay/*.cpp, one pass each.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "glassgrad/core/function.hpp"
#include "glassgrad/core/tape.hpp"

namespace glassgrad {

// What a program is fed with: numbers, or integer positions such as class labels. An argument's
// type, as Input is: it borrows.
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
  const Node<T>& operator[](std::size_t i) const { return nodes_[i]; }
  Indices<T> indices(std::size_t i) const { return Indices<T>(nodes_[i]); }

 private:
  std::vector<Node<T>> nodes_;
};

// Records a cost on a tape. It must not look at a number: a program has no branches. What it takes
// from elsewhere, such as the mask of a dropout layer, is the same in every run.
template <class T>
using CostFunction = Function<Node<T>(Tape<T>&, const Fed<T>&)>;

enum class Gradients { parameters, none };

template <class T = double>
class Program {
 public:
  // Records f with the examples, then the gradient of its cost to every parameter that is not
  // frozen, and prepares to run both. With Gradients::none only f, whose result may have any shape.
  // Throws what f throws, and TapeError when f looked at a number while it was recorded.
  Program(CostFunction<T> f, std::span<const Feed<T>> examples, Gradients gradients);
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  // Runs with new inputs and the parameters' present numbers; the result lasts until the next run.
  // Each gradient is added to its parameter's. Values have the bits that a tape gives, and
  // gradients where no reduction is reordered (else 1e-12). Throws ShapeError, before anything is
  // changed, for an input of another shape than its example.
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

  // The cost of the last run on a tape, after backward: every hidden number, for those who look.
  // Lasts until the next call.
  Node<T> look();

  // The instructions after each pass, one a line, with shapes, fused runs and buffers.
  std::string describe() const;
  std::size_t bytes() const;  // of the buffers that a run writes

 private:
  T item(View<const T> result) const;
  struct Body;
  std::unique_ptr<Body> body_;
};

template <class T>
Program<T> compile(CostFunction<T> f, std::initializer_list<Feed<T>> examples,
                   Gradients gradients = Gradients::parameters) {
  return Program<T>(std::move(f), std::span<const Feed<T>>(examples.begin(), examples.size()),
                    gradients);
}

}  // namespace glassgrad

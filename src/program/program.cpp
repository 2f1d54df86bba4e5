// Which of its bodies a program runs, and what is checked before anything is changed.
#include "glassgrad/program/program.hpp"

#include <new>

#include "body.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

template <class T>
void check(std::size_t i, const Feed<T>& feed, const typename program::Body<T>::FedInput& input,
           bool new_shapes) {
  const std::string_view kind[] = {"numbers", "positions"};
  const bool given = !feed.numbers();
  if (given != input.positions)
    throw ShapeError(
        "program",
        join("input ", i, " is ", kind[given], ", it was recorded as ", kind[input.positions]),
        "Feed what the program was compiled with");
  if (feed.shape() != input.shape && !new_shapes)
    throw ShapeError("program",
                     join("input ", i, " is ", feed.shape(), ", it was recorded as ", input.shape),
                     "Feed the same shape, or compile a program for this one");
}

[[noreturn]] void refuse_out_of_memory(std::string_view what) {
  throw MemoryError("program", join("there is not enough memory to ", what, " it"),
                    "Nothing was changed: free some, or use smaller inputs");
}
// Returns act(), which allocates before changing anything.
template <class Act>
auto in_memory(std::string_view what, const Act& act) {
  try {
    return act();
  } catch (const std::bad_alloc&) {
    refuse_out_of_memory(what);
  } catch (const MemoryError&) {
    refuse_out_of_memory(what);
  }
}

}  // namespace

template <class T>
struct Program<T>::Body : program::Body<T> {
  using program::Body<T>::Body;
};

template <class T>
Program<T>::Program(CostFunction<T> f, std::span<const Feed<T>> examples,
                    const CompileOptions<T>& options)
    : f_(std::move(f)), options_(options) {
  if (!f_) throw TapeError("compile", "the function is empty", "Give one that records a cost");
  if (options.optimizer) optimizer_ = options.optimizer->home();
  add_body(examples);
}

template <class T>
Program<T>::~Program() = default;
template <class T>
Program<T>::Program(Program&&) noexcept = default;
template <class T>
Program<T>& Program<T>::operator=(Program&&) noexcept = default;

template <class T>
typename Program<T>::Body& Program<T>::add_body(Feeds examples) {
  in_memory("compile", [&] {
    bodies_.reserve(bodies_.size() + 1);  // so that nothing fails once the optimizer has started
    bodies_.push_back(std::make_unique<Body>(f_, examples, options_));
  });
  return *(last_ = bodies_.back().get());
}

template <class T>
void Program<T>::check_moved() const {
  if (bodies_.empty())
    throw TapeError("program", "this one was moved from", "Use the one that it was moved into");
}

template <class T>
void Program<T>::find_optimizer() {
  if (!optimizer_) return;
  if (!optimizer_->self)
    throw TapeError("program", "the optimizer that it steps with was destroyed since",
                    "Keep it as long as the program, or compile again");
  options_.optimizer = optimizer_->self;
}

template <class T>
typename Program<T>::Body& Program<T>::body_for(Feeds inputs) {
  check_moved();
  find_optimizer();
  const auto& known = last_->inputs;
  if (inputs.size() != known.size())
    throw ShapeError("program",
                     join(inputs.size(), " inputs given, it was recorded with ", known.size()),
                     "Feed what the program was compiled with");
  const bool may_be_new = options_.new_shapes == NewShapes::recompile;
  for (std::size_t i = 0; i < inputs.size(); ++i) check<T>(i, inputs[i], known[i], may_be_new);
  if (last_->fits(inputs)) return *last_;
  for (const auto& body : bodies_)
    if (body->fits(inputs)) return *(last_ = body.get());
  return add_body(inputs);
}

template <class T>
View<const T> Program<T>::run(std::span<const Feed<T>> inputs) {
  Body& body = body_for(inputs);
  return in_memory("run", [&] { return body.run(inputs); });
}

template <class T>
T Program<T>::item(View<const T> result) const {
  if (result.count() != 1)
    throw ShapeError("program", join("the result is ", result.shape(), ", not a single number"),
                     "Read it with run()");
  return *result.data;
}

template <class T>
Node<T> Program<T>::recorded(Feeds inputs) {
  Body& body = body_for(inputs);
  return in_memory("look at", [&] {
    body.find_parameters();
    looked_ = std::make_unique<Tape<T>>();
    const Node<T> cost = f_(*looked_, Fed<T>(program::leaves(*looked_, inputs)));
    if (cost.shape().count() == 1) looked_->backward(cost);
    return cost;
  });
}

template <class T>
std::string Program<T>::describe() const {
  check_moved();
  return last_->describe();
}
template <class T>
std::size_t Program<T>::bytes() const {
  check_moved();
  std::size_t bytes = 0;
  for (const auto& body : bodies_) bytes += body->bytes();
  return bytes;
}

template <class T>
const Node<T>& Fed<T>::at(std::size_t i) const {
  if (i < nodes_.size()) return nodes_[i];
  throw ShapeError(
      "program",
      join("input ", i, " is out of range: there ", nodes_.size() == 1 ? "is " : "are ",
           nodes_.size(), nodes_.size() == 1 ? " input" : " inputs"),
      nodes_.empty() ? std::string("Give compile() an example of each input")
                     : join("They go from 0 to ", nodes_.size() - 1));
}
template <class T>
const Node<T>& Fed<T>::operator[](std::size_t i) const {
  if (at(i).op() != "indices") return nodes_[i];
  throw ShapeError(
      "program", join("input ", i, " is positions, and is asked for as numbers"),
      join("Read it with in.indices(", i, "), or feed it numbers of the program's type"));
}
template <class T>
Indices<T> Fed<T>::indices(std::size_t i) const {
  if (at(i).op() == "indices") return Indices<T>(nodes_[i]);
  throw ShapeError("program", join("input ", i, " is numbers, and is asked for as positions"),
                   join("Read it with in[", i, "], or feed it a std::vector<std::int64_t>"));
}

template class Fed<float>;
template class Fed<double>;
template class Program<float>;
template class Program<double>;

}  // namespace glassgrad

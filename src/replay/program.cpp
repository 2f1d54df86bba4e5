// Recording, the passes in order, running.
#include "glassgrad/replay/program.hpp"

#include "glassgrad/core/calculus.hpp"
#include "glassgrad/core/text.hpp"
#include "layout.hpp"
#include "passes.hpp"

namespace glassgrad {

template <class T>
struct Program<T>::Body {
  CostFunction<T> record;
  Tape<T> tape;  // holds the attributes, the constants and the inputs
  std::vector<Node<T>> inputs;
  std::vector<Parameter<T>*> parameters;
  std::vector<replay::Id> gradients;  // of the parameters, in their order
  replay::Id cost = 0;
  std::string description;
  std::unique_ptr<replay::Layout<T>> layout;
  std::unique_ptr<Tape<T>> looked;
};

namespace {

template <class T>
Node<T> leaf(Tape<T>& tape, const Feed<T>& feed) {
  return feed.numbers() ? tape.input(*feed.numbers()) : tape.indices(feed.positions()).record();
}

template <class T>
bool is_positions(const Node<T>& node) {
  return node.tape()->record(node.index()).leaf == Leaf::indices;
}

template <class T>
void check(std::size_t i, const Feed<T>& feed, const Node<T>& input) {
  const std::string_view kind[] = {"numbers", "positions"};
  const bool given = !feed.numbers(), wanted = is_positions(input);
  if (given != wanted)
    throw ShapeError("program",
                     join("input ", i, " is ", kind[given], ", it was recorded as ", kind[wanted]),
                     "Feed what the program was compiled with");
  if (feed.shape() != input.shape())
    throw ShapeError(
        "program", join("input ", i, " is ", feed.shape(), ", it was recorded as ", input.shape()),
        "Feed the same shape, or compile a program for this one");
}

}  // namespace

template <class T>
Program<T>::Program(CostFunction<T> f, std::span<const Feed<T>> examples, Gradients gradients)
    : body_(std::make_unique<Body>()) {
  Body& body = *body_;
  body.record = std::move(f);
  for (const Feed<T>& example : examples) body.inputs.push_back(leaf(body.tape, example));
  body.tape.forget_reads();
  const Node<T> cost = body.record(body.tape, Fed<T>(body.inputs));
  if (body.tape.value_was_read())
    throw TapeError("compile", "the function looked at a number while it was recorded",
                    "A program has no branches: use where, or compile one for each branch");
  body.cost = body.tape.checked("compile", cost);
  std::vector<replay::Id> outputs{body.cost};
  if (gradients == Gradients::parameters) {
    std::vector<Node<T>> nodes;
    for (const std::uint32_t index : body.tape.parameters()) {
      const Record<T>& record = body.tape.record(index);
      if (!record.active) continue;
      nodes.push_back(body.tape.node(index));
      body.parameters.push_back(static_cast<Parameter<T>*>(const_cast<void*>(record.attributes)));
    }
    for (const Node<T>& gradient : grad(cost, std::span<const Node<T>>(nodes)))
      body.gradients.push_back(gradient.index());
    outputs.insert(outputs.end(), body.gradients.begin(), body.gradients.end());
  }
  replay::Graph<T> graph = replay::graph_of(body.tape, outputs);
  const auto pass = [&](std::string_view name, void (*apply)(replay::Graph<T>&)) {
    if (apply) apply(graph);
    body.description +=
        join("-- ", name, ": ", graph.code.size(), " instructions\n", replay::describe(graph));
  };
  pass("recorded", nullptr);
  pass("remove_dead", &replay::remove_dead<T>);
  pass("fold_constants", &replay::fold_constants<T>);
  pass("clean_algebra", &replay::clean_algebra<T>);
  pass("merge_common", &replay::merge_common<T>);
  pass("remove_dead", &replay::remove_dead<T>);
  pass("fuse", &replay::fuse<T>);
  body.layout = std::make_unique<replay::Layout<T>>(std::move(graph), body.gradients);
  body.description += join("-- buffers: ", body.layout->bytes(), " bytes\n");
}

template <class T>
Program<T>::~Program() = default;
template <class T>
Program<T>::Program(Program&&) noexcept = default;
template <class T>
Program<T>& Program<T>::operator=(Program&&) noexcept = default;

template <class T>
View<const T> Program<T>::run(std::span<const Feed<T>> inputs) {
  Body& body = *body_;
  if (inputs.size() != body.inputs.size())
    throw ShapeError(
        "program", join(inputs.size(), " inputs given, it was recorded with ", body.inputs.size()),
        "Feed what the program was compiled with");
  for (std::size_t i = 0; i < inputs.size(); ++i) check(i, inputs[i], body.inputs[i]);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    T* const to = body.tape.record(body.inputs[i].index()).value;
    if (inputs[i].numbers())
      inputs[i].numbers()->copy_to(to);
    else
      std::copy(inputs[i].positions().begin(), inputs[i].positions().end(),
                reinterpret_cast<std::int64_t*>(to));
  }
  // a gradient nobody has used yet is about to be written over: its parameter takes a copy
  for (std::size_t i = 0; i < body.parameters.size(); ++i)
    if (body.layout->memory(i).use_count() > 1) {
      Parameter<T>& parameter = *body.parameters[i];
      const std::vector<T> zeros(std::size_t(parameter.shape().count()), T(0));
      parameter.add_gradient({zeros.data(), &parameter.shape()});
    }
  body.layout->run();
  for (std::size_t i = 0; i < body.parameters.size(); ++i) {
    const View<const T> gradient = body.layout->value(body.gradients[i]);
    const std::shared_ptr<std::byte>& memory = body.layout->memory(i);
    const bool own = reinterpret_cast<const T*>(memory.get()) == gradient.data;
    body.parameters[i]->add_gradient(gradient, own ? memory : nullptr);
  }
  return body.layout->value(body.cost);
}

template <class T>
T Program<T>::item(View<const T> result) const {
  if (result.count() != 1)
    throw ShapeError("program", join("the result is ", result.shape(), ", not a single number"),
                     "Read it with run()");
  return *result.data;
}

template <class T>
Node<T> Program<T>::look() {
  Body& body = *body_;
  body.looked = std::make_unique<Tape<T>>();
  std::vector<Node<T>> inputs;
  for (const Node<T>& input : body.inputs) {
    const View<const T> now{body.tape.record(input.index()).value, &input.shape()};
    inputs.push_back(is_positions(input)
                         ? body.looked->indices({positions(now), now.size()}).record()
                         : body.looked->input(now));
  }
  const Node<T> cost = body.record(*body.looked, Fed<T>(inputs));
  if (cost.shape().count() == 1) body.looked->backward(cost);
  return cost;
}

template <class T>
std::string Program<T>::describe() const {
  return body_->description;
}
template <class T>
std::size_t Program<T>::bytes() const {
  return body_->layout->bytes();
}

template class Program<float>;
template class Program<double>;

}  // namespace glassgrad

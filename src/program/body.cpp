// Recording, the passes in order, running.
#include "body.hpp"

#include <algorithm>
#include <cmath>
#include <new>

#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/fed.hpp"
#include "program/last_grad.hpp"
#include "program/passes/passes.hpp"
#include "recording.hpp"

namespace glassgrad::program {

template <class T>
std::vector<Node<T>> leaves(Tape<T>& tape, std::span<const Feed<T>> inputs) {
  std::vector<Node<T>> nodes;
  for (const Feed<T>& input : inputs)
    nodes.push_back(input.numbers() ? tape.input(*input.numbers())
                                    : tape.indices(input.positions()).record());
  return nodes;
}

template <class T>
struct Pass {
  std::string_view name;
  void (*apply)(Graph<T>&);
};

template <class T>
constexpr Pass<T> passes[] = {
    {"remove_dead", &remove_dead<T>},     {"fold_constants", &fold_constants<T>},
    {"clean_algebra", &clean_algebra<T>}, {"merge_common", &merge_common<T>},
    {"unstretch", &unstretch<T>},         {"fold_transposes", &fold_transposes<T>},
    {"sums_first", &sums_first<T>},       {"remove_dead", &remove_dead<T>},
    {"accumulate", &accumulate<T>},       {"fuse", &fuse<T>},
    {"join_rows", &join_rows<T>},         {"recompute", &recompute<T>},
    {"schedule", &schedule<T>},
};

template <class T>
Body<T>::Body(const CostFunction<T>& f, std::span<const Feed<T>> examples,
              const CompileOptions<T>& options) {
  constexpr std::size_t most = 10000;  // instructions that describe() lists
  Graph<T> graph = record(f, examples, options.gradients == Gradients::parameters);
  if (graph.code.size() <= most) recorded_ = graph;
  sizes_.reserve(1 + std::size(passes<T>));
  sizes_.push_back(graph.code.size());
  graph = after_passes(std::move(graph));
  const bool moves = options.optimizer != nullptr;
  executor_.emplace(
      plan_of(std::move(graph), moves ? std::span<const Id>() : std::span(gradients_)));
  const Graph<T>& laid_out = executor_->graph();
  if (laid_out.values[laid_out.root(cost_)].origin != Origin::computed)
    result_.resize(std::size_t(laid_out.values[cost_].shape.count()));
  if (!moves) return;
  const std::size_t known = options.optimizer->mark_states();
  try {
    plan_updates(*options.optimizer);
  } catch (...) {
    options.optimizer->forget_states_since(known);
    throw;
  }
}

template <class T>
Graph<T> Body<T>::after_passes(Graph<T> graph) {
  for (const Pass<T>& pass : passes<T>) {
    if (pass.apply == &sums_first<T>) plain_graph_ = graph;
    pass.apply(graph);
    sizes_.push_back(graph.code.size());
  }
  if (graph.watched.empty()) plain_graph_.reset();
  return graph;
}

template <class T>
Graph<T> Body<T>::record(const CostFunction<T>& f, std::span<const Feed<T>> examples,
                         bool with_gradients) {
  const Recording<T> recording;
  Tape<T>& tape = *recording;
  std::vector<Node<T>> nodes;
  nodes.reserve(examples.size()), inputs.reserve(examples.size());
  for (const Feed<T>& example : examples) {
    const Shape shape = example.shape();
    nodes.push_back(example.numbers() ? fed(tape, shape) : fed_indices(tape, shape).record());
    inputs.push_back({shape, !example.numbers(), nodes.back().index()});
  }
  const Node<T> cost = [&] {
    const typename Tape<T>::Hold what_it_is_fed_with(tape, Busy::compile);
    return f(tape, Fed<T>(nodes));
  }();
  cost_ = tape.records().checked("compile", cost);
  std::vector<Id> outputs{cost_};
  std::vector<Node<T>> learning;
  known_.reserve(tape.records().parameters().size()), learning.reserve(known_.capacity());
  for (const std::uint32_t index : tape.records().parameters()) {
    const Record<T> record = tape.records()[index];
    tape.records().check_parameter_of("program", index);
    const bool learns = with_gradients && record.active;
    known_.push_back({parameter_of(record).home(), learns});
    if (learns) learning.push_back(tape.records().node(index));
  }
  find_parameters();
  outputs.reserve(1 + learning.size()), gradients_.reserve(learning.size());
  if (with_gradients)
    for (const Node<T>& gradient : last_grad(cost, std::span<const Node<T>>(learning)))
      gradients_.push_back(gradient.index());
  outputs.insert(outputs.end(), gradients_.begin(), gradients_.end());
  Graph<T> graph = graph_of(tape, outputs, Id(nodes.size()));
  keep_what_is_used(graph, arena_);
  return graph;
}

template <class T>
void Body<T>::plan_updates(Optimizer<T>& optimizer) {
  const Graph<T>& graph = executor_->graph();
  for (const Id gradient : gradients_) {
    View<const T> view = executor_->value(gradient);
    const auto count = std::size_t(view.count());
    if (graph.values[graph.root(gradient)].origin != Origin::computed) {  // say, an input's numbers
      copies_.push_back(allocate_aligned(count * sizeof(T)));
      view.data = reinterpret_cast<const T*>(copies_.back().get());
    }
    std::fill_n(const_cast<T*>(view.data), count, T(0));  // read while its ops are recorded
    gradient_views_.push_back(view);
  }
  updates_.emplace(optimizer);
  updates_->hear(parameters_, gradient_views_, *executor_);
}

template <class T>
bool Body<T>::fits(std::span<const Feed<T>> feeds) const {
  for (std::size_t i = 0; i < feeds.size(); ++i)
    if (feeds[i].shape() != inputs[i].shape) return false;
  return true;
}

template <class T>
void Body<T>::find_parameters() {
  parameters_.clear();
  parameters_.reserve(known_.size());
  for (const Known& known : known_) {
    Parameter<T>* const now = known.home->self;
    if (!now)
      throw TapeError("program",
                      join("parameter \"", known.home->name, "\" was destroyed or replaced since"),
                      "Keep it as long as the program, or compile again");
    if (!known.learns) continue;
    if (now->frozen())
      throw TapeError("program", join("parameter \"", known.home->name, "\" was frozen since"),
                      "Unfreeze it, or compile again");
    parameters_.push_back(now);
  }
}

template <class T>
View<const T> Body<T>::run(std::span<const Feed<T>> feeds) {
  const Running once(running);
  find_parameters();
  feed(*executor_, feeds);
  if (!updates_) make_room_for_gradients();
  executor_->run();
  if (left_the_range()) run_as_recorded(feeds);
  const View<const T> result = executor_->value(cost_);
  std::copy_n(result.begin(), result_.size(), result_.begin());
  updates_ ? move_parameters() : hand_out_gradients();
  return result_.empty() ? result : View<const T>{result_.data(), result.sizes};
}

template <class T>
bool Body<T>::left_the_range() const {
  const auto is_finite = [](T x) { return std::isfinite(x); };
  return std::any_of(executor_->graph().watched.begin(), executor_->graph().watched.end(),
                     [&](Id id) {
                       const View<const T> view = executor_->value(id);
                       return !std::all_of(view.begin(), view.end(), is_finite);
                     });
}

// With every sum after its products. Where there is no memory for that the results stay as they
// are: a program that has diverged needs no more of it.
template <class T>
[[gnu::noinline, gnu::cold]] void Body<T>::run_as_recorded(std::span<const Feed<T>> feeds) try {
  if (!plain_executor_) {
    Graph<T> graph = *plain_graph_;
    bool later = false;
    for (const Pass<T>& pass : passes<T>) {
      if (later) pass.apply(graph);
      later |= pass.apply == &sums_first<T>;
    }
    plain_executor_.emplace(plan_of(std::move(graph), std::span<const Id>()));
  }
  feed(*plain_executor_, feeds);
  plain_executor_->run();
  for (const Id id : plain_graph_->outputs) {
    const View<const T> from = plain_executor_->value(id), to = executor_->value(id);
    if (executor_->graph().values[executor_->graph().root(id)].origin == Origin::computed)
      std::copy(from.begin(), from.end(), const_cast<T*>(to.data));
  }
} catch (const MemoryError&) {
} catch (const std::bad_alloc&) {
}

template <class T>
void Body<T>::feed(Executor<T>& executor, std::span<const Feed<T>> feeds) {
  copies_of_inputs_.resize(inputs.size());
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const Feed<T>& feed = feeds[i];
    const T* numbers = feed.numbers() ? feed.numbers()->in_row()
                                      : reinterpret_cast<const T*>(feed.positions().data());
    if (feed.numbers() && !numbers) {
      AlignedBytes& copy = copies_of_inputs_[i];
      if (!copy) copy = allocate_aligned(bytes_of<T>(inputs[i].shape.count()));
      feed.numbers()->copy_to(reinterpret_cast<T*>(copy.get()));
      numbers = reinterpret_cast<const T*>(copy.get());
    }
    executor.feed(inputs[i].id, numbers);
  }
}

// A gradient not used yet is about to be overwritten: its parameter takes a copy. Likewise of one
// lent by a tape, and of one to be added to, so that handing out allocates nothing.
template <class T>
void Body<T>::make_room_for_gradients() {
  own_gradients_.resize(gradients_.size());
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    Parameter<T>& parameter = *parameters_[i];
    const bool lent = executor_->memory(i).use_count() > 1;
    if (lent || (parameter.has_gradient() && parameter.gradient().data != own_gradients_[i])) {
      const std::vector<T> zeros(std::size_t(parameter.shape().count()), T(0));
      parameter.add_gradient({zeros.data(), &parameter.shape()});
    } else if (!is_lent(i)) {
      parameter.gradient();
    }
    if (parameter.has_gradient()) own_gradients_[i] = parameter.gradient().data;
  }
}

// Is it computed in memory that a parameter may hold?
template <class T>
bool Body<T>::is_lent(std::size_t i) const {
  return reinterpret_cast<const T*>(executor_->memory(i).get()) ==
         executor_->value(gradients_[i]).data;
}

template <class T>
void Body<T>::hand_out_gradients() {
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    const View<const T> gradient = executor_->value(gradients_[i]);
    const std::shared_ptr<std::byte>& memory = executor_->memory(i);
    parameters_[i]->add_gradient(gradient, is_lent(i) ? memory : nullptr);
  }
}

template <class T>
void Body<T>::move_parameters() {
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    const View<const T> from = executor_->value(gradients_[i]), &to = gradient_views_[i];
    if (from.data != to.data) std::copy(from.begin(), from.end(), const_cast<T*>(to.data));
  }
  updates_->hear(parameters_, gradient_views_, *executor_);
  executor_->run_changes();
  updates_->count(parameters_);
}

template <class T>
std::string Body<T>::describe() const {
  Graph<T> graph = recorded_;  // the passes are run again
  std::string text;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    if (i > 0) passes<T>[i - 1].apply(graph);
    text +=
        join("-- ", i > 0 ? passes<T>[i - 1].name : "recorded", ": ", sizes_[i], " instructions\n");
    text += graph.code.size() == sizes_[i] ? program::describe(graph) : "(too many to list)\n";
  }
  if (updates_) {
    std::vector<std::string> names;
    for (const Id gradient : gradients_) names.push_back(name_of(executor_->graph(), gradient));
    std::vector<Parameter<T>*> now;
    for (const Known& known : known_)
      if (known.learns && known.home->self) now.push_back(known.home->self);
    text += updates_->is_there() && now.size() == gradients_.size()
                ? "-- updates\n" + updates_->describe(now, names)
                : "-- updates: the optimizer or a parameter was destroyed since\n";
  }
  return text + join("-- buffers: ", bytes(), " bytes\n");
}

#define GLASSGRAD_BODY(T)                                                   \
  template std::vector<Node<T>> leaves(Tape<T>&, std::span<const Feed<T>>); \
  template class Body<T>;
GLASSGRAD_BODY(float)
GLASSGRAD_BODY(double)
#undef GLASSGRAD_BODY

}  // namespace glassgrad::program

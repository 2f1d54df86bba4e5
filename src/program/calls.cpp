// Binding: operands to addresses, a graph's values to views.
#include "calls.hpp"

#include <algorithm>
#include <utility>

#include "glassgrad/array/few.hpp"

namespace glassgrad::program {
namespace {

template <class T>
Operand<T> operand(const Plan<T>& plan, const Memory<T>& memory, const Step& step,
                   const Instruction<T>& instruction, Id id) {
  const Graph<T>& graph = plan.graph;
  const Shape& shape = graph.values[id].shape;
  const Shape& full = full_shape(graph, step);
  const Id root = graph.root(id);
  const bool hidden = plan.places[root].hidden();
  Operand<T> operand{hidden, memory.at(root), 0, 0, shape, shape};
  if (hidden) operand.offset = std::int64_t(plan.places[root].at);
  const bool cut = step.flat ? shape.count() != 1 : graph.is_cut(instruction, id, full[0]);
  if (!cut) return operand;
  const std::int64_t left = step.rows_of_last_block();
  operand.block = step.flat ? Shape{step.rows} : shape.with(0, step.rows);
  operand.tail = step.flat ? Shape{left} : shape.with(0, left);
  const bool unread = !operand.base && graph.values[root].origin == Origin::constant;
  if (!hidden && !unread) operand.step = operand.block.count();
  return operand;
}

}  // namespace

template <class T>
void Call<T>::pull_back(std::span<const View<const T>> from, View<T> to, Pool& pool) const {
  const std::size_t n = from.size() - 2 - onto;
  Few<Sink<T>> sinks(n);
  sinks[*pull] = {to.data, onto};
  rule->pull(attributes, from.first(n), from[n], from[n + 1], sinks, pool);
}

template <class T>
template <class X>
std::span<X> Calls<T>::list_in(Arena& arena, std::size_t size) {
  const std::size_t bytes = bytes_of<X>(std::int64_t(std::max<std::size_t>(size, 1)));
  X* const items = static_cast<X*>(bytes <= 1024 ? arena.take_small(bytes) : arena.take(bytes));
  std::uninitialized_default_construct_n(items, size);
  return {items, size};
}

template <class T>
Calls<T>::Calls(const Plan<T>& plan, Memory<T>& memory) {
  std::size_t calls = 0, inputs = 0;
  for (const Step& step : plan.steps)
    for (std::uint32_t i = step.first; i < step.end(); ++i)
      step.kind == Step::Kind::numbers ? inputs += plan.graph.code[i].in.size() : ++calls;
  bound_.reserve(plan.steps.size());
  for (const Step& step : plan.steps) bound_.push_back({step, 0, 0});
  bind_numbers(plan, memory.numbers(), {memory.template take<std::uint32_t>(inputs), inputs});
  calls_.reserve(calls + plan.graph.outputs.size());  // and an update of every gradient
  for (Bound& bound : bound_)
    if (bound.step.kind != Step::Kind::numbers) bind(plan, memory, bound);
  graph_steps_ = bound_.size(), graph_calls_ = calls_.size();
  make_partials(plan);
  find_fed(plan);
}

template <class T>
void Calls<T>::bind(const Plan<T>& plan, const Memory<T>& memory, Bound& bound) {
  const Graph<T>& graph = plan.graph;
  const auto view = [&](Id id) {
    return View<T>{memory.at(graph.root(id)), &graph.values[id].shape};
  };
  bound.at = std::uint32_t(calls_.size());
  for (std::uint32_t i = bound.step.first; i < bound.step.end(); ++i) {
    const auto& [rule, attributes, in, out, pull, onto] = graph.code[i];
    Call<T> call{rule, attributes, {}, view(out), {}, pull, onto};
    call.in = list_in<View<const T>>(lists_, in.size());
    std::transform(in.begin(), in.end(), call.in.begin(), view);
    if (bound.step.kind == Step::Kind::run) {
      call.operands = list_in<Operand<T>>(lists_, in.size() + 1);
      const auto cut = [&](Id x) { return operand(plan, memory, bound.step, graph.code[i], x); };
      std::transform(in.begin(), in.end(), call.operands.begin(), cut);
      call.operands.back() = cut(out);
    }
    calls_.push_back(call);
  }
  bound.end = std::uint32_t(calls_.size());
}

// A million uses of an op on numbers take four bytes per input and a number per result: `inputs`,
// which numbers they read.
template <class T>
void Calls<T>::bind_numbers(const Plan<T>& plan, T* numbers, std::span<std::uint32_t> inputs) {
  const Graph<T>& graph = plan.graph;
  std::vector<std::uint32_t> number(graph.values.size(), 0);  // of roots
  for (std::uint32_t i = 0; i < plan.copied.size(); ++i) number[plan.copied[i]] = i;
  for (const Instruction<T>& instruction : graph.code)
    if (const Place& place = plan.places[instruction.out]; place.in == Place::In::numbers)
      number[instruction.out] = std::uint32_t(place.at);
  std::uint32_t* input = inputs.data();
  for (Bound& bound : bound_) {
    const Step& step = bound.step;
    if (step.kind != Step::Kind::numbers) continue;
    bound.at = std::uint32_t(groups_.size());
    for (std::uint32_t i = step.first; i < step.end(); ++i) {
      const auto& [rule, attributes, in, out, pull, onto] = graph.code[i];
      if (i == step.first || groups_.back().rule != rule ||
          !same_attributes(*rule, groups_.back().calls.attributes, attributes))
        groups_.push_back({rule, {numbers, number[out], 0, input, attributes}});
      ++groups_.back().calls.count;
      for (const Id x : in) *input++ = number[graph.root(x)];
    }
    bound.end = std::uint32_t(groups_.size());
  }
}

template <class T>
void Calls<T>::make_partials(const Plan<T>& plan) {
  const auto each_sum = [&](const auto& visit) {
    for (const Bound& bound : of_graph())
      for (std::uint32_t i = bound.step.first; i < bound.step.end(); ++i)
        if (bound.step.kind == Step::Kind::run &&
            is_end(plan.graph, bound.step, plan.graph.code[i])) {
          Call<T>& sum = calls_[bound.at + i - bound.step.first];
          visit(sum, sum.partial_numbers(bound.step.tasks()));
        }
  };
  std::int64_t all = 0;
  each_sum([&](const Call<T>&, std::int64_t count) { all += count; });
  partials_.resize(std::size_t(all));
  T* next = partials_.data();
  each_sum(
      [&](Call<T>& sum, std::int64_t count) { sum.partials = std::exchange(next, next + count); });
}

template <class T>
void Calls<T>::find_fed(const Plan<T>& plan) {
  const Graph<T>& graph = plan.graph;
  std::vector<std::size_t> at(graph.values.size(), 0);  // + 1, in fed_; 0: it is not fed
  for (Id i = 0; i < graph.values.size(); ++i)
    if (graph.root(i) == i && graph.values[i].origin == Origin::fed) {
      fed_.push_back({i, {}, {}});
      at[i] = fed_.size();
    }
  for (const Bound& bound : of_graph()) {
    if (bound.step.kind == Step::Kind::numbers) continue;
    for (std::uint32_t i = bound.step.first; i < bound.step.end(); ++i) {
      const auto& in = graph.code[i].in;
      Call<T>& call = calls_[bound.at + i - bound.step.first];
      for (std::size_t k = 0; k < in.size(); ++k) {
        if (at[graph.root(in[k])] == 0) continue;
        Fed& fed = fed_[at[graph.root(in[k])] - 1];
        fed.reads.push_back(&call.in[k].data);
        if (!call.operands.empty()) fed.bases.push_back(&call.operands[k].base);
      }
    }
  }
}

template <class T>
void Calls<T>::feed(Id root, const T* numbers) {
  for (Fed& fed : fed_) {
    if (fed.root != root) continue;
    for (const T** read : fed.reads) *read = numbers;
    for (T** base : fed.bases) *base = const_cast<T*>(numbers);  // read only
  }
}

// In-place changes are a run of their own, with operands in place.
template <class T>
void Calls<T>::add(std::span<const InPlace<T>> changes) {
  const std::int64_t numbers = changes.front().out.count();
  if (numbers == 0) return;
  Step step{Step::Kind::run, 0, std::uint32_t(changes.size())};
  step.flat = true;
  step.total_rows = numbers, step.row_count = 1;
  step.rows = std::min(block_numbers<T>, numbers);
  const std::int64_t left = step.rows_of_last_block();
  if (step.blocks() == 1) step.kind = Step::Kind::calls;
  T* scratch = nullptr;  // of a single block
  const auto at = std::uint32_t(calls_.size());
  for (const InPlace<T>& change : changes) {
    Call<T> call{change.rule, change.attributes, {}, change.out, {}};
    call.in = list_in<View<const T>>(change_lists_, change.in.size());
    std::copy(change.in.begin(), change.in.end(), call.in.begin());
    call.operands = list_in<Operand<T>>(change_lists_, change.in.size() + 1);
    const auto set_operand = [&](auto& view, Operand<T>& to) {
      const Shape& shape = view.shape();
      Operand<T> operand{!view.data, const_cast<T*>(view.data), 0, 0, shape, shape};
      if (shape.count() != 1) operand.block = {step.rows}, operand.tail = {left};
      if (view.data && shape.count() != 1) operand.step = step.rows;
      to = operand;
      if (view.data || step.kind == Step::Kind::run) return;
      if (!scratch) scratch = static_cast<T*>(change_lists_.take(bytes_of<T>(numbers)));
      view.data = scratch;
    };
    for (std::size_t k = 0; k < call.in.size(); ++k) set_operand(call.in[k], call.operands[k]);
    set_operand(call.out, call.operands.back());
    calls_.push_back(call);
  }
  bound_.push_back({step, at, at + step.count});
}

template <class T>
void Calls<T>::drop_changes() {
  bound_.resize(graph_steps_);
  calls_.resize(graph_calls_);
  change_lists_.rewind({});
}

#define GLASSGRAD_CALLS(T) \
  template struct Call<T>; \
  template class Calls<T>;
GLASSGRAD_CALLS(float)
GLASSGRAD_CALLS(double)
#undef GLASSGRAD_CALLS

}  // namespace glassgrad::program

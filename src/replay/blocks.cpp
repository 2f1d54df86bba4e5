// Fused runs: cut into blocks, their hidden numbers placed in a scratch that fits the cache, and
// run. How a run is cut depends on shapes alone.
#include <algorithm>

#include "glassgrad/core/workers.hpp"
#include "layout.hpp"

namespace glassgrad::replay {

template <class T>
void Layout<T>::cut(Step& step) const {
  const Shape& full = graph_.values[graph_.code[step.first].out].shape;
  step.flat = true;
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
    for (const Id x : graph_.code[i].in) {
      const Shape& shape = graph_.values[x].shape;
      step.flat &= shape == full || shape.count() == 1;
    }
  step.total_rows = step.flat ? full.count() : full[0];
  step.row_count = step.flat ? 1 : full.count() / full[0];
  step.rows = std::clamp<std::int64_t>(block_numbers / step.row_count, 1, step.total_rows);
}

// What is made and used inside one run needs no buffer.
template <class T>
void Layout<T>::find_hidden() {
  std::vector<std::uint32_t> made_in(graph_.values.size(), 0);
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
    if (graph_.run[i]) made_in[graph_.code[i].out] = graph_.run[i], hidden_[graph_.code[i].out] = 1;
  for (const Id output : graph_.outputs) hidden_[graph_.root(output)] = 0;
  for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
    for (const Id x : graph_.code[i].in)
      if (made_in[graph_.root(x)] != graph_.run[i]) hidden_[graph_.root(x)] = 0;
}

// Places in the scratch are given by first and last use, as buffers are; what finds none is not
// hidden after all.
template <class T>
void Layout<T>::place_hidden(const Step& step) {
  const std::int64_t size = step.rows * step.row_count;
  std::vector<std::uint32_t> last(graph_.values.size(), 0);
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i)
    for (const Id x : graph_.code[i].in) last[graph_.root(x)] = i;
  std::vector<std::int64_t> free;
  for (std::int64_t at = 0; at + size <= scratch_numbers; at += (size + 15) / 16 * 16)
    free.push_back(at);
  for (std::uint32_t i = step.first; i < step.first + step.count; ++i) {
    const auto& [rule, attributes, in, out] = graph_.code[i];
    for (const Id x : in) {
      const Id root = graph_.root(x);
      if (hidden_[root] && last[root] == i) {
        free.push_back(scratch_at_[root]);
        last[root] = 0;  // given back once, though it may be read twice
      }
    }
    if (hidden_[out] && free.empty()) hidden_[out] = 0;
    if (!hidden_[out]) continue;
    scratch_at_[out] = free.back();
    free.pop_back();
  }
}

template <class T>
Operand<T> Layout<T>::operand(const Step& step, Id id) const {
  const Shape& shape = graph_.values[id].shape;
  const Shape& full = graph_.values[graph_.code[step.first].out].shape;
  const Id root = graph_.root(id);
  Operand<T> operand{hidden_[root] ? nullptr : place_[root], scratch_at_[root], 0, shape, shape};
  const bool cut = step.flat ? shape.count() != 1
                             : shape.rank() == full.rank() && (full[0] == 1 || shape[0] != 1);
  if (!cut) return operand;
  const std::int64_t left = step.total_rows - (step.blocks() - 1) * step.rows;
  operand.block = step.flat ? Shape{step.rows} : shape.with(0, step.rows);
  operand.tail = step.flat ? Shape{left} : shape.with(0, left);
  if (operand.base) operand.step = operand.block.count();
  return operand;
}

template <class T>
void Layout<T>::run() {
  constexpr std::int64_t shared_from = std::int64_t(1) << 16, per_task = std::int64_t(1) << 15;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::call) {
      const Call<T>& call = calls_[step.at];
      call.rule->forward(call.attributes, call.in, call.out, pool_);
    } else if (step.kind == Step::Kind::numbers) {
      const NumberCall<T>* const end = &number_calls_[step.at] + step.count;
      for (const NumberCall<T>* call = end - step.count; call != end; ++call)
        *call->out = call->number(call->attributes, &number_inputs_[call->in]);
    } else {
      const std::int64_t size = step.rows * step.row_count, blocks = step.blocks();
      const std::int64_t each =
          size * blocks < shared_from ? blocks : std::max<std::int64_t>(1, per_task / size);
      workers::run((blocks + each - 1) / each, [&](std::int64_t task) {
        run_blocks(step, task * each, std::min(blocks, (task + 1) * each));
      });
    }
  }
}

template <class T>
void Layout<T>::run_blocks(const Step& step, std::int64_t first, std::int64_t last) {
  alignas(alignment) T scratch[scratch_numbers];
  Pool none;  // elementwise kernels ask for no memory
  for (std::int64_t b = first; b < last; ++b) {
    const bool at_tail = b + 1 == step.blocks();
    for (std::uint32_t i = step.at; i < step.at + step.count; ++i) {
      const Call<T>& call = calls_[i];
      const std::size_t n = call.operands.size() - 1;
      View<T> out;
      View<const T> in[8];
      for (std::size_t k = 0; k <= n; ++k) {
        const Operand<T>& operand = call.operands[k];
        T* const at = operand.base ? operand.base + b * operand.step : scratch + operand.offset;
        const Shape* const shape = at_tail ? &operand.tail : &operand.block;
        if (k < n)
          in[k] = {at, shape};
        else
          out = {at, shape};
      }
      call.rule->forward(call.attributes, std::span(in, n), out, none);
    }
  }
}

template class Layout<float>;
template class Layout<double>;

}  // namespace glassgrad::replay

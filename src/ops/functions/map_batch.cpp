// The work of map_batch around the function: one example in, batched records out.
#include "glassgrad/ops/functions/map_batch.hpp"
#include "glassgrad/engine/fed.hpp"

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "ops/functions/batched_records.hpp"

namespace glassgrad::detail {
namespace {

template <class T>
Tape<T>& tape_of(std::span<const Node<T>> mapped) {
  if (mapped.empty())
    throw TapeError("map_batch", "no input is mapped", "Give at least one node without whole(...)");
  for (std::size_t k = 0; k < mapped.size(); ++k) {
    if (mapped[k].shape().rank() == 0)
      throw ShapeError("map_batch", join("input ", k, " is a single number"),
                       "Give it an axis to map over, or use whole(...)");
    if (mapped[k].shape()[0] != mapped[0].shape()[0])
      throw ShapeError("map_batch",
                       join("the leading sizes differ: input 0 is ", mapped[0].shape(), ", input ",
                            k, " is ", mapped[k].shape()),
                       "Give every mapped input the same number of examples, or use whole(...)");
  }
  return mapped[0].its_tape();
}

Shape without_first(const Shape& shape) {
  return Shape(std::span(shape.begin() + 1, std::size_t(shape.rank() - 1)));
}

}  // namespace

template <class T>
BatchRun<T>::BatchRun(std::span<const Node<T>> mapped)
    : tape_(tape_of(mapped)),
      mapped_(mapped.begin(), mapped.end()),
      n_(mapped[0].shape()[0]),
      mark_(tape_.mark()),
      read_before_(parts_of(tape_).observers.value_was_read) {
  for (const Node<T>& node : mapped_) {
    tape_.records().checked("map_batch", node);
    if (node.op() == "indices")
      throw TapeError("map_batch",
                      subject(node) + " is mapped and holds positions, which are no numbers",
                      "Use whole(...) for them, or map one_hot(positions, n)");
  }
  for (const Node<T>& node : mapped_) {
    const Shape shape = without_first(node.shape());
    if (tape_.keep() == Keep::program) {
      examples_.push_back(fed(tape_, shape));
      continue;
    }
    const std::vector<T> none(n_ == 0 ? std::size_t(shape.count()) : 0, T(0));
    examples_.push_back(
        tape_.input(View<const T>{n_ == 0 ? none.data() : tape_.numbers(node.index()), &shape}));
  }
  parts_of(tape_).observers.value_was_read = false;
  hold_.emplace(tape_, Busy::map_batch, mark_.size);
}

template <class T>
BatchRun<T>::~BatchRun() {
  if (hold_ && !hold_->alive()) return;
  hold_.reset();
  if (!finished_) parts_of(tape_).undo(mark_);
  parts_of(tape_).observers.value_was_read = read_before_;
}

template <class T>
void BatchRun<T>::finish(std::span<Node<T>> results) {
  hold_->check("map_batch");
  if (parts_of(tape_).observers.value_was_read)
    throw TapeError(
        "map_batch", "the function looked at a number of one example",
        "It is called once for all examples: choose between nodes by where, or give as an "
        "input what depends on numbers");
  BatchedRecords<T> records(tape_, mark_.size, n_);
  records.copy(results);
  hold_.reset();
  tape_.rewind(mark_);
  records.make(mapped_);
  for (Node<T>& result : results) result = records.result(result);
  finished_ = true;
}

template class BatchRun<float>;
template class BatchRun<double>;

}  // namespace glassgrad::detail

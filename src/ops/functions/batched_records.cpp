// Copying records, and appending them for a whole batch.
#include "ops/functions/batched_records.hpp"

#include <cstring>

#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {

template <class T>
void BatchedRecords<T>::copy(std::span<const Node<T>> results) {
  needed_.assign(tape_.size() - first_, 0);
  for (const Node<T>& result : results)
    if (result.tape() && tape_.records().checked("map_batch", result) >= first_)
      needed_[result.index() - first_] = 1;
  for (std::uint32_t i = tape_.size(); i-- > first_;)
    for (int k = 0; k < tape_.records()[i].arity && needed_[i - first_]; ++k)
      if (const std::uint32_t from = tape_.records().input_of(tape_.records()[i], k);
          from >= first_)
        needed_[from - first_] = 1;
  base_scope_ = tape_.records().scope_of(first_);
  for (const auto& scope : tape_.records().scopes()) {
    scope_names_.emplace_back(scope.name);
    scope_parents_.push_back(scope.parent);
  }
  for (std::uint32_t i = first_; i < tape_.size(); ++i) {
    const Record<T> record = tape_.records()[i];
    if (record.leaf == Leaf::parameter) tape_.records().check_parameter_of("map_batch", i);
    Copy<T> copy{record.leaf,
                 tape_.records().scope_of(i),
                 tape_.records().origin_of(i),
                 record.rule,
                 record.home,
                 std::string(tape_.records().name_of(i)),
                 *record.shape,
                 {},
                 {},
                 {},
                 {}};
    for (int k = 0; k < record.arity; ++k)
      copy.inputs.push_back(tape_.records().input_of(record, k));
    const std::size_t bytes = record.leaf == Leaf::none ? record.rule->bytes : 0;
    copy.attributes.resize((bytes + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t));
    if (bytes) std::memcpy(copy.attributes.data(), record.attributes, bytes);
    const View<const T> value{record.value, record.shape};
    const bool known =
        record.value != nullptr;  // while a program is recorded parameters and examples are unknown
    if (known && (record.leaf == Leaf::constant || record.leaf == Leaf::input))
      copy.numbers.assign(value.begin(), value.end());
    if (known && record.leaf == Leaf::indices)
      copy.positions.assign(record.positions().begin(), record.positions().end());
    copies_.push_back(std::move(copy));
  }
}

template <class T>
const typename BatchedRecords<T>::Made& BatchedRecords<T>::made(std::uint32_t old) {
  if (old >= first_) return made_[old - first_];
  outside_ = {tape_.records().node(old), false};
  return outside_;
}

// Opens the scopes of one example's record, below the one that is open.
template <class T>
void BatchedRecords<T>::enter(std::uint32_t scope) {
  std::vector<std::uint32_t> path;
  for (; scope != base_scope_ && scope != 0; scope = scope_parents_[scope]) path.push_back(scope);
  if (scope != base_scope_) return;  // the derivative of a node outside: in its maker's scope
  std::size_t same = 0;
  while (same < open_.size() && same < path.size() &&
         open_[same].scope == path.end()[-1 - long(same)])
    ++same;
  leave(same);
  for (std::size_t i = same; i < path.size(); ++i) {
    const std::uint32_t next = path[path.size() - 1 - i];
    open_.push_back({next, std::unique_ptr<typename Tape<T>::ScopeGuard>(
                               new auto(tape_.scope(scope_names_[next])))});
  }
}

template <class T>
void BatchedRecords<T>::make(std::span<const Node<T>> mapped) {
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    const Copy<T>& copy = copies_[i];
    Made next;
    if (i < mapped.size()) {
      next = {mapped[i], true};
    } else if (needed_[i]) {
      enter(copy.scope);
      std::unique_ptr<typename Tape<T>::OriginGuard> origin;
      if (copy.origin.node) {  // a derivative, of a node in here or outside
        const std::uint32_t of = *copy.origin.node;
        const bool gone = of >= first_ && !made_[of - first_].node.tape();
        if (!gone)
          origin = std::make_unique<typename Tape<T>::OriginGuard>(
              tape_, of < first_ ? of : made_[of - first_].node.index(), copy.origin.input);
      }
      next = copy.leaf == Leaf::none ? op(copy) : Made{leaf(copy), false};
      if (!copy.name.empty() && copy.leaf == Leaf::none) glassgrad::name(copy.name, next.node);
    }
    made_.push_back(next);
  }
  leave();
}

template <class T>
Node<T> BatchedRecords<T>::leaf(const Copy<T>& copy) {
  const View<const T> numbers{copy.numbers.data(), &copy.shape};
  switch (copy.leaf) {
    case Leaf::input:
      return tape_.input(copy.name, numbers);
    case Leaf::indices:
      return tape_.indices(copy.name, copy.positions, copy.shape).record();
    case Leaf::parameter:
      return tape_(*copy.home->self);
    default:
      return tape_.constant(copy.name, numbers);
  }
}

// An input as the batched op expects it: with the batch axis in front, and if leading axes
// broadcast as many axes as the result has.
template <class T>
Node<T> BatchedRecords<T>::widened(const Copy<T>& copy, std::uint32_t old) {
  const Made& from = made(old);
  if (!copy.rule->broadcasts) return from.mapped ? from.node : repeated(from.node);
  if (!from.mapped || shape_of(old).rank() == copy.shape.rank()) return from.node;
  const Shape& one = shape_of(old);
  Shape aligned{n_};
  for (int i = copy.shape.rank(); i > 0; --i)
    aligned.push_back(i > one.rank() ? 1 : one.from_end(i));
  return apply(Reshape{aligned}, from.node);
}

template <class T>
typename BatchedRecords<T>::Made BatchedRecords<T>::op(const Copy<T>& copy) {
  std::vector<Node<T>> inputs;
  std::vector<const Shape*> shapes;
  bool mapped = false;
  for (const std::uint32_t old : copy.inputs) {
    inputs.push_back(made(old).node);
    shapes.push_back(&shape_of(old));
    mapped |= made(old).mapped;
  }
  if (!mapped) return {tape_.append(*copy.rule, copy.attributes.data(), inputs), false};
  if (!copy.rule->batched)
    throw TapeError(
        "map_batch",
        join(copy.rule->name, " does not say what it does with one more axis in front"),
        "Loop over the examples, or write it with elementwise ops, reductions, movement "
        "ops and matmul");
  for (std::size_t k = 0; k < inputs.size(); ++k) inputs[k] = widened(copy, copy.inputs[k]);
  std::vector<std::max_align_t> attributes(copy.attributes);
  copy.rule->batched(copy.attributes.data(), n_, shapes, attributes.data());
  const Node<T> y = tape_.append(*copy.rule, attributes.data(), inputs);
  const Shape wanted = copy.shape.behind(n_);
  return {y.shape() == wanted ? y : apply(Reshape{wanted}, y), true};
}

template <class T>
Node<T> BatchedRecords<T>::result(const Node<T>& of_one) {
  if (!of_one.tape()) return repeated(tape_.constant(of_one.item()));
  const Made& all = made(of_one.index());
  return all.mapped ? all.node : repeated(all.node);
}

template class BatchedRecords<float>;
template class BatchedRecords<double>;

}  // namespace glassgrad::detail

// The backward pass. Records are visited from last to first; each passes upstream * local on to its
// inputs. The first contribution to a node is written (or moved), later ones are added; a buffer
// that two nodes share is copied before it is added to. A term is never skipped for being zero.
#include <algorithm>
#include <vector>

#include "glassgrad/core/apply.hpp"
#include "glassgrad/core/calculus_ops.hpp"
#include "glassgrad/core/few.hpp"
#include "glassgrad/core/text.hpp"

namespace glassgrad {
namespace {
// to = a + b, where `to` may be one of them
template <class T>
void add_numbers(View<const T> a, View<const T> b, T* to, Pool& pool) {
  const Add add;
  const View<const T> in[] = {a, b};
  rule<Add, T>().forward(&add, std::span(in), View<T>{to, a.sizes}, pool);
}
}  // namespace

template <class T>
struct Tape<T>::Saved {
  std::uint32_t index;
  std::vector<T> upstream;
};

template <class T>
void Tape<T>::backward(const Node<T>& cost, Accumulate how) {
  check_root(cost, nullptr);
  check_parameters("backward");
  const auto saved = how == Accumulate::add ? save_upstreams() : std::vector<Saved>{};
  start_sweep();
  *sink(at(cost.index())).data = T(1);
  sweep(cost.index());
  add_saved(saved);
}

template <class T>
void Tape<T>::backward(const Node<T>& output, const Input<T>& upstream, Accumulate how) {
  backward({Root<T>{output, upstream}}, how);
}

template <class T>
void Tape<T>::backward(std::initializer_list<Root<T>> roots, Accumulate how) {
  for (const Root<T>& root : roots) check_root(root.node, &root.upstream.shape());
  check_parameters("backward");
  const auto saved = how == Accumulate::add ? save_upstreams() : std::vector<Saved>{};
  // copied first: a given upstream may be one of this tape's own, which the sweep replaces
  std::vector<std::vector<T>> upstreams;
  for (const Root<T>& root : roots) {
    upstreams.emplace_back(std::size_t(root.upstream.shape().count()));
    root.upstream.copy_to(upstreams.back().data());
  }
  start_sweep();
  std::uint32_t last = 0;
  std::size_t next = 0;
  for (const Root<T>& root : roots) {
    seed(root.node.index(), upstreams[next++]);
    last = std::max(last, root.node.index());
  }
  sweep(last);
  add_saved(saved);
}

template <class T>
void Tape<T>::start_sweep() {
  ++sweep_;
  swept_ = size_;
  pool_.reset();
}

template <class T>
void Tape<T>::check_root(const Node<T>& node, const Shape* upstream) const {
  if (keep_ == Keep::values)
    throw TapeError("backward", "this tape keeps values only", "Make it with Keep::all");
  const Record<T>& record = at(checked("backward", node));
  if (upstream && *upstream != *record.shape)
    throw ShapeError("backward",
                     join("the upstream is ", *upstream, ", the output is ", *record.shape),
                     "Give one upstream number per number of the output");
  if (!upstream && record.shape->count() != 1)
    throw ShapeError("backward", join("the cost is ", *record.shape, ", not a single number"),
                     "Reduce it with sum or mean, or give its upstream: backward(node, upstream)");
  if (!record.active)
    throw TapeError("backward", "the cost depends on no parameter and no input",
                    "Use tape(parameter) or tape.input(...) where a gradient is wanted");
}

template <class T>
void Tape<T>::seed(std::uint32_t index, const std::vector<T>& upstream) {
  Record<T>& record = at(index);
  contribute(record, Array<T>(&pool_, View<const T>{upstream.data(), record.shape}));
}

template <class T>
void Tape<T>::sweep(std::uint32_t last) {
  for (std::uint32_t i = last + 1; i-- > 0;) {
    Record<T>& record = at(i);
    if (record.sweep != sweep_ || record.leaf != Leaf::none) continue;
    const std::uint32_t* inputs =
        record.arity <= 2 ? record.inputs : many_inputs_.data() + record.inputs[0];
    if (!record.rule->elementwise)
      pass_on_adjoint(record, inputs);
    else if (record.shape->count() == 1)
      pass_on_number(record, inputs);
    else
      pass_on_elementwise(record, inputs);
    if (keep_ == Keep::parameters) drop_upstream(record);
  }
}

template <class T>
bool Tape<T>::wants(const Record<T>& record, int k, const Record<T>& input) const {
  return input.active && (record.rule->gradients >> std::min(k, 31) & 1);
}

// The path of scalar code, 10^6 nodes long: one indirect call, and the sums beside the records.
template <class T>
void Tape<T>::pass_on_number(Record<T>& record, const std::uint32_t* inputs) {
  constexpr int few = 8;
  Record<T>* to[few];
  const T* numbers[few];
  T shares[few];
  const int n = record.arity;
  for (int k = 0; k < n; ++k) {
    to[k] = &at(inputs[k]);
    numbers[k] = to[k]->value;
  }
  record.rule->number_backward(record.attributes, numbers, *record.value, *record.upstream, shares);
  for (int k = 0; k < n; ++k) {
    Record<T>& input = *to[k];
    if (!wants(record, k, input)) continue;
    if (input.sweep == sweep_) {
      *input.upstream += shares[k];
    } else {
      input.upstream = &input.upstream_number;
      input.upstream_number = shares[k];
      input.sweep = sweep_;
      input.freed = false;
    }
  }
}

template <class T>
void Tape<T>::pass_on_elementwise(Record<T>& record, const std::uint32_t* inputs) {
  const std::size_t n = record.arity;
  Few<View<const T>> views(n);
  Few<Sink<T>> sinks(n);
  bool any = false;
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = at(inputs[k]);
    views[k] = {input.value, input.shape};
  }
  // What is passed on as it is goes first: a sink that was taken is written by the kernel below
  // only.
  const auto passes = [&](std::size_t k, const Record<T>& input) {
    return (record.rule->units >> k & 1) && input.shape->count() == record.shape->count();
  };
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = at(inputs[k]);
    if (wants(record, int(k), input) && passes(k, input))
      contribute(input, upstream_array(record).reshaped(*input.shape));
  }
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = at(inputs[k]);
    if (!wants(record, int(k), input) || passes(k, input)) continue;
    sinks[k] = sink(input);
    any = true;
  }
  if (any)
    record.rule->backward(record.attributes, views, {record.value, record.shape}, record.upstream,
                          sinks);
}

template <class T>
void Tape<T>::pass_on_adjoint(Record<T>& record, const std::uint32_t* inputs) {
  const std::size_t n = record.arity;
  Few<Array<T>> arrays(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Record<T>& input = at(inputs[k]);
    arrays[k] = Array<T>(&pool_, View<const T>{input.value, input.shape});
  }
  const Array<T> out(&pool_, View<const T>{record.value, record.shape});
  const Array<T> upstream = upstream_array(record);
  for (std::size_t k = 0; k < n; ++k) {
    Record<T>& input = at(inputs[k]);
    if (wants(record, int(k), input))
      contribute(input,
                 record.rule->adjoint_numbers(record.attributes, int(k), arrays, out, upstream));
  }
}

template <class T>
Array<T> Tape<T>::upstream_array(Record<T>& record) {
  if (record.shape->count() == 1)
    return Array<T>(&pool_, View<const T>{record.upstream, record.shape});
  return Array<T>(&pool_, record.upstream, *record.shape);
}

// Where a kernel is to write or add its contribution to this node.
template <class T>
Sink<T> Tape<T>::sink(Record<T>& record) {
  const bool first = record.sweep != sweep_;
  const std::size_t count = std::size_t(record.shape->count());
  if (count == 1) {
    record.upstream = &record.upstream_number;
  } else if (first) {
    record.upstream = static_cast<T*>(pool_.take(count * sizeof(T)));
  } else if (Pool::shared(record.upstream)) {
    T* own = static_cast<T*>(pool_.take(count * sizeof(T)));
    std::copy(record.upstream, record.upstream + count, own);
    pool_.release(record.upstream);
    record.upstream = own;
  }
  if (first) record.sweep = sweep_, record.freed = false;
  return {record.upstream, !first};
}

template <class T>
void Tape<T>::contribute(Record<T>& record, Array<T> share) {
  if (share.shape() != *record.shape) {  // broadcasting, undone here and nowhere else
    share = apply(SumTo{*record.shape}, share);
  }
  const bool first = record.sweep != sweep_;
  const View<const T> own{record.upstream, record.shape};
  if (record.shape->count() == 1) {
    const Sink<T> to = sink(record);
    *to.data = to.add ? *to.data + *share.view().data : *share.view().data;
  } else if (first && share.block() && share.block() == share.view().data) {
    record.upstream = share.let_go();
    record.sweep = sweep_, record.freed = false;
  } else if (first) {
    std::copy(share.view().begin(), share.view().end(), sink(record).data);
  } else if (Pool::shared(record.upstream)) {
    Array<T> sum(&pool_, *record.shape);
    add_numbers<T>(own, share.view(), sum.data(), pool_);
    pool_.release(record.upstream);
    record.upstream = sum.let_go();
  } else {
    add_numbers<T>(own, share.view(), record.upstream, pool_);
  }
}

template <class T>
void Tape<T>::drop_upstream(Record<T>& record) {
  if (record.shape->count() != 1) pool_.release(record.upstream);
  record.upstream = nullptr;
  record.freed = true;
}

template <class T>
std::vector<typename Tape<T>::Saved> Tape<T>::save_upstreams() const {
  std::vector<Saved> saved;
  for (std::uint32_t i = 0; sweep_ > 0 && i < size_; ++i) {
    const Record<T>& record = at(i);
    if (record.sweep == sweep_ && !record.freed)
      saved.push_back({i, {record.upstream, record.upstream + record.shape->count()}});
  }
  return saved;
}

template <class T>
void Tape<T>::add_saved(const std::vector<Saved>& saved) {
  for (const Saved& earlier : saved) {
    Record<T>& record = at(earlier.index);
    if (record.sweep == sweep_ && record.freed) continue;
    contribute(record, Array<T>(&pool_, View<const T>{earlier.upstream.data(), record.shape}));
  }
}

template <class T>
void Tape<T>::add_to_parameters() {
  for (std::uint32_t index : parameters_) {
    const Record<T>& record = at(index);
    if (record.sweep != sweep_ || sweep_ == 0) continue;
    // the leaf's address is the parameter's; it was handed to operator() as non-const
    auto& parameter = *static_cast<Parameter<T>*>(const_cast<void*>(record.attributes));
    parameter.add_gradient({record.upstream, record.shape});
  }
}

template <class T>
Upstream Tape<T>::upstream_state(std::uint32_t index) const {
  const Record<T>& record = at(index);
  if (!record.active) return Upstream::none;
  if (index >= swept_) return Upstream::pending;
  if (record.sweep != sweep_) return Upstream::none;
  return record.freed ? Upstream::not_kept : Upstream::computed;
}

template <class T>
std::string Tape<T>::upstream_reason(std::uint32_t index) const {
  const Record<T>& record = at(index);
  if (record.active)
    return upstream_state(index) == Upstream::none ? "the cost does not depend on it" : "";
  if (keep_ == Keep::values) return "the tape keeps values only";
  if (record.leaf == Leaf::constant) return "it is a constant";
  if (record.leaf == Leaf::indices) return "positions have no gradient";
  if (!record.rule->differentiable)
    return "the op " + std::string(record.rule->name) + " has no gradient";
  return "it depends on no parameter and no input";
}

template class Tape<float>;
template class Tape<double>;

}  // namespace glassgrad

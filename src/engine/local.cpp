// Local gradients are computed when they are asked for: by the op's own backward, given an upstream
// of ones (elementwise) or each unit vector in turn (dense).
#include "glassgrad/engine/local.hpp"

#include <algorithm>

#include "engine/subject.hpp"
#include "glassgrad/array/few.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/tape.hpp"

namespace glassgrad {

std::string input_symbol(int inputs, int k) {
  if (inputs == 1) return "x";
  // fits: eight letters
  return inputs <= 8 ? std::string(1, char('a' + k)) : join("x", k);
}

template <class T>
Local<T>::Local(const Node<T>& node, int k) : node_(node), k_(k) {
  check_input("local", node, k);
}

template <class T>
Tape<T>& Local<T>::tape() const {
  node_.check_tape("local");
  if (node_.is_plain_number())
    throw TapeError("local", "a plain number has no local gradient",
                    "Ask a node that an op computed");
  return *node_.tape();
}

template <class T>
Record<T> Local<T>::record() const {
  const Tape<T>& tape = this->tape();
  return tape.records()[tape.records().checked("local", node_)];
}

template <class T>
bool Local<T>::elementwise() const {
  return this->record().rule->elementwise;
}

template <class T>
std::string Local<T>::formula() const {
  const int n = this->record().arity;
  std::vector<std::string> names;
  for (int k = 0; k < n; ++k) names.push_back(input_symbol(n, k));
  return formula(names, "y");
}

template <class T>
std::string Local<T>::formula(const std::vector<std::string>& names,
                              const std::string& output) const {
  const Record<T> record = this->record();
  if (!record.rule->local_formula) return "0";
  std::vector<Formula> in;
  for (int k = 0; k < record.arity; ++k)
    in.push_back(Formula::symbol(names[std::size_t(k)],
                                 *tape().records()[tape().records().input_of(record, k)].shape));
  return record.rule
      ->local_formula(record.attributes, k_, in, Formula::symbol(output, *record.shape))
      .text();
}

template <class T>
std::vector<T> Local<T>::pull(View<const T> upstream) const {
  const Record<T> record = this->record();
  const Shape& shape = *tape().records()[tape().records().input_of(record, k_)].shape;
  std::vector<T> result(std::size_t(shape.count()), T(0));
  parts_of(tape()).observers.value_was_read = true;  // a number is looked at
  if (!record.rule->has_gradient(std::size_t(k_))) return result;
  const std::size_t n = record.arity;
  Few<View<const T>> views(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t input = tape().records().input_of(record, int(k));
    views[k] = {tape().numbers(input), tape().records()[input].shape};
  }
  const View<const T> out{tape().numbers(node_.index()), record.shape};
  Few<Sink<T>> sinks(n);
  sinks[std::size_t(k_)] = {result.data(), false};
  Pool pool;
  record.rule->pull(record.attributes, views, out, upstream, sinks, pool);
  return result;
}

template <class T>
std::vector<T> Local<T>::values() const {
  const Record<T> record = this->record();
  if (!record.rule->elementwise)
    throw ShapeError("local",
                     join("the local gradient of ", subject(node_), " is not one factor per entry"),
                     "Read its formula(), or form its Jacobian with dense()");
  // One factor per entry of the node: seed a single entry at a time only where an input stretches.
  const Shape& shape = *tape().records()[tape().records().input_of(record, k_)].shape;
  const std::size_t n = std::size_t(record.shape->count());
  if (shape.count() == record.shape->count()) {
    const std::vector<T> ones(n, T(1));
    return pull({ones.data(), record.shape});
  }
  std::vector<T> values(n), unit(n, T(0));
  for (std::size_t i = 0; i < n; ++i) {
    unit[i] = T(1);
    const std::vector<T> column = pull({unit.data(), record.shape});
    for (T number : column) values[i] += number;
    unit[i] = T(0);
  }
  return values;
}

template <class T>
T Local<T>::item() const {
  const std::vector<T> all = values();
  if (all.size() != 1)
    throw ShapeError("local",
                     join("the local gradient of ", subject(node_), " has ", all.size(),
                          " factors, not a single one"),
                     "Read them with values()");
  return all[0];
}

template <class T>
std::vector<T> Local<T>::dense() const {
  const Record<T> record = this->record();
  const std::size_t rows = std::size_t(record.shape->count());
  std::vector<T> unit(rows, T(0)), jacobian;
  for (std::size_t i = 0; i < rows; ++i) {
    unit[i] = T(1);
    const std::vector<T> row = pull({unit.data(), record.shape});
    jacobian.insert(jacobian.end(), row.begin(), row.end());
    unit[i] = T(0);
  }
  return jacobian;
}

namespace {
template <class T>
void refuse_other_shape(View<const T> upstream, const Node<T>& node) {
  detail::check_view(upstream.data, upstream.sizes);
  if (upstream.shape() != node.shape())
    throw ShapeError(
        "local",
        join("the upstream is ", upstream.shape(), ", ", subject(node), " is ", node.shape()),
        "Give one upstream number per number of the node");
}
}  // namespace

template <class T>
std::vector<T> Local<T>::times(View<const T> upstream) const {
  refuse_other_shape(upstream, node_);
  return pull(upstream);
}

template <class T>
Local<T> Node<T>::local(Setting<"local", "k", int> k) const {
  if (!life_)
    throw TapeError("local", "a plain number has no local gradient",
                    "Ask a node that an op computed");
  if (living("local").records()[living("local").records().checked("local", *this)].leaf !=
      Leaf::none)
    throw TapeError("local", subject(*this) + " is a leaf and has no local gradient",
                    "Ask a node that an op computed");
  living("local").records().check_parameters("local");
  return Local<T>(*this, k);
}

template <class T>
std::vector<std::vector<T>> pulled_to_inputs(const Node<T>& node, View<const T> upstream) {
  Tape<T>& tape = node.its_tape();
  const Record<T> record = tape.records()[tape.records().checked("local", node)];
  refuse_other_shape(upstream, node);
  const std::size_t n = record.arity;
  const auto passes = [&](std::size_t k) {
    return tape.records()[tape.records().input_of(record, int(k))].active &&
           record.rule->has_gradient(k);
  };
  std::vector<std::vector<T>> all(n);
  std::vector<View<const T>> views(n);
  std::vector<Sink<T>> sinks(n);
  bool any = false;
  parts_of(tape).observers.value_was_read = true;  // numbers are looked at
  for (std::size_t k = 0; k < n; ++k) any |= passes(k);
  for (std::size_t k = 0; any && k < n; ++k) {
    const std::uint32_t input = tape.records().input_of(record, int(k));
    views[k] = {tape.numbers(input), tape.records()[input].shape};
    if (!passes(k)) continue;
    all[k].resize(views[k].size());
    sinks[k] = {all[k].data(), false};
  }
  Pool pool;
  if (any)
    record.rule->pull(record.attributes, views, {tape.numbers(node.index()), record.shape},
                      upstream, sinks, pool);
  return all;
}

template class Local<float>;
template class Local<double>;
template Local<float> Node<float>::local(Setting<"local", "k", int>) const;
template Local<double> Node<double>::local(Setting<"local", "k", int>) const;

template std::vector<std::vector<float>> pulled_to_inputs(const Node<float>&, View<const float>);
template std::vector<std::vector<double>> pulled_to_inputs(const Node<double>&, View<const double>);

}  // namespace glassgrad

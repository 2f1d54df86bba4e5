// From the list of ops to the table. Templates end here: users of the table see plain data.
#include "support/op_table.hpp"

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "reference/all.hpp"
#include "support/plain.hpp"

namespace glassgrad {
namespace {

// op.value(x[0], x[1], ...)
template <class Op, class V, class Number>
auto entry(const void* attributes, const Number* x) {
  const Op& op = *static_cast<const Op*>(attributes);
  return [&]<std::size_t... k>(std::index_sequence<k...>)->V { return op.value(V(x[k])...); }
  (std::make_index_sequence<std::size_t(arity<Op>)>{});
}
template <class Op, class T>
T plain_entry(const void* attributes, const T* x) {
  return entry<Op, Plain<T>>(attributes, x).v;
}
template <class Op>
void slow_value(const void* attributes, const std::vector<Slow<Wide>>& in, Slow<Wide>& y) {
  const Op& op = *static_cast<const Op*>(attributes);
  if constexpr (arity<Op> == any_arity) {
    Reference<Op>::value(op, in, y);
  } else {
    [&]<std::size_t... k>(std::index_sequence<k...>) { Reference<Op>::value(op, in[k]..., y); }
    (std::make_index_sequence<std::size_t(arity<Op>)>{});
  }
}

template <class Op>
void move_into_domain(int k, Slow<double>& x) {
  Reference<Op>::admit(k, x);
}

template <class Op>
OpCase case_of(const Op& op) {
  OpCase c;
  c.op = Op::name;
  c.kind = Op::Kind::kind;
  c.attributes = std::make_shared<const Op>(op);
  c.rule = &rule<Op, double>();
  c.rule_float = &rule<Op, float>();
  if constexpr (requires { Op::index_inputs; }) c.index_inputs = Op::index_inputs;
  if constexpr (requires { Op::taken_as_given; }) c.taken_as_given = Op::taken_as_given;
  if constexpr (is_elementwise<Op>) {
    c.inputs = arity<Op>;
    c.domain.assign(std::begin(Op::domain), std::end(Op::domain));
    c.wide = &entry<Op, Wide, Wide>;
    c.plain = &plain_entry<Op, double>;
    c.plain_float = &plain_entry<Op, float>;
  } else {
    c.reference = &slow_value<Op>;
    if constexpr (requires(Slow<double> & x) { Reference<Op>::admit(0, x); })
      c.admit = &move_into_domain<Op>;
  }
  return c;
}

std::string label_of(const OpCase& c) {
  std::vector<Formula> in;
  for (int k = 0; k < c.inputs; ++k)
    in.push_back(Formula::symbol(input_name(c.inputs, k),
                                 c.shapes.empty() ? Shape{} : c.shapes[std::size_t(k)]));
  std::string label = c.rule->value_formula(c.attributes.get(), in).text();
  if (!label.starts_with(c.op + "(")) label = c.op + ", " + label;
  for (const Shape& shape : c.shapes)
    label += (&shape == &c.shapes[0] ? " of " : ", ") + to_text(shape);
  return label;
}

template <class Op>
void add_cases(std::vector<OpCase>& table) {
  const std::size_t first = table.size();
  if constexpr (!is_elementwise<Op>) {
    static_assert(has_reference<Op>,
                  "specialise Reference for this op in its family's header of "
                  "tests/reference, and name a new header in all.hpp there");
    for (const Sample<Op>& sample : Reference<Op>::samples()) {
      OpCase& c = table.emplace_back(case_of(sample.op));
      c.shapes = sample.shapes;
      c.inputs = int(sample.shapes.size());
      c.domain.assign(sample.shapes.size(), Interval{-2, 2});
      c.positions = sample.positions;
    }
  } else if constexpr (requires { Op::instances(); }) {
    for (const Op& op : Op::instances()) table.push_back(case_of(op));
  } else {
    table.push_back(case_of(Op{}));
  }
  for (std::size_t i = first; i < table.size(); ++i) table[i].label = label_of(table[i]);
}
template <class... Ops>
std::vector<OpCase> table_of(List<Ops...>) {
  std::vector<OpCase> table;
  (add_cases<Ops>(table), ...);
  return table;
}

}  // namespace

std::string input_name(int inputs, int k) {
  if (inputs == 1) return "x";
  return inputs <= 8 ? std::string(1, char('a' + k)) : "x" + std::to_string(k);
}

const std::vector<OpCase>& op_table() {
  static const std::vector<OpCase> table = table_of(EveryOp{});
  return table;
}
std::vector<std::string> op_names() {
  std::vector<std::string> names;
  for (const OpCase& c : op_table())
    if (names.empty() || names.back() != c.op) names.push_back(c.op);
  return names;
}
void each_case(const std::string& op, const std::function<void(const OpCase&)>& f) {
  for (const OpCase& c : op_table())
    if (c.op == op) f(c);
}

std::vector<Slow<double>> draw(const OpCase& op, const std::vector<Shape>& shapes,
                               std::uint64_t seed) {
  std::vector<Slow<double>> in;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    Random random(seed, k);
    Slow<double>& x = in.emplace_back(shapes[k]);
    if (op.takes_numbers(int(k))) {
      for (double& number : x.numbers) {
        number = random.uniform(op.domain[k].low, op.domain[k].high);
        if (op.is_mask(int(k)) && random.uniform() < 0.5) number = 0;
      }
      if (op.admit) op.admit(int(k), x);
    } else {
      x.positions.resize(x.numbers.size());
      for (auto& position : x.positions)
        position = std::int64_t(random.below(std::uint64_t(op.positions)));
    }
  }
  return in;
}

std::vector<std::vector<Shape>> shape_sets(const OpCase& op) {
  if (!op.elementwise()) return {op.shapes};
  const std::size_t n = std::size_t(op.inputs);
  std::vector<std::vector<Shape>> sets{std::vector<Shape>(n, Shape{}),
                                       std::vector<Shape>(n, Shape{11})};
  // every input is once the one that is stretched
  const Shape mixed[] = {{3, 4}, {4}, {3, 1}};
  for (std::size_t turn = 0; n > 1 && turn < 3; ++turn) {
    sets.emplace_back();
    for (std::size_t k = 0; k < n; ++k) sets.back().push_back(mixed[(k + turn) % 3]);
  }
  return sets;
}

Shape shape_of(const OpCase& op, const std::vector<Shape>& shapes) {
  std::vector<const Shape*> pointers;
  for (const Shape& shape : shapes) pointers.push_back(&shape);
  return op.rule->shape(op.attributes.get(), pointers);
}

Slow<Wide> wide_value(const OpCase& op, const std::vector<Slow<Wide>>& in) {
  std::vector<Shape> shapes;
  for (const auto& x : in) shapes.push_back(x.shape);
  Slow<Wide> y(shape_of(op, shapes));
  if (!op.elementwise()) {
    op.reference(op.attributes.get(), in, y);
    return y;
  }
  y.each([&](const Position& at) {
    std::vector<Wide> x;
    for (const auto& array : in) x.push_back(array.stretched(at, y.shape));
    y.at(at) = op.wide(op.attributes.get(), x.data());
  });
  return y;
}

template <class T>
std::vector<Node<T>> leaves(Tape<T>& tape, const OpCase& op, const std::vector<Slow<double>>& in) {
  std::vector<Node<T>> nodes;
  for (std::size_t k = 0; k < in.size(); ++k)
    nodes.push_back(op.takes_numbers(int(k))
                        ? tape.input(view(in[k]))
                        : tape.indices({}, in[k].positions, in[k].shape).record());
  return nodes;
}
template <class T>
Node<T> record(Tape<T>& tape, const OpCase& op, const std::vector<Node<T>>& in) {
  const void* rule = std::is_same_v<T, float> ? static_cast<const void*>(op.rule_float) : op.rule;
  return tape.append(*static_cast<const Rule<T>*>(rule), op.attributes.get(), in);
}
template std::vector<Node<float>> leaves(Tape<float>&, const OpCase&,
                                         const std::vector<Slow<double>>&);
template std::vector<Node<double>> leaves(Tape<double>&, const OpCase&,
                                          const std::vector<Slow<double>>&);
template Node<float> record(Tape<float>&, const OpCase&, const std::vector<Node<float>>&);
template Node<double> record(Tape<double>&, const OpCase&, const std::vector<Node<double>>&);

}  // namespace glassgrad

// Random functions with any op of the table in them, whatever its kind and shapes: its inputs are
// near a point where it may be sampled, and move with x. An op added to its list is here without an
// edit.
#pragma once

#include <map>

#include "glassgrad/ops/functions/rearrange.hpp"
#include "property/graph.hpp"

namespace glassgrad::property {

// The numbers of x again and again, in another shape; zeros where x has none.
template <class T>
Node<T> resized(const Node<T>& x, const Shape& shape) {
  const std::int64_t n = x.shape().count(), wanted = shape.count();
  if (x.shape() == shape) return x;
  if (n == 0) return broadcast_to(sum(x), shape);
  const Node<T> flat = reshape(x, Shape{n});
  const Node<T> enough = n < wanted ? tile(flat, Shape{(wanted + n - 1) / n}) : flat;
  return reshape(slice(enough, 0, 0, wanted), shape);
}

// Drawn once: Random refuses to draw while a program is recorded, as that it is recorded again.
inline const std::vector<Slow<double>>& points_of(const OpCase& op, std::size_t set,
                                                  std::uint64_t seed) {
  static std::map<std::tuple<const OpCase*, std::size_t, std::uint64_t>, std::vector<Slow<double>>>
      known;
  auto& points = known[{&op, set, seed}];
  if (points.empty()) points = draw(op, shape_sets(op)[set], seed);
  return points;
}

template <class T>
Node<T> applied(const OpCase& op, const Node<T>& a, const Node<T>& b, std::uint64_t seed) {
  Tape<T>& tape = *a.tape();
  const auto& points = points_of(op, seed % shape_sets(op).size(), seed);
  std::vector<Node<T>> in;
  for (int k = 0; k < op.inputs; ++k) {
    const Slow<double>& point = points[std::size_t(k)];
    if (!op.takes_numbers(k)) {
      in.push_back(tape.indices({}, point.positions, point.shape).record());
      continue;
    }
    const Node<T> near = resized(k % 2 ? a : b, point.shape) + 0.25 * double(k);
    if (op.is_mask(k))
      in.push_back(constant_of(tape, point.numbers, point.shape));
    else if (op.elementwise())
      in.push_back(into(op.domain[std::size_t(k)], near));
    else
      in.push_back(constant_of(tape, point.numbers, point.shape) + tanh(near) / 32.0);
  }
  return record(tape, op, in);
}

// Ops that map_batch does not take, and says so.
inline bool refuses_batches(const OpCase& op) {
  return !op.elementwise() && !op.rule->batched && !op.rule->broadcasts;
}

// f(x) of x (n), after an op that the seed names.
template <class T>
Node<T> random_ops(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds& kinds) {
  Dice dice(seed * 31 + 1);
  std::vector<Node<T>> made{x, x * w};
  for (int step = 0; step < 2; ++step) {
    const std::size_t named = step == 0 ? std::size_t(seed) : dice.below(op_table().size());
    const OpCase& op = op_table()[named % op_table().size()];
    if ((kinds.smooth && jumps(op)) || (kinds.mapped && refuses_batches(op))) continue;
    const Node<T> a = made[dice.below(made.size())], b = made.back();
    const Node<T> y = sin(applied(op, a, b, seed));
    made.push_back(resized(y, x.shape()) + (sum(y) + 0.25 * b));
  }
  return made.back() + tanh(made[1]);
}

struct OpGraphs {
  static constexpr const char* name = "ops";
  static std::uint64_t count() { return 2 * op_table().size(); }
  static Shape shape(std::uint64_t seed) {
    const Shape shapes[] = {{4}, {1}, {7}, {0}, {2}};
    return shapes[seed % std::size(shapes)];
  }
  static Shape weights(const Shape& x) { return x; }
  template <class T>
  static Node<T> at(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds& kinds) {
    return random_ops(x, w, seed, kinds);
  }
};

}  // namespace glassgrad::property

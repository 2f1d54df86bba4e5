// Random functions of a batch of examples, one a row: every elementwise op of the table, each fed
// with numbers of its own domain, and ops that go along the rows. An example's result depends on
// that example alone, so what is true of batches can be asked of all of them.
#pragma once

#include "glassgrad/ops/functions/cumulative.hpp"
#include "glassgrad/ops/functions/normalization.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "property/graph.hpp"

namespace glassgrad::property {

inline const std::vector<const OpCase*>& elementwise_cases() {
  static const std::vector<const OpCase*> all = [] {
    std::vector<const OpCase*> cases;
    for (const OpCase& op : op_table())
      if (op.elementwise()) cases.push_back(&op);
    return cases;
  }();
  return all;
}
template <class T>
Node<T> along_rows(const Node<T>& x, std::uint64_t which) {
  switch (which % 10) {
    case 0:
      return softmax(x, 1);
    case 1:
      return log_softmax(x, 1) / 4.0;
    case 2:
      return x - mean(x, 1, true);
    case 3:
      return layer_norm(x, 1, 0.1);
    case 4:
      return x / (norm(x, 2, 1, true) + 0.5);
    case 5:
      return cumsum(x, 1) / 2.0;
    case 6:
      return x * logsumexp(x, 1, true);
    case 7:
      return x + deviation(x, 1, 0, true);
    case 8:
      return x + norm(x, 3, 1, true);
    default:
      return x * var(x, 1, 0, true);
  }
}

// f(x) of x (n, d), d at least 1, with the op that the seed names and others: the same function for
// the same seed.
template <class T>
Node<T> random_rows(const Node<T>& x, const Node<T>& w, std::uint64_t seed,
                    const Kinds& kinds = {}) {
  Dice dice(seed * 17);
  std::vector<Node<T>> made{x, tanh(matmul(x, w))};
  for (int step = 0; step < 5; ++step) {
    const Node<T> a = made[dice.below(made.size())], b = made.back();
    Node<T> y;
    if (step > 0 && dice.below(3) == 0) {
      y = along_rows(b, dice.below(1000));
    } else {
      const auto& all = elementwise_cases();
      const OpCase& op = *all[step == 0 ? std::size_t(seed) % all.size() : dice.below(all.size())];
      if (kinds.smooth && jumps(op)) continue;
      std::vector<Node<T>> in;
      for (int k = 0; k < op.inputs; ++k)
        in.push_back(into(op.domain[std::size_t(k)], k % 2 ? a + 0.25 * double(k) : b));
      y = record(*x.tape(), op, in);
    }
    made.push_back(sin(y) + 0.125 * b);  // of moderate size
  }
  return made.back() * made[made.size() / 2] + made[1];
}

struct RowGraphs {
  static constexpr const char* name = "rows";
  static std::uint64_t count() { return elementwise_cases().size(); }
  static Shape shape(std::uint64_t seed) {
    const Shape shapes[] = {{5, 3}, {4, 1}, {1, 4}, {1, 1}, {0, 3}, {3, 19}};
    return shapes[seed % std::size(shapes)];
  }
  static Shape weights(const Shape& x) { return {x[1], x[1]}; }
  template <class T>
  static Node<T> at(const Node<T>& x, const Node<T>& w, std::uint64_t seed, const Kinds& kinds) {
    return random_rows(x, w, seed, kinds);
  }
};

}  // namespace glassgrad::property

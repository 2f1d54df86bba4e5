// A sum is taken before what is linear in its input: sum(c x) = c sum(x), and the rows of A B added
// up are (the rows of A added up) B. What a broadcast operand of a product gets as its gradient is
// such a sum: a product and its large result become a product with a vector. Either may leave the
// range where the sum that was asked for does not: both are watched.
#include <algorithm>
#include <utility>

#include "glassgrad/ops/rules/reduce.hpp"
#include "passes.hpp"

namespace glassgrad::program {
namespace {

template <class T>
class SumsFirst {
 public:
  explicit SumsFirst(Graph<T>& graph)
      : graph_(graph), uses_(graph.uses()), maker_(graph.values.size()) {
    for (std::uint32_t i = 0; i < graph.code.size(); ++i) maker_[graph.code[i].out] = i;
  }

  void run() {
    for (std::uint32_t i = 0; i < graph_.code.size(); ++i)
      for (std::uint32_t sum = i; is_sum(graph_.code[sum]);) {
        const Id x = graph_.code[sum].in[0];
        if (graph_.root(x) != x || uses_[x] != 1 || !maker_[x]) break;
        const std::uint32_t maker = *maker_[x];
        if (!swap_with_factor(sum, maker) && !swap_with_product(sum, maker)) break;
        sum = maker;  // where the sum is now: it may go further
      }
    watch();
  }

 private:
  // Of those that other sums have not gone before since.
  void watch() {
    std::vector<char> touched(graph_.values.size(), 0);
    for (const Id id : touched_) touched[graph_.root(id)] = 1;
    for (const Instruction<T>& i : graph_.code)
      if (touched[i.out]) graph_.watched.push_back(i.out), graph_.outputs.push_back(i.out);
  }
  static bool is_sum(const Instruction<T>& i) { return !i.pull && i.rule->sums_to; }
  const Shape& shape(Id id) const { return graph_.values[id].shape; }

  Id new_value(const Shape& shape) {
    const Id id = graph_.next_id();
    graph_.values.push_back({shape, Origin::computed, nullptr, id});
    uses_.push_back(1), maker_.emplace_back();
    return id;
  }

  // y = c x; s = sum y   ->   t = sum x; s = c t
  bool swap_with_factor(std::uint32_t sum, std::uint32_t maker) {
    Instruction<T>& s = graph_.code[sum];
    Instruction<T>& y = graph_.code[maker];
    if (y.pull || y.in.size() != 2) return false;
    const std::size_t k = shape(y.in[0]).count() == 1 ? 1 : 0;
    if (!(y.rule->traits.linear >> k & 1)) return false;
    const Id x = y.in[k], c = y.in[1 - k];
    if (shape(c).count() != 1 || shape(x) != shape(y.out) || shape(s.out).rank() < shape(c).rank())
      return false;
    const Id t = new_value(shape(s.out)), out = s.out;
    s.in[0] = x, s.out = t;
    y.in[k] = t, y.out = out;
    exchange(sum, maker);
    touched_.insert(touched_.end(), {t, out});
    return true;
  }

  // y = a b; s = sum y along the rows or columns   ->   t = sum of a's or b's; s = t b or a t
  bool swap_with_product(std::uint32_t sum, std::uint32_t maker) {
    Instruction<T>& s = graph_.code[sum];
    Instruction<T>& y = graph_.code[maker];
    if (y.pull || !y.rule->product) return false;
    const int from_end = summed_axis(s);
    if (from_end == 0) return false;
    const std::size_t k = from_end == 2 ? 0 : 1;          // the sum of rows is of a's, else of b's
    const Shape x = shape(y.in[k]), full = shape(y.out);  // values grow
    const unsigned transposed = y.rule->product->transposed(y.attributes);
    const int axis = transposed >> k & 1 ? 3 - from_end : from_end;
    const Id t = new_value(x.with(x.rank() - axis, 1));
    static const Sum rows{{Axes{-2}, true}}, columns{{Axes{-1}, true}};
    s.rule = &rule<Sum, T>(), s.attributes = axis == 2 ? &rows : &columns;
    s.in[0] = std::exchange(y.in[k], t);
    const Id out = std::exchange(s.out, t);
    y.out = new_value(full.with(full.rank() - from_end, 1));
    graph_.values[out].root = y.out;
    uses_[y.out] = std::exchange(uses_[out], 0);
    exchange(sum, maker);
    touched_.insert(touched_.end(), {t, out});
    return true;
  }

  // Which axis, counted from the end, is all that this sum goes over: 1, 2, or 0 for another.
  int summed_axis(const Instruction<T>& s) const {
    const Shape& x = shape(s.in[0]);
    const Shape kept = s.rule->sums_to(s.attributes, x);
    for (const int from_end : {1, 2}) {
      const Shape one = x.with(x.rank() - from_end, 1);
      if (x.from_end(from_end) != 1 && kept.count() == one.count() && broadcasts_as(kept, one))
        return from_end;
    }
    return 0;
  }
  // The same but for leading axes of size 1?
  static bool broadcasts_as(const Shape& a, const Shape& b) {
    for (int i = 1; i <= std::min(a.rank(), b.rank()); ++i)
      if (a.from_end(i) != b.from_end(i)) return false;
    return true;
  }

  // The sum, at `sum`, goes to where its input was made, and that to where the sum was.
  void exchange(std::uint32_t sum, std::uint32_t maker) {
    std::swap(graph_.code[sum], graph_.code[maker]);
    maker_[graph_.code[sum].out] = sum;
    maker_[graph_.code[maker].out] = maker;
  }

  Graph<T>& graph_;
  std::vector<std::uint32_t> uses_;   // of roots
  std::vector<OptionalIndex> maker_;  // of every value, the instruction that makes it
  std::vector<Id> touched_;           // sums, and what is made of them
};

}  // namespace

template <class T>
void sums_first(Graph<T>& graph) {
  SumsFirst<T>(graph).run();
  for (Value<T>& value : graph.values) value.root = graph.root(value.root);
}

template void sums_first(Graph<float>&);
template void sums_first(Graph<double>&);

}  // namespace glassgrad::program

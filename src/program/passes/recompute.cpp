// Rematerialisation: a large array that is the sum, difference or product of small ones (points
// minus a centre, stretched) would be written to memory by one run by rows and read back by a later
// one. Each recomputes it instead, tile by tile in the cache.
#include <algorithm>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

template <class T>
class Recomputing {
 public:
  explicit Recomputing(Graph<T>& graph) : graph_(graph), maker_(graph.values.size()) {
    for (std::uint32_t i = 0; i < graph.code.size(); ++i) {
      maker_[graph.code[i].out] = i;
      const std::uint32_t run = graph.run[i];
      if (!run) continue;
      rows_.resize(std::max<std::size_t>(rows_.size(), run + 1), 0);
      const Shape& shape = graph.values[graph.code[i].out].shape;
      if (!graph.code[i].rule->elementwise && shape.rank() &&
          graph.is_by_rows(graph.code[i], shape[0]))
        rows_[run] = shape[0];
    }
  }

  void run() {
    std::vector<char> again(graph_.values.size(), 0);
    for (std::size_t i = 0; i < graph_.code.size(); ++i)
      again[graph_.code[i].out] = graph_.run[i] && is_cheap(graph_.code[i]);
    for (std::size_t i = 0; i < graph_.code.size(); ++i)
      for (const Id x : graph_.code[i].in)  // it may read only its row of x
        if (again[graph_.root(x)] && (graph_.root(x) != x || !goes_by_rows_of(i, x)))
          again[graph_.root(x)] = 0;
    for (const Id output : graph_.outputs) again[graph_.root(output)] = 0;
    insert(again);
  }

  static constexpr std::int64_t large = std::int64_t(1) << 20;  // bytes: larger than the cache

 private:
  std::int64_t count(Id x) const { return graph_.values[x].shape.count(); }

  bool is_cheap(const Instruction<T>& i) const {
    if (i.pull || !i.rule->traits.cheap) return false;
    std::int64_t read = 0;
    for (const Id x : i.in) read += count(x);
    return count(i.out) * std::int64_t(sizeof(T)) >= large && 4 * read <= count(i.out);
  }
  bool goes_by_rows_of(std::size_t i, Id x) const {
    if (graph_.run[i] && graph_.run[i] == graph_.run[*maker_[x]]) return true;
    const Shape& shape = graph_.values[x].shape;
    return graph_.run[i] && shape.rank() > 1 && rows_[graph_.run[i]] == shape[0] &&
           graph_.is_cut(graph_.code[i], x, shape[0]);
  }

  void insert(const std::vector<char>& again) {
    std::vector<Instruction<T>> code;
    std::vector<std::uint32_t> run;
    std::vector<std::pair<Id, Id>> here;  // of this run: recomputed values and their copies
    for (std::size_t i = 0; i < graph_.code.size(); ++i) {
      if (i == 0 || graph_.run[i] != graph_.run[i - 1]) here.clear();
      for (Id& x : graph_.code[i].in) {
        if (!again[x] || graph_.run[*maker_[x]] == graph_.run[i]) continue;
        auto found = std::find_if(here.begin(), here.end(), [x](auto& p) { return p.first == x; });
        if (found == here.end()) {
          code.push_back(graph_.code[*maker_[x]]);
          run.push_back(graph_.run[i]);
          const Id id = graph_.next_id();
          graph_.values.push_back(graph_.values[x]);
          graph_.values.back().root = code.back().out = id;
          found = here.insert(here.end(), {x, id});
        }
        x = found->second;
      }
      code.push_back(graph_.code[i]);
      run.push_back(graph_.run[i]);
    }
    graph_.code = std::move(code);
    graph_.run = std::move(run);
    graph_.side.assign(graph_.code.size(), 0);
  }

  Graph<T>& graph_;
  std::vector<OptionalIndex> maker_;  // of every value, the instruction that makes it
  std::vector<std::int64_t> rows_;    // of every run by rows, 0 of others
};

}  // namespace

template <class T>
void recompute(Graph<T>& graph) {
  const auto is_large = [&](const Instruction<T>& i) {
    return graph.values[i.out].shape.count() * std::int64_t(sizeof(T)) >= Recomputing<T>::large;
  };
  if (std::any_of(graph.code.begin(), graph.code.end(), is_large)) Recomputing<T>(graph).run();
}

template void recompute(Graph<float>&);
template void recompute(Graph<double>&);

}  // namespace glassgrad::program

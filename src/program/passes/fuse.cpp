// Fusion: elementwise instructions of one shape are gathered into runs, and with them the sums that
// they end in. Instructions independent of the open run go before it, dependent ones that cannot
// join go after it; the run closes when the next elementwise instruction needs those, or has
// another shape.
#include <algorithm>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

// May `in` be tiled along the batch axis with `full`?
bool cuts(const Shape& in, const Shape& full) {
  return in.count() == 1 || in == full || in.rank() < full.rank() ||
         (in.rank() == full.rank() && (in[0] == 1 || in[0] == full[0]));
}

template <class T>
bool can_join(const Graph<T>& graph, const Instruction<T>& instruction, const Shape& full) {
  if (!instruction.rule->elementwise || graph.values[instruction.out].shape != full) return false;
  for (const Id x : instruction.in)
    if (!cuts(graph.values[x].shape, full)) return false;
  return true;
}

// Is this the sum of `full` along its first axis, and large enough that a second read costs? Blocks
// change the order of a sum, so small ones keep the tape's.
template <class T>
bool ends(const Graph<T>& graph, const Instruction<T>& instruction, const Shape& full) {
  constexpr std::int64_t large = std::int64_t(1) << 14;
  if (!instruction.rule->additive || instruction.in.size() != 1) return false;
  const Shape& in = graph.values[instruction.in[0]].shape;
  const Shape& out = graph.values[instruction.out].shape;
  if (in != full || full.count() < large || full[0] == 1) return false;
  if (out.rank() == full.rank() && out[0] != 1) return false;
  const Shape row = full.with(0, 1);
  const Shape* const shapes[] = {&row};
  return instruction.rule->shape(instruction.attributes, std::span(shapes)) == out;
}

// The open run, and the instructions before and after it.
template <class T>
class Gathering {
 public:
  explicit Gathering(Graph<T>& graph) : graph_(graph), place_(graph.values.size(), before) {
    done_.reserve(graph.code.size()), run_.reserve(graph.code.size());
  }

  void add(Instruction<T>& instruction) {
    Place latest = before;
    bool reshaped = false;  // a block of the run has the run's shape and no other
    for (const Id x : instruction.in) {
      const Place place = place_[graph_.root(x)];
      latest = std::max(latest, place);
      reshaped |= place == inside && graph_.values[x].shape != full_;
    }
    const Shape shape = graph_.values[instruction.out].shape;
    const bool fusible = shape.count() > 1 && can_join(graph_, instruction, shape);
    const bool joins = fusible && !open_.empty() && shape == full_ && !reshaped;
    if (joins && latest != after) return put(open_, inside, instruction);
    if (latest == inside && !reshaped && ends(graph_, instruction, full_))
      return put(ends_, after, instruction);
    if (!fusible)
      return latest == before ? put_done(instruction, 0) : put(after_, after, instruction);
    close();
    full_ = shape;
    put(open_, inside, instruction);
  }

  void finish() {
    close();
    graph_.code = std::move(done_);
    graph_.run = std::move(run_);
    graph_.side.assign(graph_.code.size(), 0);
  }

 private:
  enum Place : char { before, inside, after };

  void put(std::vector<Instruction<T>>& list, Place place, Instruction<T>& instruction) {
    place_[instruction.out] = place;
    list.push_back(std::move(instruction));
  }
  void put_done(Instruction<T>& instruction, std::uint32_t run) {
    place_[instruction.out] = before;
    done_.push_back(std::move(instruction));
    run_.push_back(run);
  }
  void close() {
    const std::uint32_t run = open_.size() + ends_.size() > 1 ? ++runs_ : 0;
    for (Instruction<T>& instruction : open_) put_done(instruction, run);
    for (Instruction<T>& instruction : ends_) put_done(instruction, run);
    for (Instruction<T>& instruction : after_) put_done(instruction, 0);
    open_.clear(), ends_.clear(), after_.clear();
  }

  Graph<T>& graph_;
  std::vector<Place> place_;  // of what every instruction gives
  std::vector<Instruction<T>> done_, open_, ends_, after_;
  std::vector<std::uint32_t> run_;
  std::uint32_t runs_ = 0;
  Shape full_;  // of the open run
};

}  // namespace

template <class T>
void fuse(Graph<T>& graph) {
  Gathering<T> gathering(graph);
  for (Instruction<T>& instruction : graph.code) gathering.add(instruction);
  gathering.finish();
}

template void fuse(Graph<float>&);
template void fuse(Graph<double>&);

}  // namespace glassgrad::program

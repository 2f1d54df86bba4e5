// Runs by rows: instructions tiled along the batch axis. Where entries of the first axis are
// independent (the images of a batch through a convolution, a bias, relu and pooling; the heads of
// an attention), a few entries pass through all instructions before the next, so that the large
// arrays in between stay in the cache.
#include <algorithm>
#include <deque>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

template <class T>
class JoiningRows {
  // A fused run, or an instruction on its own.
  struct Unit {
    std::vector<Instruction<T>> code;
    std::uint32_t run;
  };
  enum Place : char { before, inside, after };

 public:
  explicit JoiningRows(Graph<T>& graph) : graph_(graph), place_(graph.values.size(), before) {
    for (std::size_t i = 0; i < graph.code.size(); ++i) {
      const std::uint32_t run = graph.run[i];
      if (!run || i == 0 || graph.run[i - 1] != run) waiting_.push_back({{}, run});
      waiting_.back().code.push_back(std::move(graph.code[i]));
    }
    graph.code.clear();
    graph.run.clear();
  }

  void run() {
    while (!waiting_.empty() || !gathered_.empty()) {
      if (waiting_.empty() || gathered_.size() == most) {
        close();
      } else {
        Unit unit = std::move(waiting_.front());
        waiting_.pop_front();
        add(std::move(unit));
      }
    }
    graph_.side.assign(graph_.code.size(), 0);
  }

  static constexpr std::int64_t cache = std::int64_t(1) << 20;  // bytes

 private:
  static constexpr std::size_t most = 256;  // units considered together
  static constexpr std::int64_t large = std::int64_t(1) << 16,
                                largest_row = std::int64_t(1) << 18;  // bytes

  std::int64_t bytes_of(const Instruction<T>& instruction) const {
    return graph_.values[instruction.out].shape.count() * std::int64_t(sizeof(T));
  }
  std::int64_t rows_of(const Unit& unit) const {
    const Shape& shape = graph_.values[unit.code[0].out].shape;
    return shape.rank() > 1 ? shape[0] : 1;
  }
  // A sum over all rows may end a fused run: it is accumulated tile by tile.
  bool is_by_rows(const Unit& unit, std::int64_t n) const {
    return std::all_of(unit.code.begin(), unit.code.end(), [&](const Instruction<T>& i) {
      return graph_.is_by_rows(i, n) || (unit.run && !i.rule->elementwise);
    });
  }
  bool starts(const Unit& unit) const {
    const std::int64_t n = rows_of(unit);
    return n > 1 && bytes_of(unit.code[0]) >= large && is_by_rows(unit, n);
  }

  void add(Unit unit) {
    if (gathered_.empty()) {
      if (!starts(unit)) return emit(unit, unit.run != 0);
      rows_ = rows_of(unit);
      return put(inside, std::move(unit));
    }
    Place latest = before;
    bool cut = true;  // reads values made inside row by row only
    for (const Instruction<T>& instruction : unit.code)
      for (const Id x : instruction.in) {
        const Place place = place_[graph_.root(x)];
        latest = std::max(latest, place);
        cut &= place != inside || graph_.is_cut(instruction, x, rows_);
      }
    if (latest == inside && cut && is_by_rows(unit, rows_)) return put(inside, std::move(unit));
    if (latest == before) return put(before, std::move(unit));
    if (!starts(unit)) return put(after, std::move(unit));
    waiting_.push_front(std::move(unit));
    close();
  }

  void put(Place place, Unit unit) {
    for (const Instruction<T>& i : unit.code)
      place_[i.out] = place == inside && !graph_.is_by_rows(i, rows_) ? after : place;
    gathered_.push_back({place, std::move(unit)});
  }

  // Larger than the cache, in rows that fit it, and more than fusion alone does?
  bool pays() const {
    std::int64_t bytes = 0, row = 0, units = 0;
    bool others = false;
    for (const auto& [place, unit] : gathered_) {
      if (place != inside) continue;
      ++units;
      for (const Instruction<T>& i : unit.code) {
        bytes += bytes_of(i), row = std::max(row, bytes_of(i) / rows_);
        others |= !i.rule->elementwise && graph_.is_by_rows(i, rows_);
      }
    }
    return others && units > 1 && bytes >= cache && row <= largest_row;
  }

  // The gathered units become a run, and those that must follow wait again; or all but the first
  // do.
  void close() {
    std::deque<Unit> again;
    if (pays()) {
      for (auto& [place, unit] : gathered_)
        if (place == before) emit(unit, unit.run != 0);
      ++runs_;
      for (auto& [place, unit] : gathered_)
        if (place == inside) emit(unit, false, runs_);
      for (auto& [place, unit] : gathered_)
        if (place == after) again.push_back(std::move(unit));
    } else {
      for (auto& [place, unit] : gathered_) again.push_back(std::move(unit));
      emit(again.front(), again.front().run != 0);
      again.pop_front();
    }
    gathered_.clear();
    while (!again.empty()) {
      waiting_.push_front(std::move(again.back()));
      again.pop_back();
    }
  }

  void emit(Unit& unit, bool run_of_its_own, std::uint32_t run = 0) {
    if (run_of_its_own) run = ++runs_;
    for (Instruction<T>& instruction : unit.code) {
      place_[instruction.out] = before;
      graph_.code.push_back(std::move(instruction));
      graph_.run.push_back(run);
    }
  }

  Graph<T>& graph_;
  std::vector<Place> place_;  // of what every instruction gives
  std::deque<Unit> waiting_;
  std::vector<std::pair<Place, Unit>> gathered_;
  std::int64_t rows_ = 1;
  std::uint32_t runs_ = 0;
};

}  // namespace

template <class T>
void join_rows(Graph<T>& graph) {
  std::int64_t bytes = 0;
  for (const Instruction<T>& i : graph.code)
    bytes += graph.values[i.out].shape.count() * std::int64_t(sizeof(T));
  if (bytes >= JoiningRows<T>::cache) JoiningRows<T>(graph).run();
}

template void join_rows(Graph<float>&);
template void join_rows(Graph<double>&);

}  // namespace glassgrad::program

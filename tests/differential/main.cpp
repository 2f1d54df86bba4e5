// differential N [--seed S]: N random graphs, the first of seed S, the next of S + 1, and so on; so
// `differential 1 --seed X` replays one. Exit code 0 only when all agree or the difference has a
// known reason, 1 for an unexplained one, 2 for arguments that make no sense.
#include <ATen/Parallel.h>

#include <charconv>
#include <cstdio>

#include "differential/draw.hpp"
#include "differential/run.hpp"
#include "glassgrad/ops/ops.hpp"

namespace glassgrad::differential {
namespace {

constexpr double tolerance = 1e-10, replayed_tolerance = 1e-12;

// Structs that no entry of the table can reach, and why. What is in neither place is told as
// missing.
const std::map<std::string, std::string> without_counterpart = {
    {"dropout_mask", "random: libtorch draws other numbers"},
    {"descend", "an optimizer's update"},
    {"shrink", "an optimizer's update"},
    {"gather", "an optimizer's update"},
    {"gather_square", "an optimizer's update"},
    {"blend", "an optimizer's update"},
    {"blend_square", "an optimizer's update"},
    {"descend_scaled", "an optimizer's update"},
    {"descend_adam", "an optimizer's update"},
};
// Ops of libtorch 1.13 with a limit. Its own way to compute the same differently (Step::mended)
// must agree with us, else the difference is not explained.
const std::map<std::string, std::string> limits = {
    {"celu", "its slopes have the digits of a float"},
    {"cdist", "no second derivative; the first is lost where a distance is small"},
    {"cosine_embedding_loss", "adds 1e-12 to squared norms"},
    {"digamma", "its trigamma has ten digits"},
    {"hardsigmoid", "its slope is 1/6 as a float; no second derivative"},
    {"lgamma", "its trigamma has ten digits"},
    {"deviation", "its second derivative at 0 is NaN"},
    {"deviation of all", "its second derivative at 0 is NaN"},
    {"logcumsumexp", "takes the logarithm of the upstream: NaN in second order where that is 0"},
    {"masked_select", "its gradient is in the wrong places where the array is not contiguous"},
    {"prelu", "its second derivative"},
    {"lstsq", "its solver leaves out what is small"},
    {"matrix_trace", "its gradient has ones off the diagonal of a tall matrix"},
    {"multi_margin_loss", "no second derivative"},
    {"multilabel_margin_loss", "no second derivative"},
    {"pdist", "no second derivative"},
    {"polygamma", "its trigamma has ten digits"},
    {"renorm", "adds 1e-7 to norms"},
    {"solve of a vector", "no gradient of one equation: its shape is lost"},
};
// What we refuse and libtorch does not.
const std::map<std::string, std::string> refused_here = {
    {"median of all", "the median of nothing, which is NaN there"},
};
template <class... Ops>
std::set<std::string> names_of(List<Ops...>) {
  return {std::string(Ops::name)...};
}

struct Count {
  int graphs = 0, agree = 0, rounding = 0, limits = 0, unexplained = 0, steps = 0, second = 0,
      second_mended = 0;
  double worst = 0;
  int same_bits = 0, replayed = 0, not_replayed = 0;  // by a compiled program, against the tape
  double worst_replayed = 0;
  std::map<std::string, int> refused;
  std::map<std::string, int> used, no_second, limited;
  std::set<std::string> reached;
  std::vector<std::uint64_t> failed;
};

void report(const Graph& graph, std::uint64_t seed, const Result& ours, const Difference& found) {
  std::printf("seed %llu: %s differs by %.2g\n%s", static_cast<unsigned long long>(seed),
              found.where.c_str(), found.error, description(graph, ours).c_str());
  // With how many of its steps does it differ first?
  Graph part = graph;
  part.steps.clear();
  for (const Step& step : graph.steps) {
    part.steps.push_back(step);
    const Difference of = compare(part, run_ours(part, seed), run_theirs(part, seed), tolerance);
    if (of.error <= tolerance) continue;
    std::printf("  first after %zu steps, with %s: %s by %.2g\n", part.steps.size(),
                step.op.c_str(), of.where.c_str(), of.error);
    return;
  }
}

void replay(const Graph& graph, std::uint64_t seed, const Result& ours, Count& count) {
  const Replayed replayed = run_replayed(graph, seed, ours);
  if (!replayed.refused.empty()) {
    ++count.refused[replayed.refused];
    return;
  }
  if (replayed.same_bits) ++count.same_bits;
  if (replayed.error <= replayed_tolerance) {
    ++count.replayed;
    count.worst_replayed = std::max(count.worst_replayed, replayed.error);
    return;
  }
  ++count.not_replayed;
  count.failed.push_back(seed);
  std::printf("seed %llu: the program differs from the tape by %.2g\n%s",
              static_cast<unsigned long long>(seed), replayed.error,
              description(graph, ours).c_str());
}

void run_one(const Table& table, std::uint64_t seed, Refusals& refusals, Count& count, bool loud) {
  const Graph graph = Draw(seed, refusals).graph(table);
  ++count.graphs;
  count.steps += int(graph.steps.size());
  for (const Step& step : graph.steps) ++count.used[step.op];
  const Result ours = run_ours(graph, seed);
  replay(graph, seed, ours, count);
  count.reached.insert(ours.ops.begin(), ours.ops.end());
  Result theirs = run_theirs(graph, seed);
  std::set<std::string> limited;
  for (const Step& step : graph.steps)
    if (step.mended) limited.insert(step.op);
  if (!theirs.no_second.empty() && !limited.empty()) {
    const Result other = run_theirs(graph, seed, limited);
    if (other.no_second.empty()) {
      ++count.second_mended;
      theirs = other;
    }
  }
  if (theirs.no_second.empty())
    ++count.second;
  else
    ++count.no_second[theirs.no_second];
  const Difference found = compare(graph, ours, theirs, tolerance);
  if (loud) report(graph, seed, ours, found);
  if (found.error <= tolerance) {
    ++count.agree;
    count.worst = std::max(count.worst, found.error);
    return;
  }
  if (is_rounding(graph, seed, ours, theirs, tolerance)) {
    ++count.rounding;
    return;
  }
  const auto explained = [&](const std::set<std::string>& mended) {
    const Result other = run_theirs(graph, seed, mended);
    return compare(graph, ours, other, tolerance).error <= tolerance ||
           is_rounding(graph, seed, ours, other, tolerance);
  };
  for (const std::string& op : limited) {
    if (!explained({op})) continue;
    ++count.limits, ++count.limited[op];
    return;
  }
  if (limited.size() > 1 && explained(limited)) {
    ++count.limits, ++count.limited["several of them"];
    return;
  }
  ++count.unexplained;
  count.failed.push_back(seed);
  if (count.unexplained <= 20 && !loud) report(graph, seed, ours, found);
}

// Whether all is explained: also what was not reached, in a run long enough to reach it.
bool print(const Count& count, const Table& table, const Refusals& refusals) {
  bool good = count.unexplained == 0 && count.not_replayed == 0;
  std::printf("Times each op was used:\n");
  int column = 0;
  for (const auto& [op, times] : count.used)
    std::printf("  %-26s %6d%s", op.c_str(), times, ++column % 3 == 0 ? "\n" : "");
  std::printf("\n");
  for (const Entry& entry : table.entries)
    if (!count.used.contains(entry.op)) std::printf("  never used: %s\n", entry.op.c_str());
  const std::set<std::string> every = names_of(EveryOp{});
  std::printf("Reached %zu of the %zu structs of the library; not:\n",
              every.size() - std::size_t(std::count_if(every.begin(), every.end(),
                                                       [&](const std::string& op) {
                                                         return !count.reached.contains(op);
                                                       })),
              every.size());
  for (const std::string& op : every) {
    if (count.reached.contains(op)) continue;
    const auto why = without_counterpart.find(op);
    good = good && (why != without_counterpart.end() || count.graphs < 1000);
    std::printf("  %s: %s\n", op.c_str(),
                why == without_counterpart.end() ? "by chance" : why->second.c_str());
  }
  for (const auto& [op, times] : refusals.ours) {
    const auto why = refused_here.find(op);
    good = good && why != refused_here.end();
    std::printf("Refused here only, %d times: %s: %s\n", times, op.c_str(),
                why == refused_here.end() ? refusals.text.at(op).c_str() : why->second.c_str());
  }
  for (const auto& [op, times] : refusals.theirs)
    std::printf("Refused by libtorch only, %d times: %s: %s\n", times, op.c_str(),
                refusals.text.at(op).substr(0, 160).c_str());
  for (const auto& [why, times] : count.no_second)
    std::printf("No second order in libtorch, %d times: %s\n", times, why.substr(0, 160).c_str());
  for (const auto& [op, times] : count.limited)
    std::printf("Limit of libtorch, %d times: %s: %s\n", times, op.c_str(),
                limits.contains(op) ? limits.at(op).c_str() : "");
  std::printf(
      "%d graphs of %d steps: %d agree (worst error %.2g), %d differ as far "
      "as rounding does, %d by a limit of libtorch, %d unexplained\n",
      count.graphs, count.steps, count.agree, count.worst, count.rounding, count.limits,
      count.unexplained);
  std::printf("Second order was compared in %d of them, in %d by another way in libtorch\n",
              count.second, count.second_mended);
  std::printf(
      "Compiled and run twice: %d agree with the tape to 1e-12 (worst %.2g), %d of them to the "
      "last "
      "bit; %d differ\n",
      count.replayed, count.worst_replayed, count.same_bits, count.not_replayed);
  for (const auto& [why, times] : count.refused)
    std::printf("  refused %d times: %s\n", times, why.c_str());
  for (const std::uint64_t seed : count.failed)
    std::printf("  replay: scripts/differential 1 --seed %llu\n",
                static_cast<unsigned long long>(seed));
  return good;
}

// libtorch warns of ops that are in beta there.
struct Quiet : c10::WarningHandler {
  void process(const c10::SourceLocation&, const std::string&, const bool) override {}
};

bool read(const std::string& text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace
}  // namespace glassgrad::differential

int main(int argc, char** argv) {
  using namespace glassgrad::differential;
  std::uint64_t graphs = 1000, seed = 1;
  std::vector<std::string> words(argv + 1, argv + argc);
  bool good = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--seed")
      good = good && i + 1 < words.size() && read(words[++i], seed);
    else
      good = good && read(words[i], graphs);
  }
  if (!good || graphs == 0) {
    std::fprintf(stderr, "[differential] unknown arguments. Give a number of graphs, --seed S.\n");
    return 2;
  }
  at::set_num_threads(1);
  Quiet quiet;
  c10::Warning::set_warning_handler(&quiet);
  Table table;
  for (const auto add : {add_elementwise, add_activations, add_reductions, add_movement,
                         add_positions, add_products, add_linear_algebra, add_layers, add_losses})
    add(table);
  Refusals refusals;
  Count count;
  for (std::uint64_t i = 0; i < graphs; ++i) run_one(table, seed + i, refusals, count, graphs == 1);
  return print(count, table, refusals) ? 0 : 1;
}

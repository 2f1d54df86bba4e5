// Bounded memory: at a limit every second entry is dropped and the stride doubles.
#include "glassgrad/show/snapshot/recorder.hpp"

#include <algorithm>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/snapshot/pattern.hpp"
#include "show/snapshot/summary.hpp"

namespace glassgrad {
namespace {

std::int64_t bytes_of(const std::optional<SnapshotArray>& array) {
  if (!array) return 0;
  std::size_t numbers = array->numbers.size() + 12;
  if (array->picture)
    numbers += array->picture->histogram.counts.size() + 3 * array->picture->preview.values.size();
  return std::int64_t(8 * numbers);
}
std::int64_t bytes_of(const Replay& replay) {
  std::int64_t bytes = 0;
  for (const ReplayedNode& node : replay.nodes) {
    bytes += bytes_of(node.value) + bytes_of(node.upstream);
    for (const ReplayedInput& input : node.inputs)
      bytes += bytes_of(input.local) + bytes_of(input.contribution);
  }
  for (const ReplayedScope& scope : replay.scopes)
    for (const auto& local : scope.locals) bytes += bytes_of(local);
  return bytes;
}

// Of large arrays an edge keeps the statistics: their pictures are those of value and upstream.
std::optional<SnapshotArray> plain(std::optional<SnapshotArray> array) {
  if (array) array->picture = nullptr;
  return array;
}

// The locals of the scopes that the snapshot reads as boxes. With patterns only of those whose ops
// are all kept: of the others there is no upstream to multiply with.
std::vector<ReplayedScope> scopes_of(const Snapshot& shot, const Replay& replay) {
  std::vector<char> kept(shot.nodes.size(), 0), whole(shot.scopes.size(), 1);
  for (const ReplayedNode& node : replay.nodes) kept[node.node] = 1;
  for (std::size_t i = 0; i < shot.nodes.size(); ++i)
    for (std::uint32_t s = shot.nodes[i].scope; s != 0 && !kept[i]; s = shot.scopes[s].parent)
      whole[s] = 0;
  std::vector<ReplayedScope> scopes;
  for (std::uint32_t s = 1; s < shot.scopes.size(); ++s) {
    if (!whole[s] || shot.scopes[s].inputs.empty()) continue;
    ReplayedScope scope{s, {}};
    for (const SnapshotInput& input : shot.scopes[s].inputs)
      scope.locals.push_back(plain(input.jacobian ? input.jacobian : input.local));
    scopes.push_back(std::move(scope));
  }
  return scopes;
}

template <class Entries>
void halve(Entries& entries) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); i += 2) {
    if (kept != i) entries[kept] = std::move(entries[i]);
    ++kept;
  }
  entries.resize(kept);
}

void add(std::vector<Series>& all, std::span<const Measure> measures, std::size_t before) {
  if (before == 0)
    for (const Measure& measure : measures) all.push_back({measure.name, {}});
  for (std::size_t i = 0; i < measures.size(); ++i) all[i].values.push_back(measures[i].value);
}
void check_names(const std::vector<Series>& all, std::span<const Measure> measures,
                 std::size_t before) {
  bool same = before == 0 || all.size() == measures.size();
  for (std::size_t i = 0; same && before > 0 && i < all.size(); ++i)
    same = all[i].name == measures[i].name;
  if (!same)
    throw Error("recorder",
                join("the measures are ", measures.size(), ", of other names than the ", all.size(),
                     " before"),
                "Give the same ones at every step, NaN for what is not known");
}

std::string ordinal(std::int64_t n) {
  const bool teen = n % 100 / 10 == 1;
  return to_text(n) + (teen          ? "th"
                       : n % 10 == 1 ? "st"
                       : n % 10 == 2 ? "nd"
                       : n % 10 == 3 ? "rd"
                                     : "th");
}

}  // namespace

Recorder::Recorder(RecorderOptions options)
    : options_(std::move(options)), sample_every_(options_.every), replay_every_(options_.every) {
  training_.unit = options_.unit;
}

bool Recorder::wants_sample(Step step) const {
  return !started_ || (step - first_) % sample_every_ == 0;
}
bool Recorder::wants_replay(Step step) const {
  return !too_large_ && (!started_ || (step - first_) % replay_every_ == 0);
}

void Recorder::sample(Step step, std::span<const Measure> curves, std::span<const Measure> norms,
                      std::span<const Measure> clipped, std::span<const Measure> ratios) {
  if (!wants_sample(step)) return;
  if (!training_.step.empty() && step <= training_.step.back())
    throw Error("recorder", join("step ", step, " comes after step ", training_.step.back()),
                "Record rising steps");
  const std::size_t before = training_.step.size();
  check_names(training_.curves, curves, before);
  check_names(training_.gradient_norms, norms, before);
  check_names(training_.clipped_norms, clipped, before);
  check_names(training_.update_ratios, ratios, before);
  if (!started_) first_ = step, started_ = true;
  add(training_.curves, curves, before);
  add(training_.gradient_norms, norms, before);
  add(training_.clipped_norms, clipped, before);
  add(training_.update_ratios, ratios, before);
  training_.step.push_back(step);
  if (std::int64_t(training_.step.size()) <= options_.samples) return;
  halve(training_.step);
  for (auto* all : {&training_.curves, &training_.gradient_norms, &training_.clipped_norms,
                    &training_.update_ratios})
    for (Series& series : *all) halve(series.values);
  sample_every_ *= 2;
}

void Recorder::replay(Step step, const Snapshot& shot) {
  if (!wants_replay(step)) return;
  auto& replays = training_.replays;
  if (!replays.empty() && step <= replays.back().step)
    throw Error("recorder", join("step ", step, " comes after step ", replays.back().step),
                "Record rising steps");
  std::vector<std::string> ops;
  for (const SnapshotNode& node : shot.nodes) ops.push_back(node.op);
  if (!ops_.empty() && ops != ops_)
    throw Error("recorder",
                join("the graph of step ", step, " is another than that of step ",
                     replays.empty() ? first_ : replays.front().step),
                "Record one model with one Recorder");
  ops_ = std::move(ops);
  if (!started_) first_ = step, started_ = true;
  Replay replay{step, {}, {}};
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode& node = shot.nodes[i];
    if (!fits_one(options_.keep, shot.path_of(i))) continue;
    ReplayedNode kept{i, node.value, node.upstream, {}};
    for (const SnapshotInput& input : node.inputs)
      kept.inputs.push_back(
          {plain(input.jacobian ? input.jacobian : input.local), plain(input.contribution)});
    replay.nodes.push_back(std::move(kept));
  }
  replay.scopes = scopes_of(shot, replay);
  sizes_.push_back(bytes_of(replay)), bytes_ += sizes_.back();
  replays.push_back(std::move(replay));
  while (!replays.empty() &&
         (std::int64_t(replays.size()) > options_.replays || bytes_ > options_.bytes))
    thin_replays();
}

void Recorder::thin_replays() {
  if (training_.replays.size() == 1) {  // one alone is too large
    training_.replays.clear(), sizes_.clear(), bytes_ = 0, too_large_ = true;
    return;
  }
  halve(training_.replays), halve(sizes_);
  bytes_ = 0;
  for (const std::int64_t size : sizes_) bytes_ += size;
  replay_every_ *= 2;
  if (!training_.field) return;
  std::erase_if(training_.field->frames, [&](const FieldFrame& frame) {
    return (frame.step - first_) % replay_every_ != 0;
  });
}

void Recorder::set_field(Field field) {
  if (field.columns < 2 || field.rows < 2 || !(field.x_low < field.x_high) ||
      !(field.y_low < field.y_high))
    throw Error("recorder", "the field has no size", "Give ranges and at least 2 x 2 cells");
  training_.field = std::move(field);
}

void Recorder::frame(Step step, std::vector<double> values) {
  if (!training_.field) throw Error("recorder", "a frame without a field", "Call set_field first");
  const Field& field = *training_.field;
  if (std::int64_t(values.size()) != field.columns * field.rows)
    throw Error("recorder",
                join("the frame has ", values.size(), " values, the field is ", field.columns,
                     " x ", field.rows),
                "Give one value per cell, row by row");
  training_.field->frames.push_back({step, std::move(values)});
}

void Recorder::finish(Snapshot& shot) const {
  shot.training = training_;
  const auto say = [&](const std::string& sentence) { shot.dropped.push_back(sentence); };
  if (sample_every_ > options_.every)
    say(join("Curves have every ", ordinal(sample_every_), " ", options_.unit, ": at most ",
             options_.samples, " points."));
  if (too_large_)
    say(join("There are no replays: one is larger than ", options_.bytes, " bytes."));
  else if (replay_every_ > options_.every)
    say(join("Replays have every ", ordinal(replay_every_), " ", options_.unit, ": at most ",
             options_.replays, " of them, in ", options_.bytes, " bytes."));
  std::string patterns;
  for (const std::string& pattern : options_.keep)
    patterns += (patterns.empty() ? "\"" : ", \"") + pattern + "\"";
  if (!patterns.empty()) say("Replays hold the nodes that " + patterns + " chose.");
}

template <class T>
void Recorder::record(Step step, const Node<T>& cost) {
  if (!wants_sample(step) && !wants_replay(step)) return;
  const Snapshot shot = snapshot(
      cost,
      SnapshotOptions{.limit = options_.limit, .boxes = wants_replay(step), .keep = options_.keep});
  const Measure curve{shot.nodes[shot.cost].label, double(cost.item())};
  sample(step, {&curve, 1}, gradient_norms(shot));
  replay(step, shot);
}
template void Recorder::record(Step, const Node<float>&);
template void Recorder::record(Step, const Node<double>&);

SnapshotArray snapshot_array(View<const double> numbers,
                             Setting<"snapshot_array", "limit", std::int64_t, 0> limit) {
  return summary(numbers.data, *numbers.sizes, limit);
}

std::vector<Measure> gradient_norms(const Snapshot& shot) {
  std::vector<Measure> norms;
  for (const SnapshotNode& node : shot.nodes)
    if (node.kind == SnapshotKind::parameter)
      norms.push_back({node.label, node.upstream ? node.upstream->norm : 0});
  return norms;
}

}  // namespace glassgrad

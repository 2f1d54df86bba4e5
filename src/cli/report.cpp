// Records the last batch of an epoch, and writes everything into one file at the end.
#include "report.hpp"

#include <algorithm>
#include <cmath>

#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/show/json/json.hpp"
#include "report_parts.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::int64_t usual_limit = 256, largest_limit = 4096;
constexpr std::int64_t readable_units = 32;  // of a layer in the neuron view

// Where every layer is small enough for the neuron view, its arrays are kept whole.
std::int64_t limit_for(const Architecture& architecture, std::int64_t batch) {
  std::int64_t widest = architecture.inputs;
  for (const std::string& layer : architecture.layers)
    if (layer[0] >= '0' && layer[0] <= '9')
      widest = std::max<std::int64_t>(widest, std::stoll(layer));
  const std::int64_t wanted = std::max(batch, widest) * widest;
  return widest > readable_units || wanted > largest_limit ? usual_limit
                                                           : std::max(usual_limit, wanted);
}

template <class T>
std::vector<double> copied(View<const T> view) {
  return {view.begin(), view.end()};
}

}  // namespace

void check_report_names(const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files)
    if (file.extension() != ".html" && file.extension() != ".json")
      throw Error("train", join("the form of ", file.string(), " is not known"),
                  "End its name in .html or .json");
}

template <class T>
Report<T>::Report(std::vector<std::filesystem::path> files, std::vector<std::string> keep,
                  std::string title, const Settings& settings, Training<T>& training,
                  std::string quality)
    : files_(std::move(files)),
      keep_(std::move(keep)),
      title_(std::move(title)),
      quality_(std::move(quality)),
      settings_(settings),
      training_(training),
      first_epoch_(training.history.epochs()),
      limit_(limit_for(training.description.architecture,
                       std::min(training.batches().batch_size(), training.examples()))),
      recorder_({.unit = "epoch", .keep = keep_, .limit = limit_}) {
  const ModelDescription& of = training.description;
  has_field_ = of.architecture.inputs == 2 && of.classes.size() == 2 &&
               of.objective != Objective::mean_squared_error;
  if (!has_field_) return;
  const Field plane = field_over(training);
  grid_ = cells_of(plane);
  recorder_.set_field(plane);
}

template <class T>
bool Report<T>::may_be_last(std::int64_t epoch) const {
  return epoch + 1 == settings_.epochs || settings_.patience > 0 || settings_.tolerance > 0 ||
         settings_.gradient_tolerance > 0;
}
template <class T>
bool Report<T>::wants(std::int64_t epoch, std::int64_t batch) const {
  return batch + 1 == training_.batches().iterations() &&
         (may_be_last(epoch) || recorder_.wants_replay(epoch + 1));
}

template <class T>
void Report<T>::before_step(std::int64_t epoch, const Node<T>& cost) {
  shot_epoch_ = epoch + 1;
  const bool boxes = may_be_last(epoch) || recorder_.wants_replay(epoch + 1);
  shot_ = snapshot(cost, SnapshotOptions{.limit = limit_, .boxes = boxes, .keep = keep_});
  before_.clear();
  for (const Parameter<T>* parameter : training_.model.parameters())
    before_.push_back({std::string(parameter->name()), copied(parameter->value()),
                       copied(parameter->gradient())});
  recorder_.replay(epoch + 1, *shot_);
  if (has_field_ && recorder_.wants_replay(epoch + 1))
    recorder_.frame(epoch + 1, training_.second_class(grid_));
}

template <class T>
void Report<T>::after_step(const std::vector<Update>& updates) {
  if (updates.empty() || before_.empty()) return;
  std::vector<double> value, gradient;
  for (const Before& before : before_)
    if (before.name == updates.front().parameter) value = before.value, gradient = before.gradient;
  AppliedUpdate& update = shot_->update.emplace();
  update.rule = rule_text(updates, value, gradient);
  for (const Parameter<T>* parameter : training_.model.parameters())
    for (std::uint32_t i = 0; i < shot_->nodes.size(); ++i)
      if (shot_->nodes[i].kind == SnapshotKind::parameter &&
          shot_->nodes[i].name == parameter->name())
        update.parameters.push_back(
            {i, kept_array(copied(parameter->value()), parameter->shape(), limit_)});
}

template <class T>
void Report<T>::failed(const Node<T>& cost) {
  shot_ = snapshot(cost, SnapshotOptions{.limit = limit_, .boxes = true, .keep = keep_});
  failed_ = true;
}

template <class T>
void Report<T>::after_epoch(const EpochRow& row) {
  std::vector<Measure> curves{{"loss", row.loss}, {quality_, row.quality}};
  if (training_.validated() > 0)
    curves.insert(curves.end(), {{"validation loss", row.validation_loss},
                                 {"validation " + quality_, row.validation_quality}});
  if (training_.held_out() > 0)
    curves.insert(curves.end(),
                  {{"held-out loss", row.test_loss}, {"held-out " + quality_, row.test_quality}});
  if (settings_.schedule != "constant" || settings_.warm_up > 0)
    curves.push_back({"learning rate", row.rate});
  std::vector<Measure> norms, clipped, ratios;
  for (const StepNorms& step : row.steps) {
    norms.push_back({step.parameter, step.gradient});
    clipped.push_back({step.parameter, step.clipped});
    ratios.push_back({step.parameter, step.ratio()});
  }
  recorder_.sample(std::int64_t(row.epoch), curves, norms, clipped, ratios);
}

template <class T>
void Report<T>::add_judgement(Snapshot& shot) {
  const auto judged = training_.judge();
  const auto& classes = training_.description.classes;
  if (judged.empty()) return;
  Confusion confusion{classes, {}};
  confusion.counts.assign(classes.size(), std::vector<std::int64_t>(classes.size(), 0));
  for (const auto& one : judged)
    ++confusion.counts[std::size_t(one.truth)][std::size_t(one.predicted)];
  recorder_.set_confusion(std::move(confusion));
  recorder_.set_examples(worst(judged));
  shot.run.push_back({"confusion and worst examples of", "the part " + training_.judged_part()});
}

template <class T>
std::vector<WorstExample> Report<T>::worst(
    const std::vector<typename Training<T>::Judged>& judged) const {
  constexpr std::size_t shown = 12;
  auto ranked = judged;
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.loss > b.loss; });
  ranked.resize(std::min(ranked.size(), shown));
  const auto& classes = training_.description.classes;
  std::vector<WorstExample> examples;
  for (const auto& one : ranked)
    examples.push_back({one.row,
                        classes[std::size_t(one.truth)],
                        classes[std::size_t(one.predicted)],
                        one.loss,
                        std::isfinite(one.loss) ? std::optional(std::exp(-one.loss)) : std::nullopt,
                        0,
                        0,
                        {}});
  const std::int64_t side = picture_side(training_.description);
  double brightest = 0;
  for (std::size_t i = 0; side > 0 && i < examples.size(); ++i) {
    examples[i].width = examples[i].height = side;
    examples[i].picture = training_.judged_inputs(ranked[i].row);
    for (const double pixel : examples[i].picture) brightest = std::max(brightest, pixel);
  }
  for (WorstExample& example : examples)
    for (double& pixel : example.picture) pixel = brightest > 0 ? pixel / brightest : 0;
  return examples;
}

template <class T>
void Report<T>::add_facts(Snapshot& shot) const {
  const auto number = [&](const char* name, auto value) {
    shot.run.push_back({name, to_text(value), true});
  };
  number("seed", settings_.seed);
  number("epochs", training_.history.epochs());
  number("examples", training_.examples());
  number("batch", std::min(training_.batches().batch_size(), training_.examples()));
  for (const auto& [name, value] :
       {std::pair{"layers", settings_.layers}, std::pair{"loss", settings_.loss},
        std::pair{"optimizer", settings_.optimizer}})
    shot.run.push_back({name, value});
  number("rate", settings_.rate);
  if (first_epoch_ > 0)
    shot.dropped.push_back(join("The ", first_epoch_, first_epoch_ == 1 ? " epoch" : " epochs",
                                " before --resume are not in the curves."));
}

template <class T>
void Report<T>::write() {
  if (!shot_) return;
  Snapshot shot = *shot_;
  shot.title = title_;
  add_facts(shot);
  const bool ended = shot_epoch_ == training_.history.epochs();
  shot.run.push_back({"graph", failed_ ? "of the batch whose loss is not finite"
                               : ended ? "of the last batch, before its update"
                                       : join("of the last batch of epoch ", shot_epoch_,
                                              ", before its update; a signal ended the run")});
  if (!failed_) add_judgement(shot);
  recorder_.finish(shot);
  shot.stack = find_stack(shot);
  add_problems(shot);
  const std::string json = to_json(shot);
  for (const auto& file : files_)
    write_file(file.string(), file.extension() == ".html" ? page_of(json) : json);
}

template class Report<float>;
template class Report<double>;

}  // namespace glassgrad::cli

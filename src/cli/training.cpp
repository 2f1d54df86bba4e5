// The loop: batch, forward, backward, step.
#include "training.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "glassgrad/array/text.hpp"
#include "memory_needed.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::uint64_t init_stream = 0x494E4954'00000000;  // "INIT" in ASCII
constexpr std::int64_t rows_at_once = 256;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

Architecture architecture_of(const Settings& settings, const Dataset& train) {
  Architecture architecture{train.x.columns, layers_from(settings.layers)};
  architecture.layers.push_back(std::to_string(outputs_for(objective_of(settings), train)));
  return architecture;
}

ModelDescription description_of(const Settings& settings, const Dataset& train) {
  return {.architecture = architecture_of(settings, train),
          .objective = objective_of(settings),
          .fitted = fit(train, settings),
          .features = train.features,
          .classes = train.classes};
}

// The norm of all parameters' entries, from each parameter's.
double together(const std::vector<StepNorms>& steps, double StepNorms::*norm) {
  double squares = 0;
  for (const StepNorms& step : steps) squares += (step.*norm) * (step.*norm);
  return std::sqrt(squares);
}

}  // namespace

template <class T>
Sequential<T> network_of(const Settings& settings, const Architecture& architecture) {
  check_memory(settings, architecture);
  Random random(std::uint64_t(settings.seed), init_stream);
  return make_network<T>(architecture, random, init_from(settings.init));
}
template Sequential<float> network_of(const Settings&, const Architecture&);
template Sequential<double> network_of(const Settings&, const Architecture&);

template <class T>
Training<T>::Training(const Settings& settings, Parts data)
    : description(description_of(settings, data.train)),
      model(network_of<T>(settings, description.architecture)),
      optimizer(make_optimizer<T>(settings)),
      stopping({settings.patience, settings.tolerance, settings.gradient_tolerance}),
      best(model.parameters()),
      settings_(settings),
      problem_(std::move(data.train), description.fitted, description.objective),
      batches_(problem_.size(), settings.batch, std::uint64_t(settings.seed)),
      schedule_(schedule_from(settings, batches_.iterations())),
      parameters_(model.parameters()),
      good_(parameters_) {
  const auto make = [&](Dataset& part, std::optional<Problem<T>>& problem) {
    if (part.size() > 0)
      problem.emplace(std::move(part), description.fitted, description.objective);
  };
  make(data.validation, validation_), make(data.test, test_);
}

template <class T>
bool Training<T>::run_epoch(const Watch& watch, const Look* look) {
  const auto epoch = history.epochs();
  auto& [begin, loss, score, first] = cut;
  std::int64_t seen = begin * std::min(batches_.batch_size(), batches_.examples());
  Tape<T> complete(Keep::all);  // of the batches that are looked at
  for (std::int64_t i = begin; i < batches_.iterations(); ++i) {
    const auto rows = batches_.rows(epoch, i);
    const std::int64_t update = epoch * batches_.iterations() + i;
    optimizer->set_rate(schedule_(update));
    model.seek(update);
    if (guard_) guard_->before();
    const bool shown = look && look->wants(epoch, i);
    Tape<T>& tape = shown ? complete : tape_;
    tape.clear();
    const Node<T> z = model(problem_.x(tape, rows));
    const Node<T> cost = name("cost", problem_.cost(z, rows));
    if (!std::isfinite(cost.item()) && look) look->failed(cost);
    if (!std::isfinite(cost.item()) && guard_) stop_at(rows, epoch, i);
    if (!std::isfinite(cost.item()))
      give_up(join("the loss is ", std::isnan(cost.item()) ? "nan" : "inf", " in epoch ", epoch + 1,
                   ", batch ", i + 1),
              update == 0);
    tape.backward(cost);
    tape.add_to_parameters();
    if (guard_ && !guard_->gradients_are_finite()) stop_at(rows, epoch, i);
    if (i == 0) first = double(cost.item());
    const bool measured = i + 1 == batches_.iterations();
    optimizer->measure(measured);
    loss += double(cost.item()) * double(rows.size());
    score += problem_.score(z.value(), rows);
    if (shown)
      look->see(epoch, i, cost, [&] { return optimizer->recorded_step(parameters_); });
    else
      optimizer->step(std::span<Parameter<T>* const>(parameters_));
    if (guard_ && !guard_->parameters_are_finite()) stop_at(rows, epoch, i);
    seen += std::int64_t(rows.size());
    if (watch) watch(seen, loss / double(seen), score / double(seen));
    if (!measured && interrupted && interrupted()) {
      begin = i + 1;
      return false;
    }
  }
  const double mean = loss / double(seen);
  const double usual = history.empty() ? first : history.front().loss;
  const auto [validation_loss, validation_quality] = evaluate(validation_);
  const auto [test_loss, test_quality] = evaluate(test_);
  for (const double each : {mean, validation_ ? validation_loss : mean, test_ ? test_loss : mean}) {
    const std::string what = divergence(each, usual, good_.parameters());
    if (!what.empty()) give_up(join(what, " after epoch ", epoch + 1));
  }
  const std::vector<StepNorms>& steps = optimizer->norms();
  const double gradient = together(steps, &StepNorms::gradient);
  const double ratio = together(steps, &StepNorms::update) / together(steps, &StepNorms::weight);
  history.add({double(epoch + 1), optimizer->rate(), mean, problem_.quality(score), gradient,
               validation_loss, validation_quality, test_loss, test_quality,
               together(steps, &StepNorms::clipped), ratio, steps});
  if (stopping.after_epoch(mean, validation_loss, gradient)) best.keep();
  remember();
  cut = {};
  return true;
}

template <class T>
std::pair<double, double> Training<T>::evaluate(std::optional<Problem<T>>& problem) {
  if (!problem) return {none, none};
  const Evaluating evaluating(model);
  const auto start = values_.mark();
  double loss = 0, score = 0;
  std::vector<std::int64_t> all(std::size_t(problem->size()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  std::span<const std::int64_t> rest(all);
  while (!rest.empty()) {
    const auto rows = rest.first(std::min<std::size_t>(rest.size(), rows_at_once));
    const Node<T> z = model(problem->x(values_, rows));
    loss += double(problem->cost(z, rows).item()) * double(rows.size());
    score += problem->score(z.value(), rows);
    values_.rewind(start);
    rest = rest.subspan(rows.size());
  }
  return {loss / double(all.size()), problem->quality(score)};
}

template <class T>
void Training<T>::resume_after(const std::vector<EpochRow>& epochs) {
  for (const EpochRow& row : epochs) history.add(row);
  history.tell(stopping);
  remember();
}

template <class T>
void Training<T>::at_the_last_epoch(const std::function<void()>& f) {
  const Kept<T> now(parameters_);
  const auto states = optimizer->states();
  good_.restore();
  optimizer->restore(good_states_);
  f();
  now.restore();
  optimizer->restore(states);
}

template <class T>
void Training<T>::remember() {
  good_.keep();
  good_states_ = optimizer->states();
}

template <class T>
void Training<T>::keep_failed_step(const std::string& path) {
  failed_path_ = path;
  guard_.emplace(TrainingStep<T>{parameters_, optimizer.get(),
                                 [this](Tape<T>& tape, const Batch& batch) {
                                   return network_cost(model, description.objective, tape, batch);
                                 }},
                 path);
}

template <class T>
void Training<T>::stop_at(std::span<const std::int64_t> rows, std::int64_t epoch,
                          std::int64_t batch) {
  const std::int64_t update = epoch * batches_.iterations() + batch;
  const Facts facts{{"seed", to_text(settings_.seed)},
                    {"epoch", to_text(epoch + 1)},
                    {"batch", to_text(batch + 1)},
                    {"examples", to_text(rows.size())}};
  try {
    guard_->fail(problem_.batch(rows, update), facts, [this](Safetensors& file) {
      put_description(file, description);
      file.metadata["settings"] = to_json(settings_);
    });
  } catch (const NonFiniteError& error) {
    const NonFinite& found = error.found();
    back_to_the_last_epoch();
    throw Diverged(
        "train",
        join("training stopped in epoch ", epoch + 1, ", batch ", batch + 1, " at ", found.label,
             ": ", found.message),
        join("That step is kept in ", failed_path_, ": see glassgrad replay ", failed_path_));
  }
}

template <class T>
void Training<T>::back_to_the_last_epoch() {
  cut = {};
  good_.restore();
  optimizer->restore(good_states_);
  for (Parameter<T>* parameter : parameters_) parameter->zero_gradient();
}

namespace {
// Of a loss that is not finite though no weight has moved: the weights or the inputs are too large.
std::string remedy_at_the_start(const Settings& s) {
  const Init init = init_from(s.init);
  if (std::abs(init.number) > 1) return "Give --init a smaller number, or leave it out";
  if (s.scale != "standardise") return "Set --scale to standardise";
  if (s.type == "float32") return "Set --type to float64";
  return "Give examples of moderate size";
}
}  // namespace
template <class T>
void Training<T>::give_up(const std::string& what, bool before_any_step) {
  if (before_any_step)
    throw Diverged("train", join("training cannot begin: ", what, ", before any step"),
                   remedy_at_the_start(settings_));
  const double rate = optimizer->rate();
  back_to_the_last_epoch();
  const bool any = !history.empty();
  throw Diverged("train", join("training diverged: ", what, ", at rate ", rate),
                 any ? join("Lower --rate, or set --clip; the parameters are those of epoch ",
                            history.epochs())
                     : "Lower --rate, or set --clip");
}

template class Training<float>;
template class Training<double>;

}  // namespace glassgrad::cli

// The loop: batch, forward, backward, step.
#include "training.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "glassgrad/core/text.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::uint64_t init_stream = 0x494E4954'00000000;  // "INIT" in ASCII
constexpr std::int64_t test_batch = 256;
constexpr double hopeless = 1e6;  // times the first loss
constexpr double none = std::numeric_limits<double>::quiet_NaN();

Architecture architecture_of(const Settings& settings, std::int64_t inputs, std::int64_t outputs) {
  Architecture architecture{inputs, layers_from(settings.layers)};
  architecture.layers.push_back(std::to_string(outputs));
  return architecture;
}

}  // namespace

template <class T>
Training<T>::Training(const Settings& settings, const Split& data)
    : architecture(architecture_of(settings, data.train.x.columns,
                                   Problem<T>::outputs(objective_from(settings.loss), data.train))),
      fitted(Fitted::fit(data.train, settings.scale == "standardise")),
      random(std::uint64_t(settings.seed), init_stream),
      model(make_network<T>(architecture, random, init_from(settings.init))),
      optimizer(make_optimizer<T>(settings)),
      settings_(settings),
      problem_(data.train, fitted, objective_from(settings.loss)),
      batches_(problem_.size(), settings.batch, std::uint64_t(settings.seed)),
      schedule_(schedule_from(settings, batches_.iterations())),
      parameters_(model.parameters()) {
  if (data.test.size() > 0) test_.emplace(data.test, fitted, objective_from(settings.loss));
  remember();
}

template <class T>
EpochRow Training<T>::run_epoch(const Watch& watch, const Look& look) {
  const auto epoch = std::int64_t(history.size());
  double loss = 0, score = 0, first = 0;
  std::int64_t seen = 0;
  Tape<T> complete(Keep::all);  // of the one batch that is looked at
  for (std::int64_t i = 0; i < batches_.iterations(); ++i) {
    const auto rows = batches_.rows(epoch, i);
    optimizer->set_rate(schedule_(epoch * batches_.iterations() + i));
    const bool shown = look && epoch == 0 && i == 0;
    Tape<T>& tape = shown ? complete : tape_;
    tape.clear();
    const Node<T> z = model(problem_.x(tape, rows));
    const Node<T> cost = name("cost", problem_.cost(z, rows));
    if (!std::isfinite(cost.item()))
      give_up(join("the loss is ", std::isnan(cost.item()) ? "nan" : "inf", " in epoch ", epoch + 1,
                   ", batch ", i + 1));
    tape.backward(cost);
    if (shown) look(tape, cost);
    tape.add_to_parameters();
    if (i == 0) first = double(cost.item());
    loss += double(cost.item()) * double(rows.size());
    score += problem_.score(z.value(), rows);
    optimizer->step(std::span<Parameter<T>* const>(parameters_));
    seen += std::int64_t(rows.size());
    if (watch) watch(seen, loss / double(seen), score / double(seen));
  }
  const double mean = loss / double(seen);
  const double usual = history.empty() ? first : history.front().loss;
  const auto [test_loss, test_quality] = test();
  if (std::fmax(mean, test_loss) > hopeless * std::max(1.0, usual))
    give_up(join("the loss of epoch ", epoch + 1, " is ", to_text(std::fmax(mean, test_loss), 3)));
  if (!all_finite() || (test_ && !std::isfinite(test_loss)))
    give_up(join("a parameter is no finite number after epoch ", epoch + 1));
  history.push_back({double(epoch + 1), optimizer->rate(), mean, problem_.quality(score), test_loss,
                     test_quality});
  remember();
  return history.back();
}

template <class T>
std::pair<double, double> Training<T>::test() {
  if (!test_) return {none, none};
  const auto start = values_.mark();
  double loss = 0, score = 0;
  std::vector<std::int64_t> all(std::size_t(test_->size()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  std::span<const std::int64_t> rest(all);
  while (!rest.empty()) {
    const auto rows = rest.first(std::min<std::size_t>(rest.size(), test_batch));
    const Node<T> z = model(test_->x(values_, rows));
    loss += double(test_->cost(z, rows).item()) * double(rows.size());
    score += test_->score(z.value(), rows);
    values_.rewind(start);
    rest = rest.subspan(rows.size());
  }
  return {loss / double(all.size()), test_->quality(score)};
}

template <class T>
void Training<T>::remember() {
  good_.resize(parameters_.size());
  for (std::size_t i = 0; i < good_.size(); ++i) {
    const View<const T> value = std::as_const(*parameters_[i]).value();
    good_[i].assign(value.begin(), value.end());
  }
  good_states_ = optimizer->states();
}

template <class T>
bool Training<T>::all_finite() {
  for (const Parameter<T>* parameter : parameters_)
    for (const T number : parameter->value())
      if (!std::isfinite(number)) return false;
  return true;
}

template <class T>
void Training<T>::give_up(std::string what) {
  const double rate = optimizer->rate();
  for (std::size_t i = 0; i < good_.size(); ++i)
    std::copy(good_[i].begin(), good_[i].end(), parameters_[i]->change().data);
  optimizer->restore(good_states_);
  const bool any = !history.empty();
  throw Diverged(
      "train", join("training diverged: ", what, ", at rate ", rate),
      any ? join("Lower --rate, or set --clip; the parameters are those of epoch ", history.size())
          : "Lower --rate, or set --clip");
}

template class Training<float>;
template class Training<double>;

}  // namespace glassgrad::cli

// glassgrad train: reads the data, runs every seed, reports, writes the requested files.
#include <algorithm>
#include <cmath>

#include "glassgrad/array/text.hpp"
#include "metrics_file.hpp"
#include "model_file.hpp"
#include "notes.hpp"
#include "numbers.hpp"
#include "progress.hpp"
#include "read_data.hpp"
#include "report.hpp"
#include "signals.hpp"
#include "terminal.hpp"
#include "views.hpp"

namespace glassgrad::cli {
namespace {

constexpr std::uint64_t validation_seed = 0x56414C49'00000000;  // "VALI" in ASCII

// Throws DataError where the fraction leaves a part empty.
Split divided(const Dataset& data, const char* option, double held_out, const Settings& settings,
              std::uint64_t seed) {
  const double whole = static_cast<double>(data.size()), part = std::floor(held_out * whole + 0.5);
  if (part < 1 || part >= whole)
    throw DataError(
        "train",
        fmt::format("{} {} of {} examples leaves a part empty", option, held_out, data.size()),
        whole < 2 ? "Give more examples" : fmt::format("Give more examples, or {} 0.5", option));
  return learns_numbers(settings) ? split(data, held_out, seed)
                                  : split_stratified(data, held_out, seed);
}
std::string name_of(const std::filesystem::path& data) {
  return data == "-" ? "standard input" : shown(data.filename().string());
}

template <class T>
class Command {
 public:
  explicit Command(const TrainRequest& request)
      : request_(request),
        data_(read_training(request.train, request.settings, sum_)),
        quality_(learns_numbers(request.settings) ? "R2" : "accuracy"),
        metrics_(request.metrics, quality_) {
    if (!request.test.data.empty()) test_ = read_test(request.test, request.settings, data_, sum_);
    checksum_ = checksum_text(sum_);
  }

  // The exit code.
  int run() {
    const StopSignals signals;
    say("{}: {} examples, {} features", name_of(request_.train.data), data_.size(),
        data_.x.columns);
    if (!data_.classes.empty()) say(", {} classes", data_.classes.size());
    say("\n");
    for (const std::string& note : notes_on(data_)) say("{}\n", note);
    std::vector<double> qualities;
    for (std::int64_t i = 0; i < request_.seeds && !signals.caught(); ++i) {
      Settings settings = request_.settings;
      settings.seed += i;
      const auto quality = run_seed(settings, i == 0, i + 1 == request_.seeds);
      if (quality) qualities.push_back(*quality);
    }
    if (qualities.size() > 1) print_mean(qualities);
    return signals.caught() ? 128 + signals.caught() : 0;
  }

 private:
  // The parts of the data; the last seed may move them.
  Parts parts_of(const Settings& settings, bool last) {
    const auto seed = std::uint64_t(settings.seed);
    Parts parts;
    if (!request_.test.data.empty() || settings.test_fraction == 0) {
      parts.train = last ? std::move(data_) : data_;
      parts.test = test_;
    } else {
      Split two = divided(data_, "--test-fraction", settings.test_fraction, settings, seed);
      parts.train = std::move(two.train), parts.test = std::move(two.test);
    }
    if (settings.watches()) {
      Split two = divided(parts.train, "--validation-fraction", settings.validation_fraction,
                          settings, seed ^ validation_seed);
      parts.train = std::move(two.train), parts.validation = std::move(two.test);
    }
    return parts;
  }

  // The quality on the test part; none if a signal ended it.
  std::optional<double> run_seed(const Settings& settings, bool first, bool last) {
    Training<T> training(settings, parts_of(settings, last));
    if (!request_.save.empty()) check_savable(settings, training);
    if (!request_.metrics.empty()) training.history.keep_all();
    if (!request_.resume.empty()) take_up(training);
    if (!request_.stop_nonfinite.empty())
      training.keep_failed_step(request_.stop_nonfinite.string());
    std::optional<Report<T>> report;
    if (first && !request_.report.empty())
      report.emplace(request_.report, request_.keep, title(settings), settings, training, quality_);
    if (first)
      say("{}", summary(training.model, Shape{1, training.description.architecture.inputs}));
    print_start(settings, training);
    if (first && request_.price) say("{}\n", training.price());
    training.interrupted = [] { return StopSignals::caught() != 0; };
    if (!run_epochs(settings, training, first, report ? &*report : nullptr)) {
      keep(settings, training);
      print_interrupted(training);
      if (report) write(*report);
      return {};
    }
    if (training.stopping.stop() != Stop::no)
      say("stopped after epoch {}: {}\n", training.history.epochs(), training.stopping.reason());
    keep(settings, training);
    if (settings.keep_best) {
      say("kept the parameters of epoch {}, validation loss {}\n", training.stopping.best_epoch(),
          in_short(training.stopping.best()));
      training.best.restore();
    }
    const double quality = print_end(training);
    if (report) write(*report);
    return quality;
  }

  std::string title(const Settings& settings) const {
    return join(request_.train.data.stem().string(), ": ",
                settings.layers == "none" ? "no hidden layer" : settings.layers);
  }

  void write(Report<T>& report) const {
    report.write();
    for (const auto& file : request_.report) say("wrote {}\n", shown(file.string()));
  }

  // False when a signal came before the end.
  bool run_epochs(const Settings& settings, Training<T>& training, bool first, Report<T>* report) {
    const auto done = training.history.epochs();
    Progress progress(settings.epochs, done, training.batches(), quality_);
    const bool views = first && !(request_.trace.empty() && request_.dot.empty());
    const auto viewed = [&](std::int64_t epoch, std::int64_t batch) {
      return views && epoch == 0 && batch == 0;
    };
    typename Training<T>::Look look;
    look.wants = [&](std::int64_t epoch, std::int64_t batch) {
      return viewed(epoch, batch) || (report && report->wants(epoch, batch));
    };
    look.see = [&](std::int64_t epoch, std::int64_t batch, const Node<T>& cost, const auto& step) {
      const bool reported = report && report->wants(epoch, batch);
      std::vector<Update> updates;
      const auto take = [&] { return updates = step(); };
      if (reported) report->before_step(epoch, cost);
      if (viewed(epoch, batch))
        write_views(cost, take, request_.trace, request_.dot);
      else
        take();
      if (reported) report->after_step(updates);
    };
    look.failed = [&](const Node<T>& cost) {
      if (report) report->failed(cost);
    };
    try {
      for (std::int64_t epoch = done + 1;
           epoch <= settings.epochs && training.stopping.stop() == Stop::no; ++epoch) {
        if (training.interrupted()) return progress.stop(), false;
        progress.start_epoch(epoch);
        const auto watch = [&](std::int64_t seen, double loss, double quality) {
          progress.batch(seen, loss, quality);
        };
        if (!training.run_epoch(watch, &look)) return progress.stop(), false;
        progress.end_epoch(training.history.back());
        if (report) report->after_epoch(training.history.back());
        if (request_.save_every > 0 && epoch % request_.save_every == 0) keep(settings, training);
      }
      progress.stop();
      return true;
    } catch (const Diverged&) {
      progress.stop();
      if (!training.history.empty()) {
        keep(settings, training);
        print_saved(training);
      }
      if (report) write(*report);
      throw;
    }
  }

  void take_up(Training<T>& training) const {
    const SavedModel& saved = *request_.resumed;
    if (saved.data_checksum != checksum_)
      throw DataError(
          "train",
          join(saved.source, " learnt from other data than ", request_.train.data.string()),
          "Resume with the same file, or train anew");
    resume(saved, training);
  }

  void keep(const Settings& settings, Training<T>& training) {
    if (!request_.save.empty()) save(request_.save, settings, training, checksum_);
    metrics_.write(settings.seed, training.history.rows());
  }

  void print_start(const Settings& settings, const Training<T>& training) const {
    const Batches& batches = training.batches();
    const std::int64_t size = std::min(batches.batch_size(), batches.examples());
    const std::int64_t last = batches.examples() - (batches.iterations() - 1) * size;
    say("seed {}: {} examples to train on, ", settings.seed, training.examples());
    if (training.validated() > 0) say("{} to validate on, ", training.validated());
    say("{} held out to test on\n", training.held_out());
    say("{} epoch{}, batch size {}, {} iteration{} per epoch", settings.epochs,
        settings.epochs == 1 ? "" : "s", size, batches.iterations(),
        batches.iterations() == 1 ? "" : "s");
    if (last != size)
      say("; the last batch has {}: its mean cost counts as much as a whole batch's", last);
    say("\n");
    if (!request_.resume.empty()) say("resumed after {}\n", done_in(training));
  }

  double print_end(Training<T>& training) const {
    const auto [loss, quality] = training.test();
    if (training.held_out() == 0) {
      say("nothing was held out to test on\n");
    } else if (quality_ == "accuracy") {
      const double count = double(training.held_out());
      say("test accuracy {:.4f} ({:.0f} of {:.0f})\n", quality, quality * count, count);
    } else {
      say("test R2 {}\n", in_short(quality, 6));
    }
    print_saved(training);
    return quality;
  }

  void print_saved(const Training<T>& training) const {
    if (request_.save.empty()) return;
    say("saved {} after {}\n", shown(request_.save.string()), done_in(training));
  }

  // "epoch 3", or when a signal ended the next one "epoch 3 and 5 batches"
  static std::string done_in(const Training<T>& training) {
    const std::int64_t batches = training.cut.batches;
    std::string text = join("epoch ", training.history.epochs());
    if (batches > 0) text += join(" and ", batches, batches == 1 ? " batch" : " batches");
    return text;
  }

  void print_interrupted(const Training<T>& training) const {
    say("stopped by {} after {}\n", signal_name(StopSignals::caught()), done_in(training));
    if (request_.save.empty())
      say("nothing is saved without --save\n");
    else
      print_saved(training);
  }

  void print_mean(const std::vector<double>& qualities) const {
    double sum = 0;
    for (const double quality : qualities) sum += quality;
    const auto [low, high] = std::minmax_element(qualities.begin(), qualities.end());
    say("test {} of {} seeds: mean {}, from {} to {}\n", quality_, qualities.size(),
        in_short(sum / double(qualities.size())), in_short(*low), in_short(*high));
  }

  const TrainRequest& request_;
  Checksum sum_;  // of all files read
  Dataset data_, test_;
  std::string checksum_, quality_;
  MetricsFile metrics_;
};

}  // namespace

int train(const TrainRequest& request) {
  check(request);
  return request.settings.type == "float32" ? Command<float>(request).run()
                                            : Command<double>(request).run();
}

}  // namespace glassgrad::cli
